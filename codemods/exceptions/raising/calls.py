"""Calls: of the project's functions, of what is in the tables, and what these call in turn."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from codemods.exceptions.answer import CERTAIN, GUESSED, POSSIBLE, RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.hierarchy import BUILTIN_EXCEPTIONS
from codemods.exceptions.raising import other_code
from codemods.exceptions.raising.arguments.by_signature import call_checked
from codemods.exceptions.raising.arguments.by_table import arguments
from codemods.exceptions.raising.arguments.callbacks import Functions, fits_each, functions_given, of_each
from codemods.exceptions.raising.attributes import how_sure
from codemods.exceptions.raising.classes import group_made
from codemods.exceptions.raising.dispatch import by_name, run
from codemods.exceptions.raising.facts import fact_used
from codemods.exceptions.raising.operators import templates
from codemods.exceptions.raising.operators.hashing import arguments_hashed
from codemods.exceptions.raising.other_code import called
from codemods.exceptions.raising.signals import interrupted
from codemods.exceptions.raising.walk import Visitors, Walk, kinds_of, short, type_names
from codemods.exceptions.types.classes.bases import class_of_super, inherits_nothing
from codemods.exceptions.types.functions.decorators import is_property
from codemods.exceptions.types.notation import NONE
from codemods.exceptions.types.other_files import is_held_by_variable, is_variable
from codemods.exceptions.types.targets import Target
from codemods.module import FUNCTIONS
from codemods.names import names_of
from codemods.project import Definition

_OF_TEXT = {"builtins.int", "builtins.float", "builtins.str", "builtins.bytes"}
_PARSING = {"parse_float", "parse_int", "parse_constant"}  # these get a text
_NUMBERS = _OF_TEXT | {"decimal.Decimal", "fractions.Fraction"}
_HOOKS = ("default", "encode", "iterencode", "decode", "raw_decode")
_WITH_PLACES = ("UnicodeDecode", "UnicodeEncode", "UnicodeTranslate", "Syntax", "Indentation", "Tab")
_LINKING = re.compile(
    r"disconnect|connect(_after|_object)?$|un(bind|hook|register|schedule|subscribe)|remove_"
)
_FILE_METHODS = {
    f"io.{kind}.{name}"
    for kind in ("TextIOWrapper", "BufferedReader")
    for name in (
        *("read", "readline", "readlines", "read1", "write", "writelines"),
        *("flush", "seek", "tell", "truncate"),
    )
}


def _call(walk: Walk, node: ast.Call) -> None:
    walk.generic_visit(node)
    if _makes_error(walk, node):
        group_made(walk, node)
        return
    _spread(walk, node)
    target = walk.values.target(walk.module, node.func)
    if isinstance(node.func, ast.Attribute):
        kinds_of(walk, node.func.value)
        if any(fact.name in _FILE_METHODS for fact in target.facts):
            _file(walk, node.func.value)
    if _is_bare_super(walk, node):
        return
    use(walk, target, node, f"calls `{short(node.func)}`")
    if _is_held(walk, target, node.func) and walk.values.seen(walk.module, node.func) >= NONE:
        walk.found.add("TypeError", f"calls `{short(node.func)}`, which may be None", RARE)
    passed_on(walk, target, node)


def _is_held(walk: Walk, target: Target, func: ast.expr) -> bool:
    """Whether a variable holds what is called, or an attribute that is no plain method: `self.on_end()`."""
    if not isinstance(func, ast.Attribute):
        return isinstance(func, ast.Name)
    if any(fact.name.rpartition(".")[2] != func.attr for fact in target.facts):
        return True
    return bool(target.definitions) and walk.values.attribute(walk.module, func).is_value


def is_unknown(walk: Walk, node: ast.Call) -> bool:
    """Whether something may be called of which nobody knows."""
    if _makes_error(walk, node) or _is_bare_super(walk, node):
        return False
    return walk.values.target(walk.module, node.func).is_unsure


def _makes_error(walk: Walk, node: ast.Call) -> bool:
    """Whether it makes an exception of others, which raises nothing."""
    kind = walk.hierarchy.resolve(walk.module, node.func)
    return kind is not None and walk.hierarchy.definition(kind) is None


def _is_bare_super(walk: Walk, node: ast.Call) -> bool:
    """Whether it is `super().__init__(…)` and above the class nothing but builtins has one.

    Or that of a builtin exception by its name: `ValueError.__init__(self, text)`.
    """
    match node.func:
        case ast.Attribute(value=named, attr="__init__") if node.args and _is_error(walk, named):
            return not isinstance(node.args[0], ast.Constant)
        case ast.Attribute(value=asked, attr="__init__" | "__init_subclass__" as name):
            owner = class_of_super(walk.module, asked)
            if owner is None or walk.values.target(walk.module, node.func).definitions:
                return False
            return inherits_nothing(walk.values, owner, name)
    return False


def _is_error(walk: Walk, node: ast.expr) -> bool:
    """Whether it is a builtin exception that takes anything when it is made."""
    holder, _, name = (names_of(walk.module).qualified(node) or "").rpartition(".")
    return holder == "builtins" and name in BUILTIN_EXCEPTIONS and not name.startswith(_WITH_PLACES)


def _file(walk: Walk, file: ast.expr) -> None:
    """Note that a file may be closed which no `with` around has just opened."""
    bindings = names_of(walk.module).bindings(file) if isinstance(file, ast.Name) else []
    items = [walk.module.parent(b.node) for b in bindings]
    around = [one for one in walk.module.ancestors(file) if isinstance(one, (ast.With, ast.AsyncWith))]
    opened = any(item in one.items for one in around for item in items)
    if not opened and not isinstance(file, ast.Call):
        walk.found.add("ValueError", f"`{short(file)}` may be closed", RARE)


def _spread(walk: Walk, node: ast.Call) -> None:
    """Note what `**values` raises: as data the names may not fit, beside others one may be given twice."""
    for keyword in node.keywords:
        if keyword.arg is None:
            kinds = kinds_of(walk, keyword.value)
            if not kinds <= {"dict"} or not kinds:
                walk.found.add("TypeError", f"`**{short(keyword.value)}`: the names may not fit")
            elif len(node.keywords) > 1 and not isinstance(keyword.value, ast.Dict):
                walk.found.add("TypeError", f"`**{short(keyword.value)}`: a name may be given twice", RARE)


def use(walk: Walk, target: Target, node: ast.expr, what: str) -> None:
    """Note what calling a target raises; of one that is known in part, that part."""
    func = called(node)
    holder = func.value if isinstance(func, ast.Attribute) else func
    for why in target.fails:
        walk.found.add("AttributeError", f"{what}: {why}", how_sure(walk, holder, why))
    if target.is_unsure:
        unknown_called(walk, node, what)
        _guessed(walk, node, what)
    walk.found.assumed |= dict.fromkeys(target.assumed)
    outer = walk.apart()
    for fact in target.facts:
        _of_fact(walk, fact, node)
    of_instance = isinstance(func, ast.Attribute) and _is_instance(walk, func.value)
    call = node if isinstance(node, ast.Call) else None
    run(walk, target.definitions, below=target.below, of_instance=of_instance, call=call)
    run(walk, target.hooks, of_instance=of_instance)
    if isinstance(node, ast.Call) and target.known and len(target.definitions) == 1:
        call_checked(walk, node, target.definitions[0])
    if isinstance(node, ast.Call):
        for definition in target.definitions:
            arguments_hashed(walk, node, definition)
    outer.merge(walk.found, most=POSSIBLE if target.is_unsure else CERTAIN)
    walk.found = outer


def _is_instance(walk: Walk, holder: ast.expr) -> bool:
    """Whether it is an instance by which a method is looked up, and neither a class nor `super()`."""
    if isinstance(holder, ast.Call) and names_of(walk.module).is_any(holder.func, "builtins.super"):
        return False
    return any(kind.definition for kind in walk.values.of(walk.module, holder))


def unknown_called(walk: Walk, node: ast.expr, what: str) -> None:
    """Note that nobody knows what is called."""
    func = called(node)
    outside = names_of(walk.module).qualified(func)
    other_code.run_by_unknown(walk, func)
    why = "whose type is unknown"
    if outside and not _is_of_variable(walk, func, outside):
        why = walk.values.why_unknown(outside, walk.module)
    walk.found.missing[f"{what}, {why}"] = None


def _is_of_variable(walk: Walk, func: ast.expr, dotted: str) -> bool:
    """Whether it is a variable of the project, such as one that several files set, or an attribute of one."""
    if is_variable(walk.project, walk.module, dotted):
        return True
    return isinstance(func, ast.Attribute) and is_held_by_variable(walk.project, walk.module, func)


def _guessed(walk: Walk, node: ast.expr, what: str) -> None:
    """Note what a call may raise of which nothing is known but how it is written."""
    func = called(node)
    if names_of(walk.module).qualified(func):
        return
    if isinstance(func, ast.Name):  # a function that was handed in: `cast(value)`
        walk.found.guess(f"{what}, whose type is unknown", "TypeError", "ValueError")
    if isinstance(func, ast.Attribute):
        walk.found.guess(f"{what}, whose type is unknown", "AttributeError", "TypeError", confidence=RARE)
        by_its_name(walk, node)


def by_its_name(walk: Walk, node: ast.expr) -> None:
    """Note what the methods raise that a call of something unknown may mean by its name."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    if walk.thorough and not walk.in_function and not names_of(walk.module).qualified(node.func):
        by_name(walk, node, node.func)


