"""A git repository: where it is, and how git is asked. Everything that runs git goes through here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from codemods.redaction import redacted

# Nothing that the repository configures may run, and nothing of ours may touch the index by the way.
_SAFE = ("--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
# Set by git for its hooks: they would point us to another repository, index or object store.
_FOREIGN = frozenset(
    (
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"),
        *("GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_REPLACE_REF_BASE"),
        *("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"),
    )
)
_CHUNK = 1 << 20  # bytes that git is given at once


class GitFailure(Exception):
    """What git could not do for us, in one line that says what to do about it."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository by its root: the top of the working tree, or the git directory when it is bare."""

    root: Path
    bare: bool = False

    def git(self, *arguments: str, feed: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """What `git <arguments>` prints, given `feed`. Raises GitFailure when it fails."""
        done = self.try_git(*arguments, feed=feed, environment=environment)
        if done.returncode:
            verb = next(
                a for a in arguments if not a.startswith("-") and "=" not in a
            )  # behind `-c name=value`
            raise GitFailure(f"git {verb} failed: {complaint(done)}")
        return done.stdout

    def try_git(
        self,
        *arguments: str,
        feed: bytes = b"",
        environment: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """The outcome of `git <arguments>`, whatever it is. Raises GitFailure when git cannot be run.

        After `timeout` seconds git is killed: raises subprocess.TimeoutExpired.
        """
        try:
            return subprocess.run(
                self.command(*arguments),
                input=feed,
                capture_output=True,
                check=False,
                env={**clean_environment(), **(environment or {})},
                timeout=timeout,
            )
        except OSError as error:
            raise _no_git(error) from None

    def try_stream(self, *arguments: str, feed: Iterable[bytes]) -> subprocess.CompletedProcess[bytes]:
        """The same for more than there should be in memory at once. What `feed` raises ends git, too."""
        with TemporaryFile() as out, TemporaryFile() as err:  # no pipes, which could fill while we write
            command = self.command(*arguments)
            try:
                process = subprocess.Popen(
                    command,
                    bufsize=_CHUNK,
                    stdin=subprocess.PIPE,
                    stdout=out,
                    stderr=err,
                    env=clean_environment(),
                )
            except OSError as error:
                raise _no_git(error) from None
            assert process.stdin
            try:
                with suppress(BrokenPipeError):  # git ended early, and has said why
                    for piece in feed:
                        process.stdin.write(piece)
                    process.stdin.close()
            except BaseException:
                process.kill()
                raise
            finally:
                with suppress(OSError):
                    process.stdin.close()
                process.wait()
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, process.returncode, out.read(), err.read())

    def command(self, *arguments: str) -> list[str]:
        """The argument list that runs `git <arguments>` in the repository."""
        return ["git", "-C", str(self.root), *_SAFE, *arguments]

    def resolve(self, revision: str) -> str:
        """The full name of the commit that a revision means. Raises GitFailure."""
        if revision and not revision.startswith("-"):
            done = self.try_git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
            if done.returncode == 0:
                return done.stdout.decode().strip()
            if done.returncode != 1 and done.stderr:
                raise GitFailure(f"git cannot read {revision!r}: {complaint(done)}")
        if revision == "HEAD":
            raise GitFailure(f"{self.root}: no commits yet; make a first one with git commit")
        raise GitFailure(
            f"unknown revision {revision!r}: name a branch, a tag or a commit (git log shows them)"
        )


def _no_git(error: OSError) -> GitFailure:
    return GitFailure(f"git cannot be run ({error.strerror}): install git, version 2.30 or newer")


def find_repository(place: Path) -> Repository | None:
    """The repository that a file or folder is in; None when it is in none. Raises GitFailure."""
    place = place if place.is_dir() else place.parent
    if shutil.which("git") is None:
        if any((folder / ".git").exists() for folder in (place.absolute(), *place.absolute().parents)):
            raise GitFailure("git is not on PATH: install git, version 2.30 or newer")
        return None
    import git  # imported here: it takes 0.1 s, which `--help` must not wait for

    try:
        with git.Repo(place, search_parent_directories=True, expand_vars=False) as found:
            top, bare = found.working_tree_dir, found.bare
            return Repository(Path(found.git_dir if top is None else top).resolve(), bare)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        return None


def repository_at(place: Path) -> Repository:
    """The repository that a file or folder is in. Raises GitFailure, also when it is in none."""
    found = find_repository(place)
    if found is None:
        raise GitFailure(f"{place}: not in a git repository; run it inside one, or make one with git init")
    return found


def clean_environment() -> dict[str, str]:
    """The environment git is run in: the user's, without what would make it ask, lock or stray."""
    return users_environment() | _ENVIRONMENT


def users_environment() -> dict[str, str]:
    """The user's environment, without what would point git to another repository."""
    return {name: value for name, value in os.environ.items() if name not in _FOREIGN}


def complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """The line of git's output that says what is wrong."""
    lines = [line.strip() for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))]
    said = (telling or lines or ["it gave no reason"])[0].removeprefix("fatal: ").removeprefix("error: ")
    said = redacted(said)
    cures = [line for line in lines if line.startswith("git config --global --add safe.directory")]
    return f"{said}; if you trust it, run {cures[0]}" if cures else said


def split_paths(listing: bytes) -> Sequence[str]:
    """The paths in output that git separates with NUL; bytes that are not UTF-8 become surrogates."""
    return [os.fsdecode(path) for path in listing.split(b"\0") if path]


def joined_paths(paths: Iterable[str]) -> bytes:
    """The same the other way round: as git reads them with `-z`."""
    return b"".join(os.fsencode(path) + b"\0" for path in paths)
