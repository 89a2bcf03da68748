"""Statements that define, import, assign, loop, test and yield."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.control import goes_round
from codemods.exceptions.answer import CERTAIN, CTRL_C, RARE
from codemods.exceptions.platforms import NOT_EVERYWHERE
from codemods.exceptions.raising.dispatch import awaited
from codemods.exceptions.raising.facts import is_of_platform
from codemods.exceptions.raising.operators import iterating, operations, special, unpacking
from codemods.exceptions.raising.walk import Visitors, Walk, each_type, short
from codemods.exceptions.versions import import_lacks
from codemods.names import names_of
from codemods.nodes import spelled, types_of
from codemods.python2 import is_only_in_python_2
from codemods.stdlib import STANDARD_MODULES

# What taking the next thing raises when there is none, by the name of the function.
_AT_THE_END = {
    "pop": ("IndexError", "KeyError", "LookupError"),
    "popitem": ("KeyError", "LookupError"),
    "popleft": ("IndexError", "LookupError"),
    "heappop": ("IndexError", "LookupError"),
    "next": ("StopIteration",),
    "get_nowait": ("Empty", "QueueEmpty"),
}


def _function_def(walk: Walk, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
        if part is not None:
            walk.visit(part)
    if node.decorator_list:
        walk.found.missing[f"decorates `{node.name}`"] = None


def _lambda(walk: Walk, node: ast.Lambda) -> None:
    for default in (*node.args.defaults, *node.args.kw_defaults):
        if default is not None:
            walk.visit(default)
    parent = walk.module.parent(node)
    if isinstance(parent, (ast.Call, ast.keyword)):  # whoever gets it may call it
        walk.visit(node.body)


def _assert(walk: Walk, node: ast.Assert) -> None:
    operations.truth(walk, node.test)
    walk.generic_visit(node)
    walk.found.add("AssertionError", f"assert {short(node.test)} (line {node.lineno})")


def _import(walk: Walk, node: ast.Import | ast.ImportFrom) -> None:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    relative = isinstance(node, ast.ImportFrom) and node.level > 0
    tops = {name.partition(".")[0] for name in names}
    old = set() if relative else {t for t in tops if _is_of_python_2(walk, t)}
    standard = not relative and tops - STANDARD_MODULES <= NOT_EVERYWHERE | old
    block = walk.module.siblings(node)[0]
    asks = _only_imports(block)  # else nobody thinks of a missing `json`
    meant = asks or not tops.isdisjoint(NOT_EVERYWHERE | old)
    asked = [f"{node.module}.{a.name}" for a in node.names] if isinstance(node, ast.ImportFrom) else names
    meant = meant or any(import_lacks(walk.project, walk.module, name) for name in asked if standard)
    meant = meant or (isinstance(node, ast.ImportFrom) and any(map(is_of_platform, asked)))
    confidence = CERTAIN if meant or not standard else RARE
    walk.found.add("ImportError", f"{short(node)} (line {node.lineno})", confidence)
    for attribute in _asked_of(node, block) if asks else ():
        walk.found.add("AttributeError", f"asks whether there is `{short(attribute)}`")
    for top in sorted(tops & NOT_EVERYWHERE | old):
        walk.found.assumed[f"a `{top}` that can be imported is that of the standard library"] = None
    if not standard:
        walk.found.missing[f"`{short(node)}` runs the code of a module"] = None


def _is_of_python_2(walk: Walk, top: str) -> bool:
    """Whether it is a module of Python 2's library only, and no file of the project has that name."""
    return is_only_in_python_2(top) and not walk.project.may_shadow(top)


def _only_imports(block: Sequence[ast.stmt]) -> bool:
    """Whether a block only imports and says what came of it: `HAS_NUMPY = True`, not `os.environ[…] = ""`."""
    values = (ast.Constant, ast.Name, ast.Attribute)
    imports = [s for s in block if isinstance(s, (ast.Import, ast.ImportFrom))]
    bound = {alias.asname or alias.name.partition(".")[0] for s in imports for alias in s.names}
    said = [s for s in block if isinstance(s, ast.Assign) and isinstance(s.value, values)]
    items = [target for s in said for target in s.targets if isinstance(target, ast.Subscript)]
    uses = any(spelled(item).partition(".")[0] in bound for item in items)
    return len(imports) + len(said) == len(block) and not uses


