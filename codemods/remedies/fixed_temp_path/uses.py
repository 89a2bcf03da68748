"""What is done to the file that a variable names, as far as the code around the variable tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.module import FUNCTIONS, LOOPS, Function, Module
from codemods.names import names_of
from codemods.remedies.fixed_temp_path.paths import PATHLIB, Refused

_SAME_PATH = (
    *PATHLIB,
    *(f"os.path.{name}" for name in ("abspath", "dirname", "join", "normpath", "realpath")),
    *("os.path.split", "os.path.splitext"),
    "builtins.str",
    "os.fspath",
)
_SAME_FILE = (*PATHLIB, "os.path.abspath", "os.path.realpath", "builtins.str", "os.fspath")
_SAME_PATH_METHODS = {
    *("absolute", "as_posix", "encode", "joinpath", "parent", "parents", "partition", "removesuffix"),
    *("resolve", "rpartition", "rsplit", "rstrip", "split", "strip", "with_name", "with_stem", "with_suffix"),
}
_CARRIERS = (ast.BinOp, ast.JoinedStr, ast.FormattedValue, ast.List, ast.Tuple, ast.Starred)

# What is done to a file, by the function that gets its path first.
_READERS = "os.stat os.listdir os.scandir os.walk os.access os.path.getsize shutil.unpack_archive"
_WRITERS = "os.mkdir os.makedirs os.mknod"
_CHECKS = "os.path.exists os.path.isfile os.path.isdir os.path.lexists os.path.islink"
_REMOVERS = "aiofiles.os.remove os.remove os.unlink os.rmdir os.removedirs shutil.rmtree"
_PROGRAMS = "subprocess.run subprocess.call subprocess.check_call subprocess.check_output os.system"
_MENTIONS = (
    "os.path.basename os.path.split os.path.splitext re.match re.search re.fullmatch"
    " builtins.print builtins.len builtins.repr builtins.type"
)
_FUNCTIONS = {
    name: kind
    for kind, names in (
        ("read", _READERS),
        ("write", _WRITERS),
        ("check", _CHECKS),
        ("remove", _REMOVERS),
        ("run", _PROGRAMS),
        ("mention", _MENTIONS),
    )
    for name in names.split()
}
_METHODS = {
    name: kind
    for kind, names in (
        ("read", "read_text read_bytes stat iterdir glob rglob"),
        ("write", "write_text write_bytes touch mkdir"),
        ("check", "exists is_file is_dir is_symlink"),
        ("remove", "unlink rmdir"),
        ("mention", "startswith endswith is_absolute"),
    )
    for name in names.split()
}
_OPENERS = (
    *(f"{module}.open" for module in ("builtins", "io", "codecs", "gzip", "bz2", "lzma", "wave", "tarfile")),
    "aiofiles.open",
    "PIL.Image.open",
    "zipfile.ZipFile",
    "gzip.GzipFile",
)
_MOVERS = ("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move")
_RENAMERS = ("os.rename", "os.replace", "shutil.move")
_TELLERS = {
    *("critical", "debug", "echo", "error", "exception", "info", "log", "warn", "warning"),
    *("endswith", "patch", "startswith"),
}
COLLECTORS = {"append", "add", "put", "put_nowait", "insert", "extend", "setdefault", "update", "send"}
_LATER = re.compile(
    r"(Thread|Process|Timer|Popen|submit|create_task|ensure_future|add_task|apply_async|delay|start_soon"
    r"|add_job|call_later|call_soon|run_coroutine_threadsafe|register|create_subprocess_(exec|shell)|spawn\w*"
    r"|add(\w+)?Cleanup|callback|finalize|addfinalizer|send_file|\w*Response)\Z"
)
_LATER_UNLESS_AWAITED = {"run_in_executor", "to_thread"}
_SHARED = re.compile(r"chmod|chown|mkfifo|bind\Z|\Alock|_lock|flock|Lock|[hH]andler\Z|basicConfig")
_VIEWERS = re.compile(r"(?:\A|.*/)(xdg-open|gnome-open|kde-open|gio|open|start)\Z")
_STATEMENTS = {"execute", "executemany", "executescript", "copy_expert"}  # methods that run SQL
_ELSEWHERE = re.compile(
    r"(?:\A|/)(ssh|scp|sudo|su|rsync|docker|podman|kubectl|adb|vagrant|systemctl|at|nohup)\Z"
)

_SHELL = re.compile(r"[\s;|&<>'\"`$]")
_IN_A_TEXT = "it is part of a command or text, which may be for another program or machine"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something done to the file: `kind` is read, append, write, check, remove, move, run or unknown."""

    kind: str
    call: ast.Call
    path: ast.expr


