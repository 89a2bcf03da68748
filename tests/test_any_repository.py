"""`patchwright branch` in all kinds of repositories: what they hold, and what git would have made of it.

When things happen (others at work, a full disk, a kill) is in test_any_moment.py; the table of both, and of
the tests elsewhere, is in test_fault_table.py.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import toy
from commandline import Run
from repositories import Sandbox, forget_environment

from codemods.repository import Repository

OLD = b"print(1)\n"
NEW = b"import logging\n\nlogging.info(1)\n"
NAME = "patchwright/print-call"


@pytest.fixture(autouse=True)
def plain_git_and_toy_remedies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_environment(monkeypatch)
    monkeypatch.chdir(tmp_path)
    toy.use(monkeypatch, toy.PrintCall)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A repository for what is refused before anything is made."""
    return Sandbox.make(tmp_path_factory.mktemp("untouched") / "box", {"a.py": OLD})


def clone(box: Sandbox, to: Path, *options: str) -> Sandbox:
    """A clone through the protocol, as from a server, whose origin is `box`."""
    box.git("config", "uploadpack.allowFilter", "true")
    box.git("config", "uploadpack.allowAnySHA1InWant", "true")
    box.git("clone", "-q", *options, f"file://{box.root}", str(to))
    return identified(Sandbox(to))


def identified(box: Sandbox) -> Sandbox:
    box.git("config", "user.name", "Ada Lovelace")
    box.git("config", "user.email", "ada@example.com")
    return box


def branches(box: Sandbox) -> list[str]:
    return box.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/patchwright").split()


def changed(box: Sandbox, name: str = NAME) -> list[str]:
    """The paths that a branch changes, of any bytes."""
    return box.git("diff", "-z", "--name-only", f"{name}^", name).split("\0")[:-1]


def statuses(run: Run, *options: str) -> list[str]:
    return [each["status"] for each in run("branch", "-f", "json", *options).document["branches"]]


def held(state: Mapping[str, object]) -> dict[str, object]:
    """What must be the same after a run: everything but the refs."""
    return {key: value for key, value in state.items() if key != "refs"}


# -- kinds of repositories ----------------------------------------------------------------------------


def linked_worktree(box: Sandbox, tmp_path: Path) -> Sandbox:
    box.git("worktree", "add", "-q", "-b", "linked", "../linked")
    return Sandbox(tmp_path / "linked")


def shallow(box: Sandbox, tmp_path: Path) -> Sandbox:
    return clone(box, tmp_path / "shallow", "--depth=1")


def sha256(box: Sandbox, tmp_path: Path) -> Sandbox:
    return Sandbox.make(tmp_path / "sha256", {"a.py": OLD, "sub/b.py": OLD}, "--object-format=sha256")


def reftable(box: Sandbox, tmp_path: Path) -> Sandbox:
    done = subprocess.run(
        ["git", "init", "-q", "--ref-format=reftable", str(tmp_path / "probe")], check=False
    )
    if done.returncode:
        pytest.skip("this git has no reftable")
    return Sandbox.make(tmp_path / "reftable", {"a.py": OLD, "sub/b.py": OLD}, "--ref-format=reftable")


def alternates(box: Sandbox, tmp_path: Path) -> Sandbox:
    box.git("clone", "-q", "--shared", ".", "../shared")
    return identified(Sandbox(tmp_path / "shared"))


def replace_refs(box: Sandbox, tmp_path: Path) -> Sandbox:
    other = box.git("hash-object", "-w", "--stdin", feed=b"print('in its place')\n")
    box.git("replace", box.git("rev-parse", "HEAD:a.py"), other)
    return box


def grafts(box: Sandbox, tmp_path: Path) -> Sandbox:
    box.git("config", "advice.graftFileDeprecated", "false")
    (box.root / ".git/info").mkdir(exist_ok=True)
    (box.root / ".git/info/grafts").write_text(f"{box.git('rev-parse', 'HEAD')}\n")
    return box


def git_dir_elsewhere(box: Sandbox, tmp_path: Path) -> Sandbox:
    box.git("clone", "-q", f"--separate-git-dir={tmp_path}/away.git", ".", "../parted")
    return identified(Sandbox(tmp_path / "parted"))


def packed_refs(box: Sandbox, tmp_path: Path) -> Sandbox:
    box.git("gc", "-q")
    box.git("pack-refs", "--all")
    return box


