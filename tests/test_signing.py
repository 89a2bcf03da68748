"""Commits in the user's name: keys of gpg and ssh, identities, dates, encodings, hooks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from repositories import Sandbox

from codemods.branches.model import Branch, Plan
from codemods.branches.plumbing import signing as signing_module
from codemods.branches.plumbing.hooks import hooks_not_run
from codemods.branches.plumbing.identity import identity_of
from codemods.branches.write import write_branches
from codemods.model import FileChange
from codemods.repository import GitFailure, repository_at
from codemods.sources import Commit

FILES = {f"m{n}.py": b"x = %d\n" % n for n in range(6)}
NEEDS = {
    name: pytest.mark.skipif(not shutil.which(name), reason=f"needs {name}") for name in ("gpg", "ssh-keygen")
}


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    for name in os.environ:
        if name.startswith(("GIT_", "GPG_", "GNUPG", "SSH_")) or name in ("SOURCE_DATE_EPOCH", "DISPLAY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return Sandbox.make(tmp_path / "repo", FILES)


def plans(count: int = 2, message: str = "Mend it\n\nPatchwright-Remedy: x\n") -> list[Plan]:
    chosen = list(FILES.items())[:count]
    return [
        Plan(f"p/{n}", message, (FileChange(path, old, b"new\n"),)) for n, (path, old) in enumerate(chosen)
    ]


def write(box: Sandbox, planned: Sequence[Plan] | None = None) -> tuple[Branch, ...]:
    return write_branches(Commit.at(box.root), plans() if planned is None else planned)


def verified(box: Sandbox, branch: str) -> str:
    """What git says of a branch's signature, after it found it good."""
    for command in (["verify-commit", branch], ["log", "-1", "--format=%G? %GF %GS", branch]):
        done = subprocess.run(["git", *command], cwd=box.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def configure(box: Sandbox, settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        box.git("config", name, value)


# -- gpg ----------------------------------------------------------------------------------------------


@pytest.fixture
def gnupg(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home for keys. Its path is short: that of a socket, which is in there, has to be."""
    with tempfile.TemporaryDirectory(prefix="g", dir="/tmp") as home:
        monkeypatch.setenv("GNUPGHOME", home)
        # How hard a passphrase is to guess is measured for seconds otherwise.
        (Path(home) / "gpg-agent.conf").write_text("s2k-count 65536\n")
        yield Path(home)
        subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True)


def make_key(passphrase: str = "") -> str:
    """A key for Ada; its fingerprint."""
    gpg = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase]
    name = "Ada Lovelace <ada@example.com>"
    subprocess.run(
        [*gpg, "--quick-generate-key", name, "ed25519", "sign", "0"], check=True, capture_output=True
    )
    done = subprocess.run(["gpg", "--with-colons", "-K"], check=True, capture_output=True, text=True)
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=True)  # it would remember the passphrase
    return next(line.split(":")[9] for line in done.stdout.splitlines() if line.startswith("fpr:"))


@NEEDS["gpg"]
@pytest.mark.parametrize("named", [True, False])
def test_signs_with_gpg(box: Sandbox, gnupg: Path, named: bool) -> None:
    """Also with the key that gpg finds by the committer's address."""
    key = make_key()
    configure(box, {"commit.gpgSign": "true", **({"user.signingKey": key} if named else {})})
    for branch in write(box):
        assert verified(box, branch.name) == f"G {key} Ada Lovelace <ada@example.com>"
        assert box.git("rev-parse", f"{branch.name}^") == box.git("rev-parse", "HEAD")
    assert box.git("fsck", "--strict", "--no-dangling") == ""


@NEEDS["gpg"]
def test_a_stack_is_signed_from_below(box: Sandbox, gnupg: Path) -> None:
    configure(box, {"commit.gpgSign": "true", "user.signingKey": make_key()})
    first, second, third = plans(3)
    upper = Plan(second.name, second.message, second.changes, on=first.name)
    top = Plan(third.name, third.message, third.changes, on=second.name)
    write(box, [first, upper, top])
    for name in ("p/0", "p/1", "p/2"):
        assert verified(box, name)
    assert (
        box.git("rev-parse", "p/2^", "p/1^", "p/0^").split()
        == box.git("rev-parse", "p/1", "p/0", "main").split()
    )


@NEEDS["gpg"]
def test_the_users_own_program(box: Sandbox, gnupg: Path, tmp_path: Path) -> None:
    program, log = tmp_path / "my gpg", tmp_path / "log"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nexec gpg "$@"\n')
    program.chmod(0o755)
    key = make_key()
    configure(box, {"commit.gpgSign": "true", "gpg.program": str(program), "user.signingKey": key})
    write(box)
    assert [line.split()[-1] for line in log.read_text().splitlines()] == [key, key]


@NEEDS["gpg"]
@pytest.mark.parametrize("setting", ["false", None])
def test_who_does_not_sign_gets_no_signature(box: Sandbox, gnupg: Path, setting: str | None) -> None:
    configure(box, {"user.signingKey": make_key(), **({"commit.gpgSign": setting} if setting else {})})
    for branch in write(box):
        assert box.git("log", "-1", "--format=%G?", branch.name) == "N"


@NEEDS["gpg"]
def test_a_locked_key_is_said_in_one_line_and_at_once(box: Sandbox, gnupg: Path) -> None:
    configure(box, {"commit.gpgSign": "true", "user.signingKey": make_key("a secret")})
    refused_soon(box, r"git could not sign the commit: gpg failed to sign the data \(unlock the key,")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"user.signingKey": "no@such.key"}, r"gpg failed to sign the data"),
        ({"gpg.program": "no-such-gpg"}, r"no-such-gpg"),
        ({"gpg.format": "ssh"}, r"user\.signing[Kk]ey"),
        ({"gpg.format": "ssh", "user.signingKey": "/no/such/key"}, r"no/such/key"),
        ({"gpg.format": "telegram"}, r"telegram"),
    ],
)
@NEEDS["gpg"]
def test_what_is_wrong_with_a_key(box: Sandbox, gnupg: Path, settings: dict[str, str], says: str) -> None:
    configure(box, {"commit.gpgSign": "true", **settings})
    refused_soon(box, says)


