"""What comes of a class itself: of its metaclass, abstract methods, attributes that it lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.exceptions.answer import LIKELY, RARE, Found
from codemods.exceptions.raising.dispatch import read, run
from codemods.exceptions.raising.walk import Context, Visitors, Walk, short
from codemods.exceptions.types.classes.abstract import is_marked, metaclasses_of, refuses_abstract
from codemods.exceptions.types.classes.attributes import bound_in, stores
from codemods.exceptions.types.classes.bases import (
    CHECKING_BASES,
    MAPPED_BASES,
    PLAIN_BASES,
    QUIET_BASES,
    is_enum,
    lineage,
    outer_bases,
    validates,
)
from codemods.exceptions.types.functions.decorators import strange_decorators
from codemods.exceptions.types.targets import Inference, Origin
from codemods.module import FUNCTIONS
from codemods.names import names_of
from codemods.nodes import spelled
from codemods.nodes import walk as walk_nodes
from codemods.project import Definition

_PLAIN_METACLASSES = ("abc.ABCMeta", "enum.EnumMeta", "enum.EnumType")
_SETTING = "collections.UserDict"  # fills an instance by its `__setitem__`
_FILLED_BASES = {
    **dict.fromkeys(("builtins.dict", _SETTING), ("TypeError", "ValueError")),
    **dict.fromkeys(("builtins.list", "builtins.set"), ("TypeError",)),
}
_GROUPS = ("builtins.ExceptionGroup", "builtins.BaseExceptionGroup")
_OF_EVERY_CLASS = {*dir(type), "__annotations__", "__dataclass_fields__", "__match_args__", "__slots__"}


def instance_made(values: Inference, owner: Definition, found: Found) -> None:
    """Note what making an instance raises, whatever the class does itself."""
    classes = lineage(values, owner)[0]
    if _have_metaclass(classes):
        found.missing[f"makes a `{owner.node.name}`, which has a metaclass"] = None
    if refuses_abstract(values, owner):
        left = next((name for one in classes for name in _abstract(values, owner, one)), None)
        if left:
            found.add("TypeError", f"makes a `{owner.node.name}`, whose `{left}` is abstract")


def _have_metaclass(classes: Iterable[Definition]) -> bool:
    """Whether something has a say in the classes that does more than to look for abstract methods."""
    return any(
        not names_of(module).is_any(kind, *_PLAIN_METACLASSES) for module, kind in metaclasses_of(classes)
    )


def by_bases(context: Context, owner: Definition, found: Found) -> None:
    """Note what making an instance raises by the classes above it of others, where it has no `__init__`."""
    for base in outer_bases(context.values, owner):
        if base in MAPPED_BASES:
            found.add(
                "TypeError", f"makes a `{owner.node.name}`: a value may be given for no attribute", RARE
            )
            if validates(context.values, owner):
                found.missing[f"makes a `{owner.node.name}`, which checks what its attributes get"] = None
        elif base in CHECKING_BASES:
            made_of_checked(owner, base, found)
        elif (fact := context.values.fact(base)) and fact.installed and not fact.is_value:
            found.merge(context.installed(fact), f"calls `{fact.name}`")
        elif base in _FILLED_BASES:
            for name in _FILLED_BASES[base]:
                found.add(name, f"makes a `{owner.node.name}` of what may not be for it", RARE)
            setters = context.values.member(owner, "__setitem__").definitions
            for one in setters if base == _SETTING else ():
                found.merge(context.function(one), f"sets what a `{owner.node.name}` is made of")
        elif base not in QUIET_BASES:
            found.missing[f"makes a `{owner.node.name}`, whose base class is unknown"] = None


def made_of_checked(owner: Definition, base: str, found: Found) -> None:
    """Note what a base raises that checks what an instance is made of."""
    name, why = CHECKING_BASES[base]
    found.add(name, f"makes a `{owner.node.name}`: {why}", LIKELY)


def factories(values: Inference, definition: Definition) -> Iterator[Origin]:
    """What makes the first values of attributes: `field(default_factory=load)`, here and in classes above."""
    for one in lineage(values, definition)[0]:
        for statement in one.node.body if isinstance(one.node, ast.ClassDef) else ():
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value:
                yield from ((one.module, maker) for maker in _makers(statement.value))


def _makers(value: ast.expr) -> Iterator[ast.expr]:
    for call in (part for part in walk_nodes([value]) if isinstance(part, ast.Call)):
        yield from (k.value for k in call.keywords if k.arg in ("default_factory", "factory"))
        if spelled(call.func).rpartition(".")[2] == "Factory":  # of attrs
            yield from call.args[:1]


def group_made(walk: Walk, node: ast.Call) -> None:
    """Note that a group of exceptions cannot be made of none: `ExceptionGroup("several", errors)`."""
    names = names_of(walk.module)
    match node.args:
        case [_, errors] if names.is_any(node.func, *_GROUPS) and all(
            isinstance(error, ast.Starred) for error in getattr(errors, "elts", ())
        ):
            walk.found.add("ValueError", f"`{short(node)}`: there may be no exception in it", RARE)


def _abstract(values: Inference, owner: Definition, one: Definition) -> Iterator[str]:
    """The abstract methods of a class that the owner, which is below it, does not define."""
    for node in getattr(one.node, "body", ()):
        if not isinstance(node, FUNCTIONS) or not is_marked(Definition(one.module, node)):
            continue
        if node in {found.node for found in values.member(owner, node.name).definitions}:
            yield node.name


def of_class(walk: Walk, owner: Definition, node: ast.Attribute) -> None:
    """Note what reading or setting an attribute of a class itself raises: `Colour.RED`."""
    if not isinstance(node.ctx, ast.Load):
        if is_enum(walk.values, owner):
            walk.found.add("AttributeError", f"`{short(node)}`: members of an Enum stay as they are", RARE)
        return
    classes, outside = lineage(walk.values, owner)
    if _have_metaclass(classes):
        _of_metaclass(walk, classes, node)
    if any(metaclasses_of(classes)) or not (PLAIN_BASES.issuperset(outside) or is_enum(walk.values, owner)):
        return
    known = any(node.attr in bound_in(one) or any(stores(one, node.attr)) for one in classes)
    set_outside = any(isinstance(a.ctx, ast.Store) for a in walk.module.attributes.get(node.attr, ()))
    if not (known or set_outside or node.attr in _OF_EVERY_CLASS):
        walk.found.add("AttributeError", f"`{short(node)}`: `{owner.node.name}` has none", RARE)


def _of_metaclass(walk: Walk, classes: Iterable[Definition], node: ast.Attribute) -> None:
    """Note what reading an attribute of a class runs of its metaclass: a property, `__getattr__`."""
    for module, kind in metaclasses_of(classes):
        meta = walk.project.definition(module, kind)
        if meta is None or not isinstance(meta.node, ast.ClassDef):
            continue
        run(walk, walk.values.member(meta, "__getattribute__").definitions)
        found = walk.values.member(meta, node.attr).definitions
        read(walk, found)
        if not found and not any(node.attr in bound_in(o) for o in classes):
            run(walk, walk.values.member(meta, "__getattr__").definitions)


def lacks_slot(values: Inference, owner: Definition, name: str) -> bool:
    """Whether all classes from one up write out which attributes there may be, and this is none of them."""
    classes, outside = lineage(values, owner)
    slots = [_slots(one) for one in classes]
    if not {"builtins.object"}.issuperset(outside) or name.startswith("__"):
        return False
    told = {slot for several in slots for slot in several or ()}
    in_body = any(name in bound_in(one) for one in classes)
    return None not in slots and told.isdisjoint({name, "__dict__"}) and not in_body


def _slots(owner: Definition) -> list[object] | None:
    """The `__slots__` of a class, where they are written out."""
    match [binding.node for binding in bound_in(owner).get("__slots__", ())]:
        case [given]:
            parent = owner.module.parent(given)
            whole = parent.value if isinstance(parent, ast.Assign) else None
            parts = whole.elts if isinstance(whole, (ast.Tuple, ast.List)) else [whole]
            names = [part.value for part in parts if isinstance(part, ast.Constant)]
            return [*names] if len(names) == len(parts) else None
    return None


def _class_def(walk: Walk, node: ast.ClassDef) -> None:
    walk.generic_visit(node)
    owner = Definition(walk.module, node)
    if strange_decorators(owner):
        walk.found.missing[f"decorates `{node.name}`"] = None
    classes = lineage(walk.values, owner)[0]
    if node.keywords or _have_metaclass(classes) or "?" in outer_bases(walk.values, owner):
        walk.found.missing[f"defines `{node.name}`, whose metaclass or base is unknown"] = None
    for above in classes[1:]:
        hooks = bound_in(above).get("__init_subclass__", ())
        run(walk, (Definition(above.module, b.node) for b in hooks if isinstance(b.node, FUNCTIONS)))


VISITORS: Visitors = {ast.ClassDef: _class_def}
