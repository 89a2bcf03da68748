"""What has to change together so that a function that ends the process returns a bool instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.layout import is_test
from codemods.model import Applicability, Edit, Fix, Import
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.project import Definition, Project, Reference, Where, may_bind
from codemods.pythons import pythons_of
from codemods.remedies.exit_in_library.bool_function import (
    after_line,
    check_shape,
    convert,
    is_meant_to_end,
    speaks_of_exit,
)
from codemods.remedies.exit_in_library.by_name import check_names
from codemods.remedies.exit_in_library.entry_points import is_entry_point, runs_at_import
from codemods.remedies.exit_in_library.exits import Refused, exits_of
from codemods.remedies.exit_in_library.prefixed import put_before
from codemods.remedies.exit_in_library.ways_out import catcher, check_way_out

_MOST_HOPS = 5  # a longer chain of functions that only pass a False on wants an exception instead


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be done about one function."""

    fix: Fix | None = None
    reason: str | None = None
    evidence: tuple[str, ...] = ()


class Change:
    """All functions that must return a bool together, and all callers that must look at it.

    Raises Refused when it cannot be made.
    """

    def __init__(self, project: Project, starts: Sequence[Definition]) -> None:
        self.starts = sorted(starts, key=lambda d: (d.module.path, d.node.lineno))
        self._project = project
        self._exit = exits_of(self.starts[0])[0]
        self._edits: list[Edit] = []
        self._imports: set[Import] = set()
        self._callers: list[str] = []
        self._passed_on: list[ast.stmt] = []  # calls that end a function: their result is its own
        self._members: dict[Function, Definition] = {}
        waiting = [(start, 0) for start in self.starts]
        for definition, distance in waiting:  # grows on the way
            try:
                callers = self._take(definition, distance)
            except Refused as refusal:
                if not distance:
                    raise
                caller = f"`{definition.node.name}` at {definition.module.path}:{definition.node.lineno}"
                raise Refused(f"its caller {caller} cannot pass a False on: {refusal}") from None
            waiting += [(caller, distance + 1) for caller in callers]
        for function, definition in self._members.items():
            statements = [way.statement for way in exits_of(definition)]
            older = pythons_of(self._project).python_2(definition.module.path) is not None
            self._edits += convert(
                definition.module, function, statements, self._passed_on, for_python_2=older
            )

    def also_called(self) -> list[Definition]:
        """Other functions that exit, which the functions of this change call."""
        found: dict[Definition, None] = {}
        for member in self._members.values():
            for call in member.module.nodes(ast.Call):
                if member.module.scope(call) is not member.node:
                    continue
                called = self._project.definition(member.module, call.func)
                if called and called.node not in self._members and self._exits(called):
                    found[called] = None
        return list(found)

    def answer(self) -> Answer:
        private = all(_is_private(d) for d in self._members.values())
        told = []
        if not private:
            told.append("code outside of this repository that calls it must look at the result now")
        if self._exit.status[1] == 0:
            told.append("the process ends with status 0 there, as before: see whether it should")
        if any(speaks_of_exit(function) for function in self._members):
            told.append("a docstring may still speak of ending the process")
        applicability = Applicability.SAFE if private else Applicability.UNSAFE
        fix = Fix(_merged(self._edits), tuple(sorted(self._imports, key=str)), applicability)
        return Answer(fix, "; ".join(told) or None, tuple(self._callers))

    @property
    def _is_at_once(self) -> bool:
        return self._exit.spelling == "os._exit"

    def _exits(self, definition: Definition) -> bool:
        if not isinstance(definition.node, FUNCTIONS):
            return False
        try:
            exits = exits_of(definition)
        except Refused:
            return False
        return bool(exits) and not is_entry_point(self._project, definition)  # which looks further

    def _take(self, definition: Definition, distance: int) -> list[Definition]:
        """Have every caller of the function look at its result; the callers that pass a False on."""
        module, function = definition.module, definition.node
        assert isinstance(function, FUNCTIONS)
        if function in self._members:
            return []
        self._members[function] = definition
        if distance > _MOST_HOPS:
            raise Refused(
                f"the False comes from more than {_MOST_HOPS} calls away: raise an exception instead"
            )
        exits = exits_of(definition)
        statements = [way.statement for way in exits]
        check_shape(module, function, statements)
        if exits and is_meant_to_end(function):
            raise Refused("it says that ending the process is what it is for: let it raise an exception")
        _check_method(self._project, definition)
        if any(way.status != self._exit.status for way in exits):
            raise Refused(
                "its exits end the process with different statuses or texts, which a bool cannot tell apart"
            )
        for statement in statements:
            check_way_out(module, function, statement, at_once=self._is_at_once)
        calls = self._calls(definition)
        callers = [caller for call in calls if (caller := self._change_call(definition, call))]
        check_names(self._project, definition)
        return callers

    def _calls(self, definition: Definition) -> list[Reference]:
        """The calls of the function, when it is used in no other way. Raises Refused."""
        references, unreadable = self._project.references(definition)
        name = definition.node.name
        if unreadable:
            raise Refused(f"{unreadable[0]} mentions `{name}` and cannot be read")
        for reference in references:
            where = f"{reference.module.path}:{reference.node.lineno}"
            if isinstance(reference.node, ast.Constant):
                raise Refused(f"a string at {where} spells `{name}`, so it may be used by name")
            if not reference.certain:
                raise Refused(f"`{name}` at {where} may be this function or another one")
            if reference.call is None and not isinstance(reference.node, ast.alias):
                raise Refused(f"`{name}` is used as a value at {where}, so not all of its callers are known")
        calls = [r for r in references if r.call]
        if not calls:
            raise Refused(
                "nothing here calls it: raise an exception instead, or leave it to its callers outside"
            )
        return calls

    def _change_call(self, definition: Definition, reference: Reference) -> Definition | None:
        """Have one caller look at the result: exit as before, assert in a test, or give up in turn.

        A caller that gives up in turn is the answer.
        """
        module, call = reference.module, reference.call
        assert call is not None
        where = f"{module.path}:{call.lineno}"
        statement = _standing_alone(module, call, awaited=isinstance(definition.node, ast.AsyncFunctionDef))
        if statement is None:
            raise Refused(f"{where} uses what the call returns, or shares its line with other code")
        if handler := catcher(module, call):
            raise Refused(f"the caller at {where} catches the exit, at line {handler.lineno}")
        function = module.scope(statement)
        if is_test(module.path):
            self._assert(module, statement, where)
        elif isinstance(function, FUNCTIONS) and not is_entry_point(
            self._project, caller := Definition(module, function)
        ):
            self._callers.append(f"{where} calls it and gives up in turn")
            self._pass_on(module, function, statement)
            return caller
        elif not isinstance(function, FUNCTIONS) and runs_at_import(self._project, module, statement):
            raise Refused(f"the caller at {where} runs when it is imported: raise an exception instead")
        else:
            self._callers.append(f"{where} calls it and is where the program begins: the exit moves there")
            self._imports |= set(self._exit.needs(module, statement))
            self._check(module, statement, self._exit.text)
        return None

    def _pass_on(self, module: Module, caller: Function, statement: ast.stmt) -> None:
        check_way_out(module, caller, statement, at_once=self._is_at_once)
        if statement is caller.body[-1]:
            self._passed_on.append(statement)
            self._edits += put_before(module, statement, "return ")
        else:
            self._check(module, statement, "return False")

    def _check(self, module: Module, statement: ast.stmt, otherwise: str) -> None:
        """`call()` becomes `if not call():` and what to do then."""
        margin = module.indentation(statement) + module.indent
        self._edits += (
            *put_before(module, statement, "if not "),
            module.edit(module.end(statement), module.end(statement), ":"),
            after_line(module, statement, f"\n{margin}{otherwise}"),
        )

    def _assert(self, module: Module, statement: ast.stmt, where: str) -> None:
        blocks = [n for n in module.ancestors(statement) if isinstance(n, (ast.With, ast.AsyncWith))]
        raising = any("raises" in ast.unparse(item.context_expr).lower() for b in blocks for item in b.items)
        if raising or b"SystemExit" in module.data or b"sys.exit" in module.data:
            raise Refused(f"{where} is a test, and its file expects exits")
        self._callers.append(f"{where} is a test: it asserts the result")
        self._edits += put_before(module, statement, "assert ")


