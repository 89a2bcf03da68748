"""The message of a commit: what, why, and the evidence, for a reader who knows nothing of us."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from codemods.branches.messages.style import PLAIN, SUBJECT_WIDTH, Style, shortened
from codemods.branches.messages.templates import Template
from codemods.branches.model import Change, Purpose, Request
from codemods.model import Applicability, Finding, by_story, lines_of

_WIDTH = 72
_LONGEST = 100  # what commitlint takes in a line
# What makes a platform close an issue, or link to one of its own.
_REFERENCE = re.compile(r"#(?=\d)|\bGH-(?=\d)", re.IGNORECASE)
# What tells a forge not to run its checks.
_SKIPPING = re.compile(r"\[((?:skip|no)[ -](?:ci|actions)|(?:ci|actions)[ -]skip)\]", re.IGNORECASE)
_CLOSING = re.compile(r"\b((?:close|fix|resolve)[sd]?|fixed)\b(:?\s+)https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a project wants its messages: the style of subjects, its templates, and who signs off."""

    style: Style = PLAIN
    subject: Template | None = None
    body: Template | None = None
    signoff: str | None = None
    """`Name <email>` of the committer; None: nobody signs off."""


MANNER = Manner()


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says, before it is written in somebody's manner.

    `text` is a sentence in the imperative, or the title of a report; `tail` is kept where it is shortened.
    """

    text: str
    change: Change
    findings: Sequence[Finding]
    why: Sequence[str] = ()
    told: Sequence[str] = ()
    """What reports say, as paragraphs that are filled already."""
    tail: str = ""
    requests: Sequence[Request] = ()
    names_file: bool = False
    """Whether to add the file's name, where there is only one."""

    @property
    def paths(self) -> list[str]:
        return sorted({finding.path for finding in self.findings})


def commit_message(
    purpose: Purpose,
    findings: Sequence[Finding],
    version: str,
    requests: Sequence[Request] = (),
    manner: Manner = MANNER,
) -> str:
    """Subject, body and trailers for the fixes of one remedy's findings. Ends with a newline.

    `requests` are what reports asked for these fixes.
    """
    why, asked = [purpose.why], requests
    content = Content(purpose.subject, purpose.change, findings, why, requests=asked, names_file=True)
    return message_of(content, version, manner)


def message_of(content: Content, version: str, manner: Manner = MANNER) -> str:
    """Subject, body and trailers in a manner. Ends with a newline."""
    paragraphs = [
        _subject(content, manner),
        *_body(content, manner),
        "\n".join(trailers(content.findings, version, content.requests)),
    ]
    return "\n\n".join(paragraphs) + "\n" + (f"Signed-off-by: {manner.signoff}\n" if manner.signoff else "")


def subject_line(
    subject: str, paths: Sequence[str], style: Style = PLAIN, change: Change = Change.FIX
) -> str:
    """The subject in a style, with the file's name when there is only one and it fits."""
    return style.line(change, paths, _with_file(_one_line(subject), paths, style, change, SUBJECT_WIDTH))


def _with_file(text: str, paths: Sequence[str], style: Style, change: Change, width: int) -> str:
    """The text with the file's name when there is one file, the name fits, and the scope does not say it."""
    if len(paths) != 1:
        return text
    file = PurePosixPath(paths[0])
    longer = f"{text} in {readable(file.name)}"
    is_short = len(style.line(change, paths, longer, width=len(longer) * 2)) <= width
    return longer if is_short and not style.scope(paths).endswith(file.stem) else text


def _subject(content: Content, manner: Manner) -> str:
    """The first line, as the style or the template has it."""
    made = _filled_in(content, manner.style, manner.subject) if manner.subject else ""
    return made or _in_style(content, manner.style, SUBJECT_WIDTH)


def _in_style(content: Content, style: Style, width: int) -> str:
    text, paths, change = _one_line(content.text), content.paths, content.change
    if content.names_file:
        text = _in_scope(text, content, style, width) or _with_file(text, paths, style, change, width)
    return style.line(change, paths, text, content.tail, width)


def _in_scope(text: str, content: Content, style: Style, width: int) -> str | None:
    """The text with the function of the only finding, and the file's name where that fits, too.

    Branches of the same file would have the same subject without it. None where there is no function, or
    no room for its name.
    """
    scopes = [finding.scope for finding in content.findings]
    if len(scopes) != 1 or not scopes[0]:
        return None
    paths, change = content.paths, content.change
    longer = f"{text} in {readable(scopes[0])}"
    named = _with_file(longer, paths, style, change, width).replace(f"{longer} in ", f"{longer} of ")
    return named if len(style.line(change, paths, named, width=len(named) * 2)) <= width else None


