"""What kind of value an expression has, as far as the code itself tells.

A Value is the set of types it may have; the empty set means that nobody knows. `data` is what comes out
of JSON, YAML or a table: any of the plain types, so every use of it can fail.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from codemods.exceptions import notation
from codemods.exceptions.kinds import (
    HOLDERS,
    at_place,
    element,
    element_at,
    element_of,
    entered,
    join,
    of_copy,
    of_file,
    of_operation,
    of_output,
    plain,
)
from codemods.exceptions.notation import NONE, UNKNOWN, Type, Value
from codemods.exceptions.reaching import narrowed, reaching, stores_of, true_tests
from codemods.exceptions.tables import Fact, tables
from codemods.module import FUNCTIONS, Function, Module, Unreadable, spelled, walk
from codemods.names import Binding, names_of
from codemods.project import Definition, Project

Origin: TypeAlias = tuple[Module, ast.expr]

_MAX_DEPTH = 12
_PLAIN = ("dict", "list", "str", "int", "float")  # where a method of `data` is looked for
_PLAIN_BASES = ("builtins.object", "abc.ABC", "builtins.Exception", "typing.Generic", "typing.Protocol")
_UNSET = "it may not be set yet"
_MAKERS = {"__init__", "__new__", "__post_init__", "__init_subclass__", "setUp", "setUpClass", "__enter__"}
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


@dataclass(frozen=True, slots=True)
class Target:
    """What a name, an attribute or a callee stands for: all it may be, and what finding it can raise."""

    facts: tuple[Fact, ...] = ()
    definitions: tuple[Definition, ...] = ()
    origins: tuple[Origin, ...] = ()  # the values that are assigned to it
    fails: tuple[str, ...] = ()  # why looking it up raises AttributeError
    known: bool = True
    assumed: tuple[str, ...] = ()


NOBODY_KNOWS = Target(known=False)


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
                return self._of_call(module, node)
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

    def _of_call(self, module: Module, node: ast.Call) -> Value:
        target = self.target(module, node.func)
        if not target.known:
            return UNKNOWN
        facts = [notation.parse(fact.returns) for fact in target.facts]
        if [f.name for f in target.facts] in (["builtins.open"], ["io.open"], ["pathlib.Path.open"]):
            return of_file(node, mode_at=0 if isinstance(node.func, ast.Attribute) else 1)
        if any(f.name in ("subprocess.run", "subprocess.check_output") for f in target.facts):
            return of_output(target.facts[0].name, node)
        if isinstance(node.func, ast.Attribute) and target.facts:
            facts = self._from_container(module, node, facts)
        elif len(target.facts) == 1 and node.args:
            facts = [of_copy(target.facts[0].name, self.of(module, node.args[0])) or facts[0]]
        return join([*facts, *(self._of_result(definition) for definition in target.definitions)])

    def _from_container(self, module: Module, call: ast.Call, facts: list[Value]) -> list[Value]:
        """What `.get()`, `.items()` and the like give, by what the container holds."""
        assert isinstance(call.func, ast.Attribute)
        receiver = self.of(module, call.func.value)
        if not receiver or any(kind.name not in HOLDERS for kind in receiver):
            return facts
        held = join(element_of(kind, at_key=True) for kind in receiver)
        match call.func.attr:
            case "get" | "pop" | "setdefault":
                default = self.of(module, call.args[1]) if len(call.args) > 1 else NONE
                return [join([held, default])]
            case "values" | "popleft":
                return [plain("dict_view", held)]
            case "items":
                return [plain("dict_view", plain("tuple", held))]
            case "keys":
                return [plain("dict_view", join(element_of(kind) for kind in receiver))]
        return facts

    def _of_result(self, definition: Definition) -> Value:
        """What calling a function or class of the project gives."""
        node = definition.node
        if isinstance(node, ast.ClassDef):
            return frozenset({Type(node.name, definition=definition)})
        if node.returns is not None:
            return notation.of(self.project, definition.module, node.returns)
        if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in _results(node)):
            return UNKNOWN
        returns = [n for n in _results(node) if definition.module.function(n) is node]
        values = [self.of(definition.module, r.value) if r.value else NONE for r in returns]
        return join(values) if values else UNKNOWN

    # -- names ------------------------------------------------------------------------------------

    def _of_name(self, module: Module, name: ast.Name) -> Value:
        bindings = reaching(module, name)
        value = join(self.bound(module, b) for b in bindings)
        return narrowed(self.project, module, name, value)

    def bound(self, module: Module, binding: Binding) -> Value:
        """The type a binding gives its name."""
        node = binding.node
        if isinstance(node, ast.arg):
            return self._of_argument(module, node)
        if isinstance(node, ast.alias):
            found = self._imported(module, binding)
            return self.of(*found) if found else UNKNOWN
        parent = module.parent(node)
        match parent:
            case ast.Assign(targets=[ast.Name()], value=value) | ast.NamedExpr(value=value):
                return self.of(module, value)
            case ast.AnnAssign(annotation=annotation, value=value):
                annotated = notation.of(self.project, module, annotation)
                return annotated or (self.of(module, value) if value else UNKNOWN)
            case ast.withitem(context_expr=manager):
                return entered(self.of(module, manager))
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
                return element(self.of(module, iterable))
            case ast.Tuple() | ast.List():
                return self._unpacked(module, parent, node)
        return UNKNOWN

    def _unpacked(self, module: Module, pattern: ast.Tuple | ast.List, node: ast.AST) -> Value:
        """What a name in `a, b = value` gets."""
        match module.parent(pattern):
            case ast.Assign(value=value):
                whole = self.of(module, value)
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
                whole = element(self.of(module, iterable))
            case _:
                return UNKNOWN
        if node not in pattern.elts or any(isinstance(e, ast.Starred) for e in pattern.elts):
            return UNKNOWN
        place = pattern.elts.index(node)
        return join(at_place(kind, place) for kind in whole) if whole else UNKNOWN

    def _of_argument(self, module: Module, argument: ast.arg) -> Value:
        if owner := self.owner(module, argument):
            return frozenset({Type(_class_name(owner), definition=owner)})
        if argument.annotation is None or argument is not _plain_argument(module, argument):
            return UNKNOWN
        value = notation.of(self.project, module, argument.annotation)
        return value | NONE if value and _defaults_to_none(module, argument) else value

    def owner(self, module: Module, argument: ast.arg) -> Definition | None:
        """The class, when the argument is the `self` of a method."""
        function = module.function(argument)
        parent = module.parent(function) if function else None
        if function is None or not isinstance(parent, ast.ClassDef):
            return None
        arguments = [*function.args.posonlyargs, *function.args.args]
        names = {d.id for d in function.decorator_list if isinstance(d, ast.Name)}
        bound = arguments and arguments[0] is argument and "staticmethod" not in names
        return Definition(module, parent) if bound else None

    def _imported(self, module: Module, binding: Binding) -> Origin | None:
        """The value of a variable that another file of the project assigns once at its top."""
        holder, _, name = (binding.target or "").rpartition(".")
        other = self._file(holder, module)
        return _assigned_once(other, name) if other else None

    def is_variable(self, module: Module, dotted: str) -> bool:
        """Whether a dotted name is a variable, or a file, of the project."""
        if self.project.path_of(dotted, module.path):
            return True
        holder, _, name = dotted.rpartition(".")
        other = self._file(holder, module)
        return other is not None and name in names_of(other).bindings_in(other.tree)

    def _file(self, dotted: str, importer: Module) -> Module | None:
        """The file of the project that a dotted name means, if it can be read."""
        path = self.project.path_of(dotted, importer.path) if dotted else None
        try:
            return self.project.module(path) if path else None
        except (OSError, Unreadable):
            return None

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
        target = _merged(self._attribute_of(kind, node.attr, label) for kind in sorted(value, key=str))
        if _UNSET in target.fails and _is_set_before(module, node):
            return replace(target, fails=tuple(why for why in target.fails if why != _UNSET))
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

    def member(self, owner: Definition, name: str) -> Target:
        """An attribute of an instance of a project's class: a method, or what its methods assign."""
        assert isinstance(owner.node, ast.ClassDef)
        bindings = names_of(owner.module).bindings_in(owner.node).get(name, [])
        definitions = [b.node for b in bindings if isinstance(b.node, (*FUNCTIONS, ast.ClassDef))]
        if bindings and len(definitions) == len(bindings):  # a property and its setter, overloads
            return Target(definitions=tuple(Definition(owner.module, node) for node in definitions))
        origins = [*self._assigned(owner, name), *_class_values(owner.module, bindings)]
        if origins:
            known = tuple(origin for origin in origins if origin)
            unset = () if bindings or self._is_set_at_once(owner, name) else (_UNSET,)
            if unset and self.has_own(owner, "__getattr__", "__getattribute__"):
                return NOBODY_KNOWS
            return Target(origins=known if len(known) == len(origins) else (), fails=unset)
        for base in owner.node.bases:
            above = self.project.definition(owner.module, base)
            if above and isinstance(above.node, ast.ClassDef) and above.node is not owner.node:
                found = self.member(above, name)
                if found.known:
                    return found
        return NOBODY_KNOWS

    def has_own(self, owner: Definition, *methods: str) -> str | None:
        """Why a use of an instance may run one of these methods: by the class or one above it."""
        assert isinstance(owner.node, ast.ClassDef)
        names = names_of(owner.module)
        for method in methods:
            if method in names.bindings_in(owner.node):
                return f"defines `{method}`"
        for base in owner.node.bases:
            above = self.project.definition(owner.module, base)
            if above and isinstance(above.node, ast.ClassDef):
                if above.node is not owner.node and (why := self.has_own(above, *methods)):
                    return why
            elif names.qualified(base) not in _PLAIN_BASES:
                return "has a base class that is unknown"
        return None

    def _is_set_at_once(self, owner: Definition, name: str) -> bool:
        """Whether making an instance sets the attribute."""
        stores = stores_of(owner.module).attributes(name)
        functions = (owner.module.function(store) for store in stores)
        return any(f and f.name in _MAKERS and owner.module.parent(f) is owner.node for f in functions)

    def _assigned(self, owner: Definition, name: str) -> Iterator[Origin | None]:
        """The values that `self.name = …` gives in the class; None where it is no plain assignment."""
        module = owner.module
        for attribute in stores_of(module).attributes(name):
            function = module.function(attribute)
            if function is None or module.parent(function) is not owner.node:
                continue
            match module.parent(attribute):
                case ast.Assign(targets=[ast.Attribute()], value=value):
                    yield module, value
                case ast.AnnAssign(value=value) if value:
                    yield module, value
                case _:
                    yield None