@pytest.mark.parametrize(
    "kind",
    [
        *(linked_worktree, shallow, sha256, reftable, alternates, replace_refs, grafts),
        *(git_dir_elsewhere, packed_refs),
    ],
)
def test_kinds(
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    kind: Callable[[Sandbox, Path], Sandbox],
) -> None:
    box = Sandbox.make(tmp_path / "box", {"a.py": OLD, "sub/b.py": OLD})
    box.commit({"README": b"second\n"})
    box = kind(box, tmp_path)
    monkeypatch.chdir(box.root / "sub")
    before, base = box.state(), box.git("rev-parse", "HEAD")
    assert statuses(run) == ["created"]
    assert held(box.state()) == held(before)
    assert changed(box) == ["a.py", "sub/b.py"]
    raw = box.git("--no-replace-objects", "cat-file", "commit", NAME).split("\n")
    assert [line for line in raw if line.startswith("parent ")] == [f"parent {base}"]
    assert box.git("--no-replace-objects", "show", f"{NAME}:a.py").encode() + b"\n" == NEW
    assert statuses(run) == ["unchanged"]
    assert box.git("fsck", "--strict", "--no-dangling") == ""


def test_a_branch_that_is_checked_out_in_another_worktree(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Sandbox.make(tmp_path / "box", {"a.py": OLD})
    monkeypatch.chdir(box.root)
    assert statuses(run) == ["created"]
    tip = box.git("rev-parse", NAME)
    box.git("worktree", "add", "-q", "../linked", NAME)
    box.commit({"a.py": OLD * 2})
    linked = Sandbox(tmp_path / "linked")
    before = linked.state()
    assert statuses(run) == ["kept"]
    assert box.git("rev-parse", NAME) == tip
    assert held(linked.state()) == held(before)


def test_a_submodule_is_left_alone(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Sandbox.make(tmp_path / "library", {"lib.py": OLD})
    box = Sandbox.make(tmp_path / "box", {"a.py": OLD})
    box.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.root), "vendored")
    box.commit({})
    inner = identified(Sandbox(box.root / "vendored"))
    monkeypatch.chdir(box.root)
    before, inside = box.state(), inner.state()
    assert statuses(run) == ["created"]
    assert changed(box) == ["a.py"]
    assert held(box.state()) == held(before)
    assert inner.state() == inside
    refused = run("branch", "vendored/lib.py")
    assert refused.code == 2
    assert "vendored is a submodule" in refused.err and refused.err.count("\n") == 1
    assert run("branch", "vendored").err == refused.err.replace("/lib.py", "", 1)
    monkeypatch.chdir(inner.root)  # there, it is a repository like all others
    assert statuses(run) == ["created"]
    assert changed(inner) == ["lib.py"]
    assert branches(box) == [NAME]


# -- files that are not here --------------------------------------------------------------------------

MANY = {f"m{number}.py": b"print(%d)\n" % number for number in range(8)}


