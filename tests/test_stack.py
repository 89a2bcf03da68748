"""Fixes that conflict, on top of each other: in memory, and as branches of real repositories."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
import toy
from commandline import Run
from repositories import ENVIRONMENT, Sandbox

from codemods.branches.model import Plan, Remade
from codemods.branches.stacks.beside import beside
from codemods.branches.stacks.hunks import hunks_between, merged, moved
from codemods.branches.stacks.overlap import conflicts
from codemods.branches.stacks.stack import Ground, place, stack
from codemods.engine import scan
from codemods.model import Applicability, Edit, Failure, FileChange, Finding, Fix, Span
from codemods.relocation import relocate
from codemods.sources import Memory

TEXT = b"".join(b"line %d\n" % number for number in range(30))


def planned(name: str, *numbers: int, by: str = "", on: str | None = None, before: bytes = TEXT) -> Plan:
    """A plan that changes these lines (from 0) of a file."""
    lines = before.split(b"\n")
    for number in numbers:
        lines[number] = b"changed by " + (by or name).encode()
    return Plan(name, f"{name}\n", (FileChange("a.py", before, b"\n".join(lines)),), on=on)


# -- hunks and overlaps -------------------------------------------------------------------------------


def test_a_thousand_plans_of_one_file_are_compared_in_no_time() -> None:
    text = b"".join(b"    line %d\n" % (number % 700) for number in range(4000))
    plans = [planned(f"p{n}", 3 * n + 20, before=text) for n in range(1000)]
    plans += [planned("q", 20, 23, before=text)]
    began = time.process_time()
    found = conflicts(plans)
    assert time.process_time() - began < 5  # pairs of them would take minutes; this is a second
    assert {name for name, others in found.items() if others} == {"q", "p0", "p1"}


def test_many_equal_hunks_are_one() -> None:
    plans = [planned(f"p{n}", 2, by="same") for n in range(2000)]
    assert not any(conflicts(plans).values())


def test_what_is_on_each_other_does_not_conflict() -> None:
    lower = planned("lower", 5)
    middle = planned("middle", 6, on="lower", before=lower.changes[0].after or b"")
    upper = planned("upper", 6, 9, on="middle", before=middle.changes[0].after or b"")
    beside = planned("beside", 10, on="lower", before=lower.changes[0].after or b"")
    other = planned("other", 5)
    found = conflicts([upper, lower, other, beside, middle])
    assert found == {
        "lower": ("other",),
        "middle": ("other",),
        "upper": ("beside", "other"),
        "beside": ("other", "upper"),
        "other": ("beside", "lower", "middle", "upper"),
    }


def test_two_changes_in_one() -> None:
    one, other = planned("one", 2, 9), planned("other", 5, 12)
    both = merged(TEXT, one.changes[0].after or b"", other.changes[0].after or b"")
    assert both is not None
    assert [number for number, line in enumerate(both.split(b"\n")) if b"changed" in line] == [2, 5, 9, 12]
    assert merged(TEXT, one.changes[0].after or b"", planned("x", 3).changes[0].after or b"") is None


def test_where_a_line_has_gone() -> None:
    before = [b"a", b"b", b"c", b"d", b"e"]
    hunks = hunks_between(before, [b"new", b"a", b"C", b"C2", b"d", b"e"])
    assert [moved(number, hunks) for number in range(5)] == [1, None, None, 4, 5]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"b = os.x": "b = os.y"}, {"d = 2": "d = 3"}, True),
        ({"b = os.x": "b = os.x + os.y"}, {"d = 2": "d = 3"}, True),
        ({"d = 2": "d = 3"}, {"b = os.x": "b = os.y"}, True),
        ({"b = os.x": "b = 1"}, {"d = 2": "d = 3"}, False),  # perhaps the last use of the import
        ({"d = 2": "d = 3"}, {"b = os.x": "b = 1"}, True),
        ({"d = 2": "d = os.z"}, {"b = os.x": "b = 1", "import os\n": ""}, False),  # the import is gone
        ({"d = 2": "d = re.z", "import os\n": "import os\nimport re\n"}, {"e = 3": "e = 4"}, False),
        ({"d = 2": "d = 3"}, {"d = 2": "d = 4"}, False),
        ({"d = 2": "d = 3"}, {"c = 1": "c = 4"}, False),
    ],
)
def test_beside_each_other_without_a_second_look(
    one: dict[str, str], other: dict[str, str], expected: bool
) -> None:
    text = "import os\n\na = 0\nb = os.x\n\n\nc = 1\nd = 2\n\ne = 3\n"

    def change(parts: dict[str, str]) -> FileChange:
        after = text
        for old, new in parts.items():
            assert old in text
            after = after.replace(old, new)
        return FileChange("a.py", text.encode(), after.encode())

    both = beside(change(one), change(other))
    assert (both is not None) == expected
    if both:
        assert both.before == change(other).after
        wanted = text
        for old, new in {**one, **other}.items():
            wanted = wanted.replace(old, new)
        assert both.after == wanted.encode()


# -- places -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ("", {"a": None, "b": None, "c": None, "d": None}),
        ("ab", {"a": None, "b": "a", "c": None, "d": None}),
        ("ab ac", {"a": None, "b": "a", "c": "a", "d": None}),
        ("ab bc", {"a": None, "b": "a", "c": "b", "d": None}),
        ("ac bc", {"a": None, "b": "a", "c": "b", "d": None}),
        ("ac bc ad", {"a": None, "b": "a", "c": "b", "d": "a"}),
        ("ab cd bd", {"a": None, "b": "a", "c": "b", "d": "c"}),
    ],
)
def test_of_two_that_conflict_one_is_above_the_other(pairs: str, expected: dict[str, str | None]) -> None:
    meeting: dict[str, set[str]] = {}
    for one, other in pairs.split():
        meeting.setdefault(one, set()).add(other)
        meeting.setdefault(other, set()).add(one)
    on = place("abcd", meeting, {})
    assert on == expected
    for one, other in pairs.split():
        assert one in above(other, on)


def above(name: str, on: dict[str, str | None]) -> Iterator[str]:
    lower = on[name]
    while lower:
        yield lower
        lower = on[lower]


def test_what_cannot_move_stays() -> None:
    meeting = {"c": {"a", "b"}, "d": {"b", "c"}}
    on = place("abcd", meeting, {"a": None, "b": None})
    assert (on["a"], on["b"]) == (None, None)
    assert on["c"] in ("a", "b")
    assert on["d"] == "c"


def fixed(name: str, number: int, unsafe: bool = False) -> Plan:
    """A plan that changes one line of the base, or of what others have made of it."""
    kind = Applicability.UNSAFE if unsafe else Applicability.SAFE
    fix = Fix((Edit("a.py", 0, 1, b""),), applicability=kind)
    finding = Finding(name, "toy", "a.py", Span(number, 1, number, 2), name, fix)

    def remake(below: object) -> Remade:
        assert isinstance(below, tuple)
        (change,) = below
        lines = change.after.split(b"\n")
        if lines[number] == b"gone":
            return Remade(None, (Failure("a.py", "it is gone there"),))
        lines[number] += b" " + name.encode()
        after = b"\n".join(lines)
        return Remade(Plan(name, "", (FileChange("a.py", change.after, after),), (finding,), remake=remake))

    made = remake((FileChange("a.py", TEXT, TEXT),)).plan
    assert made
    return made


def test_safe_and_small_ones_are_below() -> None:
    large = planned("large", 3, 4, 5)
    plans = [fixed("unsafe", 4, unsafe=True), fixed("b", 4), fixed("a", 5), fixed("far", 20)]
    made = stack([*plans, large])
    assert {plan.name: plan.on for plan in made.plans} == {
        "a": "b",
        "b": None,
        "far": None,
        "unsafe": "a",
        "large": None,  # nobody can make it anew
    }
    assert made.alone == {"large": "on a, nothing of it can be made"}
    top = next(plan for plan in made.plans if plan.name == "unsafe")
    assert top.changes[0].after == TEXT.replace(b"line 4\n", b"line 4 b unsafe\n").replace(
        b"line 5\n", b"line 5 a\n"
    )
    again = stack([large, *plans[::-1]])
    assert [(plan.name, plan.on) for plan in again.plans] == [(plan.name, plan.on) for plan in made.plans]


def test_what_others_have_taken_away_stays_on_the_base() -> None:
    gone = Plan("gone", "", (FileChange("a.py", TEXT, TEXT.replace(b"line 4\n", b"gone\n")),))
    made = stack([gone, fixed("z", 4, unsafe=True), fixed("y", 3, unsafe=True)])
    assert {plan.name: plan.on for plan in made.plans} == {"gone": None, "y": "gone", "z": None}
    assert made.alone == {"z": "on y, a.py: it is gone there"}


def test_on_a_branch_that_stays() -> None:
    person = Ground(None, (FileChange("a.py", TEXT, TEXT.replace(b"line 4\n", b"line 4 mine\n")),))
    made = stack([fixed("lower", 4), fixed("upper", 4)], {"lower": person})
    (upper,) = made.plans
    assert upper.on == "lower"
    assert b"line 4 mine upper\n" in (upper.changes[0].after or b"")


# -- findings found again -----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)
    for name in [*os.environ]:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("before", "after", "line", "expected"),
    [
        ("x = 1\nprint(1)\n", "import os\nx = 1\nprint(1)\n", 2, 3),
        ("x = 1\nprint(1)\n", "with x:\n    x = 1\n    print(1)\n", 2, 3),
        ("print(1)\nx = 1\nprint(1)\n", "log(1)\nx = 1\nprint(1)\n", 3, 3),
        ("print(1)\nx = 1\nprint(1)\n", "log(1)\nif x:\n    x = 1\n    print(1)\n", 3, 4),
        ("print(1)\nprint(1)\nprint(1)\n", "log(1)\nprint(1)\nprint(1)\n", 3, 3),
        ("y = print(1)\n", "yes = print(1)\n", 1, 1),
        ("y = print(1)\n", "y = log(1)\n", 1, "what it is about is changed there already"),
        ("print(1)\n", "print()\n", 1, "there it needs a person: nothing is printed: say what was meant"),
        ("print(1)\n", "print('?')\n", 1, "there its fix can change a meaning"),
        (
            "f(print(1))\ng(print(1))\nh(print(1))\n",
            "f(log(1))\nG(print(1))\nH(print(1))\n",
            2,
            "it cannot be told from others that look the same there",
        ),
        ("print(1)\n", "print(1", 1, "its file cannot be read there"),
        ("print(1)\r\nx = 1\r\n", "# é\r\nprint(1)\r\nx = 1\r\n", 1, 2),
    ],
)
def test_a_finding_is_found_again_or_lost(before: str, after: str, line: int, expected: int | str) -> None:
    tree = Memory({"a.py": before.encode()})
    change = FileChange("a.py", before.encode(), after.encode())
    findings = [f for f in scan(tree).findings if f.span.line == line][-1:]
    there = relocate(
        tree, [change], findings, lambda f: f.applicability is Applicability.SAFE, uncovered=False
    )
    if isinstance(expected, str):
        assert [failure.error for failure in there.lost] == [f"print-call at line {line}: {expected}"]
        assert there.findings == ()
    else:
        assert [f.span.line for f in there.findings] == [expected]
        assert [f.fingerprint for f in there.findings] == [findings[0].fingerprint]


def test_other_files_are_not_looked_at_again() -> None:
    tree = Memory({"a.py": b"print(1)\n", "b.py": b"print(2)\n"})
    findings = scan(tree).findings
    change = FileChange("b.py", b"print(2)\n", b"print(2)\nprint(3)\n")
    there = relocate(tree, [change], findings, lambda finding: True, uncovered=True)
    assert there.findings[0] is findings[0]
    assert [f.span.line for f in there.findings if f.path == "b.py"] == [1, 2]


# -- branches -----------------------------------------------------------------------------------------

FILES = {
    "a.py": b"import os\n\nassert os and print(1)\nassert os and print(2)\n\nx = 1\ny = 2\n\nprint(os)\n",
    "b.py": b"print(3)\n",
}


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", FILES)
    monkeypatch.chdir(box.root)
    return box


def made(run: Run, *options: str) -> dict[str, dict[str, object]]:
    """The branches by name, without the prefix."""
    outcome = run("branch", "--stack", "--format", "json", *options)
    return {branch["name"].partition("/")[2]: branch for branch in outcome.document["branches"]}


GIT = tuple(int(part) for part in re.findall(r"\d+", os.popen("git version").read())[:2])
with_merge_tree = pytest.mark.skipif(GIT < (2, 38), reason="git merge-tree --write-tree came with 2.38")


def git(box: Sandbox, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=box.root, capture_output=True, env=ENVIRONMENT)


def merged_in_order(box: Sandbox, branches: dict[str, dict[str, object]]) -> None:
    """Merge all into a branch, lower ones first; no merge may conflict."""
    waiting = [str(branch["name"]) for branch in branches.values() if branch["commit"]]
    on = {str(branch["name"]): branch["on"] for branch in branches.values()}
    box.git("switch", "-q", "-c", "merged", "main")
    while waiting:
        ready = [name for name in waiting if on[name] not in waiting]
        for name in ready:
            box.git("merge", "-q", "--no-edit", "--no-ff", name)
        waiting = [name for name in waiting if name not in ready]


@pytest.mark.parametrize("by", ["remedy", "finding", "file"])
def test_a_stack_is_merged_without_conflict_and_gives_what_apply_gives(
    box: Sandbox, run: Run, by: str
) -> None:
    branches = made(run, "--by", by)
    assert any(branch["on"] for branch in branches.values())
    assert {branch["status"] for branch in branches.values()} == {"created"}
    assert not any(branch["conflicts_with"] for branch in branches.values())
    merged_in_order(box, branches)
    together = {path: (box.root / path).read_bytes() for path in FILES}
    box.git("switch", "-q", "main")
    assert run("apply").code == 0
    assert together == {path: (box.root / path).read_bytes() for path in FILES}


@with_merge_tree
def test_without_it_they_conflict_as_git_says(box: Sandbox, run: Run) -> None:
    document = run("branch", "--by", "finding", "--format", "json").document
    branches = {branch["name"]: branch for branch in document["branches"]}
    for one, other in combinations(branches, 2):
        done = git(box, "merge-tree", "--write-tree", one, other)
        assert done.returncode in (0, 1)
        assert (done.returncode == 1) == (other in branches[one]["conflicts_with"]), (one, other)


@with_merge_tree
def test_only_conflicts_are_stacked_and_git_sees_none_left(box: Sandbox, run: Run) -> None:
    branches = made(run, "--by", "finding")
    assert sum(branch["on"] is None for branch in branches.values()) >= 2
    by_name = {str(branch["name"]): branch for branch in branches.values()}
    for one, other in combinations(by_name, 2):
        assert git(box, "merge-tree", "--write-tree", one, other).returncode == 0, (one, other)
    for name, branch in by_name.items():
        parent = branch["on"] or "main"
        assert box.git("rev-parse", f"{name}~1") == box.git("rev-parse", str(parent))
        assert box.git("rev-list", "--count", f"{parent}..{name}") == "1"


def test_a_second_run_leaves_the_stack(box: Sandbox, run: Run) -> None:
    first = made(run)
    state = box.state()
    second = made(run)
    assert {branch["status"] for branch in second.values()} == {"unchanged"}
    assert [branch["commit"] for branch in second.values()] == [b["commit"] for b in first.values()]
    assert box.state() == state


def test_the_stack_moves_with_the_base(box: Sandbox, run: Run) -> None:
    first = made(run)
    base = box.commit({"a.py": b"# more\n" + FILES["a.py"]})
    second = made(run)
    assert {branch["status"] for branch in second.values()} == {"updated"}
    assert [branch["on"] for branch in second.values()] == [branch["on"] for branch in first.values()]
    (lower,) = [branch for branch in second.values() if branch["on"] is None]
    assert box.git("rev-parse", f"{lower['commit']}~1") == base
    merged_in_order(box, second)


def ends(branches: dict[str, dict[str, object]]) -> tuple[dict[str, object], dict[str, object]]:
    """The lower and the upper one of a stack of two."""
    (lower,) = [branch for branch in branches.values() if branch["on"] is None]
    (upper,) = [branch for branch in branches.values() if branch["on"] == lower["name"]]
    return lower, upper


@pytest.mark.parametrize("moved_on", [False, True])
def test_the_upper_one_goes_on_what_a_person_made_of_the_lower_one(
    box: Sandbox, run: Run, moved_on: bool
) -> None:
    lower, upper = ends(made(run))
    box.git("switch", "-q", str(lower["name"]))
    (box.root / "b.py").chmod(0o755)
    mine = box.commit({"a.py": b"# mine\n" + (box.root / "a.py").read_bytes(), "new.txt": b"new\n"})
    box.git("switch", "-q", "main")
    if moved_on:
        box.commit({"b.py": b"x = 1\n" + FILES["b.py"]})
    again = made(run)
    lower, upper = ends(again)
    assert (lower["status"], lower["commit"]) == ("kept", mine)
    assert upper["status"] == "updated"
    assert box.git("rev-parse", f"{upper['commit']}~1") == mine
    assert box.git("show", f"{upper['commit']}:a.py").startswith("# mine\n")
    assert "100755" not in box.git("diff", "--raw", mine, str(upper["commit"])).replace(":100755 100755", "")
    assert {b["status"] for b in made(run).values()} == {"kept", "unchanged"}
    if not moved_on:
        merged_in_order(box, again)


def test_the_upper_one_goes_down_when_the_lower_one_is_deleted(box: Sandbox, run: Run) -> None:
    lower, upper = ends(made(run))
    box.git("branch", "-D", str(lower["name"]))
    again = {branch["name"]: branch for branch in made(run).values()}
    assert again[lower["name"]]["status"] == "deleted"
    new = again[upper["name"]]
    assert (new["status"], new["on"]) == ("updated", None)
    assert box.git("rev-parse", f"{new['commit']}~1") == box.git("rev-parse", "main")
    made(run, "--recreate")
    assert ends(made(run))[1]["status"] == "unchanged"


def test_the_upper_one_goes_down_when_the_lower_one_is_merged(box: Sandbox, run: Run) -> None:
    lower, upper = ends(made(run))
    box.git("merge", "-q", "--no-edit", "--no-ff", str(lower["name"]))
    (left,) = [branch for branch in made(run).values() if branch["name"] == upper["name"]]
    assert (left["status"], left["on"], left["conflicts_with"]) == ("updated", None, [])
    assert box.git("rev-parse", f"{left['commit']}~1") == box.git("rev-parse", "main")


def test_a_branch_of_somebody_else_carries_nothing(box: Sandbox, run: Run) -> None:
    first = made(run)
    lower, upper = ends(first)
    for branch in first.values():
        box.git("branch", "-D", str(branch["name"]))
    box.git("update-ref", "-d", "refs/patchwright/ledger")
    box.git("branch", str(lower["name"]), "main")
    again = {branch["name"]: branch for branch in made(run).values()}
    assert (again[lower["name"]]["status"], again[lower["name"]]["on"]) == ("kept", None)
    assert (again[upper["name"]]["status"], again[upper["name"]]["on"]) == ("created", None)


def test_a_rejected_one_carries_nothing(box: Sandbox, run: Run) -> None:
    lower, upper = ends(made(run))
    for branch in (lower, upper):
        box.git("branch", "-D", str(branch["name"]))
    box.git("update-ref", "-d", "refs/patchwright/ledger")
    word = "logging" if "print" in str(lower["name"]) else "assert os$"
    checked = {b["name"]: b for b in made(run, "--check", f"! grep -q '{word}' a.py").values()}
    assert checked[lower["name"]]["status"] == "rejected"
    assert (checked[upper["name"]]["status"], checked[upper["name"]]["on"]) == ("created", None)


def test_the_table_says_what_is_on_what(box: Sandbox, run: Run) -> None:
    lines = run("branch", "--stack").out.decode().splitlines()
    assert lines[0].split()[-1] == "on"
    assert sorted(line.split()[-1] for line in lines[1:3])[0] == "-"
    assert any(line.split()[-1].startswith("patchwright/") for line in lines[1:3])
