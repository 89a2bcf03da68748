"""In which scope each node of a file is evaluated, and what is bound there by a text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

from codemods.module import FUNCTIONS, Module

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = frozenset((ast.Module, ast.ClassDef, ast.Lambda, *FUNCTIONS, *COMPREHENSIONS))
# Of these, parts are evaluated in different scopes.
_DIVIDED = _SCOPES | {ast.comprehension, ast.arguments, ast.arg}

ScopeNode: TypeAlias = ast.AST


class Scopes:
    """The scopes of one module, each looked up once."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._known: dict[ast.AST, ScopeNode] = {}

    def of(self, node: ast.AST) -> ScopeNode:
        """The scope in which a node is evaluated.

        Decorators, defaults, annotations and base classes belong outside the definition; so does the
        first iterable of a comprehension. An `arg` belongs to its function.
        """
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = self._around(node)
        return known

    def of_target(self, name: ast.Name) -> ScopeNode:
        """Where an assigned name lives: a walrus in a comprehension binds outside the comprehension."""
        scope = self.of(name)
        if isinstance(self._module.parent(name), ast.NamedExpr):
            while isinstance(scope, COMPREHENSIONS):
                scope = self.of(scope)
        return scope

    def _around(self, node: ast.AST) -> ScopeNode:
        parents = self._module.parents
        top = node  # all of an expression is evaluated where the expression is
        while (parent := parents.get(top)) is not None and parent.__class__ not in _DIVIDED:
            top = parent
        if top is not node:
            return self.of(top)
        if parent is not None and isinstance(node, ast.stmt):  # of the body
            return parent
        child = below = node
        for above in self._module.ancestors(node):
            if above.__class__ in _SCOPES and not _evaluated_outside(above, child, below, node):
                return above
            child, below = above, child
        return self._module.tree


def _evaluated_outside(scope: ScopeNode, child: ast.AST, below: ast.AST, node: ast.AST) -> bool:
    """Whether `node`, which the scope holds through `child` and that through `below`, runs outside of it."""
    if isinstance(scope, ast.ClassDef):
        return child in (*scope.decorator_list, *scope.bases, *scope.keywords)
    if isinstance(scope, COMPREHENSIONS):
        first = scope.generators[0]
        return child is first and below is first.iter
    if isinstance(scope, FUNCTIONS) and (child in scope.decorator_list or child is scope.returns):
        return True
    return isinstance(child, ast.arguments) and not isinstance(node, ast.arg)


def bound_by_text(module: Module) -> Iterator[ast.Constant]:
    """The texts that may name what a file binds at its top through `globals()`, each as a node.

    Such as `globals()["size"] = 1`, or `take_over(globals(), "size")` where another function does that.
    """
    if b"globals()" not in module.data:
        return
    for call in module.nodes(ast.Call):
        if not (isinstance(call.func, ast.Name) and call.func.id == "globals"):
            continue
        parts: list[ast.AST] = []
        match module.parent(call):
            case ast.Subscript(slice=key, ctx=ast.Store()):
                parts = [key]
            case ast.Call(func=ast.Name(id="eval")):
                pass
            case ast.Call(args=given, keywords=keywords):
                parts = [*given, *(keyword.value for keyword in keywords)]
            case ast.Attribute(attr="update" | "setdefault") as method:
                parts = [part for part in [module.parent(method)] if part]
        inside = (node for part in parts for node in ast.walk(part))
        yield from (n for n in inside if isinstance(n, ast.Constant) and isinstance(n.value, str))
