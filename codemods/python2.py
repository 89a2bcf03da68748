"""What only Python 2 has, and signs that a file is for Python 2 too."""

from __future__ import annotations

import ast
import re

from codemods.module import Module
from codemods.nodes import spelled

_FUTURES = {"absolute_import", "division", "print_function", "unicode_literals", "with_statement"}
_OLD_MODULES = {"StringIO", "cStringIO", "cPickle", "ConfigParser", "HTMLParser", "Queue", "SocketServer"}
_OLD_MODULES |= {"Tkinter", "__builtin__", "cookielib", "httplib", "urllib2", "urlparse", "xmlrpclib"}
_OLD_MODULES |= {"BaseHTTPServer", "SimpleHTTPServer", "Cookie", "_winreg", "copy_reg", "htmlentitydefs"}
_OLD_NAMES = {f"itertools.{name}" for name in ("imap", "izip", "ifilter", "ifilterfalse", "izip_longest")}
_OLD_NAMES |= {"os.getcwdu", "string.maketrans"}
_PARTS_OF_URLLIB = {"error", "parse", "request", "response", "robotparser"}
_OLD_BUILTINS = {"basestring", "execfile", "raw_input", "unichr", "unicode", "xrange"}
_COMMON_BUILTINS = {"cmp", "long", "reduce", "reload"}  # names that people give to things of their own
_FOR_BOTH = {"six", "past"}  # packages that hide the differences
_COPIED = "six"  # into packages of others: `lib.six`, `django.utils.six`
_FLAGS = {"PY2", "PY3", "IS_PY2", "IS_PY3", "is_py2", "is_py3"}
# What only Python 2 reads, unless it stands in a text: `print x`, `raise E, "x"`, `except E, error:`.
_OLD_SYNTAX = re.compile(
    rb"^[ \t]*(?:print[ \t]+[\"'\w%]|raise[ \t]+[\w.]+[ \t]*,|except[ \t(][^\n:]*,[ \t]*[a-z_]\w*[ \t]*:)",
    re.MULTILINE,
)
# One of which stands in every file that shows a sign of Python 2.
OLD_WORDS = {*_FUTURES, *_OLD_MODULES, *_OLD_BUILTINS, *_FOR_BOTH, *_FLAGS, "version_info"}
_NEW_NODES = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Nonlocal, ast.YieldFrom)


def sign_of_python_2(module: Module) -> str | None:
    """What shows that Python 2 runs a file too: an import, a name, a test.

    None where its syntax needs Python 3.
    """
    signs = map(_old_import, sorted(_imports(module), key=lambda statement: statement.lineno))
    sign = next(filter(None, signs), None) or _old_builtin(module) or _test_of_python(module)
    return sign if sign and not needs_python_3(module) else None


def may_be_only_for_python_2(data: bytes) -> bool:
    """Whether lines of a file look like what Python 3 cannot read; they may stand in a text."""
    return bool(_OLD_SYNTAX.search(data))


def is_only_in_python_2(dotted: str) -> bool:
    """Whether it is a module or a name of the standard library that Python 3 has no more."""
    top, _, rest = dotted.partition(".")
    if top == "urllib" and rest:
        return rest.partition(".")[0] not in _PARTS_OF_URLLIB
    return top in _OLD_MODULES or dotted in _OLD_NAMES


def is_builtin_of_python_2(name: str) -> bool:
    """Whether Python 3 has no such builtin any more, and Python 2 has."""
    return name in _OLD_BUILTINS | _COMMON_BUILTINS


def _imports(module: Module) -> list[ast.Import | ast.ImportFrom]:
    return module.nodes(ast.Import, ast.ImportFrom)


def _old_import(statement: ast.Import | ast.ImportFrom) -> str | None:
    parts = {part for alias in statement.names for part in alias.name.split(".")}
    tops = {alias.name.partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.ImportFrom):
        top = (statement.module or "").partition(".")[0] if not statement.level else ""
        future = top == "__future__" and not tops.isdisjoint(_FUTURES)
        tops = _FOR_BOTH if future else {top}
        parts.update((statement.module or "").split("."))
    if tops.isdisjoint(_OLD_MODULES | _FOR_BOTH) and _COPIED not in parts:
        return None
    return f"`{ast.unparse(statement)}` (line {statement.lineno})"


def _old_builtin(module: Module) -> str | None:
    """The first use of a name that only Python 2 has built in, and the file gives no meaning of its own."""
    names = [name for word in _OLD_BUILTINS for name in module.names.get(word, ())]
    if not names:
        return None
    bound = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    bound |= {argument.arg for argument in module.nodes(ast.arg)}
    bound |= {alias.asname or alias.name for one in _imports(module) for alias in one.names}
    first = min((name for name in names if name.id not in bound), key=_place, default=None)
    return f"`{first.id}` (line {first.lineno})" if first else None


def _test_of_python(module: Module) -> str | None:
    """The first place that asks whether this is Python 2, and goes on with either."""
    tests: list[ast.expr] = [name for flag in _FLAGS for name in module.names.get(flag, ())]
    tests += [attribute for flag in _FLAGS for attribute in module.attributes.get(flag, ())]
    if b"version_info" in module.data:
        tests += [compared for compared in module.nodes(ast.Compare) if _compares_major(compared, module)]
    asked = (node for node in tests if not _refuses(module.statement(node)))
    first = min(asked, key=_place, default=None)
    return f"`{spelled(first)}` (line {first.lineno})" if first else None


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _compares_major(node: ast.Compare, module: Module) -> bool:
    """Whether the version is held against Python 2 or 3, and no later one: `sys.version_info[0] < 3`.

    `version_info[0] == 3 and version_info[1] > 8` is about a later one.
    """
    match node.comparators:
        case [ast.Constant(value=2 | 3 as major)]:
            later: list[object] = []
            asked: tuple[str, ...] = ("version_info[0]", "version_info.major")
        case [ast.Tuple(elts=[ast.Constant(value=2 | 3 as major), *more])]:
            later = [getattr(part, "value", None) for part in more]
            asked = ("version_info", "]")
        case _:
            return False
    left = spelled(node.left)
    if "version_info" not in left or not left.endswith(asked):
        return False
    if major == 2:
        return True
    return (
        not any(later)
        and not isinstance(node.ops[0], ast.Gt)
        and not isinstance(module.parent(node), ast.BoolOp)
    )


def _refuses(statement: ast.stmt) -> bool:
    """Whether it only makes sure of the Python: an assertion, or an arm that ends with an error or exit."""
    if not isinstance(statement, ast.If):
        return isinstance(statement, ast.Assert)
    lasts = [arm[-1] for arm in (statement.body, statement.orelse) if arm]
    calls = (last.value for last in lasts if isinstance(last, ast.Expr))
    exits = any(isinstance(call, ast.Call) and spelled(call.func).endswith("exit") for call in calls)
    return exits or any(isinstance(last, ast.Raise) for last in lasts)


def needs_python_3(module: Module) -> bool:
    """Whether there is syntax that Python 2 cannot read."""
    return bool(
        module.nodes(*_NEW_NODES)
        or any(a.kwonlyargs or a.posonlyargs for a in module.nodes(ast.arguments))
        or any(argument.annotation for argument in module.nodes(ast.arg))
        or any(function.returns for function in module.nodes(ast.FunctionDef))
        or any(statement.cause for statement in module.nodes(ast.Raise))
    )
