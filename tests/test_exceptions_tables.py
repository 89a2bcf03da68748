"""The tables of what the standard library and packages raise: each entry is well formed, many are tried."""

from __future__ import annotations

import builtins
import importlib
import inspect
import sys
import tomllib
import warnings
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from codemods.exceptions.fact import Fact
from codemods.exceptions.hierarchy import BUILTIN_EXCEPTIONS, Hierarchy, hierarchy_of
from codemods.exceptions.tables import Tables, tables
from codemods.exceptions.types.notation import parse
from codemods.project import Project
from codemods.sources import Memory

DATA = Path(str(files("codemods.exceptions"))) / "data"
PACKAGES = sorted(DATA.glob("*/*.toml"))
KEYS = {*Fact.__dataclass_fields__, "names"} - {"name", "external"}
# What the notation of types, or the tables, make up: no such name can be imported.
MADE_UP = {"dict_view", "Iterator", "data"}
NEW_NAMES = {"re.PatternError": (3, 13)}  # other names of what was there before
GONE = {  # from which version on
    name: tuple(map(int, version.split(".")))
    for version, names in tomllib.loads((DATA / "until.toml").read_text(encoding="utf-8"))["names"].items()
    for name in names
}
NEW_BUILTINS = {"PythonFinalizationError"}  # that a Python which runs the tests may lack


def named(fact: Fact) -> set[str]:
    """Every exception in a fact."""
    in_keywords = (name for names in fact.keywords.values() for name in names)
    return {*fact.raises, *fact.argument, *fact.rare, *fact.content, *in_keywords}


@cache
def hierarchy() -> Hierarchy:
    return hierarchy_of(Project(Memory({})))


