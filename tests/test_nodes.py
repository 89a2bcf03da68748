"""Walking over trees."""

from __future__ import annotations

import ast
import io
import sys
import tokenize

import pytest

from codemods.module import Module
from codemods.nodes import children, walk

CODE = '''
from __future__ import annotations
import os.path as path, re
def f(a, /, b: int = 1, *c, d, e=None, **g) -> str:
    """Text."""
    global name
    def inner():
        nonlocal a
        a = {**g, "k": [x async for x in y if x], None: ...}
    try:
        return f"{a!r:>{b}}" or (yield) or -b < c <= d
    except* (OSError, ValueError) as error:
        raise TypeError(1) from error
    match a:
        case None | True:
            pass
        case {"k": 1, **rest} | [1, *_] | Point(x=0, y=str() as z) if z:
            pass
class C(Base, metaclass=M):
    n: int
    @property
    async def p(self): await self[1:2, ...].q(*a, k=1, **g); del self.x; assert b, "why"
for i in lambda: 1, *w: (v := i); w += 1
else: pass
while True:
    with open(a) as b, c: break
'''
NEWER = "type Alias[T: int, *Ts, **P] = list[T]\n"
SINGLETONS = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)


@pytest.mark.parametrize(
    "code",
    [CODE, pytest.param(NEWER, marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="of 3.12"))],
)
def test_the_children_of_a_node_are_nodes_in_order(code: str) -> None:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        expected = [] if isinstance(node, (ast.ImportFrom, ast.Import)) else [*ast.iter_child_nodes(node)]
        found = children(node)
        assert all(isinstance(child, ast.AST) for child in found)
        if expected:
            assert found == [child for child in expected if not isinstance(child, SINGLETONS)]


def test_a_module_knows_every_node_that_a_walk_finds() -> None:
    module = Module("app.py", CODE.encode())
    everything = [*walk([module.tree])]
    assert {module.tree, *module.parents} == set(everything)
    for kind in {node.__class__ for node in everything}:
        assert module.nodes(kind) == [node for node in everything if node.__class__ is kind]
    assert all(node in children(above) for node, above in module.parents.items())


def test_a_tree_may_be_deeper_than_python_goes_by_itself() -> None:
    module = Module("app.py", ("x = " + "+".join(["a"] * 2500)).encode())
    assert len(module.nodes(ast.BinOp)) == 2499


def test_a_comment_is_told_by_its_line_and_only_a_text_there_has_the_file_tokenized() -> None:
    module = Module("a.py", b'plain = 1  # 1 \r\nroad = "#1"  # a street\r# alone\nlast = "# text"\n')
    assert [module.comment(line) for line in (0, 1, 3, 5, 6)] == ["", "# 1 ", "# alone", "", ""]
    assert "_comments" not in vars(module)
    assert [module.comment(line) for line in (2, 4)] == ["# a street", ""]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "iso-2022-jp"])
def test_the_comments_of_all_lines_are_those_that_the_tokenizer_finds(encoding: str) -> None:
    code = f"""# coding: {encoding}
'''A text # with lines
# that begin like comments'''
name = f"{{plain!r:#x}} # {{0}}"  # filled
both = ("one"
        # between them
        "# two")  # behind
with open("#") as file: pass  # opened
#
"""
    module = Module("a.py", code.encode(encoding))
    lines = range(1, code.count("\n") + 1)
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    expected = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    assert {line: found for line in lines if (found := module.comment(line))} == expected
