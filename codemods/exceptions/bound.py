"""The type of the value that a binding gives its name: an assignment, an argument, a loop, an import."""

from __future__ import annotations

import ast

from codemods.exceptions import notation
from codemods.exceptions.kinds import at_place, element, entered, join
from codemods.exceptions.notation import NONE, UNKNOWN, Type, Value
from codemods.exceptions.targets import Inference, Origin
from codemods.module import Module, Unreadable
from codemods.names import Binding, names_of
from codemods.project import Definition, Project


def of_binding(values: Inference, module: Module, binding: Binding) -> Value:
    """The type a binding gives its name."""
    node = binding.node
    if isinstance(node, ast.arg):
        return _of_argument(values, module, node)
    if isinstance(node, ast.alias):
        found = _imported(values, module, binding)
        return values.of(*found) if found else UNKNOWN
    parent = module.parent(node)
    match parent:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.NamedExpr(value=value):
            return values.of(module, value)
        case ast.AnnAssign(annotation=annotation, value=value):
            annotated = notation.of(values.project, module, annotation)
            return annotated or (values.of(module, value) if value else UNKNOWN)
        case ast.withitem(context_expr=manager):
            return entered(values.of(module, manager))
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
            return element(values.of(module, iterable))
        case ast.Tuple() | ast.List():
            return _unpacked(values, module, parent, node)
    return UNKNOWN


def _unpacked(values: Inference, module: Module, pattern: ast.Tuple | ast.List, node: ast.AST) -> Value:
    """What a name in `a, b = value` gets."""
    match module.parent(pattern):
        case ast.Assign(value=value):
            whole = values.of(module, value)
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
            whole = element(values.of(module, iterable))
        case _:
            return UNKNOWN
    if node not in pattern.elts or any(isinstance(e, ast.Starred) for e in pattern.elts):
        return UNKNOWN
    place = pattern.elts.index(node)
    return join(at_place(kind, place) for kind in whole) if whole else UNKNOWN


def _of_argument(values: Inference, module: Module, argument: ast.arg) -> Value:
    if owner := receiver(module, argument):
        return frozenset({Type(owner.node.name, definition=owner)})
    if argument.annotation is None or argument is not _plain_argument(module, argument):
        return UNKNOWN
    value = notation.of(values.project, module, argument.annotation)
    return value | NONE if value and _defaults_to_none(module, argument) else value


def receiver(module: Module, argument: ast.arg) -> Definition | None:
    """The class, when the argument is the `self` of a method."""
    function = module.function(argument)
    parent = module.parent(function) if function else None
    if function is None or not isinstance(parent, ast.ClassDef):
        return None
    arguments = [*function.args.posonlyargs, *function.args.args]
    names = {d.id for d in function.decorator_list if isinstance(d, ast.Name)}
    bound = arguments and arguments[0] is argument and "staticmethod" not in names
    return Definition(module, parent) if bound else None


def _imported(values: Inference, module: Module, binding: Binding) -> Origin | None:
    """The value of a variable that another file of the project assigns once at its top."""
    holder, _, name = (binding.target or "").rpartition(".")
    other = file_of(values.project, module, holder)
    return _assigned_once(other, name) if other else None


def file_of(project: Project, importer: Module, dotted: str) -> Module | None:
    """The file of the project that a dotted name means, if it can be read."""
    path = project.path_of(dotted, importer.path) if dotted else None
    try:
        return project.module(path) if path else None
    except (OSError, Unreadable):
        return None


def is_variable(project: Project, module: Module, dotted: str) -> bool:
    """Whether a dotted name is a variable, or a file, of the project."""
    if project.path_of(dotted, module.path):
        return True
    holder, _, name = dotted.rpartition(".")
    other = file_of(project, module, holder)
    return other is not None and name in names_of(other).bindings_in(other.tree)


def _assigned_once(module: Module, name: str) -> Origin | None:
    bindings = names_of(module).bindings_in(module.tree).get(name, [])
    if len(bindings) != 1:
        return None
    match module.parent(bindings[0].node):
        case ast.Assign(targets=[ast.Name()], value=value):
            return module, value
    return None


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