def carried(module: Module, use: ast.expr) -> ast.expr:
    """The outermost expression around `use` that is still this path, one made of it, or a list with it."""
    names = names_of(module)
    while True:
        above = module.parent(use)
        whole: ast.AST | None = None
        if isinstance(above, ast.Call) and use in above.args and not _is_last_part(module, above):
            text = isinstance(above.func, ast.Attribute) and above.func.attr in {"format", "join"}
            whole = above if text or names.is_any(above.func, *_SAME_PATH) else None
        elif isinstance(above, ast.Attribute):
            call = module.parent(above)
            called = isinstance(call, ast.Call) and call.func is above
            text = isinstance(call, ast.Call) and above.attr == "replace" and len(call.args) == 2
            if text or above.attr in _SAME_PATH_METHODS:
                whole = call if called else above
        elif isinstance(above, _CARRIERS) or (isinstance(above, ast.Subscript) and above.value is use):
            whole = above
        if isinstance(above, (ast.List, ast.Tuple)):
            _refuse_programs_elsewhere(above)
        if isinstance(above, ast.BinOp) and isinstance(above.left, (ast.List, ast.Tuple)):
            _refuse_programs_elsewhere(above.left)
        if not isinstance(whole, ast.expr):
            return use
        use = whole


def _is_last_part(module: Module, call: ast.Call) -> bool:
    """`os.path.splitext(path)[1]` or `os.path.split(path)[-1]`: a name or suffix, no path."""
    above = module.parent(call)
    if not isinstance(above, ast.Subscript) or ast.unparse(above.slice) not in {"1", "-1"}:
        return False
    return names_of(module).is_any(call.func, "os.path.splitext", "os.path.split")


def _refuse_programs_elsewhere(command: ast.List | ast.Tuple) -> None:
    program = command.elts[0].value if command.elts and isinstance(command.elts[0], ast.Constant) else None
    if isinstance(program, str) and _ELSEWHERE.search(program):
        raise Refused(f"`{program}` uses it as another user, in a container or on another machine")
    if isinstance(program, str) and _VIEWERS.match(program):
        raise Refused(f"`{program}` shows it in another program, which may read it later")


