"""Composing fixes: what overlaps, what is shared, and what comes out."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemods.edits import Composition, apply_edits, compose
from codemods.model import Edit, Fix, Import
from codemods.module import Module

CODE = b"one = 1\ntwo = 2\nif one:\n    three = 3\n    four = 4\n"


def edit(old: bytes, new: bytes, path: str = "a.py", code: bytes = CODE) -> Edit:
    """Replace the first `old` in the code by `new`."""
    start = code.index(old)
    return Edit(path, start, start + len(old), new)


def insert(before: bytes, new: bytes) -> Edit:
    at = CODE.index(before)
    return Edit("a.py", at, at, new)


def fix(*edits: Edit, imports: tuple[Import, ...] = ()) -> Fix:
    return Fix(tuple(edits), imports)


def composed(*fixes: Fix, files: dict[str, bytes] | None = None) -> Composition:
    modules = {path: Module(path, data) for path, data in (files or {"a.py": CODE, "b.py": CODE}).items()}
    return compose(fixes, modules.__getitem__)


def after(result: Composition, path: str = "a.py") -> bytes | None:
    return next(change.after for change in result.changes if change.path == path)


ONE, TWO = fix(edit(b"1", b"10")), fix(edit(b"2", b"20"))


def test_fixes_in_different_places_go_together() -> None:
    result = composed(ONE, TWO)
    assert result.taken == (ONE, TWO)
    assert after(result) == CODE.replace(b"1", b"10").replace(b"2", b"20")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (fix(edit(b"one = 1", b"one = 5")), fix(edit(b"1", b"7"))),
        (fix(insert(b"two", b"x = 0\n")), fix(insert(b"two", b"y = 0\n"))),
        # The lines of one move to the right, and the other puts a whole line among them.
        (
            fix(
                insert(b"    three", b"    if two:\n"),
                insert(b"    three = 3", b"    "),
                edit(b"4\n", b"5\n"),
            ),
            fix(insert(b"    four", b"    extra = 0\n")),
        ),
        (fix(edit(b"three = 3\n    ", b"")), fix(edit(b"two", b"2 + two"), edit(b"4", b"8"))),
    ],
    ids=["same bytes", "same place", "a line inside what is indented", "a line removed inside"],
)
def test_of_overlapping_fixes_the_first_is_made(first: Fix, second: Fix) -> None:
    for one, other in ((first, second), (second, first)):
        result = composed(one, other)
        assert result.deferred == (other,)
        assert one in (*result.taken, *result.broken)


def test_a_fix_inside_of_lines_that_move_composes() -> None:
    result = composed(
        fix(insert(b"    three = 3", b"    while two:\n    "), insert(b"    four", b"    ")),
        fix(edit(b"3", b"33")),
    )
    assert not result.deferred
    assert after(result) == CODE.replace(
        b"    three = 3\n    four", b"    while two:\n        three = 33\n        four"
    )


def test_lines_of_another_definition_are_not_inside() -> None:
    code = b"def one():\n    a = 1\n\n\ndef two():\n    b = 2\n\n\ndef main():\n    one()\n    two()\n"

    def longer(*lines: bytes) -> Fix:
        ends = [code.index(line) + len(line) for line in lines]
        return fix(*(Edit("a.py", at, at, b"\n    x = 1") for at in ends))

    fixes = longer(b"a = 1", b"    one()"), longer(b"b = 2", b"    two()")
    assert compose(fixes, lambda path: Module(path, code)).taken == fixes


def test_adjacent_edits_do_not_overlap() -> None:
    result = composed(fix(edit(b"one", b"uno")), fix(edit(b" = 1", b" = 11")))
    assert (after(result) or b"").startswith(b"uno = 11\n")


def test_identical_edits_of_two_fixes_are_made_once() -> None:
    shared = insert(b"two", b"shared = 0\n")
    result = composed(fix(shared, edit(b"3", b"30")), fix(shared, edit(b"4", b"40")))
    assert not result.deferred
    assert (after(result) or b"").count(b"shared") == 1


def test_the_same_fix_twice_is_one() -> None:
    assert composed(ONE, ONE).taken == (ONE,)


def test_a_fix_over_files_is_made_whole_or_not_at_all() -> None:
    across = fix(edit(b"1", b"9"), edit(b"1", b"9", "b.py"))
    result = composed(ONE, across, TWO)
    assert result.taken == (ONE, TWO)
    assert result.deferred == (across,)
    assert {change.path for change in result.changes} == {"a.py"}
    assert {change.path for change in composed(across, ONE, TWO).changes} == {"a.py", "b.py"}


def test_a_fix_that_does_not_compile_is_broken_and_the_rest_is_made() -> None:
    broken = fix(edit(b"3", b"(("))
    result = composed(ONE, broken, TWO)
    assert result.broken == (broken,)
    assert result.taken == (ONE, TWO)
    assert composed(broken).changes == ()


def test_fixes_that_compile_only_apart_are_made_one_after_the_other() -> None:
    clash = {"a.py": b"def f(a, b):\n    pass\n"}
    first = fix(edit(b"a,", b"c,", code=clash["a.py"]))
    second = fix(edit(b"b)", b"c)", code=clash["a.py"]))
    result = composed(first, second, files=clash)
    assert (result.taken, result.deferred, result.broken) == ((first,), (second,), ())


def test_the_time_does_not_grow_with_the_square_of_the_fixes() -> None:
    code = b"".join(b"def f%d():\n    return 1\n" % n for n in range(3000))
    places = [at.start() for at in re.finditer(b"return", code)]
    fixes = [Fix((Edit("a.py", at, at + 6, b"yield"),)) for at in places]
    began = time.process_time()
    assert len(composed(*fixes, files={"a.py": code}).taken) == 3000
    assert time.process_time() - began < 5  # a pair at a time it takes half a minute


def test_an_import_line_comes_before_what_is_inserted_at_its_place() -> None:
    code = b"import os\n\nprint(os)\n"
    at = code.index(b"\nprint")
    wanted = Fix((Edit("a.py", at, at, b"x = sys.path\n"),), (Import("a.py", "sys"),))
    result = composed(wanted, files={"a.py": code})
    assert after(result) == b"import os\nimport sys\nx = sys.path\n\nprint(os)\n"


def test_an_import_that_lost_its_last_use_goes() -> None:
    code = b"import os\nimport sys\n\nprint(os, sys)\n"
    result = composed(fix(edit(b", sys)", b")", code=code)), files={"a.py": code})
    assert after(result) == b"import os\n\nprint(os)\n"


def test_only_imports_are_a_fix_too() -> None:
    result = composed(Fix((), (Import("a.py", "os"),)))
    assert b"import os\n" in (after(result) or b"")


@given(
    st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.binary(max_size=5)))
)
def test_edits_replace_their_stretch_and_nothing_else(
    data: bytes, steps: list[tuple[int, int, bytes]]
) -> None:
    """Against the plainest way to do it: from the last edit to the first, one at a time."""
    edits, at = [], 0
    for gap, length, replacement in steps:
        start, end = at + gap, at + gap + length
        if end > len(data):
            break
        edits.append(Edit("a.py", start, end, replacement))
        at = end + 1
    expected = data
    for one in reversed(edits):
        expected = expected[: one.start] + one.replacement + expected[one.end :]
    assert apply_edits(data, reversed(edits)) == expected
