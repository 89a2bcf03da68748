"""Reading, setting and deleting attributes."""

from __future__ import annotations

import ast
import builtins
from itertools import accumulate

from codemods.exceptions.answer import AS_DOCUMENTED, CERTAIN, POSSIBLE, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.platforms import WITH_OTHER_CONSTANTS
from codemods.exceptions.raising.classes import lacks_slot, of_class
from codemods.exceptions.raising.dispatch import read, run
from codemods.exceptions.raising.facts import fact_used
from codemods.exceptions.raising.names import bound
from codemods.exceptions.raising.sure.availability import asks_for, asks_for_platform, asks_for_python
from codemods.exceptions.raising.walk import Visitors, Walk, each_type, is_looked_up, kinds_of, short
from codemods.exceptions.tables import tables
from codemods.exceptions.types.classes.attributes import bound_in
from codemods.exceptions.types.classes.bases import PLAINLY_SET, has_own, lineage, validates
from codemods.exceptions.types.classes.members import describes
from codemods.exceptions.types.flow.narrowing import narrowed
from codemods.exceptions.types.flow.nullness import fails_again
from codemods.exceptions.types.functions.callees import may_be_none
from codemods.exceptions.types.functions.decorators import accessor_of, is_closed_property
from codemods.exceptions.types.functions.signatures import is_class
from codemods.exceptions.types.kinds import LOOSE, plain
from codemods.exceptions.types.notation import NONE
from codemods.exceptions.types.other_files import is_held_by_variable, is_variable
from codemods.exceptions.types.targets import Target
from codemods.exceptions.versions import attribute_lacks, came_or_went
from codemods.names import names_of
from codemods.project import Definition
from codemods.stdlib import STANDARD_MODULES

_PROMISED = ("_fields", "_attributes")  # of named tuples and of `ast.AST`


def _attribute(walk: Walk, node: ast.Attribute) -> None:
    names = names_of(walk.module)
    parent = walk.module.parent(node)
    called = isinstance(parent, ast.Call) and parent.func is node
    dotted = names.qualified(node)
    if dotted and not is_held_by_variable(walk.project, walk.module, node):
        _deleted(walk, node)
        roots = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
        for root in roots:
            bound(walk, root)
        if names.may_be_none(node) and any(_is_left_none(walk, root) for root in roots):
            walk.found.add("AttributeError", f"`{short(node)}`: its module may not be installed")
        if why := attribute_lacks(walk.project, walk.module, node, dotted):
            walk.found.add("AttributeError", f"`{short(node)}` is {why}")
        if not called and not isinstance(parent, ast.ClassDef):  # a base is not called
            _of_import(walk, dotted, node)
        return
    walk.visit(node.value)
    if called:
        return  # the visitor of calls looks the method up
    if is_class(walk.project, walk.module, node.value):
        _deleted(walk, node)
        owner = walk.project.definition(walk.module, node.value)
        if owner:
            of_class(walk, owner, node)
        return
    if is_looked_up(walk, node):
        kinds_of(walk, node.value)
        target = walk.values.attribute(walk.module, node)
        _look_up(walk, target, node)
    if not isinstance(node.ctx, ast.Load):
        _set(walk, node)


def _is_left_none(walk: Walk, name: ast.Name) -> bool:
    """Whether no test around says that an optional module is there: `if certifi:`."""
    return narrowed(walk.project, walk.module, name, plain("types.ModuleType") | NONE) >= NONE


def _of_import(walk: Walk, dotted: str, node: ast.Attribute) -> None:
    """Note what reading an attribute of an imported module, or of what it holds, raises."""
    top, _, rest = dotted.partition(".")
    if fact := walk.values.fact(dotted, walk.module):
        if isinstance(node.ctx, ast.Load) and not _is_kept(walk, fact, node):
            _read(walk, fact, node)
    elif top in WITH_OTHER_CONSTANTS and rest.isupper():
        asked = asks_for_platform(walk, node) or asks_for(walk, node)
        reason = f"`{short(node)}` is not on every platform"
        walk.found.add("AttributeError", reason, RARE if asked else CERTAIN)
    elif top == "sys" and "." not in rest:
        walk.found.add("AttributeError", f"`{short(node)}` is not always set")
    elif rest[:1].isupper() and not came_or_went(dotted) and _is_nowhere(walk, dotted):
        asked = asks_for_python(walk, node) or asks_for_platform(walk, node)
        reason = f"`{short(node)}` is not in the standard library, or not any more, or not on every platform"
        walk.found.add("AttributeError", reason, RARE if asked or asks_for(walk, node) else CERTAIN)
    elif not _is_constant(walk, dotted, node):
        why = walk.values.why_unknown(dotted, walk.module)
        walk.found.guess(f"reads `{short(node)}`, {why}", "AttributeError")


