"""Whether a project may run with a release of a package that does not have a name yet.

Told by its requirements: where they say `elasticsearch==6.8.2` there is no `elasticsearch.ApiError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemods.exceptions.tables import tables
from codemods.project import Project
from codemods.supported import PACKAGING_FILES

_FILES = (
    *PACKAGING_FILES,
    *("requirements.txt", "requirements.in", "constraints.txt", "Pipfile"),
    *(f"requirements/{name}.txt" for name in ("base", "common", "prod", "production", "requirements")),
)
# The package, extras, what Poetry puts between, and the versions: `elasticsearch[async] >=6, <8`.
# Poetry's own `elasticsearch = "6.8"` asks for that one.
_WANTED = (
    rb"(?im)^[^#\n]*?(?<![\w.-])NAME[ \t]{0,40}+(?:\[[^\]\n]{0,200}+\])?"
    rb"(?:[ \t]*+=[ \t]*+(?:\{[^}\n]{0,200}?version[ \t]*+=[ \t]*+)?[\"'](?=[~^<>=!\d]))?[ \t(]*+"
    rb"((?:(?:===?|[~<>!]=|[~^<>])[ \t]*[\w.*+!-]+[ \t]*,?[ \t]*)+|(?<=[\"'])\d[\w.*+!-]*+(?=[\"']))"
)
_FROM_ON = re.compile(r"\^|~(?!=)")  # Poetry's words for `>=`, as far as the lower end is concerned
_PROBED = range(30)


def older_let_in(project: Project, path: str, name: str) -> str | None:
    """The distribution of which the project around a file lets in a release that is older than the name."""
    if (told := tables().release(name)) is None:
        return None
    distribution, release = told
    wanted = _wanted(project, path, distribution)
    return distribution if any(_allows_below(release, one) for one in wanted) else None


def _wanted(project: Project, path: str, distribution: str) -> Iterator[str]:
    """The versions of a distribution that the files in the folders around one ask for."""
    name = "[-_.]".join(map(re.escape, re.split("[-_.]", distribution)))
    pattern = re.compile(_WANTED.replace(b"NAME", name.encode()))
    for _, data in project.around(path, _FILES):
        yield from (found.decode(errors="replace") for found in pattern.findall(data))


def _allows_below(release: str, wanted: str) -> bool:
    """Whether a version below the release is asked for, or nothing from it on would do."""
    from packaging.specifiers import SpecifierSet  # here, for most runs never ask
    from packaging.version import Version

    first = Version(release)
    try:
        exactly = "==" if wanted[0].isdigit() else ""
        allowed = SpecifierSet(exactly + _FROM_ON.sub(">=", wanted).rstrip(" \t,"))
        named = [Version(one.version.removesuffix(".*")) for one in allowed]
    except ValueError:
        return False
    probed = [Version(f"{first.major + major}.{minor}") for major in range(5) for minor in _PROBED]
    let_in = [version for version in (first, *named, *probed) if allowed.contains(version)]
    return not let_in or min(let_in) < first
