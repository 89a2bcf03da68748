"""From what may be raised to what a maintainer would write in the `except`."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.exceptions.answer import POSSIBLE, MayRaise, Raised
from codemods.exceptions.hierarchy import (
    BROAD,
    BUILTIN_EXCEPTIONS,
    Hierarchy,
    bare_name,
    handler_types,
    hierarchy_at,
    hierarchy_of,
)
from codemods.exceptions.raising.arguments.by_table import TO_TEXT
from codemods.exceptions.releases import older_let_in
from codemods.exceptions.spelling import Speller
from codemods.exceptions.tables import tables
from codemods.exceptions.types.other_files import brought
from codemods.exceptions.types.values import values_of
from codemods.model import Import
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import spelled, types_of, walk
from codemods.project import Project
from codemods.stdlib import STANDARD_MODULES

MOST_TYPES = 5  # a longer list says "anything"
NAMED_FROM = 0.1  # below this confidence nobody names a type

# What comes of a mistake in the code more often than of what it works on.
_BY_CATCH = {"TypeError", "AttributeError", "IndexError", "KeyError", "NameError", "AssertionError"}

# Of these families the base is written as soon as two members of it come up.
_FAMILIES = (
    "OSError",
    "ValueError",
    "ImportError",
    "subprocess.SubprocessError",
    "requests.RequestException",
    "decimal.DecimalException",
    "sqlite3.Error",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The types to write, in order, or why there is nothing better than `Exception`.

    `names` is how `types` are spelled there, `raised` what they were chosen from, and `left_out` what
    is too rare to be named.
    """

    names: tuple[str, ...] = ()
    raised: tuple[Raised, ...] = ()
    left_out: tuple[Raised, ...] = ()
    imports: tuple[Import, ...] = ()
    types: tuple[str, ...] = ()
    refusal: str | None = None

    @property
    def text(self) -> str:
        """What to write behind `except`."""
        return behind_except(self.names)


def behind_except(names: Sequence[str]) -> str:
    """How types are written there: a tuple must not stand in another one, but `*` takes it apart."""
    return names[0].removeprefix("*") if len(names) == 1 else f"({', '.join(names)})"


def choose(
    answer: MayRaise,
    handler: ast.ExceptHandler,
    module: Module,
    project: Project,
    caught: Sequence[str] = (),
) -> Choice:
    """The types to write in the handler for what its `try` may raise and was not `caught` before it."""
    if answer.missing:
        return Choice(refusal=_listed(answer.missing))
    hierarchy = hierarchy_at(project, module.path)
    open_types = [r for r in answer.raised if not hierarchy.is_a(hierarchy.merged(r.type), *caught)]
    raised = [r for r in open_types if hierarchy.is_a(r.type, "Exception")]
    told = _told(handler, module, hierarchy)
    named = [r for r in raised if r.confidence >= NAMED_FROM or bare_name(r.type) in told]
    rare = [r.type for r in raised if r not in named]
    types = hierarchy.widest(_families(hierarchy, [hierarchy.merged(r.type) for r in named], rare))
    left_out = tuple(r for r in raised if r not in named and not hierarchy.is_a(r.type, *types))
    if not named:
        before = any(r.confidence >= NAMED_FROM for r in answer.raised if r not in open_types)
        why = _nothing(left_out, before, _written_out(handler, module, project))
        return Choice(refusal=why, left_out=left_out)
    if _BY_CATCH.issuperset(types) and (aside := _put_aside(answer, types, hierarchy)):
        slips = ", ".join(map(bare_name, types))
        return Choice(refusal=f"only {slips} would be left, mostly a slip; {aside}", left_out=left_out)
    if strays := _strays(left_out, caught):
        return Choice(refusal=strays, left_out=left_out)
    if all(r.confidence == POSSIBLE for r in named):
        return Choice(refusal="only a mistake in an argument is known to raise", left_out=left_out)
    if len(types) > MOST_TYPES or not set(BROAD).isdisjoint(types):
        return Choice(refusal=f"the body can raise {', '.join(map(bare_name, types))}", left_out=left_out)
    speller = Speller(handler, module, project, _source(answer, types, handler, module))
    spelled = [speller.spell(name) for name in types]
    unnamed = [name for name, spelling in zip(types, spelled, strict=True) if spelling is None]
    if unnamed:
        return Choice(refusal=_nameless(hierarchy, unnamed, module.path), left_out=left_out)
    written = hierarchy.widest(s.type for s in spelled if s)
    final = {s.type: s for s in spelled if s and s.type in written}
    own = _own(handler, module, project)
    wider = [name for name in own.values() if name and name not in final]
    wider += [name for chosen in final for name in tables().with_it(chosen)]
    alone = [s for s in final.values() if not hierarchy.is_a(s.type, *wider)]
    imports = tuple(s.needed for s in alone if s.needed)
    texts = (f"*{s.text}" if tables().with_it(s.type) else s.text for s in alone)
    names = tuple(dict.fromkeys(texts))  # a copy of a package has types of its own
    if len(names) < len(alone) and imports:
        return Choice(refusal=f"{', '.join(names)} would mean two types there", left_out=left_out)
    beside = [text for text, name in own.items() if not (name and hierarchy.is_a(name, *final, *caught))]
    names = tuple(dict.fromkeys([*names, *beside]))
    return Choice(names, tuple(named), left_out, imports, tuple(final))