def _is_nowhere(walk: Walk, dotted: str) -> bool:
    """Whether the standard library is sure to have no such name here: `types.ClassType`."""
    return not walk.project.may_shadow(dotted) and walk.values.stubs.lacks(dotted)


def _is_constant(walk: Walk, dotted: str, node: ast.Attribute) -> bool:
    """Whether it is sure to be there: a class, what builtin ones have, a constant, a name of the project."""
    owner, _, last = dotted.rpartition(".")
    top = dotted.partition(".")[0]
    if top == "builtins" and hasattr(getattr(builtins, owner.partition(".")[2], None), last):
        return True
    named_like_one = last[:1].isupper() and (not last.isupper() or top in STANDARD_MODULES)
    if named_like_one and not _is_of_value(walk, dotted):
        return True
    if walk.hierarchy.resolve(walk.module, node) or is_class(walk.project, walk.module, node.value):
        return True
    return is_variable(walk.project, walk.module, dotted) or bool(walk.values.of(walk.module, node))


def _is_of_value(walk: Walk, dotted: str) -> bool:
    """Whether it is read from what a module holds, and no module: `ctypes.windll.kernel32.Sleep`."""
    owners = accumulate(dotted.split(".")[:-1], "{}.{}".format)
    facts = (walk.values.fact(owner, walk.module) for owner in owners)
    return any(fact and not fact.name.rpartition(".")[2][:1].isupper() for fact in facts)


def _set(walk: Walk, node: ast.Attribute) -> None:
    """Note what `value.name = …` raises: nothing on an instance, unless its class has a say in it."""
    names, kinds = kinds_of(walk, node.value), each_type(walk, node.value)
    owners = [kind.definition for kind in kinds if kind.definition]
    others = [tables().fact(kind.name, node.attr) for kind in kinds if not kind.definition]
    settable = [fact for fact in others if fact and fact.settable]
    for fact in settable:
        _set_by_fact(walk, fact, node)
    if len(settable) != len(others) or not kinds:
        told = kinds and not names & LOOSE
        more = ", which is not in the tables" if told else " of a value whose type is unknown"
        walk.found.guess(f"sets `{short(node)}`{more}", "AttributeError")
    if owners:
        _deleted(walk, node)
    for owner in owners:
        frozen = any("frozen" in ast.unparse(d) for d in owner.node.decorator_list) and "is frozen"
        setter = "__delattr__" if isinstance(node.ctx, ast.Del) else "__setattr__"
        checks = validates(walk.values, owner) and "checks what its attributes get"
        if why := frozen or checks or has_own(walk.values, owner, setter):
            walk.found.missing[f"sets `{short(node)}`, and `{owner.node.name}` {why}"] = None
        _set_above(walk, owner, node)
        if owner_of := describes(walk.values, owner, node.attr):
            walk.found.missing[f"sets `{short(node)}`, which `{owner_of}` describes"] = None
        if lacks_slot(walk.values, owner, node.attr):
            walk.found.add("AttributeError", f"`{short(node)}`: its class has no such slot")
        member = walk.values.member(owner, node.attr)
        for by in member.described:
            walk.found.missing[f"sets `{short(node)}`, which `{by}` may describe"] = None
        definitions = member.definitions
        accessor = "deleter" if isinstance(node.ctx, ast.Del) else "setter"
        run(walk, (one for one in definitions if accessor_of(one) == accessor))
        if is_closed_property(definitions, accessor):
            here = {one.node for one in lineage(walk.values, owner)[0]}
            own = [one for one in definitions if one.module.parent(one.node) in here]
            sure = CERTAIN if is_closed_property(own, accessor) else RARE  # of a class below only
            walk.found.add("AttributeError", f"`{short(node)}`: the property has no {accessor}", sure)


