"""The type of the value that a binding gives its name: an assignment, an argument, a loop, an import."""

from __future__ import annotations

import ast

from codemods.exceptions.hierarchy import handler_types, hierarchy_at
from codemods.exceptions.outline import outline_of
from codemods.exceptions.types import notation
from codemods.exceptions.types.filled import with_stores
from codemods.exceptions.types.flow.patterns import of_capture
from codemods.exceptions.types.functions.callbacks import of_lambda
from codemods.exceptions.types.functions.decorators import plain_names
from codemods.exceptions.types.functions.results import of_result, yielded
from codemods.exceptions.types.functions.signatures import is_none_by_default
from codemods.exceptions.types.kinds import (
    at_place,
    element,
    element_of,
    entered,
    join,
    loosened,
    names_in,
    plain,
)
from codemods.exceptions.types.library.standard import of_standard_value
from codemods.exceptions.types.notation import ANY, DATA, NONE, UNKNOWN, Type, Value
from codemods.exceptions.types.operators import of_operation
from codemods.exceptions.types.other_files import assigned, variable
from codemods.exceptions.types.targets import Inference, Origin
from codemods.module import Module
from codemods.names import Binding, names_of
from codemods.project import Definition, Project

_DOCUMENTS = ({"dict"}, {"list"})
_TEXTS = frozenset({Type("str"), Type("bytes")})
_ENTERS = ("__enter__", "__aenter__")
_MOST_STEPS = 4  # from a name to the class that it is another name of


def of_binding(values: Inference, module: Module, binding: Binding) -> Value:
    """The type a binding gives its name."""
    node = binding.node
    if isinstance(node, ast.arg):
        return _of_argument(values, module, node)
    if isinstance(node, ast.alias):
        dotted = binding.target or ""
        return of_variable(values, module, dotted) or of_standard_value(values, dotted)
    if isinstance(node, ast.ExceptHandler):
        return _caught(values, module, node)
    if isinstance(node, (ast.MatchAs, ast.MatchStar, ast.MatchMapping)):
        return of_capture(values, module, node)
    parent = module.parent(node)
    match parent:
        case ast.Assign(targets=targets, value=value) if node in targets:
            return with_stores(values, module, binding, values.seen(module, value))
        case ast.NamedExpr(value=value):
            return with_stores(values, module, binding, values.seen(module, value))
        case ast.AnnAssign(annotation=annotation, value=value):
            annotated = notation.of(values.project, module, annotation)
            if value and names_in(annotated) in _DOCUMENTS and _is_read(values, module, value):
                return DATA
            return annotated or (loosened(values.seen(module, value)) if value else UNKNOWN)
        case ast.AugAssign(op=operator, value=value):
            assert isinstance(node, ast.Name)
            return of_operation(values.seen(module, node), operator, values.seen(module, value))
    return taken(values, module, node) if isinstance(node, ast.expr) else UNKNOWN


def taken(values: Inference, module: Module, node: ast.expr) -> Value:
    """The type that a loop, a `with` or `a, *b = value` gives a name or an attribute in it."""
    match module.parent(node):
        case ast.withitem(context_expr=manager):
            return entered_by(values, module, manager)
        case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable) | ast.comprehension(iter=iterable):
            return _item(values, values.seen(module, iterable))
        case ast.Tuple() | ast.List() as pattern:
            return _unpacked(values, module, pattern, node)
        case ast.Starred() as starred:
            above = module.parent(starred)
            if isinstance(above, (ast.Tuple, ast.List)):
                return plain("list", _unpacked(values, module, above, starred))
    return UNKNOWN


def _is_read(values: Inference, module: Module, value: ast.expr) -> bool:
    """Whether a document is read, which is of any type, whatever the variable for it is to hold."""
    call = value.value if isinstance(value, ast.Await) else value
    facts = values.target(module, call.func).facts if isinstance(call, ast.Call) else ()
    return bool(facts) and all(f.returns == "data" for f in facts) and values.seen(module, value) <= DATA


def _caught(values: Inference, module: Module, handler: ast.ExceptHandler) -> Value:
    """The types of the `e` in `except … as e`; each stands for those below it as well."""
    hierarchy = hierarchy_at(values.project, module.path)
    names = handler_types(hierarchy, module, handler)
    return frozenset(Type(name, definition=hierarchy.definition(name)) for name in names)


def entered_by(values: Inference, module: Module, manager: ast.expr) -> Value:
    """What `with manager as name` binds."""
    if isinstance(manager, ast.Call):
        definitions = values.target(module, manager.func).definitions
        if len(definitions) == 1 and (given := yielded(values, definitions[0])):
            return given
    found = [_entered_kind(values, kind) for kind in values.seen(module, manager)]
    return join(found) if found else UNKNOWN


def _entered_kind(values: Inference, kind: Type) -> Value:
    """What a manager of a type gives: as its class says, the tables, an installed package, or a stub."""
    if kind.definition:
        for name in _ENTERS:
            if enters := values.member(kind.definition, name).definitions:
                return join(of_result(values, definition) for definition in enters)
    known = entered(frozenset({kind}))
    if known == ANY and not kind.definition:
        for name in _ENTERS:
            fact = values.fact_of(kind.name, name)
            if fact and (fact.installed or fact.untold):
                return notation.parse(fact.returns)
    return known


def _item(values: Inference, iterable: Value) -> Value:
    """What iterating gives, of classes of the project too."""
    found = []
    for kind in iterable:
        if kind.definition is None:
            found.append(element(frozenset({kind})))
            continue
        steps = values.member(kind.definition, "__iter__").definitions
        found += [element(of_result(values, step)) for step in steps]
    return join(found) if found else UNKNOWN


