"""What branches cost, against git itself: `python -m benchmarks.branches [--files N] [--branches N]`.

Makes a repository in a temporary folder, and times changes of one to three files each: our branches (the
listing of the base, the objects, the refs, the ledger), a second run that finds them all there, a run after
the base has moved, that makes them all anew, and the same commits fed to `git fast-import` by hand, with the
refs in one `git update-ref --stdin`. Beside that `git checkout` + `git commit` for a few, and a scratch
worktree that is switched from branch to branch, with and without the cleaning after a check, against
`git checkout` and `git worktree add`. At last, what 100 branches and all of them add to the memory that the
plans take.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median

from codemods.branches.checks.worktrees import Worktrees
from codemods.branches.model import Plan, Status
from codemods.branches.write import write_branches
from codemods.model import FileChange
from codemods.objects import entries_of
from codemods.sources import Commit

BODY = b"".join(b"def function_%d(value):\n    return value + %d\n\n\n" % (n, n) for n in range(60))
WHO = "Ben Mark <bench@example.com> 1700000000 +0000"
FEW = 5  # of what is slow
SWITCHES = 20
MOST = 2.0  # times what git takes by hand, for one run of ours
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--branches", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts")
    options = parser.parse_args()
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "repository")
        make_repository(root, options.files)
        plans = make_plans(options.branches, options.files)
        rounds = [
            time_round(root, options.branches, options.files, number) for number in range(options.rounds)
        ]
        by_hand, ours, second, moved = (min(figures) for figures in zip(*rounds, strict=True))
        checkout = time_checkout(root, plans[:FEW])
        switch, renewed, by_checkout, add = time_worktrees(root, [plan.name for plan in plans])
        memory = [measure_memory(root, count, options.files) for count in (100, len(plans))]
    count = len(plans)
    print(
        f"{count} branches of 1 to 3 files in a repository of {options.files} files, best of {options.rounds}"
    )
    rows = [
        ("git fast-import by hand", by_hand, count),
        ("patchwright", ours, count),
        ("patchwright, second run", second, count),
        ("patchwright, base has moved", moved, count),
        ("git checkout + commit", checkout, FEW),
        ("git worktree add", add, FEW),
        ("git checkout in a worktree", by_checkout, SWITCHES),
        ("scratch worktree, switched", switch, SWITCHES),
        ("scratch worktree, and cleaned", renewed, SWITCHES),
    ]
    for name, seconds, times in rows:
        ratio = seconds / times / (by_hand / count)
        print(f"{name:30}{seconds:8.3f} s{seconds / times * 1000:9.2f} ms each  {ratio:8.2f} times by hand")
    print(f"memory added to the plans: {memory[0]:.1f} MB for 100 branches, {memory[1]:.1f} MB for {count}")
    return 0 if ours < MOST * by_hand else 1


def git(root: Path, *arguments: str, feed: bytes = b"") -> bytes:
    return subprocess.run(["git", *arguments], cwd=root, input=feed, capture_output=True, check=True).stdout


# -- what is made -------------------------------------------------------------------------------------


def path_of(number: int) -> str:
    return f"package_{number % 100}/sub_{number // 100 % 10}/module_{number}.py"


def content(number: int) -> bytes:
    return b"# module %d\n" % number + BODY


def make_repository(root: Path, files: int) -> None:
    """A checked-out repository of so many Python files, packed, as a clone would be."""
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Ben Mark")
    git(root, "config", "user.email", "bench@example.com")
    stream = [f"commit refs/heads/main\nauthor {WHO}\ncommitter {WHO}\ndata 4\nBase\n".encode()]
    for number in range(files):
        data = content(number)
        stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path_of(number).encode(), len(data), data))
    git(root, "fast-import", "--quiet", feed=b"".join(stream))
    git(root, "reset", "-q", "--hard", "main")


def make_plans(count: int, files: int, mark: str = "") -> list[Plan]:
    """Plans for different files, as far as there are so many. Another mark gives other contents."""
    plans = []
    for number in range(count):
        first = number * max(files // count, 1) % files
        changes = tuple(
            change(target % files, f"{mark}{number}") for target in range(first, first + number % 3 + 1)
        )
        message = f"Change {number}\n\nPatchwright-Remedy: benchmark\n"
        plans.append(Plan(f"patchwright/b{number}", message, changes))
    return plans


def change(target: int, mark: str) -> FileChange:
    before = content(target)
    after = before.replace(b"value + 30\n", b"value + 30  # branch %s\n" % mark.encode())
    return FileChange(path_of(target), before, after)


def forget_branches(root: Path) -> None:
    names = git(root, "for-each-ref", "--format=%(refname)", "refs/heads/patchwright", "refs/patchwright")
    git(root, "update-ref", "--stdin", feed=b"".join(b"delete %s\n" % name for name in names.splitlines()))


# -- what is measured ---------------------------------------------------------------------------------


def time_round(root: Path, count: int, files: int, number: int) -> tuple[float, float, float, float]:
    """By hand, our first run, our second, and one after the base has moved; each with the listing.

    What is written by hand and by our first run is new to the repository: git is much faster with objects
    that it finds there.
    """
    git(root, "reset", "-q", "--hard", "main")
    by_hand = time_by_hand(root, make_plans(count, files, f"{number}-by-hand-"))
    forget_branches(root)
    plans = make_plans(count, files, f"{number}-ours-")
    first = time_ours(root, plans, Status.CREATED)
    second = time_ours(root, plans, Status.UNCHANGED)
    git(root, "checkout", "-q", "--detach")
    git(root, "commit", "-q", "--allow-empty", "-m", "Move on")
    moved = time_ours(root, plans, Status.UPDATED)
    git(root, "checkout", "-q", "main")
    return by_hand, first, second, moved


def time_ours(root: Path, plans: Sequence[Plan], expected: Status) -> float:
    entries_of.cache_clear()  # a run of ours is a process of its own, and lists the base once
    began = time.perf_counter()
    made = write_branches(Commit.at(root), plans, target="main")
    ended = time.perf_counter()
    assert {branch.status for branch in made} == {expected}
    return ended - began


def time_by_hand(root: Path, plans: Sequence[Plan]) -> float:
    """The least that git can do: one stream, and one transaction, with no look at what is there."""
    forget_branches(root)
    began = time.perf_counter()
    base = git(root, "rev-parse", "HEAD").decode().strip()
    stream = [b"feature done\n"]
    for number, plan in enumerate(plans, 1):
        head = f"commit refs/staging\nmark :{number}\nauthor {WHO}\ncommitter {WHO}\n"
        stream.append(f"{head}data {len(plan.message)}\n{plan.message}from {base}\n".encode())
        for each in plan.changes:
            data = each.after or b""
            stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (each.path.encode(), len(data), data))
        stream.append(b"get-mark :%d\n" % number)
    stream.append(f"reset refs/staging\nfrom {'0' * 40}\ndone\n".encode())
    commits = git(root, "fast-import", "--quiet", feed=b"".join(stream)).decode().split()
    moves = (f"create refs/heads/{p.name} {oid}\n" for p, oid in zip(plans, commits, strict=True))
    git(root, "update-ref", "--stdin", feed="".join(moves).encode())
    return time.perf_counter() - began


def time_checkout(root: Path, plans: Sequence[Plan]) -> float:
    began = time.perf_counter()
    for number, plan in enumerate(plans):
        git(root, "checkout", "-q", "-b", f"checkout-{number}", "main")
        for each in plan.changes:
            (root / each.path).write_bytes(each.after or b"")
        git(root, "commit", "-q", "-a", "-m", plan.message)
    elapsed = time.perf_counter() - began
    git(root, "checkout", "-q", "main")
    return elapsed


def time_worktrees(root: Path, names: Sequence[str]) -> tuple[float, float, float, float]:
    """Switching a scratch worktree, and with the cleaning before; the same and making one, by hand."""
    commits = [git(root, "rev-parse", name).decode().strip() for name in names[: SWITCHES + 1]]
    with Worktrees(Commit.at(root).repository) as worktrees:
        with worktrees.at(commits[0]) as worktree:
            switched = time_each(worktree.switch, commits[1:])
        renewed = time_each(worktree.renew, commits[1:])
    began = time.perf_counter()
    for number, commit in enumerate(commits[:FEW]):
        git(root, "worktree", "add", "--detach", f"../added-{number}", commit)
    added = time.perf_counter() - began
    there = root.parent / "added-0"
    by_checkout = time_each(lambda commit: git(there, "checkout", "-q", "--detach", commit), commits[1:])
    return switched, renewed, by_checkout, added


def time_each(does: Callable[[str], object], commits: Sequence[str]) -> float:
    """The time for `SWITCHES` of them, by the median. A second lies between two, as a check would."""
    found = []
    for commit in commits:
        time.sleep(1)
        began = time.perf_counter()
        does(commit)
        found.append(time.perf_counter() - began)
    return median(found) * SWITCHES


def measure_memory(root: Path, count: int, files: int) -> float:
    """What a run adds to the memory of a process that has the plans already, in MB."""
    forget_branches(root)
    spawn = get_context("spawn")  # a fork would begin with the peak of this process
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_tell_memory, args=(there, root, count, files))
    process.start()
    told: float = here.recv()
    process.join()
    return told


def _tell_memory(there: Connection, root: Path, count: int, files: int) -> None:
    base, plans = Commit.at(root), make_plans(count, files)
    write_branches(base, plans[:1])  # with what is read of the base, however many branches there are
    before = getrusage(RUSAGE_SELF).ru_maxrss
    write_branches(base, plans)
    there.send((getrusage(RUSAGE_SELF).ru_maxrss - before) / (1024 if sys.platform == "linux" else 1024**2))


if __name__ == "__main__":
    sys.exit(main())
