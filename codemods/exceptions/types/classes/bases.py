"""The classes above one of the project: its own, those of others, and what these are known for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.hierarchy import BUILTIN_EXCEPTIONS
from codemods.exceptions.outline import outline_of
from codemods.exceptions.types.classes.attributes import bound_in
from codemods.exceptions.types.functions.decorators import maker_of
from codemods.exceptions.types.targets import NOBODY_KNOWS, Inference, Target
from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.nodes import spelled
from codemods.project import Definition

PLAIN_BASES = frozenset(
    {
        *("builtins.object", "abc.ABC", "builtins.Exception", "typing.Generic", "typing.Protocol"),
        *("typing_extensions.Protocol", "typing_extensions.Generic", "builtins.BaseException"),
    }
)
# Bases of classes that are mapped to tables, whose attributes are set as they are unless methods check them.
MAPPED_BASES = frozenset({"sqlalchemy.orm.DeclarativeBase", "sqlalchemy.ext.asyncio.AsyncAttrs"})
_KNOWN_BASES = PLAIN_BASES | MAPPED_BASES
_OF_ERRORS = frozenset(f"builtins.{name}" for name in BUILTIN_EXCEPTIONS)
# Which are asked, compared, hashed and written without ado.
_HARMLESS_OUTSIDE = _KNOWN_BASES | _OF_ERRORS | {"enum.Enum"}
# Of which the attributes are read, set and deleted as those of any object, but for properties of their own.
PLAINLY_SET = frozenset(
    {
        *("threading.Thread", "threading.Timer", "threading.local", "multiprocessing.Process"),
        *("logging.Handler", "logging.StreamHandler", "logging.FileHandler", "logging.Formatter"),
        *("logging.Filter", "logging.Logger", "logging.LoggerAdapter", "json.JSONEncoder"),
        *("json.JSONDecoder", "unittest.TestCase", "unittest.IsolatedAsyncioTestCase", "ast.NodeVisitor"),
        *("ast.NodeTransformer", "argparse.Action", "argparse.ArgumentParser", "argparse.HelpFormatter"),
        *("cmd.Cmd", "html.parser.HTMLParser", "queue.Queue", "string.Formatter", "zipfile.ZipFile"),
        *("http.server.BaseHTTPRequestHandler", "http.server.SimpleHTTPRequestHandler"),
        *("http.server.HTTPServer", "http.server.ThreadingHTTPServer", "socketserver.ThreadingMixIn"),
        *("socketserver.BaseRequestHandler", "socketserver.StreamRequestHandler"),
        *("socketserver.TCPServer", "socketserver.ThreadingTCPServer", "socketserver.UDPServer"),
        *("asyncio.BaseProtocol", "asyncio.Protocol", "asyncio.DatagramProtocol"),
        *("collections.UserDict", "collections.UserList", "contextlib.ContextDecorator"),
        *("contextlib.AbstractContextManager", "contextlib.AbstractAsyncContextManager"),
        *("collections.OrderedDict", "builtins.dict", "builtins.list", "builtins.set"),
        *(f"collections.abc.{kind}" for kind in ("Mapping", "MutableMapping", "Sequence", "Iterator")),
    }
)
_OF_ATTRIBUTES = frozenset(("__getattr__", "__getattribute__", "__setattr__", "__delattr__"))
# Mixed into an Enum, and the other enums: what these are asked when they are compared, written or hashed.
_PLAINLY = frozenset(("__eq__", "__ne__", "__hash__", "__str__", "__repr__", "__format__"))
_VALIDATING = "sqlalchemy.orm.validates"
_HARMLESS_BASES = {base.removeprefix("builtins.") for base in PLAIN_BASES} | set(BUILTIN_EXCEPTIONS)
# Bases whose making checks what it gets, and what it raises then.
_PYDANTIC = ("pydantic.ValidationError", "pydantic documentation, Models")
_ENUM = ("ValueError", "library reference, enum: EnumType.__call__()")
ENUMS = frozenset(f"enum.{kind}" for kind in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"))
_OF_PLAIN_VALUES = ENUMS | {f"builtins.{kind}" for kind in ("str", "int", "float", "bytes")}
CHECKING_BASES = {
    **dict.fromkeys(("pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic.RootModel"), _PYDANTIC),
    "sqlmodel.SQLModel": _PYDANTIC,  # but for tables, which check nothing
    **dict.fromkeys(("pydantic_settings.BaseSettings", "pydantic.BaseSettings"), _PYDANTIC),
    **dict.fromkeys(ENUMS, _ENUM),
}
# Bases that say nothing when an instance is made.
QUIET_BASES = PLAIN_BASES | {
    *("typing.NamedTuple", "typing.TypedDict", "typing_extensions.TypedDict", "typing_extensions.NamedTuple"),
    *("builtins.dict", "builtins.list", "builtins.set", "threading.local", "collections.UserDict"),
    *("unittest.TestCase", "json.JSONEncoder", "ast.NodeVisitor", "logging.Handler", "threading.Thread"),
}


def lineage(values: Inference, definition: Definition) -> tuple[list[Definition], list[str]]:
    """A class and those above it that the project defines, and the names of the others, as `outer_bases`."""
    outside: dict[str, None] = {}
    inside, done = [definition], {definition.node}
    for current in inside:  # grows on the way
        for base in map(_bare, current.node.bases if isinstance(current.node, ast.ClassDef) else ()):
            parent = values.project.definition(current.module, base)
            if parent and isinstance(parent.node, ast.ClassDef):
                inside += [parent] if parent.node not in done else []
                done.add(parent.node)
            else:
                outside[_outer(values, current.module, base) or "?"] = None
    return inside, [*outside]


def outer_bases(values: Inference, definition: Definition) -> list[str]:
    """The dotted names of the classes above one that the project does not define; `?` for an unknown one."""
    return lineage(values, definition)[1]


def outer_types(values: Inference, definition: Definition) -> set[str]:
    """The names of these classes as types have them: `dict`."""
    return {base.removeprefix("builtins.") for base in outer_bases(values, definition)}


def above(values: Inference, owner: Definition, name: str) -> Target:
    """What `super().name` stands for in a class, as far as its bases tell."""
    found = _above(values, owner, name)
    return found._replace(known=False) if found.facts and _is_rewritten(values, owner) else found


def _above(values: Inference, owner: Definition, name: str) -> Target:
    assert isinstance(owner.node, ast.ClassDef)
    for base in map(_bare, owner.node.bases):
        parent = values.project.definition(owner.module, base)
        if parent and isinstance(parent.node, ast.ClassDef):
            is_other = parent.node is not owner.node
            found = values.member(parent, name, below=False) if is_other else NOBODY_KNOWS
            if found.known or found.found:
                return found
        elif (dotted := _outer(values, owner.module, base)) and dotted not in _KNOWN_BASES:
            fact = values.fact_of(dotted.removeprefix("builtins."), name)
            return Target(facts=(fact,)) if fact else NOBODY_KNOWS
    return NOBODY_KNOWS


def beside(values: Inference, owner: Definition, name: str) -> Iterator[Target]:
    """What `super().name` may be besides: of classes that a class below has as bases beside the owner."""
    for one in classes_beside(values, owner):
        inside = bound_in(one).get(name, ())
        if functions := [b.node for b in inside if isinstance(b.node, FUNCTIONS)]:
            yield Target(definitions=tuple(Definition(one.module, node) for node in functions))


def classes_beside(values: Inference, owner: Definition) -> Iterator[Definition]:
    """The classes that are neither above nor below a class, and that an instance of it may be of as well."""
    below = outline_of(values.project).descendants(owner) or ()
    done = {owner.node, *(one.node for one in (*below, *lineage(values, owner)[0]))}
    for child in below:
        if len(getattr(child.node, "bases", ())) > 1:
            for one in lineage(values, child)[0]:
                if one.node not in done:
                    done.add(one.node)
                    yield one


def _is_rewritten(values: Inference, owner: Definition) -> bool:
    """Whether a metaclass of the project makes the class, which may put its own around what others give."""
    assert isinstance(owner.node, ast.ClassDef)
    for keyword in owner.node.keywords:
        meta = values.project.definition(owner.module, keyword.value) if keyword.arg == "metaclass" else None
        if meta and isinstance(meta.node, ast.ClassDef):
            return not {"__new__", "__init__"}.isdisjoint(bound_in(meta))
    return False


def inherits_nothing(values: Inference, owner: Definition, method: str) -> bool:
    """Whether no class above has the method but builtin ones, whose own is harmless."""
    assert isinstance(owner.node, ast.ClassDef)
    for base in map(_bare, owner.node.bases):
        parent = values.project.definition(owner.module, base)
        if parent and isinstance(parent.node, ast.ClassDef) and parent.node is not owner.node:
            if method in bound_in(parent):
                return False
            if not inherits_nothing(values, parent, method):
                return False
        elif (_outer(values, owner.module, base) or "").removeprefix("builtins.") not in _HARMLESS_BASES:
            return False
    return True


def has_own(values: Inference, owner: Definition, *methods: str) -> str | None:
    """Why a use of an instance may run one of these methods: by the class or one above it."""
    assert isinstance(owner.node, ast.ClassDef)
    names = names_of(owner.module)
    for method in methods:
        if method in names.bindings_in(owner.node):
            return f"defines `{method}`"
    for base in map(_bare, owner.node.bases):
        parent = values.project.definition(owner.module, base)
        if parent and isinstance(parent.node, ast.ClassDef):
            if parent.node is not owner.node and (why := has_own(values, parent, *methods)):
                return why
        elif _outer(values, owner.module, base) not in _harmless(methods):
            return "has a base class that is unknown"
    return None


def _harmless(methods: tuple[str, ...]) -> frozenset[str]:
    """The classes of others that have none of these methods but such as raise nothing."""
    if _OF_ATTRIBUTES.issuperset(methods):
        return _HARMLESS_OUTSIDE | PLAINLY_SET
    return _HARMLESS_OUTSIDE | _OF_PLAIN_VALUES if _PLAINLY.issuperset(methods) else _HARMLESS_OUTSIDE


def is_enum(values: Inference, definition: Definition) -> bool:
    """Whether a class is an enumeration that looks its members up as all do: `Colour["RED"]`."""
    inside, outside = lineage(values, definition)
    plain = all(isinstance(one.node, ast.ClassDef) and not one.node.keywords for one in inside)
    mixed = {base.removeprefix("builtins.") for base in outside} - {"str", "int", "float", "bytes"}
    return plain and bool(mixed) and mixed <= ENUMS


def validates(values: Inference, owner: Definition) -> bool:
    """Whether a mapped class, or one above it, checks what its attributes get."""
    return any(_validates_itself(one) for one in lineage(values, owner)[0])


def _validates_itself(owner: Definition) -> bool:
    assert isinstance(owner.node, ast.ClassDef)
    names = names_of(owner.module)
    decorators = [d for node in owner.node.body if isinstance(node, FUNCTIONS) for d in node.decorator_list]
    return any(names.is_any(maker_of(d), _VALIDATING) for d in decorators)


def _outer(values: Inference, module: Module, base: ast.expr) -> str | None:
    """The dotted name of a base that the project does not define; of one that a call made, what it makes."""
    made = [of for kind in values.seen(module, base) if kind.name == "type" for of in kind.arguments]
    names = {kind.name for value in made for kind in value if kind.definition is None}
    return names.pop() if len(names) == 1 else names_of(module).qualified(base)


def _bare(base: ast.expr) -> ast.expr:
    return base.value if isinstance(base, ast.Subscript) else base


def owner_of(method: Definition) -> Definition | None:
    """The class that a method stands in."""
    owner = method.module.parent(method.node)
    return Definition(method.module, owner) if isinstance(owner, ast.ClassDef) else None


def class_of_super(module: Module, node: ast.expr) -> Definition | None:
    """The class above which `super()` looks; None of `super(Base, self)`, which goes on above another one."""
    match node:
        case ast.Call(func=ast.Name(id="super"), args=[] | [_, ast.Name()] as given):
            owner = next((a for a in module.ancestors(node) if isinstance(a, ast.ClassDef)), None)
            if owner and (not given or spelled(given[0]) in (owner.name, "self.__class__", "type(self)")):
                return Definition(module, owner)
    return None
