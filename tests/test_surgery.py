"""LibCST surgery: the right node is found, nothing else is printed anew, and the edits are small."""

from __future__ import annotations

import ast
from collections.abc import Callable

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemods.edits import apply_edits
from codemods.model import Edit
from codemods.module import Module
from codemods.surgery import Block, Statements, difference, indent, insert_before, rewrite


def module_of(text: str, encoding: str = "utf-8") -> Module:
    return Module("m.py", text.encode(encoding))


def marked(module: Module, name: str = "mark") -> list[ast.stmt]:
    """The statements that are a plain call of `name`, in source order."""
    calls = [s for s in module.nodes(ast.Expr) if ast.unparse(s).startswith(f"{name}(")]
    return sorted(calls, key=lambda s: (s.lineno, s.col_offset))


def same(block: Block) -> Statements:
    return block.statements


def under_with(block: Block) -> Statements:
    shell = cst.parse_statement("with x:\n    pass\n")
    assert isinstance(shell, cst.With)
    return [shell.with_changes(body=cst.IndentedBlock(body=block.statements))]


def rewritten(module: Module, transform: Callable[[Block], Statements]) -> str:
    """The file with the run from its first marked statement to its last rewritten."""
    first, last = marked(module)[0], marked(module)[-1]
    return apply_edits(module.data, rewrite(module, first, last, transform)).decode(module.encoding)


