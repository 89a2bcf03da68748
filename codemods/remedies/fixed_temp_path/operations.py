"""What is done to a temporary file, as far as the code around its path tells."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from codemods.module import Module
from codemods.names import names_of
from codemods.remedies.fixed_temp_path.derived import is_text
from codemods.remedies.fixed_temp_path.paths import Refused

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
_STATEMENTS = {"execute", "executemany", "executescript", "copy_expert"}  # methods that run SQL
_IN_A_TEXT = "it is part of a command or text, which may be for another program or machine"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something done to the file: `kind` is read, append, write, check, remove, move, run or unknown."""

    kind: str
    call: ast.Call
    path: ast.expr


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
    _refuse_later_use(module, call)
    last, kind = _callee(module, call).rpartition(".")[2], _kind(module, call, path)
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


def _refuse_later_use(module: Module, call: ast.Call) -> None:
    """Raise Refused when the call, or one around it, goes on using the file after its statement."""
    for around in (call, *module.ancestors(call)):
        if isinstance(around, ast.stmt):
            break
        if isinstance(around, ast.Call):
            name = _callee(module, around).rpartition(".")[2]
            awaited = isinstance(module.parent(around), ast.Await)
            if _LATER.match(name) or (name in _LATER_UNLESS_AWAITED and not awaited):
                raise Refused(f"`{name}` may still need the file when this function goes on")


def _callee(module: Module, call: ast.Call) -> str:
    """The dotted name of what is called, else its text."""
    return names_of(module).qualified(call.func) or ast.unparse(call.func)


def _kind(module: Module, call: ast.Call, path: ast.expr) -> str:
    """What the call does to the file: a kind of operation, or mention."""
    callee = _callee(module, call)
    if isinstance(call.func, ast.Attribute) and call.func.value is path:
        last = callee.rpartition(".")[2]
        if last in {"rename", "replace"} and len(call.args) == 1:
            return "move"
        return _mode(call, 0) if last == "open" else _METHODS.get(last, "unknown")
    if callee in _OPENERS:
        return _mode(call, 1)
    if callee in _MOVERS or callee in _RENAMERS:
        from_here = bool(call.args) and call.args[0] is path
        return ("move" if callee in _RENAMERS else "read") if from_here else "write"
    return _FUNCTIONS.get(callee, "unknown")


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


def is_check(module: Module, expression: ast.expr) -> bool:
    """Whether it only asks if something is there: `os.path.exists(path)`, `path.is_file()`."""
    if not isinstance(expression, ast.Call):
        return False
    function = expression.func
    if isinstance(function, ast.Attribute) and _METHODS.get(function.attr) == "check":
        return True
    return _FUNCTIONS.get(names_of(module).qualified(function) or "") == "check"
