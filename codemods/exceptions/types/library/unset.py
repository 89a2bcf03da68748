"""Keys of a configuration that may have no value, which is None: `ConfigParser(allow_no_value=True)`."""

from __future__ import annotations

from codemods.exceptions.fact import Fact
from codemods.exceptions.types.kinds import join, plain
from codemods.exceptions.types.notation import NONE, Value
from codemods.project import Project

_ALLOWING = "allow_no_value"
_PARSER, _SECTION = "configparser.ConfigParser", "configparser.SectionProxy"
_GETTING = (f"{_PARSER}.get", f"{_SECTION}.get")
_NUMBERS = ("getint", "getfloat", "getboolean")
_CONVERTING = tuple(f"{kind}.{name}" for kind in (_PARSER, _SECTION) for name in _NUMBERS)
_WITHOUT = {f"{_PARSER}.items": plain("list", plain("tuple", plain("str"), plain("str") | NONE))}


def _may_be_unset(project: Project) -> bool:
    """Whether any parser of the project may read keys without a value."""
    return bool(project.paths_mentioning(_ALLOWING))


def with_unset(project: Project, fact: Fact, value: Value) -> Value:
    """What a call gives, with the values that keys do not have."""
    if fact.name not in (*_GETTING, *_WITHOUT) or not _may_be_unset(project):
        return value
    return _WITHOUT.get(fact.name) or join([value, NONE])


def of_key(project: Project, whole: Value, value: Value) -> Value:
    """What a section holds at a key: `parser["server"]["port"]`."""
    is_section = any(kind.name == _SECTION for kind in whole)
    return join([value, NONE]) if is_section and _may_be_unset(project) else value


def converts_unset(project: Project, fact: Fact) -> bool:
    """Whether it converts what a key may not have: `parser.getint("server", "port")`."""
    return fact.name in _CONVERTING and _may_be_unset(project)
