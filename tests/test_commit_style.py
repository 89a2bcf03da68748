"""Subjects in the manner of a project: what is told from a history, what is written, and the command."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
import toy
from commandline import Run
from repositories import Sandbox

from codemods.branches.messages.message import Manner, commit_message, subject_line
from codemods.branches.messages.requested import request_message, request_subject
from codemods.branches.messages.scopes import Scopes, is_part
from codemods.branches.messages.style import PLAIN, Kind, Style, detect, style_of
from codemods.branches.model import Change, Purpose, Request
from codemods.model import Finding, Span
from codemods.remedy import all_remedies
from codemods.sources import Commit

FIX, REFACTOR = Change.FIX, Change.REFACTOR
DEED = "Name what is caught"
SMALL = "name what is caught"


def times(*groups: tuple[int, str]) -> list[str]:
    """Subjects, each so often; # in one is its number."""
    return [text.replace("#", str(n)) for count, text in groups for n in range(count)]


def lines(subjects: Sequence[str], path: str = "pkg/stats.py") -> tuple[str, str]:
    """What a fix and a refactoring are called after a history."""
    style = detect(subjects)
    return style.line(FIX, [path], DEED), style.line(REFACTOR, [path], DEED)


PLAIN_HISTORY = ["Add a page", "Speed up queries", "Say what failed", "Rename the folder"]
SCOPED = [
    f"{kind}({scope}): speed it up" for kind in ("feat", "fix", "docs") for scope in ("api", "stats", "ui")
]


@pytest.mark.parametrize(
    ("subjects", "fix", "refactoring"),
    [
        ([], DEED, DEED),
        (["fix: one", "feat: two", "fix: three"], DEED, DEED),  # too few to tell
        (PLAIN_HISTORY, DEED, DEED),
        (["add a page", "speed it up", "say what failed", "rename"], SMALL, SMALL),
        ([f"{text}." for text in PLAIN_HISTORY], f"{DEED}.", f"{DEED}."),
        (["ログイン画面の修正", "修正", "削除", "追加", "更新"], DEED, DEED),
        (["fix: one", "feat: two", "docs: x", "fix!: y"], f"fix: {SMALL}", f"refactor: {SMALL}"),
        (
            ["fix: One", "feat: Two", "docs: X", "ref: no", "chore: Y"] * 3,
            f"fix: {DEED}",
            f"refactor: {DEED}",
        ),
        (["Fix: one", "Feat: two", "Docs: x", "Refactor: y"], f"Fix: {SMALL}", f"Refactor: {SMALL}"),
        (SCOPED, f"fix(stats): {SMALL}", f"refactor(stats): {SMALL}"),
        (times((30, "fix(a#b): do it")), f"fix(stats): {SMALL}", f"refactor(stats): {SMALL}"),
        (times((30, "fix(web): do it")), f"fix: {SMALL}", f"refactor: {SMALL}"),
        (times((30, "feat(12-#): do it")), f"fix: {SMALL}", f"refactor: {SMALL}"),
        (
            times((8, "BUG: do it"), (8, "MAINT: do it"), (9, "DOC/TST: x")),
            f"BUG: {SMALL}",
            f"MAINT: {SMALL}",
        ),
        (times((8, "ENH: Do it"), (8, "DOC: Do it")), DEED, DEED),  # what do they call a fix?
        (times((9, "[FIX] sale: Do it"), (9, "[IMP] web: Do it")), f"[FIX] {DEED}", f"[IMP] {DEED}"),
        (
            times((9, "[FIX] stats: Do it"), (9, "[IMP] web: Do it")),
            f"[FIX] stats: {DEED}",
            f"[IMP] stats: {DEED}",
        ),
        (times((9, "[core] Do it"), (9, "[Stats] Do it")), f"[Stats] {DEED}", f"[Stats] {DEED}"),
        (times((9, "net/http: do it"), (9, "stats: do it")), f"stats: {SMALL}", f"stats: {SMALL}"),
        (times((9, "pkg/a#: do it"), (9, "pkg/b#: do it")), f"pkg/stats: {SMALL}", f"pkg/stats: {SMALL}"),
        (times((9, "✨ Add it"), (5, "🐛 Mend it")), f"🐛 {DEED}", f"🐛 {DEED}"),
        (
            times((9, ":sparkles: add it"), (5, ":recycle: x"), (5, ":bug: x")),
            f":bug: {SMALL}",
            f":recycle: {SMALL}",
        ),
        (times((9, "PROJ-#: Do it"), (9, "[PROJ-7#] Do it"), (9, "gh-12#: Do it")), DEED, DEED),
        (times((50, "fix: do it"), (50, "Do it")), f"fix: {SMALL}", f"refactor: {SMALL}"),  # of late
        (times((50, "Do it"), (50, "fix: do it")), DEED, DEED),  # no longer
        ([text for _ in range(50) for text in ("fix: do it", "Do it")], DEED, DEED),  # mixed
        (
            times((6, "fix: do it (#1#)"), (9, "Update README.md"), (9, 'Revert "x"'), (9, "v1.2.#")),
            f"fix: {SMALL}",
            f"refactor: {SMALL}",
        ),
    ],
)
def test_histories(subjects: list[str], fix: str, refactoring: str) -> None:
    assert lines(subjects) == (fix, refactoring)


