"""How remedies are found, and what is said of one that is not what it should be."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import codemods.remedies
from codemods.project import Project
from codemods.remedy import Proposal, Remedy, all_remedies
from codemods.sources import Memory

WHOLE = '''
import ast
from codemods.remedy import Remedy


class OddThing(Remedy):
    """Find odd things.

    Why
        They are odd.

    Before
        def odd():
            return 1

        print(odd())
    """

    triggers = (b"odd",)

    def visit_Name(self, node, module):
        return ()
'''


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that takes the place of `codemods/remedies`."""
    monkeypatch.setattr(codemods.remedies, "__path__", [str(tmp_path)])
    for name in [name for name in sys.modules if name.startswith("codemods.remedies.")]:
        monkeypatch.delitem(sys.modules, name)
    all_remedies.cache_clear()
    yield tmp_path
    all_remedies.cache_clear()
    for name in [name for name in sys.modules if name.startswith("codemods.remedies.")]:
        del sys.modules[name]


def test_one_name_derives_everything(room: Path) -> None:
    (room / "odd_thing.py").write_text(WHOLE)
    (room / "_parts.py").write_text("SHARED = 1\n")
    (remedy,) = all_remedies()
    assert remedy.id() == "odd-thing"
    assert remedy.summary() == "Find odd things."
    assert remedy.commit_subject() == "Fix odd thing"
    assert [kind.__name__ for kind in remedy(Project(Memory({}))).visitors()] == ["Name"]


def test_a_section_keeps_its_inner_indentation(room: Path) -> None:
    (room / "odd_thing.py").write_text(WHOLE)
    (remedy,) = all_remedies()
    assert remedy.section("Before") == "def odd():\n    return 1\n\nprint(odd())"
    assert remedy.section("After") == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("OddThing", "OddThink"), "OddThink must be called like its file"),
        (("class OddThing(Remedy)", "class OddThing"), "one Remedy expected, found 0"),
        (
            ("class OddThing", "class Other(Remedy):\n    pass\n\n\nclass OddThing"),
            "one Remedy expected, found 2",
        ),
        (('"""Find', 'text = """Find'), "the docstring is its documentation, and it has none"),
        (('(b"odd",)', "()"), "no triggers: it would parse every file"),
        (("visit_Name", "look"), "no visit_<Kind> method"),
        (("visit_Name", "visit_Nam"), "visit_Nam: ast has no such node"),
    ],
)
def test_a_bad_remedy_is_told_by_its_file(change: tuple[str, str], said: str, room: Path) -> None:
    (room / "odd_thing.py").write_text(WHOLE.replace(*change))
    with pytest.raises(TypeError) as caught:
        all_remedies()
    assert str(caught.value) == f"{room / 'odd_thing.py'}: {said}"


def test_a_module_that_cannot_be_imported_is_not_passed_over(room: Path) -> None:
    (room / "odd_thing.py").write_text("import no_such_module\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        all_remedies()


def test_without_a_fix_there_must_be_a_reason() -> None:
    with pytest.raises(ValueError, match="must give the reason"):
        Proposal(ast.Pass(), "something is odd")
    assert Proposal(ast.Pass(), "something is odd", reason="look at it").fix is None


@pytest.mark.parametrize("remedy", [pytest.param(r, id=r.id()) for r in all_remedies()])
def test_commit_subjects(remedy: type[Remedy]) -> None:
    subject = remedy.commit_subject()
    assert 0 < len(subject) <= 60
    assert subject[0].isupper()
    assert not subject.endswith(".")
