"""The manner of a project's commit subjects, as its history shows it.

Most histories are mixed, so a manner counts only where a majority is beyond doubt (the lower end of Wilson's
interval is over one half: 4 of 4 subjects, 21 of 30, 60 of 100). Anything else is written plainly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from codemods.branches.messages.scopes import Scopes, is_part
from codemods.branches.model import Change
from codemods.sources import Commit

SUBJECT_WIDTH = 72
_READ = 400  # commits, of which robots may have made most
_LOOK = 100  # subjects that are judged
_NEW = 30  # the newest of them decide alone where they agree: manners change
_BEYOND_DOUBT = 0.5
_Z = 1.96  # 95 %


class Kind(StrEnum):
    """What a subject begins with."""

    PLAIN = "plain"
    CONVENTIONAL = "conventional"  # fix(stats): name what is caught
    LABEL = "label"  # BUG: name what is caught
    TAG = "tag"  # [FIX] stats: name what is caught
    BRACKET = "bracket"  # [stats] name what is caught
    AREA = "area"  # stats: name what is caught
    EMOJI = "emoji"  # 🐛 Name what is caught


_TYPES = "feat|feature|fix|bugfix|hotfix|docs?|style|refactor|perf|tests?|build|ci|chore|revert|deps|security"
_LABELS = (
    "API|BENCH|BF|BLD|BUG|BUGFIX|CI|CLN|DEP|DEV|DOC|ENH|FIX|MAINT|MNT|NF|OPT|PERF|REF|REL|RF|STY|TST|TYP"
)
_EMOJI = r":[a-z_]+:|[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]*"
# `ABC-123: `, `[12] `: nobody can guess the number.
_GIVEN = re.compile(r"[\[(]?(?:[A-Za-z]+-|#)?\d+[\])]?[:\s-]+(?=\S)")
_SHAPES = (
    (Kind.LABEL, re.compile(rf"(?P<word>(?:{_LABELS}))(?:[(/+][\w/+ ]+\)?)?: *(?P<text>\S.*)")),
    (Kind.CONVENTIONAL, re.compile(rf"(?i:(?P<word>{_TYPES}))(?:\((?P<scope>[^()]+)\))?!?: *(?P<text>\S.*)")),
    (Kind.BRACKET, re.compile(r"\[(?P<word>[^\]]+)\]:? *(?:(?P<scope>[\w.-]+): +)?(?P<text>\S.*)")),
    (Kind.EMOJI, re.compile(rf"(?P<word>{_EMOJI}) *(?P<text>\S.*)")),
    (Kind.AREA, re.compile(r"(?P<scope>[\w.+*-][\w./+*-]*(?:, ?[\w./+*-]+)*): +(?P<text>\S.*)")),
)
_WORDS = {
    Change.FIX: {"fix", "bugfix", "hotfix", "bug", "bf", "🐛", ":bug:", "🚑", ":ambulance:", "🩹"},
    Change.REFACTOR: {"refactor", "ref", "rf", "cln", "maint", "mnt", "imp", "♻", ":recycle:"},
}
# Robots, and what the pages of a forge or git itself write for people: they say nothing of the manner.
_ROBOT = re.compile(
    r"\[bot\]|\bbot\b|(?-i:[a-z]Bot)\b|bot@|robot\b|github.?actions?\b|^oca-ci\b|weblate|transifex|crowdin|dependabot|renovate"
    r"|pre-commit-ci|pyup|greenkeeper|snyk|mergify|imgbot|semantic-release",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"(?:Revert|Reapply) \"|Merge (?:branch|pull request|commit|tag|remote)|(?:fixup|squash|amend)! "
    r"|(?:Update|Create|Delete|Rename) \S+(?: to \S+| from \S+)?$|Add files via upload|initial commit"
    r"|Translated using Weblate|(?:version |release )?v?\d+(?:\.\d+)+\S*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*\((?:#\d+|[Cc]los\w+ [^)]*)\)$")  # what a forge puts behind the subject
_WORD = re.compile(r"[A-Z][a-z]*(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject taken apart."""

    kind: Kind
    text: str
    word: str = ""
    scope: str = ""

    @classmethod
    def read(cls, line: str) -> _Subject:
        if given := _GIVEN.match(line):
            return cls(Kind.PLAIN, line[given.end() :])
        for kind, shape in _SHAPES:
            if found := shape.fullmatch(line):
                parts = {key: value or "" for key, value in found.groupdict().items()}
                return cls(kind, **parts)
        return cls(Kind.PLAIN, line)


