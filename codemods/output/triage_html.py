"""What triage says of reports, as one HTML page that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from codemods import version
from codemods.audits.triage.model import Triage
from codemods.output.triage import MEANING, counts, next_commands, remarks


def page(triages: Sequence[Triage], rev: str | None) -> str:
    """The page. What comes from reports and code is escaped, wherever it stands."""
    environment = Environment(
        loader=PackageLoader("codemods.output"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("triage.html").render(
        triages=triages,
        rev=rev,
        version=version(),
        counts=counts,
        meaning=MEANING,
        remarks=remarks,
        commands=next_commands(triages),
    )
