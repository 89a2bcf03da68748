"""The source of installed packages: found, read, named, and never run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from environments import Venv, venv

from codemods.engine import project_of, scan
from codemods.environment import Environment
from codemods.installed import Installed, abroad, installed_in
from codemods.sources import Memory, Overlay

CLIENT = """
from ._errors import Refused
from .api import fetch as get
__all__ = ["Refused", "get"]
"""
ERRORS = "class Refused(Exception):\n    class Inner: ...\nclass Hidden(Refused): ...\n"
FILES = {
    "client/__init__.py": CLIENT,
    "client/_errors.py": ERRORS,
    "client/api.py": "from . import _errors\nfrom ._errors import *\ndef fetch(): ...\n",
    "client/native.cpython-311-x86_64-linux-gnu.so": "\x7fELF",
    "client/typed.pyi": "def speed() -> int: ...\n",
    "client/typed.cpython-311-x86_64-linux-gnu.so": "\x7fELF",
    "single.py": "def alone(): ...\n",
}


@pytest.fixture
def made(tmp_path: Path) -> Venv:
    made = venv(tmp_path / "env")
    made.install("Client-Lib", "2.1", FILES)
    return made


def packages(made: Venv) -> Installed:
    return Installed(Environment.at(made.folder))


@pytest.mark.parametrize(
    ("dotted", "importer", "path"),
    [
        ("client", "", "site-packages/client/__init__.py"),
        ("client.api", "", "site-packages/client/api.py"),
        (".api", "site-packages/client/__init__.py", "site-packages/client/api.py"),
        (".", "site-packages/client/api.py", "site-packages/client/__init__.py"),
        ("..single", "site-packages/client/api.py", "site-packages/single.py"),
        ("single", "site-packages/client/api.py", "site-packages/single.py"),
        ("client.typed", "", "site-packages/client/typed.pyi"),
        ("client.native", "", None),
        ("json", "", None),
        ("client.../../etc/passwd", "", None),
        ("....etc", "site-packages/client/api.py", None),
        ("client.\x00", "", None),
        ("", "", None),
    ],
)
def test_the_file_of_an_import(made: Venv, dotted: str, importer: str, path: str | None) -> None:
    assert packages(made).path_of(dotted, importer) == path


@pytest.mark.parametrize(
    ("dotted", "name"),
    [
        ("client._errors.Refused", "client.Refused"),
        ("client.api.Refused", "client.Refused"),
        ("client._errors.Hidden", "client._errors.Hidden"),
        ("client.Refused.Inner", "client.Refused.Inner"),
        ("client.get", "client.api.fetch"),
        ("single.alone", "single.alone"),
    ],
)
def test_a_definition_has_its_public_name(made: Venv, dotted: str, name: str) -> None:
    installed = packages(made)
    found = installed.find(dotted, "")
    assert found
    assert installed.type_name(found) == name


def test_stubs_beside_and_stub_packages(made: Venv) -> None:
    made.install("types-native", "1.0", {"client-stubs/native.pyi": "def quick() -> str: ...\n"})
    installed = packages(made)
    found = installed.find("client.native.quick", "")
    assert found
    assert installed.type_name(found) == "client.native.quick"


def test_namespace_packages_of_several_distributions(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    made.install("space-one", "1.0", {"space/one/__init__.py": "class One: ...\n"})
    made.install("space-two", "2.0", {"space/two.py": "class Two: ...\n"})
    installed = packages(made)
    assert installed.path_of("space.two", "") == "site-packages/space/two.py"
    assert installed.label("space.one.One") == "as installed (space_one 1.0)"
    assert installed.label("space.two.Two") == "as installed (space_two 2.0)"
    assert installed.label("space.gone") == "as installed (space)"


def test_a_file_is_not_of_a_distribution_that_has_its_name_elsewhere(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    work = tmp_path / "work"
    (work / "space").mkdir(parents=True)
    (work / "space/mine.py").write_text("class Mine(KeyError): ...\n")
    made.install("space-one", "1.0", {"space/one.py": "class One: ...\n"})
    made.install("mine", "1.0", {"__editable__.mine.pth": f"{work}\n"}, editable=work)
    (made.site / "space/loose.py").write_text("class Loose: ...\n")
    installed = packages(made)
    assert installed.label("space.one.One") == "as installed (space_one 1.0)"
    assert (
        installed.label("space.mine.Mine") == installed.label("space.loose.Loose") == "as installed (space)"
    )

    kept = Environment.at(made.folder, tmp_path / "cache")
    for answer in ({"is": "KeyError"}, {"is": "OSError"}):
        assert Installed(kept).remembered("class", "space.mine.Mine", answer.copy) == answer


def test_packages_of_editable_installs(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    source = tmp_path / "work" / "src"
    (source / "lib").mkdir(parents=True)
    (source / "lib/__init__.py").write_text("def use(): ...\n")
    made.install("lib", "1.0", {"lib.pth": f"{source}\n"}, editable=tmp_path / "work")
    installed = packages(made)
    assert installed.path_of("lib", "") == "src/lib/__init__.py"
    assert installed.label("lib.use") == "as installed (lib 1.0)"


def test_nothing_is_read_that_is_not_source(made: Venv) -> None:
    os.mkfifo(made.site / "pipe.py")
    (made.site / "huge.py").write_bytes(b"#" * 3_000_000)
    (made.site / "folder.py").mkdir()
    (made.site / "broken.py").write_text("def (:\n")
    installed = packages(made)
    for name in ("pipe", "huge", "folder", "broken"):
        assert installed.find(f"{name}.anything", "") is None


def test_packages_are_no_part_of_the_project(made: Venv) -> None:
    """No list has their files, and the project's own questions do not reach them."""
    tree = Memory({"app.py": b"import client\nclient.get()\n"}, Environment.at(made.folder))
    project = project_of(tree)
    call = project.module("app.py").tree.body[1].value  # type: ignore[attr-defined]
    assert project.paths == ["app.py"]
    assert project.definition(project.module("app.py"), call.func) is None
    assert not scan(tree).findings
    overlay = project_of(Overlay(tree, {"app.py": b""}))
    assert abroad(overlay) is abroad(project) is installed_in(Environment.at(made.folder))
    assert abroad(project_of(Memory({}))) is None


