"""The `with` around the life of a temporary file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import libcst as cst

from codemods.model import Applicability, Fix, Import
from codemods.module import Module
from codemods.names import names_of
from codemods.remedies.fixed_temp_path.derived import carried
from codemods.remedies.fixed_temp_path.lives import Life
from codemods.remedies.fixed_temp_path.paths import PATHLIB, Refused, TempPath
from codemods.surgery import Block, Statements, rewrite

_KINDS: dict[type[ast.AST], type[Any]] = {
    ast.Expr: cst.SimpleStatementLine,
    ast.If: cst.If,
    ast.Try: cst.Try,
    ast.With: cst.With,
    ast.Constant: cst.SimpleString,
    ast.JoinedStr: cst.FormattedString,
    ast.Call: cst.Call,
}


def fix_for(module: Module, path: TempPath, life: Life) -> Fix:
    """The `with` around the file's life. Raises Refused when a name that it needs is taken.

    Where such a `with` is there already, the file moves into its directory.
    """
    maker, imports = _maker(module, path)
    around = _directory_around(module, life.statements[0], maker)
    tmp_dir = around or names_of(module).fresh("tmp_dir")
    old, new, more = _private(module, path, tmp_dir)

    def change(block: Block) -> Statements:
        gone = [block.find(statement, _KINDS[type(statement)]) for statement in life.redundant]
        change = _Change(gone, block.find(old, _KINDS[type(old)]), cst.parse_expression(new))
        body, comments = change.changed(block.statements)
        if around and not comments:
            return body
        shell = cast(cst.With, cst.parse_statement(f"with {maker} as {tmp_dir}: pass\n"))
        return [shell.with_changes(body=cst.IndentedBlock(body, indent=module.indent, footer=comments))]

    try:
        edits = rewrite(module, life.statements[0], life.statements[-1], change)
    except LookupError:  # `ast` and LibCST disagree on places inside of f-strings of several lines
        raise Refused("the path is spelled in an unusual way: write it as one plain string") from None
    applicability = Applicability.UNSAFE if life.caution else Applicability.SAFE
    return Fix(edits, (*imports, *more), applicability)


def _directory_around(module: Module, statement: ast.stmt, maker: str) -> str | None:
    """The name of the directory that a `with` right around the statement makes by the same call, if all
    that is done with it is to name files in it: a listing would show one more."""
    above, names = module.parent(statement), names_of(module)
    if not isinstance(above, ast.With):
        return None
    for item in above.items:
        target = item.optional_vars
        if isinstance(target, ast.Name) and module.source(item.context_expr) == maker:
            uses = [use for use in names.mentions(target.id) if above in module.ancestors(use)]
            holders = [module.parent(carried(module, use)) for use in uses if use is not target]
            if all(isinstance(holder, (ast.Assign, ast.AnnAssign)) for holder in holders):
                return target.id
    return None


def _maker(module: Module, path: TempPath) -> tuple[str, tuple[Import, ...]]:
    """The call that makes the directory, and what it must import."""
    names, where = names_of(module), path.directory and repr(path.directory).replace("'", '"')
    if not path.name:
        assert isinstance(path.root, ast.Call)
        given = _mktemp_arguments(path.root).get("dir")
        where = module.source(given) if given else None
    arguments = f"(dir={where})" if where else "()"
    if isinstance(path.root, ast.Call) and isinstance(path.root.func, ast.Attribute):
        return f"{module.source(path.root.func.value)}.TemporaryDirectory{arguments}", ()
    froms = any(i.module == "tempfile" for i in module.nodes(ast.ImportFrom) if i in module.tree.body)
    if froms and names.importable("TemporaryDirectory", "tempfile.TemporaryDirectory", path.root):
        return f"TemporaryDirectory{arguments}", (Import(module.path, "tempfile", "TemporaryDirectory"),)
    imports = _reach(module, "tempfile", path)
    if imports is None:
        raise Refused("`tempfile` means something else here: rename that first")
    return f"tempfile.TemporaryDirectory{arguments}", imports


def _reach(module: Module, name: str, path: TempPath) -> tuple[Import, ...] | None:
    """What to import so that `name` is the module of that name at the path; None when it is taken."""
    names = names_of(module)
    if names.importable(name, name, path.root):
        return (Import(module.path, name),)
    found = [b.node for b in names.visible(name, path.root) if b.target == name]
    local = [node for node in found if isinstance(node, ast.alias)]
    if len(local) == 1 and module.parent(module.statement(local[0])) is module.function(path.root):
        return ()  # the function imports it for itself
    return None


def _mktemp_arguments(call: ast.Call) -> dict[str, ast.expr]:
    given = dict(zip(("suffix", "prefix", "dir"), call.args, strict=False))
    given |= {k.arg or "**": k.value for k in call.keywords}
    if "**" in given or any(isinstance(a, ast.Starred) for a in call.args):
        raise Refused("the arguments of mktemp are not spelled out: make a TemporaryDirectory by hand")
    return {k: v for k, v in given.items() if not (isinstance(v, ast.Constant) and v.value is None)}


def _private(module: Module, path: TempPath, tmp_dir: str) -> tuple[ast.expr, str, tuple[Import, ...]]:
    """Which part of the path changes, into what, and what that must import."""
    root, above = path.root, module.parent(path.root)
    if not path.name:
        assert isinstance(root, ast.Call)
        return _below(module, path, tmp_dir, _mktemp_name(module, root))
    if isinstance(root, ast.Call):
        return root, tmp_dir, ()
    assert isinstance(root, ast.Constant) and isinstance(root.value, str)
    directory = path.directory or "/tmp"  # noqa: S108
    formatted = isinstance(above, ast.JoinedStr)
    holder: ast.expr = above if isinstance(above, ast.JoinedStr) else root
    source = module.source(holder)
    opening = re.match(rf"[rRfFuU]{{0,2}}('{{3}}|\"{{3}}|'|\"){re.escape(directory)}", source)
    plain = isinstance(cst.parse_expression(source), (cst.SimpleString, cst.FormattedString))
    if not opening or not plain or "\\" in source:
        raise Refused("the path is spelled in an unusual way: write it as one plain string")
    head = opening.end() - len(directory)
    if formatted:
        return holder, f"{source[:head]}{{{tmp_dir}}}{source[opening.end() :]}", ()
    if root.value.strip("/") == directory.strip("/") and isinstance(above, ast.Call):
        return root, tmp_dir, ()
    if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Div):
        raise Refused("a text is divided by a path: write `Path(...)` around the text")
    if root is not path.node and not isinstance(above, ast.Call):
        return root, f"{tmp_dir} + {source[:head]}{source[opening.end() :]}", ()
    rest = source[:head] + source[opening.end() :].lstrip("/")
    return _below(module, path, tmp_dir, rest)


def _below(
    module: Module, path: TempPath, tmp_dir: str, name: str
) -> tuple[ast.expr, str, tuple[Import, ...]]:
    """The file `name` in the directory, by pathlib or os.path as the code has it."""
    names, root, above = names_of(module), path.root, module.parent(path.root)
    if isinstance(above, ast.Call) and above is path.node and names.is_any(above.func, *PATHLIB):
        return above, f"{module.source(above.func)}({tmp_dir}) / {name}", ()
    imports = _reach(module, "os", path)
    if imports is None:
        return root, f'{tmp_dir} + "/" + {name}', ()
    return root, f"os.path.join({tmp_dir}, {name})", imports


def _mktemp_name(module: Module, call: ast.Call) -> str:
    """The source of a base name such as `mktemp` would make."""
    given = _mktemp_arguments(call)
    prefix, suffix = given.get("prefix"), given.get("suffix")
    texts = [p.value for p in (prefix, suffix) if isinstance(p, ast.Constant) and isinstance(p.value, str)]
    if len(texts) == len([p for p in (prefix, suffix) if p]) and not re.search(r"[\"\\]", "".join(texts)):
        return f'"{"" if prefix else "tmp"}{"".join(texts)}"'
    if prefix is None and isinstance(suffix, ast.JoinedStr):
        return re.sub(r"^(\w+['\"]+)", r"\1tmp", module.source(suffix))
    raise Refused("the arguments of mktemp are not spelled out: make a TemporaryDirectory by hand")


class _Change(cst.CSTTransformer):
    """Replaces one expression and takes statements out, whose comments stay where they were."""

    def __init__(
        self, removed: Iterable[cst.CSTNode], old: cst.BaseExpression, new: cst.BaseExpression
    ) -> None:
        super().__init__()
        self._removed, self._old, self._new = set(removed), old, new

    def changed(self, statements: Statements) -> tuple[list[cst.BaseStatement], list[cst.EmptyLine]]:
        """The statements that stay, and the comments behind the last of them."""
        return self._kept(statements, [cast(cst.BaseStatement, s.visit(self)) for s in statements])

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> Any:
        updated = super().on_leave(original_node, updated_node)
        if original_node is self._old:
            return self._new.with_changes(lpar=self._old.lpar, rpar=self._old.rpar)
        return updated

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.BaseSuite:
        body, rest = self._kept(original_node.body, updated_node.body)
        return updated_node.with_changes(body=body, footer=[*rest, *updated_node.footer])

    def _kept(
        self, before: Sequence[cst.CSTNode], after: Sequence[cst.CSTNode]
    ) -> tuple[list[Any], list[cst.EmptyLine]]:
        kept: list[Any] = []
        waiting: list[cst.EmptyLine] = []
        for old, new in zip(before, after, strict=True):
            if old in self._removed:
                waiting += _comments(old)
                continue
            stays, tail = self._without_finally(old, new)
            stays[0] = stays[0].with_changes(leading_lines=[*waiting, *stays[0].leading_lines])
            kept += stays
            waiting = tail
        return kept, waiting

    def _without_finally(self, old: cst.CSTNode, new: cst.CSTNode) -> tuple[list[Any], list[cst.EmptyLine]]:
        """A `try` whose `finally` lost everything loses that, and itself when there is no handler.

        Second, the comments that must follow it.
        """
        if not (isinstance(old, cst.Try) and isinstance(new, cst.Try) and old.finalbody):
            return [new], []
        if not self._removed.issuperset(old.finalbody.body.body):
            return [new], []
        tail = _comments(old.finalbody)
        block = new.body
        if new.handlers or not isinstance(block, cst.IndentedBlock):
            return [new.with_changes(finalbody=None)], tail
        first: Any = block.body[0]
        above = [*new.leading_lines, *_comments(block.header), *first.leading_lines]
        return [first.with_changes(leading_lines=above), *block.body[1:]], [*block.footer, *tail]


def _comments(node: cst.CSTNode) -> list[cst.EmptyLine]:
    """The comments of a node that goes, each on a line, with the blank line before the first."""
    found = [cst.EmptyLine(comment=c) for c in _descendants(node) if isinstance(c, cst.Comment)]
    leading = getattr(node, "leading_lines", ())
    blank = [cst.EmptyLine(indent=False)] if found and leading and leading[0].comment is None else []
    return [*blank, *found]


def _descendants(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """All nodes below, in the order of the source. (`libcst.matchers` takes longer to import than to use.)"""
    for child in node.children:
        yield child
        yield from _descendants(child)