@dataclass(frozen=True, slots=True)
class Style:
    """How subjects are written. Without arguments: plain, with a capital and without a period."""

    kind: Kind = Kind.PLAIN
    has_capital: bool = True
    has_period: bool = False
    words: tuple[tuple[Change, str], ...] = ()
    """What the project calls a change of a kind, in its own spelling; without it, ours."""
    scopes: Scopes | None = None
    """The names of parts that subjects give; None where most give none."""

    def word(self, change: Change) -> str:
        """The type, label, tag or emoji for a change; '' where the manner has none."""
        if self.kind in (Kind.PLAIN, Kind.AREA, Kind.BRACKET):
            return ""
        return dict(self.words).get(change, change.value)

    def scope(self, paths: Iterable[str]) -> str:
        """What the project calls the part that these files are in; '' where it gives no names."""
        return self.scopes.of(paths) if self.scopes else ""

    def lead(self, change: Change, paths: Iterable[str]) -> str:
        """What stands in front of the text, with the blank after it."""
        word, scope = self.word(change), self.scope(paths)
        match self.kind:
            case Kind.CONVENTIONAL | Kind.LABEL:
                return f"{word}({scope}): " if scope else f"{word}: "
            case Kind.TAG:
                return f"[{word}] {scope}: " if scope else f"[{word}] "
            case Kind.EMOJI:
                return f"{word} "
            case Kind.BRACKET if scope:
                return f"[{scope}] "
            case Kind.AREA if scope:
                return f"{scope}: "
        return ""

    def says_fix(self, change: Change) -> bool:
        """Whether what stands in front says that something is fixed."""
        return self.word(change).casefold().rstrip("\ufe0f") in _WORDS[Change.FIX]

    def sentence(self, text: str) -> str:
        """The text with the first letter as the project has it; names in it stay."""
        if self.has_capital:
            is_word = self.kind is not Kind.PLAIN and re.match(r"[a-z]+\b(?![._(/])", text)
            return text[0].upper() + text[1:] if is_word else text
        first, blank, rest = text.partition(" ")
        if _WORD.fullmatch(first) and (len(first) > 1 or first in "AI"):
            return first[0].lower() + first[1:] + blank + rest
        # commitlint takes no capital in front, but a name in quotes.
        if self.kind is Kind.CONVENTIONAL and first[:1].isupper():
            return f"`{first}`{blank}{rest}"
        return text

    def line(
        self, change: Change, paths: Iterable[str], text: str, tail: str = "", width: int = SUBJECT_WIDTH
    ) -> str:
        """A subject; its text is shortened where the line would be too long, and `tail` is kept."""
        lead = self.lead(change, paths)
        if len(lead) > width // 2:
            lead = ""
        said = re.sub(r"^[Ff]ix (?=\S)", "", text) if lead and self.says_fix(change) else text
        return lead + self.summary(said, tail, width - len(lead))

    def summary(self, text: str, tail: str = "", width: int = SUBJECT_WIDTH) -> str:
        """What a subject says without the lead."""
        end = "." if self.has_period else ""
        short = shortened(self.sentence(text), width - len(tail + end))
        return f"{short}{tail}" if f"{short}{tail}".endswith("…") else f"{short}{tail}{end}"


PLAIN = Style()


