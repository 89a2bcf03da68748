"""Where a file gives names and attributes a value, and what stands before a statement."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.nodes import spelled, walk


def before(module: Module, node: ast.AST) -> list[ast.stmt]:
    """The statements before this one in its block; none before what is no statement."""
    if not isinstance(node, ast.stmt):
        return []
    block, place = module.siblings(node)
    return block[:place]


def is_local(module: Module, name: ast.Name) -> bool:
    """Whether a name is a variable of the function that it stands in, and `self` and `cls` are none."""
    scope = module.scope(name)
    if not isinstance(scope, FUNCTIONS) or name.id in ("self", "cls"):
        return False
    names = names_of(module)
    bindings = names.bindings(name)
    return bool(bindings) and all(names.scope(binding.node) is scope for binding in bindings)


def changed_on_the_way(above: ast.AST, node: ast.AST, changing: AbstractSet[ast.AST]) -> bool:
    """Whether another part of `above` that may run before the part `node` holds one of the nodes.

    A loop comes round again, and a handler runs behind any part of the body of its `try`.
    """
    parts: Sequence[ast.AST] = ()
    match above:
        case ast.While():
            parts = [above]
        case ast.For() | ast.AsyncFor() if node is not above.iter:
            parts = [above]
        case ast.Try() | ast.TryStar() if node not in above.body:
            parts = above.body
            if node in above.finalbody:
                parts = [*above.body, *above.handlers, *above.orelse]
        case ast.If() if node is not above.test:
            parts = [above.test]
        case ast.With() | ast.AsyncWith() if node not in above.items:
            parts = above.items
        case ast.Match() if node is not above.subject:
            parts = [above.subject, *(case.guard for case in above.cases if case.guard)]
        case ast.match_case() if node is not above.pattern:
            parts = [above.pattern]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            parts = above.generators
    return not changing.isdisjoint(parts)


class Stores:
    """Where a file gives names and attributes a value. Ask `stores_of(module)` for it."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._around: dict[str, frozenset[ast.AST]] = {}
        self._attributes: dict[str, list[ast.Attribute]] = {}
        self._given_by: dict[str, list[ast.Call]] = {}  # the calls that change a variable
        self._emptied_by: dict[str, set[str]] = {}  # by an attribute the functions that set it to None

    def attributes(self, name: str) -> list[ast.Attribute]:
        """The attributes of that last name that get a value."""
        if name not in self._attributes:
            found = self._module.attributes.get(name, ())
            self._attributes[name] = [one for one in found if not isinstance(one.ctx, ast.Load)]
        return self._attributes[name]

    def around(self, expression: ast.expr) -> frozenset[ast.AST]:
        """The nodes that hold a place where a name or attribute of the expression gets a value."""
        if not isinstance(expression, (ast.Name, ast.Attribute)):
            parts = (node for node in walk([expression]) if isinstance(node, (ast.Name, ast.Attribute)))
            return frozenset().union(*map(self.around, parts))
        text = spelled(expression)
        if text not in self._around:
            self._around[text] = self._around_part(expression)
            if isinstance(expression, ast.Attribute):
                self._around[text] |= self.around(expression.value)
        return self._around[text]

    def _around_part(self, part: ast.Name | ast.Attribute) -> frozenset[ast.AST]:
        found: set[ast.AST] = set()
        for place in self._places(part, spelled(part)):
            node: ast.AST | None = place
            while node is not None and node not in found:
                found.add(node)
                node = self._module.parent(node)
        return frozenset(found)

    def _places(self, part: ast.Name | ast.Attribute, text: str) -> Sequence[ast.AST]:
        if isinstance(part, ast.Attribute):
            own = [a for a in self.attributes(part.attr) if spelled(a) == text]
            return [*own, *self._emptying(part)]
        mentions = names_of(self._module).mentions(text)
        captures: list[ast.MatchAs | ast.MatchStar] = self._module.nodes(ast.MatchAs, ast.MatchStar)
        return [
            *(name for name in mentions if not isinstance(name.ctx, ast.Load)),
            *(capture for capture in captures if capture.name == text),
            *self._calls_giving(text),
        ]

    def _calls_giving(self, name: str) -> list[ast.Call]:
        if name not in self._given_by:
            self._given_by[name] = self._giving(name)
        return self._given_by[name]

    def _giving(self, name: str) -> list[ast.Call]:
        """The calls of functions inside that give a variable another value, and of others that empty it."""
        functions: set[str] = set()
        for one in self._declarations.get(name, ()):
            function = self._module.function(one)
            if function:
                stores = (m for m in names_of(self._module).mentions(name) if not isinstance(m.ctx, ast.Load))
                own = [store for store in stores if self._module.function(store) is function]
                given = any(map(self._is_emptied, own)) if isinstance(one, ast.Global) else bool(own)
                functions |= {function.name} if given else set()
        calls: list[ast.Call] = self._module.nodes(ast.Call) if functions else []
        return [call for call in calls if spelled(call.func).rpartition(".")[2] in functions]

    @cached_property
    def _declarations(self) -> dict[str, list[ast.Global | ast.Nonlocal]]:
        """The declarations of each name that functions take from around them."""
        found: dict[str, list[ast.Global | ast.Nonlocal]] = defaultdict(list)
        declarations: list[ast.Global | ast.Nonlocal] = self._module.nodes(ast.Global, ast.Nonlocal)
        for one in declarations:
            for name in one.names:
                found[name].append(one)
        return found

    def _emptying(self, part: ast.Attribute) -> list[ast.Call]:
        """The calls that hand an object to functions of the file which empty or delete its attribute."""
        if part.attr not in self._emptied_by:
            gone = [a for a in self.attributes(part.attr) if self._is_emptied(a)]
            functions = [self._module.function(attribute) for attribute in gone]
            self._emptied_by[part.attr] = {one.name for one in functions if one} - {"__init__", "__new__"}
        names = self._emptied_by[part.attr]
        calls: list[ast.Call] = self._module.nodes(ast.Call) if names else []
        given = spelled(part.value)
        return [call for call in calls if given in handed(call, names)]

    def _is_emptied(self, place: ast.Attribute | ast.Name) -> bool:
        """Whether it gets nothing there, or less: None, zero, an empty text."""
        match self._module.parent(place):
            case ast.Assign(value=ast.Constant(value=value)):
                return not value
            case ast.AugAssign(op=operator):
                return not isinstance(operator, ast.Add)
        return isinstance(place.ctx, ast.Del)


def is_of_own_instance(module: Module, store: ast.Attribute) -> bool:
    """Whether a method sets it on its own instance, which counts as what its class gives it."""
    function = module.function(store)
    is_method = function is not None and isinstance(module.parent(function), ast.ClassDef)
    return is_method and isinstance(store.value, ast.Name) and store.value.id == "self"


def handed(call: ast.Call, names: Collection[str]) -> list[str]:
    """What a call of a function of one of these names hands on, as it is spelled."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    match call.func:
        case ast.Name(id=name) if name in names:
            return [*map(spelled, given)]
        case ast.Attribute(value=receiver, attr=name) if name in names:
            return [*map(spelled, (receiver, *given))]
    return []


def stores_of(module: Module) -> Stores:
    """The stores of a file, looked for once."""
    return module.derive(Stores)
