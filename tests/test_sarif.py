"""SARIF 2.1 as tools write it, and as they should not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codemods.audits.model import Audit, AuditFinding, Claim, Location
from codemods.audits.read import read_audit


def read(*runs: Any) -> Audit:
    return read_audit("a.sarif", json.dumps({"version": "2.1.0", "runs": runs}).encode())


def run(*results: Any, rules: Any = (), **more: Any) -> dict[str, Any]:
    return {"tool": {"driver": {"name": "tool", "rules": list(rules)}}, "results": list(results), **more}


def result(**more: Any) -> dict[str, Any]:
    return {"ruleId": "E722", "message": {"text": "bare"}, **more}


def at(uri: Any, start: Any = None, end: Any = None, **artifact: Any) -> dict[str, Any]:
    region = {"region": {"startLine": start, "endLine": end}} if start else {}
    return {"physicalLocation": {"artifactLocation": {"uri": uri, **artifact}, **region}}


def one(*runs: Any) -> AuditFinding:
    (found,) = read(*runs).findings
    return found


def test_a_whole_result() -> None:
    region = {"startLine": 3, "endLine": 4, "snippet": {"text": "try:\n    f()\nexcept:\n"}}
    where = {"physicalLocation": {"artifactLocation": {"uri": "app/a%20b.py"}, "region": region}}
    change = {
        "artifactLocation": {"uri": "app/a%20b.py"},
        "replacements": [
            {"deletedRegion": {"startLine": 4}, "insertedContent": {"text": "except OSError:"}},
            {"deletedRegion": {"startLine": 5}},
        ],
    }
    rule = {"id": "E722", "name": "bare-except", "properties": {"category": "correctness"}}
    given = result(
        level="error",
        message={"text": "Do not.\nReally."},
        locations=[where],
        fixes=[{"artifactChanges": [change]}],
        partialFingerprints={"primary": "39fa2ee980eb94b0:1"},
    )
    audit = read(run(given, rules=[rule]))
    assert audit == Audit(
        "a.sarif",
        (
            AuditFinding(
                id="E722-39fa2ee9",
                title="Do not.",
                line=1,
                severity="high",
                category="correctness",
                locations=(Location("app/a b.py", ((3, 4),)),),
                quoted=("try:\n    f()\nexcept:\n",),
                proposed=("except OSError:",),
                text="Do not.\nReally.",
                rules=("E722", "bare-except"),
            ),
        ),
        (),
        "tool",
    )


@pytest.mark.parametrize(
    ("uri", "base", "path"),
    [
        ("app/a.py", None, "app/a.py"),
        ("./app/a.py", None, "app/a.py"),
        ("app/a%20b%23.py", None, "app/a b#.py"),
        ("app\\a.py", None, "app/a.py"),
        ("app/a.py", "SRCROOT", "app/a.py"),
        ("app/a.py", "UNKNOWN", "app/a.py"),
        ("a.py", "APP", "app/a.py"),
        ("a.py", "INNER", "app/inner/a.py"),
        ("a.py", "NOWHERE", "a.py"),
        ("a.py", "CIRCLE", "a.py"),
        ("file:///home/ann/shop/app/a.py", None, "app/a.py"),
        ("file:///home/ann/shop/app/a.py", "SRCROOT", "app/a.py"),
        ("file:///home/ann/shopping/a.py", None, "/home/ann/shopping/a.py"),
        ("file:///home/ann/a%20b.py", None, "/home/ann/a b.py"),
        ("file://localhost/x/a.py", None, "/x/a.py"),
        ("file:///C:/Users/Ann/shop/a.py", None, "C:/Users/Ann/shop/a.py"),
        ("file://server/share/a.py", None, "//server/share/a.py"),
        ("C:\\Users\\Ann\\a.py", None, "C:/Users/Ann/a.py"),
        ("/etc/passwd", None, "/etc/passwd"),
        ("../other/a.py", None, "../other/a.py"),
        ("../../etc/passwd", "SRCROOT", "../../etc/passwd"),
        ("app/../../a.py", "APP", "app/app/../../a.py"),
        ("https://example.org/a.py", None, "https://example.org/a.py"),
    ],
)
def test_uris(uri: str, base: str | None, path: str) -> None:
    """What points out of the project stays as it is cited: it is for triage to refuse it."""
    bases = {
        "SRCROOT": {"uri": "file:///home/ann/shop/"},
        "APP": {"uri": "app/", "uriBaseId": "SRCROOT"},
        "INNER": {"uri": "file:///home/ann/shop/app/inner"},
        "NOWHERE": {"description": {"text": "not said"}},
        "CIRCLE": {"uriBaseId": "CIRCLE"},
    }
    where = at(uri, 3, uriBaseId=base) if base else at(uri, 3)
    if base == "CIRCLE":
        bases = {"CIRCLE": {"uriBaseId": "CIRCLE"}}
    found = one(run(result(locations=[where]), originalUriBaseIds=bases))
    assert found.locations == (Location(path, ((3, 3),)),)


def test_the_folder_that_a_tool_ran_in() -> None:
    invocation = {"executionSuccessful": True, "workingDirectory": {"uri": "file:///C:/w/shop"}}
    where = at("file:///C:/w/shop/app/a.py", 3)
    assert one(run(result(locations=[where]), invocations=[invocation])).locations[0].path == "app/a.py"


def test_files_by_their_index() -> None:
    artifacts = [{"location": {"uri": "x.py"}}, {"location": {"uri": "app/a.py"}}]
    where = {"physicalLocation": {"artifactLocation": {"index": 1}, "region": {"startLine": 2}}}
    assert one(run(result(locations=[where]), artifacts=artifacts)).locations == (
        Location("app/a.py", ((2, 2),)),
    )
    lost = {"physicalLocation": {"artifactLocation": {"index": 7}}}
    assert one(run(result(locations=[lost]), artifacts=artifacts)).locations == ()


def test_several_places() -> None:
    places = [at("a.py", 3), at("b.py", 1, 2), at("a.py", 9, 9), at("a.py", 3), at("c.py")]
    assert one(run(result(locations=places))).locations == (
        Location("a.py", ((3, 3), (9, 9))),
        Location("b.py", ((1, 2),)),
        Location("c.py"),
    )


def test_the_file_that_was_looked_at_stands_in_for_a_place() -> None:
    assert one(run(result(analysisTarget={"uri": "a.py"}))).locations == (Location("a.py"),)


RULES = [
    {"id": "A1", "name": "first", "defaultConfiguration": {"level": "note"}},
    {"id": "B2", "properties": {"security-severity": "9.8"}},
    {"name": "broken: it has no id"},
    {
        "id": "C3",
        "shortDescription": {"text": "In short"},
        "messageStrings": {"m": {"text": "{0} is {1}, {2}"}},
    },
]


@pytest.mark.parametrize(
    ("given", "rules", "severity"),
    [
        ({"ruleId": "A1"}, ("A1", "first"), "low"),
        ({"ruleId": None, "ruleIndex": 0}, ("A1", "first"), "low"),
        ({"ruleId": None, "rule": {"index": 0}}, ("A1", "first"), "low"),
        ({"ruleId": None, "rule": {"id": "A1"}}, ("A1", "first"), "low"),
        ({"ruleId": "A1/sub"}, ("A1/sub", "A1", "first"), "low"),
        ({"ruleId": "A1", "level": "error"}, ("A1", "first"), "high"),
        ({"ruleId": "B2", "level": "note"}, ("B2",), "critical"),
        ({"ruleId": "B2", "properties": {"security-severity": "5.0"}}, ("B2",), "medium"),
        ({"ruleId": "B2", "properties": {"security-severity": "much"}}, ("B2",), "critical"),
        ({"ruleId": "Z9", "ruleIndex": 99}, ("Z9",), "medium"),
        ({"ruleId": "Z9", "ruleIndex": -1}, ("Z9",), "medium"),
        ({"ruleId": "Z9", "ruleIndex": 2}, ("Z9",), "medium"),
        ({"ruleId": "Z9", "kind": "review"}, ("Z9",), "info"),
        ({"ruleId": "Z9", "level": "none"}, ("Z9",), "info"),
        ({"ruleId": None}, (), "medium"),
        ({"ruleId": "X7", "rule": {"index": 1, "toolComponent": {"index": 0}}}, ("X7", "extra"), "medium"),
    ],
)
def test_rules_and_severity(given: Any, rules: tuple[str, ...], severity: str) -> None:
    made = run(result(**given), rules=RULES)
    made["tool"]["extensions"] = [{"name": "more", "rules": [{"id": "W6"}, {"id": "X7", "name": "extra"}]}]
    found = one(made)
    assert (found.rules, found.severity) == (rules, severity)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "it {0} {1}", "arguments": ["is"]}, "it is {1}"),
        ({"id": "m", "arguments": ["a", "b"]}, "a is b, {2}"),
        ({"id": "gone"}, "In short"),
        ({}, "In short"),
        ({"markdown": "**m**"}, "In short"),
    ],
)
def test_messages(message: Any, text: str) -> None:
    assert one(run(result(ruleId="C3", message=message), rules=RULES)).text == text


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        ({}, Claim.OPEN),
        ({"suppressions": []}, Claim.OPEN),
        ({"suppressions": [{"kind": "inSource"}]}, Claim.RETRACTED),
        ({"suppressions": [{"kind": "external", "status": "accepted"}]}, Claim.RETRACTED),
        ({"suppressions": [{"kind": "external", "status": "underReview"}]}, Claim.OPEN),
        ({"suppressions": [{"kind": "inSource"}, {"kind": "external", "status": "rejected"}]}, Claim.OPEN),
        ({"baselineState": "absent"}, Claim.RESOLVED),
        ({"baselineState": "unchanged"}, Claim.OPEN),
        ({"baselineState": "new"}, Claim.OPEN),
    ],
)
def test_claims(given: Any, claim: Claim) -> None:
    assert one(run(result(**given))).claim is claim


def test_results_that_say_that_nothing_is_wrong() -> None:
    audit = read(run(result(kind="pass"), result(), result(kind="notApplicable"), result(kind="open")))
    assert len(audit.findings) == 2
    assert audit.remarks == ("2 results left out: it says that nothing is wrong",)


def test_several_runs() -> None:
    second = run(result(ruleId="B1"))
    second["tool"]["driver"]["name"] = "other"
    audit = read(run(result(), result()), second)
    assert [found.id for found in audit.findings] == ["E722-1", "E722-2", "B1"]
    assert audit.tool == "tool and other"


def test_fingerprints_that_are_none_make_no_ids() -> None:
    given = [result(fingerprints={"v": "requires login"}), result(fingerprints={"v": "abcdef0123"})]
    same = result(fingerprints={"v": "abcdef0123"})
    assert [f.id for f in read(run(*given, same)).findings] == ["E722", "E722-abcdef01-1", "E722-abcdef01-2"]


def test_what_is_broken_takes_nothing_else_with_it() -> None:
    audit = read(
        run(
            result(level="critical"),
            result(locations="here"),
            {"message": 5, "ruleId": "X"},
            {"ruleId": "Y"},
            "no object",
            result(locations=[at("a.py", 3)], codeFlows="not looked at"),
        ),
        "no run",
        {"results": None},
        {},
    )
    assert [found.rules[0] for found in audit.findings] == ["E722", "E722", "X", "Y", "E722"]
    assert audit.findings[-1].locations == (Location("a.py", ((3, 3),)),)
    assert audit.findings[0].severity == "medium"
    said = "\n".join(audit.remarks)
    for words in (
        "result 1 is not valid SARIF in parts",
        "level:",
        "result 2",
        "result 3",
        "1 result left out: not an object",
    ):
        assert words in said
    assert "1 run left out: not an object" in said


def test_a_run_that_failed_says_so() -> None:
    note = {"level": "error", "message": {"text": "cannot parse\nb.py"}}
    invocation = {"executionSuccessful": False, "toolExecutionNotifications": [note, {"level": "note"}]}
    assert read(run(invocations=[invocation])).remarks == (
        "the tool says that its run failed: findings may be missing",
        "the tool reports trouble: cannot parse b.py",
    )
