"""What a call of something in the tables can raise because of the arguments that it gets."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.answer import BY_ARGUMENT, CERTAIN, POSSIBLE, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.arguments.callbacks import Functions
from codemods.exceptions.raising.arguments.commands import process
from codemods.exceptions.raising.arguments.contents import contents
from codemods.exceptions.raising.arguments.fitting import (
    WITH_NONE,
    may_be_no_function,
    misfits,
    not_for_it,
    strange_keywords,
)
from codemods.exceptions.raising.arguments.markup import markup
from codemods.exceptions.raising.arguments.mixing import unfit
from codemods.exceptions.raising.arguments.numbers import (
    OF_NUMBERS,
    is_of_digits,
    is_whole,
    not_a_number,
    numbers,
    read_wrongly,
)
from codemods.exceptions.raising.arguments.opening import opening
from codemods.exceptions.raising.arguments.parsers import parsed
from codemods.exceptions.raising.arguments.streams import iterated, read_by
from codemods.exceptions.raising.arguments.texts import texts
from codemods.exceptions.raising.dispatch import runs_own
from codemods.exceptions.raising.facts import MISTAKES
from codemods.exceptions.raising.operators.hashing import hashed_by
from codemods.exceptions.raising.operators.iterating import own_iterator, started_elsewhere
from codemods.exceptions.raising.operators.ordering import elements
from codemods.exceptions.raising.operators.special import (
    EQUALITY,
    TRUTH,
    asked_for,
    converted,
    measured,
    runs_on_all,
    written_out,
)
from codemods.exceptions.raising.operators.unpacking import holds_pairs
from codemods.exceptions.raising.sure.sizes import is_moderate
from codemods.exceptions.raising.walk import Walk, each_type, kinds_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.functions.signatures import given_at
from codemods.exceptions.types.kinds import ITERABLE, LOOSE, MAPPINGS, NUMBERS, SETS
from codemods.nodes import one_or_more, spelled

_KNOWN_KINDS = ITERABLE | NUMBERS | {"data", "None"}
_PROTOCOLS = {
    "len": ("__len__",),
    "bool": TRUTH,
    "abs": ("__abs__",),
    "round": ("__round__",),
    "hash": ("__hash__",),
    "next": ("__next__",),
    "divmod": ("__divmod__",),
    "pow": ("__pow__",),
    "reversed": ("__reversed__", "__getitem__"),
}
_GOING = ("iter", "list", "tuple", "set", "frozenset", "sorted", "any", "all", "sum", "enumerate")
# The types that their first argument must not have: what cannot be gone through, or measured.
_WITHOUT = {
    **dict.fromkeys(_GOING, NUMBERS),
    "next": ITERABLE - {"Iterator"} | NUMBERS,
    "len": {"Iterator"} | NUMBERS,
    "reversed": SETS | {"Iterator"} | NUMBERS,
    **dict.fromkeys(("abs", "round"), ITERABLE),
    **dict.fromkeys(("range", "hex", "oct", "bin"), ITERABLE | NUMBERS - {"int", "bool"}),
}
_MEASURED = {"list", "tuple", "sorted", "len"}  # which need to know how long a range is
_SEEKING = {f"{kind}.{name}" for kind in ("list", "tuple") for name in ("index", "count", "remove")}
_ASKING = {"bool", "any", "all", "filter"}  # whether a value is true
TO_TEXT = frozenset(f"builtins.{name}" for name in ("str", "repr", "ascii", "format"))
_WRITING = TO_TEXT | {"builtins.print"}
_TAKING_PAIRS = {"builtins.dict", "dict.update"}


def arguments(walk: Walk, call: ast.Call, fact: Fact, called: Functions) -> None:
    """Note what more the call raises for its arguments; `called` are those that it calls."""
    given = _given(walk, call, fact, called)
    kinds = [kinds_of(walk, a) for a in given if not isinstance(a, ast.Constant)]
    label = fact.name.removeprefix("builtins.")
    loose = _wrong(walk, call, fact, kinds, loose=_are_loose(walk, call, fact, given, kinds))
    for note in (texts, markup, process, parsed, numbers, contents, opening):
        note(walk, call, fact)
    for argument in _asked_for_methods(call, fact, given):
        started_elsewhere(walk, argument)
        _own_protocol(walk, argument, label)
        _gone_through(walk, argument, label)
    for argument in call.args if label == "range" else call.args[:1]:
        if kinds_of(walk, argument) & _WITHOUT.get(label, set()):
            walk.found.add("TypeError", f"`{label}` on `{spelled(argument)}`: it is no type for it")
    _special_methods(walk, call, fact, given)
    read_by(walk, call, fact)
    _unknown(walk, fact, given, kinds)
    for name, reason in dict.fromkeys(not_for_it(walk, call, fact, kinds)):
        walk.found.add(name, f"`{label}` {reason}", BY_ARGUMENT)
    if (kinds and not is_whole(fact, kinds)) or _is_method_of_path(call, fact):
        for name in _rare(fact, may_be_wrong=loose or not all(kinds)):
            walk.found.add(name, f"`{label}`: {fact.source}", RARE)


def _are_loose(walk: Walk, call: ast.Call, fact: Fact, given: list[ast.expr], kinds: list[set[str]]) -> bool:
    """Whether some arguments may be data of any type or None, or hold what the call cannot deal with."""
    types = LOOSE - {"None"} if fact.name in WITH_NONE else LOOSE
    loose = any(kind & types for kind in kinds)
    if fact.elements:
        loose = elements(walk, call, given, fact) or loose
    if fact.name in _TAKING_PAIRS:  # `dict(text.split("=") for text in lines)`
        taken = (a for a in call.args if not isinstance(a, ast.Constant))
        loose = loose or any(not (kinds_of(walk, a) <= MAPPINGS or holds_pairs(walk, a)) for a in taken)
    return loose


def _unknown(walk: Walk, fact: Fact, given: list[ast.expr], kinds: list[set[str]]) -> None:
    """Note what has to be right of arguments whose types are unknown, or that nobody knows."""
    label = fact.name.removeprefix("builtins.")
    strange = {kind for kind in set().union(*kinds) - _own_names(walk, given) if not _is_known(kind)}
    unknown = not all(kinds)
    if unknown and fact.name in TO_TEXT:
        walk.found.assumed[f"`{label}` gets what can be written out"] = None
    if fact.protocol and (unknown or strange):
        walk.found.missing[f"calls `{label}` on a value whose type is unknown"] = None
    elif unknown and (fact.raises or fact.argument):
        what = "plain values" if fact.argument else "what it is made for"
        walk.found.assumed[f"`{label}` gets {what}"] = None


def _wrong(walk: Walk, call: ast.Call, fact: Fact, kinds: list[set[str]], *, loose: bool) -> bool:
    """Note what it raises for arguments that do not fit; whether some may be of a wrong type."""
    label = fact.name.removeprefix("builtins.")
    unknown = not all(kinds)
    wrong = fact.argument if loose or unknown else not_a_number(fact, kinds)
    found = [*misfits(walk, call, fact)] if not loose else []
    if any(in_all for _, in_all in found) and len(walk.values.target(walk.module, call.func).facts) == 1:
        loose, wrong = True, tuple(n for n in fact.argument if n in MISTAKES) or ("TypeError",)
    elif found:  # of what is called with some types: `write`, of a file for text or for bytes
        argument, _ = found[0]
        sureness = POSSIBLE if fact.name.startswith(("str.", "bytes.")) else RARE
        walk.found.add("TypeError", f"`{label}` may not take what `{spelled(argument)}` is", sureness)
    for name in strange_keywords(walk, call, fact):
        walk.found.add("TypeError", f"`{label}` has no argument `{name}`")
    for name, reason in unfit(walk, call, fact):
        walk.found.add(name, reason)
    for name in wrong:
        sure = loose or not unknown or name not in MISTAKES
        of_digits = name == "ValueError" and fact.name in OF_NUMBERS and is_of_digits(walk.module, call)
        reason = f"`{label}` with an argument that does not fit: {fact.source}"
        walk.found.add(name, reason, RARE if of_digits else CERTAIN if sure else POSSIBLE)
    if fact.name in OF_NUMBERS and read_wrongly(call):
        walk.found.add("ValueError", f"`{spelled(call)}`: the text is no number")
    return loose


def _rare(fact: Fact, may_be_wrong: bool) -> Iterator[str]:
    """What nobody names that the call can raise, by whether an argument may be of a wrong type."""
    mistakes = () if may_be_wrong else MISTAKES
    if fact.name == "builtins.int":
        yield "ValueError"  # of NaN
    yield from (name for name in fact.rare if name not in mistakes)
    if not may_be_wrong and fact.name not in OF_NUMBERS | _TAKING_PAIRS:  # `text.split(separator)`
        yield from (name for name in fact.argument if name not in MISTAKES)


def _given(walk: Walk, call: ast.Call, fact: Fact, called: Functions) -> list[ast.expr]:
    """The arguments that matter: not what is called, nor what a keyword names in a new dict."""
    functions = [one for place, one in called.items() if not may_be_no_function(walk, fact, place, one)]
    given = [argument for argument in call.args if argument not in functions]
    if fact.name not in _TAKING_PAIRS:  # `dict(name=anything)`
        given += [k.value for k in call.keywords if k.arg not in called]
    if not fact.parts:
        return given
    return [part for a in given for part in one_or_more(a)]


def _own_names(walk: Walk, given: list[ast.expr]) -> set[str]:
    """The names of the project's classes among the types of the arguments."""
    return {kind.name for a in given for kind in walk.values.of(walk.module, a) if kind.definition}


