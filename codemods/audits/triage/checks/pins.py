"""What the requirements say of a package that the report calls unpinned, or missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight
from codemods.audits.triage.requirements import requirement

_UNPINNED = re.compile(
    r"\bun-?pinned\b|\bnot\s+pinned\b|\bwithout\s+(?:a\s+)?(?:version|pin)\b|\bno\s+(?:version\s+)?pin\w*"
    r"|\bversion\s+constraints?\b|\bversioning\b|>=",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\b(?:missing|not\s+(?:listed|declared|included|in)|absent)\b[^.]{0,50}\b(?:dependenc\w+|requirements?|pyproject)\b"
    r"|\b(?:dependenc\w+|requirements?|pyproject)\b[^.]{0,50}\bmissing\b",
    re.IGNORECASE,
)


def look(case: Case) -> Iterator[Sight]:
    headline = "\n".join(case.prose.headline)
    unpinned, missing = _UNPINNED.search(headline), _MISSING.search(headline)
    if not (unpinned or missing):
        return
    for package in case.prose.packages:
        found = requirement(package, case.code, [place.path for place in case.places])
        if found:
            refutes = bool(missing) or found.is_exact
            yield Sight(f"{found.path}:{found.line} has `{found.text}`", refutes)
