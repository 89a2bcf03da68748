"""The remedy for files at a place in a public directory that everyone can guess."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import libcst as cst
import libcst.matchers as m

from codemods.model import Applicability, Fix, Import
from codemods.module import Module, Unreadable
from codemods.names import names_of
from codemods.project import Project
from codemods.remedies import _temp_paths as paths
from codemods.remedies._temp_lives import Life, life_of, shared_by_name
from codemods.remedies._temp_paths import Refused, TempPath
from codemods.remedy import Proposal, Remedy
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
_TEST_FILE = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_tests?|conftest)\.py$")
_LOOKUPS = {"get", "getenv", "setdefault", "pop", "getattr"}  # whose second argument is a default
_DECLARATIONS = {"Field", "Form", "Query", "Body", "Option", "Argument", "option", "argument", "field"}
_SILENT = {"help", "description", "example", "title", "doc"}  # arguments that people read


class FixedTempPath(Remedy):
    """A temporary file at a place that everyone can guess

    Why
        Every user of the machine may write to /tmp, /var/tmp and /dev/shm. Whoever knows the name of
        a file there can put a file or a link in its place before the program writes it; two runs of
        the program overwrite each other's file; and when something fails, the file stays behind.
        `tempfile.mktemp()` makes a name and no file, so somebody else can still be first.

    Before
        import os
        import wave


        def duration(store, key):
            path = "/tmp/__dur.wav"
            store.download(key, path)
            with wave.open(path, "rb") as sound:
                frames, rate = sound.getnframes(), sound.getframerate()
            os.remove(path)
            return frames / rate

    After
        import os
        import tempfile
        import wave


        def duration(store, key):
            with tempfile.TemporaryDirectory() as tmp_dir:
                path = os.path.join(tmp_dir, "__dur.wav")
                store.download(key, path)
                with wave.open(path, "rb") as sound:
                    frames, rate = sound.getnframes(), sound.getframerate()
            return frames / rate

    Left alone
        - paths that are returned, stored on an object or in a collection, constants, defaults and
          settings: whoever owns the path must own the directory (reported)
        - the same path in two places, unless each writes it first and removes it in the end; sockets,
          locks, pid files, logs, files that are read, tested or appended to before this function
          writes them: they are shared on purpose (reported)
        - files that are only written, or removed in some cases only: somebody wants them (reported)
        - paths handed to threads, tasks, background processes, other users, containers and other
          machines, or put into a shell command (reported)
        - text that only mentions such a path, comparisons, and test data that nobody opens

    Applicability
        Safe where the function itself removes or moves the file away already: nobody can need it
        later. Unsafe where it leaves the file behind today, as somebody may have looked there, and
        where a result of a function that got the path is used on. The base name stays the same, and
        /var/tmp and /dev/shm stay the place; /tmp becomes the place that $TMPDIR names, if it is set.
    """

    triggers = (b"/tmp", b"/dev/shm", b"gettempdir", b"mktemp")
    codes = ("S108", "B108", "S306", "B306")
    subject = "Keep temporary files in a private directory"

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._places: dict[str, list[tuple[Module, TempPath]]] | None = None

    def visit_Constant(self, node: ast.Constant, module: Module) -> Iterator[Proposal]:
        yield from self._look(node, module)

    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Proposal]:
        yield from self._look(node, module)

    def _look(self, node: ast.Constant | ast.Call, module: Module) -> Iterator[Proposal]:
        path = paths.find(module, node)
        if path is None:
            return
        try:
            assignment = module.parent(path.node)
            if isinstance(assignment, (ast.Assign, ast.AnnAssign)):
                if life := life_of(module, path, assignment, _is_test(module)):
                    self._refuse_shared(path, module, life.is_complete)
                    yield _with_fix(module, path, life)
            elif reason := _use(module, path):
                self._refuse_shared(path, module)
                raise Refused(reason)
        except Refused as refusal:
            if _is_test(module) and path.name:
                return  # test data, or a file that the tests look after
            yield Proposal(path.node, _message(path), reason=shared_by_name(path) or f"{refusal}")

    def _refuse_shared(self, path: TempPath, module: Module, is_complete: bool = False) -> None:
        """Raise Refused when other lines of the project name the same place and have a part in the file."""
        if self._places is None:
            self._places = _index(self.project, self.triggers)
        others = [o for o in self._places.get(path.place, ()) if path.name and o[1].root is not path.root]
        for other, same in others:
            if is_complete and _has_complete_life(other, same):
                continue
            if other is module and module.function(same.root) is module.function(path.root):
                raise Refused("the path is spelled out several times here: put it into one variable first")
            line = f"{other.path}:{same.root.lineno}"
            raise Refused(f"{line} names the same place: agree on one private directory for both")


def _index(project: Project, triggers: Iterable[bytes]) -> dict[str, list[tuple[Module, TempPath]]]:
    """Where in the project each place in a public directory is named."""
    places: dict[str, list[tuple[Module, TempPath]]] = defaultdict(list)
    for file in project.paths:
        try:
            if not any(trigger in project.read(file) for trigger in triggers):
                continue
            module = project.module(file)
        except (OSError, Unreadable):
            continue
        roots: list[ast.Constant | ast.Call] = module.nodes(ast.Constant, ast.Call)
        for root in roots:
            if path := paths.find(module, root):
                places[path.place].append((module, path))
    return places


def _has_complete_life(module: Module, path: TempPath) -> bool:
    assignment = module.parent(path.node)
    if not isinstance(assignment, (ast.Assign, ast.AnnAssign)):
        return False
    try:
        life = life_of(module, path, assignment, is_test=False)
    except Refused:
        return False
    return life is not None and life.is_complete


def _message(path: TempPath) -> str:
    if not path.name:
        return "tempfile.mktemp() only makes up a name: somebody else can create the file first"
    return f"{path.place} is a place that anyone can guess, occupy or link elsewhere"


# -- paths that are no local variable ----------------------------------------------------------------


def _use(module: Module, path: TempPath) -> str | None:
    """What to do about a path that is used where it stands; None when it is mere text.

    Raises Refused with the same when the path gets away.
    """
    node = path.node
    above = module.parent(node)
    while isinstance(above, (ast.IfExp, ast.BoolOp, ast.Starred)):
        node, above = above, module.parent(above)
    if isinstance(above, ast.arguments):
        return "it is a default argument: let the default be None and make a directory when it is"
    if isinstance(above, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return "it is one of several values: make the directory where this one is chosen"
    if isinstance(above, (ast.Return, ast.Yield)):
        paths.operation(module, node)
    if isinstance(above, (ast.List, ast.Tuple, ast.Dict)):
        unpacked = isinstance(module.parent(above), ast.Assign) and isinstance(above, ast.Tuple)
        if unpacked or isinstance(node, ast.JoinedStr):
            return "it goes into a collection: give it a variable and a directory of its own first"
    call = module.parent(above) if isinstance(above, (ast.keyword, ast.Attribute)) else above
    if isinstance(call, ast.Call) and not (isinstance(above, ast.keyword) and above.arg in _SILENT):
        return _argument(module, call, node)
    return None if path.name else "it is part of an expression: give it a variable of its own"


def _argument(module: Module, call: ast.Call, node: ast.expr) -> str | None:
    callee = ast.unparse(call.func).rpartition(".")[2]
    default = any(k.arg == "default" and k.value is node for k in call.keywords)
    if default or callee in _DECLARATIONS or (callee in _LOOKUPS and node in call.args[1:]):
        return "it is a default setting: a path below the user's own directories would be private"
    if done := paths.operation(module, node):
        if done.kind == "unknown":
            return f"`{callee}` gets it: give it a private directory that lives as long as it is needed"
        return "it is used once here, so the other end is elsewhere: hand one private directory to both"
    return None


def _is_test(module: Module) -> bool:
    return bool(_TEST_FILE.search(module.path))


# -- the edits ---------------------------------------------------------------------------------------


def _with_fix(module: Module, path: TempPath, life: Life) -> Proposal:
    """The `with` around the file's life. Raises Refused when a name that it needs is taken."""
    tmp_dir = names_of(module).fresh("tmp_dir")
    maker, imports = _maker(module, path)
    old, new, more = _private(module, path, tmp_dir)

    def wrap(block: Block) -> Statements:
        gone = [block.find(statement, _KINDS[type(statement)]) for statement in life.redundant]
        change = _Change(gone, block.find(old, _KINDS[type(old)]), cst.parse_expression(new))
        body, comments = change.changed(block.statements)
        shell = cast(cst.With, cst.parse_statement(f"with {maker} as {tmp_dir}: pass\n"))
        return [shell.with_changes(body=cst.IndentedBlock(body, indent=module.indent, footer=comments))]

    edits = rewrite(module, life.statements[0], life.statements[-1], wrap)
    applicability = Applicability.UNSAFE if life.caution else Applicability.SAFE
    fix = Fix(edits, (*imports, *more), applicability)
    return Proposal(path.node, _message(path), fix, life.caution, (life.evidence,))


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
    if names.importable("tempfile", "tempfile", path.root):
        return f"tempfile.TemporaryDirectory{arguments}", (Import(module.path, "tempfile"),)
    raise Refused("`tempfile` means something else here: rename that first")


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
    if root is not path.node and not isinstance(above, ast.Call):
        return root, f"{tmp_dir} + {source[:head]}{source[opening.end() :]}", ()
    rest = source[:head] + source[opening.end() :].lstrip("/")
    return _below(module, path, tmp_dir, rest)


def _below(
    module: Module, path: TempPath, tmp_dir: str, name: str
) -> tuple[ast.expr, str, tuple[Import, ...]]:
    """The file `name` in the directory, by pathlib or os.path as the code has it."""
    names, root, above = names_of(module), path.root, module.parent(path.root)
    if isinstance(above, ast.Call) and above is path.node and names.is_any(above.func, *paths.PATHLIB):
        return above, f"{module.source(above.func)}({tmp_dir}) / {name}", ()
    joined = f"os.path.join({tmp_dir}, {name})"
    if names.importable("os", "os", root):
        return root, joined, (Import(module.path, "os"),)
    earlier = [b for b in names.visible("os", root) if b.target == "os" and isinstance(b.node, ast.alias)]
    if len(earlier) == 1 and module.parent(module.statement(earlier[0].node)) is module.function(root):
        return root, joined, ()  # the function imports it for itself
    return root, f'{tmp_dir} + "/" + {name}', ()


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
    found = [cst.EmptyLine(comment=cast(cst.Comment, c)) for c in m.findall(node, m.Comment())]
    leading = getattr(node, "leading_lines", ())
    blank = [cst.EmptyLine(indent=False)] if found and leading and leading[0].comment is None else []
    return [*blank, *found]
