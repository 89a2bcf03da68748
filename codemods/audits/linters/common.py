"""What the readers of text share."""

from __future__ import annotations

from typing import TypeAlias

from codemods.audits.model import AuditFinding

Found: TypeAlias = tuple[str, AuditFinding]
"""A finding, and the tool that prints in this form; '' where several do."""

CODE = r"[A-Z]{1,10}[0-9]{1,6}"
"""A rule by its code: `E722`."""

NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"
"""A rule by its name: `bare-except`."""

PYLINT_LEVELS = {"F": "high", "E": "high", "W": "medium", "R": "low", "C": "low", "I": "info"}
"""How severe what pylint reports is, by the first letter of the code."""