def _asked_for_methods(call: ast.Call, fact: Fact, given: list[ast.expr]) -> list[ast.expr]:
    """The arguments whose methods it runs: none is what it gives instead where there is nothing."""
    instead = [*given_at(call, fact.default)]
    return [argument for argument in given if fact.protocol and argument not in instead]


def _own_protocol(walk: Walk, argument: ast.expr, label: str) -> None:
    """Note what the methods of a project's class raise that a builtin runs: `len` its `__len__`."""
    methods = _PROTOCOLS.get(label, ())
    for kind in each_type(walk, argument):
        if kind.definition and label not in _PROTOCOLS:
            own_iterator(walk, argument, kind)
            measured(walk, argument, kind)
        elif kind.definition and not runs_own(walk, argument, kind, methods, f"calls `{label}` on"):
            walk.found.add("TypeError", f"`{label}` on a `{kind.name}`, which has no `{methods[0]}`")
        elif kind.definition and label == "len":
            measured(walk, argument, kind)


def special_methods_run(walk: Walk, call: ast.Call, fact: Fact, called: Functions) -> None:
    """Note what special methods of the project's classes raise that the call runs on its arguments."""
    given = _given(walk, call, fact, called)
    for argument in _asked_for_methods(call, fact, given):
        _own_protocol(walk, argument, fact.name.removeprefix("builtins."))
    _special_methods(walk, call, fact, given)


