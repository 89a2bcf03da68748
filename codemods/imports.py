"""Imports that fixes ask for, merged once per file in the file's own style."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TypeAlias

from codemods.model import Edit, Import
from codemods.module import FUNCTIONS, Module
from codemods.names import Binding, below, names_of, origin_of
from codemods.stdlib import is_standard

Statement: TypeAlias = ast.Import | ast.ImportFrom


def merge_imports(module: Module, imports: Sequence[Import]) -> tuple[Edit, ...]:
    """The edits that bring the imports in: into an existing `from` import where there is one, else as
    a line of their own, in the group and in the order that the file keeps."""
    missing = sorted({i for i in imports if not _is_bound(module, i)}, key=_order)
    edits: list[Edit] = []
    places: dict[int, dict[int, tuple[_Place, list[str]]]] = defaultdict(dict)
    for (_, _, origin), group in groupby(missing, key=lambda i: _order(i)[:3]):
        wanted = list(group)
        shared = wanted[0].name and not _keeps_apart(module)
        statement = _same_origin(module, origin) if shared else None
        if statement:
            edits += _extended(module, statement, [i.name for i in wanted if i.name])
        else:
            for new in wanted:
                place = _place(module, new)
                group_lines = places[place.at].setdefault(_group(origin), (place, []))
                group_lines[1].append(f"{new.text}\n")
    for at, groups in places.items():
        first, *_, last = [place for place, _ in groups.values()] * 2
        text = "\n".join("".join(lines) for _, lines in groups.values())
        line_end = "\n" if at and not module.data[:at].endswith((b"\n", b"\r", b"\xef\xbb\xbf")) else ""
        # A file without a final line end may get a name more at its very end, before these lines.
        inserted = next((e for e in edits if e.start == e.end == at), None)
        added = module.edit(at, at, line_end + first.before + text + last.after)
        if inserted:
            edits.remove(inserted)
            added = Edit(module.path, at, at, inserted.replacement + added.replacement)
        edits.append(added)
    return tuple(sorted(edits))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where new lines go, and the blank lines that part them from what stands above and below."""

    at: int
    before: str = ""
    after: str = ""


def _is_bound(module: Module, wanted: Import) -> bool:
    """Whether the file imports it already, at the top and whatever happens.

    `import a.b` binds `a` and brings `a.b`; of `a.c` it says nothing.
    """
    name = wanted.name or wanted.module.partition(".")[0]
    target = below(wanted.module, wanted.name) if wanted.name else name
    found = [b for b in names_of(module).bindings_in(module.tree).get(name, []) if b.target == target]
    if wanted.name is None:
        found = [b for b in found if f"{_imported(b)}.".startswith(f"{wanted.module}.")]
    homes = (module.parent(module.statement(b.node)) for b in found)
    return any(home is module.tree or isinstance(home, ast.Try) for home in homes)


def _imported(binding: Binding) -> str | None:
    """The whole name of the module that an `import` is of."""
    return binding.node.name if isinstance(binding.node, ast.alias) else None


def _same_origin(module: Module, origin: str) -> ast.ImportFrom | None:
    """The `from` import at the top that can take more names of that module."""
    found = (s for s in _top_statements(module) if isinstance(s, ast.ImportFrom) and _origin(s) == origin)
    return next((s for s in found if s.names[0].name != "*"), None)


def _keeps_apart(module: Module) -> bool:
    """Whether the file gives each name a `from` import of its own, also several of one module."""
    found = [s for s in _top_statements(module) if isinstance(s, ast.ImportFrom) and not _is_future(s)]
    origins = [_origin(statement) for statement in found]
    return len(set(origins)) < len(origins) and all(len(statement.names) == 1 for statement in found)


def _extended(module: Module, statement: ast.ImportFrom, new: Sequence[str]) -> list[Edit]:
    """Add names to a `from` import, in order when it is in order, in the layout that it has."""
    source, old = module.source(statement), [spelled(alias) for alias in statement.names]
    joined = [*old, *new]
    if old == sorted(old, key=str.lower):
        joined.sort(key=str.lower)
    head = source[: after_import(source)]
    if "\n" not in source and "\r" not in source and "(" not in source:
        return [module.replace(statement, f"{head} {', '.join(joined)}")]
    places: dict[int, str] = defaultdict(str)
    for name in new:
        following = [old.index(n) for n in joined[joined.index(name) + 1 :] if n in old]
        for at, text in _inserted(module, statement, following[0] if following else len(old), name):
            places[at] += text
    return [module.edit(at, at, text if set(text) != {","} else ",") for at, text in places.items()]


def _inserted(module: Module, statement: ast.ImportFrom, index: int, name: str) -> Iterator[tuple[int, str]]:
    """What to insert, and where, to have `name` before the name with that index (or behind the last)."""
    alias = statement.names[min(index, len(statement.names) - 1)]
    start, end = module.offset(alias.lineno, alias.col_offset), _end(module, alias)
    margin = module.data[module.line_starts[alias.lineno - 1] : start].decode(module.encoding)
    own_line = not margin.strip() and "(" in module.source(statement)
    if index < len(statement.names):
        yield start, f"{name},\n{margin}" if own_line else f"{name}, "
        return
    rest = module.data[end : next_line(module, alias)]
    has_comma = rest.lstrip().startswith(b",")
    if not own_line:
        yield end, f", {name}"
    elif b")" in rest.partition(b"#")[0]:
        yield (end + rest.index(b",") + 1, f"\n{margin}{name},") if has_comma else (end, f",\n{margin}{name}")
    else:
        if not has_comma:
            yield end, ","
        yield next_line(module, alias), f"{margin}{name},\n"