def _unpacked(values: Inference, module: Module, pattern: ast.Tuple | ast.List, node: ast.expr) -> Value:
    """What a name in `a, (b, *c) = value` gets, or an attribute."""
    whole = _unpacked_whole(values, module, pattern)
    if not whole or node not in pattern.elts:
        return UNKNOWN
    place = pattern.elts.index(node)
    starred = [at for at, one in enumerate(pattern.elts) if isinstance(one, ast.Starred)]
    if not starred or place < starred[0]:
        return join(at_place(kind, place) for kind in whole)
    return join(UNKNOWN if len(kind.arguments) > 1 else element_of(kind) for kind in whole)


def _unpacked_whole(values: Inference, module: Module, pattern: ast.Tuple | ast.List) -> Value:
    """What is taken apart by a pattern."""
    match module.parent(pattern):
        case ast.Assign(value=value):
            return values.seen(module, value)
        case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable) | ast.comprehension(iter=iterable):
            return _item(values, values.seen(module, iterable))
        case ast.withitem(context_expr=manager):
            return entered_by(values, module, manager)
        case ast.Tuple() | ast.List() as outer:
            return _unpacked(values, module, outer, pattern)
    return UNKNOWN


def _of_argument(values: Inference, module: Module, argument: ast.arg) -> Value:
    if owner := receiver(module, argument):
        instance = notation.instance_of(owner)
        return frozenset({Type("type", (instance,))}) if class_of_receiver(module, argument) else instance
    declared = UNKNOWN
    if argument.annotation is not None:
        declared = notation.of(values.project, module, argument.annotation)
        if names_of(module).is_any(argument.annotation, notation.ANY_STR):
            declared = notation.assuming(_TEXTS, notation.ANNOTATED)
    above = module.parent(argument)
    if isinstance(above, ast.arguments) and argument is above.vararg:
        return plain("tuple", declared)
    if isinstance(above, ast.arguments) and argument is above.kwarg:
        return plain("dict", plain("str"), declared)
    if argument.annotation is None:
        return of_lambda(values, module, argument) or values.passed(module, argument)
    value = declared if isinstance(above, ast.arguments) else UNKNOWN
    return value | NONE if value and is_none_by_default(module, argument) else value


def class_behind(
    values: Inference, module: Module, node: ast.expr, steps: int = _MOST_STEPS
) -> Definition | None:
    """The project's class that an expression is: its name, `cls`, `self.__class__`, `type(self)`."""
    match node:
        case ast.Name():
            definition = values.project.definition(module, node)
            if definition and isinstance(definition.node, ast.ClassDef):
                return definition
            bindings = names_of(module).bindings(node)
            if len(bindings) == 1 and isinstance(bindings[0].node, ast.arg):
                return class_of_receiver(module, bindings[0].node)
            origin = _other_name(values.project, module, bindings[0]) if len(bindings) == 1 else None
            return class_behind(values, *origin, steps - 1) if origin and steps else None
        case ast.Attribute(value=ast.Name() as name, attr="__class__"):
            return _own_class(module, name)
        case ast.Call(func=ast.Name(id="type"), args=[ast.Name() as name], keywords=[]):
            return _own_class(module, name)
        case ast.Attribute() if dotted := names_of(module).qualified(node):
            definition = values.project.definition(module, node)
            if definition and isinstance(definition.node, ast.ClassDef):
                return definition
            origin = _if_name(variable(values.project, module, dotted))
            return class_behind(values, *origin, steps - 1) if origin and steps else None
    return None


def _own_class(module: Module, name: ast.Name) -> Definition | None:
    bindings = names_of(module).bindings(name)
    single = bindings[0].node if len(bindings) == 1 else None
    return receiver(module, single) if isinstance(single, ast.arg) else None


def class_of_receiver(module: Module, argument: ast.arg) -> Definition | None:
    """The class, when the argument is the `cls` of a class method."""
    function = module.function(argument)
    owner = receiver(module, argument)
    if owner is None or function is None:
        return None
    implied = function.name in ("__new__", "__init_subclass__", "__class_getitem__")
    return owner if implied or "classmethod" in plain_names(function) else None


def receiver(module: Module, argument: ast.arg) -> Definition | None:
    """The class, when the argument is the `self` or `cls` of a method."""
    function = module.function(argument)
    parent = module.parent(function) if function else None
    if function is None or not isinstance(parent, ast.ClassDef):
        return None
    arguments = [*function.args.posonlyargs, *function.args.args]
    bound = arguments and arguments[0] is argument and "staticmethod" not in plain_names(function)
    return Definition(module, parent) if bound else None


def _other_name(project: Project, module: Module, binding: Binding) -> Origin | None:
    """The name or attribute that a binding gives another name: `Settings = _Settings`, imported or not."""
    if isinstance(binding.node, ast.alias):
        return _if_name(variable(project, module, binding.target or ""))
    match module.parent(binding.node):
        case ast.Assign(targets=[ast.Name()], value=value):
            return _if_name((module, value))
    return None


def _if_name(origin: Origin | None) -> Origin | None:
    return origin if origin and isinstance(origin[1], (ast.Name, ast.Attribute)) else None


def of_variable(values: Inference, module: Module, dotted: str) -> Value:
    """The type of a variable at the top of another file, by each place that assigns it."""
    other, bindings = assigned(values.project, module, dotted)
    if other is None or not bindings:
        return UNKNOWN
    own = [values.given(other, one) for one in bindings]
    return loosened(join([*own, *by_others(values, other, bindings[0].name)]))


def by_others(values: Inference, module: Module, name: str) -> list[Value]:
    """The types that other files give a variable at the top of a file: `config.client = Client()`."""
    given = outline_of(values.project).set_by_others(module, name)
    return [loosened(values.seen(other, value)) if value else UNKNOWN for other, value in given]
