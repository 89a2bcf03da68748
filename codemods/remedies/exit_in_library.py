"""Functions that end the process although they are no entry point."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.model import Applicability, Edit, Fix, Import
from codemods.module import FUNCTIONS, Function, Module
from codemods.project import Definition, Project, Reference
from codemods.remedies._bool_function import (
    Refused,
    after_line,
    catcher,
    check_shape,
    check_way_out,
    convert,
    speaks_of_exit,
)
from codemods.remedies._entry_points import is_entry_point, is_test
from codemods.remedies._exits import Exit, exit_at, exits_of
from codemods.remedy import Proposal, Remedy

_MOST_FUNCTIONS = 6  # a chain of more functions that only pass a False on wants an exception instead


class ExitInLibrary(Remedy):
    """A function that others call ends the whole process.

    Why
        Whoever calls the function cannot clean up, go on or decide: locks stay held, files stay half
        written, and a test or a server that calls it dies with it. The place that may end a process is
        the entry point.

    Before
        import sys


        def load(settings):
            if "url" not in settings:
                print("no url", file=sys.stderr)
                sys.exit(2)
            print("loaded")


        def main():
            load({})


        if __name__ == "__main__":
            main()

    After
        import sys


        def load(settings) -> bool:
            if "url" not in settings:
                print("no url", file=sys.stderr)
                return False
            print("loaded")
            return True


        def main():
            if not load({}):
                sys.exit(2)


        if __name__ == "__main__":
            main()

    Left alone
        - entry points: what runs under `if __name__ == "__main__"`, console scripts, commands of click,
          typer and argparse, signal handlers, tests, `__main__.py`, files that cannot be imported
        - functions that return values already, generators, properties, overridden methods (manual)
        - functions that never return, whose callers rely on that (manual)
        - exits whose status is computed, or differs from one exit to the next (manual)
        - functions that are passed around, or that a caller uses in an expression (manual)
        - exits inside a `with` that tells an exception from a return, or that a handler catches (manual)

    Applicability
        Every caller is changed with the function, or nothing is; the process ends with the same status as
        before. Safe for a private function (`_name`, or nested). Unsafe for a public one: code outside of
        the repository that calls it would have to look at the result.
    """

    triggers = (b"exit(", b"quit(", b"SystemExit", b"import exit")

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._answers: dict[Function, Answer] = {}

    def visit_Raise(self, node: ast.Raise, module: Module) -> Iterator[Proposal]:
        yield from self._look(node, module)

    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Proposal]:
        yield from self._look(node, module)

    def _look(self, node: ast.Raise | ast.Call, module: Module) -> Iterator[Proposal]:
        function = module.scope(node)
        if exit_at(module, node) is None or not isinstance(function, FUNCTIONS):
            return
        definition = Definition(module, function)
        if is_entry_point(self.project, definition):
            return
        answer = self._answers.get(function)
        if answer is None:
            answer = self._answers[function] = answer_for(self.project, definition)
        message = f"`{function.name}` ends the whole process: its callers can neither clean up nor decide"
        yield Proposal(node, message, answer.fix, answer.reason, answer.evidence)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be done about one function."""

    fix: Fix | None = None
    reason: str | None = None
    evidence: tuple[str, ...] = ()


def answer_for(project: Project, definition: Definition) -> Answer:
    """The fix for a function that exits, or why there is none."""
    try:
        change = Change(project, exits_of(definition)[0])
        change.take(definition)
    except Refused as refusal:
        return Answer(reason=str(refusal))
    return change.answer()


