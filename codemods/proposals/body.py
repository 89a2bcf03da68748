"""What a proposal says: what and why, how big, how sure, how to undo it. Reports and code are not trusted."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from codemods.branches.messages.message import readable
from codemods.branches.model import Branch, Checked, Purpose, Verdict
from codemods.model import Applicability, Finding, by_story, lines_of
from codemods.objects import read_object
from codemods.proposals.markup import code, inline
from codemods.repository import Repository

# Our part of the text. What people write before or after it is theirs, and stays.
BEGIN, END = "<!-- patchwright: begin -->", "<!-- patchwright: end -->"
_LONGEST_TITLE = 250
_TOLD = 40  # findings and files that are named; the rest is counted
_NOTES = 4  # of each finding


@dataclass(frozen=True, slots=True)
class Text:
    """The title and the description of a proposal."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class FileSize:
    """How many lines of a file a commit adds and removes; None for what has no lines."""

    path: str
    added: int | None
    removed: int | None


def text_of(
    repository: Repository, branch: Branch, purpose: Callable[[str], Purpose], longest: int = 60_000
) -> Text:
    """The text for a branch, its description so long at most (in characters)."""
    assert branch.commit
    message = read_object(repository, branch.commit).partition(b"\n\n")[2].decode(errors="replace")
    parts = list(_parts(branch, purpose, sizes_of(repository, branch.commit)))
    while len(parts) > 1 and len("\n\n".join(parts)) > longest - len(BEGIN) - len(END) - 4:
        # The longest goes first: the last ones are short, and say how to undo it.
        parts.remove(max(parts, key=len))
    return Text(_title(message), "\n\n".join([BEGIN, *parts, END]))


def renewed(old: str, new: str) -> str | None:
    """An old description with our part of it made anew; None when somebody took our part out."""
    before, begin, rest = old.partition(BEGIN)
    _, end, after = rest.partition(END)
    return before + new + after if begin and end else None


def sizes_of(repository: Repository, commit: str) -> list[FileSize]:
    """What a commit does to each file, compared with its first parent."""
    listing = repository.git("diff-tree", "-r", "-z", "--numstat", "--no-renames", f"{commit}^", commit)
    found = []
    for entry in listing.split(b"\0")[:-1]:
        added, removed, path = os.fsdecode(entry).split("\t", 2)
        counts = [int(number) if number.isdigit() else None for number in (added, removed)]
        found.append(FileSize(path, counts[0], counts[1]))
    return found


def _title(message: str) -> str:
    """The commit's subject. Nobody is called by it."""
    line = readable(" ".join(message.partition("\n\n")[0].split()))
    return re.sub(r"@(?=\w)", "@\u200b", line)[:_LONGEST_TITLE]


def _parts(branch: Branch, purpose: Callable[[str], Purpose], sizes: Sequence[FileSize]) -> Iterator[str]:
    """The description, in paragraphs."""
    remedies = list(dict.fromkeys(finding.remedy for finding in branch.findings))
    for remedy in remedies:
        yield from (inline(part) for part in purpose(remedy).why.split("\n\n") if part.strip())
    if branch.audit:
        yield f"Asked for by {', '.join(code(id_, 60) for id_ in branch.audit[:_TOLD])}."
    if branch.findings:
        items = [_item(*alike) for alike in by_story(branch.findings[:_TOLD])]
        yield "\n".join([*items, *_more(branch.findings, "findings")])
    yield _size(sizes)
    yield _confidence(branch.findings)
    yield _check(branch.check)
    if branch.on:
        yield f"This stands on the branch {code(branch.on)}: merge that one first."
    yield (
        f"**To undo it:** close this and delete the branch {code(branch.name)}; it is not made again then. "
        "After a merge, `git revert` takes the commit back."
    )
    if remedies:
        silencing = ", ".join(code(f"# lint-ignore: {remedy}") for remedy in remedies)
        yield f"**To keep the code as it is:** write {silencing} above the line; it is not reported any more."
    yield "\n".join(f"<!-- Patchwright-Fingerprint: {mark} -->" for mark in _fingerprints(branch.findings))


def _item(finding: Finding, *alike: Finding) -> str:
    """One finding and those with the same story: where, what, why we believe it and what to look at."""
    head = f"- {code(f'{finding.path}:{lines_of((finding, *alike))}', 300)}: {inline(finding.message, 400)}"
    return "\n".join([head, *(f"  - {inline(note, 400)}" for note in finding.notes[:_NOTES])])


def _more(items: Sequence[object], kind: str) -> list[str]:
    return [f"- and {len(items) - _TOLD} more {kind}"] if len(items) > _TOLD else []


def _size(sizes: Sequence[FileSize]) -> str:
    """How much the commit changes, in all and in each file."""
    added, removed = sum(s.added or 0 for s in sizes), sum(s.removed or 0 for s in sizes)
    files = "1 file" if len(sizes) == 1 else f"{len(sizes)} files"
    lines = [f"**Size:** {files}, {added} {'line' if added == 1 else 'lines'} added, {removed} removed", ""]
    lines += [f"- {code(s.path, 300)}: +{s.added or 0} \u2212{s.removed or 0}" for s in sizes[:_TOLD]]
    return "\n".join([*lines, *_more(sizes, "files")])


def _confidence(findings: Sequence[Finding]) -> str:
    if all(finding.applicability is Applicability.SAFE for finding in findings):
        return "**Confidence:** safe; no program that worked can notice, beyond what is said above."
    return "**Confidence:** unsafe; what the program does can change here: read it before you merge it."


def _check(check: Checked | None) -> str:
    """What the user's command said."""
    if check is None:
        return "**Check:** none was run."
    command = code(check.command, 300)
    if check.branch is Verdict.PASSED:
        return f"**Check:** {command} passed."
    below = "as it does below this change" if check.base is not Verdict.PASSED else "and did not below it"
    outcome = "failed" if check.branch is Verdict.FAILED else "took too long"
    new = f" New: {', '.join(code(name, 200) for name in check.new[:_NOTES])}." if check.new else ""
    return f"**Check:** {command} {outcome}, {below}.{new}"


def _fingerprints(findings: Sequence[Finding]) -> list[str]:
    """The names of the findings, for tools; nothing else than letters and digits gets into a comment."""
    marks = (re.sub(r"[^0-9A-Za-z]", "", finding.fingerprint) for finding in findings)
    return list(dict.fromkeys(marks))[:200]
