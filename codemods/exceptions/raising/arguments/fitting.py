"""Whether arguments go with what typeshed says that the parameters of a function take."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import takewhile

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.facts import MISTAKES
from codemods.exceptions.raising.walk import Walk, kinds_of, type_names
from codemods.exceptions.types.flow.type_checks import checked_elsewhere
from codemods.exceptions.types.functions.signatures import given_at, given_instead
from codemods.exceptions.types.kinds import BYTES, LOOSE, MAPPINGS, NUMBERS, SEQUENCES, SETS, names_in
from codemods.exceptions.types.library.annotations import ANYTHING, UNTOLD, Taken
from codemods.exceptions.versions import came_later

# What None leaves empty or without a server, which typeshed says of some only.
WITH_NONE = {"io.BytesIO", "io.StringIO", "smtplib.SMTP", "smtplib.SMTP_SSL"}
GETS_NONE = "with an argument that may be None"
_LOOSE = {"None": GETS_NONE, "data": "with an argument that is data of any type"}
_PLAIN = NUMBERS | SEQUENCES | MAPPINGS | SETS  # types of which nobody makes what another one does
_NONE_TAKEN = {"None", ANYTHING}


def misfits(walk: Walk, call: ast.Call, fact: Fact) -> Iterator[tuple[ast.expr, bool]]:
    """The arguments that the parameter does not take, and whether that holds for all types they may have.

    Much that is written in Python takes more than typeshed says, such as a port as text. Where the table
    does not tell of a TypeError, only text in the place of bytes counts.
    """
    overloads = walk.values.takes(fact)
    is_checked = "TypeError" in (*fact.argument, *fact.rare)
    for place, node in _by_place(call) if overloads else ():
        asked = _asked(overloads, place)
        if not asked.isdisjoint((ANYTHING, UNTOLD)):
            continue
        kinds = type_names(walk, node) - {"None"}
        if (kinds & _PLAIN - asked) if is_checked else (kinds == {"str"} and asked <= BYTES):
            yield node, kinds <= _PLAIN - asked


def strange_keywords(walk: Walk, call: ast.Call, fact: Fact) -> list[str]:
    """The keywords of a call that what it calls does not take, in whatever version."""
    named = [k.arg for k in call.keywords if k.arg and k.arg not in fact.keywords]
    overloads = walk.values.takes(fact) if named else []
    is_logger = fact.name.startswith("logging.Logger.")  # `getLogger` gives what `setLoggerClass` got
    if is_logger or not overloads or any("**" in one for one in overloads):
        return []
    taken = {name for one in overloads for name in one}
    return [name for name in named if name not in taken and not came_later(fact.name, name)]


def not_for_it(walk: Walk, call: ast.Call, fact: Fact, kinds: list[set[str]]) -> Iterator[tuple[str, str]]:
    """What comes of an argument that is None or data, and why, where the function does not take that.

    If typeshed tells that a parameter is never None, a part of what the argument may be is enough; if it does
    not tell, all types of the argument have to be known. What packages take by a keyword is mostly None
    when it is left out.
    """
    if fact.argument or fact.name in WITH_NONE or not (fact.raises or "TypeError" in fact.rare):
        return
    overloads = walk.values.takes(fact)
    if fact.external:
        kinds = [kinds_of(walk, a) for a in call.args if not isinstance(a, ast.Constant)]
    if fact.raises and (fact.parts or not overloads) and any("None" in kind for kind in kinds):
        yield "TypeError", _LOOSE["None"]
    instead = [*given_instead(call, fact)]
    placed = [
        (place, a) for place, a in _by_place(call) if not isinstance(a, ast.Constant) and a not in instead
    ]
    for place, node in placed if overloads else ():
        asked = _asked(overloads, place)
        if asked & _NONE_TAKEN or (UNTOLD in asked and not fact.raises):
            continue
        value = walk.values.seen(walk.module, node)
        loose = names_in(value) & {"None"} if UNTOLD in asked else names_in(value, in_part=True) & LOOSE
        wrong = _mistakes(call, fact, node)
        yield from ((name, _LOOSE[kind]) for kind in sorted(loose) for name in wrong)
        if UNTOLD in asked or kinds_of(walk, node):
            continue
        if question := checked_elsewhere(walk.module, node):
            reason = f"with an argument that may be of another type, as line {question.lineno} asks"
            yield from ((name, reason) for name in wrong)


def _mistakes(call: ast.Call, fact: Fact, node: ast.expr) -> tuple[str, ...]:
    """What comes of an argument of a wrong type, by whether it is used before it is looked at.

    Where the table tells of both, it depends on how far the call gets: on what a server wants, say.
    """
    if node in given_at(call, fact.reads):
        return ("AttributeError",)
    return MISTAKES if set(MISTAKES) <= set(fact.rare) else ("TypeError",)


def takes_no_none(walk: Walk, call: ast.Call, fact: Fact, argument: ast.expr) -> bool:
    """Whether typeshed tells that an argument of a call must not be None."""
    overloads = walk.values.takes(fact)
    place = next((place for place, node in _by_place(call) if node is argument), None)
    asked = _asked(overloads, place) if overloads and place is not None else _NONE_TAKEN
    return asked.isdisjoint({*_NONE_TAKEN, UNTOLD})


def may_be_no_function(walk: Walk, fact: Fact, place: int | str, argument: ast.expr) -> bool:
    """Whether what is to be called may be None, and typeshed does not say that it may."""
    if "None" not in type_names(walk, argument):
        return False
    taken = [one.get(str(place), frozenset()) for one in walk.values.takes(fact)]
    return all(_NONE_TAKEN.isdisjoint(kinds) for kinds in taken)


def _by_place(call: ast.Call) -> list[tuple[str, ast.expr]]:
    """The arguments of a call by their positions and names."""
    before_starred = takewhile(lambda a: not isinstance(a, ast.Starred), call.args)
    placed = [(str(place), a) for place, a in enumerate(before_starred)]
    return [*placed, *((keyword.arg or "", keyword.value) for keyword in call.keywords)]


def _asked(overloads: list[Taken], place: str) -> frozenset[str]:
    """The types that a place may have in any overload that has the place."""
    known = [one.get(place) or one.get("*") for one in overloads]
    return frozenset().union(*filter(None, known)) or frozenset({UNTOLD})