def _set_by_fact(walk: Walk, fact: Fact, node: ast.Attribute) -> None:
    """Note what setting an attribute raises that the tables know as one to be set."""
    for name in fact.rare:
        walk.found.add(name, f"sets `{short(node)}`: {fact.source}", RARE)
    if fact.external:
        walk.found.assumed[f"`{fact.name}` {AS_DOCUMENTED}"] = None
    if fact.runs:
        _called_later(walk, node)


def _set_above(walk: Walk, owner: Definition, node: ast.Attribute) -> None:
    """Note what setting an attribute raises that a class of the library above has: `self.daemon = True`."""
    inside, outside = lineage(walk.values, owner)
    if any(node.attr in bound_in(one) for one in inside):
        return
    for base in sorted(PLAINLY_SET.intersection(outside)):
        fact = walk.values.fact_of(base.removeprefix("builtins."), node.attr)
        if fact and fact.settable and isinstance(node.ctx, ast.Store):
            _set_by_fact(walk, fact, node)
        elif fact:
            walk.found.missing[f"sets `{short(node)}`, which `{fact.name}` may describe"] = None


def _called_later(walk: Walk, node: ast.Attribute) -> None:
    """Note what a function raises that a library calls from now on: `parser.optionxform = str`."""
    above = walk.module.parent(node)
    match value := above.value if isinstance(above, ast.Assign) else None:
        case ast.Lambda(body=body):
            walk.visit(body)
        case ast.Name() | ast.Attribute() if (target := walk.values.target(walk.module, value)).known:
            run(walk, target.definitions)
        case _:
            walk.found.missing[f"sets `{short(node)}`, which is called then, to what nobody knows"] = None


def _deleted(walk: Walk, node: ast.Attribute) -> None:
    """Note that what is to be deleted may not be there: `del os.link`, `del self.name`."""
    if isinstance(node.ctx, ast.Del):
        walk.found.add("AttributeError", f"`{short(node)}` may have been deleted, or not been set yet")


def _read(walk: Walk, fact: Fact, node: ast.Attribute) -> None:
    if _is_private(fact):
        reason = f"`{short(node)}` is private: no release is sure to have it"
        walk.found.add("AttributeError", reason, POSSIBLE)
    if fact.is_value or not (fact.installed or fact.untold):
        fact_used(walk, fact, node)


def _is_private(fact: Fact) -> bool:
    """Whether only the stubs know an attribute of the standard library, and its manual promises nothing."""
    last = fact.name.rpartition(".")[2]
    is_named_so = last.startswith("_") and not last.endswith("_") and last not in _PROMISED
    return is_named_so and not fact.external and fact.name not in tables().facts


def _is_kept(walk: Walk, fact: Fact, node: ast.Attribute) -> bool:
    """Whether a function is kept or compared there, and neither called nor handed on to be called.

    What a function of the project does with it is asked there.
    """
    told = walk.values.typed(fact.name)
    is_function = fact.external if told is None else not told.is_value
    if not is_function or fact.is_value or "AttributeError" in fact.raises:
        return False
    match walk.module.parent(node):
        case ast.Call(func=called, args=given) if node in given:
            target = walk.values.target(walk.module, called)
            return bool(target.definitions) and not target.facts
        case parent:
            return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Compare))


def how_sure(walk: Walk, holder: ast.expr, why: str) -> float:
    """How sure an AttributeError is to be meant: of a None it is not that the handler does not expect."""
    return RARE if why == may_be_none(holder) and fails_again(walk.module, holder) else CERTAIN


def _look_up(walk: Walk, target: Target, node: ast.Attribute) -> None:
    if not target.known:
        walk.found.guess(f"reads `{short(node)}` of a value whose type is unknown", "AttributeError")
    for why in target.fails:
        walk.found.add("AttributeError", f"`.{node.attr}`: {why}", how_sure(walk, node.value, why))
    for fact in target.facts:
        _read(walk, fact, node)
    for fact in target.reads:
        fact_used(walk, fact, node)
    for by in target.described:
        walk.found.missing[f"reads `{short(node)}`, which `{by}` may describe"] = None
    read(walk, target.definitions)


VISITORS: Visitors = {ast.Attribute: _attribute}
