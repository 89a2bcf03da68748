"""Scanning and repairing, with remedies made for it."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import toy

from codemods import engine
from codemods.engine import project_of, repair, scan
from codemods.model import Failure, Finding, ScanResult, SourceTree
from codemods.module import Module
from codemods.series import series
from codemods.sources import Memory, Overlay
from codemods.workers import Pool, process_pool

LOUD = b"def greet(name):\n    print(name)\n"
FILLER = b"# " + b"x" * (engine._WORTH_A_POOL // 15) + b"\n"  # twenty of it are worth a pool


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch)


def everything(finding: Finding) -> bool:
    return True


def fixed(files: dict[str, bytes], *remedies: str) -> dict[str, bytes]:
    """The files after all fixes."""
    tree = Memory(files)
    outcome = repair(tree, scan(tree, remedies or None).findings, everything, remedies or None)
    return {**files, **{c.path: c.after for c in outcome.changes if c.after is not None}}


def comparable(result: ScanResult) -> tuple[object, ...]:
    """All of a result but the time it took."""
    return result.findings, result.failures, result.statistics.files, result.statistics.parsed


# -- scanning ---------------------------------------------------------------------------------------


def test_a_file_without_trigger_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = Memory({"a.py": LOUD, "b.py": b"this is no Python at all\n"})
    result = scan(tree)
    assert not result.failures
    assert (result.statistics.files, result.statistics.parsed) == (2, 1)


def test_a_file_is_parsed_and_walked_once_for_all_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    class Counted(Module):
        def __init__(self, path: str, data: bytes) -> None:
            parsed.append(path)
            super().__init__(path, data)

    monkeypatch.setattr("codemods.files.Module", Counted)
    result = scan(Memory({"a.py": LOUD + b"assert greet and 1\n"}), ["print-call", "assert-twice"])
    assert {finding.remedy for finding in result.findings} == {"print-call", "assert-twice"}
    assert parsed == ["a.py"]


def test_only_chosen_remedies_and_paths_are_used() -> None:
    tree = Memory({"a.py": LOUD, "b.py": LOUD})
    assert [f.path for f in scan(tree, ["print-call"], paths=["b.py"]).findings] == ["b.py"]
    assert not scan(tree, ["assert-twice"]).findings
    assert not scan(tree, []).findings


def many_files() -> dict[str, bytes]:
    files = {f"f{n:02}.py": LOUD + b"assert 1 and 2\n" + FILLER for n in range(20)}
    return files | {"bad.py": b"print(\n", "raises.py": b"raise_here\n" + FILLER}


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, process_pool])
def test_workers_give_the_same_result(pool: Pool) -> None:
    if pool is process_pool and sys.platform != "linux":
        pytest.skip("the remedies of this test reach only forked processes")
    tree = Memory(many_files())
    serial = scan(tree)
    assert len(serial.findings) == 40
    assert len(serial.failures) == 2
    assert comparable(scan(Memory(many_files()), workers=3, pool=pool)) == comparable(serial)


def test_little_work_starts_no_worker() -> None:
    def no_pool(workers: int) -> ThreadPoolExecutor:
        raise AssertionError("a pool was made")

    assert scan(Memory({"a.py": LOUD}), workers=8, pool=no_pool).findings


@pytest.mark.skipif(sys.platform != "linux", reason="the remedies of this test reach only forked processes")
def test_a_worker_that_dies_costs_only_the_file_it_died_of() -> None:
    files = many_files() | {"killer.py": b"kill_here\n" + FILLER, "other.py": b"kill_here\n" + FILLER}
    result = scan(Memory(files), workers=2)
    killed = {failure.path for failure in result.failures if "killed the process" in failure.error}
    assert killed == {"killer.py", "other.py"}
    assert result.findings == scan(Memory(many_files())).findings


def test_progress_counts_every_file() -> None:
    seen: list[tuple[int, int]] = []
    scan(Memory({"a.py": LOUD, "b.py": b"", "c.py": LOUD}), progress=lambda *at: seen.append(at))
    assert seen == [(2, 3), (3, 3)]


# -- failures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"print(\n", "'(' was never closed"),
        (b"print('a')\0\n", "null bytes"),
        (b"print 'a'\nprint(a)\n", "it looks like Python 2"),
        (b"# coding: latin-99\nprint(a)\n", "unknown encoding: latin-99"),
        (b"# coding: base64\nprint(a)\n", "not a text encoding"),
        (b"print('\xe9')\n", "invalid or missing encoding declaration"),
        (
            b"print(" + b"(" * 150 + b")" * 150 + b")\n" + b"x = " + b"-" * 200_000 + b"1\n",
            "nested too deeply",
        ),
        (b"x = " + b"1 + " * 5_000 + b"1\nprint(x)\n", "nested too deeply"),
        (b"print(1)\n" + b"#" * 3_000_000, "over the limit of 2.0 MB"),
        (b"raise_here\nprint(\n", "'(' was never closed"),
    ],
)
def test_a_bad_file_is_a_failure_and_stops_nothing(data: bytes, message: str) -> None:
    result = scan(Memory({"a.py": LOUD, "bad.py": data, "c.py": LOUD}))
    assert [finding.path for finding in result.findings] == ["a.py", "c.py"]
    (failure,) = result.failures
    assert failure.path == "bad.py"
    assert message in failure.error
    assert "\n" not in failure.error


def test_a_file_that_cannot_be_read_is_a_failure() -> None:
    result = scan(Memory({"a.py": LOUD}), paths=["a.py", "gone.py"])
    assert result.failures == (Failure("gone.py", "no such file"),)
    assert len(result.findings) == 1


def test_a_remedy_that_raises_hides_nothing_of_the_others() -> None:
    result = scan(Memory({"a.py": LOUD + b"raise_here\n"}))
    assert [finding.remedy for finding in result.findings] == ["print-call"]
    (failure,) = result.failures
    assert "raiser failed: KeyError('raise_here')" in failure.error


def test_the_size_limit_can_be_raised() -> None:
    tree = Memory({"a.py": LOUD + b"#" * 3_000_000})
    assert len(scan(tree, size_limit=4_000_000).findings) == 1


# -- fingerprints -----------------------------------------------------------------------------------


def prints(data: bytes, path: str = "a.py") -> list[str]:
    return [finding.fingerprint for finding in scan(Memory({path: data}), ["print-call"]).findings]


def test_fingerprints_stay_when_lines_move_and_layout_changes() -> None:
    moved = b"import os\n\n\n" + LOUD.replace(b"print(name)", b"print(  # loud\n        name )  # very")
    assert prints(moved) == prints(LOUD)


def test_fingerprints_tell_places_apart() -> None:
    twice = b"def greet(name):\n    print(name)\n    print(name)\n"
    assert len({*prints(twice), *prints(LOUD.replace(b"greet", b"leave")), *prints(LOUD, "b.py")}) == 4
    assert prints(twice)[0] == prints(LOUD)[0]


# -- repairing --------------------------------------------------------------------------------------


def test_fixes_bring_their_import_once() -> None:
    after = fixed({"a.py": LOUD + LOUD.replace(b"greet", b"leave")}, "print-call")["a.py"]
    assert after.count(b"import logging\n") == 1
    assert after.count(b"logging.info(name)") == 2


def test_overlapping_fixes_take_several_rounds() -> None:
    assert fixed({"a.py": b"assert a and b and c and d\n"}, "assert-twice") == {
        "a.py": b"assert a\nassert b\nassert c\nassert d\n"
    }


def test_rounds_are_bounded() -> None:
    after = fixed({"a.py": b"assert " + b" and ".join([b"a"] * 50) + b"\n"}, "assert-twice")["a.py"]
    assert after.count(b"assert") == engine._ROUNDS + 1


def test_one_round_when_asked_for() -> None:
    tree = Memory({"a.py": b"assert a and b and c\n"})
    outcome = repair(tree, scan(tree).findings, everything, again=False)
    assert [change.after for change in outcome.changes] == [b"assert a\nassert b and c\n"]


def test_what_may_uncover_nothing_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy.AssertTwice, "uncovers", False)
    looked: list[tuple[str, ...]] = []

    def counted(tree: SourceTree, remedies: object, *, paths: Sequence[str], workers: int) -> ScanResult:
        looked.append(tuple(paths))
        return scan(tree, ["assert-twice"], paths=paths)

    monkeypatch.setattr("codemods.engine.scan", counted)
    alone = {"a.py": b"assert a and b\n"}
    assert fixed(alone, "assert-twice") == {"a.py": b"assert a\nassert b\n"}
    assert looked == []
    fixed(alone)
    assert looked, "what remedies do for each other is not known"


@pytest.mark.skipif(sys.platform != "linux", reason="the remedies of this test reach only forked processes")
def test_workers_look_again_at_what_was_changed() -> None:
    tree = Memory(many_files())
    findings = scan(tree).findings
    made = [series(tree, findings, ORDER, everything, workers=workers) for workers in (1, 3)]
    assert made[0] == made[1]
    assert len(made[0].changes) == 20


def test_only_wanted_fixes_are_made() -> None:
    tree = Memory({"a.py": b"print(a)\nprint(b)\n"})
    outcome = repair(tree, scan(tree).findings, lambda f: f.span.line == 2)
    assert b"print(a)" in (outcome.changes[0].after or b"")
    assert [finding.span.line for finding in outcome.fixed] == [2]


def test_a_fix_that_does_not_compile_is_reported_and_left_out() -> None:
    files = {"a.py": b"print(break_me)\nprint(2)\n", "b.py": b"print(3)\n"}
    tree = Memory(files)
    outcome = repair(tree, scan(tree).findings, everything)
    assert {failure.error.partition(":")[0] for failure in outcome.failures} == {"breaker at line 1"}
    assert {change.path for change in outcome.changes} == {"a.py", "b.py"}
    assert fixed(files)["a.py"].endswith(b"logging.info(break_me)\nlogging.info(2)\n")


def test_what_python_warns_of_in_the_code_is_not_said() -> None:
    odd = b"x = '\\d'\nassert x is 'd' and y\n"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert fixed({"a.py": odd})["a.py"].endswith(b"assert y\n")
    assert said == []


def test_a_file_that_never_compiled_can_still_be_fixed() -> None:
    assert b"logging.info" in fixed({"a.py": b"print(1)\nreturn 2\n"})["a.py"]


def test_an_overlay_shares_what_did_not_change() -> None:
    base = Memory({"a.py": LOUD, "b.py": LOUD})
    first = Overlay(base, {"a.py": b"x = 1\n"})
    second = Overlay.of(first, [])
    assert project_of(second).module("b.py") is project_of(base).module("b.py")
    assert project_of(second).module("a.py") is not project_of(base).module("a.py")
    assert project_of(second).read("a.py") == b"x = 1\n"


# -- series -----------------------------------------------------------------------------------------

CROSS = {
    "lib.py": b"def old():\n    print(1)\n",
    "use.py": b"from lib import old\nassert old and old()\n",
    "alone.py": b"print(2)\n",
}
ORDER = ("assert-twice", "print-call", "rename-everywhere")


def test_every_step_starts_from_what_the_last_one_left() -> None:
    tree = Memory(CROSS)
    made = series(tree, scan(tree).findings, ORDER, everything)
    assert [step.remedy for step in made.steps] == list(ORDER)
    state: dict[str, bytes | None] = dict(CROSS)
    for step in made.steps:
        for change in step.changes:
            assert state[change.path] == change.before
            state[change.path] = change.after
    code = {path: [line for line in (data or b"").split(b"\n") if line] for path, data in state.items()}
    assert code == {
        "lib.py": [b"import logging", b"def new():", b"    logging.info(1)"],
        "use.py": [b"from lib import new", b"assert new", b"assert new()"],
        "alone.py": [b"import logging", b"logging.info(2)"],
    }
    assert {change.path: change.after for change in made.changes} == state


def test_files_of_one_fix_stay_together() -> None:
    tree = Memory(CROSS)
    made = series(tree, scan(tree).findings, ORDER, everything)
    groups = {frozenset(change.path for change in group) for group in made.connected()}
    assert groups == {frozenset({"lib.py", "use.py"}), frozenset({"alone.py"})}


def test_a_process_that_only_scans_takes_nothing_apart_at_its_end() -> None:
    """The trees of a large system are a million objects in circles."""
    code = (
        "from codemods.workers import spare_the_collector\n"
        "class Part:\n"
        "    def __init__(self): self.itself = self\n"
        "    def __del__(self): print('taken apart')\n"
        "Part()\n"
    )
    for last, said in (("", "taken apart\n"), ("spare_the_collector()\n", "")):
        command = [sys.executable, "-c", code + last]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == said
