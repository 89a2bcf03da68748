"""What a place may raise, as a tree for people and as a JSON document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from codemods.exceptions.answer import CERTAIN, LIKELY, POSSIBLE, RARE, Raised
from codemods.exceptions.explanation import Advice, Caught, Explanation, Handler, Place
from codemods.exceptions.hierarchy import bare_name
from codemods.exceptions.naming import Guess, Likely

VERSION = 1  # of the document: fields may be added under it, never renamed or removed

_LINE = re.compile(r" \(line \d+\)$")
_KINDS = {
    "try": "the body of `try`",
    "with": "the `with` block",
    "function": "the function",
    "class": "making an instance of",
    "file": "the file",
}


class Tone(StrEnum):
    """How loud a line is."""

    TITLE = "title"
    TYPE = "type"
    PLAIN = "plain"
    QUIET = "quiet"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Node:
    """A line and what belongs to it."""

    text: str
    tone: Tone = Tone.PLAIN
    inner: tuple[Node, ...] = ()


def tree(explanation: Explanation) -> Node:
    """All that is known of the place. The order: what comes out, what does not, what nobody knows."""
    answer = explanation.answer
    named = [raised for raised in answer.raised if raised.confidence > RARE]
    rare = [raised for raised in answer.raised if raised not in named]
    parts = [*map(_type, _ordered(named))] or [Node("nothing that is known", Tone.QUIET)]
    path = explanation.place.module.path
    unknown = [f"{path}:{u.line}: {u.text}" if u.line else u.text for u in explanation.unknown]
    parts += _section("not known, so there may be more", unknown, Tone.WARNING)
    reasons = [f"{_called(raised.type)}: {_in_short(raised)}" for raised in _ordered(rare)]
    parts += _section("can happen, and is seldom named", reasons, Tone.QUIET)
    parts += map(_caught, explanation.caught)
    parts += _section("assumed", answer.assumed, Tone.QUIET)
    if explanation.handlers:
        parts.append(_handlers(explanation))
    if explanation.advice:
        parts.append(_advice(explanation.advice, answer.complete))
    return Node(title(explanation.place), Tone.TITLE, tuple(parts))


def title(place: Place) -> str:
    """`app/sync.py:40-52: the body of `try` in `Sync.run` may raise`."""
    where = f"{place.module.path}:{place.line}"
    where += f"-{place.end_line}" if place.end_line != place.line else ""
    name = f" `{place.name}`" if place.name else ""
    inside = " in" if name and place.kind in ("try", "with") else ""
    return f"{where}: {_KINDS[place.kind]}{inside}{name} may raise"


def lines(node: Node, depth: int = 0) -> Iterator[str]:
    """The tree as indented text."""
    yield "  " * depth + node.text
    for inner in node.inner:
        yield from lines(inner, depth + 1)


def document(explanation: Explanation) -> dict[str, Any]:
    """The same as data: plain dicts, lists, strings and numbers."""
    place, answer = explanation.place, explanation.answer
    return {
        "version": VERSION,
        "place": {
            "path": place.module.path,
            "kind": place.kind,
            "name": place.name,
            "line": place.line,
            "end_line": place.end_line,
        },
        "complete": answer.complete,
        "raises": [_raised_data(raised) for raised in _ordered(answer.raised)],
        "missing": [{"text": unknown.text, "line": unknown.line} for unknown in explanation.unknown],
        "assumed": list(answer.assumed),
        "caught_inside": [
            {"clause": c.clause, "line": c.line, "types": [r.type for r in c.raised]}
            for c in explanation.caught
        ],
        "handlers": [
            {
                "clause": handler.clause,
                "line": handler.line,
                "catches": [raised.type for raised in handler.catches],
                "idle": list(handler.idle),
                "known": handler.known,
                "part": [raised.type for raised in handler.part],
            }
            for handler in explanation.handlers
        ],
        "passing": [raised.type for raised in explanation.passing],
        "suggestion": _advice_data(explanation.advice) if explanation.advice else None,
    }


def likelihood(confidence: float) -> str:
    """How sure we are that somebody would name the type, in a word."""
    steps = ((CERTAIN, "sure"), (LIKELY, "likely"), (POSSIBLE, "possible"), (2 * RARE, "a guess"))
    return next((word for least, word in steps if confidence >= least), "rare")


# -- parts of the tree ------------------------------------------------------------------------------------


def _ordered(raised: Iterable[Raised]) -> list[Raised]:
    return sorted(raised, key=lambda r: (-r.confidence, bare_name(r.type)))


def _type(raised: Raised) -> Node:
    return Node(f"{_called(raised.type)} ({likelihood(raised.confidence)})", Tone.TYPE, _chain(raised))


def _chain(raised: Raised) -> tuple[Node, ...]:
    """The way of an exception, from the block down to where it comes up."""
    below: tuple[Node, ...] = ()
    for step in reversed(raised.trace):
        below = (Node(f"{step.path}:{step.line}: {_short(step.text)}", inner=below),)
    return below


def _in_short(raised: Raised) -> str:
    """Where an exception comes up in the end, without the way from there."""
    if not raised.trace:
        return raised.evidence
    step = raised.trace[-1]
    return f"{step.path}:{step.line}: {_short(step.text)}"


def _short(evidence: str) -> str:
    """Evidence beside its place, which needs not be told again."""
    return _LINE.sub("", evidence)


def _called(type_name: str) -> str:
    """A type as people say it: one of the project with the file that it is in."""
    path, _, name = type_name.rpartition(":")
    return f"{name} of {path}" if path else name


def _names(types: Iterable[Raised]) -> str:
    return ", ".join(bare_name(raised.type) for raised in _ordered(types))


def _both(whole: Iterable[Raised], part: Iterable[Raised], how_much: str) -> str:
    """The names of types, and of those of which a handler takes a part."""
    names = [_names([raised]) for raised in _ordered(whole)]
    return ", ".join([*names, *(f"{how_much} of {_names([raised])}" for raised in _ordered(part))])


def _section(head: str, texts: Sequence[str], tone: Tone) -> list[Node]:
    return [Node(head, tone, tuple(Node(text, tone) for text in texts))] if texts else []


def _caught(caught: Caught) -> Node:
    return Node(f"line {caught.line}: `{caught.clause}` keeps in {_names(caught.raised)}", Tone.QUIET)


def _handlers(explanation: Explanation) -> Node:
    complete = explanation.answer.complete
    inner = [_handler(handler, complete) for handler in explanation.handlers]
    some = {raised for handler in explanation.handlers for raised in handler.part}
    passing = [raised for raised in explanation.passing if raised.confidence > RARE]
    names = _both([r for r in passing if r not in some], [r for r in passing if r in some], "all")
    inner.append(Node(f"no handler catches {names}" if names else "nothing that is known passes them"))
    return Node("its handlers", Tone.PLAIN, tuple(inner))


def _handler(handler: Handler, complete: bool) -> Node:
    names = _both(handler.catches, handler.part, "some")
    text = f"line {handler.line}: `{handler.clause}` catches {names or 'nothing that is known'}"
    if not handler.known:
        text += "; not all of its types are known"
    if handler.idle and names:
        nothing = "nothing raises" if complete else "nothing known raises"
        text += f"; {nothing} {', '.join(map(bare_name, handler.idle))}"
    return Node(text)


def _advice(advice: Advice, complete: bool) -> Node:
    choice, where = advice.choice, f"line {advice.line}: " if advice.line else "one more handler: "
    if not choice.names:
        reason = choice.refusal if complete else "not all is known"
        text = f"{where}nothing narrower to write, for {reason}"
        return Node(text, Tone.ADVICE, tuple(_guess(advice.guess)) if advice.guess else ())
    imports = tuple(Node(f"with `{wanted.text}`", Tone.ADVICE) for wanted in choice.imports)
    return Node(f"{where}write `except {choice.text}`", Tone.ADVICE, imports)


def _guess(guess: Guess) -> Iterator[Node]:
    """What people name at such code."""
    if guess.types:
        names = ", ".join(_called(one.type) for one in guess.types)
        yield Node(f"people mostly name {names} at such code, right in {guess.confidence:.0%} of cases")
    if guess.others:
        others = ", ".join(f"{_called(one.type)} {one.probability:.0%}" for one in guess.others)
        yield Node(f"and beside them {others}", Tone.QUIET)


def _raised_data(raised: Raised) -> dict[str, Any]:
    return {
        "type": raised.type,
        "confidence": raised.confidence,
        "evidence": raised.evidence,
        "trace": [{"path": step.path, "line": step.line, "text": step.text} for step in raised.trace],
    }


def _advice_data(advice: Advice) -> dict[str, Any]:
    choice = advice.choice
    return {
        "line": advice.line,
        "types": list(choice.types),
        "text": choice.text if choice.names else None,
        "imports": [wanted.text for wanted in choice.imports],
        "refusal": choice.refusal,
        "guess": _guess_data(advice.guess) if advice.guess else None,
    }


def _guess_data(guess: Guess) -> dict[str, Any]:
    def listed(types: Iterable[Likely]) -> list[dict[str, Any]]:
        return [{"type": one.type, "probability": round(one.probability, 3)} for one in types]

    return {
        "types": listed(guess.types),
        "confidence": round(guess.confidence, 3),
        "others": listed(guess.others),
    }
