"""SARIF 2.1: what any analyser reports.

Results are validated one by one, and without what we have no use for (a code flow can be megabytes): one
that is broken does not take the others with it. sarif-pydantic knows neither `suppressions` nor
`baselineState`, and takes no level but the four; the first two are read beside it, and where it refuses
a part of a result, that part is left out and a remark says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from pydantic import ValidationError
from sarif_pydantic import ReportingDescriptor, Result

from codemods.audits.errors import ReportError
from codemods.audits.model import Audit, AuditFinding, Claim, Location
from codemods.audits.results import clean, finding, list_of, mapping_of, numbered, place
from codemods.audits.uris import Uris
from codemods.output.summary import counted

_USED = (
    *("ruleId", "ruleIndex", "rule", "kind", "level", "message", "locations", "analysisTarget", "fixes"),
    *("suppressions", "baselineState", "fingerprints", "partialFingerprints", "properties"),
)
_NO_FINDING = ("pass", "notApplicable")
_DIGEST = re.compile(r"[0-9a-fA-F]{8,}(:\d+)?")
_SCORES = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"), (0.0, "info"))  # GitHub's bounds
_REMARKS = 20  # of one kind
_T = TypeVar("_T")


def read_sarif(document: Mapping[str, object], path: str) -> Audit:
    """The report in a SARIF document. Raises ReportError when it has no list of runs."""
    runs = document.get("runs")
    version = document.get("version", "2.1.0")
    if not isinstance(runs, list):
        raise ReportError("SARIF without a list of runs: it is damaged")
    if not str(version).startswith("2."):
        raise ReportError(f"SARIF of version {clean(version)[:20]!r}: we read 2.1")
    read = [_Run.of(run) for run in runs if isinstance(run, dict)]
    lost = len(runs) - len(read)
    remarks = [f"{counted(lost, 'run')} left out: not an object"] if lost else []
    findings = [each for run in read for each in run.findings()]
    tools = dict.fromkeys(run.tool for run in read if run.tool)
    remarks += [remark for run in read for remark in run.remarks]
    return numbered(path, findings, " and ".join(tools) or None, remarks)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of one tool. `remarks` grows while its findings are read."""

    tool: str
    results: Sequence[object]
    components: Sequence[Sequence[ReportingDescriptor | None]]
    """The rules of the tool itself, then those of its extensions."""
    rules: Mapping[str, ReportingDescriptor]
    """All of them by their ids."""
    uris: Uris
    remarks: list[str]

    @classmethod
    def of(cls, run: dict[str, object]) -> _Run:
        tool = mapping_of(run.get("tool"))
        driver = mapping_of(tool.get("driver"))
        extensions = [mapping_of(each) for each in list_of(tool.get("extensions"))]
        components = [[_rule(rule) for rule in list_of(each.get("rules"))] for each in (driver, *extensions)]
        results = list_of(run.get("results"))
        rules = {rule.id: rule for each in reversed(components) for rule in reversed(each) if rule}
        return cls(
            clean(driver.get("name")), results, components, rules, Uris.of(run), list(_complaints(run))
        )

    def findings(self) -> Iterator[AuditFinding]:
        left_out: Counter[str] = Counter()
        for number, record in enumerate(self.results, 1):
            result = self._result(record, number)
            if result is None:
                left_out["not an object"] += 1
            elif result.kind in _NO_FINDING:
                left_out["it says that nothing is wrong"] += 1
            else:
                yield self._finding(result)
        self.remarks.extend(f"{counted(n, 'result')} left out: {why}" for why, n in left_out.items())

    def _result(self, record: object, number: int) -> Result | None:
        """The result; what is not valid in it is left out and said."""
        if not isinstance(record, dict):
            return None
        used = {key: record[key] for key in _USED if record.get(key) is not None}
        try:
            return Result.model_validate({"message": {}} | used)
        except ValidationError as error:
            wrong = {str(each["loc"][0]): each["msg"] for each in error.errors()}
        if len(self.remarks) < _REMARKS:
            said = "; ".join(f"{key}: {message}" for key, message in wrong.items())
            self.remarks.append(f"result {number} is not valid SARIF in parts, which are left out ({said})")
        return Result.model_validate({"message": {}} | {k: v for k, v in used.items() if k not in wrong})

    def _finding(self, result: Result) -> AuditFinding:
        rule = self._rule_of(result)
        id_ = result.rule_id or (result.rule and result.rule.id) or (rule and rule.id)
        return finding(
            [id_, *([rule.id, rule.name] if rule else [])],
            _message(result, rule),
            None,
            locations=tuple(self._locations(result)),
            mark=_digest(result),
            severity=_severity(result, rule),
            category=((rule and rule.properties) or {}).get("category"),
            quoted=_snippets(result),
            proposed=_insertions(result),
            claim=_claim(result),
        )

    def _rule_of(self, result: Result) -> ReportingDescriptor | None:
        """What the tool says of the rule: by its index, else by its id or the id it is a part of."""
        reference = result.rule
        index = result.rule_index if reference is None or reference.index is None else reference.index
        component = reference and reference.tool_component
        rules = self.components[0] if component is None else _at(self.components[1:], component.index) or ()
        if (found := _at(rules, index)) is not None:
            return found
        id_ = result.rule_id or (reference and reference.id) or ""
        return self.rules.get(id_) or self.rules.get(id_.rpartition("/")[0] or id_)

    def _locations(self, result: Result) -> Iterator[Location]:
        """The places by file, in their order."""
        lines: dict[str, dict[tuple[int, int], None]] = {}
        for each in result.locations or ():
            physical = each.physical_location
            if (
                physical
                and physical.artifact_location
                and (path := self.uris.path(physical.artifact_location))
            ):
                region = physical.region
                found = place(path, region and region.start_line, region and region.end_line)
                if found:
                    lines.setdefault(found.path, {}).update(dict.fromkeys(found.lines))
        if not lines and result.analysis_target and (path := self.uris.path(result.analysis_target)):
            lines[path] = {}
        for path, ranges in lines.items():
            yield Location(path, tuple(ranges))


