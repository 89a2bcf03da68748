"""Fixes as a series: with `again=False`, those that were asked for and no others."""

from __future__ import annotations

import pytest
import toy

from codemods.engine import scan
from codemods.model import Failure
from codemods.series import Series, series
from codemods.sources import Memory


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)


def made(code: str, remedies: list[str], *, asked: int | None = None, again: bool) -> Series:
    """The series for a file, of its findings or of the one with the number `asked`."""
    tree = Memory({"a.py": code.encode()})
    findings = scan(tree, remedies).findings
    wanted = {f.fingerprint for f in (findings if asked is None else findings[asked : asked + 1])}
    return series(tree, findings, remedies, lambda f: f.fingerprint in wanted, again=again)


def after(result: Series) -> str:
    return (result.changes[0].after or b"").decode()


def test_of_equals_only_the_one_that_was_asked_for() -> None:
    """The others move up in the count when it is gone, and would be taken for it by a second look."""
    code = "def f():\n    print(1)\n    print(1)\n    print(1)\n"
    once = after(made(code, ["print-call"], asked=0, again=False))
    assert [line.strip() for line in once.splitlines()[-3:]] == ["logging.info(1)", "print(1)", "print(1)"]
    assert after(made(code, ["print-call"], asked=0, again=True)).count("logging.info(1)") == 3


def test_what_a_fix_uncovers_is_left() -> None:
    code = "assert x and y and z\n"
    assert after(made(code, ["assert-twice"], again=False)) == "assert x\nassert y and z\n"


def test_several_remedies_on_one_line() -> None:
    result = made("assert x and print(1)\n", ["assert-twice", "print-call"], again=False)
    assert after(result).endswith("assert x\nassert logging.info(1)\n")
    assert result.failures == ()


def test_a_fix_that_another_is_in_the_way_of_is_told() -> None:
    result = made("x = 1\nassert x and print(1)\n", ["print-call", "assert-twice"], again=False)
    assert after(result).endswith("assert x and logging.info(1)\n")
    assert result.failures == (
        Failure("a.py", "assert-twice at line 2 meets another fix: run again when that is in"),
    )