class Change:
    """All functions that must return a bool together, and all callers that must look at it."""

    def __init__(self, project: Project, first: Exit) -> None:
        self._project = project
        self._exit = first
        self._members: dict[Function, Definition] = {}
        self._edits: list[Edit] = []
        self._imports: list[Import] = []
        self._callers: list[str] = []
        self._passed_on: list[ast.stmt] = []  # calls that end a function: their result is its own

    def answer(self) -> Answer:
        private = all(_is_private(d) for d in self._members.values())
        told = (
            [] if private else ["code outside of this repository that calls it must look at the result now"]
        )
        if any(speaks_of_exit(d.node) for d in self._members.values()):
            told.append("a docstring may still speak of ending the process")
        applicability = Applicability.SAFE if private else Applicability.UNSAFE
        fix = Fix(_merged(self._edits), tuple(dict.fromkeys(self._imports)), applicability)
        return Answer(fix, "; ".join(told) or None, tuple(self._callers))

    def take(self, definition: Definition) -> None:
        """Make the function return a bool, and have every caller look at it. Raises Refused."""
        module, function = definition.module, definition.node
        assert isinstance(function, FUNCTIONS)
        if function in self._members:
            return
        self._members[function] = definition
        if len(self._members) > _MOST_FUNCTIONS:
            raise Refused(f"a False would have to travel through more than {_MOST_FUNCTIONS} functions")
        own = exits_of(definition)
        statements = [way.statement for way in own]
        check_shape(module, function, statements)
        _check_method(self._project, definition)
        if any(way.status != self._exit.status for way in own):
            raise Refused("its exits end the process with different statuses, which a bool cannot tell apart")
        for statement in statements:
            check_way_out(module, function, statement)
        for reference in self._calls(definition):
            self._change_call(definition, reference)
        self._edits += convert(module, function, statements, self._passed_on)

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
                raise Refused(f"it is used as a value at {where}, so not all of its callers are known")
        calls = [r for r in references if r.call]
        if not calls:
            raise Refused(
                "nothing here calls it: raise an exception instead, or leave it to its callers outside"
            )
        return calls

    def _change_call(self, definition: Definition, reference: Reference) -> None:
        """Have one caller look at the result: exit as before, assert in a test, or give up in turn."""
        module, call = reference.module, reference.call
        assert call is not None
        where = f"{module.path}:{call.lineno}"
        statement = _standing_alone(module, call, awaited=isinstance(definition.node, ast.AsyncFunctionDef))
        if statement is None:
            raise Refused(f"{where} uses what the call returns, or shares its line with other code")
        if handler := catcher(module, call):
            raise Refused(f"the caller at {where} catches the exit, at line {handler.lineno}")
        caller = module.scope(statement)
        if is_test(module.path):
            self._assert(module, statement, where)
            return
        if isinstance(caller, FUNCTIONS) and not is_entry_point(self._project, Definition(module, caller)):
            self._callers.append(f"{where} calls it and gives up in turn")
            self._pass_on(module, caller, statement)
            return
        self._callers.append(f"{where} calls it and is where the program begins: the exit moves there")
        self._imports += self._exit.needs(module, statement)
        self._check(module, statement, self._exit.text)

    def _pass_on(self, module: Module, caller: Function, statement: ast.stmt) -> None:
        """A caller that is no entry point returns the False in turn."""
        try:
            check_way_out(module, caller, statement)
            if statement is caller.body[-1]:
                self._passed_on.append(statement)
                self._edits.append(module.edit(module.start(statement), module.start(statement), "return "))
            else:
                self._check(module, statement, "return False")
            self.take(Definition(module, caller))
        except Refused as refusal:
            if str(refusal).startswith("its caller"):
                raise
            place = f"{module.path}:{caller.lineno}"
            raise Refused(
                f"its caller `{caller.name}` at {place} cannot pass a False on: {refusal}"
            ) from None

    def _check(self, module: Module, statement: ast.stmt, otherwise: str) -> None:
        """`call()` becomes `if not call():` and what to do then."""
        margin = module.indentation(statement) + module.indent
        self._edits += (
            module.edit(module.start(statement), module.start(statement), "if not "),
            module.edit(module.end(statement), module.end(statement), ":"),
            after_line(module, statement, f"\n{margin}{otherwise}"),
        )

    def _assert(self, module: Module, statement: ast.stmt, where: str) -> None:
        blocks = [n for n in module.ancestors(statement) if isinstance(n, (ast.With, ast.AsyncWith))]
        if any("raises" in ast.unparse(item.context_expr).lower() for b in blocks for item in b.items):
            raise Refused(f"the test at {where} expects the exit")
        self._callers.append(f"{where} is a test: it asserts the result")
        self._edits.append(module.edit(module.start(statement), module.start(statement), "assert "))


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
    siblings, at = module.siblings(statement)
    shared = at + 1 < len(siblings) and siblings[at + 1].lineno == statement.end_lineno
    return None if shared else statement


def _check_method(project: Project, definition: Definition) -> None:
    """Raises Refused for a method that another class may define too, or that a framework may call."""
    module, owner = definition.module, definition.module.scope(definition.node)
    if not isinstance(owner, ast.ClassDef):
        return
    family, strangers = project.ancestry(Definition(module, owner))
    if strangers:
        raise Refused(f"its class inherits from {strangers[0]}, which may call it or define it too")
    name = definition.node.name
    for other in project.mentioning(name)[0]:
        functions: list[Function] = other.nodes(*FUNCTIONS)
        for twin in functions:
            above = other.scope(twin)
            if twin is definition.node or twin.name != name or not isinstance(above, ast.ClassDef):
                continue
            relatives, unknown = project.ancestry(Definition(other, above))
            if above is owner or relatives & family or owner.name in [u.rpartition(".")[2] for u in unknown]:
                raise Refused(f"`{above.name}` at {other.path}:{above.lineno} defines `{name}` too")


def _is_private(definition: Definition) -> bool:
    return definition.node.name.startswith("_") or isinstance(
        definition.module.scope(definition.node), FUNCTIONS
    )


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
