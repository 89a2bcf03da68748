"""What is odd about a report: totals that disagree with its list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.audits.markdown.blocks import Block, plain
from codemods.audits.markdown.content import severity_in
from codemods.audits.markdown.headings import section_kind
from codemods.audits.markdown.sections import Section
from codemods.audits.markdown.vocabulary import label_kind, pattern
from codemods.audits.model import AuditFinding, Claim

_NUMBER = re.compile(r"(?<![\w.,/-])(\d{1,5})(?![\w.,%/-]*\d|[%/])")
_SENTENCE = re.compile(r"(?<=[.!?。])\s")
_OF = re.compile(r"\b(?:of|von|de|di|из)\b", re.IGNORECASE)  # "5 categories of issues"
_WORDS_BETWEEN = 4  # "15 critical bugs", "21 bugs and issues"


@dataclass(frozen=True, slots=True)
class Total:
    """How many findings a report says it has, somewhere."""

    number: int
    line: int
    recap: bool
    """Whether it stands under a heading for what is said elsewhere."""


def totals_of(root: Section) -> list[Total]:
    """What a report says of the number of its findings; what tables say comes first."""
    tables: list[Total] = []
    prose: list[Total] = []
    for section in root.walk():
        recap = section_kind(plain(section.title)) == "recap"
        for block in section.blocks:
            if block.kind == "table":
                tables += [Total(number, block.line, recap) for number in _of_table(block)]
            elif block.kind == "paragraph":
                said = [number for line in block.lines for number in _of_line(line)]
                prose += [Total(number, block.line, recap) for number in said]
    return tables + prose


def remarks_on(totals: Sequence[Total], findings: Sequence[AuditFinding]) -> tuple[str, ...]:
    """One sentence for each oddity. Only what stands before the findings, or sums them up, is a total."""
    first = min((finding.line for finding in findings), default=0)
    numbers = [total.number for total in totals if total.recap or total.line < first]
    standing = sum(finding.claim is Claim.OPEN for finding in findings)
    if not findings or not numbers or {len(findings), standing} & set(numbers):
        return ()
    return (f"it says that it has {numbers[0]} findings, but its list has {len(findings)}",)


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
    head = re.split(r"[,;:(、\uff0c。]", after)[0]
    near = " ".join(head.split()[:_WORDS_BETWEEN])
    noun = pattern("sections", "findings").search(near)
    return bool(noun and not _OF.search(near[: noun.start()]))
