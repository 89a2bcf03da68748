"""What an argument without an annotation gets: what the calls of its function in the project give.

Only of functions that are called and used for nothing else: who passes a function on, decorates it or looks
it up by name may call it with anything. Of a function that others can import it is an assumption that they
do not call it with other types. What tests give counts for nothing: it is made up.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.types.classes.bases import above, inherits_nothing, owner_of
from codemods.exceptions.types.functions.decorators import strange_decorators
from codemods.exceptions.types.functions.signatures import Unclear, call_of, given, is_none_by_default
from codemods.exceptions.types.kinds import join, loosened
from codemods.exceptions.types.notation import ANY, CALLED, NONE, UNKNOWN, Value, assuming, known
from codemods.exceptions.types.targets import Call, Callers, Inference, Origin
from codemods.layout import is_test
from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.project import Definition, Project, Reference

_MOST_FILES = 12  # that speak of a function
_MOST_CALLS = 12
_STARTERS = ("threading.Thread", "multiprocessing.Process")
# What calls a function later with the rest of its own arguments, by the place of the function.
_HANDS_ON = {"submit": 0, "to_thread": 0, "run_in_executor": 1, "call_soon": 0, "call_soon_threadsafe": 0}

_TYPED = ast.Constant("typed")  # some text


def passed(values: Inference, module: Module, argument: ast.arg) -> Value:
    """The types that an argument gets of all calls; ANY among them where it may get others."""
    origins, assumed = origins_of(values, module, argument)
    if not origins:
        return NONE | ANY if is_none_by_default(module, argument) else UNKNOWN
    value = loosened(join(values.seen(*origin) for origin in origins))
    return assuming(value, CALLED) if assumed else value


def origins_of(values: Inference, module: Module, argument: ast.arg) -> tuple[list[Origin], bool]:
    """What all calls give an argument, and whether others may call who are not seen; nothing if unclear."""
    arguments = module.parent(argument)
    function = module.parent(arguments) if isinstance(arguments, ast.arguments) else None
    if not isinstance(function, FUNCTIONS):
        return [], False
    definition = Definition(module, function)
    callers = values.callers(definition)
    try:
        origins = [given(call, definition, argument) for call in callers.calls]
    except Unclear:
        return [], False
    return [origin for origin in origins if origin], callers.assumed


# -- who calls it ---------------------------------------------------------------------------------------


def callers_of(values: Inference, definition: Definition) -> Callers:
    """All calls of a function of the project, if they can be seen; those of tests are left out."""
    try:
        return _callers(values, definition)
    except Unclear:
        return Callers()


def _callers(values: Inference, definition: Definition) -> Callers:
    module, function = definition.module, definition.node
    owner = owner_of(definition)
    meant = owner if owner and function.name == "__init__" else definition
    if is_test(module.path) or not _is_plain(definition) or not _is_plain(meant):
        raise Unclear
    if owner and not _is_own_method(values, owner, function.name):
        raise Unclear
    references = _references(values, meant)
    calls = [
        call
        for one in references
        if _may_mean(values, one, owner)
        for call in _calls_at(values, one, definition)
    ]
    if len(calls) > _MOST_CALLS:
        raise Unclear
    elsewhere = any(one.module is not module for one in references)
    hidden = _is_local(meant) or _is_private(values.project, meant.node.name)
    return Callers(tuple(calls), assumed=elsewhere or not hidden)


def _is_plain(definition: Definition) -> bool:
    """Whether the name means just this, and nothing else is put in its place."""
    bindings = names_of(definition.module).bindings_in(definition.module.scope(definition.node))
    return len(bindings.get(definition.node.name, ())) == 1 and not strange_decorators(definition)


def _is_local(definition: Definition) -> bool:
    return isinstance(definition.module.scope(definition.node), FUNCTIONS)


def _is_private(project: Project, name: str) -> bool:
    """Whether it is for the project's own files, and no test speaks of it: one that calls it may go on so."""
    return name.startswith("_") and not any(map(is_test, project.paths_mentioning(name)))


def _is_own_method(values: Inference, owner: Definition, name: str) -> bool:
    """Whether only calls by this name run the method: no class above calls its own, no name is made up."""
    if name == "__init__":
        return not _makes_itself(owner)
    if name.startswith("__") or _looks_up_names(owner.module):
        return False
    if name.startswith("_"):
        return not above(values, owner, name).definitions
    return inherits_nothing(values, owner, name)