def test_a_package_that_would_act_when_imported_is_only_read(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    proof = tmp_path / "proof"
    act = f"import pathlib\npathlib.Path({str(proof)!r}).touch()\n"
    made.install("acting", "1.0", {"acting/__init__.py": f"{act}def run():\n    raise ValueError\n"})
    (made.site / "acting.pth").write_text(f"import pathlib; pathlib.Path({str(proof)!r}).touch()\n")
    (made.site / "sitecustomize.py").write_text(act)
    installed = packages(made)
    assert installed.find("acting.run", "")
    assert not proof.exists()


def test_older_kinds_of_installations_are_known_by_name_and_version(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    for name, tops in (("Old_Lib-1.0-py3.11.egg-info", "oldlib\n"), ("bare-2.0.dist-info", "")):
        (made.site / name).mkdir()
        (made.site / name / "top_level.txt").write_text(tops)
    (made.site / "oldlib.py").write_text("def run(): ...\n")
    installed = packages(made)
    assert installed.label("oldlib.run") == "as installed (Old_Lib 1.0)"
    owner = installed.owner_of("oldlib")
    assert owner
    assert installed.distributions.digest(owner) is None  # nothing says what its files are


def test_the_digest_is_that_of_all_that_is_required(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    made.install("one", "1", {"one.py": ""}, requires=["Two.Lib>=2; extra == 'more'", "gone"])
    made.install("two-lib", "2", {"two.py": ""}, requires=["one"])
    made.install("three", "3", {"three.py": ""})
    installed = packages(made)
    owners = {name: installed.owner_of(name) for name in ("one", "two", "three")}
    digests = {name: installed.distributions.digest(owner) for name, owner in owners.items() if owner}
    assert len(digests) == 3
    assert None not in digests.values()
    assert digests["one"] == digests["two"] != digests["three"]  # each requires the other
