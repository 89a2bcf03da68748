"""Fixes that ask for less: what is made of them when a check rejects the first choice."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import pytest
import toy

from codemods.branches.model import By, Plan, Purpose, Repaired
from codemods.branches.plan import plan
from codemods.engine import repair, scan
from codemods.model import Applicability, FileChange, Finding, Fix
from codemods.module import Module
from codemods.remedy import Proposal
from codemods.series import series
from codemods.sources import Memory

NARROW = b"""\
import json


def load(path):
    try:
        with open(path) as file:
            return json.load(file)
    except:  # no state yet
        return {}
"""
UNKNOWN = b"""\
def ask(client):
    try:
        return client.fetch()
    except:
        return None
"""


def findings_of(files: dict[str, bytes]) -> tuple[Memory, tuple[Finding, ...]]:
    tree = Memory(files)
    return tree, scan(tree, ["bare-except"]).findings


def everything(finding: Finding) -> bool:
    return True


def fixed(data: bytes, *, safer: bool) -> bytes:
    tree, findings = findings_of({"a.py": data})
    outcome = repair(tree, findings, everything, ["bare-except"], safer=safer)
    return b"".join(change.after or b"" for change in outcome.changes)


def test_narrowed_types_have_except_exception_as_their_safer_variant() -> None:
    assert b"    except (OSError, ValueError):  # no state yet\n" in fixed(NARROW, safer=False)
    assert fixed(NARROW, safer=True) == NARROW.replace(b"except:", b"except Exception:")


def test_where_there_is_none_the_fix_itself_is_made() -> None:
    assert fixed(UNKNOWN, safer=True) == fixed(UNKNOWN, safer=False)
    _, (finding,) = findings_of({"a.py": UNKNOWN})
    assert finding.safer is finding


class AssertSlowly(toy.AssertTwice):
    """Two asserts out of one, one at a time; the safer way is on one line."""

    __module__ = "codemods.remedies.assert_slowly"

    def visit_Assert(self, node: ast.Assert, module: Module) -> Iterator[Proposal]:
        for found in super().visit_Assert(node, module):
            assert found.fix
            (edit,) = found.fix.edits
            safer = Fix((replace(edit, replacement=edit.replacement.replace(b"\n", b"; ")),))
            yield replace(found, fix=replace(found.fix, safer=safer))


@pytest.mark.parametrize(
    ("safer", "expected"),
    [(False, b"assert a\nassert b\nassert c\n"), (True, b"assert a; assert b; assert c\n")],
)
def test_another_look_chooses_the_safer_one_too(
    monkeypatch: pytest.MonkeyPatch, safer: bool, expected: bytes
) -> None:
    toy.use(monkeypatch, AssertSlowly)
    tree = Memory({"a.py": b"assert a and b and c\n"})
    outcome = repair(tree, scan(tree).findings, everything, safer=safer)
    assert [change.after for change in outcome.changes] == [expected]


def test_what_has_to_stay_caught_stays() -> None:
    code = b"def f(s):\n    try:\n        return int(input(s))\n    except:\n        return 0\n"
    assert b"except (EOFError, " in fixed(code, safer=False)
    assert fixed(code, safer=True) == code.replace(b"except:", b"except (Exception, KeyboardInterrupt):")


@pytest.mark.parametrize(
    ("handler", "expected"),
    [("return 0", Applicability.SAFE), ("s.close()\n        return 0", Applicability.UNSAFE)],
)
def test_the_safer_one_is_as_safe_as_except_exception(handler: str, expected: Applicability) -> None:
    code = f"def f(s):\n    try:\n        return int(s)\n    except:\n        {handler}\n"
    _, (finding,) = findings_of({"a.py": code.encode()})
    assert finding.safer is not finding
    assert finding.safer.applicability is expected


def test_the_finding_says_what_is_written_and_why() -> None:
    _, (finding,) = findings_of({"a.py": NARROW})
    safer = finding.safer
    assert safer.message.endswith("`except Exception` is enough")
    assert safer.reason == "a check failed with a fix that asks for more"
    assert (safer.fingerprint, safer.span) == (finding.fingerprint, finding.span)
    assert safer.safer is safer


def test_equal_fixes_are_one_with_their_safer_variants() -> None:
    tree, findings = findings_of({"a.py": NARROW})
    _, again = findings_of({"a.py": NARROW})
    assert {f.fix for f in findings} == {f.fix for f in again}
    outcome = repair(tree, [*findings, *again], everything, ["bare-except"], safer=True)
    assert len(outcome.fixed) == 1


def test_a_series_chooses_it_in_every_step() -> None:
    tree, findings = findings_of({"a.py": NARROW})
    made = series(tree, findings, ["bare-except"], everything, safer=True)
    assert [b"except Exception:" in (c.after or b"") for c in made.changes] == [True]


def planned(files: dict[str, bytes], by: By, **options: bool) -> tuple[Plan, ...]:
    tree, findings = findings_of(files)

    def made(
        group: Sequence[Finding],
        wanted: Callable[[Finding], bool],
        *,
        again: bool,
        safer: bool = False,
        below: Sequence[FileChange] = (),
    ) -> Repaired:
        return repair(tree, group, wanted, ["bare-except"], again=again, safer=safer)

    ask = partial(plan, findings, made, lambda remedy: Purpose("Name what is caught"), version="1.0", by=by)
    return ask(**options).plans


def test_a_plan_holds_the_safer_one_where_a_check_is_wanted() -> None:
    files = {"a.py": NARROW, "b.py": UNKNOWN}
    assert [p.safer for p in planned(files, By.FILE)] == [None, None]
    narrow, unknown = planned(files, By.FILE, with_safer=True)
    assert unknown.safer is None
    assert narrow.safer
    assert (narrow.safer.name, narrow.safer.findings[0].fingerprint) == (
        narrow.name,
        narrow.findings[0].fingerprint,
    )
    assert b"except Exception:" in (narrow.safer.changes[0].after or b"")
    assert "`except Exception` is enough" in narrow.safer.message
    assert "(OSError, ValueError)" in narrow.message
    assert "(OSError, ValueError)" not in narrow.safer.message


def test_a_branch_of_a_remedy_is_made_safer_as_a_whole() -> None:
    (both,) = planned({"a.py": NARROW, "b.py": UNKNOWN}, By.REMEDY, with_safer=True)
    assert both.safer
    assert [c.path for c in both.safer.changes] == ["a.py", "b.py"]
    assert both.safer.changes[1] == both.changes[1]
