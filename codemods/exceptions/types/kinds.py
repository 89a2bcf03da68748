"""Groups of types, and what values of them give: what is in them, what they are entered as or awaited for."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import lru_cache

from codemods.exceptions.tables import tables
from codemods.exceptions.types import notation
from codemods.exceptions.types.notation import ANY, DATA, NOTHING, UNKNOWN, Type, Value, known

NUMBERS = frozenset({"int", "float", "bool", "complex"})
SEQUENCES = frozenset({"list", "tuple", "str", "bytes", "bytearray", "range", "collections.deque"})
DECIMALS = frozenset({"decimal.Decimal"})
BYTES = frozenset({"bytes", "bytearray"})
MAPPINGS = frozenset({"dict", "collections.OrderedDict", "collections.Counter", "os._Environ"})
SETS = frozenset({"set", "frozenset"})
ITERABLE = SEQUENCES | MAPPINGS | SETS | {"Iterator", "collections.defaultdict", "dict_view"}
LOOSE = frozenset({"data", "None"})  # types with which an operator fails at run time, not by a mistake
# Types of which every operator makes an expression, whatever the other side is.
EXPRESSIONS = frozenset(
    {"sqlalchemy.ColumnElement", "sqlalchemy.orm.InstrumentedAttribute", "sqlalchemy.orm.Mapped"}
)
_FILLED = {
    "list",
    "dict",
    "set",
    "collections.OrderedDict",
    "collections.deque",
    "collections.defaultdict",
}  # and changed later
_DEEPEST, _WIDEST = 4, 24  # of types in types that are followed, and of types that one place may have
# Types that may read another stream, which is then what they are a type of.
WRAPPERS = frozenset(
    {"csv.Reader", "csv.DictReader", "io.TextIOWrapper", "io.BufferedReader", "tarfile.TarFile"}
    | {"gzip.GzipFile", "bz2.BZ2File", "lzma.LZMAFile", "gzip.TextFile", "bz2.TextFile", "lzma.TextFile"}
)
_GIVES_WHAT_IT_HOLDS = {
    f"contextlib.{name}"
    for name in ("AbstractContextManager", "nullcontext", "closing", "redirect_stdout", "redirect_stderr")
}  # when it is entered
HOLDERS = {"data", "dict", "os._Environ", "collections.OrderedDict", "collections.defaultdict"}


@lru_cache(maxsize=1024)
def plain(name: str, *arguments: Value) -> Value:
    return frozenset({Type(name, tuple(map(_bounded, arguments)))})


def _bounded(value: Value) -> Value:
    """What a container holds, unless that has too many types; the deepest are left out: `tree = [tree]`."""
    return _within(_merged(value), _DEEPEST - 1) if len(value) <= _WIDEST else UNKNOWN


def _merged(value: Value) -> Value:
    """One type of each container in the place of several: with `list[int]` and `list[str]` one of both."""
    alike: dict[tuple[object, ...], list[Type]] = {}
    for kind in value:
        if kind.arguments:
            alike.setdefault((kind.name, kind.definition, kind.assumed, len(kind.arguments)), []).append(kind)
    several = [kinds for kinds in alike.values() if len(kinds) > 1]
    for kinds in several:
        parts = zip(*(kind.arguments for kind in kinds), strict=True)
        one = kinds[0]._replace(arguments=tuple(_merged(join(part)) for part in parts))
        value = value.difference(kinds) | {one}
    return value


@lru_cache(maxsize=4096)
def _within(value: Value, depth: int) -> Value:
    if _depth(value) <= depth:
        return value
    parts = (
        kind._replace(arguments=tuple(_within(one, depth - 1) for one in kind.arguments)) for kind in value
    )
    return frozenset(parts) if depth else UNKNOWN


@lru_cache(maxsize=4096)
def _depth(value: Value) -> int:
    return 1 + max((_depth(one) for kind in value for one in kind.arguments), default=0)


def names_in(value: Value, in_part: bool = False) -> set[str]:
    """The names of the types; none where they are not all known, unless a part of them will do."""
    return {kind.name for kind in (value - ANY if in_part else known(value))}


def join(values: Iterable[Value]) -> Value:
    """The union; where one of them is unknown it holds ANY."""
    found: Value = frozenset().union(*(value or ANY for value in values))
    return found - NOTHING if found > NOTHING else found


@lru_cache(maxsize=4096)
def settled(value: Value) -> Value:
    """The value, where what came from nowhere but itself is unknown."""
    kinds = (
        kind._replace(arguments=tuple(map(settled, kind.arguments))) if kind.arguments else kind
        for kind in value - NOTHING
    )
    return frozenset(kinds)


def forget_types() -> None:
    """Let go of what was worked out for types: they hold their classes, and these all of a project."""
    for answers in (plain, _within, _depth, settled, notation.assuming):
        answers.cache_clear()


def element(value: Value) -> Value:
    """What iterating over the value gives."""
    return join(element_of(kind) for kind in value) if value else UNKNOWN


def held_in(value: Value) -> Value:
    """What looking something up gives."""
    return join(element_of(kind, at_key=True) for kind in value) if value else UNKNOWN


def element_at(value: Value, index: ast.expr) -> Value:
    """What `value[index]` gives."""
    if isinstance(index, ast.Slice):
        return frozenset(_sliced(kind, index) for kind in value)
    place = number(index)
    if place is None:
        return held_in(value)
    return join(at_place(kind, place, at_key=True) for kind in value) if value else UNKNOWN


def number(index: ast.expr) -> int | None:
    """The index, where it is written out as a whole number."""
    match index:
        case ast.Constant(value=int(place)):
            return place
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(place))):
            return -place
    return None


def has_place(kind: Type, index: int) -> bool:
    """Whether it is a tuple whose places are told one by one, and which has one at the index."""
    whole = as_tuple(kind)
    length = len(whole.arguments)
    return whole.name == "tuple" and length > 1 and -length <= index < length


def as_tuple(kind: Type) -> Type:
    """A named tuple as the tuple that it is, place by place; any other type as it is."""
    told = tables().tuples.get(kind.name) if "." in kind.name and not kind.definition else None
    if not told:
        return kind
    (whole,) = notation.parse(told)
    return whole._replace(assumed=kind.assumed)


def resized(kind: Type) -> Type:
    """The type of a part of it, or of several of it in a row: a tuple may get any length."""
    is_told = kind.name == "tuple" and len(kind.arguments) > 1
    return kind._replace(arguments=(join(kind.arguments),)) if is_told else kind


def _sliced(kind: Type, index: ast.Slice) -> Type:
    """The type of several parts in a row, place by place where its ends and steps are written out."""
    ends = [number(end) if end else None for end in (index.lower, index.upper, index.step)]
    is_told = [end is not None for end in (index.lower, index.upper, index.step)]
    whole = as_tuple(kind)
    if has_place(whole, 0) and is_told == [end is not None for end in ends] and ends[2] != 0:
        parts = whole.arguments[slice(*ends)]
        return whole._replace(arguments=parts) if parts else resized(whole)
    return resized(whole)


def element_of(kind: Type, at_key: bool = False) -> Value:
    if kind.name == "data":
        return DATA
    if kind in NOTHING:
        return NOTHING
    if kind.name == "str":
        return plain("str")
    if kind.name in BYTES:
        return plain("int")
    kind = as_tuple(kind)
    if kind.name == "tuple":
        return join(kind.arguments) if kind.arguments else UNKNOWN
    fact = tables().facts.get(f"{kind.name}.{'__getitem__' if at_key else '__iter__'}")
    if fact:
        return notation.filled(fact.returns, {"Held": kind.arguments[0] if kind.arguments else UNKNOWN})
    mapping = kind.name in HOLDERS
    place = 1 if mapping and at_key else 0
    return kind.arguments[place] if len(kind.arguments) > place else UNKNOWN


def at_place(kind: Type, place: int, at_key: bool = False) -> Value:
    """What stands at a place of something that is unpacked, or looked up by a number."""
    whole = as_tuple(kind)
    return whole.arguments[place] if has_place(whole, place) else element_of(whole, at_key)


def is_expression(value: Value) -> bool:
    """Whether it is sure to be of a type of which every operator makes an expression."""
    return bool(value) and {kind.name for kind in value} <= EXPRESSIONS


def through_instance(value: Value) -> Value:
    """What reading an attribute gives of an instance whose class holds this: a descriptor answers itself."""
    plain_ones = frozenset(kind for kind in value if f"{kind.name}.__get__" not in tables().facts)
    if plain_ones == value:
        return value
    got = (kind.arguments[0] if kind.arguments else UNKNOWN for kind in value - plain_ones)
    return join([*got, plain_ones] if plain_ones else got)


def entered(manager: Value) -> Value:
    """What `with manager as x` binds."""
    values = []
    for kind in manager:
        if kind in NOTHING:
            values.append(NOTHING)
            continue
        if kind.name in _GIVES_WHAT_IT_HOLDS and kind.arguments:
            values.append(kind.arguments[0])
            continue
        fact = tables().fact(kind.name, "__enter__")
        if fact and fact.returns == kind.name:  # and it still reads from the same stream
            values.append(frozenset({kind}))
            continue
        values.append(notation.parse(fact.returns) if fact and fact.returns else UNKNOWN)
    return join(values)


def awaited(value: Value) -> Value:
    """What `await value` gives; that of an `async def` is known as what its body returns."""
    wrapped = {kind for kind in value if kind.name == "Awaitable"}
    inside = [kind.arguments[-1] if kind.arguments else UNKNOWN for kind in wrapped]
    return join([*inside, value - wrapped]) if wrapped else value


def loosened(value: Value) -> Value:
    """The value as another place sees it, where anything may have been put into it since."""
    return frozenset(
        kind._replace(arguments=tuple(argument | ANY for argument in kind.arguments))
        if kind.name in _FILLED and not kind.assumed
        else kind
        for kind in value
    )