def refused_soon(box: Sandbox, says: str) -> None:
    began = time.monotonic()
    with pytest.raises(GitFailure, match=says) as caught:
        write(box, plans(6))
    assert time.monotonic() - began < 10
    assert "\n" not in str(caught.value)
    assert "commit.gpgSign" in str(caught.value)
    assert box.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_nobody_waits_forever(box: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "waits"
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    program.chmod(0o755)
    configure(box, {"commit.gpgSign": "true", "gpg.program": str(program)})
    monkeypatch.setattr(signing_module, "_PATIENCE", 0.5)
    refused_soon(box, "nobody unlocked the key")


# -- ssh ----------------------------------------------------------------------------------------------


def make_ssh_key(box: Sandbox, folder: Path, passphrase: str = "") -> Path:
    """A key that the repository is set to sign with."""
    key = folder / "id with blank"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(key)]
    subprocess.run(command, check=True)
    allowed = folder / "allowed"
    allowed.write_text(f"ada@example.com {key.with_name(key.name + '.pub').read_text()}")
    configure(
        box,
        {
            "gpg.format": "ssh",
            "user.signingKey": str(key),
            "commit.gpgSign": "on",
            "gpg.ssh.allowedSignersFile": str(allowed),
        },
    )
    return key


@NEEDS["ssh-keygen"]
def test_signs_with_ssh(box: Sandbox, tmp_path: Path) -> None:
    make_ssh_key(box, tmp_path)
    for branch in write(box, plans(6)):
        assert re.fullmatch(r"G SHA256:\S+ ada@example\.com", verified(box, branch.name))
    assert [branch.status for branch in write(box, plans(6))] == ["unchanged"] * 6


@NEEDS["ssh-keygen"]
def test_a_key_that_is_written_out(box: Sandbox, tmp_path: Path) -> None:
    """`user.signingKey` can be a public key itself; the agent has the other half."""
    key = make_ssh_key(box, tmp_path)
    box.git("config", "user.signingKey", f"key::{key.with_name(key.name + '.pub').read_text().strip()}")
    with pytest.raises(GitFailure, match="could not sign"):  # no agent has it
        write(box)


