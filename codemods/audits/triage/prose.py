"""What a finding claims, read from its words: the claim apart from impact and advice, and the names in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from codemods.audits.model import AuditFinding, Claim
from codemods.audits.triage.words import words

_LABEL = re.compile(r"^\W*[A-Za-z][\w '/()-]{1,40}?\W*:(?:\W|$)")
_LEADING = re.compile(r"^[A-Za-z][\w /-]{1,20}:\W+(?=\w)")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z`*\"'(])|\n+")
_CODE = re.compile(r"`+([^`\n]+)`+")
_FILE = re.compile(r"\.(?:py|ya?ml|toml|cfg|ini|txt|json|md|js|tsx?|html|css|sh|env|sql)$")
_CALL = re.compile(r"(?<![\w.])((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\(")
_PROPER = re.compile(r"\b[A-Z][A-Za-z0-9]{3,}\b")
_PAIR = re.compile(r"\b(?=([A-Z][A-Za-z0-9]+) ([A-Z][A-Za-z0-9]+)\b)")
_SNAKE = re.compile(r"(?<![\w./-])(?:[A-Za-z]\w*\.)*_*[A-Za-z][A-Za-z0-9]*_\w+(?![\w/-])")
_CAMEL = re.compile(r"(?<![\w./])(?:[A-Z][a-z0-9]+){2,}(?![\w/])")
_PACKAGE = re.compile(r"([A-Za-z][\w.-]*?[A-Za-z0-9])\s*(?:\[[\w, -]*\])?\s*(?:[=<>!~^][\w.=<>!~^, *-]*)?")
_NAME = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*")

_DOUBT = re.compile(r"\b(?:if|unless|whether|could be|may be|might be|possibly|probably)\b", re.IGNORECASE)

_ABSENT = re.compile(
    r"\b(?:no|not|missing|without|lacks?|lack of|absent|never|undefined|doesn't|isn't|aren't|don't)\b",
    re.IGNORECASE,
)

_WITHDRAWN = (Claim.FALSE_ALARM, Claim.RETRACTED)
_NO_FILE = re.compile(
    r"\b(?:no|missing|without)\b[^.]{0,30}(?:lock-?file|read-?me|licen[sc]e|changelog|dockerfile|ignore\b)",
    re.IGNORECASE,
)


class _Kind(Enum):
    """What a sentence is for."""

    CLAIM = auto()
    FACT = auto()  # where, how grave
    ASIDE = auto()  # what follows from it, what to do


@dataclass(frozen=True)
class Prose:
    """The words of one finding; `title_only` for what the title alone says it is about."""

    finding: AuditFinding
    title_only: bool = False

    @cached_property
    def core(self) -> tuple[str, ...]:
        """The title and the sentences that make the claim, without impact, advice and labels of places."""
        return tuple(map(_clean, (self.finding.title, *self._of_kind(_Kind.CLAIM))))

    @cached_property
    def everything(self) -> tuple[str, ...]:
        """All sentences, the title first."""
        text = (s for s in _SENTENCE.split(self.finding.text) if s.strip())
        return tuple(_clean(s) for s in (self.finding.title, *text))

    @cached_property
    def claim(self) -> str:
        """`core` as one text."""
        return "\n".join(self.core)

    @property
    def headline(self) -> tuple[str, ...]:
        """The title and the first sentence: what the finding is about, apart from what else it says."""
        return self.core[: 1 if self.title_only else 2]

    @cached_property
    def title_names(self) -> frozenset[str]:
        """The last parts of the names in the title that are code, or look like it."""
        title = self.finding.title
        looks = (m.group(m.lastindex or 0) for p in (_CALL, _SNAKE) for m in p.finditer(title))
        return frozenset(name.rpartition(".")[2] for name in (*_names_in_code(title), *looks))

    @property
    def says_many(self) -> bool:
        """Whether the report means more places than it lists."""
        said = (self.finding.title, *self._of_kind(_Kind.CLAIM, _Kind.FACT))
        return any(words().many.search(sentence) for sentence in said)

    @property
    def speaks_of_absence(self) -> bool:
        """Whether the claim is that something is not there."""
        return any(_ABSENT.search(sentence) for sentence in self.core)

    def misses(self, file: str) -> bool:
        """Whether the claim is that this very file is missing."""
        lacks = [sentence for sentence in self.headline if _ABSENT.search(sentence)]
        return any(file in sentence for sentence in lacks) or any(map(_NO_FILE.search, lacks))

    @cached_property
    def taken_back(self) -> str | None:
        """The words with which the report itself says that it is none; None when it does not."""
        for sentence in (self.finding.title, *_SENTENCE.split(self.finding.text)):
            found = words().taken_back.search(sentence)
            if found and not _DOUBT.search(sentence[: found.start()]):
                return " ".join(_LEADING.sub("", _clean(sentence)).split())
        given = self.finding.claim
        return str(given.value).replace("-", " ") if given in _WITHDRAWN else None

    @cached_property
    def quoted_names(self) -> tuple[str, ...]:
        """The names that stand as code in the claim: in backticks, or as `name()` without them."""
        found = [name for sentence in self.core for name in _names_in_code(sentence)]
        bare = (m.group(1) for sentence in self.core for m in _CALL.finditer(_CODE.sub(" ", sentence)))
        return tuple(dict.fromkeys([*found, *bare]))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Those, and the words of all sentences that look like names: snake_case, CamelCase."""
        patterns = (_CALL, _SNAKE, _CAMEL)
        looks = (
            m.group(m.lastindex or 0) for text in self.everything for p in patterns for m in p.finditer(text)
        )
        code = (name for text in self.everything for name in _names_in_code(text))
        return tuple(dict.fromkeys([*self.quoted_names, *code, *looks]))

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """What stands as code in the claim and may name a package: `requests`, `google-genai>=0.2`."""
        code = (match.group(1).strip() for sentence in self.core for match in _CODE.finditer(sentence))
        found = (match.group(1) for text in code if (match := _PACKAGE.fullmatch(text)))
        return tuple(dict.fromkeys(found))

    @property
    def literals(self) -> tuple[str, ...]:
        """What stands as code in the finding, as it is."""
        return _code_in(self.everything)

    @property
    def claimed(self) -> tuple[str, ...]:
        """What stands as code in the claim and beside its place, as it is."""
        return _code_in([self.finding.title, *self._of_kind(_Kind.CLAIM, _Kind.FACT)])

    @property
    def advised(self) -> tuple[str, ...]:
        """What stands as code in the advice: `timeout=30.0` of "Fix: pass `timeout=30.0`"."""
        return _code_in(self._of_kind(_Kind.ASIDE))

    @property
    def proper_names(self) -> tuple[str, ...]:
        """Words with a capital, alone and two by two: `Celery`, `openai-whisper` for "OpenAI Whisper"."""
        text = " ".join(self.headline)
        words = _PROPER.findall(text)
        return tuple(dict.fromkeys([*(f"{a}-{b}" for a, b in _PAIR.findall(text)), *words]))

    @property
    def functions(self) -> frozenset[str]:
        """The last parts of the names that are called in the claim: `f()`, `a.f()`."""
        return frozenset(
            m.group(1).rpartition(".")[2] for sentence in self.core for m in _CALL.finditer(sentence)
        )

    def _of_kind(self, *kinds: _Kind) -> list[str]:
        """The sentences of these kinds."""
        return [sentence for kind, sentence in self._sentences if kind in kinds and sentence.strip()]

    @cached_property
    def _sentences(self) -> list[tuple[_Kind, str]]:
        """All sentences of the text: after a label like `Impact:` they are aside, up to the next label."""
        found: list[tuple[_Kind, str]] = []
        kind = _Kind.CLAIM
        for line in self.finding.text.split("\n"):
            is_fact = bool(words().fact.match(line))
            if _LABEL.match(line) and not is_fact:
                kind = _Kind.ASIDE if words().aside.match(line) else _Kind.CLAIM
            found += [(_Kind.FACT if is_fact else kind, sentence) for sentence in _SENTENCE.split(line)]
        return found


def _clean(sentence: str) -> str:
    return sentence.strip().lstrip("-*+• ").strip()


def _code_in(sentences: Iterable[str]) -> tuple[str, ...]:
    found = (match.group(1).strip() for sentence in sentences for match in _CODE.finditer(sentence))
    return tuple(dict.fromkeys(found))


def _names_in_code(sentence: str) -> Iterator[str]:
    for match in _CODE.finditer(sentence):
        text = match.group(1).strip()
        name = text.removeprefix("@").partition("(")[0].removesuffix("=").strip()
        if _NAME.fullmatch(name) and not _FILE.search(name):
            yield name
