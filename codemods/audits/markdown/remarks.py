"""What is odd about a report: totals that disagree with its list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codemods.audits.markdown.blocks import Block
from codemods.audits.markdown.content import severity_in
from codemods.audits.markdown.headings import section_kind
from codemods.audits.markdown.lead import plain
from codemods.audits.markdown.sections import Section
from codemods.audits.markdown.vocabulary import label_kind, pattern
from codemods.audits.model import AuditFinding, Claim

_NUMBER = re.compile(r"(?<![\w.,/-])(\d{1,5})(?![\w.,%/-]*\d|[%/])")
_SENTENCE = re.compile(r"(?<=[.!?。])\s")
_OF = re.compile(r"\b(?:of|von|de|di|из)\b", re.IGNORECASE)  # "5 categories of issues"
_WORDS_BETWEEN = 4  # "15 critical bugs", "21 bugs and issues"


def remarks_on(root: Section, findings: Sequence[AuditFinding]) -> tuple[str, ...]:
    """One sentence for each oddity."""
    first = min((finding.line for finding in findings), default=0)
    totals = list(_totals(root, first))
    standing = sum(finding.claim is Claim.OPEN for finding in findings)
    if not findings or not totals or {len(findings), standing} & set(totals):
        return ()
    return (f"it says that it has {totals[0]} findings, but its list has {len(findings)}",)


def _totals(root: Section, first: int) -> Iterator[int]:
    """The numbers of findings that the report says it has, those of tables first.

    They stand before the first finding, or under a heading for what was said before.
    """
    prose = []
    for section in root.walk():
        for block in section.blocks:
            if block.line > first and section_kind(section.title) != "recap":
                continue
            if block.kind == "table":
                yield from _of_table(block)
            elif block.kind == "paragraph":
                prose += [total for line in block.lines for total in _of_line(line)]
    yield from prose


def _of_table(table: Block) -> Iterator[int]:
    """The total of a table of severities: its last row, or the sum of its column."""
    header, *rows = [[plain(" ".join(cell.lines)) for cell in row.blocks] for row in table.items]
    counts = next((i for i, name in enumerate(header) if label_kind(name) == "count"), None)
    if counts is None or not any(severity_in(row[0]) for row in rows if row):
        return
    numbers = [(row[0], int(row[counts])) for row in rows if len(row) > counts and row[counts].isdigit()]
    total = [number for name, number in numbers if label_kind(name) == "count"]
    yield from total or [sum(number for _, number in numbers)]


def _of_line(line: str) -> Iterator[int]:
    """`Found 8 issues`; several in one sentence are added: `15 bugs, 8 vulnerabilities and 12 issues`."""
    if len(line) > 400:
        return
    for sentence in _SENTENCE.split(plain(line)):
        found = [int(match[1]) for match in _NUMBER.finditer(sentence) if _counts(sentence[match.end() :])]
        if found:
            yield sum(found)


def _counts(after: str) -> bool:
    """Whether what follows a number is what findings are called."""
    head = re.split(r"[,;:(]", after)[0]
    near = " ".join(head.split()[:_WORDS_BETWEEN])
    noun = pattern("sections", "findings").search(near)
    return bool(noun and not _OF.search(near[: noun.start()]))
