"""Imports that fixes ask for, merged once per file in the file's own style; and those that lost their use."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence

from codemods.model import Edit, Import
from codemods.module import Module
from codemods.names import Binding, names_of

_FUTURE = "__future__"


def merge_imports(module: Module, imports: Sequence[Import]) -> tuple[Edit, ...]:
    """The edits that bring the imports in: into an existing `from` import where there is one, else as
    a line of their own, in the group and in the order that the file keeps."""
    missing = [i for i in imports if not _is_bound(module, i)]
    edits: list[Edit] = []
    lines: dict[int, list[str]] = {}
    for wanted in missing:
        extended = _extend(module, wanted, [m for m in missing if m.module == wanted.module])
        if extended:
            edits.append(extended)
        else:
            at, text = _new_line(module, wanted)
            lines.setdefault(at, []).append(text)
    edits += [module.edit(at, at, "".join(sorted(texts))) for at, texts in lines.items()]
    return tuple(sorted(set(edits)))


def drop_imports(before: Module, after: Module) -> tuple[Edit, ...]:
    """The edits of `after` that remove the imports which `before` used and `after` does not any more."""
    if after.path.endswith("__init__.py") or b"__all__" in after.data:
        return ()
    used = {name for name, binding in _top_imports(before) if _loads(before, binding)}
    gone = [
        binding
        for name, binding in _top_imports(after)
        if name in used and not _loads(after, binding) and "noqa" not in _comment(after, binding)
    ]
    by_statement: dict[ast.stmt, list[ast.alias]] = {}
    for binding in gone:
        assert isinstance(binding.node, ast.alias)
        by_statement.setdefault(after.statement(binding.node), []).append(binding.node)
    return tuple(e for s, aliases in by_statement.items() for e in _without(after, s, aliases))


def _is_bound(module: Module, wanted: Import) -> bool:
    name = wanted.name or wanted.module.partition(".")[0]
    dots = "" if wanted.module.endswith(".") else "."
    target = f"{wanted.module}{dots}{wanted.name}" if wanted.name else name
    found = names_of(module).bindings_in(module.tree).get(name, [])
    return any(b.target == target for b in found)


def _extend(module: Module, wanted: Import, same: Sequence[Import]) -> Edit | None:
    """Add names to an existing one-line `from module import …`, in order when it is in order."""
    if wanted.name is None:
        return None
    for statement in _top_statements(module):
        if not isinstance(statement, ast.ImportFrom) or any(a.name == "*" for a in statement.names):
            continue
        origin = "." * statement.level + (statement.module or "")
        if origin != wanted.module:
            continue
        names = [f"{a.name} as {a.asname}" if a.asname else a.name for a in statement.names]
        joined = [*names, *sorted(i.name for i in same if i.name)]
        if names == sorted(names, key=str.lower):
            joined.sort(key=str.lower)
        source = module.source(statement)
        if "\n" not in source and "(" not in source and "\\" not in source:
            text = f"from {origin} import {', '.join(joined)}"
            if len(text) + statement.col_offset <= 99:
                return module.replace(statement, text)
        return _insert_alias(module, statement, sorted(i.name for i in same if i.name))
    return None


def _insert_alias(module: Module, statement: ast.ImportFrom, new: Sequence[str]) -> Edit:
    """Put names before the first existing name that sorts after them, in the layout of its neighbours."""
    names = [a.name.lower() for a in statement.names]
    index = next((n for n, name in enumerate(names) if name > new[0].lower()), len(names))
    if index < len(names):
        follower = statement.names[index]
        at = module.offset(follower.lineno, follower.col_offset)
        own_line = (
            follower.lineno != statement.lineno
            and not module.line(follower.lineno)[: follower.col_offset].strip()
        )
        gap = "\n" + " " * follower.col_offset if own_line else " "
        return module.edit(at, at, "".join(f"{name},{gap}" for name in new))
    last = statement.names[-1]
    assert last.end_lineno is not None and last.end_col_offset is not None
    at = module.offset(last.end_lineno, last.end_col_offset)
    own_line = not module.line(last.lineno)[: last.col_offset].strip()
    gap = "\n" + " " * last.col_offset if own_line else " "
    return module.edit(at, at, "".join(f",{gap}{name}" for name in new))


def _new_line(module: Module, wanted: Import) -> tuple[int, str]:
    """Where a new import line goes, as the offset of a line start, and the line."""
    text = wanted.text + "\n"
    statements = [s for s in _top_statements(module) if not _is_future(s)]
    same_group = [s for s in statements if _group(s) == _group_of(wanted.module)]
    if same_group:
        return _sorted_place(module, same_group, wanted), text
    earlier = [s for s in statements if _group(s) < _group_of(wanted.module)]
    if earlier:
        return _line_after(module, earlier[-1]), text
    if statements:
        return module.line_starts[statements[0].lineno - 1], text + "\n"
    return _place_without_imports(module, text)


def _sorted_place(module: Module, group: Sequence[ast.stmt], wanted: Import) -> int:
    """Before the first import of the group that sorts after it, if the group is sorted; else behind."""
    plain_first = sorted(isinstance(s, ast.ImportFrom) for s in group) == [
        isinstance(s, ast.ImportFrom) for s in group
    ]
    keys = [_key(s, plain_first) for s in group]
    new = (plain_first and wanted.name is not None, wanted.module.lower())
    if keys == sorted(keys):
        for statement, key in zip(group, keys, strict=True):
            if key > new and module.starts_line(statement):
                return module.line_starts[statement.lineno - 1]
    return _line_after(module, group[-1])


def _key(statement: ast.stmt, plain_first: bool) -> tuple[bool, str]:
    if isinstance(statement, ast.ImportFrom):
        return plain_first, ("." * statement.level + (statement.module or "")).lower()
    assert isinstance(statement, ast.Import)
    return False, statement.names[0].name.lower()


def _place_without_imports(module: Module, text: str) -> tuple[int, str]:
    """Behind the docstring and future imports, or before the first statement."""
    body = module.tree.body
    head = [s for s in body if _is_future(s)]
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        head = [body[0], *head] if isinstance(body[0].value.value, str) else head
    if head:
        at = _line_after(module, head[-1])
        missing_end = "" if module.data[:at].endswith((b"\n", b"\r")) else "\n"
        return at, f"{missing_end}\n{text}"
    first_line = module.position(module.start(body[0]))[0] if body else 1
    return module.line_starts[first_line - 1], text + "\n\n"


def _line_after(module: Module, statement: ast.stmt) -> int:
    """The start of the line behind a statement; behind all that shares its last line."""
    assert statement.end_lineno is not None
    starts = module.line_starts
    return starts[statement.end_lineno] if statement.end_lineno < len(starts) else len(module.data)


def _top_statements(module: Module) -> list[ast.Import | ast.ImportFrom]:
    """The run of imports at the top: module level, before the first definition or other code ends it."""
    run: list[ast.Import | ast.ImportFrom] = []
    for statement in module.tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            run.append(statement)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and run:
            break
    return run


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == _FUTURE


def _group(statement: ast.stmt) -> int:
    if isinstance(statement, ast.ImportFrom):
        return _group_of("." * statement.level + (statement.module or ""))
    assert isinstance(statement, ast.Import)
    return _group_of(statement.names[0].name)


def _group_of(module_name: str) -> int:
    """0 the standard library, 1 everything else by absolute name, 2 relative: isort's order."""
    if module_name.startswith("."):
        return 2
    return 0 if module_name.partition(".")[0] in sys.stdlib_module_names else 1


def _top_imports(module: Module) -> Iterator[tuple[str, Binding]]:
    for name, bindings in names_of(module).bindings_in(module.tree).items():
        if len(bindings) == 1 and isinstance(bindings[0].node, ast.alias):
            yield name, bindings[0]


def _loads(module: Module, binding: Binding) -> bool:
    return any(isinstance(use.ctx, ast.Load) for use in names_of(module).uses(binding))


def _comment(module: Module, binding: Binding) -> str:
    return module.comments.get(module.statement(binding.node).lineno, "")


def _without(module: Module, statement: ast.stmt, aliases: Sequence[ast.alias]) -> Iterator[Edit]:
    assert isinstance(statement, (ast.Import, ast.ImportFrom))
    kept = [a for a in statement.names if a not in aliases]
    alone = module.starts_line(statement) and len(module.siblings(statement)[0]) > 1
    if not kept and alone:
        start = module.line_starts[statement.lineno - 1]
        yield Edit(module.path, start, _line_after(module, statement), b"")
    elif kept and "\n" not in module.source(statement):
        names = ", ".join(f"{a.name} as {a.asname}" if a.asname else a.name for a in kept)
        head = module.source(statement).partition("import")[0]
        yield module.replace(statement, f"{head}import {names}")
