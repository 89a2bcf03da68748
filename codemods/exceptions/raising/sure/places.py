"""Places in sequences that are sure to be there."""

from __future__ import annotations

import ast

from codemods.exceptions.raising.sure.patterns import is_in_each_match
from codemods.exceptions.raising.sure.written import bound_to
from codemods.exceptions.raising.walk import Walk, type_names
from codemods.exceptions.types.flow.conditions import holds_any, true_tests
from codemods.exceptions.types.flow.stores import is_local
from codemods.exceptions.types.functions.signatures import spreads
from codemods.exceptions.types.kinds import has_place, names_in, number
from codemods.exceptions.types.library.groups import has_group
from codemods.exceptions.types.library.records import values_of
from codemods.exceptions.types.notation import Type
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import one_or_more, spelled

_ENDS, _THREE = (0, -1), (0, 1, 2, -1, -2, -3)
_ALWAYS_THERE = {"split": _ENDS, "rsplit": _ENDS, "partition": _THREE, "rpartition": _THREE}
_SPLIT = {"str", "bytes", "data", "None"}  # None has no `split`
_REWRITING = ("lower", "upper", "casefold", "swapcase", "title", "capitalize")
_QUERIES = ("urllib.parse.parse_qs", "urlparse.parse_qs")  # a name that is there has one value or more
UNPACKING = ("struct.unpack", "struct.unpack_from")


def is_there(walk: Walk, node: ast.Subscript, whole: Type) -> bool:
    """Whether a lookup in a sequence always finds something: `os.path.splitext(path)[1]`."""
    index = number(node.slice)
    if not isinstance(node.ctx, ast.Load):
        return False
    if index is None:  # `("", "s")[count > 1]`
        is_bool = type_names(walk, node.slice) == {"bool"}
        return is_bool and (has_place(whole, 1) or _is_displayed(node.value, 1))
    if has_place(whole, index) or _is_displayed(node.value, index):
        return True
    match node.value:
        case ast.Call(func=function) if names_of(walk.module).is_any(function, "socket.getaddrinfo"):
            return index in _ENDS  # RFC 3493: one address or more
        case ast.Call(func=function, args=[ast.Constant(value=str(form)), *_]) if names_of(
            walk.module
        ).is_any(function, *UNPACKING):
            return index in range(-len(values_of(form)), len(values_of(form)))
        case ast.Call(func=ast.Attribute(value=match, attr="groups"), args=[]):
            group = index + 1 if index >= 0 else -index  # as many groups as that
            return has_group(walk.values, walk.module, match, ast.Constant(group)) is True
        case ast.Subscript(value=table) if index in _ENDS and _is_query(walk.module, table):
            return True
        case ast.Call(func=ast.Attribute(value=text, attr="splitlines")) if index in _ENDS:
            return _is_not_empty(walk, text)
        case ast.Call(func=ast.Attribute(), args=[by, *_]) if _may_be_none(walk, by):
            return False  # `"".split(None)` is empty
        case ast.Call(func=ast.Attribute(value=text, attr=name), args=[_, *_]):
            kinds = type_names(walk, text)
            known = bool(kinds) and not kinds - _SPLIT
            return known and (index in _ALWAYS_THERE.get(name, ()) or index in _places(walk, node.value))
    return False


def _is_displayed(whole: ast.expr, index: int) -> bool:
    """Whether it is a list that is written out there, and has a place at the index."""
    if not isinstance(whole, ast.List) or spreads(whole.elts):
        return False
    return -len(whole.elts) <= index < len(whole.elts)


def is_first_of_python(walk: Walk, node: ast.Subscript) -> bool:
    """Whether it is the first of what Python itself fills, and a program hardly ever empties.

    Of the frames of the stack a function has its own, and that of its caller.
    """
    names, index = names_of(walk.module), number(node.slice)
    if isinstance(node.value, ast.Call) and names.is_any(node.value.func, "inspect.stack"):
        return index == 0 or (index == 1 and walk.module.function(node) is not None)
    return index == 0 and names.is_any(node.value, "sys.argv", "sys.path")


def _places(walk: Walk, split: ast.expr) -> range:
    """The places, from both ends, that are there in what splitting a text by a separator gives."""
    least, _ = parts_of(walk, split)
    return range(-least, least)