def test_a_partial_clone_gets_all_that_it_lacks_at_once(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Sandbox.make(tmp_path / "box", {**MANY, "data.bin": b"never asked for"})
    partial = clone(box, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    monkeypatch.chdir(partial.root)
    packs = partial.root / ".git/objects/pack"
    before = len(list(packs.glob("*.pack")))
    heads = partial.git("for-each-ref")
    assert statuses(run) == ["created"]
    assert changed(partial) == sorted(MANY)
    assert len(list(packs.glob("*.promisor"))) == before + 1
    assert not (partial.root / ".git/FETCH_HEAD").exists()
    assert set(heads.split("\n")) <= set(partial.git("for-each-ref").split("\n"))
    missing = partial.git("rev-list", "--objects", "--missing=print", "-1", "main").split("\n")
    assert [line for line in missing if line[0] == "?"] == [f"?{box.git('rev-parse', 'HEAD:data.bin')}"]


def test_what_a_partial_clone_cannot_get_is_said_in_one_line(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Sandbox.make(tmp_path / "box", MANY)
    partial = clone(box, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    box.root.rename(tmp_path / "offline")
    monkeypatch.chdir(partial.root)
    outcome = run("branch")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, b"", 1)
    assert "8 files" in outcome.err and "partial clone" in outcome.err and "origin" in outcome.err
    assert branches(partial) == []
    (tmp_path / "offline").rename(box.root)
    assert statuses(run) == ["created"]


@pytest.mark.parametrize("cone", [True, False])
def test_files_outside_of_a_sparse_checkout_are_fixed_in_the_commit_only(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, cone: bool
) -> None:
    box = Sandbox.make(tmp_path / "box", {"here/a.py": OLD, "away/b.py": OLD, "README": b"hello\n"})
    box.git("sparse-checkout", "set", "--cone" if cone else "--no-cone", "here")
    if cone:
        box.git("config", "index.sparse", "true")
        box.git("sparse-checkout", "reapply")
    assert not (box.root / "away").exists()
    monkeypatch.chdir(box.root)
    before = box.state()
    assert statuses(run) == ["created"]
    assert held(box.state()) == held(before)
    assert changed(box) == ["away/b.py", "here/a.py"]
    assert statuses(run, "away", "--prefix", "only/") == ["created"]
    assert changed(box, "only/print-call") == ["away/b.py"]


@pytest.mark.parametrize("damage", ["gone", "garbage"])
def test_an_object_that_is_lost_is_said(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    box = Sandbox.make(tmp_path / "box", {"a.py": OLD, "b.py": b"print(2)\n"})
    oid = box.git("rev-parse", "HEAD:a.py")
    file = box.root / ".git/objects" / oid[:2] / oid[2:]
    file.unlink()
    if damage == "garbage":
        file.write_bytes(b"not an object")
    monkeypatch.chdir(box.root)
    outcome = run("branch")
    assert outcome.code == 2
    assert outcome.err.startswith("a.py: ") and outcome.err.count("\n") == 1
    assert changed(box) == ["b.py"]


# -- what is stored is what `git add` would store -----------------------------------------------------

CRLF = b"x = 1\r\nprint(x)\r\n"
LATIN = "# -*- coding: latin-1 -*-\nword = 'été'\nprint(word)\n"
CONTENTS = {
    "lf": b"x = 1\nprint(x)\n",
    "crlf": CRLF,
    "mixed": b"x = 1\r\nprint(x)\n",
    "feed": b"print(1)\r\n\x0c\r\nprint(2)\r\n",
    "binary": b"print('\x01')\r\n# \x02\x03\n",
    "id": b"# $Id$\nprint(1)\n",
    "old_id": b"# $Id: committed before there was an attribute $\r\nprint(1)\r\n",
    "no_id": b"# $Id: a\n# $ $Id$ $Id:$ $Idea: $\nprint(1)\n",
}
LATIN_CONTENTS = {"lf": LATIN.encode(), "crlf": LATIN.replace("\n", "\r\n").encode()}
ATTRIBUTES = [
    *(
        "",
        "text",
        "-text",
        "!text",
        "text=auto",
        "text=auto eol=crlf",
        "text=auto eol=lf",
        "eol=crlf",
        "eol=lf",
    ),
    *(
        "-text eol=lf",
        "binary",
        "crlf",
        "-crlf",
        "crlf=input",
        "text=nonsense eol=lf",
        "ours",
        "filter=unheard",
    ),
    *("ident", "ident text", "ident text=auto", "-ident eol=crlf"),
]
ENCODED = ["working-tree-encoding=ISO-8859-1", "working-tree-encoding=ISO-8859-1 text ident"]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"core.autocrlf": "true"},
        {"core.autocrlf": "input"},
        {"core.autocrlf": "1", "core.eol": "lf", "core.safecrlf": "false"},
        {"core.autocrlf": "no", "core.eol": "crlf"},
    ],
    ids=lambda settings: "-".join(settings.values()) or "default",
)
def test_what_is_stored_is_what_git_add_would_store(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, settings: Mapping[str, str]
) -> None:
    """Our branch holds the tree that `git add` makes of a clone in which `apply` made the same fixes.

    Each attribute has a folder of its own, with files of all kinds.
    """
    kinds = [(said, CONTENTS) for said in ATTRIBUTES] + [(said, LATIN_CONTENTS) for said in ENCODED]
    files = {f"{n}/{name}.py": data for n, (_, all_) in enumerate(kinds) for name, data in all_.items()}
    box = Sandbox.make(tmp_path / "box", files)  # stored as it is: nothing says otherwise yet
    said = [f"{n}/*.py {attributes}" for n, (attributes, _) in enumerate(kinds)]
    box.write({".gitattributes": "\n".join(["[attr]ours text eol=lf", *said, ""]).encode()})
    box.write({"1/.gitattributes": b"mixed.py -text\n"})
    box.git("add", ".gitattributes", "1/.gitattributes")
    box.git("commit", "-q", "-m", "Say how files are stored")
    box.git("clone", "-q", "--no-checkout", ".", "../clone")
    other = Sandbox(tmp_path / "clone")
    for key, value in settings.items():
        box.git("config", key, value)
        other.git("config", key, value)
    box.write({".gitattributes": b"*.py -text\n"})  # not committed: it says nothing of the commit
    monkeypatch.chdir(box.root)
    assert statuses(run) == ["created"]
    other.git("checkout", "-q", "main")
    monkeypatch.chdir(other.root)
    assert run("apply").code == 0
    other.git("add", *files)
    assert listed(box, NAME, kinds) == listed(other, other.git("write-tree"), kinds)
    monkeypatch.chdir(box.root)
    assert statuses(run) == ["unchanged"]


def listed(box: Sandbox, tree: str, kinds: Sequence[tuple[str, object]]) -> dict[tuple[str, str], str]:
    """The blobs in a tree, by the attributes and the file's name."""
    found = {}
    for line in box.git("ls-tree", "-r", tree).split("\n"):
        head, _, path = line.partition("\t")
        folder, _, name = path.rpartition("/")
        found[kinds[int(folder)][0] if folder else "", name] = head.split(" ")[2]
    return found


def test_the_users_own_attributes_count_too(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Sandbox.make(tmp_path / "box", {"a.py": CRLF, "b.py": CRLF})
    (tmp_path / "mine").write_text("a.py text\n")
    box.git("config", "core.attributesFile", str(tmp_path / "mine"))
    (box.root / ".git/info").mkdir(exist_ok=True)
    (box.root / ".git/info/attributes").write_text("b.py eol=lf\n")
    monkeypatch.chdir(box.root)
    assert statuses(run) == ["created"]
    assert "\r" not in box.git("show", f"{NAME}:a.py", f"{NAME}:b.py")


def test_branches_on_each_other_store_what_git_add_would_store(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each alone turns all line ends of the file, so they conflict, far apart as they are."""
    content = b"print(1)\r\n" + b"x = 1\r\n" * 20 + b"print(2)\r\n"
    box = Sandbox.make(tmp_path / "box", {"a.py": content})
    box.commit({".gitattributes": b"*.py text\n"})
    monkeypatch.chdir(box.root)
    document = run("branch", "--by", "finding", "--stack", "-f", "json").document
    lower, upper = sorted(document["branches"], key=lambda branch: branch["on"] or "")
    assert (lower["on"], upper["on"]) == (None, lower["name"])
    both = box.git("show", f"{upper['name']}:a.py")
    assert both.count("logging.info") == 2 and "\r" not in both
    assert box.git("diff", "--shortstat", lower["name"], upper["name"]).startswith(
        " 1 file changed, 1 insert"
    )


def test_a_split_index_leaves_nothing_behind(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Sandbox.make(tmp_path / "box", {"a.py": CRLF, ".gitattributes": b"*.py text\n"})
    box.git("config", "core.splitIndex", "true")
    monkeypatch.chdir(box.root)
    assert statuses(run) == ["created"]
    assert list((box.root / ".git").glob("sharedindex*")) == []


@pytest.mark.parametrize("key", ["clean", "process", "required"])
def test_no_filter_is_run_and_what_it_would_convert_is_left_alone(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    files = {"a.py": OLD, "odd/b.py": OLD, ".gitattributes": b"odd/*.py filter=indent\n"}
    box = Sandbox.make(tmp_path / "box", files)
    box.git("config", f"filter.indent.{key}", "true" if key == "required" else f"touch {tmp_path}/sprung")
    monkeypatch.chdir(box.root)
    outcome = run("branch")
    assert outcome.code == 0
    assert "odd/b.py: git stores it through the filter 'indent'" in outcome.err
    assert changed(box) == ["a.py"]
    assert (box.root / "odd/b.py").read_bytes() == OLD
    assert not (tmp_path / "sprung").exists()


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n" % (b"4d7a" * 16)


@pytest.mark.parametrize("installed", [False, True])
def test_a_pointer_to_a_large_file_is_never_written_over(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    files = {"a.py": OLD, "big.py": POINTER, ".gitattributes": b"big.py filter=lfs diff=lfs -text\n"}
    box = Sandbox.make(tmp_path / "box", files)
    if installed:
        box.git("config", "filter.lfs.clean", "git-lfs clean -- %f")
        box.git("config", "filter.lfs.process", "git-lfs filter-process")
        box.git("config", "filter.lfs.required", "true")
    monkeypatch.chdir(box.root)
    outcome = run("branch")
    assert outcome.code == 0
    assert changed(box) == ["a.py"]
    assert box.git("rev-parse", f"{NAME}:big.py") == box.git("rev-parse", "HEAD:big.py")


# -- names of files and branches ----------------------------------------------------------------------

UNUSUAL = [
    *("a b.py", " lead.py", "trail .py", "line\nbreak.py", "tab\t.py", "-n.py", "--all.py", '"quoted".py'),
    *("'single'.py", "back\\slash.py", ":(glob)x.py", ":!x.py", "*.py", "[a].py", "ünï.py", "日本.py"),
    *(os.fsdecode(b"caf\xe9.py"), "deep/er/x y.py", "A.py", "a.py", "$(touch x).py", "%s.py", ".py"),
    *("HEAD.py", "refs/heads/main.py", "x" * 200 + ".py", "e\u0301.py", "\u202e.py", "\x1b[31m.py"),
]


def test_unusual_file_names(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    files = dict.fromkeys(UNUSUAL, OLD)
    box = Sandbox.make(tmp_path / "box", files)
    monkeypatch.chdir(box.root)
    before = box.state()
    assert statuses(run, "--by", "file") == ["created"] * len(UNUSUAL)
    assert held(box.state()) == held(before)
    made = branches(box)
    assert sorted(path for name in made for path in changed(box, name)) == sorted(UNUSUAL)
    assert statuses(run, "--by", "file") == ["unchanged"] * len(UNUSUAL)
    for name in ("-n.py", ":(glob)x.py", "*.py"):
        assert statuses(run, "--prefix", "one/", "--", name) == ["created"]
        assert changed(box, "one/print-call") == [name]
        box.git("branch", "-D", "one/print-call")
        box.git("update-ref", "-d", "refs/patchwright/ledger")


def test_no_control_characters_of_file_names_reach_the_terminal(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Sandbox.make(tmp_path / "box", dict.fromkeys(UNUSUAL, OLD))
    monkeypatch.chdir(box.root)
    outcome = run("branch", "--by", "file")
    said = outcome.out.decode() + outcome.err
    assert not [character for character in said if character != "\n" and ord(character) < 32]
    log = box.git("log", "--format=%B", "--branches=patchwright/*")
    assert not [character for character in log if character != "\n" and ord(character) < 32]


def test_files_that_differ_in_case_only(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"A.py": OLD, "a.py": b"print(2)\n", "Sub/x.py": OLD, "sub/x.py": b"print(3)\n"}
    box = Sandbox.make(tmp_path / "box", files)
    box.git("config", "core.ignoreCase", "true")
    monkeypatch.chdir(box.root)
    assert statuses(run, "--by", "file") == ["created"] * 4
    made = branches(box)
    assert len({name.casefold() for name in made}) == 4
    assert sorted(path for name in made for path in changed(box, name)) == sorted(files)
    for path, data in files.items():
        shown = [box.git("show", f"{name}:{path}") for name in made if changed(box, name) == [path]]
        assert shown == [NEW.replace(b"1", data[6:7]).decode().rstrip("\n")]


@pytest.mark.parametrize(
    ("existing", "options"),
    [
        ("patchwright", []),
        ("Patchwright", []),
        ("PATCHWRIGHT/Print-Call", []),
        ("patchwright/print-call/more", []),
        ("a", ["--prefix", "a/"]),
        ("a/patchwright/print-call/b", ["--prefix", "a/patchwright/"]),
        ("main", ["--prefix", "main/"]),
        ("Main", ["--prefix", "main/"]),
    ],
)
def test_a_name_that_clashes_with_a_branch_or_its_folder(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, existing: str, options: list[str]
) -> None:
    box = Sandbox.make(tmp_path / "box", {"a.py": OLD})
    box.git("branch", "-f", existing) if existing != "main" else None
    monkeypatch.chdir(box.root)
    before = box.git("for-each-ref")
    outcome = run("branch", *options)
    assert outcome.code == 2
    assert b"in the way of this name" in outcome.out
    assert box.git("for-each-ref") == before


@pytest.mark.parametrize(
    "prefix",
    [
        *("refs/heads/", "refs/", "heads/../", "-x", "--force/", "a b", "a..b/", "x.lock/", "@{-1}/"),
        *("patchwright//", "/", ".", "HEAD/", "head/", "\n", "a\x00b", "a:b/", "~", "^", "\\", "é\udce9/"),
    ],
)
def test_a_prefix_that_is_no_good_is_refused(
    untouched: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    box = untouched
    monkeypatch.chdir(box.root)
    before = box.git("for-each-ref")
    outcome = run("branch", "--prefix", prefix)
    assert outcome.code == 2
    assert "--prefix" in outcome.err and outcome.err.count("\n") == 1
    assert box.git("for-each-ref") == before


@pytest.mark.parametrize("name", ["main", "master", "trunk"])
@pytest.mark.parametrize("checked_out", [True, False])
def test_a_prefix_that_is_the_name_of_a_branch_does_not_touch_it(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, checked_out: bool
) -> None:
    box = Sandbox.make(tmp_path / "box", {"a.py": OLD})
    if name != "main":
        box.git("branch", name)
    if not checked_out:
        box.git("switch", "-q", "--detach")
    monkeypatch.chdir(box.root)
    before = box.git("rev-parse", name)
    assert statuses(run, "--prefix", name) == ["created"]
    assert box.git("rev-parse", name) == before
    assert box.git("rev-parse", f"{name}print-call^") == before


@pytest.mark.parametrize(
    "name",
    [
        *("refs/heads/main", "refs/x", "HEAD", "head/x", "-x", "--force", "a b", "a..b", "", "a/", "@{-1}"),
        *("main:x", "\n", "x.lock", "patchwright/print-call", "patchwright/PRINT-CALL"),
    ],
)
def test_a_name_for_all_fixes_that_is_no_good_is_refused(
    untouched: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    box = untouched
    monkeypatch.chdir(box.root)
    before = box.git("for-each-ref")
    outcome = run("branch", f"--combine={name}")
    assert outcome.code == 2
    assert "--combine" in outcome.err and outcome.err.count("\n") == 1
    assert box.git("for-each-ref") == before


@pytest.mark.parametrize("name", ["main", "Main", "master", "main/x", "patchwright", "release/1"])
def test_all_fixes_on_a_name_that_is_taken(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    box = Sandbox.make(tmp_path / "box", {"a.py": OLD})
    box.git("branch", "master")
    box.git("branch", "release/1")
    monkeypatch.chdir(box.root)
    before = box.state()
    outcome = run("branch", "--combine", name, "-f", "json")
    branch = outcome.document["branches"][-1]
    assert (branch["name"], branch["status"] in ("kept", "rejected")) == (name, True)
    assert branch["reason"]
    assert held(box.state()) == held(before)
    assert set(str(before["refs"]).split("\n")) <= set(str(box.state()["refs"]).split("\n"))


# -- whose it is --------------------------------------------------------------------------------------


def test_somebody_elses_repository_is_refused_with_the_cure(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Sandbox.make(tmp_path / "box", {"a.py": OLD})
    monkeypatch.chdir(box.root)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    outcome = run("branch")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert f"git config --global --add safe.directory {box.root}" in outcome.err
    assert branches(box) == []
    (tmp_path / "config").write_text(f"[safe]\n\tdirectory = {box.root}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    assert statuses(run) == ["created"]


def test_nothing_that_the_repository_configures_is_run(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"a.py": CRLF, ".gitattributes": b"* text filter=evil diff=evil merge=evil\n"}
    box = Sandbox.make(tmp_path / "box", files)
    trap = f"touch {tmp_path}/sprung;"
    for key in (
        *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "diff.external"),
        *("diff.evil.textconv", "diff.evil.command", "merge.evil.driver", "filter.evil.smudge"),
        *("credential.helper", "core.askPass", "gc.recentObjectsHook", "sequence.editor"),
    ):
        box.git("config", key, trap)
    box.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    (tmp_path / "hooks").mkdir()
    for hook in ("reference-transaction", "post-commit", "pre-commit", "post-checkout", "pre-auto-gc"):
        (tmp_path / "hooks" / hook).write_text(f"#!/bin/sh\n{trap}\n")
        (tmp_path / "hooks" / hook).chmod(0o755)
    monkeypatch.chdir(box.root)
    assert statuses(run) == ["created"]
    assert not (tmp_path / "sprung").exists()
    assert Repository(box.root).resolve("HEAD") == box.git("rev-parse", "HEAD")
