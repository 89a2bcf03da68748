"""What tools report, made into findings of a report: the parts that all formats share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import unquote

from codemods.audits.model import Audit, AuditFinding, Claim, Location

_TITLE_WIDTH = 120
_LAST_LINE = 10_000_000  # no file has more; what has is not a line
_NUMBERS = re.compile(r"\d{1,8}")
_WORDS = {
    "critical": ("critical", "fatal", "blocker"),
    "high": ("high", "error"),
    "medium": ("medium", "moderate", "major", "warning"),
    "low": ("low", "minor", "note", "notice", "convention", "refactor"),
    "info": ("info", "informational", "information", "none"),
}
_SEVERITIES = {word: severity for severity, words in _WORDS.items() for word in words}
_DRIVE = re.compile(r"/?[A-Za-z]:[\\/]")


def finding(
    rules: Iterable[object],
    message: object,
    location: Location | None,
    *,
    locations: tuple[Location, ...] = (),
    mark: str | None = None,
    severity: object = None,
    category: object = None,
    quoted: Iterable[object] = (),
    proposed: Iterable[object] = (),
    claim: Claim = Claim.OPEN,
    line: int = 1,
) -> AuditFinding:
    """A finding of a tool. What is not text, or blank, is left out.

    Its id is the first of its rules, with the `mark` that the tool itself tells its results apart by.
    `location` is the only one of the `locations`, where a tool gives no more.
    """
    ids = tuple(dict.fromkeys(word for rule in rules if (word := clean(rule).strip())))
    text = clean(message).strip()
    rule = ids[0] if ids else "finding"
    return AuditFinding(
        id=f"{rule}-{mark}" if mark else rule,
        title=_title(text) or rule,
        line=line,
        severity=severity_of(severity),
        category=clean(category).strip() or None,
        locations=(location,) if location else locations,
        quoted=tuple(code for part in quoted if (code := clean(part)).strip()),
        proposed=tuple(code for part in proposed if (code := clean(part)).strip()),
        text=text,
        claim=claim,
        rules=ids,
    )


def numbered(
    path: str, findings: Iterable[AuditFinding], tool: str | None, remarks: Iterable[str] = ()
) -> Audit:
    """The report: findings of one rule are told apart by a number behind its id, if there are several."""
    found = tuple(findings)
    several = {id_ for id_, count in Counter(f.id for f in found).items() if count > 1}
    taken = {f.id for f in found} - several
    seen: Counter[str] = Counter()
    given: list[AuditFinding] = []
    for each in found:
        id_ = each.id
        while each.id in several and (id_ in several or id_ in taken):
            seen[each.id] += 1
            id_ = f"{each.id}-{seen[each.id]}"
        taken.add(id_)
        given.append(each if id_ == each.id else replace(each, id=id_))
    return Audit(path, tuple(given), tuple(remarks), tool)


def place(path: object, start: object = None, end: object = None) -> Location | None:
    """Where a tool saw something; None when it does not say in which file. Lines that cannot be are none."""
    name = cited(clean(path))
    if not name:
        return None
    first, last = _line(start), _line(end)
    if first is None:
        return Location(name)
    return Location(name, ((first, last if last and last >= first else first),))


def cited(path: str) -> str:
    """A path as a report writes it, with `/`, and without what only says "here" or "a file"."""
    path = path.strip()
    if path.lower().startswith("file:"):
        path = file_path(path)
    if "\\" in path and ("/" not in path or _DRIVE.match(path)):
        path = path.replace("\\", "/")
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return "" if path in (".", "<stdin>", "-") else path


def file_path(uri: str) -> str:
    """The path in a URI: `file:///C:/a%20b.py` is `C:/a b.py`; other schemes and hosts stay in it."""
    uri = re.split(r"[?#]", uri, maxsplit=1)[0]
    if not uri.lower().startswith("file:"):
        return unquote(uri)
    path = unquote(re.sub(r"^file:(//(localhost)?(?=/))?", "", uri, flags=re.IGNORECASE))
    return path[1:] if _DRIVE.match(path) and path.startswith("/") else path


def severity_of(word: object) -> str | None:
    """A tool's word for how bad it is, in our five; None when it has none."""
    return _SEVERITIES.get(word.strip().lower()) if isinstance(word, str) else None


def mapping_of(value: object) -> Mapping[str, object]:
    """A JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """A JSON list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def clean(value: object) -> str:
    """A text from a report, fit to be encoded; '' for what is no text. Numbers are taken for text."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode(errors="replace").decode()


def _title(text: str) -> str:
    """The first line, shortened at a word."""
    line = " ".join(text.split("\n", 1)[0].split())
    if len(line) <= _TITLE_WIDTH:
        return line
    return f"{line[:_TITLE_WIDTH].rpartition(' ')[0] or line[:_TITLE_WIDTH]} …"


def _line(value: object) -> int | None:
    if isinstance(value, str) and _NUMBERS.fullmatch(value.strip()):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 1 <= value <= _LAST_LINE else None