def _standing_alone(module: Module, call: ast.Call, *, awaited: bool) -> ast.stmt | None:
    """The statement that is nothing but the call (or its await), on lines of its own."""
    value: ast.AST | None = call
    if awaited:
        value = module.parent(call)
        if not isinstance(value, ast.Await):
            return None
    statement = module.parent(value) if value else None
    if not isinstance(statement, ast.Expr) or not module.starts_line(statement):
        return None
    behind = module.data[module.end(statement) :].partition(b"\n")[0].strip()
    return statement if not behind or behind.startswith(b"#") else None


def _check_method(project: Project, definition: Definition) -> None:
    """Raises Refused for a method that another class may define too, or that a framework may call."""
    module, owner = definition.module, definition.module.scope(definition.node)
    if not isinstance(owner, ast.ClassDef):
        return
    family, strangers = project.ancestry(Definition(module, owner))
    if strangers:
        raise Refused(f"its class inherits from {strangers[0]}, which may call it or define it too")
    name = definition.node.name
    family |= _joined_with(project, owner)
    for other in project.mentioning(name, where=lambda _, data: may_bind(data, name))[0]:
        for above in other.nodes(ast.ClassDef):
            twins = [
                b for b in names_of(other).bindings_in(above).get(name, []) if b.node is not definition.node
            ]
            if not twins:
                continue
            relatives, unknown = project.ancestry(Definition(other, above))
            if relatives & family or owner.name in [u.rpartition(".")[2] for u in unknown]:
                raise Refused(f"`{above.name}` at {other.path}:{above.lineno} defines `{name}` too")