def _filled_in(content: Content, style: Style, template: Template) -> str:
    """A subject by a template. What is long in it gets the room that the rest leaves."""
    values = {
        **_names(content),
        "type": style.word(content.change) or content.change.value,
        "scope": style.scope(content.paths),
        "subject": "",
        "summary": "",
    }
    long = sum(name in ("subject", "summary") for name in template.names)
    room = max((SUBJECT_WIDTH - len(_tidy(template.fill(values)))) // max(long, 1) - 1, 1)
    values["subject"] = _in_style(content, style, room)
    values["summary"] = style.summary(_one_line(content.text), content.tail, room)
    return shortened(_tidy(template.fill(values)), SUBJECT_WIDTH)


def _one_line(text: str) -> str:
    return readable(" ".join(text.split()))


def _tidy(line: str) -> str:
    """A line without the brackets and blanks that are left where a name stood for nothing."""
    return " ".join(re.sub(r"\(\)|\[\]", "", line).split())


def _names(content: Content) -> dict[str, str]:
    """What a template may name in a line."""
    paths = content.paths
    ids = dict.fromkeys(line_of(defused(request.id), 24) for request in content.requests)
    return {
        "remedy": ", ".join(dict.fromkeys(finding.remedy for finding in content.findings)),
        "file": readable(PurePosixPath(paths[0]).name) if len(paths) == 1 else f"{len(paths)} files",
        "audit": ", ".join(ids),
    }


def _body(content: Content, manner: Manner) -> list[str]:
    """The paragraphs between the subject and the trailers. The caution is said whatever a template says."""
    why = [fill(part) for text in content.why for part in text.split("\n\n") if part.strip()]
    findings = "\n".join(_item(*alike) for alike in by_story(content.findings))
    paragraphs = [*content.told, *why, findings]
    if manner.body:
        blocks = {"body": paragraphs, "why": why, "findings": [findings]}
        values = {name: "\n\n".join(parts) for name, parts in blocks.items()}
        text = manner.body.fill({**_names(content), **values})
        lines = [part for line in text.split("\n") for part in broken(line.rstrip())]
        paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip("\n"))
    return [*filter(None, paragraphs), *_caution(content.findings)]


def trailers(findings: Sequence[Finding], version: str, requests: Sequence[Request] = ()) -> list[str]:
    """What tools read: who asked for it, the remedies, the findings, and who wrote the change."""
    return [
        *(_audit(request) for request in requests),
        *(f"Patchwright-Remedy: {remedy}" for remedy in dict.fromkeys(f.remedy for f in findings)),
        *(f"Patchwright-Fingerprint: {mark}" for mark in dict.fromkeys(f.fingerprint for f in findings)),
        f"Patchwright-Version: {version}",
    ]


def defused(text: str) -> str:
    """Text in which nothing refers to an issue, which a merge might close, or stops a forge's checks."""
    return _SKIPPING.sub(r"(\1)", _CLOSING.sub(r"\1\2", _REFERENCE.sub("no. ", text)))


def _audit(request: Request) -> str:
    """The trailer for a finding of a report; a long one goes on in a second line, as git has it."""
    id_, report = line_of(request.id, 60), line_of(request.report, 90)
    blank = " " if len(f"Audit: {id_} ({report})") <= _LONGEST else "\n "
    return f"Audit: {id_}{blank}({report})"


def line_of(text: str, width: int) -> str:
    """Text of a report as a part of one line, so long at most."""
    line = readable(" ".join(text.split()))
    return line if len(line) <= width else f"{line[: width - 2].rstrip()} …"


def readable(text: str) -> str:
    """Text that can be encoded and stays on its line, whatever bytes a file name is made of."""
    text = text.encode(errors="surrogateescape").decode(errors="backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _item(finding: Finding, *alike: Finding) -> str:
    """One finding and those with the same story: where, what, and below it why we believe it."""
    head = f"{readable(finding.path)}:{lines_of((finding, *alike))}: {finding.message}"
    return "\n".join([fill(head, "- ", "  "), *(fill(note, "  * ", "    ") for note in finding.notes)])


def _caution(findings: Iterable[Finding]) -> list[str]:
    if any(finding.applicability is not Applicability.SAFE for finding in findings):
        return [fill("What the program does can change here: read the change before you merge it.")]
    return []


def fill(text: str, first: str = "", rest: str = "") -> str:
    """Text as a paragraph; words stay whole, unless one is longer than a line may be."""
    paragraph = textwrap.fill(
        readable(" ".join(text.split())),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(part for line in paragraph.split("\n") for part in broken(line, rest))


def broken(line: str, rest: str = "") -> list[str]:
    """A line in pieces that are short enough: at blanks, else at slashes (of a path), else anywhere."""
    pieces = []
    while len(line) > _LONGEST:
        at = max(line.rfind(mark, len(rest) + 1, _LONGEST) for mark in (" ", "/")) + 1 or _LONGEST
        pieces.append(line[:at].rstrip())
        line = rest + line[at:]
    return [*pieces, line]
