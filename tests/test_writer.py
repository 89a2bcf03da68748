"""Writing changes: each file atomically, a group of files all or nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
import toy

from codemods.engine import scan
from codemods.model import Failure, FileChange
from codemods.series import Series, series
from codemods.sources import WorkingDirectory
from codemods.writer import write, write_fixes

STALE = "changed since it was read, and was left as it is; run again"
ONE = FileChange("one.py", b"1\r\n", b"one\r\n")
TWO = FileChange("sub/two.py", b"2", b"two")


@pytest.fixture
def tree(tmp_path: Path) -> WorkingDirectory:
    (tmp_path / "sub").mkdir()
    (tmp_path / "one.py").write_bytes(b"1\r\n")
    (tmp_path / "sub/two.py").write_bytes(b"2")
    return WorkingDirectory.at(tmp_path)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may write to, root included as far as we are concerned."""
    place = tmp_path / "sub"
    yield place
    place.chmod(0o755)


def content(tree: WorkingDirectory) -> dict[str, bytes]:
    """Everything in the folder, so that left-over temporary files show."""
    found = (path for path in tree.root.rglob("*") if path.is_file())
    return {path.relative_to(tree.root).as_posix(): path.read_bytes() for path in found}


BEFORE = {"one.py": b"1\r\n", "sub/two.py": b"2"}
AFTER = {"one.py": b"one\r\n", "sub/two.py": b"two"}


def test_bytes_are_written_as_they_are(tree: WorkingDirectory) -> None:
    assert write(tree, [ONE, TWO]) == ()
    assert content(tree) == AFTER


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o2755])
def test_the_mode_is_kept(tree: WorkingDirectory, mode: int) -> None:
    target = tree.root / "one.py"
    target.chmod(mode)
    mode = stat.S_IMODE(target.stat().st_mode)  # what the system made of it
    assert write(tree, [ONE]) == ()
    assert stat.S_IMODE(target.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_is_kept(tree: WorkingDirectory) -> None:
    os.chown(tree.root / "one.py", 1234, 1234)
    assert write(tree, [ONE]) == ()
    status = (tree.root / "one.py").stat()
    assert (status.st_uid, status.st_gid) == (1234, 1234)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes here")
def test_extended_attributes_are_kept(tree: WorkingDirectory) -> None:
    try:
        os.setxattr(tree.root / "one.py", "user.note", b"mine")
    except OSError:
        pytest.skip("the file system knows no extended attributes")
    assert write(tree, [ONE]) == ()
    assert os.getxattr(tree.root / "one.py", "user.note") == b"mine"


def test_a_hard_link_keeps_the_old_bytes_elsewhere(tree: WorkingDirectory, tmp_path: Path) -> None:
    os.link(tree.root / "one.py", tmp_path / "other-name")
    assert write(tree, [ONE]) == ()
    assert (tmp_path / "other-name").read_bytes() == b"1\r\n"
    assert (tree.root / "one.py").read_bytes() == b"one\r\n"


@pytest.mark.parametrize("there", [b"changed", None], ids=["changed", "gone"])
def test_a_file_that_changed_since_stops_its_group(tree: WorkingDirectory, there: bytes | None) -> None:
    target = tree.root / "sub/two.py"
    target.unlink() if there is None else target.write_bytes(there)
    assert write(tree, [ONE, TWO]) == (Failure("sub/two.py", STALE),)
    assert content(tree) == ({"one.py": b"1\r\n", "sub/two.py": there} if there else {"one.py": b"1\r\n"})


def test_a_symlink_is_not_followed(tree: WorkingDirectory, tmp_path: Path) -> None:
    target = tmp_path / "sub/two.py"
    target.rename(tmp_path / "elsewhere")
    target.symlink_to(tmp_path / "elsewhere")
    (failure,) = write(tree, [ONE, TWO])
    assert failure.path == "sub/two.py"
    assert "symlink" in failure.error
    assert (tmp_path / "elsewhere").read_bytes() == b"2"
    assert (tmp_path / "one.py").read_bytes() == b"1\r\n"


def test_a_read_only_file_stops_its_group(tree: WorkingDirectory) -> None:
    (tree.root / "sub/two.py").chmod(0o444)
    assert write(tree, [ONE, TWO]) == (Failure("sub/two.py", "not written: the file is read-only"),)
    assert content(tree) == BEFORE


def test_a_read_only_folder_stops_its_group(tree: WorkingDirectory, read_only: Path) -> None:
    read_only.chmod(0o555)
    assert write(tree, [ONE, TWO]) == (Failure("sub/two.py", "not written: its folder is read-only"),)
    assert content(tree) == BEFORE


def test_a_failure_halfway_takes_back_what_was_written(
    tree: WorkingDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "two.py":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    assert write(tree, [ONE, TWO]) == (Failure("sub/two.py", "not written: No space left on device"),)
    assert content(tree) == BEFORE


def test_an_interrupt_halfway_takes_back_what_was_written(
    tree: WorkingDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if target.name == "two.py":
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tree, [ONE, TWO])
    assert content(tree) == BEFORE


# -- series -----------------------------------------------------------------------------------------

FILES = {
    "alone.py": b"print(1)\n",
    "lib.py": b"def old():\n    print(2)\n",
    "use.py": b"from lib import old\nprint(old)\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkingDirectory:
    toy.use(monkeypatch, toy.PrintCall, toy.RenameEverywhere)
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return WorkingDirectory.at(tmp_path)


def planned(tree: WorkingDirectory, without: Collection[str]) -> Series:
    barred = set(without)
    return series(
        tree,
        scan(tree).findings,
        ["print-call", "rename-everywhere"],
        lambda f: bool(f.fix and not barred.intersection(f.fix.paths)),
    )


def test_a_series_is_written(project: WorkingDirectory) -> None:
    written = write_fixes(project, lambda without: planned(project, without))
    assert written.failures == ()
    assert written.paths == ("alone.py", "lib.py", "use.py")
    assert len(written.fixed) == 4
    assert b"old" not in content(project)["use.py"]


def test_a_file_that_cannot_be_written_costs_only_the_fixes_that_need_it(project: WorkingDirectory) -> None:
    (project.root / "use.py").chmod(0o444)
    written = write_fixes(project, lambda without: planned(project, without))
    assert written.failures == (Failure("use.py", "not written: the file is read-only"),)
    assert written.paths == ("alone.py", "lib.py")
    assert [finding.remedy for finding in written.fixed] == ["print-call", "print-call"]
    after = content(project)
    assert after["use.py"] == FILES["use.py"]
    assert b"def old" in after["lib.py"] and b"logging.info(2)" in after["lib.py"]
    assert b"logging.info(1)" in after["alone.py"]
