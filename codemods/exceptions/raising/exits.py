"""What `except Exception` does not catch: where a program exits, and Ctrl-C where it waits.

Only what leads there is looked at, above all calls; values count where they say what is called, and what
classes do behind operators and loops is left out. That costs a part of the whole answer. Exceptions are in it
where they are on the way.
"""

from __future__ import annotations

import ast

from codemods.exceptions.fact import Fact
from codemods.exceptions.raising import classes, handlers, managers, other_code, statements
from codemods.exceptions.raising.calls import passed_on, unknown_called
from codemods.exceptions.raising.dispatch import run
from codemods.exceptions.raising.facts import fact_used, waits_for_person
from codemods.exceptions.raising.handed import functions_given
from codemods.exceptions.raising.signals import interrupted
from codemods.exceptions.raising.walk import Visitors, Walk, short
from codemods.exceptions.types.results import is_property
from codemods.exceptions.types.targets import Target


def _call(walk: Walk, node: ast.Call) -> None:
    walk.generic_visit(node)
    target = walk.values.target(walk.module, node.func)
    _use(walk, target, node)
    passed_on(walk, target, node)


def _use(walk: Walk, target: Target, node: ast.expr) -> None:
    if target.is_unsure:
        unknown_called(walk, node, f"calls `{short(other_code.called(node))}`")
    for fact in target.facts:
        _of_fact(walk, fact, node)
    run(walk, (*target.definitions, *target.hooks), below=target.below)


def _of_fact(walk: Walk, fact: Fact, node: ast.expr) -> None:
    other_code.run_by(walk, fact, node)
    exits = not all(walk.hierarchy.is_a(name, "Exception") for name in fact.raises)
    if exits or fact.installed or fact.untold or waits_for_person(fact):
        fact_used(walk, fact, node)
    if isinstance(node, ast.Call):
        interrupted(walk, fact, node)
        for given in functions_given(walk, node, fact).values():
            if not isinstance(given, ast.Lambda):
                _use(walk, walk.values.target(walk.module, given), given)


def _attribute(walk: Walk, node: ast.Attribute) -> None:
    walk.generic_visit(node)
    if walk.outline.has_property(node.attr):
        found = walk.values.attribute(walk.module, node).definitions
        run(walk, (definition for definition in found if is_property(definition)))


def _while(walk: Walk, node: ast.While) -> None:
    walk.generic_visit(node)
    statements.endless(walk, node)


VISITORS: Visitors = {
    **classes.VISITORS,
    **handlers.VISITORS,
    **managers.VISITORS,
    **statements.DEFINING,
    ast.Call: _call,
    ast.Attribute: _attribute,
    ast.While: _while,
}
