"""Where recorded branches stand, told from real repositories: as people leave them behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from recorded import Recorded, text
from repositories import Sandbox

from codemods.branches.ledger import Ledger, read_ledger
from codemods.branches.model import Checked, Verdict
from codemods.branches.plumbing import mergetree
from codemods.branches.standing.history import Course
from codemods.branches.standing.standing import Copy, Landed, State, standings
from codemods.branches.standing.touched import Touch
from codemods.repository import GitFailure


@pytest.fixture
def made(tmp_path: Path) -> Recorded:
    return Recorded.make(tmp_path / "repo")


def test_nothing_recorded(made: Recorded) -> None:
    assert standings(made.repository, Ledger()) == ()


def test_a_branch_as_we_left_it(made: Recorded) -> None:
    record = made.branch("one", {"a.py": text(_5="five")})
    before = made.box.state()
    one = made.standing()
    assert (one.state, one.touch, one.landed, one.conflicts, one.busy) == (
        State.OPEN,
        None,
        None,
        False,
        None,
    )
    assert (one.tip, one.target.name, one.copies) == (record.tip, "main", ())
    assert one.course == Course(1, 0, record.parent)
    assert made.box.state() == before


# -- ahead and behind -------------------------------------------------------------------------------


def test_ahead_and_behind_are_what_git_counts(made: Recorded) -> None:
    """Bases old and new, a stack, commits on top, a merge of main, and a branch of other history."""
    made.branch("old", {"a.py": text(_5="five")})
    made.box.commit({"c.py": b"1"})
    made.branch("low", {"a.py": text(_20="twenty")})
    made.branch("high", {"a.py": text(_20="twenty", _30="thirty")}, base="fix/low", on="fix/low")
    made.branch("worked-on", {"b.py": text(_5="five")})
    made.on("fix/worked-on", {"b.py": text(_5="FIVE")})
    made.branch("caught-up", {"b.py": text(_40="forty")})
    made.box.commit({"c.py": b"2"})
    made.box.commit({"c.py": b"3"})
    made.box.git("switch", "-q", "fix/caught-up")
    made.box.git("merge", "-q", "--no-edit", "main")
    made.box.git("switch", "-q", "main")
    made.box.commit({"c.py": b"4"})
    found = made.standings()
    for name, standing in found.items():
        counted = made.box.git("rev-list", "--left-right", "--count", f"main...fix/{name}").split()
        assert standing.course
        assert [standing.course.behind, standing.course.ahead] == [int(n) for n in counted], name
        assert standing.course.fork == made.box.git("merge-base", "main", f"fix/{name}")
    aheads = {name: standing.course.ahead for name, standing in found.items() if standing.course}
    assert aheads == {"old": 1, "low": 1, "high": 2, "worked-on": 2, "caught-up": 2}


def test_histories_that_have_nothing_in_common(made: Recorded) -> None:
    record = made.branch("one", {"a.py": text(_5="five")})
    made.box.git("checkout", "-q", "--orphan", "new")
    made.box.commit({"a.py": b"another world\n"})
    one = made.standing(revision="new")
    assert one.course
    assert one.course.fork is None
    assert (one.state, one.conflicts, one.touch) == (State.OPEN, None, None)
    assert record.tip == one.tip


# -- landed -----------------------------------------------------------------------------------------


def merge(made: Recorded) -> None:
    made.box.commit({"b.py": text(_50="meanwhile")})
    made.box.git("merge", "-q", "--no-ff", "--no-edit", "fix/one")


def fast_forward(made: Recorded) -> None:
    made.box.git("merge", "-q", "--ff-only", "fix/one")


def pick(made: Recorded) -> None:
    made.box.commit({"a.py": text(_50="meanwhile")})
    made.box.git("cherry-pick", "fix/one")


def squash(made: Recorded) -> None:
    made.box.git("merge", "-q", "--squash", "fix/one")
    made.box.commit({"c.py": b"more of it"}, "Fix one and do another thing (#1)")


def by_hand(made: Recorded) -> None:
    made.box.commit({"a.py": text(_5="five", _20="by the way")})
    made.box.commit({"b.py": text(_5="five")})


def elsewhere_too(made: Recorded) -> None:
    pick(made)
    made.box.commit({"a.py": text(_5="five", _50="again", _51="and again")})


WAYS: list[tuple[Callable[[Recorded], None], Landed]] = [
    (merge, Landed.MERGED),
    (fast_forward, Landed.MERGED),
    (pick, Landed.APPLIED),
    (squash, Landed.APPLIED),
    (by_hand, Landed.APPLIED),
    (elsewhere_too, Landed.APPLIED),
]


@pytest.mark.parametrize(("land", "landed"), WAYS, ids=[land.__name__ for land, _ in WAYS])
def test_landed(made: Recorded, land: Callable[[Recorded], None], landed: Landed) -> None:
    made.branch("one", {"a.py": text(_5="five"), "b.py": text(_5="five")})
    made.branch("other", {"a.py": text(_7="seven")})
    land(made)
    found = made.standings()
    assert (found["one"].state, found["one"].landed) == (State.MERGED, landed)
    assert found["other"].landed is None
    assert not found["one"].conflicts_with


def test_landed_and_changed_again(made: Recorded) -> None:
    made.branch("one", {"a.py": text(_5="five"), "b.py": text(_5="five")})
    pick(made)
    made.box.commit({"a.py": text(_5="better than five", _50="meanwhile")})
    one = made.standing()
    assert (one.landed, one.state, one.conflicts) == (Landed.SUPERSEDED, State.MERGED, False)


def half(made: Recorded) -> None:
    made.box.commit({"a.py": text(_5="five")})


def taken_back(made: Recorded) -> None:
    pick(made)
    made.box.git("revert", "--no-edit", "HEAD")


def the_same_elsewhere(made: Recorded) -> None:
    """The same line put in at another place, and the place itself made a third thing."""
    made.box.commit({"a.py": text(_30="five", _5="V"), "b.py": text(_5="five")})


@pytest.mark.parametrize(
    ("do", "state"),
    [(half, State.OPEN), (taken_back, State.OPEN), (the_same_elsewhere, State.CONFLICT)],
)
def test_not_landed(made: Recorded, do: Callable[[Recorded], None], state: State) -> None:
    made.branch("one", {"a.py": text(_5="five"), "b.py": text(_5="five")})
    do(made)
    assert (made.standing().landed, made.standing().state) == (None, state)


def test_the_same_text_in_another_place_is_not_the_same_change(tmp_path: Path) -> None:
    """Three equal handlers: that one was fixed in the past, and all became something else, tells nothing."""
    handler = "try:\n    work()\nexcept:\n    pass\n"
    rest = [f"{n} = {n}\n" * 5 for n in "abc"]
    before = "".join(f"{part}{handler}" for part in rest)

    def fixed(number: int, how: str = "except OSError:") -> bytes:
        parts = before.split("except:")
        return "".join(
            part + (how if n == number else "except:" if n < 3 else "") for n, part in enumerate(parts)
        ).encode()

    made = Recorded.make(tmp_path / "repo", {"a.py": before.encode()})
    made.branch("first", {"a.py": fixed(0)})
    made.branch("second", {"a.py": fixed(1)})
    made.box.commit({"a.py": fixed(0)})
    made.box.commit({"a.py": before.replace("except:", "except ValueError:").encode()})
    assert {n: s.landed for n, s in made.standings().items()} == {"first": Landed.SUPERSEDED, "second": None}


def test_merged_on_the_forge_and_fetched(made: Recorded, tmp_path: Path) -> None:
    """What the upstream of the target has, when the target has only to be pulled."""
    made.branch("one", {"a.py": text(_5="five")})
    made.box.git("clone", "-q", "--bare", ".", str(tmp_path / "forge"))
    made.box.git("remote", "add", "origin", str(tmp_path / "forge"))
    made.box.git("fetch", "-q", "origin")
    made.box.git("branch", "-q", "--set-upstream-to=origin/main", "main")
    assert made.standing().target.name == "main"
    other = Sandbox(tmp_path / "other")
    made.box.git("clone", "-q", str(tmp_path / "forge"), str(other.root))
    other.git("config", "user.name", "B")
    other.git("config", "user.email", "b@example.com")
    other.git("merge", "-q", "--no-ff", "--no-edit", "origin/fix/one")
    other.git("push", "-q", "origin", "main")
    assert made.standing().landed is None
    made.box.git("fetch", "-q", "origin")
    one = made.standing()
    assert (one.target.name, one.landed) == ("origin/main", Landed.MERGED)
    made.box.commit({"c.py": b"a commit of one's own"})
    assert (made.standing().target.name, made.standing().landed) == ("main", None)


def test_landed_and_deleted(made: Recorded) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.branch("two", {"b.py": text(_5="five")})
    fast_forward(made)
    made.box.git("branch", "-q", "-D", "fix/one", "fix/two")
    found = made.standings()
    assert [(n, s.state, s.landed, s.touch, s.is_done) for n, s in sorted(found.items())] == [
        ("one", State.DELETED, Landed.MERGED, Touch.DELETED, True),
        ("two", State.DELETED, None, Touch.DELETED, False),
    ]


def test_deleted_and_collected(made: Recorded) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.box.git("branch", "-q", "-D", "fix/one")
    made.box.git("reflog", "expire", "--expire=now", "--all")
    made.box.git("gc", "-q", "--prune=now")
    one = made.standing()
    assert (one.state, one.tip, one.course, one.landed) == (State.DELETED, None, None, None)


# -- conflicts --------------------------------------------------------------------------------------


@pytest.fixture(params=["git", "hunks"])
def by_both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the answers of `git merge-tree`, and as with a git that has none."""
    way: str = request.param
    if way == "hunks":
        monkeypatch.setattr("codemods.branches.standing.landing.merge_trees", lambda *_: {})
    return way