def _joined_with(project: Project, owner: ast.ClassDef) -> set[ast.AST]:
    """The classes that derive from the class, and all that they derive from beside it."""
    joined: set[ast.AST] = set()
    names = [owner.name]
    for name in names:  # grows on the way
        for module in project.mentioning(name, where=_deriving(name))[0]:
            for below in module.nodes(ast.ClassDef):
                family, _ = project.ancestry(Definition(module, below))
                if below is not owner and owner in family:
                    joined |= family
                    names += [below.name] if below.name not in names else []
    return joined


def _deriving(name: str) -> Where:
    """Whether a class of a file may derive from one of that name, by its text: also by another name."""
    word = re.escape(name.encode())
    bases = rb"\((?:#[^\n]*+|[^:#]|:(?!\s*\n)){0,500}"  # up to where the body begins, whatever comments say
    head = re.compile(rb"\bclass\s+\w+\s*%s\b%s\b|\b%s[ \t]+as\b" % (bases, word, word))
    return lambda _, data: not name.isascii() or head.search(data) is not None


def _is_private(definition: Definition) -> bool:
    """Whether nobody outside calls it; a private method may be overridden outside, and return nothing."""
    scope = definition.module.scope(definition.node)
    private = scope is definition.module.tree and definition.node.name.startswith("_")
    return private or isinstance(scope, FUNCTIONS)


def _merged(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits, insertions at one place joined in the order they were made."""
    insertions: dict[tuple[str, int], bytes] = {}
    others = []
    for edit in edits:
        if edit.start == edit.end:
            key = (edit.path, edit.start)
            insertions[key] = insertions.get(key, b"") + edit.replacement
        else:
            others.append(edit)
    return tuple(sorted([*others, *(Edit(p, at, at, text) for (p, at), text in insertions.items())]))
