"""What triage says of the findings of a report: the verdicts, on real repositories and in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import Sandbox

from codemods.audits.model import Audit, AuditFinding, Claim, Location
from codemods.audits.triage import Status, Triage, Verdict, triage
from codemods.engine import scan
from codemods.sources import Commit, Memory, WorkingDirectory

STATE = b"""import json
import sys


def load(path):
    try:
        with open(path) as file:
            return json.load(file)
    except:
        return {}


def save(path, data):
    try:
        with open(path, "w") as file:
            json.dump(data, file)
    except:
        return None


def check(settings):
    if "url" not in settings:
        sys.exit(2)
    print("fine")
"""
MAIN = b"""from state import check


def main():
    check({})


if __name__ == "__main__":
    main()
"""
TREE = Memory({"state.py": STATE, "main.py": MAIN, "web/page.tsx": b"export {}\n", "README.md": b"# Hi\n"})


def held(*findings: AuditFinding, tree: Memory | WorkingDirectory | Commit = TREE) -> Triage:
    return triage(Audit("audit.md", findings), tree)


def verdict(finding: AuditFinding, tree: Memory | WorkingDirectory | Commit = TREE) -> Verdict:
    (only,) = held(finding, tree=tree).verdicts
    return only


def finding(
    title: str,
    text: str = "",
    path: str | None = "state.py",
    *lines: tuple[int, int],
    quoted: str = "",
    proposed: str = "",
    claim: Claim = Claim.OPEN,
    rules: tuple[str, ...] = (),
) -> AuditFinding:
    return AuditFinding(
        "B-1",
        title,
        1,
        locations=(Location(path, lines),) if path else (),
        quoted=(quoted,) if quoted else (),
        proposed=(proposed,) if proposed else (),
        text=text,
        claim=claim,
        rules=rules,
    )


def lines_of(found: Verdict) -> list[int]:
    return [fix.span.line for fix in found.fixes]


# -- what a remedy answers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        (finding("Bare except in load", "", "state.py", (9, 9)), [9]),
        (finding("Bare `except:` hides errors", "", "state.py", (9, 9), (17, 17)), [9, 17]),
        (finding("Bare except", "", "state.py", (17, 17)), [17]),
        (finding("Bare except", "", "state.py", (11, 11)), [9]),  # a little off
        (finding("Bare except", "", "state.py", (60, 60), quoted="json.dump(data, file)\nexcept:"), [17]),
        (finding("Bare except", "Issue: `save()` catches everything.", "state.py", (2, 2)), [17]),
        (finding("Bare except", "Several handlers do this.", "state.py", (9, 9)), [9, 17]),
        (finding("Bare except", "File: `state.py` (and similar handlers)", "state.py", (9, 9)), [9, 17]),
        (finding("Bare excepts", "", "state.py"), [9, 17]),
        (finding("Bare excepts everywhere", "", None), [9, 17]),
        (finding("Do not use bare `except`", "", "state.py", (9, 9), rules=("E722",)), [9]),
        (finding("W0702", "", "state.py", (17, 17), rules=("W0702", "bare-except")), [17]),
        (finding("SystemExit in a library", "`check()` calls `sys.exit`.", "state.py", (23, 23)), [23]),
        (
            finding("SystemExit is not handled", "`check()` exits.", "main.py", (5, 5)),
            [23],
        ),  # the caller is cited
    ],
)
def test_a_fault_we_know_at_the_place_is_fixable(asked: AuditFinding, lines: list[int]) -> None:
    found = verdict(asked)
    assert found.status is Status.FIX, found.reason
    assert lines_of(found) == lines


def test_the_fixes_are_those_of_a_scan_of_everything() -> None:
    known = {f.fingerprint for f in scan(TREE).findings}
    found = verdict(finding("Bare excepts", "", "state.py"))
    assert set(found.fingerprints) <= known
    assert found.remedies == ("bare-except",)


@pytest.mark.parametrize(
    "asked",
    [
        finding("Error handling is poor", "", "state.py", (9, 9)),  # does not speak of the fault
        finding("Bare except", "", "state.py", (1, 3)),  # nor of the place
        finding("Bare except", "", "main.py", (5, 5)),
        finding("Bare except", "", "gone.py", (9, 9)),
        finding("Bare except", "", "../state.py", (9, 9)),
        finding("Bare except", "", "/etc/passwd"),
        finding("Bare except", "`load()` does this.", "config/.env"),
        finding("No retries", "It uses a bare except, too.", None),  # by the way, and without a place
        finding("unused import", "", "state.py", (9, 9), rules=("F401",)),
        finding(
            "bare except", "", "state.py", (9, 9), rules=("F401",)
        ),  # a tool's rule counts, not its words
        finding("NOT A BUG: bare except", "", "state.py", (9, 9)),
        finding("Bare except", "", "state.py", (9, 9), claim=Claim.RETRACTED),
    ],
)
def test_without_the_fault_and_the_place_no_edit_is_proposed(asked: AuditFinding) -> None:
    found = verdict(asked)
    assert found.status not in (Status.FIX, Status.SCAFFOLD)
    assert not found.fixes
    assert not found.fingerprints


def test_remedies_that_are_not_wanted_answer_nothing() -> None:
    audit = Audit("a.md", (finding("Bare except", "", "state.py", (9, 9)),))
    (found,) = triage(audit, TREE, ["fixed-temp-path"]).verdicts
    assert found.status is Status.LOCATED
    (found,) = triage(audit, TREE, paths=["main.py"]).verdicts
    assert found.status is Status.LOCATED


def test_a_fault_that_is_spoken_of_by_the_way_is_a_part() -> None:
    text = "The file is read too often.\nIt is not cached.\nAlso it uses a bare except."
    found = verdict(finding("Slow loading", text, "state.py", (5, 10)))
    assert found.status is Status.SCAFFOLD
    assert "the rest of what the report says needs a person" in found.reason


@pytest.mark.parametrize(("function", "status"), [("load", Status.SCAFFOLD), ("save", Status.LOCATED)])
def test_what_is_said_by_the_way_is_of_the_function_that_is_named(function: str, status: Status) -> None:
    text = f"`{function}` reads too often.\nIt is not cached.\nAlso it uses a bare except."
    found = verdict(finding("Slow state", text, "state.py", (5, 10)))
    assert found.status is status


def test_what_a_remedy_leaves_to_a_person_is_said() -> None:
    code = b"def f(x):\n    try:\n        return x.go()\n    except Exception:\n        return None\n"
    found = verdict(finding("Broad exception handler", "", "a.py", (4, 4)), Memory({"a.py": code}))
    assert found.status is Status.LOCATED
    assert found.reason.startswith("broad-except leaves the place to a person; a.py:4: ")
    assert len(found.manual) == 1


# -- what needs no code -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("NOT A BUG - worker is never stopped", ""),
        ("Leak", "verdict: Not a bug - it is only used for its methods."),
        ("Leak", "Actually this is already protected! False alarm - the code handles it."),
        ("Leak", "Status: No bug - defensive programming already in place"),
        ("Leak", "RETRACTED: This is NOT a bug. The logic is correct."),
        ("Dead code", "Severity: Low (not actually dead code - just not implemented)"),
        ("Leak", "This turned out to be a false positive."),
        ("Leak", "It works as designed."),
    ],
)
def test_a_finding_that_is_taken_back_is_a_false_alarm(title: str, text: str) -> None:
    found = verdict(finding(title, text))
    assert found.status is Status.FALSE_ALARM
    assert found.reason.startswith("the report itself says so: “")


@pytest.mark.parametrize(
    "text",
    [
        "This is not a false alarm: it leaks.",
        "If this is a false positive, close it.",
        "It is not a bug in the parser, but in the caller.",
        "There is no issue tracker.",
        "The lock is already held, which is a bug.",
        "Works only by accident.",
    ],
)
def test_words_that_only_look_like_it_take_nothing_back(text: str) -> None:
    assert verdict(finding("Leak", text)).status is Status.LOCATED


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (finding("Slow page", "", "web/page.tsx", (1, 1)), "JavaScript or TypeScript"),
        (finding("Slow page", "", "web/gone.tsx"), "JavaScript or TypeScript"),
        (finding("Typo", "", "README.md"), "documentation"),
        (finding("Frontend is slow", "", None), "the front end"),
        (finding("README is outdated", "", None), "documentation"),
        (finding("No load balancer", "", None), "infrastructure"),
    ],
)
def test_what_is_not_code_that_we_read_is_out_of_scope(asked: AuditFinding, said: str) -> None:
    found = verdict(asked)
    assert found.status is Status.OUT_OF_SCOPE
    assert said in found.reason


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing/here.py", Status.NOT_CONFIRMED),
        ("../../etc/passwd", Status.NOT_CONFIRMED),
        ("/etc/passwd", Status.NOT_CONFIRMED),
    ],
)
def test_a_path_that_leads_nowhere(path: str, status: Status) -> None:
    found = verdict(finding("Fault", "Something is wrong.", path, (1, 1)))
    assert found.status is status
    assert path in found.reason
    assert not found.places


@pytest.mark.parametrize(
    ("title", "path", "status"),
    [
        ("No committed lockfile", "poetry.lock", Status.LOCATED),
        ("`settings.toml` is missing", "config/settings.toml", Status.LOCATED),
        ("Missing timeout", "gone.py", Status.NOT_CONFIRMED),
    ],
)
def test_a_file_that_the_report_misses_is_not_here(title: str, path: str, status: Status) -> None:
    assert verdict(finding(title, "It should be there.", path)).status is status


def test_names_that_nothing_here_has() -> None:
    found = verdict(finding("Bypass", "The `auth_disabled` flag lets anyone in.", "state.py", (5, 5)))
    assert found.status is Status.NOT_CONFIRMED
    assert found.reason == "auth_disabled: no file here has that name"
    assert verdict(finding("Bypass", "No `auth_disabled` flag.", "state.py")).status is Status.LOCATED


def test_a_finding_without_a_place_is_for_a_person() -> None:
    found = verdict(finding("No graceful recovery", "State is left inconsistent.", None))
    assert found.status is Status.LOCATED
    assert "names no place" in found.reason


def test_what_is_called_resolved_is_looked_at_all_the_same() -> None:
    assert verdict(finding("Bare except", "", "state.py", (9, 9), claim=Claim.RESOLVED)).status is Status.FIX
    found = verdict(finding("Slow", "Reads it twice.", "state.py", (9, 9), claim=Claim.RESOLVED))
    assert found.status is Status.LOCATED
    assert "calls it resolved" in found.reason


# -- what was fixed since -----------------------------------------------------------------------------


@pytest.fixture
def box(tmp_path: Path) -> Sandbox:
    box = Sandbox.make(tmp_path / "box", {"state.py": STATE, "gone.py": b"x = 1\n"})
    fixed = STATE.replace(b"except:", b"except OSError:").replace(b"sys.exit(2)", b"raise ValueError")
    box.git("rm", "-q", "gone.py")
    box.commit({"state.py": fixed}, "Name the exceptions")
    return box


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (finding("Bare except", "", "state.py", (9, 9)), "`except:` is gone from state.py: taken out in "),
        (
            finding("Errors hidden", "", "state.py", (8, 9), quoted="return json.load(file)\nexcept:  # bad"),
            "(Name the exceptions)",
        ),
        (
            finding("Exit", "location: `sys.exit(2)`\nIt ends all.", "state.py", (23, 23)),
            "`sys.exit(2)` is gone",
        ),
        (finding("Old module", "", "gone.py", (1, 1)), "gone.py was deleted in "),
        (
            finding(
                "Crash", "Not handled.", "state.py", (21, 24), proposed="    raise ValueError\nprint('fine')"
            ),
            "",
        ),
    ],
)
def test_what_a_commit_took_out_is_already_fixed(box: Sandbox, asked: AuditFinding, said: str) -> None:
    now, before = WorkingDirectory.at(box.root), Commit.at(box.root, "HEAD~1")
    if not said:
        assert verdict(asked, now).status is Status.LOCATED  # too little to prove anything
        return
    found = verdict(asked, now)
    assert found.status is Status.ALREADY_FIXED, found.reason
    assert said in found.reason
    assert verdict(asked, before).status in (Status.FIX, Status.LOCATED)


def test_what_stands_there_now_is_shown(box: Sandbox) -> None:
    asked = finding("Errors hidden", "", "state.py", (8, 9), quoted="return json.load(file)\nexcept:  # bad")
    (shown,) = verdict(asked, WorkingDirectory.at(box.root)).evidence
    assert shown == "state.py:8 is now `return json.load(file)`"


PROPOSED = "_state_lock = threading.Lock()\n\nwith _state_lock:\n    _state.clear()"
QUOTED = "def reset():\n    _state.clear()"
UNLOCKED = b"import threading\n_state = {}\n\ndef reset():\n    _state.clear()\n"
LOCKED = b"""import threading
_state = {}
_state_lock = threading.Lock()

