"""Finding the findings: a walk through the outline that takes each part for what it most looks like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from codemods.audits.markdown.blocks import Block, Item
from codemods.audits.markdown.candidates import (
    ENOUGH,
    ENOUGH_IN_LIST,
    Candidate,
    Context,
    Ids,
    entry_points,
    heading_points,
    is_bare,
    section_kind,
    split_title,
    with_context,
)
from codemods.audits.markdown.content import Content, content_of
from codemods.audits.markdown.fields import labels_in
from codemods.audits.markdown.lead import Lead, lead_of, plain
from codemods.audits.markdown.locations import only_place
from codemods.audits.markdown.sections import Section
from codemods.audits.markdown.tables import rows_of
from codemods.audits.markdown.vocabulary import label_kind

_DECISIVE = frozenset({"problem", "impact", "fix", "evidence"})
_PLACING = frozenset({"severity", "location", "lines"})
_BEGINNING = re.compile(r"(?:\*\*)?([^\W\d_][\w '/()?-]{1,40}?)\s*(?:\*\*)?[:\uff1a]")
_PART_LEVEL = 7  # below all headings


class Recognition:
    """One report, read for findings. `relaxed`: also where findings are only repeated, as a rule."""

    def __init__(self, root: Section, *, relaxed: bool = False) -> None:
        self.root = root
        self.relaxed = relaxed
        self.ids = Ids(_beginnings(root))
        self.labels = Counter(
            label for section in root.walk() for block in section.blocks for label in _labels(block)
        )

    def candidates(self) -> list[Candidate]:
        """All that may be a finding or speak of one, in the order of the report."""
        return list(self._visit_all(self.root, Context()))

    def _visit_all(self, section: Section, context: Context) -> Iterator[Candidate]:
        """What stands directly in a section that is no finding itself, then the sections in it."""
        direct, parts = self._parts(section)
        yield from self._entries(direct, context)
        for child in [*parts, *section.children]:
            yield from self._visit(
                child, context, alone=len(section.children) == 1 and not parts and not section.level
            )

    def _visit(self, section: Section, context: Context, *, alone: bool) -> Iterator[Candidate]:
        if alone:  # the title of the whole report says nothing of its parts
            yield from self._visit_all(section, context)
            return
        title, rest = split_title([section.title])
        lead = lead_of(title, self.ids.accept)
        direct, parts = self._parts(section)
        own = content_of([_paragraph(section, rest), *_described_by(direct)], lead)
        below = self._below(context, section, lead, own)
        if self._may_be_finding(section, lead, own, [*parts, *section.children], context):
            content = with_context(lead, context, [_paragraph(section, rest), *section.content()])
            leaf, record = not section.children, self._is_record(section)
            points = heading_points(lead, content, context, leaf=leaf, record=record)
            if points >= ENOUGH and not (not own.kinds and self._has_findings(direct, below)):
                yield self._candidate(
                    Candidate(lead, content, section.line, context, points, "heading"), ENOUGH
                )
                return
        yield from self._visit_all(section, below)

    def _is_excluded(self, section: Section, own: Content, context: Context) -> bool:
        """Whether a title says that this is no finding, and nothing below it says otherwise."""
        if own.id or own.kinds & _PLACING or len(own.kinds & _DECISIVE) > 1:
            return False
        kind = section_kind(plain(section.title))
        return kind in {"aside", "recap"} or (kind == "advice" and context.kind != "findings")

    def _below(self, context: Context, section: Section, lead: Lead, own: Content) -> Context:
        below = context.below(section.title, section.line, lead=lead)
        return replace(below, locations=own.locations) if "location" in own.kinds else below

    def _may_be_finding(
        self, section: Section, lead: Lead, own: Content, inner: list[Section], context: Context
    ) -> bool:
        """Whether a section is a finding, as far as its title and the sections in it have a say."""
        identified = bool(lead.ids or own.id)
        title = plain(section.title)
        if not identified and (label_kind(title.strip(" :")) or self._is_excluded(section, own, context)):
            return False
        if not identified and not own.kinds and (is_bare(title) or only_place(title)):
            return False
        untold = [child for child in inner if not label_kind(plain(child.title).strip(" :"))]
        if untold and not identified and not own.kinds:
            return False
        rivals = [child for child in untold if self._stands_alone(child, lead.ids)]
        if rivals and not (own.kinds & _DECISIVE and not only_place(title)):
            return identified and bool(own.kinds & _PLACING)
        return True

    def _has_findings(self, blocks: list[Block], context: Context) -> bool:
        """Whether lists or tables under a heading that says no more than what they hold are of findings."""
        if context.kind != "findings" and not context.locations:
            return False
        found = [candidate for candidate in self._entries(blocks, context) if candidate.accepted]
        return len(found) > 1 or any(candidate.ids for candidate in found)

    def _is_record(self, section: Section) -> bool:
        """Whether at least two lines begin with labels, known or not, that other sections have too."""
        own = {label for block in section.content() for label in _labels(block)}
        return sum(self.labels[label] > 2 for label in own) > 1

    def _stands_alone(self, section: Section, outer: list[str]) -> bool:
        """Whether a section below another one is a finding by itself."""
        lead = lead_of(split_title([section.title])[0], self.ids.accept)
        if set(lead.ids) & set(outer):
            return False
        direct, parts = self._parts(section)
        own = content_of(direct, lead)
        if lead.ids and not outer:
            return True
        return heading_points(lead, own, Context(), leaf=False) >= ENOUGH or any(
            self._stands_alone(child, outer) for child in [*parts, *section.children]
        )

    def _entries(self, blocks: Iterable[Block], context: Context) -> Iterator[Candidate]:
        """The findings in lists and tables; the line before a list is its heading."""
        introduced = context
        number: int | None = None  # that the last finding of the last list has
        for block in blocks:
            match block.kind:
                case "paragraph":
                    introduced = self._introduced(block, context)
                case "list":
                    goes_on = number is not None and block.items[0].number == number + 1
                    if goes_on and introduced.kind in {None, "advice"}:
                        introduced = replace(introduced, kind="findings")
                    items = list(self._items(block, introduced, goes_on=goes_on))
                    number = block.items[-1].number if any(item.accepted for item in items) else None
                    yield from items
                    introduced = context
                case "table":
                    rows = rows_of(block, introduced, self.ids.accept)
                    yield from (self._candidate(row, ENOUGH_IN_LIST) for row in rows)
                    introduced = context

    def _introduced(self, block: Block, context: Context) -> Context:
        last = block.lines[-1] if block.lines else ""
        if not plain(last).rstrip(" |").endswith((":", "\uff1a")) or len(last) > 100:
            return context
        below = context.below(last, context.place, lead=lead_of(last, self.ids.accept))
        if label_kind(plain(last).strip(" :|\uff1a")) in {"fix", "evidence", "impact"}:
            return replace(below, kind="advice")
        return below

    def _items(self, block: Block, context: Context, *, goes_on: bool = False) -> Iterator[Candidate]:
        """The entries of a list, taken or left together."""
        found = [self._item(item, context) for item in block.items]
        own = [candidate for candidate in found if candidate]
        together = sum(candidate.points for candidate in own) / len(block.items)
        for item, candidate in zip(block.items, found, strict=True):
            nested = [inner for inner in item.blocks[1:] if inner.kind == "list"]
            if candidate and nested and self._holds_findings(candidate):
                yield from self._entries(
                    nested, context.below(candidate.lead.title, item.line, lead=candidate.lead)
                )
            elif candidate:
                if (together >= ENOUGH_IN_LIST or goes_on) and candidate.points >= 1:
                    candidate.points = max(candidate.points, ENOUGH_IN_LIST)
                yield self._candidate(candidate, ENOUGH_IN_LIST)

    def _holds_findings(self, candidate: Candidate) -> bool:
        return not candidate.ids and bool(only_place(candidate.lead.title) or is_bare(candidate.lead.title))

    def _item(self, item: Item, context: Context) -> Candidate | None:
        first = item.blocks[0] if item.blocks else None
        if first is None or first.kind != "paragraph":
            return None
        if any(label_kind(label) for label, _ in labels_in(first.lines[0])):
            content = content_of(item.blocks, Lead(""))
            if len(content.kinds) < 2 or not (content.id or content.title):
                return None
            lead = lead_of(content.title or "", self.ids.accept)
            return Candidate(lead, content, item.line, context, _described(content), "item")
        title, rest = split_title(first.lines)
        lead = lead_of(title, self.ids.accept)
        if lead.number is None and item.number is not None:
            lead.number = str(item.number)
        content = with_context(lead, context, [replace(first, lines=rest), *item.blocks[1:]])
        if not lead.title.strip("`") and not lead.ids:
            return None
        return Candidate(
            lead,
            content,
            item.line,
            context,
            entry_points(lead, content, context, strong="**" in title),
            "item",
        )

    def _candidate(self, candidate: Candidate, enough: float) -> Candidate:
        kind = candidate.context.kind
        excluded = kind == "aside" or (not self.relaxed and kind in {"recap", "advice"})
        candidate.accepted = candidate.points >= (enough - self.relaxed) and not excluded
        return candidate

    def _parts(self, section: Section) -> tuple[list[Block], list[Section]]:
        """The blocks before any line that does the work of a heading, and those lines as sections."""
        direct: list[Block] = []
        parts: list[Section] = []
        for block in _opened(section.blocks):
            if block.kind == "part" or self._begins_part(block):
                title = " ".join(block.lines[:1])
                rest = replace(block, kind="paragraph", lines=block.lines[1:])
                parts.append(Section(title, block.line, _PART_LEVEL, [rest] if rest.lines else []))
            else:
                (parts[-1].blocks if parts else direct).append(block)
        if section.level == _PART_LEVEL:
            return list(section.blocks), []
        return direct, parts

    def _begins_part(self, block: Block) -> bool:
        """Whether a paragraph is the title of what follows, or begins a finding."""
        if block.kind == "summary":
            return True
        if block.kind != "paragraph" or not block.lines:
            return False
        first = block.lines[0]
        if any(label_kind(label) or self.labels[label.casefold()] > 1 for label, _ in labels_in(first)):
            return False
        title, rest = split_title([first])
        lead = lead_of(title, self.ids.accept)
        if lead.ids:
            return True
        bare = plain(first).strip(" :\uff1a")
        strong = first.strip(" :\uff1a").startswith("**") and bare == plain(
            first.split("**")[1] if "**" in first else ""
        ).strip(" :\uff1a")
        if strong:
            return True
        return (
            first.lstrip("🔴🟠🟡🟢🔵⚪ ").startswith("**")
            and bool(lead.locations or lead.severity)
            and bool(rest)
        )


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


def _described(content: Content) -> float:
    """The points of a finding that consists of nothing but labels."""
    return 1.5 * len(content.kinds & (_DECISIVE | _PLACING | {"id", "title", "status", "category"}))


def _paragraph(section: Section, lines: list[str]) -> Block:
    return Block("paragraph", section.line, [line for line in lines if line])


def _described_by(blocks: list[Block]) -> Iterator[Block]:
    """The blocks without the entries of lists that are no label, and so may be findings themselves."""
    for block in blocks:
        if block.kind == "list":
            labelled = [
                item
                for item in block.items
                if any(map(labels_in, _first_lines(Block("list", 0, items=[item]))))
            ]
            yield replace(block, items=labelled)
        elif block.kind != "table":
            yield block


def _labels(block: Block) -> Iterator[str]:
    """What lines begin with before a colon, known as a label or not."""
    if block.kind == "paragraph":
        for line in block.lines:
            if match := _BEGINNING.match(line):
                yield match[1].casefold()
    for item in block.items:
        for inner in item.blocks:
            yield from _labels(inner)


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
