"""Tables that hold a finding in each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from codemods.audits.markdown.blocks import Block, Item, plain
from codemods.audits.markdown.candidates import Candidate, entry_points
from codemods.audits.markdown.content import content_of, severity_in
from codemods.audits.markdown.fields import property_table
from codemods.audits.markdown.headings import Context
from codemods.audits.markdown.lead import lead_of
from codemods.audits.markdown.locations import cited, placed
from codemods.audits.markdown.vocabulary import first_severity, label_kind

Accept = Callable[[str, bool], bool]

_SAMPLE = 30  # rows that are looked at to find out what a column holds


def rows_of(table: Block, context: Context, accept: Accept) -> list[Candidate]:
    """A candidate for each row, if the table is one of findings."""
    header, *rows = table.items
    if property_table(table):
        return []
    roles = _roles([_text(cell) for cell in header.blocks], rows[:_SAMPLE], accept)
    if (
        "count" in roles
        or ("id" not in roles and not {"severity", "location"} & set(roles))
        or "title" not in roles
    ):
        return []
    names = [_text(cell) for cell in header.blocks]
    if not {"id", "location"} & set(roles) and _is_legend(
        [_text(row.blocks[roles["severity"]]) for row in rows]
    ):
        return []
    return [_candidate(row, names, roles, context, accept) for row in rows if any(map(_text, row.blocks))]


def _candidate(
    row: Item, names: Sequence[str], roles: dict[str, int], context: Context, accept: Accept
) -> Candidate:
    cells = [_text(cell) for cell in row.blocks]
    title = lead_of(cells[roles["title"]] if roles["title"] < len(cells) else "", accept)
    if "id" in roles and roles["id"] != roles["title"]:
        named = lead_of(cells[roles["id"]], accept)
        title.ids, title.number = named.ids or title.ids, named.number or title.number
        title.severity = title.severity or named.severity
    lines = [
        f"**{_label(role, name)}:** {cell}"
        for name, cell, role in zip(names, cells, _by_column(roles, len(cells)), strict=False)
        if cell.strip(" -\u2013—") and role not in {"id", "title"}
    ]
    content = content_of([Block("paragraph", row.line, lines)], title)
    points = entry_points(title, content, context, strong=False)
    return Candidate(title, content, row.line, context, points, "row")


def _label(role: str | None, name: str) -> str:
    """The column's name, or, if that says nothing, what it turned out to hold."""
    return name if label_kind(plain(name)) == role or role is None else role


def _by_column(roles: dict[str, int], width: int) -> list[str | None]:
    by_column = {column: role for role, column in roles.items()}
    return [by_column.get(column) for column in range(width)]


def _roles(names: Sequence[str], rows: Sequence[Item], accept: Accept) -> dict[str, int]:
    """Which column holds what: by its name, else by what is in it."""
    roles: dict[str, int] = {}
    columns = [
        [_text(row.blocks[i]) if i < len(row.blocks) else "" for row in rows] for i in range(len(names))
    ]
    known = {
        column: kind for column, name in enumerate(names) if (kind := label_kind(plain(name).strip(" :")))
    }
    guessed = {
        c: kind for c in range(len(names)) if c not in known and (kind := _inferred(columns[c], accept))
    }
    for column, kind in {**known, **guessed}.items():
        if kind == "location" and not _mostly(columns[column], _has_place):
            kind = "title" if "title" not in roles else "problem"
        roles.setdefault(kind, column)
    if "title" not in roles:
        roles |= _title_among(roles, columns)
    return {role: column for role, column in roles.items() if role == "title" or column != roles.get("title")}


def _title_among(roles: dict[str, int], columns: Sequence[Sequence[str]]) -> dict[str, int]:
    """The column that has to do for a title: the problem, else the one that tells most, else the category."""
    free = [column for column in range(len(columns)) if column not in roles.values()]
    longest = max(free, key=lambda column: sum(map(len, columns[column])), default=roles.get("category"))
    title = roles.get("problem", longest)
    return {} if title is None else {"title": title}


def _is_legend(cells: Sequence[str]) -> bool:
    """Whether a column of severities has each only once: such a table sums up."""
    named = [severity_in(cell) for cell in cells if cell]
    return len(set(named)) == len(named)


def _inferred(cells: Sequence[str], accept: Accept) -> str | None:
    """What a column without a telling name holds."""
    if _mostly(cells, lambda cell: bool((lead := lead_of(cell, accept)).ids) and not lead.title):
        return "id"
    if _mostly(cells, lambda cell: len(cell) < 20 and first_severity(cell) is not None):
        return "severity"
    if _mostly(cells, lambda cell: len(cell) < 120 and bool(cited(cell, lenient=True).places)):
        return "location"
    return None


def _has_place(cell: str) -> bool:
    return bool(placed(cell).places)


def _mostly(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(map(test, filled)) * 2 >= len(filled)


def _text(cell: Block) -> str:
    return " ".join(cell.lines).strip()