@pytest.mark.parametrize(
    ("there", "is_conflict"),
    [
        ({"a.py": text(_5="V")}, True),
        ({"a.py": text(_6="VI")}, True),
        ({"a.py": text(_7="VII")}, False),
        ({"a.py": text(_30="XXX")}, False),
        ({"b.py": text(_5="V")}, False),
        ({"a.py": text(_4="")}, True),
    ],
)
def test_conflicts_with_the_target(
    made: Recorded, by_both: str, there: dict[str, bytes], is_conflict: bool
) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.box.commit(there)
    one = made.standing()
    assert one.conflicts == is_conflict
    assert one.state is (State.CONFLICT if is_conflict else State.OPEN)
    clean = made.box.git("merge-tree", "--write-tree", "main", "fix/one", check=False)
    assert ("CONFLICT" in clean) == is_conflict


def test_a_file_that_is_gone_conflicts(made: Recorded, by_both: str) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.box.git("rm", "-q", "a.py")
    made.box.commit({})
    assert made.standing().conflicts


def test_a_file_that_was_renamed_does_not(made: Recorded) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.branch("two", {"a.py": text(_5="five", _9="nine")})
    made.box.git("mv", "a.py", "z.py")
    made.box.commit({})
    assert made.standing().state is State.OPEN
    made.box.commit({"z.py": text(_5="five")})
    found = made.standings()
    assert (found["one"].landed, found["two"].state) == (Landed.APPLIED, State.OPEN)


