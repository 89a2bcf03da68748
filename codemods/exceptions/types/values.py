"""What kind of value an expression has, as far as the code itself tells.

A Value is the set of types it may have; the empty set means that nobody knows, and ANY in it that it may
have others. `data` is what comes out of JSON, YAML or a table: any of the plain types, so every use of it
can fail.
"""

from __future__ import annotations

import ast
from functools import lru_cache

from codemods.exceptions.fact import Fact
from codemods.exceptions.packages import Packages
from codemods.exceptions.tables import tables
from codemods.exceptions.types import notation
from codemods.exceptions.types.classes.bases import is_enum, outer_bases
from codemods.exceptions.types.classes.lasting import stays_filled
from codemods.exceptions.types.classes.members import member
from codemods.exceptions.types.displays import of_display
from codemods.exceptions.types.filled import in_attribute
from codemods.exceptions.types.fixpoint import Fixpoint, Questions
from codemods.exceptions.types.flow.bindings import by_others, class_behind, of_binding, of_variable
from codemods.exceptions.types.flow.conditions import negated
from codemods.exceptions.types.flow.narrowing import held, narrowed
from codemods.exceptions.types.flow.nullness import may_turn_none
from codemods.exceptions.types.flow.preceding import filled_in, preceding_values
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.functions.callees import attribute, callee
from codemods.exceptions.types.functions.decorators import is_property
from codemods.exceptions.types.functions.endings import may_be_overridden, may_end
from codemods.exceptions.types.functions.parameters import callers_of, passed
from codemods.exceptions.types.functions.results import of_call, of_result
from codemods.exceptions.types.kinds import (
    awaited,
    element_at,
    forget_types,
    is_expression,
    join,
    plain,
    settled,
    through_instance,
)
from codemods.exceptions.types.library.annotations import UNTOLD, Taken
from codemods.exceptions.types.library.groups import of_lookup
from codemods.exceptions.types.library.options import is_made, told
from codemods.exceptions.types.library.processes import STREAMS, stream_of
from codemods.exceptions.types.library.stubs import stubs_in
from codemods.exceptions.types.library.unset import of_key
from codemods.exceptions.types.notation import ANY, DATA, NONE, NOTHING, UNKNOWN, Value
from codemods.exceptions.types.operators import fills_text, of_operation
from codemods.exceptions.types.other_files import by_star, unread
from codemods.exceptions.types.targets import NO_CALLERS, NOBODY_KNOWS, NOT_YET, Callers, Inference, Target
from codemods.installed import abroad, cache_of
from codemods.module import Module
from codemods.names import Binding
from codemods.project import Definition, Project
from codemods.stdlib import is_standard

_MOST_OPEN = 300  # questions of a kind at a time, each some ten frames of Python


