"""What a name refers to: bindings, scopes, imports and aliases of one file, without running it."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from codemods.module import FUNCTIONS, Function, Module
from codemods.python2 import is_builtin_of_python_2, is_only_in_python_2
from codemods.scopes import ScopeNode, Scopes, bound_by_text

# Type parameters (PEP 695) are read from Python 3.12 on.
_TYPE_PARAMETERS = [getattr(ast, n) for n in ("TypeVar", "ParamSpec", "TypeVarTuple") if hasattr(ast, n)]
_MODULE_ATTRIBUTES = {"__file__", "__name__", "__doc__", "__spec__", "__path__", "__builtins__"}
_ON_WINDOWS = {"WindowsError"}  # builtins that only Windows has: the answer is the same elsewhere
_BUILTINS = frozenset(dir(builtins)) | _MODULE_ATTRIBUTES | _ON_WINDOWS


class Binding(NamedTuple):
    """One place that gives a name its value.

    `node` is the Name, arg, definition, alias, handler or pattern that binds, or the text that names it
    beside `globals()`. `target` is the dotted name that an import stands for (`os.path`, `.db.get_db` for
    a relative one), else None.
    """

    name: str
    node: ast.AST
    scope: ScopeNode
    target: str | None = None


class Names:
    """The name table of one module. Ask `names_of(module)` for it: it is built once per file."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._bindings: dict[ScopeNode, dict[str, list[Binding]]] = defaultdict(dict)
        self._declared: dict[ScopeNode, dict[str, type[ast.stmt]]] = defaultdict(dict)
        self._by_node: dict[ast.AST, Binding] = {}
        self._scopes = Scopes(module)
        self.scope = self._scopes.of  # the scope in which a node is evaluated
        self._homes: dict[tuple[ScopeNode, str], ScopeNode | None] = {}
        self._of_uses: dict[ast.Name, list[Binding]] = {}
        self._qualified: dict[ast.expr, str | None] = {}
        self._imports: dict[tuple[ScopeNode, str], str | None] = {}
        self.star_imports: list[str] = []
        declarations: list[ast.Global | ast.Nonlocal] = module.nodes(ast.Global, ast.Nonlocal)
        for declaration in declarations:
            for name in declaration.names:
                self._declared[self.scope(declaration)][name] = type(declaration)
        # A `nonlocal` name lands in the scope that binds it, so those scopes must be filled first.
        found = self._collect()
        for binding in sorted(found, key=self._is_nonlocal) if module.nodes(ast.Nonlocal) else found:
            home = self._home(binding.scope, binding.name) if declarations else binding.scope
            table = self._bindings[home]
            table.setdefault(binding.name, []).append(binding)
            self._by_node[binding.node] = binding
        top = self._bindings[module.tree]
        for text in bound_by_text(module):
            if text.value in top:
                top[text.value].append(Binding(text.value, text, module.tree))

    # -- questions --------------------------------------------------------------------------------

    @property
    def has_star_import(self) -> bool:
        """Whether names may come from a `from … import *`; `star_imports` are the modules they come from."""
        return bool(self.star_imports)

    def qualified(self, expression: ast.expr) -> str | None:
        """The dotted name an expression stands for: `os.path.join`, `builtins.next`, `.db.get_db`.

        Only names and attributes of imports and builtins have one. None also when several bindings
        disagree (`try: import a / except ImportError: import b as a`), or a star import may hide it; of
        several, those do not count that only Python 2 has.
        """
        if expression not in self._qualified:
            found = self._imported(expression) if isinstance(expression, ast.Name) else None
            if isinstance(expression, ast.Attribute) and (owner := self.qualified(expression.value)):
                found = f"{owner}.{expression.attr}"
            self._qualified[expression] = found
        return self._qualified[expression]

    def is_any(self, expression: ast.expr, *dotted: str) -> bool:
        """Whether the expression stands for one of these dotted names."""
        return self.qualified(expression) in dotted

    def may_be_none(self, expression: ast.expr) -> bool:
        """Whether the import that an expression starts with falls back to None (`except ImportError`)."""
        while isinstance(expression, ast.Attribute):
            expression = expression.value
        found = self.bindings(expression) if isinstance(expression, ast.Name) else []
        return len(found) > 1 and any(self._is_none_fallback(binding) for binding in found)

    def bindings(self, name: ast.Name) -> list[Binding]:
        """All bindings in the scope that the name resolves to, in source order; [] for builtins."""
        found = self._of_uses.get(name)
        if found is None:
            found = self._of_uses[name] = self.visible(name.id, name)
        return found

    def bindings_in(self, scope: ScopeNode) -> dict[str, list[Binding]]:
        """What a scope binds, by name."""
        return self._bindings.get(scope, {})

    def visible(self, name: str, node: ast.AST) -> list[Binding]:
        """The bindings that `name` would have if it were written where `node` stands."""
        scope = self._resolve(self.scope(node), name)
        return self._bindings[scope][name] if scope is not None else []

    def binding(self, node: ast.AST) -> Binding:
        """The binding that an alias, definition, argument or stored Name makes. Raises KeyError."""
        return self._by_node[node]

    def uses(self, binding: Binding) -> list[ast.Name]:
        """Every Name node, loads and stores, that means the same variable as the binding."""
        home = self._home(binding.scope, binding.name)
        return [
            use
            for use in self._module.names.get(binding.name, ())
            if self._resolve(self.scope(use), binding.name) is home
        ]

    def mentions(self, name: str) -> list[ast.Name]:
        """Every Name node of that spelling in the file, whatever it means."""
        return self._module.names.get(name, [])

    def occurrences(self, name: str) -> list[ast.Name | ast.Attribute]:
        """Every name and every attribute of that spelling in the file, whatever they mean."""
        return [*self.mentions(name), *self._module.attributes.get(name, ())]

    def fresh(self, wanted: str) -> str:
        """`wanted`, or `wanted_2` and so on: a name that nothing in the file uses."""
        taken = set(self._module.names)
        for table in self._bindings.values():
            taken.update(table)
        for declared in self._declared.values():
            taken.update(declared)
        candidate, number = wanted, 1
        while candidate in taken or candidate in _BUILTINS:
            number += 1
            candidate = f"{wanted}_{number}"
        return candidate

    def importable(self, name: str, dotted: str, node: ast.AST) -> bool:
        """Whether `name`, imported at the top as `dotted`, would mean that where `node` stands.

        True when the name is free there, or already means exactly that.
        """
        found = self.visible(name, node)
        if not found:
            return name not in _BUILTINS or dotted == f"builtins.{name}"
        return all(b.target == dotted and b.scope is self._module.tree for b in found)

    # -- building ---------------------------------------------------------------------------------

    def _collect(self) -> Iterator[Binding]:
        module = self._module
        scope_of = self._scopes.of_target if module.nodes(ast.NamedExpr) else self._scopes.of
        for name in module.nodes(ast.Name):
            if not isinstance(name.ctx, ast.Load):
                yield Binding(name.id, name, scope_of(name))
        for argument in module.nodes(ast.arg):
            yield Binding(argument.arg, argument, module.scope(argument))  # that of its function
        definitions: list[Function | ast.ClassDef] = module.nodes(*FUNCTIONS, ast.ClassDef)
        for definition in definitions:
            yield Binding(definition.name, definition, self.scope(definition))
        for handler in module.nodes(ast.ExceptHandler):
            if handler.name:
                yield Binding(handler.name, handler, self.scope(handler))
        captures: list[ast.MatchAs | ast.MatchStar] = module.nodes(ast.MatchAs, ast.MatchStar)
        for pattern in captures:
            if pattern.name:
                yield Binding(pattern.name, pattern, self.scope(pattern))
        for mapping in module.nodes(ast.MatchMapping):
            if mapping.rest:
                yield Binding(mapping.rest, mapping, self.scope(mapping))
        for statement in module.nodes(ast.Import):
            for alias in statement.names:
                bound = alias.asname or alias.name.partition(".")[0]
                target = alias.name if alias.asname else bound
                yield Binding(bound, alias, self.scope(statement), target)
        for source in module.nodes(ast.ImportFrom):
            yield from self._imported_names(source)
        for parameter in module.nodes(*_TYPE_PARAMETERS):
            yield Binding(parameter.name, parameter, self.scope(parameter))

    def _imported_names(self, statement: ast.ImportFrom) -> Iterator[Binding]:
        origin = origin_of(statement)
        for alias in statement.names:
            if alias.name == "*":
                self.star_imports.append(origin)
                continue
            target = below(origin, alias.name)
            yield Binding(alias.asname or alias.name, alias, self.scope(statement), target)

    # -- resolving --------------------------------------------------------------------------------

    def _home(self, scope: ScopeNode, name: str) -> ScopeNode:
        """The scope a binding lands in, after `global` and `nonlocal`."""
        declared = self._declared[scope].get(name) if scope in self._declared else None
        if declared is ast.Global:
            return self._module.tree
        if declared is ast.Nonlocal:
            outer = self.scope(scope)
            while outer is not self._module.tree:
                if isinstance(outer, (ast.Lambda, *FUNCTIONS)) and name in self._bindings.get(outer, {}):
                    return self._home(outer, name)
                outer = self.scope(outer)
        return scope

    def _is_nonlocal(self, binding: Binding) -> bool:
        return self._declared.get(binding.scope, {}).get(binding.name) is ast.Nonlocal

    def _resolve(self, scope: ScopeNode, name: str) -> ScopeNode | None:
        """The scope whose binding a use in `scope` sees; class bodies are not seen from inside."""
        key = scope, name
        if key not in self._homes:
            self._homes[key] = self._looked_up(scope, name)
        return self._homes[key]

    def _looked_up(self, scope: ScopeNode, name: str) -> ScopeNode | None:
        start = scope
        while True:
            home = self._home(scope, name)
            hidden = isinstance(scope, ast.ClassDef) and scope is not start
            if not hidden and name in self._bindings.get(home, {}):
                return home
            if scope is self._module.tree:
                return None
            scope = self.scope(scope)

    def _imported(self, name: ast.Name) -> str | None:
        key = self.scope(name), name.id
        if key not in self._imports:
            self._imports[key] = self._import_behind(name)
        return self._imports[key]

    def _import_behind(self, name: ast.Name) -> str | None:
        bindings = self.bindings(name)
        if not bindings:
            known = name.id in _BUILTINS and not self.has_star_import
            return f"builtins.{name.id}" if known else None
        return agreed_target(b for b in bindings if not self._is_none_fallback(b))

    def _is_none_fallback(self, binding: Binding) -> bool:
        """`name = None` beside an import: what people write in `except ImportError`."""
        assignment = self._module.parent(binding.node)
        return (
            isinstance(assignment, ast.Assign)
            and isinstance(assignment.value, ast.Constant)
            and assignment.value.value is None
        )