def test_conflicts_with_each_other(made: Recorded) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.branch("two", {"a.py": text(_5="FIVE"), "b.py": text(_9="nine")})
    made.branch("three", {"b.py": text(_10="ten")})
    made.branch("far", {"a.py": text(_30="thirty")})
    found = made.standings()
    assert {name: standing.conflicts_with for name, standing in found.items()} == {
        "one": ("fix/two",),
        "two": ("fix/one", "fix/three"),
        "three": ("fix/two",),
        "far": (),
    }
    assert not any(standing.conflicts for standing in found.values())


def test_conflicts_of_branches_from_different_commits(made: Recorded) -> None:
    """The lines have moved in between; both are compared where the target has them today."""
    made.branch("old", {"a.py": text(_30="thirty")})
    made.branch("old-elsewhere", {"a.py": text(_10="ten")})
    inserted = text(_1="one\n" * 20)
    made.box.commit({"a.py": inserted})
    made.branch("new", {"a.py": inserted.replace(b"line 31\n", b"thirty-one\n")})
    made.branch("new-elsewhere", {"a.py": inserted.replace(b"line 50\n", b"fifty\n")})
    found = made.standings()
    assert {n: s.conflicts_with for n, s in found.items() if s.conflicts_with} == {
        "old": ("fix/new",),
        "new": ("fix/old",),
    }


def test_a_stack_does_not_conflict_with_itself(made: Recorded) -> None:
    made.branch("low", {"a.py": text(_5="five")})
    made.branch("high", {"a.py": text(_5="FIVE")}, base="fix/low", on="fix/low")
    made.branch("other", {"a.py": text(_6="six")})
    found = made.standings()
    assert found["low"].conflicts_with == found["high"].conflicts_with == ("fix/other",)
    assert found["other"].conflicts_with == ("fix/high", "fix/low")