def operation(module: Module, path: ast.expr) -> Operation | None:
    """What the code around a path does to its file; None when it only mentions it.

    Raises Refused when the path gets away: returned, stored, or handed to something that lives on.
    """
    above = module.parent(path)
    if isinstance(above, ast.keyword):
        call = module.parent(above)
    elif isinstance(above, ast.Attribute):
        call = module.parent(above)
        if not (isinstance(call, ast.Call) and call.func is above):
            return None  # `.name`, `.suffix`: text, no file
    else:
        call = above
    if isinstance(call, ast.Call):
        return _called(module, call, path)
    if isinstance(above, (ast.Compare, ast.Expr, ast.Raise, ast.Assert, ast.If, ast.BoolOp, ast.UnaryOp)):
        return None
    if isinstance(above, ast.Return):
        raise Refused("it is returned: the caller uses the file, so the caller must own the directory")
    if isinstance(above, (ast.Yield, ast.YieldFrom)):
        raise Refused("it is yielded: the file must outlive this statement")
    if is_text(path):
        raise Refused(_IN_A_TEXT)
    if isinstance(above, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
        raise Refused("it is stored beyond this function; make the directory where its owner is made")
    if isinstance(above, (ast.Dict, ast.Set)):
        raise Refused("it is stored in a collection; make the directory where that is used up")
    raise Refused("it is used in a way that hides where the file goes; move it into a variable of its own")


def _called(module: Module, call: ast.Call, path: ast.expr) -> Operation | None:
    names = names_of(module)
    callee = names.qualified(call.func) or ast.unparse(call.func)
    last = callee.rpartition(".")[2]
    for around in (call, *module.ancestors(call)):
        if isinstance(around, ast.stmt):
            break
        if isinstance(around, ast.Call):
            name = (names.qualified(around.func) or ast.unparse(around.func)).rpartition(".")[2]
            awaited = isinstance(module.parent(around), ast.Await)
            if _LATER.match(name) or (name in _LATER_UNLESS_AWAITED and not awaited):
                raise Refused(f"`{name}` may still need the file when this function goes on")
    if isinstance(call.func, ast.Attribute) and call.func.value is path:
        kind = _mode(call, 0) if last == "open" else _METHODS.get(last, "unknown")
        kind = "move" if last in {"rename", "replace"} and len(call.args) == 1 else kind
    elif callee in _OPENERS:
        kind = _mode(call, 1)
    elif callee in _MOVERS or callee in _RENAMERS:
        from_here = bool(call.args) and call.args[0] is path
        kind = ("move" if callee in _RENAMERS else "read") if from_here else "write"
    else:
        kind = _FUNCTIONS.get(callee, "unknown")
    if kind == "mention" or (kind == "unknown" and last in _TELLERS):
        return None
    if isinstance(module.parent(call), ast.Raise):
        return None
    if last in _STATEMENTS:
        raise Refused(
            f"`{last}` may let a database server read it, whose user cannot enter a private directory"
        )
    if last in COLLECTORS and kind == "unknown":
        raise Refused(f"`{last}` stores it beyond this statement; make the directory around all its uses")
    if _SHARED.search(last):
        raise Refused(f"`{last}` shares it with other processes or people, who look for it at this place")
    if is_text(path):
        raise Refused(_IN_A_TEXT)
    return Operation(kind, call, path)


def _mode(call: ast.Call, position: int) -> str:
    """What an `open` with that mode does first."""
    given = next((k.value for k in call.keywords if k.arg == "mode"), None)
    mode = given or (call.args[position] if len(call.args) > position else None)
    if mode is None:
        return "read"
    if not isinstance(mode, ast.Constant) or not isinstance(mode.value, str):
        return "unknown"
    if mode.value.startswith(("w", "x")):
        return "write"
    return "append" if mode.value.startswith("a") else "read"


def is_text(path: ast.expr) -> bool:
    """Whether the path was put into a longer text, such as a shell command."""
    if isinstance(path, (ast.List, ast.Tuple)):
        return any(is_text(part) for part in path.elts if not isinstance(part, ast.Constant))
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and _SHELL.search(part.value)
        for part in ast.walk(path)
    )


def is_same_file(module: Module, path: ast.expr) -> bool:
    """Whether an expression made of a variable is the variable's own path, however converted."""
    while isinstance(path, ast.Call):
        if isinstance(path.func, ast.Attribute) and path.func.attr in {"absolute", "as_posix", "resolve"}:
            path = path.func.value
        elif len(path.args) == 1 and names_of(module).is_any(path.func, *_SAME_FILE):
            path = path.args[0]
        else:
            return False
    return isinstance(path, ast.Name)


def is_beside(module: Module, path: ast.expr, variables: set[str]) -> bool:
    """Whether an expression made of the variables may name a file beside theirs, not below it."""
    if isinstance(path, (ast.List, ast.Tuple)):
        return any(is_beside(module, part, variables) for part in path.elts)
    if isinstance(path, ast.BinOp):
        below = isinstance(path.op, ast.Div) or ast.unparse(path.right).startswith("'/")
        if below:
            return is_beside(module, path.left, variables)
    if isinstance(path, ast.Call) and names_of(module).is_any(path.func, "os.path.join"):
        return is_beside(module, path.args[0], variables)
    if isinstance(path, ast.JoinedStr) and re.match(r"f'\{\w+\}/", ast.unparse(path)):
        return False
    made_of_them = any(isinstance(node, ast.Name) and node.id in variables for node in ast.walk(path))
    return made_of_them and not is_same_file(module, path)


