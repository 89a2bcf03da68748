"""Is a finding about code that we read at all? By its files, else by its words."""

from __future__ import annotations

from codemods.audits.triage.case import Case
from codemods.audits.triage.places import Found
from codemods.audits.triage.words import words


def out_of_scope(case: Case, found: Found) -> str | None:
    """Why the finding is none of ours, as one sentence; None when it may be.

    Settings, requirements, compose files and the like are no Python, but belong to the system: they are ours.
    """
    cited = [place.path for place in found.places if not found.by_name]
    cited = cited or [problem.cited for problem in found.problems if not problem.refused]
    if cited:
        kinds = [_language(path) for path in cited]
        if not all(kinds):
            return None
        names = ", ".join(dict.fromkeys(kind for kind in kinds if kind))
        return f"{cited[0]} is not code that we read: {names}"
    if any(place.path.endswith(".py") for place in found.places):
        return None
    for topic, pattern in words().topics.items():
        if pattern.search(case.finding.title):
            return f"it is about {topic}, not about code that we read"
    return None


def _language(path: str) -> str | None:
    """What a file is written in, when that is none of ours."""
    name = path.rpartition("/")[2].lower()
    return words().languages.get(name.rpartition(".")[2]) if "." in name.lstrip(".") else None
