"""What stands under a finding, by its labels: `**File:** …`, `- location: …`, a heading, a property table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from codemods.audits.markdown.blocks import Block, plain
from codemods.audits.markdown.locations import only_place
from codemods.audits.markdown.vocabulary import label_kind, severity_word

_STRONG = re.compile(r"\*\*(?P<label>[^*`]{1,60}?)(?P<colon>\s*[:\uff1a])?\*\*(?P<after>\s*[:\uff1a])?\s*")
_PLAIN = re.compile(r"(?P<label>[^\W\d_][^:\uff1a`*|]{0,40}?)\s*[:\uff1a](?=\s|$|\D)\s*")
_BULLET = re.compile(r"^[^\w`\[(*~#/.]+(?=\S)")
_SHORT = frozenset({"id", "title", "location", "lines", "severity", "category", "status", "count"})


@dataclass(slots=True)
class Field:
    """One labelled part of a finding; without a label, its prose."""

    kind: str | None
    """A name of the table `labels` of the words, or None for what is no known label."""
    label: str
    lines: list[str] = field(default_factory=list)
    codes: list[Block] = field(default_factory=list)

    @property
    def value(self) -> str:
        return "\n".join(self.lines)


def fields_of(blocks: Iterable[Block]) -> list[Field]:
    """The parts, in order; the first is what stands before any label."""
    fields = [Field(None, "")]
    for block in blocks:
        _read(block, fields)
    return fields


def labels_in(line: str) -> list[tuple[str, str]]:
    """The labels of a line, each with its value; none if the line does not begin with one."""
    start = _BULLET.match(line)
    text = line[start.end() :] if start else line
    found = [m for m in _STRONG.finditer(text) if m["colon"] or m["after"] or m.end() == len(text)]
    if found and found[0].start() == 0:
        found = [found[0], *(m for m in found[1:] if m["colon"] or m["after"])]
        ends = [m.start() for m in found[1:]] + [len(text)]
        return [(m["label"], text[m.end() : end].strip(" |·•;,")) for m, end in zip(found, ends, strict=True)]
    match = _PLAIN.match(text)
    if match and label_kind(match["label"]):
        return [(match["label"], text[match.end() :])]
    return []


def property_table(block: Block) -> list[tuple[str, str]]:
    """The labels and values of a table that describes one thing; none if it is another kind of table."""
    rows = [[" ".join(cell.lines) for cell in row.blocks] for row in block.items]
    if not rows or any(len(row) != 2 for row in rows):
        return []
    known = [row for row in rows if label_kind(plain(row[0]))]
    if len(known) < 2 or len(known) * 2 < len(rows) - 1:
        return []
    header = label_kind(plain(rows[0][0])) and not label_kind(plain(rows[0][1]))
    return [(plain(label), value) for label, value in (rows if header else rows[1:])]


def _read(block: Block, fields: list[Field]) -> None:
    match block.kind:
        case "paragraph":
            _end_short(fields)
            for line in block.lines:
                _read_line(line, fields)
        case "heading" | "summary":
            title = plain(" ".join(block.lines))
            fields.append(Field(label_kind(title.strip(" :")), title))
        case "list":
            _end_short(fields)
            for item in block.items:
                for inner in item.blocks:
                    _read_entry(inner, fields)
        case "table":
            _read_table(block, fields)
        case "code":
            fields[-1].codes.append(block)


def _read_entry(block: Block, fields: list[Field]) -> None:
    """All entries of a list belong to the label before it."""
    if block.kind != "paragraph":
        _read(block, fields)
    else:
        for line in block.lines:
            _read_line(line, fields)


def _read_line(line: str, fields: list[Field]) -> None:
    pairs = labels_in(line)
    for label, value in pairs:
        kind = label_kind(label) or _kind_by_value(value)
        fields.append(Field(kind, plain(label), [value] if value else []))
    if not pairs and line:
        fields[-1].lines.append(line)


def _kind_by_value(value: str) -> str | None:
    """What a label in words that we do not know announces, if the value says it."""
    if only_place(value):
        return "location"
    return "severity" if severity_word(plain(value)) else None


def _read_table(block: Block, fields: list[Field]) -> None:
    pairs = property_table(block)
    fields += [Field(label_kind(label), label, [value]) for label, value in pairs]
    if pairs:
        fields.append(Field(None, ""))
    else:
        rows = (" | ".join(" ".join(cell.lines) for cell in row.blocks) for row in block.items)
        fields[-1].lines += rows


def _end_short(fields: list[Field]) -> None:
    """A paragraph after `**Severity:** High` is prose, one after `**Fix:** …` belongs to the fix."""
    last = fields[-1]
    if last.kind in _SHORT and last.lines:
        fields.append(Field(None, ""))


def prose(fields: Iterable[Field]) -> Iterator[str]:
    """The lines of the parts, each label before its value."""
    for part in fields:
        if part.label and part.lines:
            yield f"{part.label}: {part.lines[0]}"
            yield from part.lines[1:]
        else:
            yield from ([f"{part.label}:"] if part.label and (part.kind is None or not part.codes) else [])
            yield from part.lines
