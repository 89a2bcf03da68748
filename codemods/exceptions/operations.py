"""What operators, subscripts, iteration and arguments can raise, by the types of their operands."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.exceptions.answer import CERTAIN, RARE, Found
from codemods.exceptions.kinds import element
from codemods.exceptions.notation import Value
from codemods.exceptions.reaching import true_tests
from codemods.exceptions.tables import Fact, tables
from codemods.exceptions.values import Values
from codemods.module import Module, spelled
from codemods.names import names_of

NUMBERS = frozenset({"int", "float", "bool", "complex"})
_SEQUENCES = frozenset({"list", "tuple", "str", "bytes", "bytearray", "range", "collections.deque"})
MAPPINGS = frozenset({"dict", "collections.OrderedDict", "collections.Counter", "os._Environ"})
_SETS = frozenset({"set", "frozenset"})
ITERABLE = _SEQUENCES | MAPPINGS | _SETS | {"Iterator", "collections.defaultdict", "dict_view"}
_ORDERED = NUMBERS | {"str", "bytes", "list", "tuple", "set"}
_ENDS, _THREE = ("0", "-1"), ("0", "1", "2")
_ALWAYS_THERE = {"split": _ENDS, "rsplit": _ENDS, "partition": _THREE, "rpartition": _THREE}
_DATES = frozenset({"datetime.datetime", "datetime.date"})
WRITTEN_BY = ("__str__", "__repr__", "__format__")
LOOSE = frozenset({"data", "None"})  # types with which an operator fails at run time, not by a mistake


def names_in(value: Value) -> set[str]:
    return {kind.name for kind in value}


def kinds_of(values: Values, module: Module, node: ast.expr, found: Found) -> set[str]:
    """The names of the types an expression may have; what only an annotation says is an assumption."""
    value = values.of(module, node)
    if any(kind.declared for kind in value):
        found.assumed["annotations are right"] = None
    return names_in(value)


def subscript(values: Values, module: Module, node: ast.Subscript, found: Found) -> None:
    """`value[index]`, loaded, stored or deleted."""
    if _is_type_expression(module, node):
        return
    label = f"`{spelled(node)}`"
    kinds = kinds_of(values, module, node.value, found)
    index = (
        kinds_of(values, module, node.slice, found) if not isinstance(node.slice, ast.Slice) else {"slice"}
    )
    if not kinds:
        found.missing[f"looks up {label}, whose type is unknown"] = None
    if is_guarded(module, node):
        index = index | {"held"}
    for kind in sorted(kinds):
        if kind == "data":
            _subscript_of_data(node, label, index, found)
        elif kind == "None":
            found.add("TypeError", f"{label}: it may be None")
        elif kind in _SEQUENCES:
            if not _is_first_part(values, module, node):
                _subscript_of_sequence(label, index, found)
        elif kind in MAPPINGS:
            if not isinstance(node.ctx, ast.Store) and "held" not in index:
                found.add("KeyError", f"{label}: the key may be missing")
            if not index or "data" in index:
                found.add("TypeError", f"{label}: the key may be unhashable", RARE)
        elif kind == "collections.defaultdict":
            found.missing[f"looks up {label} in a defaultdict, whose factory may do anything"] = None
        elif item := fact(kind, "__getitem__"):
            for name in item.raises:
                found.add(name, f"{label}: {item.source}")
            if item.external:
                found.assumed[f"`{item.name}` does as its documentation says"] = None
        else:
            found.missing[f"looks up {label}, whose type is unknown"] = None


def is_guarded(module: Module, node: ast.Subscript) -> bool:
    """Whether an `if` around it says that the key is there: `key in d`, `d.get(key)`."""
    whole, key = spelled(node.value), spelled(node.slice)
    tests = (f"{key} in {whole}", f"{whole}.get({key})")
    return any(
        isinstance(test, (ast.Compare, ast.Call)) and spelled(test) in tests
        for test in true_tests(module, node)
    )


def _subscript_of_data(node: ast.Subscript, label: str, index: set[str], found: Found) -> None:
    found.add("TypeError", f"{label}: data of any type")
    if index == {"slice"}:
        return
    if not isinstance(node.ctx, ast.Store):
        found.add("KeyError", f"{label}: the key may be missing")
    if index != {"str"}:
        found.add("IndexError", f"{label}: the list may be shorter")


def _is_first_part(values: Values, module: Module, node: ast.Subscript) -> bool:
    """`text.split(",")[0]`, `text.partition(",")[2]`: parts that are always there."""
    match node.value:
        case ast.Call(func=ast.Attribute(value=text, attr=name), args=[_, *_]):
            if names_in(values.of(module, text)) - {"str", "bytes", "data"} or not values.of(module, text):
                return False
            return spelled(node.slice) in _ALWAYS_THERE.get(name, ())
    return False


def _subscript_of_sequence(label: str, index: set[str], found: Found) -> None:
    if index == {"slice"}:
        return
    found.add("IndexError", f"{label}: the index may be out of range")
    if not index - {"held"} or index & LOOSE:
        found.add("TypeError", f"{label}: the index may be no number", RARE)


def _is_type_expression(module: Module, node: ast.Subscript) -> bool:
    """`list[int]`, in a cast or an annotation that is evaluated."""
    dotted = names_of(module).qualified(node.value)
    return dotted is not None and dotted.removeprefix("builtins.") in {"list", "dict", "set", "tuple", "type"}


def binary(
    values: Values, module: Module, left: ast.expr, operator: ast.operator, right: ast.expr, found: Found
) -> None:
    """`left operator right`."""
    one, other = kinds_of(values, module, left, found), kinds_of(values, module, right, found)
    label = f"`{spelled(left)}` and `{spelled(right)}`"
    divides = isinstance(operator, (ast.Div, ast.FloorDiv, ast.Mod))
    if isinstance(operator, ast.Mod) and one == {"str"}:
        _percent(left, other, label, found)
        for written in right.elts if isinstance(right, ast.Tuple) else [right]:
            by_own_method(values, module, written, WRITTEN_BY, found)
        return
    if isinstance(operator, ast.Div) and one and all(n.startswith("pathlib.") for n in one):
        if not other or other & LOOSE:
            found.add("TypeError", f"a path and {label}", CERTAIN if other else RARE)
        return
    if divides and (one | other) & (NUMBERS | {"data"}) and not _is_nonzero(module, right):
        found.add("ZeroDivisionError", f"a division: {label}")
    if isinstance(operator, ast.Pow):
        found.add("OverflowError", f"`**` on {label}", RARE)
        found.add("ZeroDivisionError", f"`**` on {label}", RARE)
    if not one or not other:
        found.missing[f"an operator on {label}, whose types are unknown"] = None
    elif (one | other) & LOOSE:
        found.add("TypeError", f"an operator on {label}: one may be of another type")
    elif not _fit(one, operator, other):
        found.missing[f"an operator on {label}: {', '.join(sorted(one | other))}"] = None
    elif one <= _DATES and other == {"datetime.timedelta"}:
        found.add("OverflowError", f"{label}: the date may be out of range", RARE)
    elif isinstance(operator, (ast.LShift, ast.RShift)) and not isinstance(right, ast.Constant):
        found.add("ValueError", f"a shift: {label}", RARE)


def _percent(left: ast.expr, other: set[str], label: str, found: Found) -> None:
    """`text % values`: the values may not fit the text, which may also come from elsewhere."""
    template = left.value if isinstance(left, ast.Constant) else None
    if template is None or not other or other - {"str", "int"}:
        found.add("TypeError", f"`%` on {label}")
        found.add("ValueError", f"`%` on {label}: bad format", RARE if template else CERTAIN)
    if (template is None and other != {"tuple"}) or (isinstance(template, str) and "%(" in template):
        found.add("KeyError", f"`%` on {label}: a name may be missing")
    if template is None:
        found.assumed[f"what `%` puts into {label} can be written out"] = None


def _fit(one: set[str], operator: ast.operator, other: set[str]) -> bool:
    """Whether the operator is sure to work on these types."""
    if one <= NUMBERS and other <= NUMBERS:
        return True
    if one == other and len(one) == 1:
        (name,) = one
        added = isinstance(operator, ast.Add) and name in _SEQUENCES
        sets = name in _SETS | {"dict"} and isinstance(operator, (ast.BitOr, ast.BitAnd, ast.Sub))
        flags = isinstance(operator, (ast.BitOr, ast.BitAnd, ast.Add, ast.Sub))
        return added or sets or (flags and name in ("datetime.timedelta", "re.RegexFlag"))
    if isinstance(operator, ast.Mult):
        return (one <= _SEQUENCES and other <= NUMBERS) or (other <= _SEQUENCES and one <= NUMBERS)
    dates = one <= _DATES
    return dates and other == {"datetime.timedelta"} and isinstance(operator, (ast.Add, ast.Sub))


def _is_nonzero(module: Module, node: ast.expr) -> bool:
    """Whether a divisor cannot be zero: by its value, or by the `if` around it."""
    match node:
        case ast.Constant(value=value):
            return bool(value)
        case ast.BinOp(left=left, op=ast.Mult() | ast.Pow(), right=right):
            return _is_nonzero(module, left) and _is_nonzero(module, right)
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            return _is_nonzero(module, last)
        case ast.Call(func=ast.Name(id="max"), args=[_, _] as given):
            return any(
                isinstance(a, ast.Constant) and isinstance(a.value, (int, float)) and a.value > 0
                for a in given
            )
    text = spelled(node)
    tests = (text, f"{text} > 0", f"{text} != 0", f"0 < {text}", f"{text} >= 1")
    return any(spelled(test) in tests for test in true_tests(module, node))


def unary(values: Values, module: Module, node: ast.UnaryOp, found: Found) -> None:
    if isinstance(node.op, ast.Not):
        return
    kinds = kinds_of(values, module, node.operand, found)
    label = f"`{spelled(node)}`"
    if not kinds:
        found.missing[f"an operator on {label}, whose type is unknown"] = None
    elif not kinds <= NUMBERS:
        found.add("TypeError", f"{label}: it may be no number")


def compare(values: Values, module: Module, node: ast.Compare, found: Found) -> None:
    """`==`, `!=` and `is` are taken to raise nothing; order and `in` depend on the types."""
    operands = [node.left, *node.comparators]
    for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
        if isinstance(operator, (ast.Eq, ast.NotEq)):
            for operand in (left, right):
                by_own_method(values, module, operand, ("__eq__", "__ne__"), found)
        if isinstance(operator, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
            continue
        one, other = kinds_of(values, module, left, found), kinds_of(values, module, right, found)
        label = f"`{spelled(node)}`"
        if isinstance(operator, (ast.In, ast.NotIn)):
            _contains(one, other, label, found)
        elif not one or not other:
            found.missing[f"compares {label}, whose types are unknown"] = None
        elif (one | other) & LOOSE:
            found.add("TypeError", f"{label}: one may be of another type")
        elif not (one <= NUMBERS and other <= NUMBERS) and not (one == other and one <= _ORDERED):
            same = one == other and fact(next(iter(one)), "__lt__")
            if not same:
                found.missing[f"compares {label}: {', '.join(sorted(one | other))}"] = None
            else:
                for name in same.raises:
                    found.add(name, f"{label}: {same.source}")


def _contains(one: set[str], other: set[str], label: str, found: Found) -> None:
    if not other:
        found.missing[f"tests {label}, whose type is unknown"] = None
    elif other & LOOSE or (other & {"str", "bytes"} and one != other):
        found.add("TypeError", f"{label}: not every type can be looked into")
    elif other & (MAPPINGS | _SETS) and (not one or "data" in one):
        found.add("TypeError", f"{label}: what is looked for may be unhashable", RARE)
    elif not other <= ITERABLE:
        found.missing[f"tests {label}, whose type is unknown"] = None


def by_own_method(
    values: Values, module: Module, node: ast.expr, methods: Iterable[str], found: Found
) -> None:
    """Note that comparing, testing or writing out a value runs a method that its class defines."""
    for kind in values.of(module, node):
        for name in methods if kind.definition else ():
            if kind.definition and values.member(kind.definition, name).definitions:
                found.missing[f"runs `{kind.name}.{name}` on `{spelled(node)}`"] = None


def formatted(values: Values, module: Module, node: ast.FormattedValue, found: Found) -> None:
    """`{value:spec}` in an f-string; without a spec it is taken to raise nothing."""
    by_own_method(values, module, node.value, WRITTEN_BY, found)
    if node.format_spec is None or kinds_of(values, module, node.value, found) & (NUMBERS | {"str"}):
        return
    label = f"`{spelled(node.value)}` with a format"
    found.add("TypeError", f"{label}: its type may not take it")
    found.add("ValueError", f"{label}: its type may not take it")


def started_elsewhere(values: Values, module: Module, node: ast.expr, found: Found) -> None:
    """Note that going on with an iterator which a variable holds runs what it was made of."""
    kinds = names_in(values.of(module, node)) if isinstance(node, (ast.Name, ast.Attribute)) else set()
    if "Iterator" in kinds:
        found.missing[f"goes on with the iterator `{spelled(node)}`, which may run anything"] = None


def iterate(values: Values, module: Module, node: ast.expr, found: Found) -> None:
    """`for … in node`, `*node`."""
    started_elsewhere(values, module, node, found)
    label = f"`{spelled(node)}`"
    kinds = kinds_of(values, module, node, found)
    if not kinds:
        found.missing[f"iterates over {label}, whose type is unknown"] = None
    for kind in sorted(kinds):
        if kind in LOOSE:
            found.add("TypeError", f"iterates over {label}, which may be of another type")
        elif kind in ITERABLE:
            continue
        elif item := fact(kind, "__iter__"):
            for name in item.raises:
                found.add(name, f"iterates over {label}: {item.source}")
        else:
            found.missing[f"iterates over {label}, whose type is unknown"] = None


def unpack(
    values: Values, module: Module, node: ast.expr, pattern: ast.expr, each: bool, found: Found
) -> None:
    """`a, b = node`, or `for a, b in node` (`each`)."""
    assert isinstance(pattern, (ast.Tuple, ast.List))
    if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == len(pattern.elts) and not each:
        return
    value = values.of(module, node)
    if each:
        value = element(value)
    label = f"`{spelled(pattern)}` from `{spelled(node)}`"
    kinds = names_in(value)
    if kinds == {"tuple"}:
        return  # a tuple is made with its length in mind
    found.add("ValueError", f"unpacks {label}: there may be more or fewer")
    if not kinds:
        found.missing[f"unpacks {label}, whose type is unknown"] = None
    elif kinds & LOOSE or kinds & NUMBERS:
        found.add("TypeError", f"unpacks {label}: it may be of another type")


def hashed(values: Values, module: Module, keys: Iterable[ast.expr | None], found: Found) -> None:
    """Keys of a dict and members of a set, as they are written out."""
    for key in keys:
        if key is not None and not isinstance(key, ast.Constant):
            kinds = kinds_of(values, module, key, found)
            if not kinds or kinds & (LOOSE | {"list", "dict", "set"}):
                found.add("TypeError", f"`{spelled(key)}` may be unhashable", RARE)


def fact(type_name: str, attribute: str) -> Fact | None:
    return tables().fact(type_name, attribute)


def named(dotted: str) -> Fact | None:
    return tables().facts.get(dotted)
