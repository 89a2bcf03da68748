"""From what a report cites to places in the code: paths, lines that moved, files that were renamed."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import Sandbox

from codemods.audits.model import AuditFinding, Location
from codemods.audits.triage.cited import Resolved, resolve
from codemods.audits.triage.code import Code
from codemods.audits.triage.model import Place
from codemods.audits.triage.places import Found, places_of
from codemods.audits.triage.prose import Prose
from codemods.audits.triage.quotes import find, pieces
from codemods.sources import Commit, Memory, WorkingDirectory

PATHS = (
    "app/api/routes.py",
    "app/db.py",
    "app/__init__.py",
    "lib/db.py",
    "hooks/handlers.py",
    "main.py",
    "docker-compose.yml",
    "pkg/engine/__init__.py",
    "pkg/engine/run.py",
    "Odd Name.py",
)
CODE = Code(Memory(dict.fromkeys(PATHS, b"x = 1\n")))


@pytest.mark.parametrize(
    ("cited", "paths"),
    [
        ("app/db.py", ["app/db.py"]),
        ("./app/db.py", ["app/db.py"]),
        ("`app/db.py`", ["app/db.py"]),
        ("app/../app/db.py", ["app/db.py"]),
        ("routes.py", ["app/api/routes.py"]),
        ("api/routes.py", ["app/api/routes.py"]),
        ("ROUTES.py", ["app/api/routes.py"]),
        ("backend/app/db.py", ["app/db.py"]),
        (r"app\api\routes.py", ["app/api/routes.py"]),
        (r"C:\Users\bob\shop\app\api\routes.py", ["app/api/routes.py"]),
        ("/mnt/c/My Work/shop/app/db.py", ["app/db.py"]),
        ("file:///home/bob/shop/app/db.py", ["app/db.py"]),
        ("~/shop/app/db.py", ["app/db.py"]),
        ("hooks.handlers", ["hooks/handlers.py"]),
        ("app/api/*.py", ["app/api/routes.py"]),
        ("engine/", ["pkg/engine/__init__.py", "pkg/engine/run.py"]),
        ("Odd Name.py", ["Odd Name.py"]),
        ("db.py", ["app/db.py", "lib/db.py"]),
    ],
)
def test_a_cited_path_leads_to_files(cited: str, paths: list[str]) -> None:
    assert list(resolve(cited, CODE).paths) == paths


@pytest.mark.parametrize(
    "cited",
    ["../secrets.py", "../../etc/passwd", "/etc/passwd", "app/../../db.py", "..", "", "/", r"..\..\boot.ini"],
)
def test_a_path_that_leads_outside_is_refused(cited: str) -> None:
    found = resolve(cited, CODE)
    assert found.refused
    assert not found.paths
    assert found.problem
    assert "\n" not in found.problem


@pytest.mark.parametrize(
    "cited", ["app/nothing.py", "other/main.py", "/usr/lib/python3/__init__.py", "x/*.py"]
)
def test_a_path_that_leads_nowhere_says_so(cited: str) -> None:
    found = resolve(cited, CODE)
    assert not found.paths
    assert found.problem


def test_of_several_files_none_is_taken() -> None:
    found = resolve("db.py", CODE)
    assert not found.is_sure
    assert found.problem == "db.py can mean 2 files: app/db.py, lib/db.py"


# -- history ------------------------------------------------------------------------------------------


@pytest.fixture
def box(tmp_path: Path) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", {"old/a.py": b"def f():\n    return 1\n" * 9, "b.py": b"x = 1\n"})
    (box.root / "new").mkdir()
    box.git("mv", "old/a.py", "new/a2.py")
    box.commit({}, "Move")
    box.git("mv", "new/a2.py", "new/a3.py")
    box.git("rm", "-q", "b.py")
    box.commit({}, "Move again")
    return box


@pytest.mark.parametrize("of_commit", [True, False])
def test_a_renamed_file_is_found_through_history(box: Sandbox, of_commit: bool) -> None:
    tree = Commit.at(box.root) if of_commit else WorkingDirectory.at(box.root)
    found = resolve("old/a.py", Code(tree))
    assert found.paths == ("new/a3.py",)
    assert "renamed from old/a.py" in (found.note or "")


def test_a_deleted_file_is_gone(box: Sandbox) -> None:
    found = resolve("b.py", Code(WorkingDirectory.at(box.root)))
    assert found.gone
    assert "was deleted in" in (found.problem or "")


def test_history_is_that_of_the_commit(box: Sandbox) -> None:
    first = box.git("rev-list", "--max-parents=0", "HEAD")
    assert resolve("old/a.py", Code(Commit.at(box.root, first))).paths == ("old/a.py",)
    assert resolve("new/a3.py", Code(Commit.at(box.root, first))).problem


def test_outside_of_git_there_is_no_history(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"")
    assert resolve("old.py", Code(WorkingDirectory.at(tmp_path))).problem


@pytest.mark.parametrize("cited", ["a\nb.py", ":(top)x.py", "--output=x.py", "a*?[b].py", "x" * 5000 + ".py"])
def test_no_path_means_anything_to_git(box: Sandbox, cited: str) -> None:
    before = box.state()
    assert isinstance(resolve(cited, Code(WorkingDirectory.at(box.root))), Resolved)
    assert box.state() == before


# -- lines --------------------------------------------------------------------------------------------

SOURCE = '''import json


def load(path):
    """Read it."""
    try:
        with open(path) as file:
            return json.load(file)
    except:
        return {}


def save(path, data):
    try:
        with open(path, "w") as file:
            json.dump(data, file)
    except:
        return {}
'''


def found(finding: AuditFinding, source: str = SOURCE) -> Found:
    return places_of(
        finding, Prose(finding), Code(Memory({"app/state.py": source.encode(), "app/other.py": b"y = 2\n"}))
    )


def a_finding(
    *lines: tuple[int, int],
    title: str = "Fault",
    quoted: tuple[str, ...] = (),
    path: str = "state.py",
    text: str = "",
) -> AuditFinding:
    return AuditFinding("1", title, 1, locations=(Location(path, lines),), quoted=quoted, text=text)


@pytest.mark.parametrize(
    ("finding", "lines"),
    [
        (a_finding((9, 9)), ((9, 9),)),
        (a_finding((9, 9), (17, 18)), ((9, 9), (17, 18))),
        (a_finding(), ()),
        (a_finding((8, 8), quoted=("    return json.load(file)",)), ((8, 8),)),
        (a_finding((80, 80), quoted=("return json.load(file)  # boom",)), ((8, 8),)),
        (a_finding((2, 2), quoted=("json.dump(data, file)\nexcept:  # bad\n    return {}",)), ((16, 18),)),
        (a_finding(quoted=("json.dump(data, file)",)), ((16, 16),)),
        (a_finding((1, 2), title="`save` hides errors"), ((13, 18),)),
        (a_finding((16, 16), title="`load` and others hide errors"), ((4, 10),)),
        (a_finding((16, 16), title="Hides errors", text="`load` is fine."), ((16, 16),)),
        (a_finding((9, 9), quoted=("os.system('something else entirely')",)), ((9, 9),)),
    ],
)
def test_lines_are_those_cited_unless_the_code_moved(
    finding: AuditFinding, lines: tuple[tuple[int, int], ...]
) -> None:
    (place,) = found(finding).places
    assert place.path == "app/state.py"
    assert place.lines == lines


def test_a_place_that_moved_says_from_where() -> None:
    (place,) = found(a_finding((80, 80), quoted=("return json.load(file)",))).places
    assert place.note == "moved from line 80"
    assert str(place) == "app/state.py:8"


def test_lines_beyond_the_end_are_no_place() -> None:
    (place,) = found(a_finding((300, 310))).places
    assert place.is_vague
    assert not place.lines


def test_code_tells_which_of_several_files_is_meant() -> None:
    tree = Memory({"a/x.py": b"one = first()\n", "b/x.py": b"two = second(one)\n"})
    finding = a_finding((1, 1), path="x.py", quoted=("two = second(one)",))
    (place,) = places_of(finding, Prose(finding), Code(tree)).places
    assert place.path == "b/x.py"
    without = a_finding((1, 1), path="x.py")
    assert places_of(without, Prose(without), Code(tree)).is_unsure


def test_code_is_looked_for_where_no_path_is_right() -> None:
    finding = a_finding((1, 1), path="gone.py", quoted=("def save(path, data):\n    json.dump(data, file)",))
    assert found(finding).places == (Place("app/state.py", ((13, 16),), "found by the quoted code"),)


def test_without_a_path_names_lead_to_the_place() -> None:
    finding = AuditFinding("1", "Saving is slow", 1, text="Every call of `save()` writes all of it.")
    result = found(finding)
    assert result.by_name
    assert [str(place) for place in result.places] == ["app/state.py:13-18"]


@pytest.mark.parametrize(
    ("piece", "share"),
    [
        ("with open(path) as file:\n    return json.load(file)", 1.0),
        ("def load(path):\n    return json.loads(file)", 0.5),
        ("something = quite.different()\nand_more(of_it)", None),
        ("except:", 1.0),
    ],
)
def test_how_much_of_a_piece_is_there(piece: str, share: float | None) -> None:
    match = find(next(pieces([piece])), SOURCE.split("\n"))
    assert (match and match.share) == share


def test_pieces_end_where_something_is_left_out() -> None:
    text = "def f():\n    a = 1  # here\n    ...\n    b = 2\n\n# only a comment\nc = 3"
    assert list(pieces([text])) == [("def f():", "    a = 1  # here"), ("    b = 2",), ("c = 3",)]


def test_code_that_stands_everywhere_tells_no_place() -> None:
    match = find(("except:", "    pass"), ["try:", "except:", "    pass"] * 9, [14])
    assert match is not None
    assert not match.is_telling
    assert match.first == 14
