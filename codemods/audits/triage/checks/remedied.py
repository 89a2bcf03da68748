"""Has a file the code at all that the report quotes for a fault that a remedy is for: `sys.exit(1)`?"""

from __future__ import annotations

from collections.abc import Iterator

from codemods.audits.triage.answers import patterns_of
from codemods.audits.triage.case import Case, Sight
from codemods.remedy import Remedy, all_remedies


def look(case: Case) -> Iterator[Sight]:
    paths = {module.path for module in case.modules}
    if case.prose.speaks_of_absence or not paths or paths != {place.path for place in case.places}:
        return
    for remedy in all_remedies():
        quoted = _quoted(case, remedy)
        if quoted and not any(
            trigger in module.data for module in case.modules for trigger in remedy.triggers
        ):
            where = ", ".join(sorted(paths)[:3])
            traces = tuple(trigger.decode() for trigger in remedy.triggers)
            yield Sight(f"`{quoted}` is nowhere in {where}, nor anything like it", True, traces)


def _quoted(case: Case, remedy: type[Remedy]) -> str | None:
    """What stands as code in the claim and is how people speak of the remedy's fault."""
    patterns = patterns_of(remedy.words)
    return next((code for code in case.prose.claimed if any(p.search(code) for p in patterns)), None)
