"""One scratch worktree: how it is switched from commit to commit, and cleaned."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from codemods.repository import GitFailure, Repository, joined_paths, split_paths

# Full checkouts, whatever part of the tree the user looks at, and no trust in what files say of themselves;
# submodules are for the setup command.
_SETTINGS = {
    "core.sparseCheckout": "false",
    "core.ignoreStat": "false",
    "core.trustctime": "true",
    "core.checkStat": "default",
    "submodule.recurse": "false",
    "advice.detachedHead": "false",
}
_HARMLESS = frozenset(("HEAD", "index", "logs", "refs", "COMMIT_EDITMSG", "FETCH_HEAD", "ORIG_HEAD"))
_LARGE = frozenset((".git", "__pycache__", "node_modules"))  # folders that are not gone into
_FEW = 200  # so many files at most are written by their names
_FILES = (":100644 100644 ", ":100755 100755 ")  # of both sides
_SUBMODULE = "160000"


class Worktree:
    """One checkout. `path` is its root; `git_dir` what git knows of it."""

    def __init__(self, path: Path, git_dir: Path) -> None:
        self.path = path
        self.git_dir = git_dir
        self._stamp = 0  # seconds; the last time that files have
        self._written: tuple[object, ...] = ()  # index and HEAD, as the last switch left them
        # What `keep` found there: untracked files, sockets and pipes, submodules that are changed already.
        self._kept = self._special = self._submodules = frozenset[str]()
        self._folders: dict[str, int] = {}  # and when each was changed, in nanoseconds
        self._links: Sequence[str] = ()  # the submodules, empty or not
        self._around: object = None  # what there is around the files, see `_surroundings`

    def renew(self, commit: str) -> None:
        """Clean it and switch it. Raises GitFailure, and OSError, when it is better to make another."""
        if not self._is_sound():
            raise GitFailure("a command changed what git keeps of a scratch worktree")
        with ThreadPoolExecutor() as beside:  # all look at all files, which takes most of the time
            comparing = beside.submit(self._differing, commit)
            looking = beside.submit(self._new_special_files)
            removed = self.clean()
            differing, special = comparing.result(), looking.result()
        for path in special.difference(self._special):
            Path(path).unlink(missing_ok=True)
        if not self._submodules.issuperset(_submodules(differing)):
            raise GitFailure("a command changed a submodule of a scratch worktree")
        self._write(commit, differing)
        changed, before = removed.union(differing), None
        # They may have hidden something. What cannot be removed is there each time.
        while changed != before and any(path.endswith(".gitignore") for path in changed):
            changed, before = self.clean(), changed

    def switch(self, commit: str) -> None:
        """Make all tracked files those of a commit (its full name). Raises GitFailure."""
        self._write(commit, self._differing(commit))

    def _differing(self, commit: str) -> Mapping[str, str]:
        """The tracked files that are not as in a commit, and git's word on each: modes, names, status."""
        options = ("-z", "--raw", "--no-abbrev", "--no-renames", "--ignore-submodules=none")
        answer = self._git("diff-index", *options, commit, "--")
        fields = os.fsdecode(answer).split("\0")
        return dict(zip(fields[1::2], fields[::2], strict=False))

    def _write(self, commit: str, differing: Mapping[str, str]) -> None:
        """Make the files that differ those of a commit.

        Each file that this writes gets a time of its own. Python takes a compiled file for that of a source
        of the same size and second, and the next version of a file often is both.
        """
        renewed = [path for path, said in differing.items() if said[-1] in "DMT"]
        before = max([self._stamp, *(_time_of(self.path / path) for path in renewed)])
        now = int(time.time())
        if self._is_simple(differing):
            self._write_few(commit, renewed)
        else:
            self._git("checkout", "--quiet", "--force", "--detach", commit, "--")
        files = [path for path in renewed if _time_of(self.path / path)]
        is_fast = before >= now and bool(self._written)  # the first time they are all new
        if files:
            self._stamp = before + 1 if is_fast else int(time.time())
        if files and is_fast:
            for path in files:
                os.utime(self.path / path, (self._stamp, self._stamp))
            # These alone: to look at all others takes git as long as the switch.
            self._git("-c", "core.safecrlf=false", "update-index", "-z", "--stdin", feed=joined_paths(files))
        self._written = self._index_and_head()

    def _is_simple(self, differing: Mapping[str, str]) -> bool:
        """Whether a switch only has to write some files, as from one fix to the next.

        Then there is no need to go through all others as `git checkout` does.
        """
        simple = all(
            said[-1] == "M" and said.startswith(_FILES) and not path.endswith(".gitattributes")
            for path, said in differing.items()
        )
        return simple and len(differing) <= _FEW and self._written == self._index_and_head()

    def _write_few(self, commit: str, paths: Sequence[str]) -> None:
        """Write these files of a commit, and name it as checked out."""
        with ThreadPoolExecutor(1) as beside:
            naming = beside.submit(self._git, "update-ref", "--no-deref", "HEAD", commit)
            if paths:
                options = ("--pathspec-from-file=-", "--pathspec-file-nul")
                command = ("--literal-pathspecs", "checkout", "--quiet", *options, commit)
                self._git(*command, feed=joined_paths(paths))
            naming.result()

    def _index_and_head(self) -> tuple[object, ...]:
        index = (self.git_dir / "index").stat()
        return index.st_ino, index.st_size, index.st_mtime_ns, (self.git_dir / "HEAD").read_bytes()

    def _is_sound(self) -> bool:
        """Whether git keeps of it what it did: no rebase is in progress, no file is one not to look at."""
        if self._surroundings() != self._around:
            return False
        if self._index_and_head() == self._written:
            return True
        # In capitals where all is as it should be, but S for what is left out on purpose.
        tags = (line[:1] for line in self._git("ls-files", "-v", "-z").split(b"\0"))
        return all(tag.isupper() and tag != b"S" for tag in tags if tag)

    def _surroundings(self) -> object:
        """What git keeps of it beside its index, its own settings, and which submodules are there."""
        names = frozenset(path.name for path in self.git_dir.iterdir()) - _HARMLESS
        own = self.git_dir / "config.worktree"
        there = [link for link in self._links if (self.path / link / ".git").exists()]
        return names, own.read_bytes() if own.exists() else b"", (self.path / ".git").read_bytes(), there

    def keep(self, commit: str) -> None:
        """Let what is there besides the tracked files stay when it is cleaned, and submodules as they are."""
        listing = split_paths(self._git("ls-files", "-s", "-z"))
        self._links = [line.partition("\t")[2] for line in listing if line.startswith(_SUBMODULE)]
        self._around = self._surroundings()
        self._kept = self._untracked("--directory")
        self._special = self._new_special_files()
        self._submodules = _submodules(self._differing(commit))

    def clean(self) -> frozenset[str]:
        """Take away new files and folders, but those that git ignores: caches make the next run faster.

        Gives what was there.
        """
        new = self._untracked("--directory") - self._kept
        folders = [path for path in new if path.endswith("/")]
        inside = self._untracked("--", *folders) if folders else frozenset()
        gone = inside.union(new.difference(folders))
        for path in gone:
            remove(self.path / path)
        for path in folders:
            for folder, _, _ in os.walk(self.path / path, topdown=False):
                with suppress(OSError):  # something that git ignores is in it
                    Path(folder).rmdir()
        return gone

    def _new_special_files(self) -> frozenset[str]:
        """Sockets and pipes, which git does not see, in folders that were changed since it was last asked."""
        found: list[str] = []
        folders = [str(self.path), *self._folders]
        for folder in folders:
            with suppress(OSError):
                changed = Path(folder).stat().st_mtime_ns
                if self._folders.get(folder) == changed:
                    continue
                self._folders[folder] = changed
                with os.scandir(folder) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            if entry.name not in _LARGE and entry.path not in self._folders:
                                folders.append(entry.path)
                        elif not entry.is_file(follow_symlinks=False) and not entry.is_symlink():
                            found.append(entry.path)
        return frozenset(found)

    def written(self, pattern: str, since: float) -> list[Path]:
        """The files, not tracked, that were written since a moment (in seconds, as `time.time()`)."""
        listing = self._git("ls-files", "-z", "--others", "--", pattern)
        found = (self.path / path for path in split_paths(listing))
        return [path for path in found if path.is_file() and path.stat().st_mtime >= since]

    def _untracked(self, *options: str) -> frozenset[str]:
        """What is neither tracked nor ignored: files, with `--directory` their folders (`name/`) for them."""
        command = ("--literal-pathspecs", "ls-files", "-z", "--others", "--exclude-standard")
        return frozenset(split_paths(self._git(*command, *options)))

    def _git(self, *arguments: str, feed: bytes = b"") -> bytes:
        # Named, not looked for: were the link broken, git would find another repository further up.
        place = {"GIT_DIR": str(self.git_dir), "GIT_WORK_TREE": str(self.path)}
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        return Repository(self.path).git(*settings, *arguments, feed=feed, environment=place)


def _submodules(differing: Mapping[str, str]) -> frozenset[str]:
    """The submodules that are not as a commit has them: at another commit, or with changes or new files."""
    return frozenset(path for path, said in differing.items() if _SUBMODULE in said.split(" ", 2)[1])


def _time_of(path: Path) -> int:
    """When a file was written, in seconds; 0 when it is no file: a symlink, the folder of a submodule."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return int(status.st_mtime) if stat.S_ISREG(status.st_mode) else 0


def remove(path: Path) -> None:
    """Remove a file or a folder, also where folders in it are closed. What cannot go stays."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        _open(path)
        shutil.rmtree(path, ignore_errors=True)


def _open(folder: Path) -> None:
    """Make folders writable that a command has closed."""
    with suppress(OSError):
        folder.chmod(stat.S_IRWXU)
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                _open(entry)
