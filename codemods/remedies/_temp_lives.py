"""The life of a temporary file that a local variable names: from the assignment to the last use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from codemods.module import FUNCTIONS, Module
from codemods.names import names_of
from codemods.remedies import _temp_paths as paths
from codemods.remedies._temp_paths import Assignment, Operation, Refused, TempPath

_MEETING_POINT = re.compile(r"\.(sock|socket|lock|pid|fifo|pipe)\b|lock\Z|/\.X11", re.IGNORECASE)

_HOLDS_A_FILE = re.compile(r"path|file|folder|dir\Z|directory", re.IGNORECASE)  # names of variables
_MAKES_A_FILE = re.compile(  # names of functions
    r"convert|transcode|extract(?!\w*(text|data|info|features|table))|export|render|compress|resize|split_|save",
    re.IGNORECASE,
)
_USES_UP = re.compile(r"upload|put_?object|put_?file|load|read|parse|import", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Life:
    """The siblings from the assignment to the last use, what they need no more, and how sure we are."""

    statements: Sequence[ast.stmt]
    redundant: Sequence[ast.stmt]
    is_complete: bool  # the file is written first and gone in the end: nobody else has a part in it
    evidence: str
    caution: str | None


def life_of(module: Module, path: TempPath, assignment: Assignment, is_test: bool) -> Life | None:
    """Follow the file from its naming to its last use. None when nobody opens it; raises Refused."""
    name = _local_name(module, assignment)
    uses = dict(_uses(module, name))
    operations = _operations(module, uses)
    if not operations or (is_test and path.name and all(o.kind == "unknown" for o in operations)):
        return None
    _refuse_directory(path)
    if reason := shared_by_name(path, name.id):
        raise Refused(reason)
    run = _run(module, assignment, uses)
    removals = _removals(module, operations, uses)
    others = [o for o in operations if not any(_inside(module, o.call, r) for r in removals)]
    _refuse_foreign_file(module, path, removals, others)
    results = Results.of(module, others)
    ends = [*removals, *(module.statement(o.call) for o in others if o.kind == "move")]
    certain = [s for s in ends if paths.is_certain(module, s, run)]
    if certain:
        evidence = f"the file is gone after line {max(s.lineno for s in certain)}: nobody can need it later"
        caution = _caution(module, path, uses, others) or results.surviving(module, run)
    elif ends or any(o.kind == "remove" for o in others):
        raise Refused("it is removed in some cases only: find out who needs it in the others")
    else:
        _refuse_keepers(module, path, others)
        results = results.spread(module)
        run = _run(module, assignment, [*uses, *results.uses(module)])
        results.refuse_returned(module)
        evidence = "these lines write the file and use it up"
        caution = "the file stays behind today: make sure that nobody looks for it there"
    return Life(run, _redundant(module, run, removals, others), bool(certain), evidence, caution)


def _caution(
    module: Module, path: TempPath, uses: dict[ast.Name, bool], operations: Iterable[Operation]
) -> str | None:
    """What a reviewer should look at, though the function itself gets rid of the file."""
    if re.search(r"\.filename\b(?!.*\))", path.name):
        return "the name comes from outside: with `../` in it, it leaves any directory"
    for done in operations:
        if done.kind == "move" and ast.unparse(done.call.func).endswith(("rename", "replace")):
            return "a file can only be renamed within one file system, and $TMPDIR may name another one"
        if not all(uses.get(name, True) for name in _names(done.path)) or paths.is_beside(module, done.path):
            return "files with related names beside it are removed with it: make sure that nobody needs them"
    return None


def _local_name(module: Module, assignment: Assignment) -> ast.Name:
    """The variable that gets the path, if it is one of a function and gets nothing else."""
    targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
    target, scope = targets[0], names_of(module).scope(assignment)
    if len(targets) > 1 or not isinstance(target, ast.Name):
        raise Refused("it is stored beyond this function: make the directory where its owner is made")
    if not isinstance(scope, FUNCTIONS):
        kind = "an attribute of the class" if isinstance(scope, ast.ClassDef) else "a constant of the module"
        raise Refused(
            f"it is {kind}, so every process shares it: make a directory where `{target.id}` is used"
        )
    bindings = names_of(module).bindings_in(scope).get(target.id, [])
    if not bindings:
        raise Refused(f"`{target.id}` is a global name: make the directory where its owner is made")
    if [b.node for b in bindings] != [target]:
        raise Refused(f"`{target.id}` gets its value in several places: give this path a name of its own")
    return target


def _uses(module: Module, name: ast.Name, own: bool = True) -> Iterator[tuple[ast.Name, bool]]:
    """Every use of the variable, and of the variables that are made of it; second, whether it is the path
    itself and not one made of it. Raises Refused for closures."""
    names = names_of(module)
    (binding,) = names.bindings(name)
    for use in names.uses(binding):
        if use is name:
            continue
        if paths.owner(module, use) is not binding.scope:
            raise Refused(f"a nested function or generator uses `{name.id}`, perhaps after the file is gone")
        yield use, own
        whole = paths.carried(module, use)
        if alias := _alias(module, whole):
            yield from _uses(module, alias, own and not paths.is_beside(module, whole))


def _alias(module: Module, path: ast.expr) -> ast.Name | None:
    """The variable that gets this path or text, when it gets nothing else."""
    above = module.parent(path)
    if not isinstance(above, (ast.Assign, ast.AnnAssign)) or above.value is not path:
        return None
    target = above.targets[0] if isinstance(above, ast.Assign) else above.target
    alone = isinstance(target, ast.Name) and len(names_of(module).bindings(target)) == 1
    return target if isinstance(target, ast.Name) and alone and module.function(target) else None


def _operations(module: Module, uses: Iterable[ast.Name]) -> list[Operation]:
    """What is done to the file, in the order of the text."""
    wholes = (paths.carried(module, use) for use in uses)
    done = (paths.operation(module, whole) for whole in wholes if not _alias(module, whole))
    return sorted((o for o in done if o and not _on_its_directory(o)), key=lambda o: module.start(o.call))


def _on_its_directory(done: Operation) -> bool:
    return bool(re.search(r"\bdirname\(|\.parent\b", ast.unparse(done.path)))


def shared_by_name(path: TempPath, variable: str = "") -> str | None:
    """Why the name alone says that others use the file too."""
    if _MEETING_POINT.search(path.name) or _MEETING_POINT.search(variable):
        return (
            "a socket, lock or pid file is where processes meet: keep it in a directory of the service's own"
        )
    if path.name.endswith(".log"):
        return "a log is for people to read later: keep it in a directory for logs"
    return None


def _refuse_directory(path: TempPath) -> None:
    constant = path.name
    while constant != (shorter := re.sub(r"\{[^{}]*\}", "", constant)):
        constant = shorter
    if "/" in constant:
        folder = PurePosixPath(path.place).parent
        raise Refused(
            f"it lies in {folder}, which something else makes: find out who, and share that directory"
        )


def _run(module: Module, assignment: Assignment, uses: Iterable[ast.Name]) -> list[ast.stmt]:
    """The siblings from the assignment to the last that uses it. Raises Refused when they cannot move."""
    block, first = module.siblings(assignment)
    last = first
    for use in uses:
        home = next((a for a in module.ancestors(use) if a in block[first:]), None)
        if not isinstance(home, ast.stmt):
            raise Refused(
                f"`{use.id}` is also used outside of the block that sets it: set it before that block"
            )
        last = max(last, block.index(home))
    run = block[first : last + 1]
    function = module.function(assignment)
    for inner in (node for statement in run for node in ast.walk(statement)):
        if isinstance(inner, (ast.Yield, ast.YieldFrom)) and module.function(inner) is function:
            raise Refused("the function yields while the file is there: end the file's life before that")
    if not all(module.starts_line(statement) for statement in block[first : last + 2]):
        raise Refused("it shares its line with other statements: give each a line of its own")
    return run


def _removals(module: Module, operations: Iterable[Operation], uses: dict[ast.Name, bool]) -> list[ast.stmt]:
    """The statements that do nothing but remove the file, tests and guards around it included."""
    same = (o for o in operations if o.kind == "remove" and paths.is_same_file(module, o.path))
    removers = {o.call for o in same if all(uses.get(n, True) for n in _names(o.path))}
    found: dict[ast.stmt, None] = {}
    for call in removers:
        statement = module.statement(call)
        while isinstance(above := module.parent(statement), ast.stmt):
            if not paths.is_removal(module, above, removers):
                break
            statement = above
        if paths.is_removal(module, statement, removers):
            found[statement] = None
    return sorted(found, key=module.start)


def _refuse_foreign_file(
    module: Module, path: TempPath, removals: Sequence[ast.stmt], others: Sequence[Operation]
) -> None:
    """Raise Refused unless the file is written here first and then used here."""
    if not others:
        raise Refused("it is only removed here: whoever makes the file should remove it")
    if not path.name and any(o.kind == "move" for o in others):
        raise Refused("its random name may matter where it is moved to: make a TemporaryDirectory by hand")
    first = others[0]
    early = [r for r in removals if module.start(r) < module.start(first.call)]
    if not all(map(paths.tolerates_absence, early)):
        raise Refused("it is removed before it is written here: another run or program leaves it there")
    if first.kind not in {"write", "run", "unknown"}:
        what = {"check": "tested for", "append": "appended to", "move": "moved"}.get(
            first.kind, f"{first.kind}"
        )
        raise Refused(f"it is {what} before it is written here: another run or program leaves it there")
    users = (o for o in others[1:] if o.kind in {"read", "run", "unknown", "move", "append"})
    if path.name and all(paths.exclusive(module, first.call, o.call) for o in users):
        raise Refused(
            "it is handed to one place only: whoever writes or reads the other end must share the directory"
        )


def _redundant(
    module: Module, run: list[ast.stmt], removals: Sequence[ast.stmt], others: Sequence[Operation]
) -> list[ast.stmt]:
    """The removals that can go: before or after all else that is done to the file, and simply placed."""
    starts = [module.start(o.call) for o in others]
    found = []
    for removal in removals:
        above, at = module.parent(removal), module.start(removal)
        apart = at > max(starts) or (at < min(starts) and not _commented(module, removal))
        final = isinstance(above, ast.Try) and removal in above.finalbody and _unwraps(module, above)
        room = len(module.siblings(removal)[0]) > 1 and not isinstance(above, ast.ExceptHandler)
        alone = module.starts_line(removal) and not paths.in_loop(module, removal, run)
        if apart and alone and (removal in run or final or room):
            found.append(removal)
    return found


def _commented(module: Module, statement: ast.stmt) -> bool:
    """Whether comments stand on the statement's lines or right above: they would explain what is gone."""
    assert statement.end_lineno is not None
    return any(line in module.comments for line in range(statement.lineno - 1, statement.end_lineno + 1))


