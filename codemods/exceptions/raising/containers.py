"""What subscripts, iteration, unpacking and displays can raise, by the types of what they look into."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.exceptions.answer import AS_DOCUMENTED, GUESSED, LIKELY, RARE
from codemods.exceptions.raising.dispatch import run, runs_own
from codemods.exceptions.raising.places import byte_stored, is_there
from codemods.exceptions.raising.streams import iterated
from codemods.exceptions.raising.walk import Walk, kinds_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.bound import class_behind
from codemods.exceptions.types.kinds import (
    ITERABLE,
    LOOSE,
    MAPPINGS,
    NUMBERS,
    SEQUENCES,
    SETS,
    element,
    names_in,
)
from codemods.exceptions.types.making import is_enum
from codemods.exceptions.types.members import has_own, outer_bases
from codemods.exceptions.types.notation import Type, known, ordered
from codemods.exceptions.types.reaching import is_tested, true_tests
from codemods.exceptions.types.results import of_result
from codemods.module import Module, spelled
from codemods.module import walk as all_below
from codemods.names import names_of
from codemods.project import Definition

_RESIZING = {"pop", "popitem", "clear", "update", "setdefault", "add", "remove", "discard"}
CHANGED = 0.1  # how likely somebody names the RuntimeError of a dict that was changed in a loop
_LOOKED_UP = {ast.Load: "__getitem__", ast.Store: "__setitem__", ast.Del: "__delitem__"}


def subscript(walk: Walk, node: ast.Subscript) -> None:
    """`value[index]`, loaded, stored or deleted."""
    if _is_type_expression(walk.module, node):
        return
    owner = class_behind(walk.values, walk.module, node.value)
    index = kinds_of(walk, node.slice) if not isinstance(node.slice, ast.Slice) else {"slice"}
    if owner and is_enum(walk.values, owner):
        walk.found.add("KeyError", f"`{spelled(node)}`: there may be no such member")
        if not index or "data" in index:
            walk.found.add("TypeError", f"`{spelled(node)}`: the name may be unhashable", RARE)
        return
    kinds = kinds_of(walk, node.value)
    if not kinds:
        _of_unknown(walk, node, index)
    if is_guarded(walk.module, node):
        index = index | {"held"}
    for kind in ordered(walk.values.of(walk.module, node.value)):
        if kind.definition is None:
            _subscript_of(walk, node, kind, index)
        else:
            _subscript_of_own(walk, node, kind, index)


def _subscript_of_own(walk: Walk, node: ast.Subscript, kind: Type, index: set[str]) -> None:
    """A lookup in an instance of a project's class."""
    assert kind.definition
    method = _LOOKED_UP[type(node.ctx)]
    bases = {base.removeprefix("builtins.") for base in outer_bases(walk.values, kind.definition)}
    if walk.values.member(kind.definition, method).found:
        runs_own(walk, node.value, kind, [method], "looks up")
    elif method == "__getitem__" and bases & MAPPINGS and _makes_missing(walk, node.value, kind):
        return
    elif plain := sorted(bases & (MAPPINGS | SEQUENCES)):
        _subscript_of(walk, node, Type(plain[0]), index)
    elif has_own(walk.values, kind.definition, method):
        _of_unknown(walk, node, index)
    else:
        walk.found.add("TypeError", f"`{spelled(node)}`: `{kind.name}` defines no `{method}`")


def _makes_missing(walk: Walk, node: ast.expr, kind: Type) -> bool:
    """Whether a class of the project says what a missing key gives; what that raises is noted."""
    assert kind.definition
    told = walk.values.member(kind.definition, "__missing__").found
    return told and runs_own(walk, node, kind, ["__missing__"], "looks up")


def _subscript_of(walk: Walk, node: ast.Subscript, whole: Type, index: set[str]) -> None:
    label, kind = f"`{spelled(node)}`", whole.name
    if kind == "data":
        _subscript_of_data(walk, node, index)
    elif kind == "None":
        walk.found.add("TypeError", f"{label}: it may be None")
    elif kind in SEQUENCES:
        if not is_there(walk, node, whole):
            _subscript_of_sequence(walk, label, index)
        if isinstance(node.ctx, ast.Store) and kind in ("bytes", "bytearray"):
            byte_stored(walk, node)
    elif kind in MAPPINGS:
        if not isinstance(node.ctx, ast.Store) and "held" not in index:
            walk.found.add("KeyError", f"{label}: the key may be missing")
        if not index or "data" in index:
            walk.found.add("TypeError", f"{label}: the key may be unhashable", RARE)
    elif kind == "collections.defaultdict" and not _has_plain_factory(walk, node.value):
        walk.found.missing[f"looks up {label} in a defaultdict, whose factory may do anything"] = None
    elif kind == "collections.defaultdict":
        return
    elif item := tables().fact(kind, "__getitem__"):
        for name in item.raises:
            walk.found.add(name, f"{label}: {item.source}")
        first = isinstance(node.slice, ast.Constant) and node.slice.value == 0
        for name in () if first else item.rare:  # what can be looked up by a number has a first
            walk.found.add(name, f"{label}: {item.source}", RARE)
        if item.external:
            walk.found.assumed[f"`{item.name}` {AS_DOCUMENTED}"] = None
    else:
        walk.found.missing[f"looks up {label}, whose type is unknown"] = None


