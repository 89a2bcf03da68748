"""What a use of something in the tables raises, the types of its arguments apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.exceptions.answer import AS_DOCUMENTED, CERTAIN, CTRL_C, LIKELY, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.having_run import has_run
from codemods.exceptions.needed import tops_of
from codemods.exceptions.platforms import ONLY_ON_UNIX, WITH_OTHER_CONSTANTS
from codemods.exceptions.raising.other_code import is_loader
from codemods.exceptions.raising.sure.ascii_only import codes_well
from codemods.exceptions.raising.sure.availability import asks_for, asks_for_platform
from codemods.exceptions.raising.sure.draws import draws
from codemods.exceptions.raising.sure.lenient import codes_anything, has_lenient_errors
from codemods.exceptions.raising.sure.locks import NEEDS_LOCK, is_held
from codemods.exceptions.raising.sure.output import writes_date, writes_json
from codemods.exceptions.raising.sure.packed import takes_apart
from codemods.exceptions.raising.sure.patterns import is_pattern
from codemods.exceptions.raising.sure.presence import finds
from codemods.exceptions.raising.sure.time_zones import has_timestamp
from codemods.exceptions.raising.sure.written import is_written
from codemods.exceptions.raising.walk import Walk, kinds_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.functions.signatures import given_at, spreads
from codemods.exceptions.types.library.options import is_given
from codemods.exceptions.types.library.unset import converts_unset
from codemods.exceptions.versions import call_lacks
from codemods.pythons import pythons_of

MISTAKES = ("TypeError", "AttributeError")  # what a value of a wrong type brings, not what is in it
# Where a program waits for a person, whose other answer is Ctrl-C.
_WAITS = {"builtins.input", "getpass.getpass", "signal.pause"}
_EVALUATING = "builtins.input"  # in Python 2
_OF_QUEUES = ("queue.Empty", "queue.Full")  # which come of not waiting, or not for good
_WAITING: dict[str | None, bool | None] = {"block": True, "timeout": None}
_AVAILABILITY = "availability: "  # what the source of a fact says of what not every platform has
_ON_ALL_OF_A_KIND = re.compile(f"{_AVAILABILITY}(Unix|Windows|depends on the platform)(?!, not)")


def fact_used(walk: Walk, fact: Fact, use: ast.expr | None) -> None:
    """Note what a use of something in the tables raises: a call, or where it is read."""
    if fact.installed:
        walk.found.merge(walk.installed(fact), f"calls `{fact.name}`")
        return
    call = use if isinstance(use, ast.Call) else None
    for kind, why in call_lacks(walk.project, walk.module, call, fact.name) if call is not None else ():
        walk.found.add(kind, why)
    if fact.untold:
        what = "reads" if fact.is_value else "calls"
        why = "runs the code of the module" if is_loader(fact.name) else "is not in the tables"
        walk.found.missing[f"{what} `{fact.name}`, which {why}"] = None
        return
    confidence = LIKELY if fact.external else CERTAIN
    label = fact.name.removeprefix("builtins.")
    if not has_default(call, fact):
        _named(walk, fact, use, confidence)
    for name in fact.rare if converts_unset(walk.project, fact) else ():
        walk.found.add(name, f"`{label}`: a key may have no value", confidence)
    for name in fact.content:
        walk.found.add(name, f"`{label}`: {fact.source}", RARE)
    if waits_for_person(fact):
        walk.found.add("KeyboardInterrupt", f"{CTRL_C} ends `{label}`", RARE)
    if fact.external:
        walk.found.assumed[f"`{label}` {AS_DOCUMENTED}"] = None
    if fact.runs:
        walk.found.missing[f"calls `{label}`, which runs {fact.runs}"] = None
    if fact.name == _EVALUATING and (older := pythons_of(walk.project).python_2(walk.module.path)):
        walk.found.missing[f"calls `{label}`, and {older}, where it evaluates what is typed"] = None
    if call is not None:
        _keywords(walk, fact, call, confidence)


def _named(walk: Walk, fact: Fact, use: ast.expr | None, confidence: float) -> None:
    """Note the types that the fact names, without those that cannot come of this use."""
    call = use if isinstance(use, ast.Call) else None
    kept: set[str] = set()
    if call is not None:
        if _goes_well(walk, call, fact):
            return
        kept = {*_unread(walk, call, fact), *_kept_quiet(call, fact)}
        kept |= {name for name in fact.raises if name not in kept and _spares(walk, call, fact, name)}
    label = fact.name.removeprefix("builtins.")
    for name in (name for name in fact.raises if name not in kept):
        there = name == "AttributeError" and use is not None and _is_there(walk, fact, use)
        alone = call is None and name in _OF_QUEUES  # handed on: `iter(queue.get, None)` waits for good
        held = name == "RuntimeError" and fact.name in NEEDS_LOCK and call and is_held(walk.module, call)
        walk.found.add(name, f"`{label}`: {fact.source}", RARE if there or alone or held else confidence)


def waits_for_person(fact: Fact) -> bool:
    """Whether a program waits there for what somebody types, who may press Ctrl-C."""
    return fact.name in _WAITS


def _spares(walk: Walk, call: ast.Call, fact: Fact, name: str) -> bool:
    """Whether a call is written so that it cannot raise one of the types that its fact names."""
    if name == "AttributeError" and _AVAILABILITY in fact.source:
        return isinstance(call.func, ast.Name)  # it was there to be imported: `from os import getuid`
    if name in _OF_QUEUES:
        return _waits_for_good(call)
    return name.startswith("Unicode") and (
        codes_anything(walk, call, fact, name) or codes_well(walk, call, fact)
    )


def is_of_platform(dotted: str) -> bool:
    """Whether it is a function or constant of the standard library that not every platform has."""
    top, _, rest = dotted.partition(".")
    if fact := tables().facts.get(dotted):
        return "AttributeError" in fact.raises and _AVAILABILITY in fact.source
    return top in WITH_OTHER_CONSTANTS and rest.isupper()


def _is_there(walk: Walk, fact: Fact, use: ast.expr) -> bool:
    """Whether what may be missing is there: an option that its parser has, or by the platform.

    What is not on every platform is used where code has looked for it, or on the right one.
    """
    if isinstance(use, ast.Attribute) and fact.name == "argparse.Namespace.*":
        return is_given(walk.project, walk.module, use.attr)
    if _AVAILABILITY not in fact.source:
        return False
    if asks_for(walk, use.func if isinstance(use, ast.Call) else use):
        return True
    if _ON_ALL_OF_A_KIND.search(fact.source) is None:
        return False
    return asks_for_platform(walk, use) or _is_for_unix(walk, fact, use)


def _is_for_unix(walk: Walk, fact: Fact, use: ast.expr) -> bool:
    """Whether what only Unix has is asked for after the import of a module that only Unix has."""
    if f"{_AVAILABILITY}Unix" not in fact.source:
        return False
    imports: list[ast.Import | ast.ImportFrom] = walk.module.nodes(ast.Import, ast.ImportFrom)
    unix = (one for one in imports if tops_of(one) & ONLY_ON_UNIX)
    return any(has_run(walk.module, use, one) for one in unix)


def _goes_well(walk: Walk, call: ast.Call, fact: Fact) -> bool:
    """Whether what a call gets is sure to be what it wants."""
    return (
        finds(walk.module, call, fact)
        or draws(walk, call, fact)
        or writes_json(walk, call, fact)
        or writes_date(call, fact)
        or takes_apart(walk, call, fact)
        or has_timestamp(walk, call, fact)
        or (fact.name == "re.compile" and is_pattern(walk, call, fact))
    )


def _unread(walk: Walk, call: ast.Call, fact: Fact) -> tuple[str, ...]:
    """What does not come out because nothing is read from outside: a file is made, or a text is given."""
    anew = fact.reading if fact.reading and makes_anew(call) else ()
    text = fact.streamed if fact.streamed and call.args and _is_text(walk, call.args[0]) else ()
    return (*anew, *text)


def _is_text(walk: Walk, node: ast.expr) -> bool:
    kinds = kinds_of(walk, node)
    return bool(kinds) and kinds <= {"str", "bytes"}


def makes_anew(call: ast.Call) -> bool:
    """Whether a mode is written out by which nothing is read that is there: `tarfile.open(path, "w:gz")`."""
    modes = (one.value for one in given_at(call, (1, "mode")) if isinstance(one, ast.Constant))
    return any(isinstance(mode, str) and mode[:1] in ("w", "x") for mode in modes)


def _keywords(walk: Walk, fact: Fact, call: ast.Call, confidence: float) -> None:
    """Note what more is raised for the keywords that a call gives."""
    label = fact.name.removeprefix("builtins.")
    for keyword, value in _by_keyword(call, fact):
        for given, names in fact.keywords.items():
            left_out = isinstance(value, ast.Constant) and not value.value
            if keyword in (given, None) and not left_out:  # `**options` may hold any of them
                for name in (n for n in names if not _is_spared(walk, call, value, n)):
                    walk.found.add(name, f"`{label}` with {given}=: {fact.source}", confidence)


def _is_spared(walk: Walk, call: ast.Call, value: ast.expr, name: str) -> bool:
    """Whether a keyword does not bring it there: a name that is written out is one that can be found."""
    is_lenient = name == "UnicodeDecodeError" and has_lenient_errors(call)
    return is_lenient or (name == "KeyError" and is_written(walk, value))


def _kept_quiet(call: ast.Call, fact: Fact) -> Iterator[str]:
    """What a keyword keeps from coming out: `ignore_errors=True`."""
    for keyword, value in _by_keyword(call, fact) if fact.unless else ():
        if isinstance(value, ast.Constant) and value.value is True:
            yield from fact.unless.get(keyword or "", ())


def _by_keyword(call: ast.Call, fact: Fact) -> Iterator[tuple[str | None, ast.expr]]:
    """The arguments that are given by a keyword, or could have been."""
    yield from ((keyword.arg, keyword.value) for keyword in call.keywords)
    yield from zip(fact.positional, call.args, strict=False)


def _waits_for_good(call: ast.Call) -> bool:
    """Whether a queue is asked to wait until there is something in it, or room: `get()`, `put(item)`."""
    match call.func:
        case ast.Attribute(attr="get" | "put" as name):
            waits = call.args[1:] if name == "put" else call.args
        case _:
            return False
    if spreads(call.args):
        return False
    told = [*zip(("block", "timeout"), waits, strict=False), *((k.arg, k.value) for k in call.keywords)]
    return all(
        keyword == "item" or (isinstance(value, ast.Constant) and value.value is _WAITING.get(keyword, ...))
        for keyword, value in told
    )


def has_default(call: ast.Call | None, fact: Fact) -> bool:
    """Whether the call says what to give back where it would raise: `next(iterator, None)`."""
    if call is None:
        return False
    given = {*range(len(call.args)), *(keyword.arg for keyword in call.keywords)}
    return not given.isdisjoint(fact.default)