def names_of(module: Module) -> Names:
    """The name table of a module, built on the first question and kept as long as the module."""
    known: Names | None = module.derived.get(Names)  # asked for so often that a call counts
    return known or module.derive(Names)


def origin_of(statement: ast.ImportFrom) -> str:
    """What a statement imports from, with its dots."""
    return "." * statement.level + (statement.module or "")


def below(origin: str, name: str) -> str:
    """The dotted name of what is imported from there: `..name` of `..`, `app.name` of `app`."""
    return f"{origin}{'' if origin.endswith('.') else '.'}{name}"


def for_python_3(bindings: Iterable[Binding]) -> list[Binding]:
    """The bindings without imports of what only Python 2 has, unless there are no others."""
    found = [*bindings]
    kept = [b for b in found if not (b.target and is_only_in_python_2(b.target))] if len(found) > 1 else []
    return kept or found


def not_of_python_2(module: Module, bindings: list[Binding]) -> list[Binding]:
    """The bindings without `text = unicode`, a builtin that only Python 2 has, unless there are no others."""
    if len(bindings) < 2:
        return bindings
    return [b for b in bindings if not _is_old_builtin(module, module.parent(b.node))] or bindings


def _is_old_builtin(module: Module, assignment: ast.AST | None) -> bool:
    match assignment:
        case ast.Assign(value=ast.Name(id=name) as value) if is_builtin_of_python_2(name):
            return not names_of(module).bindings(value)
    return False


def agreed_target(bindings: Iterable[Binding]) -> str | None:
    """The dotted name that all bindings of a name import; None where they disagree."""
    targets = {binding.target for binding in for_python_3(bindings)}
    return targets.pop() if len(targets) == 1 else None
