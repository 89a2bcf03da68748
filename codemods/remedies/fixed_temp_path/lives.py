"""The life of a temporary file that a local variable names: from the assignment to the last use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from codemods.module import Module
from codemods.names import names_of
from codemods.remedies.fixed_temp_path.derived import is_beside, is_same_file
from codemods.remedies.fixed_temp_path.flow import exclusive, in_loop, is_certain
from codemods.remedies.fixed_temp_path.operations import Operation
from codemods.remedies.fixed_temp_path.paths import Assignment, Refused, TempPath, find
from codemods.remedies.fixed_temp_path.removals import redundant_removals, removals_among, tolerates_absence
from codemods.remedies.fixed_temp_path.results import Results
from codemods.remedies.fixed_temp_path.uses import local_name, operations_of, uses_of

_MEETING_POINT = re.compile(r"\.(sock|socket|lock|pid|fifo|pipe)\b|(\A|[-_.])lock\Z|\A\.X11", re.IGNORECASE)
_UNUSED = "nothing here uses it after it is written: somebody else does"
_USES_UP = re.compile(r"(\A|_)(upload|f?put_(object|file)|load|read|parse|import)", re.IGNORECASE)


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
    name = local_name(module, assignment)
    uses = dict(uses_of(module, name))
    operations = operations_of(module, uses)
    if not operations or (is_test and path.name and all(o.kind == "unknown" for o in operations)):
        return None
    _refuse_directory(path)
    if reason := shared_by_name(path, name.id):
        raise Refused(reason)
    run = _run_with_companions(module, assignment, uses)
    removals = removals_among(module, operations)
    others = [o for o in operations if not any(r in module.ancestors(o.call) for r in removals)]
    _refuse_foreign_file(module, path, removals, others)
    results = Results.of(module, others)
    ends = _ends(module, operations, removals, uses)
    certain = [s for s in ends if is_certain(module, s, run) and _is_last(module, s, others)]
    begins = module.start(others[0].call)
    if certain:
        evidence = f"the file is gone after line {max(s.lineno for s in certain)}: nobody can need it later"
        cautions = (
            results.surviving(module, run),
            _caution(module, path, uses, others),
            _left_early(module, run, removals, others),
        )
        caution = "; ".join(filter(None, cautions)) or None
    elif any(o.kind == "remove" and module.start(o.call) > begins for o in operations):
        raise Refused("it is removed in some cases only: find out who needs it in the others")
    else:
        _refuse_keepers(module, path, others)
        results = Results.of(module, others, and_paths=True).spread(module)
        run = _run(module, assignment, [*uses, *results.uses(module)])
        results.refuse_returned(module)
        evidence = "these lines write the file and use it up"
        caution = "the file stays behind today: make sure that nobody looks for it there"
    return Life(run, redundant_removals(module, run, removals, others), bool(certain), evidence, caution)


def _caution(
    module: Module, path: TempPath, uses: dict[ast.Name, bool], operations: Iterable[Operation]
) -> str | None:
    """What a reviewer should look at, though the function itself gets rid of the file."""
    if re.search(r"\.filename\b(?!.*\))", path.name):
        return "the name comes from outside: with `../` in it, it leaves any directory"
    for done in operations:
        if done.kind == "move" and ast.unparse(done.call.func).endswith(("rename", "replace")):
            return "a file can only be renamed within one file system, and $TMPDIR may name another one"
        made_of_it = [name for name in _names(done.path) if not uses.get(name, True)]
        if made_of_it or is_beside(module, done.path, {use.id for use in uses}):
            return "files with related names beside it are removed with it: make sure that nobody needs them"
    return None


def _left_early(
    module: Module, run: list[ast.stmt], removals: Sequence[ast.stmt], others: Sequence[Operation]
) -> str | None:
    """A warning when the run can be left, without an error, before the file is removed."""
    if any(isinstance(above := module.parent(r), ast.Try) and r in above.finalbody for r in removals):
        return None
    first, last = module.start(others[0].call), max((module.start(s) for s in removals), default=0)
    function = module.function(run[0])
    for node in (n for statement in run for n in ast.walk(statement)):
        leaves = isinstance(node, ast.Return) and module.function(node) is function
        leaves |= isinstance(node, (ast.Break, ast.Continue)) and not in_loop(module, node, run)
        if not isinstance(node, ast.stmt) or not leaves or not first < module.start(node) < last:
            continue
        if not set(removals) & set(module.siblings(node)[0]):
            return f"the file stays behind today when line {node.lineno} is reached: nobody should look there"
    return None


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


def _run_with_companions(module: Module, assignment: Assignment, uses: Iterable[ast.Name]) -> list[ast.stmt]:
    """The run, and on to the last use of other temporary files that are named in it: their fix comes next."""
    wanted, run = list(uses), _run(module, assignment, uses)
    while True:
        for statement in run[1:]:
            targets = getattr(statement, "targets", [])
            if len(targets) == 1 and isinstance(targets[0], ast.Name) and _is_temp_path(module, statement):
                wanted += [u for b in names_of(module).bindings(targets[0]) for u in names_of(module).uses(b)]
        try:
            longer = _run(module, assignment, wanted)
        except Refused:
            return run
        if len(longer) == len(run):
            return run
        run = longer


def _is_temp_path(module: Module, statement: ast.stmt) -> bool:
    roots = (node for node in ast.walk(statement) if isinstance(node, (ast.Constant, ast.Call)))
    return any(
        path for root in roots if (path := find(module, root)) and module.parent(path.node) is statement
    )


def _ends(
    module: Module, operations: Sequence[Operation], removals: Sequence[ast.stmt], uses: dict[ast.Name, bool]
) -> list[ast.stmt]:
    """The statements that remove or move away the file itself, not one made of its name."""
    gone = [o.call for o in operations if o.kind in {"remove", "move"} and _is_own(module, o, uses)]
    return [next((r for r in removals if r in module.ancestors(c)), module.statement(c)) for c in gone]


def _is_last(module: Module, end: ast.stmt, others: Sequence[Operation]) -> bool:
    """Whether nothing makes the file behind it, as behind the removal of what an earlier run has left."""
    makers = (o for o in others if o is others[0] or o.kind in {"write", "append", "run"})
    return all(module.start(made.call) < module.start(end) for made in makers)


def _is_own(module: Module, done: Operation, uses: dict[ast.Name, bool]) -> bool:
    """Whether an operation is on the path itself, not on one made of it."""
    return is_same_file(module, done.path) and all(uses.get(n, True) for n in _names(done.path))


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
    if not all(map(tolerates_absence, early)):
        raise Refused("it is removed before it is written here: another run or program leaves it there")
    if first.kind not in {"write", "run", "unknown"}:
        what = {"check": "tested for", "append": "appended to", "move": "moved"}.get(
            first.kind, f"{first.kind}"
        )
        raise Refused(f"it is {what} before it is written here: another run or program leaves it there")
    users = [o for o in others[1:] if o.kind in {"read", "run", "unknown", "move", "append"}]
    if path.name and first.kind == "write" and not users:
        raise Refused(_UNUSED)
    if path.name and all(exclusive(module, first.call, o.call) for o in users):
        raise Refused(
            "it is handed to one place only: whoever writes or reads the other end must share the directory"
        )


def _names(expression: ast.expr) -> list[ast.Name]:
    return [node for node in ast.walk(expression) if isinstance(node, ast.Name)]


def _refuse_keepers(module: Module, path: TempPath, others: Sequence[Operation]) -> None:
    """Raise Refused when the file, which nothing removes today, may be wanted after the function."""
    same = (o.call for o in others if is_same_file(module, o.path))
    if "cache" in path.name.lower() or any(k.arg == "exist_ok" for call in same for k in call.keywords):
        raise Refused(
            "it is kept from run to run: give it a place of its own, such as the user's cache directory"
        )
    if others[-1].kind == "write" and is_same_file(module, others[-1].path):
        raise Refused(_UNUSED)
    for call in (o.call for o in others[1:] if o.kind == "unknown"):
        above = module.parent(call)
        above = module.parent(above) if isinstance(above, ast.Await) else above
        callee = ast.unparse(call.func)
        used_up = isinstance(above, ast.Expr) and _USES_UP.search(callee.rpartition(".")[2])
        if not used_up and not isinstance(above, (ast.Assign, ast.AnnAssign, ast.withitem, ast.For)):
            raise Refused(
                f"nothing here removes it, and `{callee}` may keep the path: find out when the file can go"
            )
