"""What a branch costs, against git itself: `python -m benchmarks.branches [--files N] [--branches N]`.

Makes a repository in a temporary folder, then times for one-file changes: our branches (reading the
listing of the base, writing objects, making refs), a second run that finds them all there, the same
commits fed to `git fast-import` by hand, and `git checkout` + `git commit` for a few.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from codemods.branches import Plan, Status, write_branches
from codemods.model import FileChange
from codemods.repository import entries_of
from codemods.sources import Commit

BODY = b"".join(b"def function_%d(value):\n    return value + %d\n\n\n" % (n, n) for n in range(60))
WHO = "Ben Mark <bench@example.com> 1700000000 +0000"
BY_CHECKOUT = 5
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--branches", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts")
    options = parser.parse_args()
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_repository(root, options.files)
        plans = make_plans(options.branches, options.files)
        ours, second = best(options.rounds, lambda: time_ours(root, plans))
        (by_hand,) = best(options.rounds, lambda: time_by_hand(root, plans))
        (checkout,) = best(1, lambda: time_checkout(root, plans[:BY_CHECKOUT]))
    print(f"{options.branches} branches of one file in a repository of {options.files} files")
    rows = [
        ("patchwright", ours, len(plans)),
        ("patchwright, second run", second, len(plans)),
        ("git fast-import by hand", by_hand, len(plans)),
        ("git checkout + commit", checkout, BY_CHECKOUT),
    ]
    for name, seconds, count in rows:
        each = seconds / count * 1000
        ratio = ours / len(plans) / (seconds / count)
        print(f"{name:26}{seconds:8.3f} s{each:9.2f} ms a branch   ours takes {ratio:6.2f} of it")
    return 0 if ours / len(plans) < 0.01 else 1


def best(rounds: int, measure: Callable[[], Sequence[float]]) -> list[float]:
    """The smallest of each figure over some rounds."""
    return [min(figures) for figures in zip(*(measure() for _ in range(rounds)), strict=True)]


def git(root: Path, *arguments: str, feed: bytes = b"") -> bytes:
    return subprocess.run(["git", *arguments], cwd=root, input=feed, capture_output=True, check=True).stdout


def path_of(number: int) -> str:
    return f"package_{number % 100}/sub_{number // 100 % 10}/module_{number}.py"


def content(number: int) -> bytes:
    return b"# module %d\n" % number + BODY


def make_repository(root: Path, files: int) -> None:
    """A checked-out repository of so many Python files, packed, as a clone would be."""
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Ben Mark")
    git(root, "config", "user.email", "bench@example.com")
    stream = [f"commit refs/heads/main\nauthor {WHO}\ncommitter {WHO}\ndata 4\nBase\n".encode()]
    for number in range(files):
        data = content(number)
        stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path_of(number).encode(), len(data), data))
    git(root, "fast-import", "--quiet", feed=b"".join(stream))
    git(root, "reset", "-q", "--hard", "main")


def make_plans(count: int, files: int) -> list[Plan]:
    plans = []
    for number in range(count):
        target = number * (files // count) if count <= files else number % files
        before = content(target)
        after = before.replace(b"value + 30\n", b"value + 30  # branch %d\n" % number)
        plans.append(
            Plan(
                f"patchwright/b{number}", f"Change {number}\n", (FileChange(path_of(target), before, after),)
            )
        )
    return plans


def forget_branches(root: Path) -> None:
    names = git(root, "for-each-ref", "--format=%(refname)", "refs/heads/patchwright", "refs/heads/hand")
    git(root, "update-ref", "--stdin", feed=b"".join(b"delete %s\n" % name for name in names.splitlines()))


def time_ours(root: Path, plans: Sequence[Plan]) -> tuple[float, float]:
    forget_branches(root)
    entries_of.cache_clear()  # a run of ours is a process of its own, and lists the base once
    began = time.perf_counter()
    made = write_branches(Commit.at(root), plans)
    between = time.perf_counter()
    again = write_branches(Commit.at(root), plans)
    ended = time.perf_counter()
    assert {branch.status for branch in made} == {Status.CREATED}
    assert {branch.status for branch in again} == {Status.UNCHANGED}
    return between - began, ended - between


def time_by_hand(root: Path, plans: Sequence[Plan]) -> tuple[float]:
    """The least that git can do: one stream that writes the refs too, with no look at what is there."""
    forget_branches(root)
    began = time.perf_counter()
    stream = []
    for number, plan in enumerate(plans):
        (change,) = plan.changes
        assert change.after is not None
        stream.append(
            f"commit refs/heads/hand/{number}\nauthor {WHO}\ncommitter {WHO}\n"
            f"data {len(plan.message)}\n{plan.message}from refs/heads/main^0\n".encode()
        )
        path, size = change.path.encode(), len(change.after)
        stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path, size, change.after))
    git(root, "fast-import", "--quiet", feed=b"".join(stream))
    return (time.perf_counter() - began,)


def time_checkout(root: Path, plans: Sequence[Plan]) -> tuple[float]:
    began = time.perf_counter()
    for number, plan in enumerate(plans):
        git(root, "checkout", "-q", "-b", f"hand/checkout-{number}", "main")
        for change in plan.changes:
            (root / change.path).write_bytes(change.after or b"")
        git(root, "commit", "-q", "-a", "-m", plan.message)
    elapsed = time.perf_counter() - began
    git(root, "checkout", "-q", "main")
    return (elapsed,)


if __name__ == "__main__":
    sys.exit(main())
