"""Finding where packages are installed, by layout alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from environments import venv

from codemods.environment import Environment, NoEnvironment, find_environment, user_cache


def test_an_environment_is_found_by_its_folder_its_python_and_its_packages(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    for place in (made.folder, made.folder / "bin/python", made.site):
        assert Environment.at(place).roots == (made.site,)


def test_a_link_to_python_is_taken_where_it_stands(tmp_path: Path) -> None:
    base = tmp_path / "usr"
    (base / "lib/python3.11/site-packages").mkdir(parents=True)
    (base / "bin").mkdir()
    (base / "bin/python3.11").touch()
    (base / "bin/python3").symlink_to("python3.11")
    made = venv(tmp_path / "env")
    (made.folder / "bin/python").unlink()
    (made.folder / "bin/python").symlink_to(base / "bin/python3")
    assert Environment.at(made.folder / "bin/python").roots == (made.site,)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/py").symlink_to(base / "bin/python3")
    assert Environment.at(tmp_path / "bin/py").roots == (base / "lib/python3.11/site-packages",)


@pytest.mark.parametrize(
    ("folders", "place", "found"),
    [
        (["lib/python3.9/site-packages", "lib/python3.11/site-packages"], "bin/python3.9", [0]),
        (["lib/python3.9/site-packages", "lib/python3.11/site-packages"], "bin/python3", [1]),
        (["lib/python3/dist-packages", "local/lib/python3.11/dist-packages"], "bin/python3", [1, 0]),
        (["Lib/site-packages"], "Scripts/python.exe", [0]),
        (["Lib/site-packages"], "python.exe", [0]),
        (["lib/pypy3.10/site-packages"], "bin/pypy3", [0]),
    ],
)
def test_layouts(tmp_path: Path, folders: list[str], place: str, found: list[int]) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    python = tmp_path / place
    python.parent.mkdir(exist_ok=True)
    python.touch()
    assert Environment.at(python).roots == tuple(tmp_path / folders[n] for n in found)


def test_packages_of_the_system_are_seen_where_the_environment_sees_them(tmp_path: Path) -> None:
    system = tmp_path / "usr"
    (system / "lib/python3.11/site-packages").mkdir(parents=True)
    made = venv(tmp_path / "env")
    settings = f"home = {system}/bin\ninclude-system-site-packages = true\nversion_info = 3.11.4.final.0\n"
    (made.folder / "pyvenv.cfg").write_text(settings)
    assert Environment.at(made.folder).roots == (made.site, system / "lib/python3.11/site-packages")


def test_where_it_is_looked_for(tmp_path: Path) -> None:
    asked, active = venv(tmp_path / "asked"), venv(tmp_path / "active")
    root = tmp_path / "repository"
    local, other = venv(root / ".venv"), venv(root / "venv")
    variables = {"VIRTUAL_ENV": str(active.folder)}
    for found, expected in (
        (find_environment(str(asked.folder), root, variables), asked),
        (find_environment(None, root, variables), active),
        (find_environment(None, root, {"VIRTUAL_ENV": str(tmp_path / "gone")}), local),
        (find_environment(None, root, {}), local),
        (find_environment(None, root, variables | {"PRE_COMMIT": "1"}), local),
    ):
        assert found and found.roots == (expected.site,)
    (local.folder / "pyvenv.cfg").unlink()
    found = find_environment(None, root, {})
    assert found and found.roots == (other.site,)
    assert find_environment(None, tmp_path, {}) is None


def test_nothing_where_it_was_asked_for(tmp_path: Path) -> None:
    for place in ("gone", "no-such-command-anywhere"):
        with pytest.raises(NoEnvironment, match=r"no installed packages there; give the folder"):
            find_environment(str(tmp_path / place), tmp_path, {})
    with pytest.raises(NoEnvironment):
        Environment.at(tmp_path)


def test_plain_lines_of_pth_files_are_followed_and_code_is_not(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    library = tmp_path / "library/src"
    library.mkdir(parents=True)
    proof = tmp_path / "proof"
    (made.site / "a.pth").write_text(
        f"# a comment\n\nimport pathlib; pathlib.Path({str(proof)!r}).touch()\n"
        f"import\tos; os.mkdir({str(proof)!r})\n{library}\n{tmp_path}/gone\n/\n..\\0..\n\x00\n"
    )
    (made.site / "big.pth").write_text(f"{tmp_path}\n" * 100_000)
    (made.site / "binary.pth").write_bytes(b"\xff\xfe\x00\n")
    assert Environment.at(made.folder).roots == (made.site, library)
    assert not proof.exists()


def test_editable_installs_that_have_a_hook_and_no_path(tmp_path: Path) -> None:
    made = venv(tmp_path / "env")
    library = tmp_path / "my library"
    (library / "src").mkdir(parents=True)
    made.install("lib", "1.0", {}, editable=library)
    made.install("plain", "1.0", {})
    (made.install("broken", "1.0", {}) / "direct_url.json").write_text('{"url": 7, "dir_info": []}')
    assert Environment.at(made.folder).roots == (made.site, library / "src", library)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"HOME": "/home/me"}, "/home/me/.cache/patchwright"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "/var/cache"}, "/var/cache/patchwright"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "relative"}, "/home/me/.cache/patchwright"),
        ({"XDG_CACHE_HOME": "", "LOCALAPPDATA": "/local"}, "/local/patchwright"),
        ({}, None),
    ],
)
def test_where_the_cache_is(variables: dict[str, str], expected: str | None) -> None:
    assert user_cache(variables) == (Path(expected) if expected else None)
