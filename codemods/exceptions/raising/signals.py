"""Handlers of signals: what they raise comes out of whatever code is running then."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.facts import fact_used
from codemods.exceptions.raising.walk import Walk, short
from codemods.exceptions.types.functions.signatures import given_at
from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.nodes import walk as walk_nodes

_ALARMS = ("signal.SIGALRM", "signal.SIGVTALRM", "signal.SIGPROF")
_HANDLER = (1, "handler")  # of `signal.signal`
_SETTING_ALARMS = ("signal.alarm", "signal.setitimer")


def interrupted(walk: Walk, fact: Fact, call: ast.Call) -> None:
    """Note what the handler raises that a call sets, or that of the file for the alarm which a call sets."""
    if fact.name == "signal.signal" and _goes_on(walk.module, call):
        handlers = [*given_at(call, _HANDLER)]
    elif fact.name in _SETTING_ALARMS and _sets_alarm(walk.module, call):
        handlers = [*_for_alarms(walk.module)]
    else:
        return
    for handler in handlers:
        if isinstance(handler, ast.Lambda):
            walk.visit(handler.body)
        target = walk.values.target(walk.module, handler)
        for told in target.facts:  # `signal.default_int_handler`
            fact_used(walk, told, handler)
        for definition in target.definitions:
            if isinstance(definition.node, FUNCTIONS):
                walk.found.merge(walk.function(definition), f"`{short(handler)}` handles a signal")


def _goes_on(module: Module, call: ast.Call) -> bool:
    """Whether more than other handlers is behind the call in its block, which a signal may interrupt."""
    block, place = module.siblings(module.statement(call))
    calls = (node for node in walk_nodes(block[place + 1 :], without=FUNCTIONS) if isinstance(node, ast.Call))
    return any(not names_of(module).is_any(one.func, "signal.signal") for one in calls)


def _sets_alarm(module: Module, call: ast.Call) -> bool:
    """Whether the call sets an alarm; with 0 it takes it back."""
    if not names_of(module).is_any(call.func, *_SETTING_ALARMS) or not call.args:
        return False
    seconds = call.args[-1] if len(call.args) == 1 else call.args[1]
    return not (isinstance(seconds, ast.Constant) and not seconds.value)


def alarm_before(module: Module, statement: ast.stmt) -> ast.Call | None:
    """The call that sets an alarm in the same function and before the statement, if there is one."""
    names = names_of(module)
    for name in ("alarm", "setitimer"):
        for use in names.occurrences(name):
            call = module.parent(use)
            if not isinstance(call, ast.Call) or call.func is not use or call.lineno >= statement.lineno:
                continue
            if module.function(call) is module.function(statement) and _sets_alarm(module, call):
                return call
    return None


def _for_alarms(module: Module) -> Iterator[ast.expr]:
    """The handlers that the file sets for alarms."""
    names = names_of(module)
    for call in module.nodes(ast.Call):
        if names.is_any(call.func, "signal.signal") and call.args and names.is_any(call.args[0], *_ALARMS):
            yield from given_at(call, _HANDLER)
