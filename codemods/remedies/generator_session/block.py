"""Putting statements under a `with`: the run of LibCST statements, and the closing that becomes needless."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import libcst as cst

from codemods.model import Edit
from codemods.module import Module
from codemods.remedies.generator_session.run import AnyTry, Header, Run
from codemods.surgery import Block, Statements, rewrite

AnyCstTry: TypeAlias = cst.Try | cst.TryStar


def wrap(module: Module, run: Run, header: Header) -> tuple[Edit, ...]:
    """The edits that put the run under the header and take the closers out."""
    lines = sum(map(module.starts_line, run.body))  # LibCST takes `a; b` as one
    if run.is_inside_closing:
        assert run.closing is not None
        return rewrite(
            module, run.closing, run.closing, lambda block: _Wrapping(block, run, header, lines).around()
        )
    return rewrite(
        module, run.acquire[0], run.last, lambda block: _Wrapping(block, run, header, lines).straight()
    )


class _Wrapping:
    """One rewriting of one block."""

    def __init__(self, block: Block, run: Run, header: Header, lines: int) -> None:
        self.block = block
        self.run = run
        self.header = header
        self.lines = lines
        self.gone = {id(block.find(s, cst.If if isinstance(s, ast.If) else cst.Expr)) for s in run.closers}

    def straight(self) -> Statements:
        return self._wrapped(self.block.statements)

    def around(self) -> Statements:
        """The closing `try` stands around: it goes too when nothing is left for it to do."""
        assert self.run.closing is not None
        outer = self._closing(self.run.closing)
        index = self._index(self.block.statements, outer)
        final, comments = self._open_finally(outer)
        body = self._wrapped(_statements(outer.body))
        if outer.handlers or final:
            kept = outer.with_changes(body=_block(outer.body, body, []), finalbody=final)
            new: Statements = [kept]
        else:
            new = _commented(outer, body)
            comments = [*_footer(outer.body), *comments]
        after = list(self.block.statements[index + 1 :])
        if comments and after:
            after[0] = _led(after[0], comments)
        elif comments:
            new = [*new[:-1], _trailed(new[-1], comments)]
        return [*self.block.statements[:index], *new, *after]

    def _wrapped(self, statements: Statements) -> Statements:
        """The siblings with the run among them under the `with`."""
        acquire = [self._line(statements, s) for s in self.run.acquire]
        first, opening = acquire[0], acquire[-1]
        start = self._index(statements, first)
        body_start = self._index(statements, opening) + 1
        stop = body_start + self.lines
        body, footer = self._body(statements[body_start:stop])
        block = cst.IndentedBlock(body=body, header=opening.trailing_whitespace, footer=footer)
        kept = _comments_of(acquire[:-1])
        lead = [*first.leading_lines, *kept, *(opening.leading_lines if len(acquire) > 1 else ())]
        new = [*self._declaration(opening), self._with(block)]
        return [*statements[:start], _led(new[0], lead), *new[1:], *statements[stop:]]

    def _with(self, block: cst.IndentedBlock) -> cst.With:
        header = self.header
        callee = cst.parse_expression(header.callee)
        call = self.block.find(header.call, cst.Call).with_changes(func=callee)
        name = cst.AsName(cst.Name(header.name)) if header.name else None
        asynchronous = cst.Asynchronous() if header.is_async else None
        return cst.With(items=[cst.WithItem(call, name)], body=block, asynchronous=asynchronous)

    def _declaration(self, opening: cst.SimpleStatementLine) -> Statements:
        """`session: Session` alone, where the session was opened with a type."""
        (assignment,) = opening.body
        if not isinstance(assignment, cst.AnnAssign):
            return []
        bare = assignment.with_changes(value=None, equal=cst.MaybeSentinel.DEFAULT)
        return [cst.SimpleStatementLine([bare])]

    def _body(self, statements: Statements) -> tuple[Statements, list[cst.EmptyLine]]:
        """What stands under the `with`, and the comments that end it."""
        body: list[cst.BaseStatement] = []
        pending: list[cst.EmptyLine] = []
        for statement in statements:
            new, comments = self._kept(statement)
            if new and pending:
                new = [_led(new[0], pending), *new[1:]]
                pending = []
            body += new
            pending += comments
        if not body:
            body = [cst.SimpleStatementLine([cst.Pass()])]
        body[0] = _without_blank_lines(body[0])
        return body, pending

    def _kept(self, statement: cst.BaseStatement) -> tuple[Statements, list[cst.EmptyLine]]:
        """What is left of one statement of the run, and the comments of what went at its end."""
        left = self._left(statement)
        if left is None:
            return [], _comments_of([statement])
        closing = self.run.closing
        if closing is None or self.run.is_inside_closing or not isinstance(statement, (cst.Try, cst.TryStar)):
            return [left], []
        if statement is not self._closing(closing):
            return [statement], []
        final, comments = self._open_finally(statement)
        if statement.handlers or final:
            return [statement.with_changes(finalbody=final)], comments
        return _commented(statement, _statements(statement.body)), [*_footer(statement.body), *comments]

    def _open_finally(self, statement: AnyCstTry) -> tuple[cst.Finally | None, list[cst.EmptyLine]]:
        """What is left of the `finally` without the closers; when nothing is, its comments."""
        final = statement.finalbody
        assert final is not None
        body: list[cst.BaseStatement] = []
        pending: list[cst.EmptyLine] = []
        for part in _statements(final.body):
            left = self._left(part)
            if left is None:
                pending += _comments_of([part])
            else:
                body.append(_led(left, pending))
                pending = []
        if body:
            return final.with_changes(body=_block(final.body, body, pending)), []
        before = [*_only_comments(final.leading_lines), *_header(final.body)]
        return None, [*before, *pending, *_footer(final.body)]

    def _left(self, statement: cst.BaseStatement) -> cst.BaseStatement | None:
        """The statement, or the rest of its line, without closers."""
        if isinstance(statement, cst.SimpleStatementLine):
            kept = [small for small in statement.body if id(small) not in self.gone]
            if len(kept) == len(statement.body):
                return statement
            if not kept:
                return None
            kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            return statement.with_changes(body=kept)
        return None if id(statement) in self.gone else statement

    def _closing(self, node: AnyTry) -> AnyCstTry:
        if isinstance(node, ast.Try):
            return self.block.find(node, cst.Try)
        return self.block.find(node, cst.TryStar)

    def _line(self, statements: Statements, node: ast.stmt) -> cst.SimpleStatementLine:
        found = self.block.find(node, cst.SimpleStatementLine)
        assert any(found is s for s in statements)
        return found

    @staticmethod
    def _index(statements: Statements, wanted: cst.BaseStatement) -> int:
        return next(n for n, statement in enumerate(statements) if statement is wanted)


# -- LibCST's pieces ----------------------------------------------------------------------------------


def _statements(suite: cst.BaseSuite) -> Statements:
    """The statements of a suite, also of one that stands on the line of its header."""
    if isinstance(suite, cst.SimpleStatementSuite):
        return [cst.SimpleStatementLine(suite.body, trailing_whitespace=suite.trailing_whitespace)]
    assert isinstance(suite, cst.IndentedBlock)
    return [s for s in suite.body if isinstance(s, cst.BaseStatement)]


def _block(old: cst.BaseSuite, body: Statements, footer: Sequence[cst.EmptyLine]) -> cst.IndentedBlock:
    if isinstance(old, cst.IndentedBlock):
        return old.with_changes(body=body, footer=[*footer, *old.footer])
    return cst.IndentedBlock(body=body, footer=footer)


def _led(statement: cst.BaseStatement, lines: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    """The statement with more lines before it."""
    if not lines:
        return statement
    own: Sequence[cst.EmptyLine] = getattr(statement, "leading_lines", ())
    return statement.with_changes(leading_lines=[*lines, *own])


def _trailed(statement: cst.BaseStatement, lines: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    """The compound statement with more lines at its end."""
    last = statement
    if isinstance(last, (cst.Try, cst.TryStar)) and last.finalbody is None and last.handlers:
        *before, handler = last.handlers
        body = handler.body
        if isinstance(body, cst.IndentedBlock):
            body = body.with_changes(footer=[*body.footer, *lines])
            return last.with_changes(handlers=[*before, handler.with_changes(body=body)])
    inner = getattr(last, "body", None)
    if isinstance(inner, cst.IndentedBlock):
        return last.with_changes(body=inner.with_changes(footer=[*inner.footer, *lines]))
    return last


def _commented(statement: AnyCstTry, body: Statements) -> Statements:
    """The statements of a `try` that goes, led by the comments of its first line."""
    first = _without_blank_lines(body[0])
    return [_led(first, [*statement.leading_lines, *_header(statement.body)]), *body[1:]]


def _without_blank_lines(statement: cst.BaseStatement) -> cst.BaseStatement:
    lines: list[cst.EmptyLine] = list(getattr(statement, "leading_lines", ()))
    while lines and lines[0].comment is None:
        lines.pop(0)
    return statement.with_changes(leading_lines=lines)


def _comments_of(statements: Iterable[cst.BaseStatement]) -> list[cst.EmptyLine]:
    """Every comment of statements that go, each on a line of its own."""
    found: list[cst.EmptyLine] = []
    for statement in statements:
        collector = _Comments()
        statement.visit(collector)
        found += [cst.EmptyLine(comment=comment) for comment in collector.found]
    return found


class _Comments(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[cst.Comment] = []

    def visit_Comment(self, node: cst.Comment) -> None:
        self.found.append(node)


def _only_comments(lines: Iterable[cst.EmptyLine]) -> list[cst.EmptyLine]:
    return [cst.EmptyLine(comment=line.comment) for line in lines if line.comment]


def _header(suite: cst.BaseSuite) -> list[cst.EmptyLine]:
    comment = suite.header.comment if isinstance(suite, cst.IndentedBlock) else None
    return [cst.EmptyLine(comment=comment)] if comment else []


def _footer(suite: cst.BaseSuite) -> list[cst.EmptyLine]:
    return _only_comments(suite.footer) if isinstance(suite, cst.IndentedBlock) else []
