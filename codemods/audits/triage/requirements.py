"""What the project requires: requirements files, pyproject and the like, read line by line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from codemods.audits.triage.code import Code

_FILE = re.compile(
    r"(?:^|/)(?:(?:requirements|constraints)[\w.-]*\.(?:txt|in)|requirements/[\w.-]+\.(?:txt|in)|pyproject\.toml"
    r"|setup\.(?:cfg|py)|Pipfile)$"
)
_LINE = re.compile(
    r"^\s*[\"']?(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[\w, -]*\])?\s*(?P<bound>[=<>!~^][^\"'#;]*)?[\"']?"
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A line that requires a package; `bound` is what it says of the version, '' for nothing."""

    package: str
    bound: str
    path: str
    line: int
    text: str

    @property
    def is_exact(self) -> bool:
        return self.bound.startswith("==") and "*" not in self.bound


def requirement(package: str, code: Code, paths: Collection[str] = ()) -> Requirement | None:
    """The first line that requires a package, in one of the files `paths` if there is one."""
    found = _requirements(code).get(_normal(package), ())
    return next((r for r in found if r.path in paths), found[0] if found else None)


@lru_cache(maxsize=4)
def _requirements(code: Code) -> Mapping[str, Sequence[Requirement]]:
    """The lines that require a package, by its normal name."""
    found: dict[str, list[Requirement]] = defaultdict(list)
    for path in filter(_FILE.search, code.paths):
        for number, line in enumerate(code.lines(path), 1):
            if match := _LINE.match(line):
                bound = (match["bound"] or "").strip()
                requirement = Requirement(match["name"], bound, path, number, line.strip())
                found[_normal(match["name"])].append(requirement)
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