def _unwraps(module: Module, block: ast.Try) -> bool:
    """Whether a `try` can lose its `finally`: it has handlers, or its body stands on lines of its own."""
    return bool(block.handlers) or module.starts_line(block.body[0])


def _names(expression: ast.expr) -> list[ast.Name]:
    return [node for node in ast.walk(expression) if isinstance(node, ast.Name)]


def _inside(module: Module, node: ast.AST, statement: ast.stmt) -> bool:
    return any(above is statement for above in module.ancestors(node))


@dataclass(frozen=True, slots=True)
class Results:
    """What unknown functions that got the path gave back: by the variable that holds it, or handed on."""

    held: Sequence[tuple[ast.Name, str]]
    handed_on: Sequence[str]

    @classmethod
    def of(cls, module: Module, operations: Iterable[Operation]) -> Results:
        calls = [o.call for o in operations if o.kind == "unknown"]
        return cls._bound(module, [(call, ast.unparse(call.func)) for call in calls])

    @classmethod
    def _bound(cls, module: Module, values: Iterable[tuple[ast.expr, str]]) -> Results:
        """Where the statements around the values put what they make of them."""
        held: list[tuple[ast.Name, str]] = []
        handed_on: list[str] = []
        for value, callee in values:
            statement = module.statement(value)
            if isinstance(statement, ast.Return) or _is_collected(module, value):
                handed_on.append(callee)
            for node in (n for target in _targets(statement) for n in ast.walk(target)):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    held.append((node, callee))
                elif isinstance(node, (ast.Attribute, ast.Subscript)):
                    handed_on.append(callee)
        return cls(held, handed_on)

    def spread(self, module: Module) -> Results:
        """These results, and all that is made of them."""
        held, handed_on = dict(self.held), [*self.handed_on]
        pending = list(held.items())
        while pending:
            name, callee = pending.pop()
            more = self._bound(module, [(use, callee) for use in self._loads(module, name)])
            handed_on += more.handed_on
            pending += [(n, c) for n, c in more.held if n not in held]
            held |= dict(more.held)
        return Results(tuple(held.items()), handed_on)

    def uses(self, module: Module) -> list[ast.Name]:
        """Every later use of a variable that holds such a result."""
        return [use for name, _ in self.held for use in self._loads(module, name)]

    def surviving(self, module: Module, run: Sequence[ast.stmt]) -> str | None:
        """A warning when such a result is used after the run; Refused when it looks like a second file."""
        callees = list(self.handed_on)
        for name, callee in self.held:
            loads = self._loads(module, name)
            returned = any(isinstance(module.statement(use), ast.Return) for use in loads)
            if returned or any(not any(_inside(module, use, s) for s in run) for use in loads):
                callees.append(callee)
                if _HOLDS_A_FILE.search(name.id):
                    raise Refused(
                        f"`{name.id}` may be a second file beside it: find out who removes that one"
                    )
        if maker := next((c for c in callees if _MAKES_A_FILE.search(c.rpartition(".")[2])), None):
            raise Refused(f"`{maker}` may make a second file beside it: find out who removes that one")
        return (
            f"make sure that what `{callees[0]}` gives back names no second file beside it"
            if callees
            else None
        )

    def refuse_returned(self, module: Module) -> None:
        """Raise Refused when such a result leaves the function: it may be read from the file later."""
        returned = (
            c
            for n, c in self.held
            for u in self._loads(module, n)
            if isinstance(module.statement(u), ast.Return)
        )
        for callee in (*self.handed_on, *returned):
            raise Refused(f"what `{callee}` gives back leaves the function, and may still need the file")

    @staticmethod
    def _loads(module: Module, name: ast.Name) -> list[ast.Name]:
        names = names_of(module)
        bindings = [b for b in names.bindings(name) if b.node is name]
        return [
            u
            for b in bindings
            for u in names.uses(b)
            if isinstance(u.ctx, ast.Load) and module.start(u) > module.start(name)
        ]


