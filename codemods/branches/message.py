"""The message of a commit: what, why, and the evidence, for a reader who knows nothing of us."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from codemods.branches.model import Purpose, Request
from codemods.model import Applicability, Finding

SUBJECT_WIDTH = 72
_WIDTH = 72


def commit_message(
    purpose: Purpose, findings: Sequence[Finding], version: str, requests: Sequence[Request] = ()
) -> str:
    """Subject, body and trailers for the fixes of one remedy's findings. Ends with a newline.

    `requests` are what reports asked for these fixes.
    """
    subject = subject_line(purpose.subject, {finding.path for finding in findings})
    return message_of(subject, [purpose.why], findings, version, requests)


def message_of(
    subject: str, body: Sequence[str], findings: Sequence[Finding], version: str, requests: Sequence[Request]
) -> str:
    """A message of a subject, paragraphs of text, the findings and the trailers. Ends with a newline."""
    paragraphs = [
        subject,
        *(fill(paragraph) for part in body for paragraph in part.split("\n\n") if paragraph.strip()),
        "\n".join(_item(finding) for finding in findings),
        *_caution(findings),
        "\n".join(trailers(findings, version, requests)),
    ]
    return "\n\n".join(paragraphs) + "\n"


def subject_line(subject: str, paths: Iterable[str]) -> str:
    """The subject, with the file's name when there is only one and it fits."""
    subject = readable(" ".join(subject.split()))
    names = [readable(PurePosixPath(path).name) for path in paths]
    if len(names) == 1 and len(with_file := f"{subject} in {names[0]}") <= SUBJECT_WIDTH:
        return with_file
    return textwrap.shorten(subject, SUBJECT_WIDTH, placeholder=" …")


def trailers(findings: Sequence[Finding], version: str, requests: Sequence[Request] = ()) -> list[str]:
    """What tools read: who asked for it, the remedies, the findings, and who wrote the change."""
    return [
        *(f"Audit: {line_of(r.id, 60)} ({line_of(r.report, 200)})" for r in requests),
        *(f"Patchwright-Remedy: {remedy}" for remedy in dict.fromkeys(f.remedy for f in findings)),
        *(f"Patchwright-Fingerprint: {mark}" for mark in dict.fromkeys(f.fingerprint for f in findings)),
        f"Patchwright-Version: {version}",
    ]


def line_of(text: str, width: int) -> str:
    """Text of a report as a part of one line, so long at most."""
    line = readable(" ".join(text.split()))
    return line if len(line) <= width else f"{line[: width - 2].rstrip()} …"


def readable(text: str) -> str:
    """Text that can be encoded and stays on its line, whatever bytes a file name is made of."""
    text = text.encode(errors="surrogateescape").decode(errors="backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _item(finding: Finding) -> str:
    """One finding: where, what, and below it why we believe it and what to look at."""
    head = f"{readable(finding.path)}:{finding.span.line}: {finding.message}"
    notes = [*finding.evidence, *([finding.reason] if finding.reason else [])]
    return "\n".join([fill(head, "- ", "  "), *(fill(note, "  * ", "    ") for note in notes)])


def _caution(findings: Iterable[Finding]) -> list[str]:
    if any(finding.applicability is not Applicability.SAFE for finding in findings):
        return [fill("What the program does can change here: read the change before you merge it.")]
    return []


def fill(text: str, first: str = "", rest: str = "") -> str:
    """Text as a paragraph."""
    return textwrap.fill(
        readable(" ".join(text.split())),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
