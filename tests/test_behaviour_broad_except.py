"""Mistakes of the code inside come out of a narrowed handler; what it was there for is caught as before."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest
from running import loader, outcome_of

load = loader("broad-except")


def test_a_mistake_inside_was_hidden_and_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def misspelled(*_: object, **__: object) -> None:
        raise NameError("pahts")

    monkeypatch.setattr(builtins, "open", misspelled)
    assert outcome_of(load("file_and_number.py", False)["load"], "x") == {}
    assert outcome_of(load("file_and_number.py", True)["load"], "x") is NameError


@pytest.mark.parametrize("content", [b"{}", b'{"a": 1}', b"{", b"\xff", b"[", b"", None])
def test_files_answer_as_before(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "state.json"
    if content is not None:
        path.write_bytes(content)
    old, new = (load("file_and_number.py", fixed) for fixed in (False, True))
    assert outcome_of(old["load"], str(path)) == outcome_of(new["load"], str(path))
    assert outcome_of(old["size"], str(path)) == outcome_of(new["size"], str(path))
    assert outcome_of(old["load"], str(tmp_path)) == outcome_of(new["load"], str(tmp_path)) == {}


@pytest.mark.parametrize("value", ["1", "x", None, [], 3.5, "", b"7", float("nan"), {}])
def test_numbers_answer_as_before(value: object) -> None:
    old, new = (load("file_and_number.py", fixed) for fixed in (False, True))
    assert outcome_of(old["number"], value) == outcome_of(new["number"], value)


@pytest.mark.parametrize("row", [{}, {"age": 1}, {"age": "x", "count": 1}, {"age": 1, "count": 0}])
def test_rows_answer_as_before(row: dict[str, object]) -> None:
    old, new = (load("file_and_number.py", fixed) for fixed in (False, True))
    assert outcome_of(old["age"], row) == outcome_of(new["age"], row) == 0.0


def test_ctrl_c_that_was_named_stays_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.path.getsize", interrupted)
    for fixed in (False, True):
        assert outcome_of(load("file_and_number.py", fixed)["size"], "x") == 0


@pytest.mark.parametrize("text", ["12", "", "a", "a1b"])
def test_guards_keep_their_answer(text: str) -> None:
    old, new = (load("walrus_match.py", fixed) for fixed in (False, True))
    assert outcome_of(old["level"], text) == outcome_of(new["level"], text)
    assert outcome_of(old["share"], len(text), 0) == outcome_of(new["share"], len(text), 0)


@pytest.mark.parametrize("case", ["crlf.py", "tabs_formfeed.py", "latin1.py"])
def test_a_file_that_is_there_and_one_that_is_not(case: str, tmp_path: Path) -> None:
    for fixed in (False, True):
        path = tmp_path / f"{fixed}"
        path.write_text("")
        gone = load(case, fixed)["gone"]
        assert [bool(gone(str(path))), outcome_of(gone, str(path))] in ([True, False], [True, "ñ"])
