"""The outline of a report: headings, and the bold or numbered lines that do the work of headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from codemods.audits.markdown.blocks import Block


@dataclass(slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    line: int
    level: int
    blocks: list[Block] = field(default_factory=list)
    """What stands directly under it, in order."""
    children: list[Section] = field(default_factory=list)

    def walk(self) -> Iterator[Section]:
        """This section and all below, in the order of the report."""
        waiting = [self]
        while waiting:
            section = waiting.pop()
            yield section
            waiting.extend(reversed(section.children))

    def content(self) -> Iterator[Block]:
        """All blocks, those of the sections below too, with their headings between them."""
        yield from self.blocks
        for child in self.children:
            for section in child.walk():
                yield Block("heading", section.line, [section.title], level=section.level)
                yield from section.blocks


def outline(blocks: list[Block]) -> Section:
    """The tree of headings; its root has level 0 and no title."""
    root = Section("", 1, 0)
    path = [root]
    for block in blocks:
        if block.kind == "heading":
            while path[-1].level >= block.level:
                path.pop()
            section = Section(" ".join(block.lines), block.line, block.level)
            path[-1].children.append(section)
            path.append(section)
        else:
            path[-1].blocks.append(block)
    return root
