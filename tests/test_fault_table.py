"""The table of faults: what can be wrong with a repository or a moment, what happens then, and its tests.

`python tests/test_fault_table.py` prints it.
"""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent


class Fault(NamedTuple):
    """A row: what it is, how a test provokes it, what happens, and the tests, as file::name."""

    row: str
    provoked: str
    happens: str
    tests: tuple[str, ...]


REPOSITORY, MOMENT, REFRESH = "test_any_repository.py", "test_any_moment.py", "test_refresh.py"
KINDS, STORED = f"{REPOSITORY}::test_kinds", f"{REPOSITORY}::test_what_is_stored_is_what_git_add_would_store"
BUSY, MOVES = f"{MOMENT}::test_in_the_middle_of_other_work", f"{MOMENT}::test_a_ref_that_moves_while_we_run"
AS_USUAL = (
    "branches are made; files, index, HEAD, stash and reflog stay as they are; a second run changes nothing"
)

FAULTS = (
    Fault("linked worktree", "run inside of one", AS_USUAL, (KINDS,)),
    Fault(
        "branch checked out in another worktree",
        "git worktree add, before the run and during it",
        "the branch is kept, with the place where it is checked out",
        (f"{REPOSITORY}::test_a_branch_that_is_checked_out_in_another_worktree", MOVES),
    ),
    Fault(
        "submodules",
        "a submodule with a fault in it; a path inside of it; a run inside of it",
        "left alone; the path is refused with the submodule's name; inside it is a repository like others",
        (f"{REPOSITORY}::test_a_submodule_is_left_alone",),
    ),
    Fault("shallow clone", "git clone --depth=1", AS_USUAL, (KINDS,)),
    Fault(
        "partial clone",
        "git clone --filter=blob:none --no-checkout; the same with the server gone",
        "the Python files it lacks are fetched at once; else one line names how many, and the remote",
        (
            f"{REPOSITORY}::test_a_partial_clone_gets_all_that_it_lacks_at_once",
            f"{REPOSITORY}::test_what_a_partial_clone_cannot_get_is_said_in_one_line",
        ),
    ),
    Fault(
        "a check that spoils its scratch worktree",
        "25 commands: commits, merges and rebases that stopped, staged and phantom files, files that git is "
        "told not to look at, sockets, what a changed .gitignore hides, a sparse checkout, a lost link, …",
        "the next check sees exactly the files, index and HEAD of its commit, in this worktree or in another",
        ("test_worktrees.py::test_a_switch_is_a_checkout_whatever_a_command_did",),
    ),
    Fault("sha256", "git init --object-format=sha256", AS_USUAL, (KINDS,)),
    Fault(
        "sparse checkout",
        "cone and patterns, with a sparse index",
        "files outside of it are read from the commit and fixed there; none appears in the working tree",
        (f"{REPOSITORY}::test_files_outside_of_a_sparse_checkout_are_fixed_in_the_commit_only",),
    ),
    Fault(
        "LFS pointer",
        "a .py that is a pointer, with git-lfs configured and without",
        "it is not fixed, and its blob is in no branch another",
        (f"{REPOSITORY}::test_a_pointer_to_a_large_file_is_never_written_over",),
    ),
    Fault(
        "core.autocrlf",
        "true, input, 1, no; blobs with LF, CRLF and both",
        "the tree is the one that git add makes in a clone where apply made the fixes",
        (STORED,),
    ),
    Fault(
        ".gitattributes: text, eol, crlf, ident, working-tree-encoding, macros",
        "22 settings, each with 8 kinds of files; in subfolders; of the user; changed but not committed",
        "the same; the attributes of the commit count, and the user's own",
        (
            STORED,
            f"{REPOSITORY}::test_the_users_own_attributes_count_too",
            f"{REPOSITORY}::test_a_split_index_leaves_nothing_behind",
            f"{REPOSITORY}::test_branches_on_each_other_store_what_git_add_would_store",
        ),
    ),
    Fault(
        ".gitattributes: filter",
        "filter.*.clean, process or required is configured for some files",
        "no program is run; these files are left alone, in one line, and all others are fixed",
        (
            f"{REPOSITORY}::test_no_filter_is_run_and_what_it_would_convert_is_left_alone",
            f"{REPOSITORY}::test_nothing_that_the_repository_configures_is_run",
        ),
    ),
    Fault(
        "files that differ in case",
        "A.py and a.py, Sub/ and sub/, with core.ignoreCase",
        "each has a branch of its own, whose names differ in more than case",
        (
            f"{REPOSITORY}::test_files_that_differ_in_case_only",
            "test_branches.py::test_names_that_differ_in_capitals_only_are_two_files",
        ),
    ),
    Fault(
        "branches that differ in case",
        "Patchwright/APP is there",
        "rejected, with the branch that is in the way",
        (
            f"{REPOSITORY}::test_a_name_that_clashes_with_a_branch_or_its_folder",
            "test_branches.py::test_a_name_that_is_in_the_way",
            "test_branches.py::test_names_must_differ",
        ),
    ),
    Fault(
        "unusual file names",
        "blanks, newlines, bytes that are not UTF-8, dashes, quotes, pathspec magic, escape sequences",
        f"{AS_USUAL}; no control character reaches the terminal or a commit message",
        (
            f"{REPOSITORY}::test_unusual_file_names",
            f"{REPOSITORY}::test_no_control_characters_of_file_names_reach_the_terminal",
            "test_branches.py::test_unusual_file_names",
            "test_branches.py::test_slugs_differ_and_git_takes_them",
        ),
    ),
    Fault(
        "a branch where a folder of branches must be, and the other way round",
        "a and a/b; patchwright is a branch",
        "rejected, with the branch that is in the way; the other plans are made",
        (
            f"{REPOSITORY}::test_a_name_that_clashes_with_a_branch_or_its_folder",
            "test_branches.py::test_one_that_is_rejected_does_not_stop_the_others",
        ),
    ),
    Fault(
        "protected names",
        "--prefix and --combine with main, master, HEAD, refs/heads/, options, names that git refuses",
        "no branch of somebody is touched; what would look like another ref is refused in one line",
        (
            f"{REPOSITORY}::test_a_prefix_that_is_no_good_is_refused",
            f"{REPOSITORY}::test_a_prefix_that_is_the_name_of_a_branch_does_not_touch_it",
            f"{REPOSITORY}::test_a_name_for_all_fixes_that_is_no_good_is_refused",
            f"{REPOSITORY}::test_all_fixes_on_a_name_that_is_taken",
            "test_branches.py::test_a_branch_somebody_worked_on_is_kept",
        ),
    ),
    Fault(
        "a ref that moves while we run",
        "created, committed to, deleted, checked out, packed; the base and the ledger too",
        "the moves are all made or none is; we look again and keep what the person has",
        (
            MOVES,
            f"{REFRESH}::test_two_runs_at_the_same_time",
            "test_cli_prune.py::test_a_branch_that_moves_meanwhile_stops_all",
            f"{MOMENT}::test_a_branch_that_is_checked_out_while_we_ask_whether_to_prune",
            "test_push.py::test_a_branch_that_moves_meanwhile_changes_nothing",
        ),
    ),
    Fault(
        "a lock that is held",
        "locks of a branch, the ledger, the packed refs, the index, HEAD, the configuration",
        "one line that names it, and no branch moved; locks of what we do not touch do not matter",
        (
            f"{MOMENT}::test_a_lock_that_somebody_holds",
            "test_branches.py::test_a_ref_that_is_locked_leaves_no_branch",
        ),
    ),
    Fault(
        "a full disk",
        "a tmpfs with nothing and with 40 kB left, on a first run and on a refresh; a read-only file system",
        "one line that says so, no branch moved, no crash report left; with room the next run goes on",
        (f"{MOMENT}::test_a_full_disk_and_one_that_cannot_be_written",),
    ),
    Fault(
        "kill -9",
        "after each call of git that writes, with git, at many delays; in a refresh, check, pruning, push",
        "all branches moved or none, nothing broken, and the next run makes the rest",
        (
            f"{MOMENT}::test_killed_after_each_call_of_git_that_writes",
            f"{MOMENT}::test_killed_together_with_git",
            f"{REFRESH}::test_killed_in_the_middle",
            f"{MOMENT}::test_killed_during_a_check",
            f"{MOMENT}::test_killed_during_a_pruning",
            "test_push.py::test_a_run_that_was_killed_before_it_could_remember_goes_on",
            "test_worktrees.py::test_what_a_killed_run_left_is_swept_by_the_next",
        ),
    ),
    Fault("reftable", "git init --ref-format=reftable, where git has it", AS_USUAL, (KINDS,)),
    Fault("alternates", "git clone --shared", AS_USUAL, (KINDS,)),
    Fault("replace refs", "git replace of a blob", f"{AS_USUAL}; the real objects are read", (KINDS,)),
    Fault("grafts", ".git/info/grafts", AS_USUAL, (KINDS,)),
    Fault("packed objects and refs, git directory elsewhere", "gc, --separate-git-dir", AS_USUAL, (KINDS,)),
    Fault(
        "lost objects",
        "a blob is gone, or garbage",
        "one line for the file; the others are fixed",
        (f"{REPOSITORY}::test_an_object_that_is_lost_is_said",),
    ),
    Fault(
        "somebody else's repository",
        "git's own test of the owner",
        "refused in one line, with the safe.directory command",
        (f"{REPOSITORY}::test_somebody_elses_repository_is_refused_with_the_cure",),
    ),
    Fault(
        "programs in the repository's configuration",
        "hooks, fsmonitor, pager, editor, textconv, drivers, filters",
        "none is run",
        (
            f"{REPOSITORY}::test_nothing_that_the_repository_configures_is_run",
            "test_branches.py::test_hooks_are_not_run",
        ),
    ),
    Fault("detached HEAD", "git switch --detach", AS_USUAL, (BUSY,)),
    Fault(
        "unborn branch",
        "no commit yet",
        "one line that says so",
        (f"{MOMENT}::test_before_the_first_commit", f"{REFRESH}::test_no_branch_appears_beneath_somebody"),
    ),
    Fault(
        "bisect, rebase, merge or cherry-pick in progress; index with conflicts; stash; dirty tree",
        "each of them",
        f"{AS_USUAL}; a branch that is being rebased or bisected is kept",
        (BUSY, f"{REFRESH}::test_no_branch_moves_beneath_somebody"),
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.row)
def test_each_fault_has_its_tests(fault: Fault) -> None:
    for test in fault.tests:
        file, _, name = test.partition("::")
        assert name in functions_of(file), test


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def table() -> str:
    """The faults as a table in Markdown."""
    rows = [
        f"| {f.row} | {f.provoked} | {f.happens} | {', '.join(f'`{test}`' for test in f.tests)} |"
        for f in FAULTS
    ]
    return "\n".join(["| what | how it is provoked | what happens | tests |", "|---|---|---|---|", *rows])


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
