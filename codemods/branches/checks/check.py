"""Checking branches: the user's command, run for the commit below a branch and for the branch itself.

A branch is good when nothing fails on it that was whole below it.
"""

from __future__ import annotations

import shlex
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from codemods.branches.checks.commands import NOT_FOUND, NOT_RUNNABLE, Outcome, run
from codemods.branches.checks.failures import Printed, failed_in
from codemods.branches.checks.interrupts import orderly_end
from codemods.branches.checks.surroundings import surroundings, unreachable
from codemods.branches.checks.worktree import Worktree
from codemods.branches.checks.worktrees import Worktrees
from codemods.branches.model import Checked, Trial, Verdict
from codemods.objects import read_object
from codemods.repository import GitFailure, Repository

TIMEOUT = 600.0  # seconds for one run of the command

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being checked, and the number of checks done and of all."""

_BASE, _BRANCHES, _AGAIN = "the base", "branches", "once more what failed"
_NAMED = 5  # so many failing tests are named, the rest counted


class CheckFailure(GitFailure):
    """Why no branch can be checked: the command does not run, or tells nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """A run of the command for one tree, and the names of the tests that failed in it."""

    outcome: Outcome
    printed: frozenset[str] = frozenset()
    """By what it printed."""
    reported: frozenset[str] | None = None
    """By the report that it wrote, if it did."""

    @property
    def verdict(self) -> Verdict:
        if self.outcome.code is None:
            return Verdict.TIMED_OUT
        return Verdict.FAILED if self.outcome.code else Verdict.PASSED

    @property
    def failed(self) -> frozenset[str]:
        return self.printed if self.reported is None else self.reported


@dataclass
class Checker:
    """The user's command as a `Check`, in a `with`: what it needs is made then, and removed at the end.

    `command` and `setup` are run by the shell, and so must come from the user alone. `setup` prepares each
    worktree once. `timeout` is in seconds and for one run; so many as `jobs` run at a time.
    """

    repository: Repository
    command: str
    setup: str | None = None
    timeout: float = TIMEOUT
    jobs: int = 1
    progress: Progress | None = None
    notes: list[str] = field(default_factory=list)
    """What the user should know of the checks, in a sentence each."""
    _results: dict[str, Result] = field(default_factory=dict)
    _repeated: set[str] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)
    _exit: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Checker:
        with ExitStack() as stack:
            ignore = stack.enter_context(orderly_end())
            self._worktrees = stack.enter_context(Worktrees(self.repository, self._prepare))
            stack.callback(ignore)
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()
        if left := self._worktrees.left:
            self.notes.append(f"{left} could not be deleted: the next run tries it again")

    def __call__(self, trials: Sequence[Trial]) -> Mapping[str, Checked]:
        """What the command says of each trial, by its name. Raises CheckFailure or GitFailure.

        It is run once for each tree, first for those below the trials. Where it finds something wrong it is
        run again, by itself: tests may depend on time, on chance, and on what runs beside them.
        """
        trees = {commit: self._tree(commit) for t in trials for commit in (t.parent, t.commit)}
        own = {trees[trial.commit] for trial in trials}
        below = {
            trees[t.parent]: t.parent for t in trials if trees[t.parent] not in own | self._results.keys()
        }
        self._run_all(_BASE, below)
        for tree in below:
            self._require(self._results[tree])
        self._run_all(_BRANCHES, {trees[trial.commit]: trial.commit for trial in trials})

        def answer(trial: Trial) -> Checked:
            return compared(
                self.command, self._results[trees[trial.parent]], self._results[trees[trial.commit]]
            )

        self._run_again([(t, trees[t.commit]) for t in trials if _is_doubtful(answer(t))])
        return {trial.name: answer(trial) for trial in trials}

    def _tree(self, commit: str) -> str:
        return read_object(self.repository, commit).partition(b"\n")[0].removeprefix(b"tree ").decode()

    def _run_all(self, what: str, commits: Mapping[str, str]) -> None:
        """Run the command for commits (by their trees) that it was not run for yet."""
        new = {tree: commit for tree, commit in commits.items() if tree not in self._results}
        done = 0
        self._tell(what, done, len(new))
        with ThreadPoolExecutor(max_workers=max(1, self.jobs)) as pool:
            futures = {pool.submit(self._run, commit): tree for tree, commit in new.items()}
            try:
                for future in as_completed(futures):
                    self._results[futures[future]] = future.result()
                    done += 1
                    self._tell(what, done, len(new))
            except BaseException:
                self._stop.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _run_again(self, failed: Sequence[tuple[Trial, str]]) -> None:
        """Run the command once more for trials (with their trees), one at a time."""
        new = {tree: trial for trial, tree in failed if tree not in self._repeated}
        self._repeated |= new.keys()
        for done, (tree, trial) in enumerate(new.items()):
            self._tell(_AGAIN, done, len(new))
            first = self._results[tree]
            self._results[tree] = second = self._run(trial.commit)
            differing = first.failed ^ second.failed
            if differing or first.verdict is not second.verdict:
                named = f" in {_listed(differing)}" if differing else ""
                self.notes.append(
                    f"{trial.name}: two runs of the check differ{named}; the second one counts. "
                    "Tests depend on time, on chance, or on what runs beside them (--jobs 1)"
                )
        self._tell(_AGAIN, len(new), len(new))

    def _tell(self, what: str, done: int, total: int) -> None:
        if self.progress and total:
            self.progress(what, done, total)

    def _run(self, commit: str) -> Result:
        with self._worktrees.at(commit) as worktree:
            return self._run_in(worktree)

    def _run_in(self, worktree: Worktree) -> Result:
        printed, began = Printed(), time.time()
        outcome = self._do(self.command, worktree, printed)
        reports = worktree.written("*.xml", began) if outcome.code else []
        return Result(outcome, frozenset(printed.failed), failed_in(reports))

    def _prepare(self, worktree: Worktree) -> None:
        self.notes += [note for note in unreachable(worktree.path) if note not in self.notes]
        if not self.setup:
            return
        outcome = self._do(self.setup, worktree)
        if outcome.code is None:
            raise CheckFailure(f"--setup did not end {self._in_time()}: raise --timeout")
        if outcome.code:
            raise CheckFailure(f"--setup failed with exit code {outcome.code}{_printed(outcome)}")

    def _do(self, command: str, worktree: Worktree, printed: Printed | None = None) -> Outcome:
        return run(
            command,
            worktree.path,
            surroundings(self.repository, worktree.path),
            timeout=self.timeout,
            stop=self._stop,
            hear=printed.hear if printed else None,
        )

    def _in_time(self) -> str:
        return f"within {self.timeout:g} {'second' if self.timeout == 1 else 'seconds'}"

    def _require(self, base: Result) -> None:
        """Raise CheckFailure when what the base gave is nothing to compare with; note what it means."""
        code, tail = base.outcome.code, base.outcome.tail
        if code is None:
            limit = f"{self._in_time()} on the base"
            raise CheckFailure(f"the check did not end {limit}: raise --timeout\n{tail}".rstrip())
        if code in (NOT_FOUND, NOT_RUNNABLE):
            raise CheckFailure(f"the check cannot be run{self._where_it_is()}{_printed(base.outcome)}")
        if code:
            self.notes.append(_said_of_a_failing_base(base))

    def _where_it_is(self) -> str:
        """What to write for a program that only the user's own folder has."""
        try:
            (program, *_) = shlex.split(self.command)
        except ValueError:
            return ""
        own = self.repository.root / program
        if "/" not in program or Path(program).is_absolute() or not own.exists():
            return ""
        return f" (a scratch worktree has what git tracks: name {own}, or make it with --setup)"


