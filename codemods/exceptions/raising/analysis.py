"""What a run of statements may raise: one walk over them, into the project's functions they call.

What exhausts the machine or comes from outside (MemoryError, RecursionError, KeyboardInterrupt) is never
in the answer. An answer with nothing `missing` is complete: each call, attribute and operator in the
statements is known from the project's own code or from the tables.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from codemods.exceptions.answer import CERTAIN, LIKELY, POSSIBLE, RARE, Found, MayRaise, Raised
from codemods.exceptions.fact import Fact
from codemods.exceptions.hierarchy import Hierarchy, hierarchy_of
from codemods.exceptions.outline import outline_of
from codemods.exceptions.raising import (
    attributes,
    calls,
    classes,
    context_managers,
    exits,
    generators,
    handlers,
    names,
    statements,
)
from codemods.exceptions.raising.classes import by_bases, factories, instance_made, made_of_checked
from codemods.exceptions.raising.dispatch import is_abstract
from codemods.exceptions.raising.ended import at_unknown, with_all_exits
from codemods.exceptions.raising.following import Following
from codemods.exceptions.raising.generators import in_steps, yields_once
from codemods.exceptions.raising.glance import glance
from codemods.exceptions.raising.operators import expressions, matching
from codemods.exceptions.raising.walk import Visitors, Walk, short
from codemods.exceptions.remembered import answer_of, seen_from_outside
from codemods.exceptions.types.classes.bases import ENUMS, is_enum, outer_bases
from codemods.exceptions.types.functions.decorators import (
    is_command,
    is_context_manager,
    maker_of,
    strange_decorators,
)
from codemods.exceptions.types.functions.wrappers import Wrapper, wrapper_by
from codemods.exceptions.types.targets import Target
from codemods.exceptions.types.values import Values, values_of
from codemods.installed import Installed
from codemods.module import FUNCTIONS, Function, Module
from codemods.nodes import spelled, walk
from codemods.project import Definition, Project

# What may be followed of an installed package for one question: what it raises deep inside says little.
_MOST_LINES_INSTALLED = 1_500
_ROOMS = (
    *(attributes, calls, classes, expressions, generators, handlers),
    *(context_managers, matching, names, statements),
)
_VISITORS: Visitors = {kind: visitor for room in _ROOMS for kind, visitor in room.VISITORS.items()}


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What is looked at, and how far.

    `most_lines` of functions that are called are followed for one question, some more counted for each. One
    that is not `thorough` is for complete answers. `has_ended` tells where a walk can find nothing more.
    """

    visitors: Visitors
    most_lines: int
    thorough: bool = True
    has_ended: Callable[[Walk], bool] | None = None


_WHOLE = _Search(_VISITORS, 5_000)
_WHILE_COMPLETE = _Search(_VISITORS, 2_000, thorough=False, has_ended=at_unknown)
_OF_EXITS = _Search(exits.VISITORS, 5_000, has_ended=with_all_exits)
_OF_EXITS_IN_SPECIALS = _Search(exits.VISITORS, 5_000, has_ended=with_all_exits)


def may_raise(
    statements: Sequence[ast.stmt], module: Module, project: Project, *, thorough: bool = True
) -> MayRaise:
    """What running the statements of `module` may raise.

    Unless `thorough`, the search ends where it is clear that the answer cannot be complete.
    """
    search = _WHOLE if thorough else _WHILE_COMPLETE
    return _begun(project, search).block(module, statements).frozen()


def may_exit(statements: Sequence[ast.stmt], module: Module, project: Project) -> MayRaise:
    """What running the statements may raise that `except Exception` does not catch, and maybe others."""
    return _begun(project, _OF_EXITS).block(module, statements).frozen()


def called(definition: Definition, project: Project) -> MayRaise:
    """What calling a function of the project, or making an instance of a class, may raise."""
    return _begun(project, _WHOLE).function(definition)


def _begun(project: Project, search: _Search) -> Analysis:
    """The answers so far, of which another question is asked."""
    analysis = project.derive(Analysis, search)
    analysis.following.begin()
    return analysis