def _message(result: Result, rule: ReportingDescriptor | None) -> str:
    """The text, from the rule's own texts where the result names one, with its arguments filled in."""
    message = result.message
    text = message.text
    if text is None and message.id and rule:
        texts = mapping_of((rule.model_extra or {}).get("messageStrings"))
        text = clean(mapping_of(texts.get(message.id)).get("text"))
    if not text:
        described = rule and (rule.short_description or rule.full_description)
        text = (described and described.text) or message.markdown or ""
    filled = dict(enumerate(message.arguments or ()))
    return re.sub(r"\{(\d{1,3})\}", lambda m: filled.get(int(m[1]), m[0]), text) if filled else text


def _severity(result: Result, rule: ReportingDescriptor | None) -> str:
    """By the score of `security-severity` where there is one, else by the level."""
    for properties in (result.properties, rule and rule.properties):
        score = clean((properties or {}).get("security-severity"))
        if re.fullmatch(r"\d{1,2}(\.\d{1,8})?", score):
            return next(word for bound, word in _SCORES if float(score) >= bound)
    if result.kind not in (None, "fail"):
        return "info"
    default = rule and rule.default_configuration and rule.default_configuration.level
    return result.level.value if result.level else default or "warning"


def _claim(result: Result) -> Claim:
    """Suppressed counts when nobody has still to review it, or has rejected it."""
    extra = result.model_extra or {}
    if extra.get("baselineState") == "absent":
        return Claim.RESOLVED
    suppressions = [mapping_of(each) for each in list_of(extra.get("suppressions"))]
    accepted = all(each.get("status") in (None, "accepted") for each in suppressions)
    return Claim.RETRACTED if suppressions and accepted else Claim.OPEN


def _snippets(result: Result) -> Iterator[str | None]:
    for each in result.locations or ():
        physical = each.physical_location
        for region in (physical and physical.region, physical and physical.context_region):
            if region and region.snippet and region.snippet.text:
                yield region.snippet.text
                break


def _insertions(result: Result) -> Iterator[str | None]:
    for fix in result.fixes or ():
        for change in fix.artifact_changes:
            for replacement in change.replacements:
                yield replacement.inserted_content and replacement.inserted_content.text


def _digest(result: Result) -> str | None:
    """The beginning of the tool's fingerprint: an id with it outlives other findings of the rule."""
    for prints in (result.fingerprints, result.partial_fingerprints):
        for _, value in sorted((prints or {}).items()):
            if _DIGEST.fullmatch(value):
                return str(value[:8]).lower()
    return None


def _rule(record: object) -> ReportingDescriptor | None:
    """One that is not valid keeps its place, for indices count it, and is known by the results alone."""
    try:
        return ReportingDescriptor.model_validate(record)
    except ValidationError:
        return None


def _complaints(run: Mapping[str, object]) -> Iterator[str]:
    """What a tool says about its own failing: the list of results may be incomplete."""
    for invocation in map(mapping_of, list_of(run.get("invocations"))):
        if invocation.get("executionSuccessful") is False:
            yield "the tool says that its run failed: findings may be missing"
        notes = map(mapping_of, list_of(invocation.get("toolExecutionNotifications")))
        errors = (mapping_of(note.get("message")) for note in notes if note.get("level") == "error")
        for message in islice(errors, _REMARKS):
            yield f"the tool reports trouble: {' '.join(clean(message.get('text')).split())[:200]}"


def _at(items: Sequence[_T], index: int | None) -> _T | None:
    return items[index] if index is not None and 0 <= index < len(items) else None
