"""What an expression stands for that is called, or whose attribute is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemods.exceptions.fact import Fact
from codemods.exceptions.hierarchy import hierarchy_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.builtin_names import from_builtins
from codemods.exceptions.types.classes.bases import above, beside, class_of_super
from codemods.exceptions.types.classes.initialisation import is_set_by_callers
from codemods.exceptions.types.classes.members import UNSET
from codemods.exceptions.types.classes.outside import may_be_replaced, with_replacements
from codemods.exceptions.types.flow.bindings import class_behind, class_of_receiver, of_variable
from codemods.exceptions.types.flow.conditions import holds_any
from codemods.exceptions.types.flow.nullness import was_read
from codemods.exceptions.types.flow.reaching import reaching
from codemods.exceptions.types.flow.stores import stores_of
from codemods.exceptions.types.functions.parameters import origins_of
from codemods.exceptions.types.kinds import plain
from codemods.exceptions.types.library.standard import of_standard_value
from codemods.exceptions.types.notation import ANY, CALLED, NONE, NOTHING, Type, known, ordered
from codemods.exceptions.types.other_files import from_star, is_held_by_variable, is_of_class, variable
from codemods.exceptions.types.targets import NOBODY_KNOWS, NOT_YET, Inference, Origin, Target, merged
from codemods.module import FUNCTIONS, Module
from codemods.names import Binding, names_of, not_of_python_2
from codemods.nodes import is_none, spelled
from codemods.project import Definition

_PLAIN = ("dict", "list", "str", "int", "float")  # where a method of `data` is looked for
_OF_EVERY_CLASS = ("__name__", "__qualname__", "__module__")
_ITS_NAME = Target(values=(plain("str"),))
_CLOSED: dict[str, type] = {  # they have no attributes but those of the class
    kind.__name__: kind
    for kind in (str, bytes, bytearray, list, tuple, dict, set, frozenset, int, float, bool)
}
_PARTIAL = ("functools.partial", "functools.partialmethod")
_MOST_VALUES = 12  # of a table of functions


def callee(values: Inference, module: Module, node: ast.expr) -> Target:
    """What a called expression stands for."""
    dotted = names_of(module).qualified(node)
    if dotted and (fact := tables().facts.get(dotted)):
        return Target(facts=(fact,))
    definition = values.project.definition(module, node)
    if definition and not may_be_replaced(values, definition, node):
        return with_replacements(values, definition)
    if dotted and (fact := values.fact(dotted, module)):
        return Target(facts=(fact,))
    name = hierarchy_of(values.project).resolve(module, node) if dotted else None
    if name:
        return Target(makes=(plain(name),))
    if dotted and (fact := values.typed(dotted)):
        return Target(facts=(fact,))
    match node:
        case ast.Attribute(value=instance, attr="__class__"):
            return _made(values, module, instance)._replace(known=False)  # it may be of a class below
        case ast.Call(func=ast.Name(id="type"), args=[instance]):
            return _made(values, module, instance)
        case ast.Attribute():
            found = attribute(values, module, node)
        case ast.Name():
            bindings = not_of_python_2(module, reaching(module, node))
            bound = [_behind(values, module, binding) for binding in bindings]
            if not bound and not names_of(module).has_star_import:
                return from_builtins(values, node)
            return merged(bound) if bound else from_star(values, module, node)
        case ast.Call(func=function, args=[first, *_]) if names_of(module).is_any(function, *_PARTIAL):
            return values.target(module, first)
        case ast.IfExp(body=one, orelse=other):
            return merged([values.target(module, one), values.target(module, other)])
        case ast.BoolOp(values=parts):
            return merged(values.target(module, part) for part in parts)
        case ast.Subscript(value=table):
            return _of_table(values, module, table) or _called(values, module, node)
        case _:
            return _called(values, module, node)
    return _assigned(values, found) if found.is_value else found


def _of_modules(module: Module, node: ast.Attribute) -> Target:
    """An attribute of a name that may stand for one of several modules."""
    if not isinstance(node.value, ast.Name):
        return Target()
    targets = [binding.target for binding in names_of(module).bindings(node.value)]
    facts = [tables().facts.get(f"{target}.{node.attr}") for target in targets if target]
    return Target(facts=tuple(fact for fact in facts if fact), known=False)


def attribute(values: Inference, module: Module, node: ast.Attribute) -> Target:
    """What `value.name` stands for."""
    dotted = names_of(module).qualified(node)
    if dotted:
        if fact := values.fact(dotted, module):
            return Target(facts=(fact,))
        if origin := variable(values.project, module, dotted):
            return Target(origins=(origin,))
        if held := of_variable(values, module, dotted):
            return Target(values=(held,))
        if not (
            is_held_by_variable(values.project, module, node)
            or is_of_class(values.project, module, node)
            or of_standard_value(values, dotted.rpartition(".")[0])
        ):
            fact = values.typed(dotted)
            return Target(facts=(fact,)) if fact else NOBODY_KNOWS
    if owner := class_of_super(module, node.value):
        found = above(values, owner, node.attr)
        others = [*beside(values, owner, node.attr)]
        return merged([found, *others]) if others else found
    if definition := class_behind(values, module, node.value):
        found = values.member(definition, node.attr).of_class()
        return found if found.found or node.attr not in _OF_EVERY_CLASS else _ITS_NAME
    value = values.seen(module, node.value)
    if not known(value) and (found := _of_modules(module, node)).found:
        return found
    found = merged(_attribute_of_each(values, ordered(value or ANY), node))
    unsure = UNSET in found.fails or any(map(_may_lack, found.facts))
    is_sure = unsure and (_is_set_before(module, node) or is_set_by_callers(values, module, node))
    return _there(found) if is_sure else found


def _may_lack(fact: Fact) -> bool:
    """Whether it is an attribute of what takes any: `arguments.path`."""
    return fact.is_value and fact.name.endswith(".*") and fact.raises == ("AttributeError",)


def _there(found: Target) -> Target:
    """The same of an attribute that is sure to be there."""
    facts = (replace(fact, raises=()) if _may_lack(fact) else fact for fact in found.facts)
    return found._replace(fails=tuple(why for why in found.fails if why != UNSET), facts=tuple(facts))


def _attribute_of_each(values: Inference, kinds: list[Type], node: ast.Attribute) -> Iterator[Target]:
    """What it stands for by each type; a builtin type that lacks what another one has fails."""
    by_kind = [(kind, _attribute_of(values, kind, node)) for kind in kinds]
    is_somewhere = any(found.found for _, found in by_kind)
    for kind, found in by_kind:
        lacks = kind.name in _CLOSED and not kind.definition and not hasattr(_CLOSED[kind.name], node.attr)
        if is_somewhere and lacks and not found.found:
            yield Target(fails=(f"`{spelled(node.value)}` may be of type {kind.name}",))
        else:
            yield found


def may_be_none(holder: ast.expr) -> str:
    """Why looking an attribute up fails where that holds it."""
    return f"`{spelled(holder)}` may be None"


def _attribute_of(values: Inference, kind: Type, node: ast.Attribute) -> Target:
    name = node.attr
    if kind in NOTHING:
        return NOT_YET
    if name == "__class__":  # everything has one, and what is told of it is its name
        return Target(values=(plain("type"),))
    if kind.definition:
        return values.member(kind.definition, name)
    if kind in NONE:
        return Target(fails=(may_be_none(node.value),))
    if kind.name == "data":
        found = tuple(fact for one in _PLAIN if (fact := tables().facts.get(f"{one}.{name}")))
        fails = (f"`{spelled(node.value)}` is data of any type",)
        return Target(facts=found, fails=fails, known=bool(found))  # nobody asks data for what it never has
    if kind.name == "type" and name in _OF_EVERY_CLASS:
        return _ITS_NAME
    if kind.name == "type" and kind.arguments:
        inner = (_attribute_of(values, each, node) for each in kind.arguments[0])
        return merged(inner).of_class()
    fact = values.fact_of(kind.name, name)
    return Target(facts=(fact,)) if fact else NOBODY_KNOWS


def _behind(values: Inference, module: Module, binding: Binding) -> Target:
    """What a binding makes its name stand for, when it is called."""
    node = binding.node
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return Target(definitions=(Definition(module, node),))
    if isinstance(node, ast.alias):
        return _imported(values, module, binding.target or "")
    if isinstance(node, ast.arg):
        owner = class_of_receiver(module, node)
        return Target(definitions=(owner,), below=True) if owner else _of_argument(values, module, node)
    match module.parent(node):
        case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(value=ast.expr() as value):
            return Target() if is_none(value) else _held(values, (module, value))
        case ast.For(iter=ast.Tuple(elts=parts) | ast.List(elts=parts)) if len(parts) <= _MOST_VALUES:
            return merged(_held(values, (module, part)) for part in parts)
    return NOBODY_KNOWS


def _held(values: Inference, origin: Origin) -> Target:
    """What a value stands for that was looked up before it is called: what that raised, it raised there."""
    return values.target(*origin)._replace(fails=())


def _of_argument(values: Inference, module: Module, argument: ast.arg) -> Target:
    """What an argument stands for that is called: by its type, else what the calls of its function give."""
    declared = _called(values, module, argument)
    if declared.found:
        return declared
    origins, assumed = origins_of(values, module, argument)
    given = [_held(values, origin) for origin in origins if not is_none(origin[1])]
    return merged(given)._replace(assumed=(CALLED,) if assumed else ()) if given else declared


def _imported(values: Inference, module: Module, dotted: str) -> Target:
    """What a name stands for that is imported, when it is called."""
    if fact := values.fact(dotted, module):
        return Target(facts=(fact,))
    if found := values.project.find(dotted, module.path):
        return Target(definitions=(found,))
    if origin := variable(values.project, module, dotted):
        return _held(values, origin)
    kinds = of_variable(values, module, dotted) - NONE
    return merged(_instance(values, kind) for kind in kinds) if kinds else NOBODY_KNOWS


def _assigned(values: Inference, found: Target) -> Target:
    """What is called when the values of an attribute are."""
    given = [values.target(*origin) for origin in found.origins if not is_none(origin[1])]
    declared = [_instance(values, kind) for value in found.values for kind in value - NONE]
    is_told = bool(given or declared or found.definitions)
    defined = Target(definitions=found.definitions, known=found.known and is_told)
    return merged([*given, *declared, defined])._replace(fails=found.fails)


def _called(values: Inference, module: Module, node: ast.expr | ast.arg) -> Target:
    """What calling a value runs, by its type: `__call__` of a class of the project, or what makes one."""
    if isinstance(node, ast.arg):
        name = next((n for n in names_of(module).uses(names_of(module).binding(node))), None)
        if name is None:
            return NOBODY_KNOWS
        node = name
    kinds = values.seen(module, node) - NONE
    return merged(_instance(values, kind) for kind in kinds) if kinds else NOBODY_KNOWS


def _instance(values: Inference, kind: Type) -> Target:
    """What calling an instance of a type runs."""
    if kind in NOTHING:
        return NOT_YET
    if kind.name == "type" and kind.arguments:
        made = [inner.definition for inner in kind.arguments[0]]
        declared = bool(kind.assumed)  # `type[Base]` is any class below as well
        return Target(definitions=tuple(d for d in made if d), known=all(made), below=declared)
    if kind.definition:
        return values.member(kind.definition, "__call__")
    fact = values.fact_of(kind.name, "__call__")
    return Target(facts=(fact,)) if fact else NOBODY_KNOWS


def _made(values: Inference, module: Module, instance: ast.expr) -> Target:
    """`type(instance)(…)` or `instance.__class__(…)`."""
    kinds = values.seen(module, instance)
    made = [kind.definition for kind in kinds]
    return Target(definitions=tuple(d for d in made if d), known=bool(made) and all(made), below=True)


def _of_table(values: Inference, module: Module, table: ast.expr) -> Target | None:
    """What `TABLE[key](…)` calls, where the table is written out: any of its values."""
    for where, display in _displays(values, module, table):
        parts = display.values if isinstance(display, ast.Dict) else display.elts
        if 0 < len(parts) <= _MOST_VALUES:
            return merged(_held(values, (where, part)) for part in parts)._replace(known=False)
    return None


def _displays(
    values: Inference, module: Module, table: ast.expr
) -> list[tuple[Module, ast.Dict | ast.List | ast.Tuple]]:
    """The displays that an expression may stand for."""
    if isinstance(table, (ast.Dict, ast.List, ast.Tuple)):
        return [(module, table)]
    origins: list[tuple[Module, ast.expr]] = []
    if isinstance(table, ast.Name):
        parents = (module.parent(binding.node) for binding in reaching(module, table))
        origins = [(module, p.value) for p in parents if isinstance(p, ast.Assign)]
    elif isinstance(table, ast.Attribute):
        origins = [*attribute(values, module, table).origins]
    return [(where, o) for where, o in origins if isinstance(o, (ast.Dict, ast.List, ast.Tuple))]


def _is_set_before(module: Module, node: ast.Attribute) -> bool:
    """Whether the function sets or reads the attribute above this place, or has asked `hasattr`."""
    function, text = module.function(node), spelled(node)
    stores = [s for s in stores_of(module).attributes(node.attr) if module.function(s) is function]
    above = [store for store in stores if store.lineno < node.lineno and spelled(store) == text]
    if above and not any(isinstance(store.ctx, ast.Del) for store in above):
        return True
    if was_read(module, node):
        return True
    asked = f"hasattr({spelled(node.value)}, {node.attr!r})"
    return holds_any(module, node, (asked, text))
