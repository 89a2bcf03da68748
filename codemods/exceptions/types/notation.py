"""Types as annotations write them, in the target's code and in our tables."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import one_or_more
from codemods.project import Definition, Project


# A named tuple, as there are tens of thousands: made and compared in C, in a third of the time.
class Type(NamedTuple):
    """One type: `str`, `list` of something, `pathlib.Path`, or a class of the project.

    A `tuple` has one argument for each place, or one for all. `assumed` is what has to be right for it,
    where the code alone does not show it: an annotation, or that nobody else calls a function.
    """

    name: str
    arguments: tuple[frozenset[Type], ...] = ()
    definition: Definition | None = None
    assumed: str = ""


Value: TypeAlias = frozenset[Type]
_Resolve: TypeAlias = Callable[[ast.expr], "Definition | str | None"]

ANNOTATED = "annotations are right"
STORED = "columns hold what their types say"
CALLED = "functions get what the project's own calls give them"

UNKNOWN: Value = frozenset()
NONE: Value = frozenset({Type("None")})
DATA: Value = frozenset({Type("data")})
ANY: Value = frozenset({Type("?")})  # in a union: what else it may be nobody knows
# What a value is assumed to get from itself, while that is worked out: it adds nothing to a union.
NOTHING: Value = frozenset({Type("!")})
_PLAIN = NONE | ANY | NOTHING  # of which nothing is assumed

_VARIABLES = frozenset({"Held", "Itself", "Given", "Made", "Asked", "Stored"})  # see `type_variables`

# What the names of `typing` stand for; a missing one (Any, TypeVar, Callable …) is unknown.
_GENERIC = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "Tuple": "tuple",
    "FrozenSet": "frozenset",
    "Iterator": "Iterator",
    "Generator": "Iterator",
    "Mapping": "dict",
    "MutableMapping": "dict",
    "DefaultDict": "collections.defaultdict",
    "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter",
    "Deque": "collections.deque",
}
# Of these a class of any kind may stand behind the annotation; what is in it is told all the same.
_OPEN = {
    "Sequence": "list",
    "MutableSequence": "list",
    "Collection": "list",
    "Iterable": "list",
    "AsyncIterator": "Iterator",
    "AsyncIterable": "Iterator",
    "AsyncGenerator": "Iterator",
    "TextIO": "io.TextIOWrapper",
    "BinaryIO": "io.BufferedReader",
    "Awaitable": "Awaitable",
    "Coroutine": "Awaitable",
}
_OPEN_STREAMS = {
    "io.IOBase": "io.TextIOWrapper",
    "io.RawIOBase": "io.BufferedReader",
    "io.BufferedIOBase": "io.BufferedReader",
    "io.TextIOBase": "io.TextIOWrapper",
}
# An annotation with one of these is taken to mean a dict; `isinstance` also lets in what is like one.
_LIKE_DICT = ("Mapping", "MutableMapping")
_TYPED_DICTS = ("typing.TypedDict", "typing_extensions.TypedDict")
ANY_STR = "typing.AnyStr"
_TYPING = ("typing.", "typing_extensions.", "collections.abc.")


def of(project: Project, module: Module, annotation: ast.expr) -> Value:
    """The types that an annotation in the target allows, as declared ones."""
    return assuming(tested(project, module, annotation), ANNOTATED)


def an_instance(project: Project, module: Module, kind: ast.expr) -> Value:
    """What an instance of a class expression may be, by `isinstance` or a pattern: of any class below it."""
    found = tested(project, module, kind)
    dotted = names_of(module).qualified(kind) or ""
    like_dict = dotted.startswith(_TYPING) and dotted.rpartition(".")[2] in _LIKE_DICT
    return found | ANY if like_dict else found


def tested(project: Project, module: Module, kind: ast.expr) -> Value:
    """The types that a class expression stands for."""

    def resolve(node: ast.expr) -> Definition | str | None:
        definition = project.definition(module, node)
        if definition and isinstance(definition.node, ast.ClassDef):
            return _is_typed_dict(definition) or definition
        dotted = names_of(module).qualified(node)
        return dotted.removeprefix("builtins.") if dotted else None

    return _read(kind, resolve)


def _is_typed_dict(definition: Definition) -> str | None:
    """`dict`, when an instance of the class is one."""
    assert isinstance(definition.node, ast.ClassDef)
    names = names_of(definition.module)
    return "dict" if any(names.is_any(base, *_TYPED_DICTS) for base in definition.node.bases) else None


@lru_cache(maxsize=4096)
def assuming(value: Value, what: str) -> Value:
    """The value, for which it has to be right as well."""
    return frozenset(
        kind._replace(
            arguments=tuple(assuming(argument, what) for argument in kind.arguments),
            assumed=kind.assumed if kind.assumed or kind in _PLAIN else what,
        )
        for kind in value
    )


@cache
def parse(text: str | None) -> Value:
    """The types that our tables write in the notation of annotations."""
    return _read(ast.parse(text, mode="eval").body, ast.unparse) if text else UNKNOWN


@cache
def variables_in(text: str | None) -> tuple[str, ...]:
    """The type variables in a type that our tables write."""
    names = (node.id for node in ast.walk(ast.parse(text or "")) if isinstance(node, ast.Name))
    return tuple(dict.fromkeys(name for name in names if name in _VARIABLES))


def filled(text: str | None, meanings: Mapping[str, Value]) -> Value:
    """The types that our tables write, with what their type variables stand for; UNKNOWN for the others."""
    value = parse(text)
    return _filled(value, meanings) if variables_in(text) else value


def _filled(value: Value, meanings: Mapping[str, Value]) -> Value:
    return _union(
        [
            meanings.get(kind.name, UNKNOWN)
            if kind.name in _VARIABLES
            else frozenset({kind._replace(arguments=tuple(_filled(one, meanings) for one in kind.arguments))})
            for kind in value
        ]
    )


def _read(node: ast.expr, resolve: _Resolve) -> Value:
    match node:
        case ast.Constant(value=None):
            return NONE
        case ast.Constant(value=str(text)):
            try:
                return _read(ast.parse(text, mode="eval").body, resolve)
            except SyntaxError:
                return UNKNOWN
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union([_read(left, resolve), _read(right, resolve)])
        case ast.Subscript(value=outer, slice=inner):
            return _generic(outer, one_or_more(inner), resolve)
        case ast.Name() | ast.Attribute():
            return _named(resolve(node), ())
    return UNKNOWN


def _generic(outer: ast.expr, inner: list[ast.expr], resolve: _Resolve) -> Value:
    name = resolve(outer)
    given = [n for n in inner if not (isinstance(n, ast.Constant) and n.value is ...)]
    arguments = tuple(_read(node, resolve) for node in given)
    if name == "typing.Union":
        return _union(arguments)
    if name == "typing.Optional":
        return _union([*arguments, NONE])
    if name in ("typing.Annotated", "typing.ClassVar", "typing.Final", "typing.Required"):
        return arguments[0]
    if name in ("typing.Type", "type"):
        return frozenset({Type("type", (arguments[0],))}) if arguments[0] else UNKNOWN
    return _named(name, arguments)


def instance_of(owner: Definition) -> Value:
    """An instance of a class of the project."""
    return frozenset({Type(owner.node.name, definition=owner)})


def _named(name: Definition | str | None, arguments: tuple[Value, ...]) -> Value:
    if isinstance(name, Definition):
        return instance_of(name)
    if name is None:
        return UNKNOWN
    if name == "data":
        return DATA
    if name in _OPEN_STREAMS:
        return ANY | {Type(_OPEN_STREAMS[name], arguments)}
    for prefix in _TYPING:
        if name.startswith(prefix):
            bare = name.removeprefix(prefix)
            if bare in _OPEN:
                return ANY | {Type(_OPEN[bare], arguments)}
            generic = _GENERIC.get(bare)
            return frozenset({Type(generic, arguments)}) if generic else UNKNOWN
    return frozenset({Type(name, arguments)})


def _union(values: Sequence[Value]) -> Value:
    return frozenset().union(*(value or ANY for value in values))


def ordered(value: Value) -> list[Type]:
    """The types, by their names."""
    if len(value) < 2:
        return [*value]
    names = {kind.name for kind in value}
    return sorted(value, key=_name if len(names) == len(value) else _in_full)


def _name(kind: Type) -> str:
    return kind.name


def _in_full(kind: Type) -> tuple[object, ...]:
    """All that a type is, in an order that is the same in each run, which that of a set is not."""
    of = kind.definition
    place = (of.module.path, of.node.lineno) if of else ("", 0)
    return kind.name, place, kind.assumed, [sorted(map(_in_full, part)) for part in kind.arguments]


def known(value: Value) -> Value:
    """The value, if it is known in full."""
    return UNKNOWN if value >= ANY else value