def _special_methods(walk: Walk, call: ast.Call, fact: Fact, given: list[ast.expr]) -> None:
    """Note what else it runs of the classes of its arguments: to hash, compare or convert them."""
    label = fact.name.removeprefix("builtins.")
    hashed_by(walk, call, fact)
    if label == "hasattr":
        asked_for(walk, call)
    for argument in given:
        converted(walk, argument, label)
        if fact.name in _WRITING:
            written_out(walk, argument)
        if label in _ASKING:
            runs_on_all(walk, argument, TRUTH, f"calls `{label}` on")
    if fact.name in _SEEKING and isinstance(call.func, ast.Attribute):
        for node in (call.func.value, *call.args[:1]):
            runs_on_all(walk, node, EQUALITY, "compares")
        if fact.name == "list.index" and call.args:  # its error names what it did not find
            written_out(walk, call.args[0])


def _gone_through(walk: Walk, argument: ast.expr, label: str) -> None:
    """Note what the iteration raises that a builtin does: `list(csv.reader(file))` reads the file."""
    if label == "next":
        iterated(walk, argument, f"`next` on `{spelled(argument)}`", ("__next__", "__iter__"))
    elif label not in _PROTOCOLS:
        iterated(walk, argument, f"`{label}` goes through `{spelled(argument)}`")
    match argument:
        case ast.Call(func=ast.Name(id="range"), args=bounds) if label in _MEASURED:
            if not all(is_moderate(walk, bound) for bound in bounds):
                reason = f"`{label}` of `{spelled(argument)}`, which may be too long"
                walk.found.add("OverflowError", reason, RARE)


def _is_method_of_path(call: ast.Call, fact: Fact) -> bool:
    """Whether it is called on a path that is not written out, which may hold a null byte or a loop."""
    match call.func:
        case ast.Attribute(value=ast.Call(args=[ast.Constant()])):
            return False
    return fact.name.startswith("pathlib.Path.")


def _is_known(kind: str) -> bool:
    return kind in _KNOWN_KINDS or tables().is_type(kind)