def parts_of(walk: Walk, split: ast.expr) -> tuple[int, int | None]:
    """How many parts `text.split(separator)` gives at least and, where that is known, at most.

    There are two where a test says that the separator is in the text; (0, None) for anything else.
    """
    match split:
        case ast.Call(
            func=ast.Attribute(value=text, attr="split" | "rsplit"), args=[by, *more], keywords=given
        ):
            limits = [*more, *(keyword.value for keyword in given)]
        case _:
            return 0, None
    kinds = type_names(walk, text)
    limit = number(limits[0]) if limits else None
    if not kinds or kinds - _SPLIT or _may_be_none(walk, by) or (limits and not limit):
        return 0, None
    whole = _stripped(text, by)
    is_in = isinstance(whole, ast.Name) and (
        any(
            spelled(test) == f"{spelled(by)} in {whole.id}" or _has_ends_with(test, by, whole.id)
            for test in true_tests(walk.module, split)
        )
        or is_in_each_match(walk.module, whole, by, walk.project)
    )
    return (2 if is_in else 1), (limit + 1 if limit and limit > 0 else None)


def _may_be_none(walk: Walk, separator: ast.expr) -> bool:
    """Whether a text may be split by nothing, or by what is spread out there, of which there may be none."""
    names = names_in(walk.values.seen(walk.module, separator), in_part=True)
    return isinstance(separator, ast.Starred) or "None" in names


def _stripped(text: ast.expr, by: ast.expr) -> ast.expr:
    """The text itself, where only its ends or the case of letters change, and no part of the separator."""
    match text, by:
        case (
            ast.Call(func=ast.Attribute(value=whole, attr=method), args=[], keywords=[]),
            ast.Constant(value=str() | bytes() as separator),
        ) if method in _REWRITING and separator == separator.strip().lower() == separator.upper():
            return _stripped(whole, by)
        case (
            ast.Call(
                func=ast.Attribute(value=whole, attr="strip" | "lstrip" | "rstrip"), args=[], keywords=[]
            ),
            ast.Constant(value=str() | bytes() as separator),
        ) if separator == separator.strip():
            return _stripped(whole, by)
    return text


def _has_ends_with(test: ast.expr, by: ast.expr, name: str) -> bool:
    """Whether a test says that one of some ends is there, with the separator in each: `x.endswith(".py")`."""
    match test, by:
        case (
            ast.Call(
                func=ast.Attribute(value=ast.Name(id=asked), attr="endswith" | "startswith"), args=[ends]
            ),
            ast.Constant(value=str(separator)),
        ) if asked == name:
            each = [end.value for end in one_or_more(ends) if isinstance(end, ast.Constant)]
            texts = [end for end in each if isinstance(end, str) and separator in end]
            return bool(texts) and len(texts) == len(one_or_more(ends))
    return False


def _is_not_empty(walk: Walk, text: ast.expr) -> bool:
    """Whether it is a text, and a test says that it has a character: then it has a line."""
    kinds = type_names(walk, text)
    if not isinstance(text, ast.Name) or kinds not in ({"str"}, {"bytes"}):
        return False
    asked = (text.id, f"{text.id} != ''", f"{text.id} != b''")
    return holds_any(walk.module, text, asked)


def _is_query(module: Module, table: ast.expr) -> bool:
    """Whether it is what `parse_qs` gives, or a local variable that holds it and is only looked into."""
    names = names_of(module)
    made: list[ast.expr] = [table]
    if isinstance(table, ast.Name):
        uses = (use for binding in names.bindings(table) for use in names.uses(binding))
        kept = is_local(module, table) and all(_only_looks(module, use) for use in uses)
        made = (kept and bound_to(module, table, None)) or []
    calls = [one.func for one in made if isinstance(one, ast.Call)]
    return bool(made) and len(calls) == len(made) and all(names.is_any(one, *_QUERIES) for one in calls)


def _only_looks(module: Module, use: ast.Name) -> bool:
    """Whether a use of a dict of lists leaves them as they are: `query["name"][0]`, `"name" in query`."""
    above = module.parent(use)
    match above, module.parent(above) if above else None:
        case ast.Subscript(ctx=ast.Load()), ast.Subscript(ctx=ast.Load()):
            return True
        case ((ast.Compare() | ast.If() | ast.UnaryOp()), _):
            return True
    return isinstance(use.ctx, ast.Store)