def test_a_manner_that_the_settings_ask_for() -> None:
    """It is written as the history writes it, if that ever does."""
    assert detect(PLAIN_HISTORY, Kind.CONVENTIONAL).line(FIX, ["a.py"], DEED) == "fix: name what is caught"
    some = detect([*PLAIN_HISTORY * 9, *SCOPED], Kind.CONVENTIONAL)
    assert some.line(FIX, ["x/ui/stats.py"], DEED) == "fix(stats): name what is caught"


@pytest.mark.parametrize(
    ("names", "paths", "expected"),
    [
        (["api", "api", "ui", "ui"], ["src/api/routes.py"], "api"),
        (["api", "api", "ui", "ui"], ["src/api/routes.py", "src/api/x/y.py"], "api"),
        (["api", "api", "ui", "ui"], ["src/api/a.py", "src/ui/b.py"], ""),
        (["api", "api", "routes", "routes"], ["src/api/routes.py"], "routes"),  # the innermost
        (["User-Stats"] * 4, ["a/user_stats.py"], "User-Stats"),
        (["stats"] * 4, ["tests/test_stats.py"], "stats"),
        (["deps"] * 4, ["a/stats.py"], ""),
        (["a", "b", "c"], ["x/my_stats.py"], "my_stats"),
        (["a-b", "b-c", "c"], ["x/_my_stats.py"], "my-stats"),
        (["a", "b", "c"], ["x/__init__.py"], "x"),
        (["a", "b", "c"], ["x/a b.py"], ""),
        (["a", "b", "c"], ["one.py", "two/three.py"], ""),
        (["a", "b", "all"], ["one.py", "two/three.py"], "all"),
        (["net/http", "cmd/go", "io"], ["src/db/sql/rows.py"], "src/db/sql/rows"),
        (["db/sql", "db/sql", "io", "io"], ["src/db/sql/rows.py"], "db/sql"),
    ],
)
def test_scopes(names: list[str], paths: list[str], expected: str) -> None:
    assert Scopes.seen(names).of(paths) == expected


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("api", True),
        ("v2", False),
        ("12-03", False),
        ("AB-12", False),
        ("net/http", True),
        ("", False),
        ("i18n", True),
        ("*", False),
    ],
)
def test_numbers_are_no_parts(name: str, good: bool) -> None:
    assert is_part(name) is good


CONVENTIONAL = Style(Kind.CONVENTIONAL, has_capital=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fix swallowed errors", "fix: swallowed errors"),
        ("HTTPException is swallowed", "fix: `HTTPException` is swallowed"),
        ("SQL injection", "fix: `SQL` injection"),
        ("A leak", "fix: a leak"),
        ("`except:` in load()", "fix: `except:` in load()"),
        ("Don't wait", "fix: don't wait"),
        ("os.environ is read", "fix: os.environ is read"),
    ],
)
def test_the_first_letter_is_small_where_commitlint_wants_that(text: str, expected: str) -> None:
    assert CONVENTIONAL.line(FIX, [], text) == expected


def test_names_stay_as_they_are_in_front() -> None:
    style = Style(Kind.AREA, scopes=Scopes.seen(["stats"] * 4))
    assert style.line(FIX, ["stats.py"], "os.environ is read") == "stats: os.environ is read"
    assert style.line(FIX, ["stats.py"], "errors are read") == "stats: Errors are read"


@pytest.mark.parametrize("width", [72, 40])
def test_lines_fit(width: int) -> None:
    style = Style(
        Kind.CONVENTIONAL, False, True, scopes=Scopes.seen(["a_very_long_name_of_a_part_indeed"] * 4)
    )
    long = style.line(FIX, ["x/a_very_long_name_of_a_part_indeed.py"], "Do " + "many " * 30, " (C-2)", width)
    assert len(long) <= width
    assert long.endswith(" … (C-2).")


def test_the_file_is_named_once() -> None:
    scoped = Style(Kind.CONVENTIONAL, False, scopes=Scopes.seen(["stats"] * 4))
    assert subject_line(DEED, ["a/stats.py"], scoped) == "fix(stats): name what is caught"
    assert subject_line(DEED, ["stats/other.py"], scoped) == "fix(stats): name what is caught in other.py"
    assert subject_line(DEED, ["a.py"], Style(has_period=True)) == f"{DEED} in a.py."