def _has_plain_factory(walk: Walk, node: ast.expr) -> bool:
    """Whether a defaultdict makes what is missing by a builtin type, which raises nothing."""
    kinds = (k for k in walk.values.of(walk.module, node) if k.name == "collections.defaultdict")
    return all(len(kind.arguments) > 1 and not kind.assumed for kind in kinds)


def _of_unknown(walk: Walk, node: ast.Subscript, index: set[str]) -> None:
    """What looking something up in a value of which nothing is known may well raise."""
    why = f"looks up `{spelled(node)}`, whose type is unknown"
    seen = names_in(walk.values.seen(walk.module, node.value), in_part=True)
    walk.found.guess(why, "TypeError", confidence=RARE)
    if index == {"slice"} or isinstance(node.ctx, ast.Store):
        return
    negative = isinstance(node.slice, ast.UnaryOp)
    if seen & MAPPINGS or not (seen & SEQUENCES or negative or index == {"int"}):
        walk.found.guess(why, "KeyError", confidence=LIKELY)
    if not seen & MAPPINGS and (seen & SEQUENCES or negative or not index - {"int"}):
        walk.found.guess(why, "IndexError", confidence=GUESSED)


def is_guarded(module: Module, node: ast.Subscript) -> bool:
    """Whether an `if` around it says that the key is there: `key in d`, `d.get(key)`."""
    if not is_tested(module, node.value):
        return False
    whole, key = spelled(node.value), spelled(node.slice)
    tests = (f"{key} in {whole}", f"{whole}.get({key})")
    return any(
        isinstance(test, (ast.Compare, ast.Call)) and spelled(test) in tests
        for test in true_tests(module, node)
    )


def _subscript_of_data(walk: Walk, node: ast.Subscript, index: set[str]) -> None:
    label = f"`{spelled(node)}`"
    walk.found.add("TypeError", f"{label}: data of any type")
    if index == {"slice"}:
        return
    if not isinstance(node.ctx, ast.Store):
        walk.found.add("KeyError", f"{label}: the key may be missing")
    if index != {"str"}:
        walk.found.add("IndexError", f"{label}: the list may be shorter")


def _subscript_of_sequence(walk: Walk, label: str, index: set[str]) -> None:
    if index == {"slice"}:
        return
    walk.found.add("IndexError", f"{label}: the index may be out of range")
    if not index - {"held"} or index & LOOSE:
        walk.found.add("TypeError", f"{label}: the index may be no number", RARE)


def _is_type_expression(module: Module, node: ast.Subscript) -> bool:
    """`list[int]`, in a cast or an annotation that is evaluated."""
    dotted = names_of(module).qualified(node.value)
    return dotted is not None and dotted.removeprefix("builtins.") in {"list", "dict", "set", "tuple", "type"}


def started_elsewhere(walk: Walk, node: ast.expr) -> None:
    """Note that going on with an iterator which a variable holds runs what it was made of."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return
    if "Iterator" in names_in(walk.values.of(walk.module, node)):
        walk.found.missing[f"goes on with the iterator `{spelled(node)}`, which may run anything"] = None


def iterate(walk: Walk, node: ast.expr) -> None:
    """`for … in node`, `*node`."""
    started_elsewhere(walk, node)
    label = f"`{spelled(node)}`"
    value = walk.values.of(walk.module, node)
    kinds = kinds_of(walk, node)
    if not kinds:
        seen = walk.values.seen(walk.module, node)
        walk.found.guess(f"iterates over {label}, whose type is unknown", "TypeError")
        own = [kind.definition for kind in seen if kind.definition]
        for definition in own:
            run(walk, walk.values.member(definition, "__iter__").definitions)
    for kind in ordered(value):
        if kind.name in LOOSE:
            walk.found.add("TypeError", f"iterates over {label}, which may be of another type")
        elif kind.name in ITERABLE:
            continue
        elif kind.definition:
            _own_iterator(walk, node, kind)
        elif tables().fact(kind.name, "__iter__"):
            continue
        else:
            walk.found.missing[f"iterates over {label}, whose type is unknown"] = None
    iterated(walk, node, f"iterates over {label}")


def _own_iterator(walk: Walk, node: ast.expr, kind: Type) -> None:
    """Iterating over an instance of a project's class: `__iter__`, and `__next__` of what it gives."""
    if not runs_own(walk, node, kind, ("__iter__", "__aiter__", "__getitem__"), "iterates over"):
        walk.found.add("TypeError", f"iterates over `{spelled(node)}`, which defines no `__iter__`")
        return
    assert kind.definition
    for definition in walk.values.member(kind.definition, "__iter__").definitions:
        given = of_result(walk.values, definition)
        steps = [walk.values.member(k.definition, "__next__") for k in given if k.definition]
        for step in steps:
            run(walk, step.definitions)
        if not known(given) or not all(k.definition or k.name in ITERABLE for k in given):
            walk.found.missing[f"iterates over `{spelled(node)}`, by an unknown iterator"] = None