def _makes_itself(owner: Definition) -> bool:
    """Whether a class makes instances by another name: `cls(…)`, `type(self)(…)`, `self.__class__(…)`."""
    return any(
        owner.node in owner.module.ancestors(call)
        for call in owner.module.nodes(ast.Call)
        if isinstance(call.func, ast.Call)
        or (isinstance(call.func, ast.Name) and call.func.id == "cls")
        or (isinstance(call.func, ast.Attribute) and call.func.attr == "__class__")
    )


def _looks_up_names(module: Module) -> bool:
    """Whether the file calls what it finds by a name that is put together: `getattr(self, "on_" + kind)`."""
    for mention in names_of(module).mentions("getattr"):
        call = module.parent(mention)
        if isinstance(call, ast.Call) and not (len(call.args) > 1 and isinstance(call.args[1], ast.Constant)):
            return True
    return False


def _references(values: Inference, definition: Definition) -> list[Reference]:
    """What means the definition or may mean it outside of tests, if nobody else can know of it."""
    module, name = definition.module, definition.node.name
    if _is_local(definition):
        uses = names_of(module).uses(names_of(module).binding(definition.node))
        return [Reference(module, use, certain=True) for use in uses]
    paths = values.project.paths_mentioning(name, tests=False)
    if len(paths) > _MOST_FILES or b"globals()" in module.data:
        raise Unclear
    references, unreadable = values.project.references(definition, tests=False)
    if unreadable:
        raise Unclear
    return references


def _may_mean(values: Inference, reference: Reference, owner: Definition | None) -> bool:
    """Whether it may mean the method of this class: not when it is known to be one of another type."""
    node = reference.node
    if reference.certain or not isinstance(node, ast.Attribute) or owner is None:
        return True
    kinds = values.seen(reference.module, node.value)
    return not known(kinds) or any(kind.definition for kind in kinds)


def _calls_at(values: Inference, reference: Reference, function: Definition) -> Iterator[Call]:
    """The call that a reference is part of. Raises Unclear where it is something else than a call."""
    module, node, call = reference.module, reference.node, reference.call
    if isinstance(node, (ast.alias, ast.Constant)):
        if isinstance(node, ast.Constant) and "__all__" not in module.source(module.statement(node)):
            raise Unclear
        return
    if _is_only_named(module, node, is_class=function.node.name == "__init__"):
        return
    yield call_of(values.project, module, call, function) if call else _handed_on(values, module, node)


def _is_only_named(module: Module, node: ast.expr, *, is_class: bool) -> bool:
    """Whether a class is only spoken of: in an annotation, a test, before a dot."""
    above = module.parent(node)
    while isinstance(above, (ast.Subscript, ast.BinOp, ast.Tuple)):
        node, above = above, module.parent(above)
    match above:
        case ast.Attribute():
            return is_class
        case ast.arg() | ast.ExceptHandler() | ast.MatchClass():
            return True
        case ast.AnnAssign(annotation=annotation):
            return annotation is node
        case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
            return returns is node
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, tested]):
            return tested is node
    return False


def _handed_on(values: Inference, module: Module, node: ast.expr) -> Call:
    """The call that somebody else makes of a function: `pool.submit(function, 1)`, `Thread(target=…)`."""
    above = module.parent(node)
    match above:
        case ast.Call(func=ast.Attribute(attr=name), args=args, keywords=keywords) if name in _HANDS_ON:
            place = _HANDS_ON[name]
            if len(args) > place and args[place] is node:
                return Call(module, args[place + 1 :], keywords)
        case ast.keyword(arg="target"):
            call = module.parent(above)
            if isinstance(call, ast.Call) and names_of(module).is_any(call.func, *_STARTERS):
                return _started(module, call)
        case ast.keyword(arg="type") if _takes_option(values, module, module.parent(above)):
            return Call(module, [_TYPED], [])
    raise Unclear


def _takes_option(values: Inference, module: Module, call: ast.AST | None) -> bool:
    """Whether it adds an argument to a parser of argparse, whose type gets what was typed for it.

    That of others, as of flask_restful, gets data of any type.
    """
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    facts = values.target(module, call.func).facts
    return any(fact.name == "argparse.ArgumentParser.add_argument" for fact in facts)


def _started(module: Module, call: ast.Call) -> Call:
    """What a thread gives its function."""
    options = {keyword.arg: keyword.value for keyword in call.keywords}
    given = options.get("args", ast.Tuple([]))
    if call.args or None in options or "kwargs" in options or not isinstance(given, (ast.Tuple, ast.List)):
        raise Unclear
    return Call(module, given.elts, [])
