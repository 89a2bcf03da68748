"""Calls of the project's own functions: the one that is named, or that of a class below."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from codemods.exceptions.answer import GUESSED, LIKELY, MayRaise
from codemods.exceptions.needed import tops_in
from codemods.exceptions.raising.arguments.decided import as_called
from codemods.exceptions.raising.facts import MISTAKES, has_default
from codemods.exceptions.raising.sure.lenient import codec_of
from codemods.exceptions.raising.walk import Walk
from codemods.exceptions.tables import tables
from codemods.exceptions.types.classes.abstract import is_marked, refuses_abstract
from codemods.exceptions.types.classes.bases import has_own, owner_of
from codemods.exceptions.types.classes.descriptors import decorator_describing
from codemods.exceptions.types.functions.decorators import accessor_of, is_property
from codemods.exceptions.types.functions.results import of_result
from codemods.exceptions.types.functions.signatures import fits
from codemods.exceptions.types.kinds import MAPPINGS, NUMBERS, SEQUENCES, SETS, names_in
from codemods.exceptions.types.notation import Type, ordered
from codemods.exceptions.types.targets import Call
from codemods.module import FUNCTIONS
from codemods.nodes import spelled
from codemods.project import Definition

_MOST_OVERRIDERS = 8
_MOST_MEANT = 4  # methods of one name
_CODING = ("str.encode", "bytes.decode", "bytearray.decode")
_COMMON = ("str", "dict", "list", "set", "bytes", "io.TextIOWrapper", "re.Pattern", "pathlib.Path")


# What special methods have to give; Python looks at the type.
_TO_GIVE = {
    **dict.fromkeys(("__str__", "__repr__", "__format__"), frozenset({"str"})),
    **dict.fromkeys(("__len__", "__hash__", "__index__", "__int__"), frozenset({"int", "bool"})),
    "__bool__": frozenset({"bool"}),
    "__float__": frozenset({"float"}),
    "__bytes__": frozenset({"bytes"}),
}
_OTHERS = NUMBERS | SEQUENCES | MAPPINGS | SETS | {"None"}


def run(
    walk: Walk,
    definitions: Iterable[Definition],
    *,
    below: bool = False,
    of_instance: bool = False,
    call: ast.Call | None = None,
) -> None:
    """Note what calling any of these may raise; a class below may have its own.

    With `below` a class below may itself be called in the place of one. `of_instance`: they are looked up on
    an instance, which has another one in the place of an abstract one. `call` is what gives them arguments.
    """
    for definition in definitions:
        owner = owner_of(definition) if isinstance(definition.node, FUNCTIONS) else None
        others = _overriders(walk, owner, definition) if owner else []
        own = _answered(walk, definition, call)
        if others and is_abstract(definition):
            own = replace(own, missing=())
        if of_instance and is_abstract(definition) and _is_replaced(walk, definition):
            own = replace(own, raised=())
        walk.found.merge(own, f"calls `{definition.node.name}`")
        for other in others:
            walk.found.merge(_answered(walk, other, call), f"may call `{other.node.name}`", LIKELY)
        if below and isinstance(definition.node, ast.ClassDef):
            _made_below(walk, definition)


def _answered(walk: Walk, definition: Definition, call: ast.Call | None) -> MayRaise:
    """What running a function may raise; where a call does that, with the arguments it gives."""
    answer = walk.function(definition)
    return as_called(walk, call, definition, answer) if call else answer


def read(walk: Walk, definitions: Iterable[Definition]) -> None:
    """Note what reading an attribute runs that may be any of these: a property, or a descriptor."""
    for definition in definitions:
        if is_property(definition):
            run(walk, [definition])
        elif by := decorator_describing(walk.values, definition):
            walk.found.missing[f"reads `{definition.node.name}`, which {by}"] = None


def result_checked(walk: Walk, name: str, definitions: Iterable[Definition]) -> None:
    """Note that a special method may give what it must not: a `__str__` that gives None."""
    for definition in definitions if name in _TO_GIVE else ():
        wrong = names_in(of_result(walk.values, definition), in_part=True) & _OTHERS - _TO_GIVE[name]
        if wrong and not is_abstract(definition):
            walk.found.add("TypeError", f"`{name}` may give {', '.join(sorted(wrong))}")


def _made_below(walk: Walk, owner: Definition) -> None:
    """Note what making an instance of a class below may raise, which may be meant: `cls()`."""
    classes = walk.outline.descendants(owner)
    if classes is None or len(classes) > _MOST_OVERRIDERS:
        walk.found.missing[f"makes a `{owner.node.name}`, or one of many classes below"] = None
    for child in (classes or ())[:_MOST_OVERRIDERS]:
        walk.found.merge(walk.function(child), f"may make a `{child.node.name}`", LIKELY)
    walk.found.assumed[f"no class of others overrides `{owner.node.name}.__init__`"] = None


def _overriders(walk: Walk, owner: Definition, method: Definition) -> list[Definition]:
    """The methods that may be called in the place of one, for they are of classes below."""
    name = method.node.name
    if name in ("__init__", "__new__"):
        return []
    below = walk.outline.descendants(owner)
    others = {
        other.node: other
        for child in below or ()
        for other in walk.values.member(child, name).definitions
        if other.node is not method.node and accessor_of(other) == accessor_of(method)
    }
    if below is None or len(others) > _MOST_OVERRIDERS:
        walk.found.missing[f"calls `{owner.node.name}.{name}`, which many classes may override"] = None
    if not name.startswith("_"):
        walk.found.assumed[f"no class of others overrides `{owner.node.name}.{name}`"] = None
    return [*others.values()][:_MOST_OVERRIDERS]


def is_abstract(definition: Definition) -> bool:
    """Whether the body is only a docstring, `...`, `pass` or `raise NotImplementedError`."""
    node = definition.node
    if isinstance(node, ast.ClassDef):
        return False
    body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    if not body:
        return True
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in spelled(body[0])


def _is_replaced(walk: Walk, definition: Definition) -> bool:
    """Whether no instance can be made of a class that has not replaced the method: `@abstractmethod`."""
    owner = owner_of(definition)
    return owner is not None and is_marked(definition) and refuses_abstract(walk.values, owner)


def by_name(walk: Walk, call: ast.Call, func: ast.Attribute) -> None:
    """Note what methods of that name raise which classes of the project define: one of them may be meant.

    Where classes are called like the receiver (`self.connection` and `Connection`), only they count; for a
    method that builtin types have as well their names must end so.
    """
    asked = Call(walk.module, call.args, call.keywords)
    fitting = [method for method in walk.outline.methods(func.attr) if fits(asked, method)]
    word = spelled(func.value).rpartition(".")[2].strip("_()").replace("_", "").lower()
    alike = [m for m in fitting if len(word) > 2 and word in _class_of(m).lower()]
    common = any(tables().fact(kind, func.attr) for kind in _COMMON)
    if common:
        alike = [m for m in alike if _class_of(m).lower().endswith(word)]
    chosen = alike or ([] if common else fitting)
    if not 0 < len(chosen) <= _MOST_MEANT:
        _by_tables(walk, call, func)
        return
    for method in chosen:
        found = walk.function(method)
        where = f"may call `{_class_of(method)}.{func.attr}`"
        sure = tuple(
            replace(r, evidence=f"{where}: {r.evidence}")
            for r in found.raised
            if r.confidence >= LIKELY and r.evidence.startswith("raise ")
        )
        most = GUESSED * 2 if alike or len(chosen) == 1 else GUESSED
        walk.found.merge(MayRaise(sure), where, most)


def _by_tables(walk: Walk, call: ast.Call, func: ast.Attribute) -> None:
    """Note what methods of that name raise which builtin types have, and types of what the file imports."""
    facts = tables().methods(func.attr, tops_in(walk.module))
    for fact in [f for f in facts if f.name in _CODING] if _is_coding(call, func) else facts:
        label = f"may call `{fact.name}`: {fact.source}"
        written = all(isinstance(given, ast.Constant) and given.value for given in call.args)
        specific = [n for n in fact.argument if n not in MISTAKES and not written]
        for name in (*(() if has_default(call, fact) else fact.raises), *specific):
            walk.found.add(name, label, GUESSED * 2)


def _is_coding(call: ast.Call, func: ast.Attribute) -> bool:
    """Whether it makes text of bytes, or bytes of text: `data.decode()`, `data.decode("utf-8")`."""
    match call.args:
        case []:
            named = {keyword.arg for keyword in call.keywords} <= {"encoding", "errors"}
        case [ast.Constant(value=str(name)), *_]:
            named = codec_of(name) is not None
        case _:
            named = False
    return named and func.attr in ("encode", "decode")


def _class_of(method: Definition) -> str:
    owner = owner_of(method)
    return owner.node.name if owner else ""


def runs_own(walk: Walk, node: ast.expr, kind: Type, methods: Iterable[str], does: str) -> bool:
    """Note what the first of these methods that the class of a value defines may raise; whether there is one.

    `does` says what the code does with the value, such as "iterates over".
    """
    if kind.definition is None:
        return False
    for name in methods:
        target = walk.values.member(kind.definition, name)
        if target.definitions:
            run(walk, target.definitions)
            result_checked(walk, name, target.definitions)
            return True
        if target.found:
            walk.found.missing[f"{does} `{spelled(node)}`, by what `{kind.name}.{name}` is set to"] = None
            return True
    if why := has_own(walk.values, kind.definition, *methods):
        walk.found.missing[f"{does} `{spelled(node)}`, and `{kind.name}` {why}"] = None
        return True
    return False


def awaited(walk: Walk, node: ast.expr, definitions: Iterable[Definition]) -> None:
    """Note what awaiting what these functions give runs; an `async def` runs where it is called."""
    for definition in definitions:
        if not isinstance(definition.node, ast.AsyncFunctionDef):
            for kind in ordered(of_result(walk.values, definition)):
                runs_own(walk, node, kind, ("__await__",), "awaits")