def test_what_is_done_conflicts_with_nobody(made: Recorded) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.branch("two", {"a.py": text(_5="FIVE")}, is_obsolete=True)
    found = made.standings()
    assert (found["one"].conflicts_with, found["two"].conflicts_with) == ((), ())
    assert found["two"].state is State.OBSOLETE


def test_no_merge_driver_is_run(made: Recorded, tmp_path: Path) -> None:
    """What the repository configures must not run because somebody looks at the branches."""
    made.box.commit({".gitattributes": b"*.py merge=mine filter=mine\n"})
    made.branch("one", {"a.py": text(_5="five")})
    made.box.commit({"a.py": text(_5="V")})
    ran = tmp_path / "ran"
    made.box.git("config", "merge.mine.driver", f"touch {ran}; exit 0")
    made.box.git("config", "filter.mine.clean", f"touch {ran}; cat")
    made.box.git("config", "merge.renormalize", "true")
    assert made.standing().conflicts
    assert not ran.exists()


def test_nothing_is_written(made: Recorded) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.box.commit({"a.py": text(_5="V"), "c.py": b"new\n"})
    objects = made.box.root / ".git/objects"
    before = sorted(objects.rglob("*"))
    assert made.standing().conflicts
    assert sorted(objects.rglob("*")) == before


@pytest.mark.parametrize("name", ["plain", "with space", "a:b", 'quote"d', '"begins', "üñ"])
def test_merges_in_odd_folders(tmp_path: Path, name: str) -> None:
    made = Recorded.make(tmp_path / name)
    made.branch("one", {"a.py": text(_5="five")})
    made.box.commit({"a.py": text(_5="V")})
    main, one = made.box.git("rev-parse", "main"), made.box.git("rev-parse", "fix/one")
    assert mergetree.merge_trees(made.repository, main, [one]) == {one: None}


# -- what persons did -------------------------------------------------------------------------------


def add(made: Recorded) -> None:
    made.on("fix/one", {"a.py": text(_5="five", _9="nine")})


def amend(made: Recorded) -> None:
    made.box.git("switch", "-q", "fix/one")
    made.box.write({"a.py": text(_5="better")})
    made.box.git("commit", "-q", "-a", "--amend", "-m", "My own words")
    made.box.git("switch", "-q", "main")


def rebase(made: Recorded) -> None:
    made.box.commit({"b.py": text(_9="nine")})
    made.box.git("rebase", "-q", "main", "fix/one")
    made.box.git("switch", "-q", "main")


def rebase_and_add(made: Recorded) -> None:
    rebase(made)
    add(made)


def reset(made: Recorded) -> None:
    made.box.git("branch", "-q", "-f", "fix/one", "main")


def replace_it(made: Recorded) -> None:
    reset(made)
    made.on("fix/one", {"c.py": b"something else"})
    made.on("fix/one", {"c.py": b"something else again"})


def rename_another(made: Recorded) -> None:
    made.box.git("symbolic-ref", "refs/heads/fix/one", "refs/heads/fix/two")


@pytest.mark.parametrize(
    ("do", "touch"),
    [
        (add, Touch.ADDED),
        (amend, Touch.AMENDED),
        (rebase, Touch.REBASED),
        (rebase_and_add, Touch.REBASED),
        (reset, Touch.MOVED),
        (replace_it, Touch.MOVED),
        (rename_another, Touch.MOVED),
    ],
)
def test_touched(made: Recorded, do: Callable[[Recorded], None], touch: Touch) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.branch("two", {"b.py": text(_40="forty")})
    do(made)
    found = made.standings()
    assert (found["one"].touch, found["one"].state) == (touch, State.OPEN)
    assert found["two"].touch is None


@pytest.mark.parametrize("do", [add, amend, rebase])
def test_touched_and_merged(made: Recorded, do: Callable[[Recorded], None]) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    do(made)
    touch = made.standing().touch
    made.box.git("merge", "-q", "--no-ff", "--no-edit", "fix/one")
    made.box.commit({"c.py": b"later"})
    assert (made.standing().state, made.standing().touch) == (State.MERGED, touch)


def test_amended_and_ours_collected(made: Recorded) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    rebase(made)
    made.box.git("reflog", "expire", "--expire=now", "--all")
    made.box.git("gc", "-q", "--prune=now")
    assert made.standing().touch is Touch.MOVED