def _asked_of(node: ast.Import | ast.ImportFrom, block: Sequence[ast.stmt]) -> Iterator[ast.Attribute]:
    """What a block that only imports takes out of what the statement imports: `json.JSONDecodeError`."""
    bound = {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    for statement in block:
        match statement:
            case ast.Assign(value=ast.Attribute(value=ast.Name(id=name)) as attribute) if name in bound:
                yield attribute


def _for(walk: Walk, node: ast.For | ast.AsyncFor | ast.comprehension) -> None:
    in_turn = isinstance(node, ast.AsyncFor) or (isinstance(node, ast.comprehension) and bool(node.is_async))
    iterating.iterate(walk, node.iter, in_turn=in_turn)
    if isinstance(node.target, (ast.Tuple, ast.List)):
        unpacking.unpack(walk, node.iter, node.target, each=True)
    if isinstance(node, ast.comprehension):
        for test in node.ifs:
            operations.truth(walk, test)
    else:
        iterating.changed_in_loop(walk, node)
    walk.generic_visit(node)


def _assign(walk: Walk, node: ast.Assign) -> None:
    walk.generic_visit(node)
    for target in node.targets:
        if isinstance(target, (ast.Tuple, ast.List)):
            unpacking.unpack(walk, node.value, target, each=False)


def _ann_assign(walk: Walk, node: ast.AnnAssign) -> None:
    for part in (node.value, node.target):
        if part is not None:
            walk.visit(part)


def _if(walk: Walk, node: ast.If) -> None:
    match node.test:
        case ast.UnaryOp(op=ast.Not(), operand=asked) if _is_type_checking(walk, asked):
            block = node.body
        case asked if _is_type_checking(walk, asked):
            block = node.orelse
        case _:
            _test(walk, node)
            return
    for statement in block:
        walk.visit(statement)


def _is_type_checking(walk: Walk, test: ast.expr) -> bool:
    """Whether it is what only type checkers take to be true."""
    return names_of(walk.module).is_any(test, "typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING")


def _test(walk: Walk, node: ast.If | ast.While | ast.IfExp) -> None:
    operations.truth(walk, node.test)
    walk.generic_visit(node)


def _while(walk: Walk, node: ast.While) -> None:
    _test(walk, node)
    endless(walk, node)


def endless(walk: Walk, node: ast.While) -> None:
    """Note that nothing but Ctrl-C may end a loop."""
    is_endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    if is_endless and goes_round(node, ast.Break, ast.Return, ast.Raise) and not _empties(walk, node):
        walk.found.add("KeyboardInterrupt", f"{CTRL_C} ends the endless loop (line {node.lineno})", RARE)


def _empties(walk: Walk, loop: ast.While) -> bool:
    """Whether the loop begins with taking the next thing, and a handler is there for when none is left."""
    above = walk.module.parent(loop)
    handlers = above.handlers if isinstance(above, ast.Try) and loop in above.body else []
    named = {ast.unparse(kind).rpartition(".")[2] for handler in handlers for kind in types_of(handler)}
    calls = (node.func for node in ast.walk(loop.body[0]) if isinstance(node, ast.Call))
    taken = {ast.unparse(func).rpartition(".")[2] for func in calls}
    return any(end in named for take in taken for end in _AT_THE_END.get(take, ()))


def _bool_op(walk: Walk, node: ast.BoolOp) -> None:
    for value in node.values:
        operations.truth(walk, value)
    walk.generic_visit(node)


def _starred(walk: Walk, node: ast.Starred) -> None:
    walk.generic_visit(node)
    if isinstance(node.ctx, ast.Load):
        iterating.iterate(walk, node.value)
        for kind in each_type(walk, node.value):
            special.measured(walk, node.value, kind)


def _yield(walk: Walk, node: ast.Yield | ast.YieldFrom) -> None:
    walk.generic_visit(node)
    if not walk.in_function:
        walk.found.missing["yields: whoever drives the generator can throw anything in"] = None


def _yield_from(walk: Walk, node: ast.YieldFrom) -> None:
    iterating.iterate(walk, node.value)
    _yield(walk, node)


def _await(walk: Walk, node: ast.Await) -> None:
    walk.generic_visit(node)
    if not isinstance(node.value, ast.Call):
        walk.found.missing[f"awaits `{short(node.value)}`, whose type is unknown"] = None
        return
    awaited(walk, node.value, walk.values.target(walk.module, node.value.func).definitions)


DEFINING: Visitors = {
    ast.FunctionDef: _function_def,
    ast.AsyncFunctionDef: _function_def,
    ast.Lambda: _lambda,
    ast.AnnAssign: _ann_assign,
}
VISITORS: Visitors = {
    **DEFINING,
    ast.Assert: _assert,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.comprehension: _for,
    ast.Assign: _assign,
    ast.If: _if,
    ast.While: _while,
    ast.IfExp: _test,
    ast.BoolOp: _bool_op,
    ast.Starred: _starred,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.Await: _await,
}
