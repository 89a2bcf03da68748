"""Which argument of a function gets what of a call, and whether the call fits the function at all."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from codemods.exceptions.fact import Fact
from codemods.exceptions.types.functions.decorators import is_decorated, maker_of, plain_names
from codemods.exceptions.types.targets import Call, Origin
from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.nodes import is_none, spelled
from codemods.project import Definition, Project

DATACLASS = "dataclasses.dataclass"
NAMED_TUPLES = ("typing.NamedTuple", "typing_extensions.NamedTuple")
_OVERLOAD = ("typing.overload", "typing_extensions.overload")


class Unclear(Exception):
    """Nobody sees what is given: it is spread out of a list or dict, or given by somebody else."""


def call_of(project: Project, module: Module, call: ast.Call, function: Definition) -> Call:
    """The call, without the instance where that is written out: `Class.method(instance, 1)`."""
    match call.func:
        case ast.Attribute(value=holder, attr=name) if name == function.node.name:
            explicit = bound_to(function) == "instance" and is_class(project, module, holder)
            return Call(module, call.args[1:] if explicit else call.args, call.keywords)
    return Call(module, call.args, call.keywords)


def is_class(project: Project, module: Module, node: ast.expr) -> bool:
    """Whether an expression is the name of a class of the project."""
    found = project.definition(module, node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    return found is not None and isinstance(found.node, ast.ClassDef)


def bound_to(function: Definition) -> str:
    """What a function is bound to where it is read: an "instance", a "class", or "nothing"."""
    node = function.node
    if not isinstance(node, FUNCTIONS) or not isinstance(function.module.parent(node), ast.ClassDef):
        return "nothing"
    decorators = plain_names(node)
    if "staticmethod" in decorators and node.name != "__new__":
        return "nothing"
    return "class" if "classmethod" in decorators else "instance"


def spreads(parts: Iterable[ast.expr]) -> bool:
    """Whether something is spread out among arguments or in a display: `*values`."""
    return any(isinstance(part, ast.Starred) for part in parts)


def given_at(call: ast.Call, places: Sequence[int | str | None]) -> Iterator[ast.expr]:
    """The arguments at these places, which are positions and keywords."""
    yield from (value for place, value in enumerate(call.args) if place in places)
    yield from (keyword.value for keyword in call.keywords if keyword.arg in places)


def given_instead(call: ast.Call, fact: Fact) -> Iterator[ast.expr]:
    """What the call is to give back instead of an error; `getint(…, fallback=1)` only instead of some."""
    is_fallback = fact.name.startswith("configparser.")
    return given_at(call, (*fact.default, "fallback") if is_fallback else fact.default)


def argument_of(call: ast.Call, place: int | None, keyword: str) -> ast.expr | None:
    """The argument with that keyword, or at that place."""
    by_place = call.args[place : place + 1] if place is not None else []
    found = [k.value for k in call.keywords if k.arg == keyword] or by_place
    return found[0] if found and not isinstance(found[0], ast.Starred) else None


def given(call: Call, function: Definition, argument: ast.arg) -> Origin | None:
    """What a call gives an argument, by default too; None when it does not fit. Raises Unclear."""
    assert isinstance(function.node, FUNCTIONS)
    takes, by_place = function.node.args, _by_place(function)
    if spreads(call.arguments):
        raise Unclear
    if argument in by_place and by_place.index(argument) < len(call.arguments):
        return call.module, call.arguments[by_place.index(argument)]
    for keyword in call.keywords:
        if keyword.arg is None:
            raise Unclear
        if keyword.arg == argument.arg and argument not in takes.posonlyargs:
            return call.module, keyword.value
    default = default_of(takes, argument)
    return (function.module, default) if default else None


def written(call: Call, function: Definition) -> Iterator[tuple[ast.arg, ast.expr]]:
    """What is written in a call, each with the argument that it is for."""
    assert isinstance(function.node, FUNCTIONS)
    by_place = _by_place(function)
    for argument, value in zip(by_place, call.arguments, strict=False):
        if isinstance(value, ast.Starred):
            break
        yield argument, value
    takes = function.node.args
    by_name = {one.arg: one for one in (*takes.args, *takes.kwonlyargs)}
    for keyword in call.keywords:
        if keyword.arg in by_name:
            yield by_name[keyword.arg], keyword.value


def fits(call: Call, function: Definition) -> bool:
    """Whether the function takes so many arguments with these names; what is spread out is taken to fit."""
    assert isinstance(function.node, FUNCTIONS)
    takes = function.node.args
    by_place = _by_place(function)
    spread = spreads(call.arguments)
    named = {keyword.arg for keyword in call.keywords}
    if len(call.arguments) > len(by_place) and not takes.vararg and not spread:
        return False
    by_name = {one.arg for one in (*by_place, *takes.kwonlyargs) if one not in takes.posonlyargs}
    if not takes.kwarg and not named - {None} <= by_name:
        return False
    asked = named & by_name
    filled = by_place[: len(call.arguments)] if not spread else []
    if any(one.arg in asked for one in filled):
        return False
    left = [one for one in (*by_place, *takes.kwonlyargs) if one not in filled and one.arg not in asked]
    return spread or None in named or all(default_of(takes, one) for one in left)


def overloads_asked_for(
    project: Project, module: Module, call: ast.Call, definitions: Sequence[Definition]
) -> list[Definition]:
    """The functions, or in the place of one that has overloads those of them that the call fits."""
    fitting = [
        one for one in definitions if _is_overload(one) and fits(call_of(project, module, call, one), one)
    ]
    told = {_home(one) for one in fitting}
    return fitting + [one for one in definitions if not (_is_overload(one) or _home(one) in told)]


def _is_overload(definition: Definition) -> bool:
    return isinstance(definition.node, FUNCTIONS) and is_decorated(definition, *_OVERLOAD)


def _home(definition: Definition) -> tuple[str, int, str]:
    """Where the function stands, with all of its overloads."""
    parent = definition.module.parent(definition.node)
    return definition.module.path, getattr(parent, "lineno", 0), definition.node.name


def default_of(arguments: ast.arguments, argument: ast.arg) -> ast.expr | None:
    """The default of an argument."""
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return next((default for one, default in pairs if one is argument), None)


def is_none_by_default(module: Module, argument: ast.arg) -> bool:
    """Whether an argument is None where a call does not give it."""
    takes = module.parent(argument)
    return isinstance(takes, ast.arguments) and is_none(default_of(takes, argument))


def fields_of(definition: Definition) -> Definition | None:
    """What a dataclass without bases, or a NamedTuple, takes when it is made, written as a function."""
    module, node = definition.module, definition.node
    if not isinstance(node, ast.ClassDef) or node.keywords:
        return None
    options = _options_of(module, node)
    if options is None or not names_of(module).bindings_in(node).keys().isdisjoint(("__init__", "__new__")):
        return None
    fields = [
        s for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name) and s.simple
    ]
    if any(_is_special(field) for field in fields):
        return None
    takes = [ast.arg(spelled(field.target), field.annotation) for field in fields]
    by_name = "kw_only" in options
    arguments = ast.arguments(
        posonlyargs=[],
        args=[] if by_name else takes,
        kwonlyargs=takes if by_name else [],
        kw_defaults=[field.value for field in fields] if by_name else [],
        defaults=[] if by_name else [field.value for field in fields if field.value],
    )
    return Definition(module, ast.FunctionDef(node.name, arguments, [], [], None))


def _options_of(module: Module, node: ast.ClassDef) -> set[str | None] | None:
    """The options that a dataclass sets, none for a NamedTuple; None for other classes."""
    match node:
        case ast.ClassDef(bases=[base], decorator_list=[]):
            return set() if names_of(module).is_any(base, *NAMED_TUPLES) else None
        case ast.ClassDef(bases=[], decorator_list=[decorator]):
            options = {k.arg for k in decorator.keywords} if isinstance(decorator, ast.Call) else set()
            is_made = names_of(module).is_any(maker_of(decorator), DATACLASS) and "init" not in options
            return options if is_made else None
    return None


def _is_special(field: ast.AnnAssign) -> bool:
    """Whether a field may be no argument, or none by place: `field(init=False)`, `ClassVar`, `KW_ONLY`."""
    text = ast.unparse(field.annotation)
    special = any(word in text for word in ("ClassVar", "InitVar", "KW_ONLY"))
    return special or isinstance(field.value, ast.Call)


def _by_place(function: Definition) -> Sequence[ast.arg]:
    """The arguments that are given by their place, without the one that a method is bound to."""
    assert isinstance(function.node, FUNCTIONS)
    arguments = function.node.args
    return [*arguments.posonlyargs, *arguments.args][bound_to(function) != "nothing" :]