def _told(handler: ast.ExceptHandler, module: Module, hierarchy: Hierarchy) -> set[str]:
    """The words of the comments on the `except` and right below it; those for old names as their new ones."""
    lines = range(handler.lineno, max(handler.lineno + 1, handler.body[0].lineno))
    comments = (module.line(line).decode(module.encoding).partition("#")[2] for line in lines)
    words = {word for comment in comments for word in re.findall(r"\w+", comment)}
    return {hierarchy.merged(word) if word in BUILTIN_EXCEPTIONS else word for word in words}


def _nothing(left_out: Sequence[Raised], before: bool, written: str | None) -> str:
    """Why there is nothing to name; `before`: what there is, the handlers before catch."""
    if before:
        return "the handlers before it catch all that is known to come out"
    rare = ", ".join(dict.fromkeys(bare_name(one.type) for one in left_out))
    more = f" but what is very rare: {rare}" if rare else ""
    if written and not rare:
        more = f", but how `{written}` is written out is up to its class, which is unknown"
    return f"nothing in the body is known to raise{more}"


def _written_out(handler: ast.ExceptHandler, module: Module, project: Project) -> str | None:
    """A value in the body of which a text is made as its class says, where nobody knows which that is."""
    tried = module.parent(handler)
    for node in walk(tried.body if isinstance(tried, (ast.Try, ast.TryStar)) else ()):
        match node:
            case ast.Call(func=function, args=[value]) if names_of(module).is_any(function, *TO_TEXT):
                pass
            case ast.FormattedValue(value=value):
                pass
            case _:
                continue
        if not values_of(project).seen(module, value):
            return spelled(value)
    return None


def _own(handler: ast.ExceptHandler, module: Module, project: Project) -> dict[str, str | None]:
    """The types that the handler names beside a broad one, by how it spells them; None: unknown which."""
    hierarchy = hierarchy_at(project, module.path)
    found: dict[str, str | None] = {}
    for part in types_of(handler):
        name = resolve_type(part, module, project)
        if name not in BROAD:
            found[module.source(part)] = hierarchy.merged(name) if name else None
    return found


def met(answer: MayRaise, handler: ast.ExceptHandler, module: Module, project: Project) -> tuple[Raised, ...]:
    """What likely comes out, gets past the handlers before this one, and may be caught by it."""
    hierarchy = hierarchy_at(project, module.path)
    caught = earlier_types(handler, module, project)
    wanted = [*handler_types(hierarchy, module, handler), *_unhidden(handler, module, project)]
    found = []
    for raised in answer.likely:
        name = hierarchy.merged(raised.type)
        is_other = hierarchy.is_a(name, "BaseException") and not hierarchy.is_a(name, *wanted)
        if not is_other and not hierarchy.is_a(name, *caught):
            found.append(raised)
    return tuple(found)


def _source(answer: MayRaise, types: Sequence[str], handler: ast.ExceptHandler, module: Module) -> str | None:
    """The one package whose objects raise all there is: it has been imported then, in whatever `try`.

    Not where the body names it: without the package that is a NameError.
    """
    tops = {name.partition(".")[0] for name in types if "." in name}
    statement = module.parent(handler)
    if len(tops) != 1 or len(tops) != len({name.partition(".")[0] for name in types}):
        return None
    if any(raised.depth for raised in answer.raised) or not isinstance(statement, (ast.Try, ast.TryStar)):
        return None
    names = names_of(module)
    named = (n for part in statement.body for n in ast.walk(part) if isinstance(n, ast.Name))
    brought = ((binding.target or "").partition(".")[0] for n in named for binding in names.bindings(n))
    return None if tops & set(brought) else tops.pop()


