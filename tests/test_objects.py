"""Objects by their names: many at a time, in order, and what is said of those that are not there."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from repositories import Sandbox

from codemods import objects
from codemods.branches.plumbing.refs import tips_of
from codemods.objects import read_object, read_objects
from codemods.repository import GitFailure, Repository

MANY = 300  # more than git is asked for at a time


@pytest.fixture
def box(tmp_path: Path) -> Sandbox:
    return Sandbox.make(tmp_path / "r", {"a.py": b"1\n"})


def store(box: Sandbox, contents: list[bytes]) -> list[str]:
    """The names of blobs with these contents."""
    for number, content in enumerate(contents):
        (box.root / str(number)).write_bytes(content)
    paths = "\n".join(map(str, range(len(contents))))
    return box.git("hash-object", "-w", "--stdin-paths", feed=paths.encode()).split()


def test_many_are_read_in_order(box: Sandbox) -> None:
    contents = [b"%d\n" % number * (number * 37) for number in range(MANY)]
    oids = store(box, contents)
    assert list(read_objects(Repository(box.root), oids)) == contents
    assert list(read_objects(Repository(box.root), [*oids, *reversed(oids)])) == contents + contents[::-1]


@pytest.mark.parametrize("place", [0, 1, 100, MANY])
def test_one_that_is_missing_is_named_and_the_next_answers_are_right(box: Sandbox, place: int) -> None:
    contents = [b"%d\n" % number for number in range(MANY)]
    oids = store(box, contents)
    repository = Repository(box.root)
    with pytest.raises(OSError) as raised:
        list(read_objects(repository, [*oids[:place], "1" * 40, *oids[place:]]))
    assert raised.value.filename == "1" * 40
    assert read_object(repository, oids[5]) == contents[5]


@pytest.mark.skipif(sys.platform != "linux", reason="pipes cannot be made small elsewhere")
def test_pipes_may_be_small(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has many pipes open gets new ones of one page."""

    class Small(subprocess.Popen[bytes]):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            for pipe in filter(None, (self.stdin, self.stdout)):
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)

    contents = [b"%d\n" % number * 500 for number in range(MANY)]
    oids = store(box, contents)
    monkeypatch.setattr(subprocess, "Popen", Small)
    found: list[bytes] = []
    reading = threading.Thread(
        target=lambda: found.extend(read_objects(Repository(box.root), oids)), daemon=True
    )
    reading.start()
    reading.join(20)
    assert found == contents


def test_a_commit_that_cannot_be_read_is_named(box: Sandbox) -> None:
    repository, oid = Repository(box.root), box.git("rev-parse", "HEAD")
    assert tips_of(repository, [oid, oid])[oid].parents == ()
    with pytest.raises(GitFailure, match=r"commit 1111111111 of a branch cannot be read: .*; run git fsck"):
        tips_of(repository, [oid, "1" * 40])
    read_object(repository, oid)
    process = objects._readers[repository]._process
    assert process
    process.kill()
    process.wait()
    with pytest.raises(GitFailure, match=f"commit {oid[:10]} of a branch cannot be read"):
        tips_of(repository, [oid])
    assert tips_of(repository, [oid])[oid].oid == oid