def test_checked_out(made: Recorded, tmp_path: Path) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.branch("two", {"b.py": text(_5="five")})
    made.box.git("worktree", "add", "-q", str(tmp_path / "there"), "fix/one")
    found = made.standings()
    assert str(tmp_path / "there") in (found["one"].busy or "")
    assert found["two"].busy is None


# -- remotes ----------------------------------------------------------------------------------------


def test_copies_on_remotes(made: Recorded, tmp_path: Path) -> None:
    record = made.branch("one", {"a.py": text(_5="five")})
    made.box.git("init", "-q", "--bare", str(tmp_path / "forge"))
    made.box.git("remote", "add", "origin", str(tmp_path / "forge"))
    made.box.git("push", "-q", "origin", "fix/one")
    made.record(replace(record, pushed={"origin": record.tip, "backup": record.tip}))
    assert made.standing().copies == (Copy("backup", record.tip), Copy("origin", record.tip, record.tip))
    add(made)
    made.box.git("push", "-q", "origin", "fix/one")
    tip = made.box.git("rev-parse", "fix/one")
    assert made.standing().copies[1] == Copy("origin", record.tip, tip)


# -- what it is compared with -----------------------------------------------------------------------


def test_each_is_compared_with_what_it_is_meant_for(made: Recorded) -> None:
    made.box.git("branch", "release")
    made.branch("one", {"a.py": text(_5="five")})
    made.branch("two", {"a.py": text(_5="five")}, target="release")
    made.branch("gone", {"a.py": text(_5="five")}, target="gone")
    made.branch("none", {"a.py": text(_5="five")}, target=None)
    made.box.git("merge", "-q", "--ff-only", "fix/one")
    found = made.standings()
    assert {n: (s.target.name, s.state) for n, s in found.items()} == {
        "one": ("main", State.MERGED),
        "two": ("release", State.OPEN),
        "gone": ("main", State.MERGED),
        "none": ("main", State.MERGED),
    }
    assert {s.state for s in made.standings("release").values()} == {State.OPEN}


@pytest.mark.parametrize("target", [None, "fix/one"])
def test_one_that_is_checked_out_is_not_merged_into_itself(made: Recorded, target: str | None) -> None:
    record = made.branch("one", {"a.py": text(_5="five")}, target=target)
    made.box.git("switch", "-q", "fix/one")
    one = made.standing()
    assert (one.state, one.target.name) == (State.OPEN, record.base[:10])


def test_two_that_are_meant_for_each_other_are_not_merged(made: Recorded) -> None:
    """Else both would go, and with them the commit."""
    record = made.branch("one", {"a.py": text(_5="five")}, target="fix/two")
    made.box.git("branch", "fix/two", "fix/one")
    made.record(replace(record, name="fix/two", target="fix/one"))
    assert {s.state for s in made.standings().values()} == {State.OPEN}


def test_ours_are_no_target(made: Recorded) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    with pytest.raises(GitFailure, match="is one of the branches"):
        made.standings("fix/one")
    with pytest.raises(GitFailure, match="unknown revision"):
        made.standings("nowhere")


# -- the whole --------------------------------------------------------------------------------------


def test_what_needs_a_person_comes_first(made: Recorded) -> None:
    failing = Checked("pytest", Verdict.FAILED, Verdict.FAILED, is_good=False)
    made.branch("a-deleted", {"a.py": text(_1="1")})
    made.branch("b-obsolete", {"a.py": text(_3="1")}, is_obsolete=True)
    made.branch("c-merged", {"a.py": text(_10="ten")})
    made.branch("d-open", {"b.py": text(_20="1")})
    made.branch("e-open", {"b.py": text(_30="1")}, check=failing)
    made.branch("f-conflict", {"a.py": text(_11="1")})
    made.box.git("branch", "-q", "-D", "fix/a-deleted")
    made.box.git("merge", "-q", "--ff-only", "fix/c-merged")
    assert list(made.standings()) == ["f-conflict", "e-open", "d-open", "c-merged", "b-obsolete", "a-deleted"]