def passed_on(walk: Walk, target: Target, call: ast.Call) -> None:
    """Note what functions of the project may raise that are passed on: whoever gets them may call them.

    Where it is known what is called, that tells what becomes of them; a signal that one is linked to, or
    taken from again, calls it when it is sent.
    """
    told = not all(fact.installed or fact.untold for fact in target.facts)
    links = isinstance(call.func, ast.Attribute) and _LINKING.match(call.func.attr)
    if told or links or not (walk.thorough and walk.found.missing):
        return
    for given, definition in handed_on(walk, call):
        found = replace(walk.function(definition), missing=(), assumed=())
        walk.found.merge(found, f"passes `{short(given)}`", GUESSED)


def handed_on(walk: Walk, call: ast.Call) -> Iterator[tuple[ast.expr, Definition]]:
    """The arguments of a call that mean functions of the project, and these."""
    for given in (*call.args, *(keyword.value for keyword in call.keywords)):
        if isinstance(given, (ast.Name, ast.Attribute)) and isinstance(given.ctx, ast.Load):
            yield from ((given, definition) for definition in _functions_meant(walk, given))


def _functions_meant(walk: Walk, given: ast.Name | ast.Attribute) -> list[Definition]:
    """The functions of the project that a name is, or an attribute that is called like a method of it."""
    if isinstance(given, ast.Attribute) and walk.outline.has_method(given.attr):
        found = [*walk.values.target(walk.module, given).definitions]
    else:
        definition = walk.project.definition(walk.module, given)
        found = [definition] if definition else []
    return [one for one in found if isinstance(one.node, FUNCTIONS) and not is_property(one)]