def unpack(walk: Walk, node: ast.expr, pattern: ast.expr, each: bool) -> None:
    """`a, b = node`, or `for a, b in node` (`each`)."""
    assert isinstance(pattern, (ast.Tuple, ast.List))
    if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == len(pattern.elts) and not each:
        return
    value = walk.values.of(walk.module, node)
    if each:
        value = known(element(value))
    label = f"`{spelled(pattern)}` from `{spelled(node)}`"
    kinds = names_in(value)
    if kinds == {"tuple"} and all(_has_length(kind, pattern) for kind in value):
        return
    if not kinds:
        walk.found.guess(f"unpacks {label}, whose type is unknown", "ValueError", "TypeError")
        return
    walk.found.add("ValueError", f"unpacks {label}: there may be more or fewer")
    if kinds & LOOSE or kinds & NUMBERS:
        walk.found.add("TypeError", f"unpacks {label}: it may be of another type")
    elif not kinds <= ITERABLE:
        walk.found.missing[f"unpacks {label}, whose type is unknown"] = None


def _has_length(kind: Type, pattern: ast.Tuple | ast.List) -> bool:
    """Whether a tuple has as many places as the pattern; one of which nothing more is said is taken to."""
    if any(isinstance(part, ast.Starred) for part in pattern.elts):
        return len(kind.arguments) >= len(pattern.elts) - 1
    return len(kind.arguments) in (0, len(pattern.elts))


def hashed(walk: Walk, keys: Iterable[ast.expr | None]) -> None:
    """Keys of a dict and members of a set, as they are written out."""
    for key in keys:
        if key is not None and not isinstance(key, ast.Constant):
            kinds = kinds_of(walk, key)
            if not kinds or kinds & (LOOSE | {"list", "dict", "set", "bytearray"}):
                walk.found.add("TypeError", f"`{spelled(key)}` may be unhashable", RARE)
            for kind in walk.values.of(walk.module, key):
                if kind.definition and _is_unhashable(walk, kind.definition):
                    walk.found.add("TypeError", f"`{spelled(key)}`: `{kind.name}` cannot be hashed")
                elif kind.definition and walk.values.member(kind.definition, "__hash__").definitions:
                    runs_own(walk, key, kind, ["__hash__"], "hashes")


def _is_unhashable(walk: Walk, definition: Definition) -> bool:
    """Whether the class defines `__eq__` and no `__hash__`, by hand or as a dataclass that is not frozen."""
    bound = names_of(definition.module).bindings_in(definition.node)
    if "__hash__" in bound:
        return not walk.values.member(definition, "__hash__").definitions
    decorators = [spelled(d) for d in definition.node.decorator_list]
    made = any("dataclass" in d and "frozen" not in d and "eq=False" not in d for d in decorators)
    return made or "__eq__" in bound


def changed_in_loop(walk: Walk, node: ast.For | ast.AsyncFor) -> None:
    """Note that a dict or set must not change its size while it is gone through."""
    holder: ast.expr = node.iter
    match node.iter:
        case ast.Call(func=ast.Attribute(value=inner, attr="items" | "keys" | "values"), args=[]):
            holder = inner
    if not isinstance(holder, (ast.Name, ast.Attribute)):
        return
    kinds = names_in(walk.values.seen(walk.module, holder), in_part=True)
    if kinds and not kinds & (MAPPINGS | SETS | {"data", "collections.defaultdict"}):
        return
    text = spelled(holder)
    for part in all_below(node.body):
        match part:
            case ast.Subscript(value=whole, ctx=ast.Store() | ast.Del()) if spelled(whole) == text:
                break
            case ast.Call(func=ast.Attribute(value=whole, attr=name)) if name in _RESIZING:
                if spelled(whole) == text:
                    break
    else:
        return
    walk.found.add("RuntimeError", f"`{text}` may change its size while it is gone through", CHANGED)