@pytest.mark.parametrize(
    "path", ["two words.py", "-dash.py", "new\nline.py", "*.py", 'q"uote.py', ":(top)x.py"]
)
def test_odd_file_names(tmp_path: Path, path: str) -> None:
    made = Recorded.make(tmp_path / "repo", {path: text(), "a.py": text()})
    made.branch("one", {path: text(_5="five")})
    made.branch("two", {path: text(_5="FIVE")})
    assert made.standing().conflicts_with == ("fix/two",)
    made.box.commit({path: text(_5="five")})
    made.box.commit({path: text(_5="5")})
    found = made.standings()
    assert (found["one"].landed, found["two"].conflicts) == (Landed.SUPERSEDED, True)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    made = Recorded.make(tmp_path / "repo", {name: b"\xff\n" * 9, "a.py": text()})
    made.branch("one", {name: b"\xff\n" * 8 + b"\xfe\n"})
    made.box.commit({name: b"\xff\n" * 8 + b"\xfe\n"})
    assert made.standing().landed is Landed.APPLIED


def test_sha256(tmp_path: Path) -> None:
    made = Recorded.make(tmp_path / "repo", None, "--object-format=sha256")
    made.branch("one", {"a.py": text(_5="five")})
    made.branch("two", {"a.py": text(_5="V")})
    made.box.git("merge", "-q", "--ff-only", "fix/one")
    found = made.standings()
    assert (found["one"].state, found["two"].state) == (State.MERGED, State.CONFLICT)
    assert len(read_ledger(made.repository).records["fix/one"].tip) == 64


def test_a_shallow_clone(made: Recorded, tmp_path: Path) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.box.commit({"b.py": text(_5="V")})
    made.branch("two", {"a.py": text(_5="V")})
    shallow = Recorded(Sandbox(tmp_path / "shallow"))
    origin = made.box.root.as_uri()
    made.box.git("clone", "-q", "--depth=1", "--no-single-branch", origin, str(shallow.box.root))
    for record in read_ledger(made.repository).records.values():
        shallow.box.git("branch", "-q", "--no-track", record.name, f"origin/{record.name}")
        shallow.record(record)
    found = shallow.standings()
    assert {s.state for s in found.values()} == {State.OPEN}
    assert {n: (s.course and s.course.fork, s.conflicts) for n, s in found.items()} == {
        "one": (None, None),
        "two": (None, None),
    }


def test_a_partial_clone_that_cannot_fetch(made: Recorded, tmp_path: Path) -> None:
    """What is not there is not known; the rest is."""
    made.branch("one", {"a.py": text(_5="five")})
    made.branch("two", {"a.py": text(_5="V")})
    made.branch("three", {"b.py": text(_5="V")})
    made.box.commit({"a.py": text(_30="thirty")})
    made.box.git("config", "uploadpack.allowFilter", "true")
    partial = Recorded(Sandbox(tmp_path / "partial"))
    options = ("--filter=blob:none", "--no-checkout", "--bare")
    made.box.git("clone", "-q", *options, made.box.root.as_uri(), str(partial.box.root))
    for record in read_ledger(made.repository).records.values():
        partial.record(record)
    made.box.root.rename(tmp_path / "gone")
    partial = Recorded(partial.box)
    found = partial.standings()
    assert {n: (s.state, s.conflicts, s.conflicts_with) for n, s in found.items()} == {
        "one": (State.OPEN, None, ()),
        "two": (State.OPEN, None, ()),
        "three": (State.OPEN, False, ()),
    }


def test_in_a_linked_worktree_of_a_bare_repository(made: Recorded, tmp_path: Path) -> None:
    made.branch("one", {"a.py": text(_5="five")})
    made.box.commit({"a.py": text(_5="V")})
    made.box.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    bare = Recorded(Sandbox(tmp_path / "bare"))
    bare.box.git("worktree", "add", "-q", str(tmp_path / "linked"), "main")
    linked = Recorded(Sandbox(tmp_path / "linked"))
    linked.record(*read_ledger(made.repository).records.values())
    assert linked.standing().state is bare.standing().state is State.CONFLICT


def test_the_number_of_gits_does_not_grow_with_the_branches(
    made: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gits() -> int:
        log = made.box.root.parent / f"log{len(list(made.box.root.parent.iterdir()))}"
        monkeypatch.setenv("GIT_TRACE2_EVENT", str(log))
        made.standings()
        monkeypatch.delenv("GIT_TRACE2_EVENT")
        return log.read_bytes().count(b'"event":"start"')

    made.branch("first", {"a.py": text(_1="first")})
    made.branch("second", {"a.py": text(_1="second")})
    made.box.commit({"a.py": text(_1="third"), "b.py": text(_50="fifty")})
    few = gits()
    for number in range(2, 12):
        made.branch(f"n{number}", {"b.py": text(**{f"_{number * 3}": "x"})}, base="main~1")
    assert 5 < gits() <= few
