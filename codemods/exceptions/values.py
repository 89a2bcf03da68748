"""What kind of value an expression has, as far as the code itself tells.

A Value is the set of types it may have; the empty set means that nobody knows. `data` is what comes out
of JSON, YAML or a table: any of the plain types, so every use of it can fail.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import lru_cache

from codemods.exceptions import notation
from codemods.exceptions.bound import of_binding
from codemods.exceptions.kinds import (
    element_at,
    join,
    of_operation,
    plain,
)
from codemods.exceptions.members import UNSET, member
from codemods.exceptions.notation import NONE, UNKNOWN, Type, Value
from codemods.exceptions.reaching import narrowed, reaching, stores_of, true_tests
from codemods.exceptions.results import of_call
from codemods.exceptions.tables import tables
from codemods.exceptions.targets import NOBODY_KNOWS, Target, merged
from codemods.module import Module, spelled
from codemods.names import names_of
from codemods.project import Definition, Project

_MAX_DEPTH = 12
_PLAIN = ("dict", "list", "str", "int", "float")  # where a method of `data` is looked for
_DISPLAYS: dict[type[ast.expr], str] = {
    ast.List: "list",
    ast.Tuple: "tuple",
    ast.Set: "set",
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "Iterator",
    ast.JoinedStr: "str",
    ast.Compare: "bool",
}


class Values:
    """The types of a project's expressions. Ask `values_of(project)`."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._memo: dict[ast.expr, Value] = {}
        self._provisional: dict[ast.expr, Value] = {}  # cut short, and good for the open question only
        self._open: set[ast.AST] = set()
        self._cuts = 0

    # -- values -----------------------------------------------------------------------------------

    def of(self, module: Module, node: ast.expr) -> Value:
        """The types an expression may have; empty when unknown."""
        if node in self._memo:
            return self._memo[node]
        if node in self._open or len(self._open) > _MAX_DEPTH:
            self._cuts += 1
            return UNKNOWN
        if node in self._provisional:  # else a web of functions would be followed along every way
            self._cuts += 1
            return self._provisional[node]
        cuts = self._cuts
        self._open.add(node)
        try:
            value = self._of(module, node)
        finally:
            self._open.discard(node)
        if value == NONE and isinstance(node, (ast.Name, ast.Attribute)):
            value = UNKNOWN  # it is set somewhere, else nobody would read it
        if self._cuts == cuts or not self._open:  # where it was cut short, the next may know more
            self._memo[node] = value
        else:
            self._provisional[node] = value
        if not self._open:
            self._provisional.clear()
        return value

    def _of(self, module: Module, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=value):
                return plain(type(value).__name__)
            case ast.Dict(values=values):
                return plain("dict", UNKNOWN, join(self.of(module, v) for v in values))
            case ast.Tuple(elts=elements) if not any(isinstance(e, ast.Starred) for e in elements):
                return plain("tuple", *(self.of(module, e) for e in elements))
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return plain(_DISPLAYS[type(node)], join(self.of(module, e) for e in elements))
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                return plain(_DISPLAYS[type(node)], self.of(module, element))
            case ast.JoinedStr() | ast.Compare():
                return plain(_DISPLAYS[type(node)])
            case ast.DictComp(value=element):
                return plain("dict", UNKNOWN, self.of(module, element))
            case ast.UnaryOp(op=ast.Not()):
                return plain("bool")
            case ast.UnaryOp(operand=inner) | ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.of(module, inner)
            case ast.IfExp(body=one, orelse=other):
                return join([self.of(module, one), self.of(module, other)])
            case ast.BoolOp(values=values):
                return self._of_bool(module, node)
            case ast.BinOp(left=left, right=right):
                return of_operation(self.of(module, left), node.op, self.of(module, right))
            case ast.Subscript(value=whole, slice=index):
                return element_at(self.of(module, whole), index)
            case ast.Call():
                return of_call(self, module, node)
            case ast.Name():
                return self._of_name(module, node)
            case ast.Attribute(value=owner, attr="stdout" | "stderr"):
                outputs = {k for k in self.of(module, owner) if k.name == "subprocess.CompletedProcess"}
                captured = join(k.arguments[0] for k in outputs if k.arguments)
                return captured or self.of_target(self.attribute(module, node))
            case ast.Attribute():
                found = self.of_target(self.attribute(module, node))
                return narrowed(self.project, module, node, found)
        return UNKNOWN

    def _of_bool(self, module: Module, node: ast.BoolOp) -> Value:
        *first, last = (self.of(module, v) for v in node.values)
        if isinstance(node.op, ast.Or):  # what `or` passes on of the others is not None
            first = [value - NONE if value != NONE else value for value in first]
            first = [value for value in first if value != NONE]
        return join([*first, last])

    def of_target(self, target: Target) -> Value:
        """The type of what a Target stands for, not called."""
        if not target.known or target.definitions:
            return UNKNOWN
        facts = [notation.parse(fact.returns) for fact in target.facts]
        return join([*facts, *(self.of(*origin) for origin in target.origins)])

    # -- names ------------------------------------------------------------------------------------

    def _of_name(self, module: Module, name: ast.Name) -> Value:
        bindings = reaching(module, name)
        value = join(of_binding(self, module, b) for b in bindings)
        return narrowed(self.project, module, name, value)

    def member(self, owner: Definition, name: str) -> Target:
        """An attribute of an instance of a project's class: a method, or what its methods assign."""
        return member(self, owner, name)

    # -- what a callee or an attribute stands for ---------------------------------------------------

    def target(self, module: Module, node: ast.expr) -> Target:
        """What an expression that is called stands for."""
        dotted = names_of(module).qualified(node)
        if dotted and (fact := tables().facts.get(dotted)):
            return Target(facts=(fact,))
        definition = self.project.definition(module, node)
        if definition:
            return Target(definitions=(definition,))
        if isinstance(node, ast.Attribute) and not dotted:
            return self.attribute(module, node)
        return NOBODY_KNOWS

    def attribute(self, module: Module, node: ast.Attribute) -> Target:
        """What `value.name` stands for."""
        dotted = names_of(module).qualified(node)
        if dotted:
            fact = tables().facts.get(dotted)
            return Target(facts=(fact,)) if fact else NOBODY_KNOWS
        value = self.of(module, node.value)
        if not value and isinstance(node.value, ast.Name):
            definition = self.project.definition(module, node.value)
            if definition and isinstance(definition.node, ast.ClassDef):
                return self.member(definition, node.attr)
        if not value:
            return NOBODY_KNOWS
        label = spelled(node.value)
        target = merged(self._attribute_of(kind, node.attr, label) for kind in sorted(value, key=str))
        if UNSET in target.fails and _is_set_before(module, node):
            return replace(target, fails=tuple(why for why in target.fails if why != UNSET))
        return target

    def _attribute_of(self, kind: Type, name: str, label: str) -> Target:
        if kind.definition:
            return self.member(kind.definition, name)
        if kind.name == "None":
            return Target(fails=(f"`{label}` may be None",))
        if kind.name == "data":
            facts = (tables().facts.get(f"{plain_type}.{name}") for plain_type in _PLAIN)
            found = tuple(fact for fact in facts if fact)
            return Target(facts=found, fails=(f"`{label}` is data of any type",))
        fact = tables().fact(kind.name, name)
        return Target(facts=(fact,)) if fact else NOBODY_KNOWS


@lru_cache(maxsize=4)
def values_of(project: Project) -> Values:
    return Values(project)


def _is_set_before(module: Module, node: ast.Attribute) -> bool:
    """Whether the function sets the attribute above this place, or has asked `hasattr`."""
    function, text = module.function(node), spelled(node)
    stores = (s for s in stores_of(module).attributes(node.attr) if module.function(s) is function)
    if any(store.lineno < node.lineno and spelled(store) == text for store in stores):
        return True
    asked = f"hasattr({spelled(node.value)}, {node.attr!r})"
    return any(spelled(test) in (asked, text) for test in true_tests(module, node))