def _is_collected(module: Module, value: ast.expr) -> bool:
    """Whether a value is put straight into a collection: `found.append(value)`."""
    call = module.parent(value)
    call = module.parent(call) if isinstance(call, ast.Await) else call
    method = call.func if isinstance(call, ast.Call) else None
    return isinstance(method, ast.Attribute) and method.attr in paths.COLLECTORS and method.value is not value


def _targets(statement: ast.stmt) -> list[ast.expr]:
    """What a statement gives values to."""
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        return [statement.target]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [item.optional_vars for item in statement.items if item.optional_vars]
    return []


def _refuse_keepers(module: Module, path: TempPath, others: Sequence[Operation]) -> None:
    """Raise Refused when the file, which nothing removes today, may be wanted after the function."""
    same = (o.call for o in others if paths.is_same_file(module, o.path))
    if "cache" in path.name.lower() or any(k.arg == "exist_ok" for call in same for k in call.keywords):
        raise Refused(
            "it is kept from run to run: give it a place of its own, such as the user's cache directory"
        )
    for call in (o.call for o in others[1:] if o.kind == "unknown"):
        above = module.parent(call)
        above = module.parent(above) if isinstance(above, ast.Await) else above
        callee = ast.unparse(call.func)
        used_up = isinstance(above, ast.Expr) and _USES_UP.search(callee.rpartition(".")[2])
        if not used_up and not isinstance(above, (ast.Assign, ast.AnnAssign, ast.withitem, ast.For)):
            raise Refused(
                f"nothing removes it and `{callee}` may keep the path: find out when the file can go"
            )