def style_of(base: Commit, kind: Kind | None = None) -> Style:
    """The manner of the subjects up to a commit; with `kind`, how the subjects of that kind are written.

    One `git log`, which reads commits only, no trees. Raises GitFailure.
    """
    # No signature, mailmap or colour of the user's settings may get between the fields.
    options = ("--no-merges", "--no-show-signature", "--no-color", "--encoding=UTF-8", "-z")
    listing = base.repository.git("log", f"-{_READ}", *options, "--format=%an%n%ae%n%s", base.sha)
    entries = (entry.split("\n", 2) for entry in listing.decode(errors="replace").split("\0"))
    told = (entry for entry in entries if len(entry) == 3)
    return detect([subject for name, mail, subject in told if not _ROBOT.search(f"{name}\n{mail}")], kind)


def detect(subjects: Sequence[str], kind: Kind | None = None) -> Style:
    """The manner of subjects, the newest first. With `kind` that one, whether or not they are of it."""
    telling = [
        line for line in subjects if line.strip() and not _NOTHING.match(_NUMBER.sub("", line.strip()))
    ]
    read = [_Subject.read(line) for line in telling[:_LOOK]]
    decided = kind or _kind_of(read[:_NEW]) or _kind_of(read) or Kind.PLAIN
    alike = [subject for subject in read if subject.kind is decided]
    return _written(decided, read if decided is Kind.PLAIN and not alike else alike)


def _kind_of(subjects: Sequence[_Subject]) -> Kind | None:
    """The kind that most subjects are beyond doubt; None when they are mixed, or too few."""
    counts = Counter(subject.kind for subject in subjects)
    if counts[Kind.AREA] > counts[Kind.CONVENTIONAL]:  # `doc: ` is an area too
        counts[Kind.AREA] += sum(s.kind is Kind.CONVENTIONAL and not s.scope for s in subjects)
    kind, count = max(counts.items(), key=lambda item: item[1], default=(Kind.PLAIN, 0))
    return kind if _sure(count, len(subjects)) else None


def _written(kind: Kind, subjects: Sequence[_Subject]) -> Style:
    """How subjects of one kind are written."""
    letters = [s.text[0] for s in subjects if s.text[:1].isupper() or s.text[:1].islower()]
    capitals = sum(letter.isupper() for letter in letters)
    small = _sure(len(letters) - capitals, len(letters))
    has_capital = _sure(capitals, len(letters)) if kind is Kind.CONVENTIONAL else not small
    words = tuple((change, word) for change in Change if (word := _word_for(change, kind, subjects)))
    if kind is Kind.BRACKET and any(change is Change.FIX for change, _ in words):
        kind = Kind.TAG
    if kind in (Kind.LABEL, Kind.EMOJI) and not words:
        kind = Kind.PLAIN
    names = [subject.word if kind is Kind.BRACKET else subject.scope for subject in subjects]
    given = [name for name in names if is_part(name)]
    scopes = Scopes.seen(given) if _sure(len(given), len(names)) else None
    return Style(kind, has_capital, _ends(subjects), words, scopes)


def _ends(subjects: Sequence[_Subject]) -> bool:
    return _sure(sum(s.text.endswith(".") and not s.text.endswith("..") for s in subjects), len(subjects))


def _word_for(change: Change, kind: Kind, subjects: Sequence[_Subject]) -> str:
    """What a history calls a change most often, as it spells it; '' where it has no word for it.

    Where it has none for a refactoring, that is a fix; the types of conventional commits are a standard.
    """
    words = [subject.word for subject in subjects]
    for wanted in (change,) if kind is Kind.CONVENTIONAL else (change, Change.FIX):
        used = Counter(word for word in words if word.casefold().rstrip("\ufe0f") in _WORDS[wanted])
        if used:
            return used.most_common(1)[0][0]
    return ""


def _sure(count: int, total: int) -> bool:
    """Whether the lower end of Wilson's interval of a share is over one half."""
    if not total:
        return False
    share, square = count / total, _Z * _Z
    middle = share + square / (2 * total)
    spread = _Z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    return (middle - spread) / (1 + square / total) > _BEYOND_DOUBT


def shortened(text: str, width: int) -> str:
    """Text that ends at a word, unless that would leave next to nothing."""
    if len(text) <= width:
        return text
    cut = text[: max(width - 2, 0)]
    whole = cut.rpartition(" ")[0]
    return f"{whole if 2 * len(whole) > len(cut) else cut} …"
