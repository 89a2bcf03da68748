"""The type of what a call gives back."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.exceptions.fact import Fact
from codemods.exceptions.types import notation
from codemods.exceptions.types.classes.bases import owner_of
from codemods.exceptions.types.functions.decorators import is_context_manager, strange_decorators
from codemods.exceptions.types.functions.endings import results_of
from codemods.exceptions.types.functions.passing import WITH_DEFAULT, from_container, passed_on
from codemods.exceptions.types.functions.signatures import given_at, given_instead, overloads_asked_for
from codemods.exceptions.types.kinds import WRAPPERS, element, element_of, join, plain
from codemods.exceptions.types.library.documents import has_own_target, of_document, of_payload
from codemods.exceptions.types.library.factories import of_factory
from codemods.exceptions.types.library.files import OPENERS, of_archive, of_file
from codemods.exceptions.types.library.groups import of_group, of_matches
from codemods.exceptions.types.library.processes import of_communicate, of_output
from codemods.exceptions.types.library.records import of_record
from codemods.exceptions.types.notation import ANY, NONE, NOTHING, UNKNOWN, Type, Value, known
from codemods.exceptions.types.targets import NOT_YET, Inference
from codemods.exceptions.types.type_variables import of_fact
from codemods.module import Module
from codemods.names import names_of
from codemods.project import Definition

_RUNNING = ("subprocess.run", "subprocess.check_output", "subprocess.Popen")
_SELF = ("typing.Self", "typing_extensions.Self")
_CASTS = ("typing.cast", "typing_extensions.cast")
_ADDRESSES = {  # of a host and its port; what IPv6 adds are numbers too
    "socket.AF_INET": plain("tuple", plain("str"), plain("int")),
    "socket.AF_INET6": plain("tuple", plain("str"), plain("int"), plain("int"), plain("int")),
}
_OF_ADDRESS = ("socket.socket.getsockname", "socket.socket.getpeername")


def of_call(values: Inference, module: Module, node: ast.Call) -> Value:
    """What a call gives, by what is called and what it gets."""
    target = values.target(module, node.func)
    if not target.found:
        return NOTHING if target == NOT_YET else UNKNOWN
    if any(has_own_target(values, module, node, fact.name) for fact in target.facts):
        return UNKNOWN
    if any(fact.name in _RUNNING for fact in target.facts):
        return of_output(target.facts[0].name, node)
    only = target.facts[0] if len(target.facts) == 1 else None
    if only and (told := _by_arguments(values, module, node, only)) is not None:
        return told
    if target.facts and target.facts[0].name in _CASTS and len(node.args) == 2:
        return notation.of(values.project, module, node.args[0])
    facts = _of_facts(values, module, node, target.facts)
    if only and facts[0]:
        facts = [join([facts[0], *_instead(values, module, node, only)])]
    asked = overloads_asked_for(values.project, module, node, target.definitions)
    given = [*facts, *target.makes, *(of_result(values, definition) for definition in asked)]
    return join(given if target.known else [*given, UNKNOWN])


def _by_arguments(values: Inference, module: Module, call: ast.Call, fact: Fact) -> Value | None:
    """What a call gives of something in the tables that gives another type for other arguments.

    None for all other calls, and where these are not written out.
    """
    match fact.name:
        case opener if opener in OPENERS:
            return _reading(values, module, call, fact, of_file(call, opener))
        case "collections.defaultdict" if call.args:
            return of_factory(values, module, call.args[0])
        case "subprocess.Popen.communicate":
            assert isinstance(call.func, ast.Attribute)
            return of_communicate(values.seen(module, call.func.value)) or None
        case "zipfile.ZipFile":
            return of_archive(call)
        case "email.message.Message.get_payload":
            return of_payload(call)
        case "re.Match.group":
            return of_group(values, module, call, of_fact(values, module, call, fact))
    found = _of_socket(values, module, call, fact) or of_matches(values, module, call, fact.name)
    return found or of_document(call, fact.name) or of_record(call, fact.name) or None


def _of_facts(values: Inference, module: Module, call: ast.Call, facts: Sequence[Fact]) -> list[Value]:
    """What a call gives by what the tables tell of it, and by what it passes on."""
    if len(facts) == 1 and (passed := passed_on(values, module, call, facts[0].name)):
        found = [passed]
    elif facts and (held := _of_container(values, module, call)):
        found = [held]
    else:
        found = [of_fact(values, module, call, fact) for fact in facts]
    if len(facts) == 1 and facts[0].returns in WRAPPERS:
        found = [_reading(values, module, call, facts[0], found[0])]
    return found


def _of_container(values: Inference, module: Module, call: ast.Call) -> Value:
    """What a method of a container gives, by what that holds."""
    if not isinstance(call.func, ast.Attribute):
        return UNKNOWN
    has_default = call.func.attr in WITH_DEFAULT and len(call.args) > 1
    default = values.seen(module, call.args[1]) if has_default else NONE
    return from_container(values.seen(module, call.func.value), call, default)


def _of_socket(values: Inference, module: Module, call: ast.Call, fact: Fact) -> Value:
    """A socket, of its family where that is told, and the address of one of the internet."""
    if fact.name == "socket.socket":
        keywords = {keyword.arg for keyword in call.keywords}
        (family, *_) = [*given_at(call, (0, "family")), None]
        told = names_of(module).qualified(family) if family else None if call.args else "socket.AF_INET"
        is_told = told in _ADDRESSES and keywords.isdisjoint((None, "fileno"))
        return plain(fact.name, plain(told)) if told and is_told else UNKNOWN
    if fact.name in _OF_ADDRESS and isinstance(call.func, ast.Attribute):
        families = {family for kind in values.seen(module, call.func.value) for family in _families(kind)}
        if families and families <= _ADDRESSES.keys():
            return join(_ADDRESSES[family] for family in families)
    return UNKNOWN


def _families(kind: Type) -> list[str]:
    """The family that a socket is made for; an empty name where it is not told."""
    return [one.name for family in kind.arguments for one in family] or [""]


def _instead(values: Inference, module: Module, call: ast.Call, fact: Fact) -> list[Value]:
    """What the call gives where it would raise, if it says so: `next(iterator, None)`."""
    return [values.seen(module, one) for one in given_instead(call, fact)]


def _reading(values: Inference, module: Module, call: ast.Call, fact: Fact, made: Value) -> Value:
    """What a call gives, as a type of the stream that it reads, if it gets one."""
    given = [*given_at(call, (*fact.reads, *fact.opens))]
    if not given or not all(kind.name in WRAPPERS for kind in made):
        return made
    stream = join(values.seen(module, one) for one in given)
    return frozenset(kind._replace(arguments=(stream,)) for kind in made)


def of_result(values: Inference, definition: Definition) -> Value:
    """What calling a function or class of the project gives."""
    node = definition.node
    if isinstance(node, ast.ClassDef):
        return notation.instance_of(definition)
    declared = _declared(values, definition)
    if strange_decorators(definition):  # a decorator may give something else
        return ANY | declared
    if declared:
        return declared
    results = results_of(definition)
    yields = [result for result in results if not isinstance(result, ast.Return)]
    if yields:
        return plain("Iterator", join(_yielded(values, definition.module, one) for one in yields))
    given = [values.seen(definition.module, r.value) if r.value else NONE for r in results]
    if given and values.may_end(definition):
        given.append(NONE)
    return join(given) if given else UNKNOWN


def _yielded(values: Inference, module: Module, node: ast.Yield | ast.YieldFrom) -> Value:
    """What the caller of a generator gets there."""
    given = values.seen(module, node.value) if node.value else NONE
    return element(given) if isinstance(node, ast.YieldFrom) else given


def _declared(values: Inference, definition: Definition) -> Value:
    assert not isinstance(definition.node, ast.ClassDef)
    if (returns := definition.node.returns) is None:
        return UNKNOWN
    names = names_of(definition.module)
    if names.is_any(returns, *_SELF) and (owner := owner_of(definition)):
        return notation.assuming(notation.instance_of(owner), notation.ANNOTATED)
    if names.is_any(returns, notation.ANY_STR):  # of which that comes back that each call gives
        return ANY
    return notation.of(values.project, definition.module, returns)


def yielded(values: Inference, definition: Definition) -> Value:
    """What `with function() as name` binds, when the function is a context manager by its decorator."""
    node = definition.node
    if isinstance(node, ast.ClassDef) or not is_context_manager(definition):
        return UNKNOWN
    if node.returns is not None:
        return join(
            element_of(k) for k in known(notation.of(values.project, definition.module, node.returns))
        )
    given = [r for r in results_of(definition) if isinstance(r, ast.Yield)]
    found = [values.seen(definition.module, y.value) if y.value else NONE for y in given]
    return join(found) if found else UNKNOWN
