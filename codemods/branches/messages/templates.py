"""Texts that a project sets for its commits: known names in braces are filled in, and nothing else is.

They come from a file of the repository, so they are only text: no attributes, no formats, no code; no second
look at what was filled in; and they can say nothing in the name of a person, of a tool or of a forge.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

SUBJECT_NAMES = ("subject", "summary", "type", "scope", "remedy", "file", "audit")
BODY_NAMES = ("body", "why", "findings", "remedy", "file", "audit")
_BLOCKS = ("body", "why", "findings")  # of several lines: they stand on lines of their own
_LONGEST = 4_000
_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
# What a commit is believed for: who signed it off or wrote it, what we found, what breaks.
_CLAIM = re.compile(r"^\W*([\w-]+-by|patchwright-[\w-]+|audit|breaking[ -]changes?)\s*:", re.IGNORECASE)
_CLOSING = re.compile(
    r"\b(?:close[sd]?|closing|fix(?:e[sd]|ing)?|resolve[sd]?|resolving|implement(?:s|ed)?)\b:?\s+"
    r"(?:\S*[#!]\d+|gh-\d+|https?:)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"^(---|diff -|index: |from )", re.IGNORECASE)  # where git takes a message to end


class BadTemplate(Exception):
    """What is wrong with a template, in one line that says what to do about it."""


@dataclass(frozen=True, slots=True)
class Template:
    """Text with gaps: pieces of text, and after each the name of what comes there ('' for nothing)."""

    pieces: tuple[tuple[str, str], ...]

    @classmethod
    def for_subject(cls, text: str) -> Template:
        """For the first line of a message. Raises BadTemplate."""
        template = cls._parse(text.strip(), SUBJECT_NAMES)
        if not text.strip() or not template.fill(dict.fromkeys(SUBJECT_NAMES, "x")).isprintable():
            raise BadTemplate("must be one line of text")
        if len(template.fill(dict.fromkeys(SUBJECT_NAMES, ""))) > 40:
            raise BadTemplate("leaves too little of the 72 characters: use 40 at most beside the names")
        template._refuse_claims()
        return template

    @classmethod
    def for_body(cls, text: str) -> Template:
        """For what stands between the subject and the trailers. Raises BadTemplate."""
        template = cls._parse(text.strip("\n"), BODY_NAMES)
        lines = template.fill(dict.fromkeys(BODY_NAMES, "x")).split("\n")
        if len(text) > _LONGEST or not all(line.isprintable() for line in lines):
            raise BadTemplate(f"must be text, {_LONGEST:,} characters at most")
        template._refuse_claims()
        if blocks := [name for name in _BLOCKS if not template._is_alone(name)]:
            raise BadTemplate(f"{{{blocks[0]}}} is several lines: put it on a line of its own")
        return template

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.pieces if name)

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with the values in its gaps."""
        return "".join(text + (values[name] if name else "") for text, name in self.pieces)

    @classmethod
    def _parse(cls, text: str, known: Collection[str]) -> Template:
        pieces, done, literal = [], 0, ""
        for found in _PART.finditer(text):
            literal += text[done : found.start()]
            done, name = found.end(), found[1]
            if found[0] in ("{{", "}}"):
                literal += found[0][0]
            elif name is None:
                raise BadTemplate(f"has a {found[0]!r} alone: write {found[0] * 2} for a brace")
            elif name not in known:
                raise BadTemplate(f"has an unknown name {name!r}: {_nearest(name, known)}")
            else:
                pieces.append((literal, name))
                literal = ""
        return cls((*pieces, (literal + text[done:], "")))

    def _refuse_claims(self) -> None:
        """Raises BadTemplate for text that would say more than a template may, whatever is filled in."""
        for line in self.fill(dict.fromkeys(self.names, "1")).split("\n"):
            if claim := _CLAIM.match(line):
                cure = "use --signoff" if claim[1].lower() == "signed-off-by" else "take it out"
                raise BadTemplate(f"may not say {claim[1]!r}, which tools believe: {cure}")
            if closing := _CLOSING.search(line):
                raise BadTemplate(f"may not close an issue ({closing[0]!r}): only mention it")
            if _MAIL.match(line):
                raise BadTemplate(f"may not have a line that begins with {line[:3]!r}")

    def _is_alone(self, name: str) -> bool:
        """Whether the name has lines of its own wherever it is."""
        marked = self.fill({**dict.fromkeys(self.names, "x"), name: "\0"})
        return all(line.strip() == "\0" for line in marked.split("\n") if "\0" in line)


def _nearest(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {{{close[0]}}}?" if close else f"known are {', '.join(known)}"
