"""Holding a report against the code: what is true of each finding today, and what can be fixed."""

from codemods.audits.triage.model import Place, Status, Triage, Verdict
from codemods.audits.triage.verdict import triage

__all__ = ["Place", "Status", "Triage", "Verdict", "triage"]