def _of_fact(walk: Walk, fact: Fact, node: ast.expr) -> None:
    other_code.run_by(walk, fact, node)
    if not isinstance(node, ast.Call):
        fact_used(walk, fact, node)
        return
    if fact_called(walk, fact, node):
        return
    functions = functions_given(walk, node, fact)
    arguments(walk, node, fact, functions)
    interrupted(walk, fact, node)
    _callbacks(walk, node, functions)


def fact_called(walk: Walk, fact: Fact, call: ast.Call) -> bool:
    """Note what a call of something in the tables raises; True where a text that is filled tells it all."""
    if fact.name == "str.format" and (templates.fill_from_many(walk, call) or templates.fill(walk, call)):
        return True
    if fact.name == "builtins.format":
        templates.fill_one(walk, call)
    fact_used(walk, fact, call)
    return fact.fills is not None and templates.fill_with_rest(walk, call, fact.fills)


def _callbacks(walk: Walk, call: ast.Call, functions: Functions) -> None:
    """Note what the functions that it is given raise when it calls them."""
    for place, given in functions.items():
        if isinstance(given, ast.Lambda):
            continue
        kinds = type_names(walk, given)
        target = walk.values.target(walk.module, given)
        if kinds and kinds <= {"str", "bytes", "None"} and not (target.facts or target.definitions):
            continue  # the text that `re.sub` puts in
        use(walk, target, given, f"calls `{short(given)}`")
        of_json = target.definitions if place == "cls" else ()  # more of it is run than `__init__`
        for definition in of_json:
            hooks = (walk.values.member(definition, name).definitions for name in _HOOKS)
            run(walk, (hook for found in hooks for hook in found))
        told_text = _NUMBERS if place in _PARSING else ()
        unfit = [f for f in target.facts if f.name not in told_text and not fits_each(walk, call, f)]
        for name in (name for told in unfit for name in of_each(walk, call, told)):
            walk.found.add(name, f"`{short(given)}` with an argument that does not fit")
        for name in (name for told in unfit for name in told.rare if told.name not in _OF_TEXT):
            walk.found.add(name, f"`{short(given)}` with an argument that is rare", RARE)


VISITORS: Visitors = {ast.Call: _call}
