"""Finding the findings: a walk through the outline that takes each part for what it most looks like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from codemods.audits.markdown.blocks import Block, Item, plain
from codemods.audits.markdown.candidates import (
    DETAILS,
    ENOUGH,
    ENOUGH_IN_LIST,
    PLACING,
    Candidate,
    entry_points,
    heading_points,
    split_title,
    with_context,
)
from codemods.audits.markdown.content import Content, content_of
from codemods.audits.markdown.fields import labels_in
from codemods.audits.markdown.headings import Context, is_bare, says_only, section_kind
from codemods.audits.markdown.lead import Lead, lead_of
from codemods.audits.markdown.locations import only_place
from codemods.audits.markdown.parts import Habits, labels_of
from codemods.audits.markdown.sections import Section
from codemods.audits.markdown.tables import rows_of
from codemods.audits.markdown.vocabulary import label_kind


@dataclass(frozen=True, slots=True)
class _View:
    """A section, looked at by itself."""

    section: Section
    lead: Lead
    title: str
    """Its heading without marks."""
    opening: Block
    """What its heading says behind the title."""
    own: Content
    """What stands directly under it, without entries that may be findings themselves."""

    @property
    def identified(self) -> bool:
        return bool(self.lead.ids or self.own.id)

    @property
    def is_label(self) -> bool:
        return label_kind(self.title.strip(" :")) is not None


class Recognition:
    """One report, read for findings."""

    def __init__(self, root: Section, habits: Habits) -> None:
        self.root = root
        self.habits = habits
        self.relaxed = False
        self._views: dict[int, _View] = {}

    def candidates(self, *, relaxed: bool = False) -> list[Candidate]:
        """All that may be a finding or speak of one, in the order of the report.

        `relaxed`: with less to speak for them, and also where findings are only repeated, as a rule.
        """
        self.relaxed = relaxed
        return list(self._inside(self.root, Context()))

    def _inside(self, section: Section, context: Context) -> Iterator[Candidate]:
        """What stands directly in a section that is no finding itself, then the sections in it."""
        yield from self._entries(section.blocks, context)
        for child in section.children:
            if section is self.root and len(section.children) == 1 and self._is_title(child):
                yield from self._inside(child, context)  # the report's title says little of its parts
            else:
                yield from self._section(child, context)

    def _is_title(self, section: Section) -> bool:
        """Whether the only heading names the report; it may also be its only finding."""
        finding = not section.children and self._view(section).own.kinds & PLACING
        return not is_bare(section.title) and not finding

    def _section(self, section: Section, context: Context) -> Iterator[Candidate]:
        view = self._view(section)
        below = context.below(section.title, section.line, lead=view.lead, level=section.level)
        if "location" in view.own.kinds:
            below = replace(below, locations=view.own.locations)
        if self._may_be_finding(view, context) and not self._has_findings(view, below):
            content = with_context(view.lead, context, [view.opening, *section.content()])
            leaf, record = not section.children, self._is_record(section)
            points = heading_points(view.lead, content, context, leaf=leaf, record=record)
            if points >= ENOUGH - self.relaxed:
                found = Candidate(view.lead, content, section.line, context, points, "heading")
                yield self._judged(found, ENOUGH)
                return
        yield from self._inside(section, below)

    def _view(self, section: Section) -> _View:
        if id(section) not in self._views:
            title, rest = split_title([section.title])
            lead = lead_of(title, self.habits.ids.accept)
            opening = Block("paragraph", section.line, [line for line in rest if line])
            own = content_of([opening, *_without_entries(section.blocks)], lead)
            self._views[id(section)] = _View(section, lead, plain(section.title), opening, own)
        return self._views[id(section)]

    def _may_be_finding(self, view: _View, context: Context) -> bool:
        """Whether a section is a finding, as far as its title and the sections in it have a say."""
        if not view.identified:
            if view.is_label or _is_excluded(view, context):
                return False
            if is_bare(view.title) or (only_place(view.title) and not view.own.kinds):
                return False
        inner = [child for child in view.section.children if not self._view(child).is_label]
        if inner and not view.identified and not view.own.kinds:
            return False
        if any(self._stands_alone(child, view) for child in inner):
            told = bool(view.own.kinds & DETAILS) and not only_place(view.title)
            return told or (view.identified and bool(view.own.kinds & PLACING))
        return True

    def _stands_alone(self, section: Section, outer: _View) -> bool:
        """Whether a section below another one is a finding by itself."""
        view = self._view(section)
        if set(view.lead.ids) & set(outer.lead.ids):
            return False
        if view.lead.ids and not outer.lead.ids:
            return True
        points = heading_points(view.lead, view.own, Context(), leaf=False)
        return points >= ENOUGH or any(self._stands_alone(child, outer) for child in section.children)

    def _has_findings(self, view: _View, context: Context) -> bool:
        """Whether lists or tables under a heading that says no more than what they hold are of findings."""
        if view.own.kinds or (context.kind != "findings" and not context.locations):
            return False
        entries = [entry for entry in self._entries(view.section.blocks, context) if entry.accepted]
        return len(entries) > 1 or any(entry.ids or entry.lead.number for entry in entries)

    def _is_record(self, section: Section) -> bool:
        """Whether at least two lines begin with labels, known or not, that other sections have too."""
        own = {label for block in section.content() for label in labels_of(block)}
        return sum(self.habits.labels[label] > 2 for label in own) > 1

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
                    rows = rows_of(block, introduced, self.habits.ids.accept)
                    yield from (self._judged(row, ENOUGH_IN_LIST) for row in rows)
                    introduced = context

    def _introduced(self, block: Block, context: Context) -> Context:
        last = block.lines[-1] if block.lines else ""
        titled = len(last) < 40 and not last.endswith(".") and section_kind(plain(last)) is not None
        if not titled and (not plain(last).rstrip(" |").endswith((":", "\uff1a")) or len(last) > 100):
            return context
        below = context.below(last, context.place, lead=lead_of(last, self.habits.ids.accept))
        if label_kind(plain(last).strip(" :|\uff1a")) in {"fix", "evidence", "impact"}:
            return replace(below, kind="advice")
        return below

    def _items(self, block: Block, context: Context, *, goes_on: bool = False) -> Iterator[Candidate]:
        """The entries of a list, taken or left together."""
        found = [self._item(item, context) for item in block.items]
        own = [candidate for candidate in found if candidate]
        together = sum(candidate.points for candidate in own) / len(block.items)
        for item, candidate in zip(block.items, found, strict=True):
            nested = list(self._nested(item, candidate, context)) if candidate else []
            if any(inner.accepted for inner in nested):
                yield from nested
            elif candidate:
                if (together >= ENOUGH_IN_LIST - self.relaxed or goes_on) and candidate.points >= 1:
                    candidate.points = max(candidate.points, ENOUGH_IN_LIST)
                yield self._judged(candidate, ENOUGH_IN_LIST)

    def _nested(self, item: Item, outer: Candidate, context: Context) -> Iterator[Candidate]:
        """The entries below an entry that only names a file, a severity or a chapter."""
        lists = [block for block in item.blocks[1:] if block.kind == "list"]
        title = outer.lead.title
        own = content_of(_own_labels(item), outer.lead)
        chapter = len(title.split()) < 3 and not outer.lead.locations and not own.kinds
        if lists and not outer.ids and (only_place(title) or is_bare(title) or chapter):
            yield from self._entries(lists, context.below(title, item.line, lead=outer.lead))

    def _item(self, item: Item, context: Context) -> Candidate | None:
        first = item.blocks[0] if item.blocks else None
        if first is None or first.kind != "paragraph":
            return None
        if any(label_kind(label) for label, _ in labels_in(first.lines[0])):
            content = content_of(item.blocks, Lead(""))
            if len(content.kinds) < 2 or not (content.id or content.title):
                return None
            lead = lead_of(content.title or "", self.habits.ids.accept)
            return Candidate(lead, content, item.line, context, _described(content), "item")
        title, rest = split_title(first.lines)
        lead = lead_of(title, self.habits.ids.accept)
        if lead.number is None and item.number is not None:
            lead.number = str(item.number)
        content = with_context(lead, context, [replace(first, lines=rest), *item.blocks[1:]])
        if not lead.ids and (not lead.title.strip("`") or (is_bare(lead.title) and len(item.blocks) == 1)):
            return None
        return Candidate(
            lead,
            content,
            item.line,
            context,
            entry_points(lead, content, context, strong="**" in title),
            "item",
        )

    def _judged(self, candidate: Candidate, enough: float) -> Candidate:
        """The candidate, accepted or not."""
        kind = candidate.context.kind
        excluded = kind == "aside" or (not self.relaxed and kind in {"recap", "advice"})
        logged = kind == "log" and candidate.form != "heading" and not candidate.ids
        candidate.accepted = candidate.points >= enough - self.relaxed and not excluded and not logged
        return candidate


def _is_excluded(view: _View, context: Context) -> bool:
    """Whether a title says that this is no finding, and nothing below it says otherwise."""
    kind = section_kind(view.title)
    if kind in {"aside", "recap"} and says_only(view.title, kind):
        return True
    if view.own.id or view.own.kinds & PLACING or len(view.own.kinds & DETAILS) > 1:
        return False
    return kind in {"aside", "recap"} or (kind == "advice" and context.kind != "findings")


def _without_entries(blocks: list[Block]) -> Iterator[Block]:
    """The blocks without tables, and without the entries of lists that are no label: they may be findings."""
    for block in blocks:
        if block.kind == "list":
            yield replace(block, items=[item for item in block.items if _is_labelled(item)])
        elif block.kind != "table":
            yield block


def _own_labels(item: Item) -> Iterator[Block]:
    """What an entry says of itself, without what is told of the entries below it."""
    for block in _without_entries(item.blocks):
        yield replace(block, items=[replace(inner, blocks=inner.blocks[:1]) for inner in block.items])


def _is_labelled(item: Item) -> bool:
    first = item.blocks[0] if item.blocks else None
    return bool(first and first.kind == "paragraph" and labels_in(first.lines[0]))


def _described(content: Content) -> float:
    """The points of a finding that consists of nothing but labels."""
    return 1.5 * len(content.kinds & (DETAILS | PLACING | {"id", "title", "status", "category"}))