@lru_cache(maxsize=10_000)
def _results(function: Function) -> tuple[ast.Return | ast.Yield | ast.YieldFrom, ...]:
    """Where the function, or one inside of it, gives a value."""
    return tuple(n for n in walk([function]) if isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom)))


@lru_cache(maxsize=4)
def values_of(project: Project) -> Values:
    return Values(project)


def _merged(targets: Iterable[Target]) -> Target:
    found = list(targets)
    return Target(
        facts=tuple(dict.fromkeys(f for t in found for f in t.facts)),
        definitions=tuple(d for t in found for d in t.definitions),
        origins=tuple(o for t in found for o in t.origins),
        fails=tuple(w for t in found for w in t.fails),
        known=all(t.known for t in found),
    )


def _class_values(module: Module, bindings: Iterable[Binding]) -> Iterator[Origin | None]:
    for binding in bindings:
        match module.parent(binding.node):
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                yield module, value
            case _:
                yield None


def _assigned_once(module: Module, name: str) -> Origin | None:
    bindings = names_of(module).bindings_in(module.tree).get(name, [])
    if len(bindings) != 1:
        return None
    match module.parent(bindings[0].node):
        case ast.Assign(targets=[ast.Name()], value=value):
            return module, value
    return None


def _class_name(definition: Definition) -> str:
    return definition.node.name


