"""Functions that end the process although they are no entry point."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.module import FUNCTIONS, Function, Module
from codemods.project import Definition, Project
from codemods.remedies.exit_in_library.chain import Answer, Change
from codemods.remedies.exit_in_library.entry_points import is_entry_point
from codemods.remedies.exit_in_library.exits import Refused, exit_at
from codemods.remedy import Proposal, Remedy


class ExitInLibrary(Remedy):
    """Let a function that others call report failure instead of ending the process.

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
        - functions that return values already, generators, properties, methods with relatives (manual)
        - functions that never return, whose callers rely on that (manual)
        - exits whose status is computed, or differs from one exit to the next (manual)
        - functions that are passed around or looked up by name, that a caller uses in an expression, or
          whose exit a test patches; those that run when a file of a package is imported (manual)
        - functions whose name or docstring begins with what they do to the process: `exit_on_error` (manual)
        - exits inside a `with` that tells an exception from a return, or that a handler catches, and
          `os._exit` inside a `with` or before a `finally` (manual)

    Applicability
        Every caller is changed with the function, or nothing is; the process ends with the same status as
        before. Safe for a private function (`_name`, or nested). Unsafe for a public one and for methods:
        code outside of the repository that calls or overrides it would have to know of the result.
    """

    subject = "Return from library functions instead of exiting"
    is_refactoring = True
    words = (
        r"\bSystemExit\b",
        r"\bsys\.exit\b|\bos\._exit\b",
        r"\bexits? the (?:whole )?(?:process|program|interpreter)",
    )
    triggers = (b"exit(", b"quit(", b"SystemExit", b"import exit")

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._answers: dict[Function, Answer | None] = {}  # None: a program begins there

    def visit_Raise(self, node: ast.Raise, module: Module) -> Iterator[Proposal]:
        yield from self._look(node, module)

    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Proposal]:
        yield from self._look(node, module)

    def _look(self, node: ast.Raise | ast.Call, module: Module) -> Iterator[Proposal]:
        function = module.scope(node)
        if exit_at(module, node) is None or not isinstance(function, FUNCTIONS):
            return
        if function not in self._answers:
            definition = Definition(module, function)
            begins = is_entry_point(self.project, definition)
            self._answers[function] = None if begins else answer_for(self.project, definition)
        if answer := self._answers[function]:
            message = f"`{function.name}` ends the whole process: its callers can neither clean up nor decide"
            yield Proposal(node, message, answer.fix, answer.reason, answer.evidence)


def answer_for(project: Project, definition: Definition) -> Answer:
    """The fix for a function that exits, or why there is none.

    Functions that exit alike and share a caller which passes the False on have one fix together: once
    that caller returns a bool, the others could not be fixed any more.
    """
    try:
        change = Change(project, [definition])
        for other in change.also_called():
            try:
                change = Change(project, [*change.starts, other])
            except Refused:
                continue
    except Refused as refusal:
        return Answer(reason=str(refusal))
    except UnicodeEncodeError:
        return Answer(reason="the encoding of a caller's file cannot hold the message of the exit")
    return change.answer()
