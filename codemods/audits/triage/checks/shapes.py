"""Does the code have what every instance of a fault has? `faults.toml` says what that is."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from codemods.audits.triage.case import Case, Sight, called, excerpt, spot
from codemods.exceptions.raising.sure.written import values_written
from codemods.module import Module
from codemods.nodes import types_of


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault by the words that people use for it, and the shapes of code without which it cannot be.

    `given` are shapes of which one must be there before the lack of the others says anything.
    """

    words: re.Pattern[str]
    needs: tuple[str, ...]
    given: tuple[str, ...]
    traces: tuple[str, ...]
    whole_file: bool
    says: str


def look(case: Case) -> Iterator[Sight]:
    for fault in faults():
        if not any(fault.words.search(sentence) for sentence in case.prose.headline):
            continue
        needed = _seen(case, fault.needs, fault)
        if needed:
            yield from (Sight(f"{spot(m, n)} has it: {excerpt(m, n)}", False) for m, n in needed[:3])
            continue
        given = _seen(case, fault.given, fault) if fault.given else [(m, m.tree) for m in case.modules]
        if given:
            yield Sight(_said(case, fault, given), True, fault.traces)


def _said(case: Case, fault: Fault, given: Sequence[tuple[Module, ast.AST]]) -> str:
    where = ", ".join(module.path for module in case.modules[:3])
    shown = [f"{excerpt(m, n)} at {spot(m, n)}" for m, n in given[:2] if not isinstance(n, ast.Module)]
    return f"{fault.says} in {where}" + (f" ({'; '.join(shown)})" if shown else "")


def _seen(case: Case, shapes: Sequence[str], fault: Fault) -> list[tuple[Module, ast.AST]]:
    return [
        (module, node)
        for module in case.modules
        for shape in shapes
        for node in _having(shape, module, case, whole=fault.whole_file)
    ]


def _having(shape: str, module: Module, case: Case, *, whole: bool) -> list[ast.AST]:
    """The nodes of one shape: a call (`os.system`, `.read`), a keyword (`shell=True`), or one of `_NAMED`."""
    named = _NAMED.get(shape)
    nodes: list[ast.AST]
    if named:
        kind, holds = named
        having = (n for n in _nodes(case, module, kind, whole=whole) if holds(n, module))
        nodes = [module.parent(n) or n if isinstance(n, ast.arguments) else n for n in having]
    elif "=" in shape:
        name, _, value = shape.partition("=")
        calls = _nodes(case, module, ast.Call, whole=whole)
        nodes = [c for c in calls if isinstance(c, ast.Call) and _has_keyword(c, name, value)]
    else:
        calls = _nodes(case, module, ast.Call, whole=whole)
        nodes = [c for c in calls if isinstance(c, ast.Call) and _calls(c, shape, module)]
    return nodes


def _nodes(case: Case, module: Module, kind: type[ast.AST], *, whole: bool) -> Sequence[ast.AST]:
    return module.nodes(kind) if whole else case.in_functions(module, kind)


def _calls(call: ast.Call, shape: str, module: Module) -> bool:
    target = called(call, module)
    if shape.startswith("."):
        return target.endswith(shape)
    return target.startswith(shape[:-1]) if shape.endswith("*") else target == shape


def _has_keyword(call: ast.Call, name: str, value: str) -> bool:
    return any(k.arg == name and value in ("", ast.unparse(k.value)) for k in call.keywords)


def _is_bare(node: ast.AST, _: Module) -> bool:
    return isinstance(node, ast.ExceptHandler) and node.type is None


def _is_broad(node: ast.AST, _: Module) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    broad = ("Exception", "BaseException")
    return node.type is None or any(ast.unparse(kind) in broad for kind in types_of(node))


