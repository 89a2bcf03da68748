"""Checks and stacks: what is made of plans when a command rejects some, and when they stand on each other."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from refreshing import (
    APP,
    FILES,
    TOOL,
    commits_on_top,
    content,
    fix,
    meanwhile,
    plans,
    record,
    run,
    statuses,
    tip,
)
from repositories import Sandbox, forget_environment

from codemods.branches.ledger import REF, read_ledger
from codemods.branches.model import Branch, Checked, Plan, Status, Trial, Verdict
from codemods.branches.write import write_branches
from codemods.model import FileChange
from codemods.sources import Commit


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_environment(monkeypatch)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return Sandbox.make(tmp_path_factory.mktemp("original") / "r", FILES)


@pytest.fixture
def box(original: Sandbox, tmp_path: Path) -> Sandbox:
    return Sandbox(shutil.copytree(original.root, tmp_path / "r"))


# -- checks ---------------------------------------------------------------------------------------------


class Words:
    """A check that wants none of these words in any file; it notes what it is given."""

    def __init__(self, box: Sandbox, *words: str) -> None:
        self.box, self.words = box, words
        self.rounds: list[list[Trial]] = []

    def __call__(self, trials: Sequence[Trial]) -> Mapping[str, Checked]:
        self.rounds.append(list(trials))
        return {trial.name: self.verdict(trial) for trial in trials}

    def verdict(self, trial: Trial) -> Checked:
        assert self.box.git("rev-parse", f"{trial.commit}^") == trial.parent
        base, failing = self.failing(trial.parent), self.failing(trial.commit)
        new = tuple(word for word in failing if word not in base)
        tail = "\n".join(["ran the tests", *(f"FAILED {word}" for word in failing)]) if failing else ""
        return Checked("grep -v", self.ended(base), self.ended(failing), 1.5, new, tail, not new)

    def failing(self, commit: str) -> list[str]:
        return [word for word in self.words if self.box.git("grep", word, commit, "--", check=False)]

    @staticmethod
    def ended(failing: Sequence[str]) -> Verdict:
        return Verdict.FAILED if failing else Verdict.PASSED

    @property
    def asked(self) -> list[list[str]]:
        return [sorted(trial.name.removeprefix("patchwright/") for trial in round_) for round_ in self.rounds]


def checked(box: Sandbox, check: Words | None, planned: Sequence[Plan] = ()) -> dict[str, Branch]:
    base = Commit.at(box.root)
    made = write_branches(base, planned or plans(base), target="main", check=check, command="grep -v")
    return {branch.name: branch for branch in made}


def trailers(box: Sandbox, name: str = APP) -> list[str]:
    return box.git("log", "-1", "--format=%(trailers:only)", name).split("\n")


def ambitious(box: Sandbox) -> list[Plan]:
    """A plan for app.py in three variants, each safer than the one before."""
    base = Commit.at(box.root)
    safest = fix(base, "app.py", b"calm")
    safer = replace(fix(base, "app.py", b"bold"), safer=safest)
    return [replace(fix(base, "app.py", b"rash"), safer=safer)]


def test_what_passes_its_check_says_so(box: Sandbox) -> None:
    check = Words(box, "broken")
    made = checked(box, check)
    assert statuses(made) == {"app": "created", "tool": "created"}
    assert made[APP].check == Checked("grep -v", Verdict.PASSED, Verdict.PASSED, 1.5)
    assert record(box).check == made[APP].check
    assert trailers(box)[:3] == [
        *("Patchwright-Remedy: bug", "Patchwright-Check: grep -v", "Patchwright-Version: 1")
    ]
    assert check.asked == [["app", "tool"]]


def test_what_its_check_rejects_is_not_made(box: Sandbox) -> None:
    box.commit({"tool.py": b"bug broken\n"})
    base = Commit.at(box.root)
    check = Words(box, "cured", "broken")
    made = checked(box, check, [fix(base, "app.py"), fix(base, "tool.py", b"healed")])
    assert statuses(made) == {"app": "rejected", "tool": "created"}
    assert (made[APP].commit, made[APP].reason) == (None, "its check fails: cured")
    check_of_app = made[APP].check
    assert check_of_app
    assert check_of_app.tail.endswith("FAILED cured\nFAILED broken")
    assert (tip(box), APP in read_ledger(base.repository).records) == ("", False)
    assert "Patchwright-Check: grep -v (nothing new fails; it fails without this change too)" in trailers(
        box, TOOL
    )


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        (Checked("c", Verdict.PASSED, Verdict.TIMED_OUT, is_good=False), "its check did not end in time"),
        (Checked("c", Verdict.PASSED, Verdict.FAILED, tail="a\nb\n\n", is_good=False), "its check fails: b"),
        (Checked("c", Verdict.PASSED, Verdict.FAILED, is_good=False), "its check fails"),
        (
            Checked("c", Verdict.FAILED, Verdict.FAILED, new=("1", "2", "3", "4", "5"), is_good=False),
            "its check fails: 1, 2, 3 and 2 more",
        ),
        (None, "its check was not run to the end"),
    ],
)
def test_why_a_check_rejects(box: Sandbox, verdict: Checked | None, says: str) -> None:
    base = Commit.at(box.root)
    answers = {APP: verdict} if verdict else {}
    (made,) = write_branches(base, plans(base, "app.py"), check=lambda trials: answers, command="c")
    assert (made.status, made.reason, made.check) == (Status.REJECTED, says, verdict)


def test_safer_variants_are_tried_in_turn(box: Sandbox) -> None:
    check = Words(box, "rash", "bold")
    made = checked(box, check, ambitious(box))[APP]
    assert (made.status, content(box, APP, "app.py")) == (Status.CREATED, "one\ncalm\nthree")
    assert made.check
    assert made.check.is_good
    assert check.asked == [["app"], ["app"], ["app"]]
    assert record(box).variant == 2


def test_a_safer_variant_of_several_commits_is_known_again(box: Sandbox) -> None:
    base = Commit.at(box.root)
    lower = replace(fix(base, "tool.py", b"calm"), name=f"{APP}-lower")
    safer = replace(fix(base, "app.py", b"calm"), steps=(lower,))
    planned = [replace(fix(base, "app.py", b"rash"), safer=safer)]
    for status in (Status.CREATED, Status.UNCHANGED):
        made = write_branches(base, planned, check=Told("rash", box), command="c")
        assert [(branch.status, branch.variant) for branch in made] == [(status, 1)]


class Told(Words):
    """The same for a branch of several commits, whose parent is not the base."""

    def __init__(self, word: str, box: Sandbox) -> None:
        super().__init__(box, word)

    def verdict(self, trial: Trial) -> Checked:
        ended = self.ended(self.failing(trial.commit))
        return Checked("c", Verdict.PASSED, ended, is_good=ended is Verdict.PASSED)


def test_when_no_variant_passes(box: Sandbox) -> None:
    made = checked(box, Words(box, "rash", "bold", "calm"), ambitious(box))[APP]
    assert (made.status, made.reason) == (
        Status.REJECTED,
        "its check fails: calm, also with the safest variant",
    )


def test_a_variant_that_was_rejected_is_not_tried_again_without_need(box: Sandbox) -> None:
    checked(box, Words(box, "rash"), ambitious(box))
    for check in (None, Words(box, "rash")):
        made = checked(box, check, ambitious(box))[APP]
        assert (made.status, content(box, APP, "app.py")) == (Status.UNCHANGED, "one\nbold\nthree")
        assert made.check
        assert made.check.is_good
        assert check is None or check.rounds == []
    box.commit({"other.py": b"better\n"})
    assert checked(box, None, ambitious(box))[APP].status is Status.UPDATED
    assert content(box, APP, "app.py") == "one\nbold\nthree", "nobody knows that the first is good now"
    box.commit({"other.py": b"best\n"})
    assert checked(box, Words(box), ambitious(box))[APP].status is Status.UPDATED
    assert content(box, APP, "app.py") == "one\nrash\nthree", "it was tried again, and passed"
    assert record(box).variant == 0


def test_a_check_that_was_passed_is_not_run_again(box: Sandbox) -> None:
    first = checked(box, Words(box))
    check = Words(box)
    second = checked(box, check)
    assert statuses(second) == {"app": "unchanged", "tool": "unchanged"}
    assert (check.rounds, second[APP].check) == ([], first[APP].check)
    base = Commit.at(box.root)
    write_branches(base, plans(base), check=check, command="another")
    assert check.asked == [["app", "tool"]]
    box.commit({"other.py": b"better\n"})
    assert statuses(checked(box, check)) == {"app": "updated", "tool": "updated"}
    assert check.asked == [["app", "tool"]] * 2


def test_a_branch_that_was_there_says_so_when_it_passes(box: Sandbox) -> None:
    run(box)
    trees = box.git("rev-parse", f"{APP}^{{tree}}", f"{TOOL}^{{tree}}")
    box.git("worktree", "add", "-q", "../linked", TOOL)
    made = checked(box, Words(box, "absent"))
    assert statuses(made) == {"app": "updated", "tool": "unchanged"}, "tool is checked out"
    assert "Patchwright-Check: grep -v" in trailers(box)
    assert box.git("rev-parse", f"{APP}^{{tree}}", f"{TOOL}^{{tree}}") == trees
    assert record(box).check == made[APP].check
    assert record(box, TOOL).check == made[TOOL].check
    made = checked(box, Words(box, "cured"))
    assert statuses(made) == {"app": "unchanged", "tool": "unchanged"}, "it passed already"


def test_a_commit_that_a_person_rebased_is_not_written_again_for_the_check(box: Sandbox) -> None:
    checked(box, Words(box, "absent"))
    box.commit({"other.py": b"better\n"})
    box.git("rebase", "-q", "main", APP)
    box.git("switch", "-q", "main")
    theirs = tip(box)
    assert statuses(checked(box, Words(box, "absent"))) == {"app": "unchanged", "tool": "updated"}
    assert (tip(box), record(box).tip) == (theirs, theirs)


def test_a_branch_whose_check_fails_now_stays_as_it_was(box: Sandbox) -> None:
    run(box)
    before = tip(box)
    made = checked(box, Words(box, "cured"))[APP]
    assert (made.status, made.commit) == (Status.REJECTED, before)
    assert made.reason == "its check fails: cured; the branch stays as it was"
    box.commit({"other.py": b"better\n"})
    made = checked(box, Words(box, "cured"))[APP]
    assert (made.status, made.commit, tip(box)) == (Status.REJECTED, before, before)


def test_what_a_person_has_is_not_checked(box: Sandbox) -> None:
    run(box)
    commits_on_top(box)
    box.git("branch", "-D", TOOL)
    check = Words(box)
    assert statuses(checked(box, check)) == {"app": "kept", "tool": "deleted"}
    assert check.rounds == []


def test_nothing_is_checked_twice_when_others_interfere(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: box.git("branch", TOOL, "HEAD"))
    check = Words(box, "rash")
    base = Commit.at(box.root)
    made = checked(box, check, [*ambitious(box), fix(base, "tool.py")])
    assert statuses(made) == {"app": "created", "tool": "kept"}
    assert check.asked == [["app", "tool"], ["app"]]


def test_a_check_that_is_broken_off_leaves_nothing(box: Sandbox) -> None:
    def check(trials: Sequence[Trial]) -> Mapping[str, Checked]:
        raise KeyboardInterrupt

    before = box.state()
    base = Commit.at(box.root)
    with pytest.raises(KeyboardInterrupt):
        write_branches(base, plans(base), check=check, command="c")
    assert box.state() == before


# -- stacks ---------------------------------------------------------------------------------------------


def stack(box: Sandbox, low: bytes = b"low", safer: bytes = b"") -> list[Plan]:
    """Three plans that change one file, each on top of the one before; given from the top."""
    base = Commit.at(box.root)
    middle, top = b"middle\n" + low, b"top\nmiddle\n" + low

    def plan(name: str, before: bytes, after: bytes, on: str | None) -> Plan:
        message = f"Cure {name}\n\nPatchwright-Remedy: bug\n"
        return Plan(f"patchwright/{name}", message, (FileChange("app.py", before, after),), on=on)

    one = plan("one", base.read("app.py"), low, None)
    if safer:
        one = replace(one, safer=plan("one", base.read("app.py"), safer, None))
    two = plan("two", low, middle, "patchwright/one")
    return [plan("three", middle, top, "patchwright/two"), two, one]


def test_a_stack_is_made_in_one_go_and_made_anew_from_below(box: Sandbox) -> None:
    made = checked(box, None, stack(box))
    assert statuses(made) == dict.fromkeys(("three", "two", "one"), "created")
    log = box.git("log", "--format=%s", "main..patchwright/three")
    assert log.split("\n") == ["Cure three", "Cure two", "Cure one"]
    assert record(box, "patchwright/two").parent == tip(box, "patchwright/one")
    assert record(box, "patchwright/two").on == "patchwright/one"
    assert statuses(checked(box, None, stack(box))) == dict.fromkeys(("three", "two", "one"), "unchanged")
    head = box.commit({"other.py": b"better\n"})
    assert statuses(checked(box, None, stack(box))) == dict.fromkeys(("three", "two", "one"), "updated")
    assert box.git("rev-parse", "patchwright/three~3") == head
    assert box.git("fsck", "--strict", "--no-dangling") == ""


def test_only_what_stands_on_what_moved_moves(box: Sandbox) -> None:
    checked(box, None, stack(box))
    three, two, one = stack(box)
    three = replace(three, changes=(FileChange("app.py", three.changes[0].before, b"other top"),))
    made = checked(box, None, [three, two, one])
    assert statuses(made) == {"three": "updated", "two": "unchanged", "one": "unchanged"}
    assert content(box, "patchwright/three", "app.py") == "other top"


def test_what_stands_on_a_persons_work_is_not_made(box: Sandbox) -> None:
    checked(box, None, stack(box))
    box.git("branch", "-D", "patchwright/three")
    box.git("switch", "-q", "patchwright/two")
    box.commit({"app.py": b"mine\n"})
    box.git("switch", "-q", "main")
    before = tip(box, "patchwright/two")
    made = checked(box, None, stack(box))
    assert statuses(made) == {"three": "deleted", "two": "kept", "one": "unchanged"}
    box.git("update-ref", "-d", REF)
    made = checked(box, None, stack(box))
    assert statuses(made) == {"three": "rejected", "two": "kept", "one": "unchanged"}
    assert made["patchwright/three"].reason
    assert (
        "builds on patchwright/two, which is not as planned: the branch" in made["patchwright/three"].reason
    )
    assert tip(box, "patchwright/two") == before


def test_a_stack_grows_on_a_branch_whose_message_a_person_changed(box: Sandbox) -> None:
    three, two, one = stack(box)
    checked(box, None, [one])
    box.git("switch", "-q", "patchwright/one")
    box.git("commit", "-q", "--amend", "-m", "My words")
    box.git("switch", "-q", "main")
    made = checked(box, None, [three, two, one])
    assert statuses(made) == {"three": "created", "two": "created", "one": "kept"}
    assert box.git("rev-parse", "patchwright/three~2") == tip(box, "patchwright/one")


def test_each_of_a_stack_is_checked_against_what_is_below(box: Sandbox) -> None:
    check = Words(box, "middle")
    made = checked(box, check, stack(box))
    assert statuses(made) == {"three": "rejected", "two": "rejected", "one": "created"}
    assert made["patchwright/three"].reason == (
        "it builds on patchwright/two, which is not as planned: its check fails: middle"
    )
    assert check.asked == [["one"], ["two"]]


def test_a_stack_without_its_foot_is_not_made(box: Sandbox) -> None:
    check = Words(box, "low")
    assert set(statuses(checked(box, check, stack(box))).values()) == {"rejected"}
    assert check.asked == [["one"]]


def test_what_stands_on_a_variant_that_was_rejected(box: Sandbox) -> None:
    """The second fits onto the first variant only; with one for the other, that is taken."""
    _, two, one = stack(box, safer=b"calm")
    made = checked(box, Words(box, "low"), [two, one])
    assert statuses(made) == {"two": "rejected", "one": "created"}
    assert made["patchwright/two"].reason == "'app.py' is not in the branch below it as it was read"
    fitting = replace(two, changes=(FileChange("app.py", b"calm", b"calm middle"),))
    made = checked(box, Words(box, "low"), [replace(two, safer=fitting), one])
    assert statuses(made) == {"two": "created", "one": "unchanged"}
    assert content(box, "patchwright/two", "app.py") == "calm middle"


@pytest.mark.parametrize("on", ["patchwright/nothing", "patchwright/three"])
def test_stacks_that_stand_on_nothing(box: Sandbox, on: str) -> None:
    three, two, one = stack(box)
    with pytest.raises(ValueError, match="stands on"):
        checked(box, None, [three, two, replace(one, on=on)])
