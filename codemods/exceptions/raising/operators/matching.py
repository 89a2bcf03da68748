"""`match`: what holding a value against the patterns raises. What a case binds is told by `patterns`."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import RARE
from codemods.exceptions.raising.dispatch import read, run, runs_own
from codemods.exceptions.raising.operators import operations
from codemods.exceptions.raising.walk import Visitors, Walk, noted, short
from codemods.exceptions.types import notation
from codemods.exceptions.types.flow.patterns import WHOLE, matched, subject
from codemods.exceptions.types.functions.decorators import is_decorated
from codemods.exceptions.types.functions.signatures import DATACLASS
from codemods.names import names_of
from codemods.project import Definition

_BARE_BASES = {"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"}
_PROTOCOLS: dict[type[ast.pattern], tuple[tuple[str, ...], str]] = {
    ast.MatchValue: (("__eq__",), "compares"),
    ast.MatchSequence: (("__len__", "__getitem__"), "takes apart"),
    ast.MatchMapping: (("get", "keys"), "looks up in"),
}


def _case(walk: Walk, node: ast.match_case) -> None:
    if node.guard is not None:
        operations.truth(walk, node.guard)
    walk.generic_visit(node)


def _protocol(walk: Walk, node: ast.MatchValue | ast.MatchSequence | ast.MatchMapping) -> None:
    """Note what the methods of the value raise that a pattern runs; of an unknown one it is assumed."""
    walk.generic_visit(node)
    methods, does = _PROTOCOLS[type(node)]
    asked = _subject_of(walk, node)
    value = subject(walk.values, walk.module, node)
    for kind in notation.ordered(value):
        runs_own(walk, node.value if isinstance(node, ast.MatchValue) else asked, kind, methods, does)
    noted(walk, value)
    if not notation.known(value):
        walk.found.assumed[f"holding `{short(asked)}` against patterns raises nothing"] = None


def _class(walk: Walk, node: ast.MatchClass) -> None:
    """`case Point(x, y=0):` asks isinstance, and reads attributes; one that is missing does not match."""
    walk.generic_visit(node)
    kinds = notation.tested(walk.project, walk.module, node.cls)
    label = f"`case {short(node.cls)}(…)`"
    names = [*node.kwd_attrs]
    for kind in notation.ordered(kinds) if node.patterns else ():
        parts = _parts(kind.definition) if kind.definition else ("",) if kind.name in WHOLE else None
        if parts is None:
            walk.found.guess(f"{label}: nobody knows its parts", "TypeError", confidence=RARE)
        elif len(parts) < len(node.patterns):
            walk.found.add("TypeError", f"{label}: it has {len(parts)} parts")
        else:
            names += parts[: len(node.patterns)]
            for twice in set(node.kwd_attrs).intersection(parts[: len(node.patterns)]):
                walk.found.add("TypeError", f"{label}: `{twice}` stands there twice")
    if not kinds:
        walk.found.guess(f"{label}: its type is unknown", "TypeError", confidence=RARE)
    value = matched(walk.values, walk.module, node, subject(walk.values, walk.module, node))
    for definition in (kind.definition for kind in notation.ordered(value)):
        for name in names if definition else ():
            assert definition
            found = walk.values.member(definition, name)
            read(walk, found.definitions)
            if not found.found:
                run(walk, walk.values.member(definition, "__getattr__").definitions)


def _parts(definition: Definition) -> tuple[str, ...] | None:
    """The attributes that the patterns in parentheses stand for; None where that is unclear."""
    assert isinstance(definition.node, ast.ClassDef)
    names = names_of(definition.module)
    match [binding.node for binding in names.bindings_in(definition.node).get("__match_args__", ())]:
        case [given]:
            parent = definition.module.parent(given)
            value = parent.value if isinstance(parent, ast.Assign) else None
            parts = value.elts if isinstance(value, ast.Tuple) else None
            return (
                tuple(str(p.value) if isinstance(p, ast.Constant) else "" for p in parts) if parts else None
            )
    if not all(names.is_any(base, *_BARE_BASES) for base in definition.node.bases):
        return None
    decorators = definition.node.decorator_list
    if is_decorated(definition, DATACLASS):
        fields = [s.target for s in definition.node.body if isinstance(s, ast.AnnAssign)]
        plain = all(isinstance(d, (ast.Name, ast.Attribute)) for d in decorators)
        return tuple(f.id for f in fields if isinstance(f, ast.Name)) if plain else None
    return () if not decorators else None


def _subject_of(walk: Walk, node: ast.AST) -> ast.expr:
    statement = next(above for above in walk.module.ancestors(node) if isinstance(above, ast.Match))
    return statement.subject


VISITORS: Visitors = {
    ast.match_case: _case,
    **dict.fromkeys(_PROTOCOLS, _protocol),
    ast.MatchClass: _class,
}
