"""Whether the None that a class body gives an attribute is gone once there is an instance.

`connection = None` in the body often only says that there is such an attribute, and `__init__` sets it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import takewhile

from codemods.exceptions.outline import outline_of
from codemods.exceptions.types.classes.attributes import bound_in
from codemods.exceptions.types.classes.bases import inherits_nothing
from codemods.exceptions.types.flow.stores import before, stores_of
from codemods.exceptions.types.functions.endings import may_swallow_here
from codemods.exceptions.types.targets import Inference
from codemods.module import FUNCTIONS, SCOPES, Function, Module
from codemods.names import Binding, names_of
from codemods.nodes import is_none, spelled, walk
from codemods.project import Definition, Project

_MOST_CALLS = 3  # of one method by another, on the way from the one that sets an attribute


def is_set_by_init(project: Project, owner: Definition, name: str, bindings: Iterable[Binding]) -> bool:
    """Whether nobody sees the None of the class body, for `__init__` sets the attribute before.

    Not when the class itself is asked, when the attribute is set to None again or deleted, or when a class
    below has an `__init__` of its own.
    """
    module = owner.module
    if not all(is_none(getattr(module.parent(one.node), "value", None)) for one in bindings):
        return False
    if not _init_sets(module, owner, name) or not _stays_set(module, owner, name):
        return False
    below = outline_of(project).descendants(owner)
    return below is not None and not any(_init(child) for child in below)


def sets_always(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    """Whether a method gives the attribute a value on every way to its end."""
    stores = (one for one in stores_of(module).attributes(name) if isinstance(one.ctx, ast.Store))
    return (
        _Setting(module, {above for store in stores for above in module.ancestors(store)}).by(function.body)
        is not False
    )


def is_set_by_callers(values: Inference, module: Module, attribute: ast.Attribute) -> bool:
    """Whether the attribute is read in a method that others of its class use only behind what sets it.

    `self._running = True; self._loop()`, and nobody else speaks of `_loop`; tests call what they like.
    """
    text, function = spelled(attribute), module.function(attribute)
    stores = stores_of(module).attributes(attribute.attr)
    setting = {above for one in stores if spelled(one) == text for above in module.ancestors(one)}
    if function is None or not setting or any(isinstance(one.ctx, ast.Del) for one in stores):
        return False
    is_own = _is_self(module, attribute.value)
    return is_own and _is_run_behind(values, _Setting(module, setting), (function,))


def _is_run_behind(values: Inference, setting: _Setting, methods: tuple[Function, ...]) -> bool:
    """Whether whoever runs the last of these methods, which runs the one before it, sets it first."""
    module, method = setting.module, methods[-1]
    owner, name = module.parent(method), method.name
    is_private = name.startswith("_") and not name.endswith("__")  # which no program of others calls
    if not isinstance(owner, ast.ClassDef) or method.decorator_list or not is_private:
        return False
    if len(methods) > _MOST_CALLS:
        return False
    if values.project.paths_mentioning(name, tests=False) != [module.path]:
        return False
    if not inherits_nothing(values, Definition(module, owner), name):
        return False
    uses = names_of(module).occurrences(name)
    if not uses or any(f"{quote}{name}{quote}".encode() in module.data for quote in "'\""):  # for getattr
        return False
    return all(_is_behind(values, setting, use, owner, methods) for use in uses)


def _is_behind(
    values: Inference, setting: _Setting, use: ast.expr, owner: ast.ClassDef, methods: tuple[Function, ...]
) -> bool:
    """Whether a method of the class has set it before it calls another one, or hands that on."""
    module = setting.module
    node: ast.AST = use
    if not isinstance(use, ast.Attribute) or not _is_self(module, use.value):
        return False
    is_set = False
    for above in module.ancestors(use):
        is_set = is_set or (isinstance(node, ast.stmt) and setting.by(before(module, node)) is True)
        if isinstance(above, FUNCTIONS):
            if module.parent(above) is not owner:
                return False
            return is_set or above in methods or _is_run_behind(values, setting, (*methods, above))
        node = above
    return False


def _is_self(module: Module, holder: ast.expr) -> bool:
    """Whether it is the instance of which a method is run, by a name that means nothing else there."""
    bound = names_of(module).bindings(holder) if isinstance(holder, ast.Name) and holder.id == "self" else []
    return len(bound) == 1 and isinstance(bound[0].node, ast.arg)


@dataclass(frozen=True, slots=True)
class _Setting:
    """Looks for what sets an attribute; `holding` are the nodes that a place which does so stands in."""

    module: Module
    holding: Collection[ast.AST]

    def by(self, block: Iterable[ast.stmt]) -> bool | None:
        """Whether a block sets the attribute; None where it ends by a `raise`."""
        returning = self.module.derive(_returning)
        for statement in block:
            if isinstance(statement, ast.Raise):
                return None
            if self._by_one(statement):
                return True
            if statement in returning:
                return False
        return False

    def _by_one(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.If(body=body, orelse=orelse):
                return False not in (self.by(body), self.by(orelse))
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                return self.by(body) is True and not any(may_swallow_here(self.module, i) for i in items)
            case ast.Try(body=body, orelse=orelse, handlers=handlers, finalbody=final):
                blocks = [[*body, *orelse], *(handler.body for handler in handlers)]
                return self.by(final) is True or False not in map(self.by, blocks)
            case ast.For() | ast.AsyncFor() | ast.While() | ast.FunctionDef() | ast.ClassDef() | ast.Match():
                return False
        return statement in self.holding


def _returning(module: Module) -> set[ast.AST]:
    """The statements by which their function may return."""
    found: set[ast.AST] = set()
    for leaving in module.nodes(ast.Return):
        found |= {leaving, *takewhile(lambda above: above.__class__ not in SCOPES, module.ancestors(leaving))}
    return found


def _init(owner: Definition) -> ast.FunctionDef | None:
    found = bound_in(owner).get("__init__", [])
    node = found[0].node if len(found) == 1 else None
    return node if isinstance(node, ast.FunctionDef) else None


def _init_sets(module: Module, owner: Definition, name: str) -> bool:
    """Whether `__init__` sets it at its top, before it calls a method or hands the instance on."""
    function = _init(owner)
    if function is None or not function.args.args or function.decorator_list:
        return False
    this = function.args.args[0].arg
    for statement in function.body:
        match statement:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=holder), attr=attr)], value=value):
                if holder == this and attr == name:
                    return not is_none(value) and _only_sets(module, [value], this, name)
        if not _only_sets(module, [statement], this, name):
            return False
    return False


def _only_sets(module: Module, nodes: Iterable[ast.AST], this: str, name: str) -> bool:
    """Whether code does not leave `__init__`, nor shows other code the instance, nor reads the attribute."""
    for node in walk(nodes):
        if isinstance(node, (ast.Return, ast.Yield)):
            return False
        if isinstance(node, ast.Name) and node.id in (this, "super"):
            above = module.parent(node)
            if not isinstance(above, ast.Attribute) or above.attr == name:
                return False
            outer = module.parent(above)
            if isinstance(outer, ast.Call) and outer.func is above:
                return False
    return True


def _stays_set(module: Module, owner: Definition, name: str) -> bool:
    """Whether the file neither sets it to None anywhere, nor deletes it, nor asks the class for it."""
    for store in stores_of(module).attributes(name):
        if isinstance(store.ctx, ast.Del) or is_none(getattr(module.parent(store), "value", None)):
            return False
    asked = (a.value for a in module.attributes.get(name, ()) if isinstance(a.value, ast.Name))
    return not any(holder.id in ("cls", owner.node.name) for holder in asked)