@NEEDS["ssh-keygen"]
def test_a_locked_ssh_key(box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_ssh_key(box, tmp_path, "a secret")
    monkeypatch.setenv("SSH_ASKPASS", "/bin/false")  # who runs the tests on a terminal is not asked
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    refused_soon(box, r"could not sign the commit: .*passphrase.*\(unlock the key")


# -- who, when, and how it is written -----------------------------------------------------------------


def test_an_identity_for_some_folders_only(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").write_text("[user]\n\tname = Countess\n\temail = ada@work.example\n")
    everywhere = tmp_path / "gitconfig"
    everywhere.write_text(f'[includeIf "gitdir:{box.root}/"]\n\tpath = {tmp_path}/work\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(everywhere))
    box.git("config", "--remove-section", "user")
    write(box)
    assert box.git("log", "-1", "--format=%an <%ae> %cn <%ce>", "p/0") == " ".join(
        ["Countess <ada@work.example>"] * 2
    )


def test_variables_of_git_win(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Mary")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "mary@example.com")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-02-03T04:05:06+0200")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    write(box)
    said = box.git("log", "-1", "--format=%an <%ae> %ad|%cn %cd", "--date=raw", "p/0")
    assert said == "Mary <mary@example.com> 981165906 +0200|Ada Lovelace 86400 +0000"


@pytest.mark.parametrize(
    ("name", "email", "signature"),
    [
        ("Ada Lovelace", "ada@example.com", "Ada Lovelace <ada@example.com>"),
        ("  Ada, Countess. ", "<ada@example.com>", "Ada, Countess <ada@example.com>"),
        ("Ümit Ö", "ü@example.com", "Ümit Ö <ü@example.com>"),
    ],
)
def test_who_signs_off_is_written_as_git_writes_it(
    box: Sandbox, name: str, email: str, signature: str
) -> None:
    configure(box, {"user.name": name, "user.email": email})
    assert identity_of(repository_at(box.root)).signature == signature
    box.git("commit", "-q", "--allow-empty", "--signoff", "-m", "By git")
    assert box.git("log", "-1", "--format=%(trailers:key=Signed-off-by,valueonly)").strip() == signature


@pytest.mark.parametrize(
    ("configured", "word", "header", "signed"),
    [
        ("ISO-8859-1", "café", "ISO-8859-1", False),
        ("ISO-8859-1", "café", "ISO-8859-1", True),
        ("latin1", "…", None, False),  # which it cannot write: then it is UTF-8
        ("latin1", "…", None, True),
        ("UTF-8", "café", None, False),
        ("utf8", "café", None, False),
        ("no such", "café", None, False),
        ("utf-16", "café", None, True),
    ],
)
def test_the_encoding_of_commits(
    box: Sandbox, tmp_path: Path, configured: str, word: str, header: str | None, signed: bool
) -> None:
    if signed and not shutil.which("ssh-keygen"):
        pytest.skip("needs ssh-keygen")
    if signed:
        make_ssh_key(box, tmp_path)
    configure(box, {"i18n.commitEncoding": configured, "user.name": "Zoë"})
    write(box, plans(1, f"Mend {word}\n\nPatchwright-Remedy: x\n"))
    raw = subprocess.run(
        ["git", "cat-file", "commit", "p/0"], cwd=box.root, capture_output=True, check=True
    ).stdout
    headers, _, _ = raw.partition(b"\n\n")
    said = [line.split()[1].decode() for line in headers.split(b"\n") if line.startswith(b"encoding ")]
    assert said == ([header] if header else [])
    assert f"Mend {word}".encode(header or "utf-8") in raw
    assert box.git("log", "-1", "--encoding=UTF-8", "--format=%an %s", "p/0") == f"Zoë Mend {word}"
    assert write(box, plans(1, f"Mend {word}\n\nPatchwright-Remedy: x\n"))[0].status == "unchanged"


def test_a_name_in_the_encoding_of_commits(box: Sandbox) -> None:
    """As people have it who set both long ago."""
    with (box.root / ".git/config").open("ab") as config:
        config.write("[user]\n\tname = Zoë\n[i18n]\n\tcommitEncoding = ISO-8859-1\n".encode("latin-1"))
    write(box, plans(1, "Mend …\n"))
    assert box.git("log", "-1", "--format=%an %s", "p/0") == "Zoë Mend …"
    assert identity_of(repository_at(box.root)).signature == "Zoë <ada@example.com>"


# -- hooks --------------------------------------------------------------------------------------------


def hook(folder: Path, name: str, mode: int = 0o755) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("#!/bin/sh\ntouch ran\n")
    (folder / name).chmod(mode)


def test_hooks_that_are_left_out(box: Sandbox) -> None:
    assert hooks_not_run(repository_at(box.root)) == ()
    for name in ("commit-msg", "pre-commit", "pre-push", "pre-commit.sample"):
        hook(box.root / ".git/hooks", name)
    hook(box.root / ".git/hooks", "prepare-commit-msg", 0o644)
    assert hooks_not_run(repository_at(box.root)) == ("pre-commit", "commit-msg")
    write(box)
    assert not (box.root / "ran").exists()


@pytest.mark.parametrize("where", ["relative", "absolute", "home"])
def test_hooks_in_another_place(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder, value = {
        "relative": (box.root / ".husky/_", ".husky/_"),
        "absolute": (tmp_path / "my hooks", str(tmp_path / "my hooks")),
        "home": (tmp_path / "hooks", "~/hooks"),
    }[where]
    hook(box.root / ".git/hooks", "commit-msg")
    hook(folder, "post-commit")
    box.git("config", "core.hooksPath", value)
    assert hooks_not_run(repository_at(box.root)) == ("post-commit",)


def test_hooks_of_a_worktree_and_of_a_bare_repository(box: Sandbox, tmp_path: Path) -> None:
    hook(box.root / ".git/hooks", "commit-msg")
    box.git("worktree", "add", "-q", str(tmp_path / "tree"))
    assert hooks_not_run(repository_at(tmp_path / "tree")) == ("commit-msg",)
    box.git("clone", "-q", "--bare", "--template=", str(box.root), str(tmp_path / "bare.git"))
    hook(tmp_path / "bare.git/hooks", "pre-commit")
    assert hooks_not_run(repository_at(tmp_path / "bare.git")) == ("pre-commit",)