class Values(Inference):
    """The types of a project's expressions, as `Inference` promises them. Ask `values_of(project)`."""

    def __init__(self, project: Project) -> None:
        forget_types()  # of the project before
        self.project = project
        installed = abroad(project)
        self.packages = Packages(installed, values_of(installed)) if installed else None
        self.stubs = stubs_in(cache_of(project))
        self._fixpoint = Fixpoint()
        self._types = Questions[ast.expr | ast.arg, Value](NOTHING, UNKNOWN, _MOST_OPEN, _type, _either)
        self._targets = Questions[ast.expr, Target](NOT_YET, NOBODY_KNOWS, _MOST_OPEN, _target)
        self._members = Questions[tuple[ast.AST, str, bool], Target](NOBODY_KNOWS, NOBODY_KNOWS)
        self._callers = Questions[ast.AST, Callers](NO_CALLERS, NO_CALLERS)
        self._given = Questions[ast.AST, Value](NOTHING, UNKNOWN, both=_either)
        self._endings = Questions[ast.AST, bool](True, True)

    def of(self, module: Module, node: ast.expr) -> Value:
        """All types an expression may have; empty when not all are known."""
        return notation.known(self.seen(module, node))

    def seen(self, module: Module, node: ast.expr) -> Value:
        if isinstance(node, ast.Constant):  # of which tables have thousands: no question to anybody
            return _of_constant(type(node.value).__name__)
        known = self._types.known
        if node in known:
            return known[node]
        return self._fixpoint.ask(self._types, node, lambda: self._of(module, node))

    def given(self, module: Module, binding: Binding) -> Value:
        return self._fixpoint.ask(self._given, binding.node, lambda: of_binding(self, module, binding))

    def passed(self, module: Module, argument: ast.arg) -> Value:
        return self._fixpoint.ask(self._types, argument, lambda: passed(self, module, argument))

    def target(self, module: Module, node: ast.expr) -> Target:
        def found() -> Target:
            target = callee(self, module, node)
            return NOBODY_KNOWS if any(fact.is_value for fact in target.facts) else target

        return self._fixpoint.ask(self._targets, node, found)

    def attribute(self, module: Module, node: ast.Attribute) -> Target:
        """What `value.name` stands for."""
        return attribute(self, module, node)

    def member(self, owner: Definition, name: str, below: bool = True) -> Target:
        question = (owner.node, name, below)
        return self._fixpoint.ask(self._members, question, lambda: member(self, owner, name, below))

    def callers(self, definition: Definition) -> Callers:
        return self._fixpoint.ask(self._callers, definition.node, lambda: callers_of(self, definition))

    def may_end(self, definition: Definition) -> bool:
        return self._fixpoint.ask(self._endings, definition.node, lambda: may_end(self, definition))

    def fact(self, dotted: str, module: Module | None = None) -> Fact | None:
        facts = tables().facts
        found = facts.get(dotted) or facts.get(f"{dotted.rpartition('.')[0]}.*")
        if found is None and (method := tables().unbound(dotted)):
            return method
        if found is None and module and self.project.may_hold(dotted):
            dotted = self.project.origin(dotted, module.path)
            found = tables().facts.get(dotted)
        if found is None and self.packages and not self.project.may_shadow(dotted):
            found = self.packages.fact(dotted)
        return found

    def why_unknown(self, dotted: str, module: Module) -> str:
        """What to say of a name of which nothing is known: from outside, or of a file that cannot be read."""
        if path := unread(self.project, module, dotted):
            return f"whose file `{path}` this Python cannot read"
        if self.packages and not self.project.may_shadow(dotted) and not is_standard(dotted):
            return self.packages.why_unknown(dotted)
        return "which is not in the tables"

    def fact_of(self, type_name: str, attribute: str) -> Fact | None:
        dotted = f"{type_name}.{attribute}"
        return tables().fact(type_name, attribute) or self.fact(dotted) or self.typed(dotted)

    def typed(self, dotted: str) -> Fact | None:
        return None if self.project.may_shadow(dotted) else self.stubs.fact(dotted)

    def takes(self, fact: Fact) -> list[Taken]:
        """For each overload of a function its parameters, and which types they take."""
        if fact.takes:
            return [dict.fromkeys(fact.takes, frozenset({UNTOLD}))]
        return [] if fact.external else self.stubs.takes(fact.name)

    def returned(self, fact: Fact) -> Value:
        found: Fact | None = fact
        if fact.returns is None and not (fact.external or fact.untold):
            found = self.typed(fact.name)
        return notation.filled(found.returns, {}) if found else UNKNOWN

    # -- helpers ----------------------------------------------------------------------------------

    def _of(self, module: Module, node: ast.expr) -> Value:
        match node:
            case ast.Name():
                return self._as_left(module, node, self._of_name(module, node))
            case ast.Attribute():
                return self._as_left(module, node, self._of_attribute(module, node))
            case ast.Call():
                return of_call(self, module, node)
            case ast.Subscript(value=whole, slice=index):
                owner = class_behind(self, module, whole)
                if owner and is_enum(self, owner):
                    return of_result(self, owner)
                holder = self.seen(module, whole)
                found = of_key(self.project, holder, element_at(holder, index))
                is_match = any(kind.name == "re.Match" for kind in holder)
                return of_lookup(self, module, whole, index, found) if is_match else found
            case ast.BinOp(left=left, right=right):
                text = self.seen(module, left)
                if fills_text(text, node.op):  # whatever is put in, which may take long to tell
                    return text
                return of_operation(text, node.op, self.seen(module, right))
            case ast.Await(value=inner):
                return awaited(self.seen(module, inner))
            case ast.UnaryOp(op=ast.Not()):
                return plain("bool")
            case ast.UnaryOp(operand=inner) | ast.NamedExpr(value=inner):
                return self.seen(module, inner)
            case ast.Compare():
                return self._of_comparison(module, node)
            case ast.IfExp(body=one, orelse=other):
                return join([self.seen(module, one), self.seen(module, other)])
            case ast.BoolOp():
                return self._of_bool(module, node)
        return of_display(self, module, node)

    def _of_name(self, module: Module, node: ast.Name) -> Value:
        bindings = reaching(module, node)
        if not bindings and (dotted := by_star(self, module, node.id)):
            return of_variable(self, module, dotted)
        found = [self.given(module, binding) for binding in bindings]
        if bindings and bindings[0].scope is module.tree and module.function(node):
            found += by_others(self, module, node.id)
        value = join(found) if found else UNKNOWN
        given = filled_in(module, node) if len(bindings) > 1 and len(value) != 1 else None
        if given is None:
            return value
        for place, binding in enumerate(bindings):
            if given not in module.ancestors(binding.node):
                for test in negated(given.test):
                    left = held(self.project, module, test, node.id, found[place])
                    found[place] = left or (found[place] and NOTHING)
        return join(found)

    def _of_comparison(self, module: Module, node: ast.Compare) -> Value:
        """A bool, unless a class of the project or of others makes something else of it."""
        if all(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in node.ops):
            return plain("bool")
        value = join(self.seen(module, operand) for operand in (node.left, *node.comparators))
        if any(is_expression(self.seen(module, operand)) for operand in (node.left, *node.comparators)):
            return plain("sqlalchemy.ColumnElement")
        return UNKNOWN if any(kind.definition for kind in value) else plain("bool")

    def _of_bool(self, module: Module, node: ast.BoolOp) -> Value:
        *first, last = (self.seen(module, v) for v in node.values)
        if isinstance(node.op, ast.Or):  # what `or` passes on of the others is not None
            first = [value - NONE if value != NONE else value for value in first]
            first = [value for value in first if value != NONE]
        return join([*first, last])

    def _of_attribute(self, module: Module, node: ast.Attribute) -> Value:
        if node.attr in STREAMS:
            streams = [stream_of(kind, node.attr) for kind in self.seen(module, node.value)]
            if any(streams):
                return join(stream for stream in streams if stream)
        target = self.attribute(module, node)
        if not target.found:
            return NOTHING if self.seen(module, node.value) == NOTHING else UNKNOWN
        owner = class_behind(self, module, node.value)
        if owner and not target.definitions and outer_bases(self, owner) == ["enum.Enum"]:
            return of_result(self, owner)  # a member, whatever value it has
        read = [
            UNKNOWN
            if ((f.installed or f.untold) and not f.is_value) or is_made(self.project, module, f, node.attr)
            else self._option(module, node, f) or self.returned(f)
            for f in target.facts
        ]
        held = [*(in_attribute(self, origin, node.attr) for origin in target.origins), *target.values]
        read += held if owner else map(through_instance, held)
        for definition in target.definitions:
            read.append(of_result(self, definition) if is_property(definition) else UNKNOWN)
        return join(read if target.known else [*read, UNKNOWN])

    def _as_left(self, module: Module, node: ast.Name | ast.Attribute, value: Value) -> Value:
        """A value as the code around leaves it and the code before."""
        left = narrowed(self.project, module, node, value)
        return left - NONE if left > NONE and self._was_just_set(module, node) else left

    def _was_just_set(self, module: Module, node: ast.Name | ast.Attribute) -> bool:
        """Whether statements before gave the attribute, or the variable of the file, what is not None."""
        if may_turn_none(module, node):
            return False
        given = preceding_values(module, node)
        if not given and isinstance(node, ast.Attribute):
            lasting = preceding_values(module, node, lasts=True)
            given = lasting if lasting and stays_filled(self, module, node) else []
        functions = {module.function(one) for one in given} - {module.function(node)}
        if any(may_be_overridden(self, Definition(module, one)) for one in functions if one):
            return False
        return bool(given) and not any(self.seen(module, one) & (NONE | DATA) for one in given)

    def _option(self, module: Module, node: ast.Attribute, fact: Fact) -> Value:
        kind = told(self.project, module, fact, node.attr)
        return notation.parse(kind) if kind else UNKNOWN


@lru_cache(maxsize=16)
def _of_constant(kind: str) -> Value:
    return NONE if kind == "NoneType" else plain(kind)


def _either(one: Value, other: Value) -> Value:
    return join([one, other])


def _type(node: ast.expr | ast.arg, value: Value) -> Value:
    """What is remembered of a type: what is only ever None is set somewhere, else nobody would read it."""
    if value == NONE and isinstance(node, (ast.Name, ast.Attribute)):
        return UNKNOWN
    left = settled(value)
    return left if left != ANY else UNKNOWN


def _target(_: ast.expr, target: Target) -> Target:
    """What is remembered of a target: where it was only looked for, nobody knows."""
    return NOBODY_KNOWS if target == NOT_YET else target


def values_of(project: Project) -> Values:
    return project.derive(Values)