def request(title: str, **more: object) -> Request:
    return Request("B-1", title, "audit.md", findings=frozenset("a"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("style", "title", "expected"),
    [
        (CONVENTIONAL, "Bare except in stats parsing", "fix: bare except in stats parsing (B-1)"),
        (CONVENTIONAL, "Add a timeout", "fix: add a timeout (B-1)"),
        (CONVENTIONAL, "x " * 60, f"fix: {'x ' * 29}… (B-1)"),
        (Style(has_capital=False), "Errors are hidden", "fix B-1: errors are hidden"),
        (Style(has_period=True), "Errors are hidden", "Fix B-1: errors are hidden."),
        (
            Style(Kind.AREA, scopes=Scopes.seen(["stats"])),
            "Errors are hidden",
            "stats: Fix B-1: errors are hidden",
        ),
        (Style(Kind.EMOJI, words=((FIX, "🐛"),)), "Errors are hidden", "🐛 Errors are hidden (B-1)"),
        (PLAIN, "Skips [skip ci] and [CI SKIP]", "Fix B-1: Skips (skip ci) and (CI SKIP)"),
    ],
)
def test_what_reports_ask_for(style: Style, title: str, expected: str) -> None:
    assert request_subject([request(title)], DEED, style, FIX, ["stats.py"]) == expected


def test_a_part_of_what_is_asked_for() -> None:
    found = [Finding("a", "x", "a.py", Span(1, 1, 1, 2), "it is broken")]
    purpose = Purpose(DEED, change=REFACTOR)
    part = request_message(
        [request("All is lost", is_part=True)], lambda _: purpose, found, "1", Manner(CONVENTIONAL)
    )
    assert part.startswith("refactor: name what is caught (part of B-1)\n")
    whole = request_message([request("All is lost")], lambda _: purpose, found, "1", Manner(CONVENTIONAL))
    assert whole.startswith("fix: all is lost (B-1)\n")


def test_no_line_is_longer_than_commitlint_takes() -> None:
    deep = "/".join(["a_folder_with_a_name"] * 12) + "/module.py"
    found = [Finding("a", "x", deep, Span(1, 1, 1, 2), "it is broken", evidence=("y" * 300,))]
    asked = [request("t", text="z" * 400), Request("I" * 90, "t", "r" * 150, findings=frozenset("a"))]
    for message in (
        commit_message(Purpose(DEED, "why"), found, "1", asked, Manner(CONVENTIONAL)),
        request_message(asked, lambda _: Purpose(DEED, "why"), found, "1", Manner(CONVENTIONAL)),
    ):
        assert max(map(len, message.split("\n"))) <= 100
        assert deep in message.replace("\n  ", "")
    assert "\n\nAudit: B-1 (audit.md)\nAudit: III" in message


# -- a repository -------------------------------------------------------------------------------------


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    toy.use(monkeypatch, toy.PrintCall, toy.AssertTwice)
    for name in os.environ:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = Sandbox.make(tmp_path / "repo", {"a.py": b"print(1)\n", "sub/b.py": b"print(2)\n"})
    monkeypatch.chdir(made.root)
    return made


def commit(box: Sandbox, message: str, *options: str) -> None:
    box.git(*options, "commit", "-q", "--allow-empty", "-m", message)


def test_robots_and_merges_do_not_count(box: Sandbox) -> None:
    for n in range(8):
        commit(box, f"Bump x to {n}", "-c", "user.name=renovate[bot]")
        commit(box, f"Tidy {n}", "-c", "user.name=PrometheusBot")
        commit(box, f"Tidy {n}", "-c", "user.email=12+dependabot[bot]@users.noreply.github.com")
    for n in range(9):
        commit(box, f"fix: do it {n}", "-c", "user.name=Talbot")
    box.git("checkout", "-q", "-b", "side", "HEAD~1")
    commit(box, "feat: do more")
    box.git("merge", "-q", "--no-ff", "-m", "Bring it together", "main")
    assert style_of(Commit.at(box.root)).kind is Kind.CONVENTIONAL


def test_settings_of_git_do_not_get_between(box: Sandbox) -> None:
    for n in range(9):
        commit(box, f"fix: dö it {n}")
    for name, value in {
        "log.showSignature": "true",
        "color.ui": "always",
        "log.follow": "true",
        "log.decorate": "full",
        "i18n.logOutputEncoding": "latin1",
        "format.pretty": "fuller",
        "log.date": "raw",
        "log.mailmap": "true",
    }.items():
        box.git("config", name, value)
    assert style_of(Commit.at(box.root)).kind is Kind.CONVENTIONAL


def settings(box: Sandbox, text: str) -> None:
    box.write({"pyproject.toml": f"[tool.patchwright.branch]\n{text}\n".encode()})


def message(box: Sandbox, name: str = "patchwright/print-call") -> str:
    return box.git("log", "-1", "--format=%B", name)


def test_a_run_writes_as_the_history_does(box: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(9):
        commit(box, f"fix(core): do it {n}")
    assert run("branch").code == 0
    assert message(box).startswith("fix: print call\n")
    monkeypatch.setattr(toy.PrintCall, "is_refactoring", True)
    settings(box, 'style = "auto"\nprefix = "auto/"\nby = "file"')
    assert run("branch").code == 0
    assert message(box, "auto/print-call-a").startswith("refactor: fix print call in a.py\n")
    settings(box, 'style = "plain"')
    assert run("branch", "--prefix", "plain/").code == 0
    assert message(box, "plain/print-call").startswith("Fix print call\n")


def test_settings_and_options(box: Sandbox, run: Run) -> None:
    lines = (
        "style = 'conventional'",
        "prefix = 'bots/'",
        "by = 'file'",
        "subject = 'T-1 {subject} [{file}]'",
        "body = 'By {remedy}.'",
    )
    settings(box, "\n".join(lines))
    assert run("branch", "--signoff").code == 0
    assert message(box, "bots/print-call-sub.b") == (
        "T-1 fix: print call in b.py [b.py]\n\nBy print-call.\n\nPatchwright-Remedy: print-call\n"
        + "\n".join(message(box, "bots/print-call-sub.b").split("\n")[5:7])
        + "\nSigned-off-by: Ada Lovelace <ada@example.com>\n"
    )
    trailers = box.git("interpret-trailers", "--parse", feed=message(box, "bots/print-call-a").encode())
    assert [line.partition(":")[0] for line in trailers.split("\n")] == [
        *("Patchwright-Remedy", "Patchwright-Fingerprint", "Patchwright-Version", "Signed-off-by")
    ]
    assert run("branch", "--by", "remedy", "--prefix", "mine/").code == 0
    assert "Signed-off-by" not in message(box, "mine/print-call")


@pytest.mark.parametrize(
    ("scopes", "path", "expected"),
    [
        ([""], "app/web.py", "Narrow what handlers catch in web.py"),
        (["load"], "app/web.py", "Narrow what handlers catch in load of web.py"),
        (["Server.load"], "app/web.py", "Narrow what handlers catch in Server.load of web.py"),
        (["load"], f"{'w' * 40}.py", "Narrow what handlers catch in load"),
        (["l" * 60], "app/web.py", "Narrow what handlers catch in web.py"),
        (["load", "save"], "app/web.py", "Narrow what handlers catch in web.py"),
    ],
)
def test_the_only_finding_is_told_by_its_function(scopes: list[str], path: str, expected: str) -> None:
    span = Span(1, 1, 1, 2)
    found = [Finding(scope, "narrow", path, span, "it is broad", scope=scope) for scope in scopes]
    assert commit_message(Purpose("Narrow what handlers catch"), found, "1").split("\n")[0] == expected


def test_a_message_stays_until_the_branch_is_made_anew(box: Sandbox, run: Run) -> None:
    name = "patchwright/print-call"
    for options in ([], ["--signoff"]):
        assert run("branch", *options).code == 0
        assert "Signed-off-by" not in message(box, name), "it holds the fix already"
    box.git("branch", "-D", name)
    assert run("branch", "--signoff", "--recreate").code == 0
    assert "Signed-off-by: Ada Lovelace" in message(box, name)


def test_what_is_wrong_with_settings_is_said(box: Sandbox, run: Run) -> None:
    settings(box, 'subject = "{subjct}"')
    outcome = run("branch")
    assert outcome.code == 2
    assert (
        "tool.patchwright.branch.subject has an unknown name 'subjct': did you mean {subject}?" in outcome.err
    )
    assert "refs/heads/patchwright" not in box.git("for-each-ref")


def test_hooks_that_were_left_out_are_said(box: Sandbox, run: Run) -> None:
    hooks = box.root / ".git/hooks"
    hooks.mkdir()
    for name in ("pre-commit", "commit-msg"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    said = b"Hooks are not run for these commits; here that leaves out pre-commit, commit-msg."
    assert said in run("branch").out
    assert said not in run("branch").out  # there is nothing new
    document = run("branch", "--prefix", "x/", "--format", "json").document
    assert document["hooks_not_run"] == ["pre-commit", "commit-msg"]


def test_the_remedies_say_what_kind_of_change_they_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    refactorings = {remedy.id() for remedy in all_remedies() if remedy.is_refactoring}
    assert refactorings == {"broad-except", "exit-in-library"}