def reset():
    with _state_lock:
        _state.clear()
"""


@pytest.mark.parametrize(
    ("code", "status"), [(UNLOCKED, Status.LOCATED), (LOCKED, Status.ALREADY_FIXED)], ids=["before", "after"]
)
def test_what_is_proposed_and_there_is_already_fixed(code: bytes, status: Status) -> None:
    asked = finding("Race in reset", "", "a.py", (4, 5), quoted=QUOTED, proposed=PROPOSED)
    found = verdict(asked, Memory({"a.py": code}))
    assert found.status is status
    assert status is Status.LOCATED or "what the report proposes is there: `" in found.reason


# -- reports as a whole -------------------------------------------------------------------------------


def test_a_report_about_another_repository_matches_nothing() -> None:
    strangers = (finding("A", "", "shop/cart.py", (3, 3)), finding("B", "", "shop/till.py"))
    assert not held(*strangers).matches
    assert held(*strangers, finding("C", "", "state.py")).matches
    assert held(finding("D", "", None)).matches
    assert held().matches


def test_verdicts_come_in_the_order_of_the_report() -> None:
    findings = [finding(f"F{n}", "", "state.py", (n, n)) for n in (9, 3, 17, 1)]
    result = held(*findings)
    assert [v.finding.title for v in result.verdicts] == ["F9", "F3", "F17", "F1"]
    assert result.counts[Status.LOCATED] == 4


def test_only_files_that_the_report_speaks_of_are_scanned() -> None:
    tree = Memory({"a.py": b"try:\n    f()\nexcept:\n    pass\n", "broken.py": b"def (:\n    except:\n"})
    assert not held(finding("Bare except", "", "a.py", (3, 3)), tree=tree).failures
    asked = held(finding("Bare except", "", "broken.py", (1, 1)), tree=tree)
    assert [failure.path for failure in asked.failures] == ["broken.py"]


def test_looking_changes_nothing(box: Sandbox) -> None:
    before = box.state()
    asked = (finding("Bare except", "", "state.py", (9, 9)), finding("Old", "", "gone.py", (1, 1)))
    held(*asked, tree=WorkingDirectory.at(box.root))
    assert box.state() == before


# -- what tools write ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "line", "said"),
    [
        (("F401",), 9, "no remedy is for F401"),
        (("E722",), 3, "bare-except finds nothing there: it is gone, or a comment silences it"),
    ],
)
def test_why_a_tools_finding_is_left_to_a_person(rules: tuple[str, ...], line: int, said: str) -> None:
    found = verdict(finding("Missing `json` import", "Not imported.", "state.py", (line, line), rules=rules))
    assert found.status is Status.LOCATED  # a tool has looked: its words are not weighed
    assert found.reason.endswith(f"; {said}")