def _is_dynamic_sql(node: ast.AST, module: Module) -> bool:
    """A call of `execute` and the like whose statement is not written out as literal text."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    statements = {
        "execute",
        "executemany",
        "executescript",
        "raw",
        "extra",
        "read_sql",
        "text",
        "exec_driver_sql",
    }
    first = node.args[0]
    if isinstance(first, ast.Call) and first.args and ast.unparse(first.func).endswith("text"):
        first = first.args[0]
    if name not in statements:
        return False
    texts = values_written(module, first, None)
    return texts is None or not all(isinstance(text, str) for text in texts)


def _is_execute(node: ast.AST, _: Module) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.startswith("execute")
    )


def _is_unmanaged_open(node: ast.AST, module: Module) -> bool:
    """A file that is opened and is not (at once) the subject of a `with`."""
    opened = isinstance(node, ast.Call) and called(node, module) in (
        "open",
        "io.open",
        "codecs.open",
        "gzip.open",
        ".open",
    )
    return opened and not isinstance(module.parent(node), ast.withitem)


def _is_mutable_default(node: ast.AST, _: Module) -> bool:
    if not isinstance(node, ast.arguments):
        return False
    defaults = [*node.defaults, *(d for d in node.kw_defaults if d)]
    return any(isinstance(d, (ast.List, ast.Dict, ast.Set)) for d in defaults)


def _is_star_import(node: ast.AST, _: Module) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


def _is_plain_secret(node: ast.AST, _: Module) -> bool:
    """A name or key that speaks of a secret, and the text it is given."""
    if isinstance(node, ast.Assign):
        targets = [ast.unparse(target) for target in node.targets]
    elif isinstance(node, ast.AnnAssign):
        targets = [ast.unparse(node.target)]
    else:
        return False
    text = (
        isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) and bool(node.value.value)
    )
    return text and any(
        re.search(r"secret|passw|token|api_?key|credential", t, re.IGNORECASE) for t in targets
    )


def _unverified_exp(node: ast.AST, module: Module) -> bool:
    """`jwt.decode` that is told not to look, or is told something we cannot read."""
    if not isinstance(node, ast.Call) or not called(node, module).endswith("decode"):
        return False
    telling = [k.value for k in node.keywords if k.arg in ("options", "verify", "verify_exp", None)]
    return any(
        "False" in ast.unparse(v) or isinstance(v, (ast.Name, ast.Attribute, ast.Call)) for v in telling
    )


def _compares_secrets(node: ast.AST, _: Module) -> bool:
    equal = isinstance(node, ast.Compare) and any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops)
    return equal and bool(
        re.search(r"secret|token|signature|passw|digest|hash|key", ast.unparse(node), re.IGNORECASE)
    )


_NAMED: Mapping[str, tuple[type[ast.AST], Callable[[ast.AST, Module], bool]]] = {
    "<bare except>": (ast.ExceptHandler, _is_bare),
    "<broad except>": (ast.ExceptHandler, _is_broad),
    "<dynamic sql>": (ast.Call, _is_dynamic_sql),
    "<execute>": (ast.Call, _is_execute),
    "<open without with>": (ast.Call, _is_unmanaged_open),
    "<mutable default>": (ast.arguments, _is_mutable_default),
    "<star import>": (ast.ImportFrom, _is_star_import),
    "<text as secret>": (ast.Assign, _is_plain_secret),
    "<text as annotated secret>": (ast.AnnAssign, _is_plain_secret),
    "<jwt without checks>": (ast.Call, _unverified_exp),
    "<compare of secrets>": (ast.Compare, _compares_secrets),
}


@cache
def faults() -> Sequence[Fault]:
    """The entries of `faults.toml`. Raises KeyError or re.error where one of them is wrong."""
    data = tomllib.loads(files(__package__).joinpath("faults.toml").read_text(encoding="utf-8"))
    return [
        Fault(
            re.compile(entry["words"], re.IGNORECASE),
            tuple(entry["needs"]),
            tuple(entry.get("given", ())),
            tuple(entry.get("traces", ())),
            entry.get("scope", "file") == "file",
            entry["says"],
        )
        for entry in data["fault"]
    ]
