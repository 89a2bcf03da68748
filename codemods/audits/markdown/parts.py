"""The lines of a report that do the work of headings: bold titles, and lines that begin with an id."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from codemods.audits.markdown.blocks import Block
from codemods.audits.markdown.candidates import split_title
from codemods.audits.markdown.fields import labels_in
from codemods.audits.markdown.ids import Ids
from codemods.audits.markdown.lead import lead_of
from codemods.audits.markdown.sections import Section
from codemods.audits.markdown.vocabulary import label_kind

PART_LEVEL = 7  # below all headings

_BEGINNING = re.compile(r"(?:\*\*)?([^\W\d_][\w '/()?-]{1,40}?)\s*(?:\*\*)?[:\uff1a]")
_ALL_STRONG = re.compile(r"\*\*[^*]+\*\*[\s:\uff1a]*")
_MARKED_STRONG = re.compile(r"[^\w*`]{0,4}\*\*")


class Habits:
    """What the places of one report have in common: how it writes its ids, and which labels it uses."""

    def __init__(self, root: Section) -> None:
        self.ids = Ids(_beginnings(root))
        self.labels = Counter(
            label for section in root.walk() for block in section.blocks for label in labels_of(block)
        )


def open_parts(root: Section, habits: Habits) -> None:
    """Makes a section of each line that does the work of a heading, with the blocks up to the next one."""
    for section in list(root.walk()):
        direct: list[Block] = []
        parts: list[Section] = []
        into = before = direct  # what blocks go to, and went to before something folded
        for block in _opened(section.blocks):
            if block.kind == "unfolded":
                into = before
            elif block.kind == "part" or _begins_part(block, habits):
                rest = replace(block, kind="paragraph", lines=block.lines[1:])
                parts.append(Section(block.lines[0], block.line, PART_LEVEL, [rest] if rest.lines else []))
                before = into if block.kind == "summary" else parts[-1].blocks
                into = parts[-1].blocks
            else:
                into.append(block)
        section.blocks = direct
        section.children[:0] = parts


def labels_of(block: Block) -> Iterator[str]:
    """What lines begin with before a colon, known as a label or not."""
    if block.kind == "paragraph":
        for line in block.lines:
            if match := _BEGINNING.match(line):
                yield match[1].casefold()
    for item in block.items:
        for inner in item.blocks:
            yield from labels_of(inner)


def _begins_part(block: Block, habits: Habits) -> bool:
    """Whether a paragraph is the title of what follows, or begins a finding."""
    if block.kind != "paragraph" or not block.lines:
        return block.kind == "summary"
    first = block.lines[0]
    if any(label_kind(label) or habits.labels[label.casefold()] > 1 for label, _ in labels_in(first)):
        return False
    title, rest = split_title([first])
    lead = lead_of(title, habits.ids.accept)
    if lead.ids or _ALL_STRONG.fullmatch(first):
        return True
    return bool(_MARKED_STRONG.match(first) and (lead.locations or lead.severity) and (rest or lead.title))


def _opened(blocks: list[Block]) -> Iterator[Block]:
    """Lists that other blocks interrupt are opened: their entries begin parts (kind `part`)."""
    interrupted: set[int] = set()
    before: Block | None = None
    between: list[Block] = []
    for block in blocks:
        if block.kind != "list" or block.items[0].number is None:
            between.append(block)
            continue
        if before and block.items[0].number == (before.items[-1].number or 0) + 1 and not _introduce(between):
            interrupted |= {id(before), id(block)}
        before, between = block, []
    for block in blocks:
        yield from _entries_as_parts(block) if id(block) in interrupted else [block]


def _introduce(blocks: list[Block]) -> bool:
    """Whether the blocks between two lists are nothing, or only the title of the second."""
    return not blocks or (len(blocks) == 1 and " ".join(blocks[0].lines).rstrip().endswith((":", "\uff1a")))


def _entries_as_parts(block: Block) -> Iterator[Block]:
    for item in block.items:
        first, *more = item.blocks or [Block("paragraph", item.line, [""])]
        lines = first.lines if first.kind == "paragraph" else [""]
        yield Block("part", item.line, [f"{item.number}. {lines[0]}", *lines[1:]])
        yield from more


def _beginnings(root: Section) -> Iterator[str]:
    for section in root.walk():
        yield section.title
        for block in section.blocks:
            yield from _first_lines(block)


def _first_lines(block: Block) -> Iterator[str]:
    if block.kind == "paragraph" and block.lines:
        yield block.lines[0]
    for item in block.items:
        for inner in item.blocks[:1]:
            yield from _first_lines(inner)