def is_removal(module: Module, statement: ast.stmt, removers: set[ast.Call]) -> bool:
    """Whether a statement does nothing but remove the file, with or without asking whether it is there.

    `removers` are the calls that remove it.
    """
    if isinstance(statement, ast.Expr):
        value = statement.value
        return (value.value if isinstance(value, ast.Await) else value) in removers
    inner: list[ast.stmt] = getattr(statement, "body", [])
    if len(inner) != 1 or not is_removal(module, inner[0], removers):
        return False
    names = names_of(module)
    if isinstance(statement, ast.If):
        test = statement.test
        asked = isinstance(test, ast.Call) and (
            _FUNCTIONS.get(names.qualified(test.func) or "") == "check"
            or (isinstance(test.func, ast.Attribute) and _METHODS.get(test.func.attr) == "check")
        )
        return asked and not statement.orelse
    if isinstance(statement, ast.Try):
        silent = all(isinstance(s, ast.Pass) for handler in statement.handlers for s in handler.body)
        return silent and not statement.orelse and not statement.finalbody
    if isinstance(statement, ast.With):
        items = [item.context_expr for item in statement.items]
        return all(isinstance(i, ast.Call) and names.is_any(i.func, "contextlib.suppress") for i in items)
    return False


def tolerates_absence(removal: ast.stmt) -> bool:
    """Whether a removal statement works when there is no file."""
    if not isinstance(removal, ast.Expr):
        return True
    call = removal.value
    return isinstance(call, ast.Call) and any(k.arg in {"missing_ok", "ignore_errors"} for k in call.keywords)


def path_to(module: Module, statement: ast.stmt, run: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes between a statement and the run of siblings it stands in, innermost first."""
    if statement not in run:
        for above in module.ancestors(statement):
            yield above
            if above in run:
                return


def is_certain(module: Module, statement: ast.stmt, run: list[ast.stmt]) -> bool:
    """Whether the statement is reached whenever the run gets that far without an error."""
    inner: ast.AST = statement
    for above in path_to(module, statement, run):
        plain = isinstance(above, (ast.With, ast.AsyncWith)) or (
            isinstance(above, (ast.Try, ast.TryStar))
            and inner in [*above.body, *above.orelse, *above.finalbody]
        )
        if not plain:
            return False
        inner = above
    return True


def exclusive(module: Module, one: ast.AST, other: ast.AST) -> bool:
    """Whether two nodes stand in branches of which one run takes at most one."""
    branches = {id(above): branch for above, branch in _branches(module, one)}
    return any(branches.get(id(above), branch) != branch for above, branch in _branches(module, other))


def _branches(module: Module, node: ast.AST) -> Iterator[tuple[ast.AST, object]]:
    inner = node
    for above in module.ancestors(node):
        if isinstance(above, (ast.If, ast.IfExp)) and inner is not above.test:
            body = above.body if isinstance(above.body, list) else [above.body]
            yield above, inner in body
        elif isinstance(inner, (ast.ExceptHandler, ast.match_case)):
            yield above, inner
        inner = above


def in_loop(module: Module, statement: ast.stmt, run: list[ast.stmt]) -> bool:
    return any(isinstance(above, LOOPS) for above in path_to(module, statement, run))


def owner(module: Module, node: ast.AST) -> Function | None:
    """The function whose local names the node sees; None in a class, a module, a lambda or a generator."""
    names = names_of(module)
    scope = names.scope(node)
    while isinstance(scope, (ast.ListComp, ast.SetComp, ast.DictComp)):
        scope = names.scope(scope)
    return scope if isinstance(scope, FUNCTIONS) else None


def is_inside(module: Module, node: ast.AST, statement: ast.stmt) -> bool:
    return any(above is statement for above in module.ancestors(node))
