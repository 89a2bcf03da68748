"""What we remember of the branches that we wrote: one JSON document, in one ref of the repository.

The ref points to a blob, so no history shows it, and it moves in the same transaction as the branches: a
branch and what is known of it are never apart. It is not pushed. Without it, branches count as a person's.

git moves refs one after the other, and can be killed in between. So what the ledger will be is announced in a
second ref before, and taken in for those branches that did move.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from codemods.branches.model import Checked, Verdict
from codemods.branches.names import is_branch_name
from codemods.objects import read_object
from codemods.repository import GitFailure, Repository

REF = "refs/patchwright/ledger"
ANNOUNCED = "refs/patchwright/announced"
_VERSION = 1
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Record:
    """A branch that we wrote. What a person did to it since is not in here: compare `tip` with the branch."""

    name: str
    tip: str
    """The commit we left the branch at."""
    parent: str
    """The commit it was made on: the base, or the tip of the branch `on`."""
    base: str
    """The commit that was read to make it."""
    target: str | None = None
    """The branch that the base was the tip of, and the fix is meant for; None where no branch was named."""
    written: int = 0
    """When, in seconds since 1970."""
    remedies: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    """The fingerprints of the findings that it fixes."""
    paths: tuple[str, ...] = ()
    """The files that it changes."""
    audit: tuple[str, ...] = ()
    on: str | None = None
    check: Checked | None = None
    variant: int = 0
    """Which variant of its fix it has: how many more ambitious ones a check rejected."""
    is_obsolete: bool = False
    """Whether a later look at the base found its faults gone."""
    pushed: Mapping[str, str] = field(default_factory=dict)
    """By the name of a remote the commit that we last pushed there."""
    proposals: Mapping[str, str] = field(default_factory=dict)
    """By the name of a remote the address of the pull or merge request."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All records by the branch's name, and the blob they were read from; None when there was none."""

    oid: str | None = None
    records: Mapping[str, Record] = field(default_factory=dict)
    announced: str | None = field(default=None, compare=False)
    """The blob that a run announced which did not come to its end."""

    def having(self, *records: Record) -> Ledger:
        """The same with these records, in place of those of the same names."""
        return replace(self, records={**self.records, **{record.name: record for record in records}})

    def without(self, *names: str) -> Ledger:
        """The same without the records of these names."""
        return replace(self, records={n: r for n, r in self.records.items() if n not in names})


def read_ledger(repository: Repository) -> Ledger:
    """What is remembered. Raises GitFailure when it cannot be read, and says how to forget it."""
    listing = repository.git("for-each-ref", "--format=%(refname) %(objectname)", REF, ANNOUNCED)
    oids = dict(line.split(" ") for line in listing.decode().splitlines())
    oid, announced = oids.get(REF), oids.get(ANNOUNCED)
    ledger = Ledger(oid, _records(repository, REF, oid) if oid else {}, announced)
    return _with_announced(repository, ledger) if announced else ledger


def _with_announced(repository: Repository, ledger: Ledger) -> Ledger:
    """The ledger with what was announced of branches that are there: they were moved before the end."""
    listing = repository.git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads/")
    heads = dict(line.split(" ") for line in listing.decode(errors="surrogateescape").splitlines())
    announced = _records(repository, ANNOUNCED, ledger.announced or "").values()
    return ledger.having(*(record for record in announced if heads.get(record.name) == record.tip))


def _records(repository: Repository, ref: str, oid: str) -> Mapping[str, Record]:
    try:
        document = json.loads(read_object(repository, oid))
        if document["version"] != _VERSION:
            raise ValueError(f"version {document['version']!r}")
        records = [_record(entry) for entry in document["branches"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GitFailure(
            f"{ref} cannot be read ({error}): a newer version may have written it; "
            f"git update-ref -d {ref} forgets what is known of the branches"
        ) from None
    return {record.name: record for record in records}


def write_ledger(repository: Repository, ledger: Ledger) -> str:
    """Store the records as a blob and give its name. No ref is moved: that is for a transaction."""
    records = (record for _, record in sorted(ledger.records.items()))
    lines = ",\n".join(json.dumps(_entry(record), sort_keys=True) for record in records)
    text = f'{{"version": {_VERSION}, "branches": [\n{lines}\n]}}\n'
    return repository.git("hash-object", "-w", "--stdin", feed=text.encode()).decode().strip()


def _entry(record: Record) -> dict[str, Any]:
    """A record as JSON; what says nothing is left out."""
    values = {name: getattr(record, name) for name in _FIELDS}
    values["check"] = record.check and asdict(record.check)
    return {key: value for key, value in values.items() if value not in (None, (), {}, False, 0)}


_FIELDS = tuple(each.name for each in fields(Record))


def _record(entry: dict[str, Any]) -> Record:
    """A record from JSON. Raises KeyError, TypeError or ValueError when it is not one."""
    check = entry.pop("check", None)
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    record = Record(**values)
    texts = (record.name, record.target or "", record.on or "")
    maps = (record.pushed, record.proposals)
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(m, dict) for m in maps):
        raise TypeError(f"the record of {record.name!r} is not one")
    if not all(_OID.fullmatch(oid) for oid in (record.tip, record.parent, record.base)):
        raise ValueError(f"the record of {record.name!r} names no commits")
    if not is_branch_name(record.name):
        raise ValueError(f"{record.name!r} is no name of a branch")
    return replace(record, check=_checked(check)) if check else record


def _checked(entry: dict[str, Any]) -> Checked:
    verdicts = {key: Verdict(entry.pop(key)) for key in ("base", "branch")}
    return Checked(**{**entry, **verdicts, "new": tuple(entry.get("new", ()))})