def _plain_argument(module: Module, argument: ast.arg) -> ast.arg | None:
    """The argument itself, unless it is `*args` or `**kwargs`, whose annotation is of the elements."""
    above = module.parent(argument)
    if not isinstance(above, ast.arguments) or argument in (above.vararg, above.kwarg):
        return None
    return argument


def _defaults_to_none(module: Module, argument: ast.arg) -> bool:
    above = module.parent(argument)
    assert isinstance(above, ast.arguments)
    positional = [*above.posonlyargs, *above.args]
    pairs = [
        *zip(reversed(positional), reversed(above.defaults), strict=False),
        *zip(above.kwonlyargs, above.kw_defaults, strict=True),
    ]
    return any(
        a is argument and isinstance(default, ast.Constant) and default.value is None for a, default in pairs
    )


def _is_set_before(module: Module, node: ast.Attribute) -> bool:
    """Whether the function sets the attribute above this place, or has asked `hasattr`."""
    function, text = module.function(node), spelled(node)
    stores = (s for s in stores_of(module).attributes(node.attr) if module.function(s) is function)
    if any(store.lineno < node.lineno and spelled(store) == text for store in stores):
        return True
    asked = f"hasattr({spelled(node.value)}, {node.attr!r})"
    return any(spelled(test) in (asked, text) for test in true_tests(module, node))
