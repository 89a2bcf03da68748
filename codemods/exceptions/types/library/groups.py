"""What the groups of a pattern give, where that is written out, and which are sure to hold text."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias, TypeVar

from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.functions.signatures import given_at, spreads
from codemods.exceptions.types.kinds import plain
from codemods.exceptions.types.notation import ANY, NONE, Value
from codemods.exceptions.types.targets import Inference
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import is_none

_T = TypeVar("_T")
_Compiled: TypeAlias = re.Pattern[str] | re.Pattern[bytes]
_Reader: TypeAlias = Callable[[Module, ast.Call, int], _T | None]
"""Reads the pattern out of a call, whose flags are from that argument on."""

_TAKING_PATTERNS = {"re.findall", "re.split"}
_MATCHING = ("match", "search", "fullmatch", "finditer")
_MATCHERS = tuple(f"re.{name}" for name in _MATCHING)
_PLAIN_FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.ASCII | re.UNICODE
_KINDS = {":": False, "=": False, ">": False, "<=": False, "!": True, "<!": True, "(": True}
"""What may stand after `(?`, and whether what is inside may be passed by."""


def of_matches(values: Inference, module: Module, call: ast.Call, name: str) -> Value | None:
    """The type that `re.findall`, `re.split` or `match.groups` gives; None for other calls."""
    if name == "re.Match.groups":
        return _of_groups(values, module, call)
    if name not in _TAKING_PATTERNS or not call.args:
        return None
    pattern = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
    if not isinstance(pattern, (str, bytes)):
        return plain("list", ANY)
    compiled = _compiled(pattern)
    if compiled is None:
        return None  # it raises that
    text = plain(type(pattern).__name__)
    if name == "re.split":
        return plain("list", text | NONE if compiled.groups else text)
    return plain("list", plain("tuple", *[text] * compiled.groups) if compiled.groups > 1 else text)


def of_group(values: Inference, module: Module, call: ast.Call, text: Value) -> Value:
    """What `match.group(…)` gives: None among it only for a group that may take no part."""
    if call.keywords or spreads(call.args):
        return text
    assert isinstance(call.func, ast.Attribute)
    patterns = _patterns(values, module, call.func.value, _written)
    sure = [text - NONE if _is_set(patterns, argument) else text for argument in call.args]
    if len(sure) > 1:
        return plain("tuple", *sure)
    return sure[0] if sure else text - NONE  # the whole of it


def _of_groups(values: Inference, module: Module, call: ast.Call) -> Value | None:
    """What `match.groups()` gives, place by place, where the pattern is known."""
    if call.args or call.keywords or not isinstance(call.func, ast.Attribute):
        return None
    patterns = _patterns(values, module, call.func.value, _written)
    compiled = [_compiled(pattern) for pattern in patterns]
    counts = {one.groups if one else 0 for one in compiled}
    if len(counts) != 1:
        return None
    text, sure = plain("str"), [_always_set(pattern) for pattern in patterns]
    numbers = range(1, counts.pop() + 1)
    return plain("tuple", *(text if all(n in one for one in sure) else text | NONE for n in numbers))


def of_lookup(values: Inference, module: Module, match: ast.expr, group: ast.expr, text: Value) -> Value:
    """What `match[group]` gives."""
    return text - NONE if _is_set(_patterns(values, module, match, _written), group) else text


def _is_set(patterns: list[str], group: ast.expr) -> bool:
    """Whether a group takes part whenever one of the patterns matches."""
    if not isinstance(group, ast.Constant) or not patterns:
        return False
    return all(group.value in _always_set(pattern) for pattern in patterns)


def has_group(values: Inference, module: Module, match: ast.expr, group: ast.expr) -> bool | None:
    """Whether the patterns that a match may be of have a group; None where that is not known."""
    if not isinstance(group, ast.Constant):
        return None
    named = isinstance(group.value, str)
    compiled: list[_Compiled] = _patterns(values, module, match, _with_flags)
    has = {group.value in (one.groupindex if named else range(one.groups + 1)) for one in compiled}
    return group.value == 0 or (has.pop() if len(has) == 1 else None)


def _patterns(values: Inference, module: Module, match: ast.expr, read: _Reader[_T]) -> list[_T]:
    """What is read of the patterns that a match may be of; nothing where they are not all known."""
    if isinstance(match, ast.Name):
        found = []
        for binding in reaching(module, match):
            parent = module.parent(binding.node)
            match parent:
                case ast.Assign(value=made) | ast.NamedExpr(value=made) | ast.For(iter=made):
                    found += [
                        _pattern(values, module, one, read) for one in _either(made) if not is_none(one)
                    ]
                case ast.comprehension(iter=made):
                    found.append(_pattern(values, module, made, read))
                case _:
                    return []
        return [one for one in found if one is not None] if None not in found else []
    pattern = _pattern(values, module, match, read)
    return [pattern] if pattern is not None else []


def _either(made: ast.expr) -> list[ast.expr]:
    """What a value is one of: `one.match(text) or other.match(text)`."""
    match made:
        case ast.BoolOp(op=ast.Or(), values=parts):
            return [one for part in parts for one in _either(part)]
        case ast.IfExp(body=one, orelse=other):
            return [*_either(one), *_either(other)]
    return [made]


def _pattern(values: Inference, module: Module, call: ast.expr, read: _Reader[_T]) -> _T | None:
    """What is read of the pattern by which a call looks for matches."""
    match call:
        case ast.Call(func=function) if names_of(module).is_any(function, *_MATCHERS):
            given = call.args[0] if len(call.args) == 2 and not call.keywords else None
            compiled = _compiling(values, module, given)
            return read(*compiled, 1) if compiled else read(module, call, 2)
        case ast.Call(func=ast.Attribute(value=name, attr=method)) if method in _MATCHING:
            compiled = _compiling(values, module, name)
            return read(*compiled, 1) if compiled else None
    return None


def _compiling(values: Inference, module: Module, node: ast.expr | None) -> tuple[Module, ast.Call] | None:
    """The `re.compile(…)` that it is, or that alone gives a name or an attribute its value; and where."""
    made: ast.AST | None = node
    if isinstance(node, ast.Name):
        bindings = names_of(module).bindings(node)
        match module.parent(bindings[0].node) if len(bindings) == 1 else None:
            case ast.Assign(targets=[ast.Name()], value=made) | ast.AnnAssign(value=made):
                pass
    elif isinstance(node, ast.Attribute):
        found = values.attribute(module, node)
        if found.known and len(found.origins) == 1 and not (found.values or found.definitions):
            [(module, made)] = found.origins
    is_compiled = isinstance(made, ast.Call) and names_of(module).is_any(made.func, "re.compile")
    return (module, made) if isinstance(made, ast.Call) and is_compiled else None


def flags_written(module: Module, call: ast.Call, flags_at: int) -> int | None:
    """The flags that a call gives by that argument; None when they are not written out."""
    if spreads(call.args):
        return None
    given = [*given_at(call, (flags_at, "flags", None))]
    flags = 0
    while given:
        match given.pop():
            case ast.Constant(value=int(number)):
                flags |= number
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                given += [left, right]
            case flag:
                name = (names_of(module).qualified(flag) or "").removeprefix("re.")
                if name not in re.RegexFlag.__members__:
                    return None
                flags |= re.RegexFlag[name]
    return flags & ~re.DEBUG  # which prints


def _with_flags(module: Module, call: ast.Call, flags_at: int) -> _Compiled | None:
    """The first argument as a pattern, where it and the flags are written out."""
    flags = flags_written(module, call, flags_at)
    pattern = _constant(module, call.args[0]).value if call.args and flags is not None else None
    return _compiled(pattern, flags or 0) if isinstance(pattern, (str, bytes)) else None


def _constant(module: Module, node: ast.expr) -> ast.Constant:
    """What is written out there, or at the one place where a name gets its value; else None."""
    if isinstance(node, ast.Name):
        bindings = names_of(module).bindings(node)
        made = module.parent(bindings[0].node) if len(bindings) == 1 else None
        if isinstance(made, ast.Assign) and isinstance(made.targets[0], ast.Name):
            node = made.value
    return node if isinstance(node, ast.Constant) else ast.Constant(None)


def _written(module: Module, call: ast.Call, flags_at: int) -> str | None:
    """The first argument, where it is written out, and no flag changes how it is read."""
    flags = flags_written(module, call, flags_at)
    pattern = call.args[0] if call.args and flags is not None and not flags & ~_PLAIN_FLAGS else None
    return pattern.value if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str) else None


def _compiled(pattern: str | bytes, flags: int = 0) -> _Compiled | None:
    try:
        return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError, ValueError):
        return None


@lru_cache(maxsize=256)
def _always_set(pattern: str) -> frozenset[int | str]:
    """The groups, by number and name, that take part in every match of a pattern."""
    compiled = _compiled(pattern)
    if compiled is None:
        return frozenset()
    sure = _sure(pattern, compiled.groups)
    return frozenset({0, *sure}) | {name for name, number in compiled.groupindex.items() if number in sure}


def _sure(pattern: str, groups: int) -> set[int]:
    """The numbers of the groups that are in no branch, and in nothing that may be left out."""
    count, at = 0, 0
    own: list[set[int]] = [set()]  # for each open parenthesis the group that it is,
    inner: list[set[int]] = [set()]  # those inside of it,
    loose = [False]  # and whether these may be passed by
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at = _end_of_class(pattern, at)
        elif pattern.startswith("(?#", at):
            at = pattern.index(")", at)
        elif pattern[at] == "(":
            kind = _kind(pattern, at)
            if kind is None:
                return set()
            is_group, passes = kind
            count += is_group
            own.append({count} if is_group else set())
            inner.append(set())
            loose.append(passes)
        elif pattern[at] == "|":
            loose[-1] = True
        elif pattern[at] == ")":
            kept = own.pop() | (set() if loose.pop() else inner[-1])
            inner.pop()
            after = pattern[at + 1 : at + 3]
            inner[-1] |= set() if after[:1] in ("?", "*") or after in ("{0", "{,") else kept
        at += 1
    return set() if loose[0] or count != groups else inner[0]


def _kind(pattern: str, at: int) -> tuple[bool, bool] | None:
    """Whether a parenthesis opens a group, and one that may be passed by; None where that is not followed."""
    if pattern[at + 1 : at + 2] != "?":
        return True, False
    if pattern.startswith("(?(", at):  # `(?(1)a|b)`
        return None
    after = pattern[at + 2 : at + 4]
    if after == "P<":
        return True, False
    for start in (after, after[:1]):
        if start in _KINDS:
            return False, _KINDS[start]
    flags = re.match(r"[a-zA-Z-]*", pattern[at + 2 :])
    return None if flags and "x" in flags[0] else (False, False)


def _end_of_class(pattern: str, at: int) -> int:
    """Where a class of characters ends that begins here: `[^]a]`."""
    at += 2 if pattern.startswith("[^", at) else 1
    first = True
    while at < len(pattern) and (first or pattern[at] != "]"):
        at += 2 if pattern[at] == "\\" else 1
        first = False
    return at