@cache
def content(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def really(dotted: str) -> Any:
    """The object that a dotted name of the standard library stands for."""
    parts = dotted.split(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for cut in range(len(parts), 0, -1):
            try:
                found: Any = importlib.import_module(".".join(parts[:cut]))
            except ImportError:
                continue
            for part in parts[cut:]:
                found = getattr(found, part)
            return found
    found = getattr(builtins, parts[0])
    for part in parts[1:]:
        found = getattr(found, part)
    return found


@cache
def is_here(package: str) -> bool:
    """Whether this platform and version have the module: `winreg` is only on Windows."""
    try:
        importlib.import_module(package)
    except ImportError:
        return False
    return True


def is_standard(name: str) -> bool:
    """Whether a name is of the standard library of the Python that runs the tests."""
    top = name.partition(".")[0]
    return (top in sys.stdlib_module_names and is_here(top) and not is_gone(name)) or hasattr(builtins, top)


def is_gone(name: str) -> bool:
    parts = name.split(".")
    wholes = (".".join(parts[:cut]) for cut in range(1, len(parts) + 1))
    return any(GONE.get(whole, (4, 0)) <= sys.version_info for whole in wholes)


# -- the files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_speaks_of_its_package_only(path: Path) -> None:
    data = content(path)
    assert set(data) <= {"exceptions", "aliases", "types", "tuples", "facts", "like"}
    facts = [name for entry in data.get("facts", ()) for name in entry["names"]]
    assert len(facts) == len(set(facts)), {name for name in facts if facts.count(name) > 1}
    sections = ("exceptions", "aliases", "types", "tuples")
    for name in [*(name for section in sections for name in data.get(section, ())), *facts]:
        top = name.partition(".")[0]
        builtin = hasattr(builtins, top) or top in MADE_UP | NEW_BUILTINS
        assert path.stem == ("builtins" if builtin else top.lstrip("_") or top), name
    for entry in data.get("facts", ()):
        assert set(entry) <= KEYS, entry


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_other_names_are_known_from_both_sides(path: Path) -> None:
    fresh = Tables()
    data = content(path)
    for exception, entry in data.get("exceptions", {}).items():
        for other in entry.get("aliases", ()):
            assert fresh.own_name(other) == exception
            assert other in fresh.other_names(exception)
    for other, own in data.get("aliases", {}).items():
        assert fresh.own_name(other) == own
        assert fresh.own_name(own) == own, "an alias of an alias"


def test_a_package_may_be_like_another() -> None:
    assert tables().bases["httpx2.ConnectError"] == ("httpx2.NetworkError",)
    fact = tables().facts["httpx2.Client.get"]
    assert (fact.raises, fact.returns) == (("httpx2.HTTPError",), "httpx2.Response")


def test_only_what_is_asked_for_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr(Tables, "_add", lambda _self, data, external: read.append((len(data), external)))
    fresh = Tables()
    for name in ("json.loads", "_json.loads", "str.strip", "json.dumps", "nowhere.at_all", "a/b.py:C", ""):
        fresh.facts.get(name)
    assert len(read) == 2  # builtins and json


def test_every_fact_is_well_formed() -> None:
    for fact in tables().facts.values():
        assert fact.source.strip(), fact.name
        parse(fact.returns)
        assert not fact.default or fact.raises, fact.name
        unknown = {name for name in named(fact) if "BaseException" not in hierarchy().ancestors(name)}
        assert not unknown, fact.name
        assert {tables().own_name(name) for name in named(fact)} == named(fact), fact.name
        assert len(hierarchy().widest(fact.raises)) == len(fact.raises), fact.name
        both = {*fact.argument, *fact.rare, *fact.content} & set(fact.raises)
        assert not both, fact.name
        assert not set(fact.content) & set(fact.rare), fact.name
        assert {*fact.reading, *fact.streamed} <= {*fact.raises}, fact.name


def test_every_release_is_a_version_of_a_distribution() -> None:
    told = [found for name in tables().bases if (found := tables().release(name))]
    assert len(told) > 15
    assert all(distribution and Version(release).release for distribution, release in told)


def test_every_exception_has_a_way_up_to_base_exception() -> None:
    for path in PACKAGES:
        data = content(path)
        for name in [*data.get("exceptions", ())]:
            assert "BaseException" in hierarchy().ancestors(name), name
            above = {has for base in hierarchy().ancestors(name)[1:] for has in _known_of(base)}
            assert above.isdisjoint(tables().has(name)), name
        for base in data.get("types", {}).values():
            for one in [base] if isinstance(base, str) else base:
                assert tables().is_type(one) or one in MADE_UP or hasattr(builtins, one), one


def _known_of(exception: str) -> Iterable[str]:
    return dir(BUILTIN_EXCEPTIONS[exception]) if exception in BUILTIN_EXCEPTIONS else tables().has(exception)


# -- the standard library ---------------------------------------------------------------------------------

STANDARD = [path for path in PACKAGES if path.parent.name == "stdlib"]


@pytest.mark.parametrize("path", STANDARD, ids=lambda path: path.stem)
def test_standard_exceptions_are_what_the_tables_say(path: Path) -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    for name, entry in content(path).get("exceptions", {}).items():
        if not is_standard(name) or not _is_here(entry, version):
            continue
        kind = really(name)
        kind = kind[0] if isinstance(kind, tuple) else kind  # dbm.error: an own type, and OSError
        assert issubclass(kind, BaseException), name
        bases = tuple(really(base) for base in tables().bases[name])
        assert bases == _exceptions(kind.__bases__) or bases == (kind,), name  # an alias since 3.11
        for other in tables().other_names(name):
            is_here = is_standard(other) and NEW_NAMES.get(other, (3, 0)) <= sys.version_info
            assert not is_here or really(other) is kind, other
    for other, own in content(path).get("aliases", {}).items():
        found = really(other) if is_standard(other) else really(own)
        assert found is really(own) or inspect.ismodule(found), other


@pytest.mark.parametrize("path", STANDARD, ids=lambda path: path.stem)
def test_every_standard_name_exists(path: Path) -> None:
    """Types may be made up (a method of what cannot be named); what a module holds may not."""
    version = ".".join(map(str, sys.version_info[:2]))
    for entry in content(path).get("facts", ()):
        for name in entry["names"]:
            if not is_standard(name) or name.partition(".")[0] in MADE_UP or not _is_here(entry, version):
                continue
            holder, _, attribute = name.rpartition(".")
            try:
                owner = really(holder)
            except AttributeError:
                assert holder.rpartition(".")[2].strip("_")[:1].isupper(), f"{name}: no such type"
                continue
            # An attribute that a type lacks may be one of its instances.
            elsewhere = "availability" in entry["source"] or not inspect.ismodule(owner)
            assert elsewhere or hasattr(owner, attribute), f"{name} is not there"


def _exceptions(kinds: tuple[type, ...]) -> tuple[type, ...]:
    return tuple(kind for kind in kinds if issubclass(kind, BaseException))


def _is_here(entry: dict[str, Any], version: str) -> bool:
    here = int(version.partition(".")[2])
    since, until = (int(entry.get(key, f"3.{value}")[2:]) for key, value in (("since", 0), ("until", 99)))
    return since <= here < until
