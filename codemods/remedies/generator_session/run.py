"""What is put under a `with`, and the words of its header."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TypeAlias

AnyTry: TypeAlias = ast.Try | ast.TryStar


@dataclass(frozen=True, slots=True)
class Run:
    """The siblings `acquire` (its last opens the session) and `body`, which uses it.

    `closing` is the `try` whose `finally` closes: the last of `body`, or the one around the run.
    `closers` are the statements that go.
    """

    acquire: tuple[ast.stmt, ...]
    body: tuple[ast.stmt, ...]
    closers: frozenset[ast.stmt] = frozenset()
    closing: AnyTry | None = None

    @property
    def last(self) -> ast.stmt:
        return self.body[-1] if self.body else self.acquire[-1]

    def nodes(self) -> set[ast.AST]:
        """All nodes of its statements and of those that go."""
        return {node for s in (*self.acquire, *self.body, *self.closers) for node in ast.walk(s)}

    @property
    def is_inside_closing(self) -> bool:
        return self.closing is not None and self.acquire[0] in self.closing.body

    @property
    def handlers_around(self) -> list[ast.stmt | ast.excepthandler]:
        """What the `try` around the run may do behind it, its `finally` aside."""
        if self.closing is None or not self.is_inside_closing:
            return []
        return [*self.closing.handlers, *self.closing.orelse]


@dataclass(frozen=True, slots=True)
class Header:
    """`with callee(arguments of call) as name`; without a name no `as`."""

    call: ast.Call
    callee: str
    name: str | None
    is_async: bool