# Every shape around the marked statements: before, and with them under a `with`.
SHAPES = {
    "module level": ("a\nmark(1)\nmark(2)\nb\n", "a\nwith x:\n    mark(1)\n    mark(2)\nb\n"),
    "no final newline": ("def f():\n    mark(1)", "def f():\n    with x:\n        mark(1)"),
    "crlf": ("if a:\r\n  mark(1)\r\n  b\r\n", "if a:\r\n  with x:\r\n    mark(1)\r\n  b\r\n"),
    "tabs": ("if a:\n\tmark(1)\n\tmark(2)\n", "if a:\n\twith x:\n\t\tmark(1)\n\t\tmark(2)\n"),
    "deeper than one level": (
        "def f():\n  a\ndef g():\n        mark(1)\n",
        "def f():\n  a\ndef g():\n        with x:\n          mark(1)\n",
    ),
    "comments": (
        "if a:\n    # above\n    mark(1)  # beside\n    # between\n    mark(2)\n    # below\n",
        "if a:\n    # above\n    with x:\n        mark(1)  # beside\n"
        "        # between\n        mark(2)\n    # below\n",
    ),
    "a string of many lines": (
        "if a:\n    mark('''\n  not moved\n''')\n    mark(f'''\n {b}\n''')\n",
        "if a:\n    with x:\n        mark('''\n  not moved\n''')\n        mark(f'''\n {b}\n''')\n",
    ),
    "parentheses over lines": (
        "if a:\n    mark(\n        1,\n    )\n",
        "if a:\n    with x:\n        mark(\n            1,\n        )\n",
    ),
    "a shared line": ("if a:\n    b; mark(1); c\n", "if a:\n    with x:\n        b; mark(1); c\n"),
    "a one-line suite": ("if a: mark(1)\nb\n", "with x:\n    if a: mark(1)\nb\n"),
    "in an elif": (
        "if a:\n    b\nelif c:\n    mark(1)\n",
        "if a:\n    b\nelif c:\n    with x:\n        mark(1)\n",
    ),
    "a one-line elif": (
        "if a:\n    b\nelif c: mark(1)\nelse:\n    d\n",
        "with x:\n    if a:\n        b\n    elif c: mark(1)\n    else:\n        d\n",
    ),
    "form feeds": (
        "if a:\n    b\n\f\n    mark(1)\n\f    mark(2)\n",
        "if a:\n    b\n\f\n    with x:\n        mark(1)\n\f        mark(2)\n",
    ),
    "behind a form feed": ("a\n\fmark(1)\n", "a\nwith x:\n\f    mark(1)\n"),
    "not ascii": ("if ä:\n    mark('ö', ü)\n", "if ä:\n    with x:\n        mark('ö', ü)\n"),
    "byte order mark": ("\ufeffif a:\n    mark(1)\n", "\ufeffif a:\n    with x:\n        mark(1)\n"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_put_under_a_with(shape: str) -> None:
    before, after = SHAPES[shape]
    assert rewritten(module_of(before), under_with) == after
    ast.parse(after.removeprefix("\ufeff"))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_change_is_no_edit(shape: str) -> None:
    module = module_of(SHAPES[shape][0])
    assert rewrite(module, marked(module)[0], marked(module)[-1], same) == ()


def test_the_encoding_of_the_file() -> None:
    module = module_of("# coding: latin-1\nif ä:\n    é; mark('ö')\n", "latin-1")
    assert rewritten(module, under_with) == "# coding: latin-1\nif ä:\n    with x:\n        é; mark('ö')\n"


NODES: dict[str, tuple[str, type[ast.AST], type[cst.CSTNode]]] = {
    "in an indented block": ("if a:\n    mark(b.c)\n", ast.Attribute, cst.Attribute),
    "behind letters of two bytes": ("if a:\n    mark('äöü', b.c)\n", ast.Attribute, cst.Attribute),
    "behind a form feed": ("a\n\fmark(b.c)\n", ast.Attribute, cst.Attribute),
    "an indented form feed": ("if a:\n    b\n\f    mark(b.c)\n", ast.Attribute, cst.Attribute),
    "over lines": ("mark(\n  b\n  .c)\n", ast.Attribute, cst.Attribute),
    "crlf": ("if a:\r\n    mark(1)\r\n    mark(b.c)\r\n", ast.Attribute, cst.Attribute),
    "a handler": ("try:\n    mark(1)\nexcept ä:\n    b\n", ast.ExceptHandler, cst.ExceptHandler),
    "a decorated function": (
        "if a: mark(1)\n@b\n@c\ndef f():\n    mark(2)\n",
        ast.FunctionDef,
        cst.FunctionDef,
    ),
}


@pytest.mark.parametrize("case", NODES)
def test_find(case: str) -> None:
    text, kind, cst_kind = NODES[case]
    module = module_of(text)
    (node,) = module.nodes(kind)
    found = []

    def transform(block: Block) -> Statements:
        found.append(block.find(node, cst_kind))  # type: ignore[arg-type]
        with pytest.raises(LookupError):
            block.find(node, cst.Yield)  # type: ignore[arg-type]
        return block.statements

    first, last = module.tree.body[0], module.tree.body[-1]
    if kind is ast.Attribute:
        first = last = module.statement(node)
    rewrite(module, first, last, transform)
    assert isinstance(found[0], cst_kind)


def test_a_decorated_statement_comes_with_its_decorators() -> None:
    module = module_of("a\n@b(1)\ndef f():\n    c\n")
    edits = rewrite(module, module.tree.body[1], module.tree.body[1], under_with)
    expected = "a\nwith x:\n    @b(1)\n    def f():\n        c\n"
    assert apply_edits(module.data, edits).decode() == expected


def test_a_block_that_moves_right_is_insertions_at_line_starts() -> None:
    module = module_of("if a:\n    mark(1)\n    b = '''\n  c'''\n    mark(2)\n")
    edits = rewrite(module, marked(module)[0], marked(module)[-1], under_with)
    assert all(edit.start == edit.end for edit in edits)
    inserted = [(module.position(e.start)[0], e.replacement) for e in edits]
    # The lines of the string stay; the `with` comes in front of the first line's own indentation.
    assert [line for line, _ in inserted if line != 2] == [3, 5]
    assert {text for line, text in inserted if line != 2} == {b"    "}


def test_one_changed_word_is_one_small_edit() -> None:
    module = module_of("def f():\n    a = 1\n    mark(old, 2)\n    b = 2\n")

    def renamed(block: Block) -> Statements:
        (name,) = (n for n in module.nodes(ast.Name) if n.id == "old")
        old = block.find(name, cst.Name)
        return [
            cst.ensure_type(s.deep_replace(old, cst.Name("new")), cst.FunctionDef) for s in block.statements
        ]

    function = module.tree.body[0]
    at = module.data.index(b"old")
    assert rewrite(module, function, function, renamed) == (Edit("m.py", at, at + 3, b"new"),)


# -- difference: applied to the old text it gives the new one -----------------------------------------

_LINES = st.lists(
    st.sampled_from(
        ["", "    a\n", "a\n", "  b(\n", "\f\n", "ä = 'ß'\r\n", "\r\n", "\tc", "c\u2028d\n", "x\ry\n"]
    ),
    max_size=12,
).map("".join)


@given(_LINES | st.text(max_size=40), _LINES | st.text(max_size=40), st.integers(0, 3))
def test_difference_gives_the_new_text(old: str, new: str, before: int) -> None:
    old, new = _encodable(old), _encodable(new)
    data = b"#" * before + old.encode() + b"#"
    edits = difference(module_of(""), before, old, new)
    result = apply_edits(data, edits)
    assert result == b"#" * before + _with_form_feeds(old, new, result[before:-1]) + b"#"


@given(_LINES)
def test_no_difference_is_no_edit(text: str) -> None:
    assert difference(module_of(""), 0, text, text) == ()


@given(_LINES, _LINES, st.integers(1, 8))
def test_indenting_only_inserts(head: str, tail: str, width: int) -> None:
    old = head.replace("\f", "") + tail.replace("\f", "")
    new = "".join(" " * width + line + "\n" for line in old.split("\n")[:-1]) + old.split("\n")[-1]
    edits = difference(module_of(""), 0, old, new)
    assert apply_edits(old.encode(), edits) == new.encode()
    assert all(edit.start == edit.end for edit in edits)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


def _with_form_feeds(old: str, new: str, result: bytes) -> bytes:
    """What is expected: the new text, or with the form feeds of `old` that LibCST would have dropped."""
    if "\f" in old and result.replace(b"\f", b"") == new.encode().replace(b"\f", b""):
        return result
    return new.encode()


# -- inserting and indenting lines --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("mark(1)\n", "a\n\nb\nmark(1)\n"),
        ("if x:\n\tmark(1)\n", "if x:\n\ta\n\n\tb\n\tmark(1)\n"),
        ("if x:\r\n  y\r\n  mark(1)", "if x:\r\n  y\r\n  a\r\n\r\n  b\r\n  mark(1)"),
    ],
)
def test_insert_before(text: str, after: str) -> None:
    module = module_of(text)
    edit = insert_before(module, marked(module)[0], "a\n\nb")
    assert apply_edits(module.data, [edit]).decode() == after


def test_insert_before_decorators() -> None:
    module = module_of("@a\n# why\n@b\ndef f(): pass\n")
    edit = insert_before(module, module.tree.body[0], "x")
    assert apply_edits(module.data, [edit]).decode() == "x\n@a\n# why\n@b\ndef f(): pass\n"


@pytest.mark.parametrize("text", ["a; mark(1)\n", "if a: mark(1)\n"])
def test_insert_before_refuses_what_shares_its_line(text: str) -> None:
    module = module_of(text)
    with pytest.raises(ValueError, match="does not start its line"):
        insert_before(module, marked(module)[0], "b")


def test_indent_leaves_empty_lines_empty() -> None:
    assert indent("a\n\n  b", "\t") == "\ta\n\n\t  b\n"