def _place(module: Module, wanted: Import) -> _Place:
    """Where a new import line goes."""
    statements = [s for s in _top_statements(module) if not _is_future(s)]
    group = _group(wanted.module)
    same = [s for s in statements if _group(_origin(s)) == group]
    if same:
        return _Place(_sorted_place(module, _kin(same, wanted) or _block(module, same, wanted), wanted))
    earlier = [s for s in statements if _group(_origin(s)) < group]
    if earlier:
        return _Place(_behind(module, earlier[-1]), before="\n")
    if statements:
        return _Place(_above(module, statements[0]), after="\n")
    return _place_without_imports(module)


def _kin(group: Sequence[Statement], wanted: Import) -> list[Statement]:
    """The imports of the same package: none of the other kind where the group has plain ones before `from`.

    That is for the standard library: other packages, its own too, are one group here and several in a file.
    """
    package = wanted.module.partition(".")[0]
    kin = [s for s in group if _origin(s).partition(".")[0] == package]
    kinds = [isinstance(s, ast.ImportFrom) for s in group]
    plain_first = not kinds[0] and kinds[-1] and kinds == sorted(kinds) and not _group(wanted.module)
    if plain_first and all(isinstance(s, ast.Import) is (wanted.name is not None) for s in kin):
        return []
    return kin


def _block(module: Module, group: Sequence[Statement], wanted: Import) -> Sequence[Statement]:
    """Those of the project's own packages, or those of others, where its own stand by themselves below."""
    own = {*module.path.split("/")[:-1]}
    are_own = [_origin(s).partition(".")[0] in own for s in group]
    if len({*are_own}) < 2 or are_own != sorted(are_own):
        return group
    line = module.position(_above(module, group[are_own.index(True)]))[0]
    if line == 1 or module.line(line - 1).strip():
        return group
    is_own = wanted.module.partition(".")[0] in own
    return [s for s, is_one in zip(group, are_own, strict=True) if is_one is is_own]


def _sorted_place(module: Module, group: Sequence[Statement], wanted: Import) -> int:
    """Before the first import of the group that sorts after it, if the group is sorted; else behind
    the last of its kind."""
    kinds = [isinstance(s, ast.ImportFrom) for s in group]
    plain_first = kinds == sorted(kinds)
    apart = _keeps_apart(module)
    keys = [
        (plain_first and kind, _origin(s).lower(), _rank(s.names[0].name) if kind and apart else ())
        for kind, s in zip(kinds, group, strict=True)
    ]
    rank = _rank(wanted.name) if wanted.name and apart else ()
    new = (plain_first and wanted.name is not None, wanted.module.lower(), rank)
    kin = [n for n, key in enumerate(keys) if key[0] == new[0]]
    later = next((n for n in kin if keys[n] > new and module.starts_line(group[n])), None)
    if later is not None and all(keys[a] <= keys[b] for a, b in pairwise(kin)):
        return _above(module, group[later], is_first=later == 0)
    if kin or new[0]:
        return _behind(module, group[kin[-1] if kin else -1])
    return _above(module, group[0], is_first=True)


def _rank(name: str) -> tuple[int | str, ...]:
    """What orders names that are imported one by one: constants, classes, then the others."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower()


def _place_without_imports(module: Module) -> _Place:
    """Behind the docstring and future imports, or before the first statement and its comments."""
    body = module.tree.body
    head = [s for s in body if _is_future(s)]
    if not head and ast.get_docstring(module.tree, clean=False) is not None:
        head = body[:1]
    if head:
        at = _behind(module, head[-1])
        return _Place(at, before="\n", after="\n" if module.data[at:].split(b"\n")[0].strip() else "")
    if not body:
        return _Place(len(module.data))
    is_code = not isinstance(body[0], (*FUNCTIONS, ast.ClassDef))
    return _Place(_above(module, body[0]), after="\n" if is_code else "\n\n")


def _above(module: Module, statement: ast.stmt, is_first: bool = False) -> int:
    """The start of the statement's line, or of the comments right above it: not of those that head the
    file, nor, for the first of a group, of those that head the group."""
    line = own = module.position(module.start(statement))[0]
    while line > 1 and module.line(line - 1).lstrip().startswith(b"#"):
        line -= 1
    return module.line_starts[(own if is_first or line == 1 else line) - 1]


def _behind(module: Module, statement: ast.stmt) -> int:
    """The start of the line behind a statement and all that begins on its last line."""
    for follower in module.tree.body:
        if statement.end_lineno == follower.lineno and follower is not statement:
            statement = follower
    return next_line(module, statement)


def next_line(module: Module, node: ast.stmt | ast.alias) -> int:
    assert node.end_lineno is not None
    starts = module.line_starts
    return starts[node.end_lineno] if node.end_lineno < len(starts) else len(module.data)


def _top_statements(module: Module) -> list[Statement]:
    """The imports at module level before the first definition."""
    run: list[Statement] = []
    for statement in module.tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            run.append(statement)
        elif isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            break
    return run


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _origin(statement: Statement) -> str:
    if isinstance(statement, ast.ImportFrom):
        return origin_of(statement)
    return statement.names[0].name


def _group(origin: str) -> int:
    """0 the standard library, 1 everything else by absolute name, 2 relative: isort's order."""
    if origin.startswith("."):
        return 2
    return 0 if is_standard(origin) else 1


def spelled(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def after_import(source: str) -> int:
    """Where the word `import` ends in a `from` import, or in a plain one."""
    word = re.search(r"\bimport\b", source)
    assert word
    return word.end()


def _end(module: Module, alias: ast.alias) -> int:
    assert alias.end_lineno is not None and alias.end_col_offset is not None
    return module.offset(alias.end_lineno, alias.end_col_offset)


def _order(wanted: Import) -> tuple[int, bool, str, str]:
    return _group(wanted.module), wanted.name is not None, wanted.module, wanted.name or ""