def compared(command: str, base: Result, branch: Result) -> Checked:
    """What two runs of the command say of a branch."""
    new: Iterable[str] = ()
    if branch.verdict is Verdict.PASSED:
        is_good = True
    elif Verdict.TIMED_OUT in (base.verdict, branch.verdict):
        is_good = False
    elif base.verdict is Verdict.PASSED:
        is_good, new = False, branch.failed
    else:
        before, after = base.failed, branch.failed
        if base.reported is None or branch.reported is None:
            before, after = base.printed, branch.printed
        new = after - before
        # Without a name for what fails, the same exit code is all that there is to go by.
        is_good = not new if after else not before and base.outcome.code == branch.outcome.code
    return Checked(
        command,
        base.verdict,
        branch.verdict,
        seconds=round(branch.outcome.seconds, 3),
        new=tuple(sorted(new)),
        tail="" if branch.verdict is Verdict.PASSED else branch.outcome.tail,
        is_good=is_good,
    )


def _is_doubtful(checked: Checked) -> bool:
    """Whether a second run could come to another end; one that hangs would cost as much time again."""
    return not checked.is_good and checked.branch is Verdict.FAILED


def _said_of_a_failing_base(base: Result) -> str:
    """What it means for the branches that the check fails without them."""
    if not base.failed:
        return (
            f"the check fails on the base too (exit code {base.outcome.code}) and names no tests: "
            "a branch counts as good when it ends with the same exit code"
        )
    return (
        f"the check fails on the base too: {_listed(base.failed)}; "
        "a branch counts as good when nothing else fails on it"
    )


def _printed(outcome: Outcome) -> str:
    """The end of what a command printed, as the end of a sentence."""
    return f":\n{outcome.tail}" if outcome.tail.strip() else ", and printed nothing"


def _listed(tests: Iterable[str]) -> str:
    named = sorted(tests)
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return f"{', '.join(named[:_NAMED])}{more}"