class Analysis:
    """The answers for the functions of one project, each found once."""

    def __init__(self, project: Project, search: _Search) -> None:
        self.project = project
        self.thorough, self.has_ended = search.thorough, search.has_ended
        self._search = search
        self.hierarchy: Hierarchy = hierarchy_of(project)
        self.values: Values = values_of(project)
        # A package is looked into for many functions.
        most_lines = _MOST_LINES_INSTALLED if isinstance(project, Installed) else search.most_lines
        self.following = Following(self._function, most_lines)
        self._outside: dict[str, MayRaise] = {}
        self._exiting: dict[str, bool] = {}  # by the names of special methods

    def block(self, module: Module, statements: Sequence[ast.stmt], in_function: bool = False) -> Found:
        visit = Walk(self, module, self._search.visitors, in_function)
        if not self.thorough and glance(visit, statements):
            return visit.found
        for statement in statements:
            visit.visit(statement)
        return visit.found

    def function(self, definition: Definition) -> MayRaise:
        """What calling a function of the project may raise, its arguments apart."""
        return self.following.answer(definition)

    def special_exits(self, names: Iterable[str]) -> bool:
        """Whether a special method of the project with one of these names may exit.

        By their words many seem to; while it is found out whether one does, all are taken at their word.
        """
        if self._special_methods.keys().isdisjoint(names):  # as nearly always
            return False
        if self._search is not _OF_EXITS:
            return True
        return any(self._exits(name) for name in sorted(self._special_methods.keys() & names))

    @cached_property
    def _special_methods(self) -> Mapping[str, Sequence[Definition]]:
        return outline_of(self.project).exiting_specials

    def _exits(self, name: str) -> bool:
        if name not in self._exiting:
            methods = self._special_methods[name]
            answers = (_begun(self.project, _OF_EXITS_IN_SPECIALS).function(one) for one in methods)
            raised = (one.type for answer in answers for one in answer.raised)
            self._exiting[name] = not all(self.hierarchy.is_a(kind, "Exception") for kind in raised)
        return self._exiting[name]

    def installed(self, fact: Fact) -> MayRaise:
        """What calling something in an installed package may raise, by its source."""
        if fact.name not in self._outside:
            packages = self.values.packages
            assert packages is not None
            target = packages.target

            def look() -> dict[str, Any]:
                inner = _begun(packages.installed, _WHOLE)
                answer = inner._all(target(fact.name))
                return seen_from_outside(answer, fact.source, inner.hierarchy.ancestors)

            found = packages.installed.remembered("raises", fact.name, look)
            unknown = MayRaise(missing=(f"calls `{fact.name}`, which is not in the tables",))
            self._outside[fact.name] = answer_of(found) or unknown
        return self._outside[fact.name]

    def _function(self, definition: Definition) -> MayRaise:
        strange = strange_decorators(definition)
        wrappers = [wrapper_by(self.project, definition, decorator) for decorator in strange]
        if not all(wrappers):
            return self._decorated(definition, strange)
        answer = self._decorated(definition, [])
        for wrapper in filter(None, reversed(wrappers)):
            answer = self._wrapped(wrapper, answer)
        return answer

    def _wrapped(self, wrapper: Wrapper, answer: MayRaise) -> MayRaise:
        """What calling a wrapper may raise, by the answer for the function that it calls."""
        module, node = wrapper.function.module, wrapper.function.node
        visit = Walk(self, module, self._search.visitors, in_function=True)
        visit.stand_ins = dict.fromkeys(wrapper.calls, answer) | dict.fromkeys(wrapper.reads, MayRaise())
        for statement in node.body:
            visit.visit(statement)
        return _as_of(wrapper.function, in_steps(wrapper.function, visit.found))

    def _decorated(self, definition: Definition, strange: Sequence[ast.expr]) -> MayRaise:
        """What calling a function may raise that decorators may have made something else of."""
        module, node = definition.module, definition.node
        found = Found(module.path, node.lineno)
        for decorator in strange:
            found.missing[f"calls `{node.name}`, which `@{spelled(decorator)}` decorates"] = None
            found.merge(self._wrappers(definition, decorator), most=LIKELY)
            if is_command(module, decorator):
                found.add(
                    "SystemExit", f"`{node.name}` is a command of click, which exits in the end", LIKELY
                )
        if isinstance(node, ast.ClassDef):
            found.merge(self._construction(definition))
            return found.frozen()
        if is_abstract(definition):
            found.missing[f"calls `{node.name}`, which has no body of its own there"] = None
        body = in_steps(definition, self.block(module, node.body, in_function=True))
        if is_context_manager(definition) and not yields_once(definition):
            body.add("RuntimeError", "a context manager must yield once, whatever happens", RARE)
        found.merge(body, most=LIKELY if strange else CERTAIN)
        return _as_of(definition, found)

    def _wrappers(self, definition: Definition, decorator: ast.expr) -> MayRaise:
        """What the functions inside a decorator of the project raise: one of them is called instead."""
        maker = self.project.definition(definition.module, maker_of(decorator))
        found = Found()
        if maker and isinstance(maker.node, FUNCTIONS):
            inner: list[Function] = [n for n in walk(maker.node.body) if isinstance(n, FUNCTIONS)]
            for function in inner:
                found.merge(self.function(Definition(maker.module, function)))
        return found.frozen()

    def _construction(self, definition: Definition) -> MayRaise:
        """What making an instance of a project's class may raise."""
        found = Found(definition.module.path, definition.node.lineno)
        if is_enum(self.values, definition):  # a call looks a member up
            made_of_checked(definition, "enum.Enum", found)
            found.merge(self._all(self.values.member(definition, "_missing_")))
            return found.frozen()
        instance_made(self.values, definition, found)
        parts = [self.values.member(definition, name) for name in ("__new__", "__init__", "__post_init__")]
        for part in parts:
            found.merge(self._all(part))
        for origin in factories(self.values, definition):
            found.merge(self._made(*origin))
        if any(part.definitions for part in parts):
            for base in outer_bases(self.values, definition):
                if base in ENUMS:  # a call looks a member up
                    made_of_checked(definition, base, found)
            return found.frozen()
        if "BaseException" in self.hierarchy.ancestors(self.hierarchy.own_name(definition)):
            return found.frozen()
        by_bases(self, definition, found)
        return found.frozen()

    def _made(self, module: Module, maker: ast.expr) -> Found:
        """What a factory raises, which is called without arguments."""
        visit = Walk(self, module, self._search.visitors, in_function=True)
        if isinstance(maker, ast.Lambda):
            visit.visit(maker.body)
        else:
            calls.use(visit, self.values.target(module, maker), maker, f"calls `{short(maker)}`")
        return visit.found

    def _all(self, target: Target) -> MayRaise:
        found = Found()
        for definition in target.definitions:
            found.merge(self.function(definition))
        return found.frozen()


def _as_of(function: Definition, found: Found) -> MayRaise:
    """What was found in a function, as its callers see it."""
    at = f"`{function.node.name}` ({function.module.path}:{function.node.lineno})"
    return MayRaise(
        tuple(raised.each(partial(_from_inside, at)) for raised in found.raised.values()),
        tuple(_through(at, why) for why in found.missing),
        tuple(found.assumed),
    )


def _from_inside(at: str, raised: Raised) -> Raised:
    """What a function raises as its callers see it: a guess about a callee is hardly ever what is meant."""
    return replace(
        raised,
        evidence=_through(at, raised.evidence),
        depth=raised.depth + 1,
        confidence=raised.confidence if raised.confidence >= POSSIBLE else min(raised.confidence, RARE),
    )


def _through(at: str, text: str) -> str:
    """`text` seen from outside of the function; only the innermost is named, chains get long."""
    return text if " in `" in text else f"{text} in {at}"