def earlier_types(handler: ast.ExceptHandler, module: Module, project: Project) -> list[str]:
    """The types that the handlers before this one catch."""
    statement = module.parent(handler)
    assert isinstance(statement, (ast.Try, ast.TryStar))
    earlier = statement.handlers[: statement.handlers.index(handler)]
    hierarchy = hierarchy_at(project, module.path)
    found = [name for other in earlier for name in handler_types(hierarchy, module, other)]
    return found + [name for other in earlier for name in _unhidden(other, module, project)]


def _unhidden(handler: ast.ExceptHandler, module: Module, project: Project) -> list[str]:
    """The builtin exceptions that a handler names beside a `from … import *` that hides none."""
    names = names_of(module)
    if handler.type is None or not names.has_star_import:
        return []
    plain = [p.id for p in types_of(handler) if isinstance(p, ast.Name) and not names.bindings(p)]
    return [name for name in plain if name in BUILTIN_EXCEPTIONS and not brought(module, project, name)]


def resolve_type(expression: ast.expr, module: Module, project: Project) -> str | None:
    """The type that an expression of a handler names; None when it is unknown."""
    return hierarchy_of(project).resolve(module, expression)


def is_met(name: str, choice: Choice, module: Module, project: Project) -> bool:
    """Whether what the chosen types let in may be of the type."""
    hierarchy = hierarchy_at(project, module.path)
    merged = hierarchy.merged(name)
    return hierarchy.is_a(merged, *choice.types) or any(hierarchy.is_a(t, merged) for t in choice.types)


def _families(hierarchy: Hierarchy, types: Sequence[str], rare: Sequence[str]) -> list[str]:
    """The types with a family's base in the place of two or more members.

    A rare ValueError beside one that is named counts, for whoever means one of them means all.
    """
    result = list(types)
    for base in _FAMILIES:
        members = [t for t in hierarchy.widest(result) if hierarchy.is_a(t, base)]
        more = base == "ValueError" and any(hierarchy.is_a(t, base) for t in rare)
        if len(members) > 1 or (members and more):
            result = [base if t in members else t for t in result]
    return list(dict.fromkeys(result))


def _put_aside(answer: MayRaise, types: Sequence[str], hierarchy: Hierarchy) -> str | None:
    """What the body may raise beside slips in the code, which none of these types catches.

    That a module of Python itself is missing does not count.
    """
    slips = (*_BY_CATCH, "ImportError")
    errors = (r.type for r in answer.raised if hierarchy.is_a(r.type, "Exception"))
    beside = dict.fromkeys(bare_name(e) for e in errors if not hierarchy.is_a(e, *types) and e not in slips)
    if beside:
        return f"left out as rare, or caught before: {', '.join(beside)}"
    return "packages of others may raise more than they say" if answer.trusts_others else None


def _strays(left_out: Sequence[Raised], caught: Sequence[str]) -> str | None:
    """What a package raises at times that its own exceptions do not cover, if a handler before has these.

    Who writes `except Exception` below `except requests.RequestException` has met such an error.
    """
    packages = {name.partition(".")[0] for name in caught if "." in name}
    for top in sorted(packages - STANDARD_MODULES):
        beside = (r for r in left_out if r.evidence.startswith(f"`{top}.") and r.type not in _BY_CATCH)
        rest = [bare_name(r.type) for r in beside]
        if rest:
            listed = ", ".join(dict.fromkeys(rest))
            return f"{listed} of {top} left out as rare, and a handler before it takes others of {top}"
    return None


def _listed(reasons: Sequence[str], most: int = 2) -> str:
    more = f", and {len(reasons) - most} more" if len(reasons) > most else ""
    return "; ".join(reasons[:most]) + more


def _nameless(hierarchy: Hierarchy, names: Sequence[str], path: str) -> str:
    """Why there is no way to write these types."""
    listed = ", ".join(map(bare_name, names))
    if hierarchy.python and any(map(hierarchy.is_too_new, names)):
        return f"{listed} has no name in Python {'.'.join(map(str, hierarchy.python))}, which is supported"
    for name in names:
        if package := older_let_in(hierarchy.project, path, name):
            return f"{bare_name(name)} is not in each release of {package} that the requirements let in"
    return f"{listed} has no name there"
