"""Proposals: their text, where they are opened, and `gh`, played by a recorded stand-in on PATH."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commandline import Run
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from repositories import Sandbox
from test_push import WISH, box, commit_of, finding, heads, hook, hub, made, original, place, plain_git, sent

from codemods.branches.ledger import read_ledger
from codemods.branches.model import Branch, Checked, Purpose, Status, Verdict
from codemods.model import Applicability
from codemods.proposals import Delivery
from codemods.proposals.body import BEGIN, END, Text, renewed, text_of
from codemods.proposals.forges import Site, forge_of
from codemods.proposals.gitlab import complaint, opened, options_of
from codemods.proposals.markup import code, inline
from codemods.repository import Repository

__all__ = ["box", "hub", "original", "place", "plain_git"]  # fixtures

PROPOSE = replace(WISH, propose=True)
PASSED = Checked("pytest -q", Verdict.PASSED, Verdict.PASSED)


def proposals(delivery: Delivery) -> dict[str, tuple[str, str | None]]:
    return {name: (p.status.value, p.url) for name, p in delivery.proposals.items()}


def remembered(box: Sandbox, name: str) -> dict[str, str]:
    return dict(read_ledger(Repository(box.root)).records[name].proposals)


# -- where a remote is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "site", "web", "path"),
    [
        ("https://github.com/o/r.git", Site.GITHUB, "https://github.com", "o/r"),
        ("https://me:token@github.com/o/r", Site.GITHUB, "https://github.com", "o/r"),
        ("git@github.com:o/r.git", Site.GITHUB, "https://github.com", "o/r"),
        ("github.com:o/r", Site.GITHUB, "https://github.com", "o/r"),
        ("git@github.com:/o/r.git/", Site.GITHUB, "https://github.com", "o/r"),
        ("ssh://git@ssh.github.com:443/o/r.git", Site.GITHUB, "https://github.com", "o/r"),
        ("https://github.example.com:8443/o/r", Site.GITHUB, "https://github.example.com:8443", "o/r"),
        ("https://corp.ghe.com/o/r", Site.GITHUB, "https://corp.ghe.com", "o/r"),
        ("ssh://git@GitLab.com:22/g/h/r.git", Site.GITLAB, "https://gitlab.com", "g/h/r"),
        ("http://gitlab.example.org/g/r", Site.GITLAB, "http://gitlab.example.org", "g/r"),
        ("git@bitbucket.org:o/r.git", Site.BITBUCKET, "https://bitbucket.org", "o/r"),
        ("https://codeberg.org/o/r", Site.GITEA, "https://codeberg.org", "o/r"),
        ("git@git.example.org:o/r", None, "https://git.example.org", "o/r"),
        ("https://github.com.evil.example/o/r", Site.GITHUB, "https://github.com.evil.example", "o/r"),
        ("https://notgithub.com/o/r", None, "https://notgithub.com", "o/r"),
    ],
)
def test_where_a_remote_is(url: str, site: Site | None, web: str, path: str) -> None:
    forge = forge_of(url)
    assert forge
    assert (forge.site, forge.web, forge.path) == (site, web, path)
    assert "token" not in repr(forge)


@pytest.mark.parametrize(
    "url",
    [
        "../hub.git",
        "/srv/git/o/r.git",
        "file:///srv/o/r.git",
        "C:/work/r",
        "C:\\work\\r",
        "https://github.com/",
        "https://github.com/o",
        "https://github.com/../r",
        "https://[bad/o/r",
        "https://github.com:port/o/r",
        "",
    ],
)
def test_what_is_no_forge(url: str) -> None:
    assert forge_of(url) is None


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://github.com/o/r", "https://github.com/o/r/compare/main...p/a%23b?expand=1"),
        (
            "https://gitlab.com/g/h/r",
            "https://gitlab.com/g/h/r/-/merge_requests/new"
            "?merge_request%5Bsource_branch%5D=p%2Fa%23b&merge_request%5Btarget_branch%5D=main",
        ),
        (
            "https://bitbucket.org/o/r",
            "https://bitbucket.org/o/r/pull-requests/new?source=p%2Fa%23b&dest=main",
        ),
        ("https://codeberg.org/o/r", "https://codeberg.org/o/r/compare/main...p/a%23b"),
        ("https://git.example.org/o/r", None),
    ],
)
def test_links(url: str, link: str | None) -> None:
    forge = forge_of(url)
    assert forge
    assert forge.link("main", "p/a#b") == link


# -- text of others ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("ask @ada", "ask @\u200bada"),
        ("Fixes #12, GH-3 and o/r#4", "Fixes #\u200b12, GH-\u200b3 and o/r#\u200b4"),
        ("closes https://github.com/o/r/issues/1", "closes https://\u200bgithub.com/o/r/issues/1"),
        ("!5 ~bug %v1 $9 &2", "!\u200b5 \\~\u200bbug %\u200bv1 $\u200b9 &amp;\u200b2"),
        ('~"a b"', '\\~\u200b"a b"'),
        ("<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
        ("--> <!-- x", "\\--&gt; &lt;!-- x"),
        ("[a](b) *c* _d_ |e|", "\\[a\\](b) \\*c\\* \\_d\\_ \\|e\\|"),
        ("# head", "\\# head"),
        ("1. first", "1\\. first"),
        ("a\n\n/close\r\nb", "a /close b"),
        ("call `next(get_db())` @x", "call `next(get_db())` @\u200bx"),
        ("one ` alone", "one \\` alone"),
        ("bell \x07 \x1b[31m", "bell \\\\x07 \\\\x1b\\[31m"),
    ],
)
def test_text_of_others_is_only_text(text: str, shown: str) -> None:
    assert inline(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("a``b`c", "```a``b`c```"),
        ("a\n\nb", "`a b`"),
        ("<!-- -->", "`<\u200b!-- --\u200b>`"),
        ("", ""),
        ("x" * 50, "`" + "x" * 8 + " …`"),
    ],
)
def test_code(text: str, shown: str) -> None:
    assert code(text, 10) == shown


ODD = st.text(st.sampled_from("`@#!~%$&<>[]()*_\\\\|-+=.:/ \nabGH1w"), max_size=30)


@given(ODD)
def test_whatever_others_write_is_only_text(text: str) -> None:
    """A parser of Markdown sees nothing but text and code in it, and outside of code nobody is called."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"- {inline(text)}\n- {code(text)}\n")
    inner = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in inner} <= {"text", "text_special", "code_inline"}
    structure = {"bullet_list_open", "list_item_open", "paragraph_open", "inline"}
    assert {token.type.replace("_close", "_open") for token in tokens} <= structure
    assert "".join((token.type == "list_item_open" and "-") or "" for token in tokens) == "--"
    shown = "".join(token.content if token.type != "code_inline" else " " for token in inner)
    assert not re.search(r"[@#!~%$&]\w|GH-\d|://\w", shown, re.IGNORECASE)


# -- the text of a proposal ----------------------------------------------------------------------------


def text_for(box: Sandbox, branch: Branch, longest: int = 60_000) -> Text:
    purpose = Purpose("Do it", "A bare `except` stops Ctrl-C.\n\nAnd more.")
    return text_of(Repository(box.root), branch, lambda remedy: purpose, longest)


def test_what_a_proposal_says(box: Sandbox) -> None:
    (branch,) = made(box, "p/a")
    found = replace(finding(message="this is wrong"), evidence=("it is said in PEP 8",), reason="look at `x`")
    text = text_for(box, replace(branch, findings=(found,), check=PASSED, audit=("BUG-1",), on="p/b"))
    assert text.title == "Change p/a"
    assert text.body == "\n\n".join(
        [
            BEGIN,
            "A bare `except` stops Ctrl-C.",
            "And more.",
            "Asked for by `BUG-1`.",
            "- `app.py:1`: this is wrong\n  - it is said in PEP 8\n  - look at `x`",
            "**Size:** 1 file, 1 line added, 1 removed\n\n- `app.py`: +1 \u22121",
            "**Confidence:** safe; no program that worked can notice, beyond what is said above.",
            "**Check:** `pytest -q` passed.",
            "This stands on the branch `p/b`: merge that one first.",
            "**To undo it:** close this and delete the branch `p/a`; it is not made again then. "
            "After a merge, `git revert` takes the commit back.",
            "**To keep the code as it is:** write `# lint-ignore: print-call` above the line; "
            "it is not reported any more.",
            "<!-- Patchwright-Fingerprint: ffffffffffffffff -->",
            END,
        ]
    )


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (None, "**Check:** none was run."),
        (
            Checked("make test", Verdict.FAILED, Verdict.FAILED),
            "**Check:** `make test` failed, as it does below this change.",
        ),
        (
            Checked("make", Verdict.PASSED, Verdict.TIMED_OUT, new=("t::a",), is_good=False),
            "**Check:** `make` took too long, and did not below it. New: `t::a`.",
        ),
    ],
)
def test_what_a_check_said(box: Sandbox, check: Checked | None, said: str) -> None:
    (branch,) = made(box, "p/a")
    assert said in text_for(box, replace(branch, check=check)).body


def test_unsafe_is_said(box: Sandbox) -> None:
    (branch,) = made(box, "p/a")
    text = text_for(box, replace(branch, findings=(finding(), finding(Applicability.UNSAFE))))
    assert "**Confidence:** unsafe; what the program does can change here" in text.body


@pytest.mark.parametrize("longest", [60_000, 12_000, 2_000])
def test_a_description_is_never_too_long(box: Sandbox, longest: int) -> None:
    (branch,) = made(box, "p/a")
    many = tuple(replace(finding(message="m" * 900), fingerprint=f"{n:016x}") for n in range(3_000))
    body = text_for(box, replace(branch, findings=many), longest).body
    assert len(body) <= longest
    assert body.startswith(BEGIN)
    assert body.endswith(END)
    assert "**To undo it:**" in body


def test_a_hostile_finding_calls_nobody_and_closes_nothing(box: Sandbox) -> None:
    (branch,) = made(box, "p/a")
    nasty = "`@ada` @bob Fixes #1 <script>\n/close\n<!-- patchwright: end --> \\n/merge"
    found = replace(
        finding(message=nasty), path="a`\n@eve #2.py", evidence=(nasty,), fingerprint="--> @mallory"
    )
    body = text_for(box, replace(branch, findings=(found,), audit=(nasty,))).body
    outside = re.sub(r"(`+).*?\1", "", body)
    assert not re.search(r"@\w|#\d|<script", outside)
    assert (body.count(BEGIN), body.count(END)) == (1, 1)
    assert not re.search(r"^\s*/", body, re.MULTILINE)
    assert "mallory" in body.split("Fingerprint: ")[1].split(" ")[0]


def test_only_our_part_is_made_anew() -> None:
    old = f"A person's words.\n{BEGIN}\nold\n{END}\nMore."
    assert renewed(old, f"{BEGIN}\nnew\n{END}") == f"A person's words.\n{BEGIN}\nnew\n{END}\nMore."
    assert renewed("all written anew", "x") is None
    assert renewed(f"{END} {BEGIN}", "x") is None


# -- GitHub --------------------------------------------------------------------------------------------

STAND_IN = """\
#!{python} -IS
# Answers as the recording says, and writes down what it was asked.
import json, os, pathlib, sys
folder = pathlib.Path({folder!r})
asked = dict(arguments=sys.argv[1:], text=sys.stdin.read(), environment=dict(os.environ))
with open(folder / "asked.jsonl", "a") as out:
    out.write(json.dumps(asked) + "\\n")
answers = json.loads((folder / "answers.json").read_text())
answer = answers.get(" ".join(sys.argv[1:3]))
if answer is None:
    sys.exit("unknown command " + " ".join(sys.argv[1:3]))
sys.stdout.write(answer.get("out", ""))
sys.stderr.write(answer.get("err", ""))
sys.exit(answer.get("code", 0))
"""
FIELDS = "number,url,state,body,headRefName,isCrossRepository"


class StandIn:
    """`gh` as it was recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        program = folder / "gh"
        program.write_text(STAND_IN.format(python=sys.executable, folder=str(folder)))
        program.chmod(0o755)
        self.answer(**{"pr list": {"out": "[]"}})

    def answer(self, **answers: dict[str, Any]) -> None:
        usual = {"pr create": {"out": "https://github.com/o/r/pull/7\n"}, "pr edit": {"out": ""}}
        (self.folder / "answers.json").write_text(json.dumps({**usual, **answers}))

    def has(self, *requests: dict[str, Any]) -> None:
        defaults = {"number": 7, "url": "https://github.com/o/r/pull/7", "state": "OPEN", "body": ""}
        found = [{**defaults, "headRefName": "p/a", "isCrossRepository": False, **r} for r in requests]
        self.answer(**{"pr list": {"out": json.dumps(found)}})

    def asked(self) -> list[dict[str, Any]]:
        path = self.folder / "asked.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]

    def commands(self) -> list[list[str]]:
        return [asked["arguments"] for asked in self.asked()]


@pytest.fixture
def ssh(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every host that ssh is asked for is the folder beside, whatever repository is named."""
    program = place / "bin" / "somewhere"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexec ${{2%% *}} {place}/hub.git\n")
    program.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(program))
    monkeypatch.setenv("GIT_SSH_VARIANT", "simple")


@pytest.fixture
def gh(box: Sandbox, place: Path, ssh: None, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    box.git("remote", "set-url", "origin", "git@github.com:o/r.git")
    monkeypatch.setenv("PATH", str(place / "bin"), prepend=":")
    return StandIn(place / "bin")


LIST = ["pr", "list", "--repo", "github.com/o/r", "--head", "p/a", "--state", "all", "--limit", "20"]
CREATE = ["pr", "create", "--repo", "github.com/o/r", "--head", "p/a", "--base", "main"]


def test_a_pull_request_is_opened(
    box: Sandbox, hub: Sandbox, gh: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GH_REPO", "GH_DEBUG"):
        monkeypatch.setenv(name, "x/y")
    delivery = sent(box, made(box, "p/a"), PROPOSE)
    assert proposals(delivery) == {"p/a": ("opened", "https://github.com/o/r/pull/7")}
    listing, creation = gh.asked()
    assert listing["arguments"] == [*LIST, "--json", FIELDS]
    assert creation["arguments"] == [*CREATE, "--title", "Change p/a", "--body-file", "-", "--draft"]
    assert creation["text"].startswith(f"{BEGIN}\n\nBecause.")
    assert not {"GH_REPO", "GH_DEBUG"} & creation["environment"].keys()
    assert creation["environment"]["GH_PROMPT_DISABLED"] == "1"
    assert remembered(box, "p/a") == {"origin": "https://github.com/o/r/pull/7"}
    assert [*heads(hub)] == ["p/a"]


def test_nothing_is_proposed_unasked(box: Sandbox, gh: StandIn) -> None:
    assert proposals(sent(box, made(box, "p/a"))) == {}
    assert gh.asked() == []


@pytest.mark.parametrize(
    ("check", "draft", "is_draft"),
    [
        (PASSED, None, False),
        (PASSED, True, True),
        (None, None, True),
        (None, False, False),
        (Checked("pytest", Verdict.FAILED, Verdict.FAILED), None, True),
        (Checked("pytest", Verdict.PASSED, Verdict.PASSED, is_good=False), None, True),
    ],
)
def test_it_is_a_draft_unless_checked(
    box: Sandbox, gh: StandIn, check: Checked | None, draft: bool | None, is_draft: bool
) -> None:
    branches = [replace(branch, check=check) for branch in made(box, "p/a")]
    sent(box, branches, replace(PROPOSE, draft=draft))
    assert ("--draft" in gh.commands()[-1]) == is_draft


def test_one_that_is_open_is_not_opened_twice(box: Sandbox, gh: StandIn) -> None:
    branches = made(box, "p/a")
    gh.has({"body": f"Hello.\r\n\r\n{BEGIN}\r\nold\r\n{END}"})
    assert proposals(sent(box, branches, PROPOSE)) == {"p/a": ("updated", "https://github.com/o/r/pull/7")}
    _, edit = gh.asked()
    assert edit["arguments"] == ["pr", "edit", "7", "--repo", "github.com/o/r", "--body-file", "-"]
    assert edit["text"].startswith(f"Hello.\n\n{BEGIN}\n\nBecause.")
    gh.has({"body": edit["text"].replace("\n", "\r\n")})
    assert proposals(sent(box, branches, PROPOSE)) == {"p/a": ("unchanged", "https://github.com/o/r/pull/7")}
    assert len(gh.asked()) == 1


@pytest.mark.parametrize(
    ("requests", "status"),
    [
        ([{"body": "a person wrote all of this anew"}], "unchanged"),
        ([{"state": "CLOSED"}], "closed"),
        ([{"state": "MERGED"}], "opened"),
        ([{"state": "CLOSED", "number": 3}, {"state": "MERGED"}], "opened"),
        ([{"state": "MERGED", "number": 3}, {"state": "CLOSED"}], "closed"),
        ([{"isCrossRepository": True}], "opened"),
        ([{"headRefName": "p/abc"}], "opened"),
    ],
)
def test_what_people_did_is_respected(
    box: Sandbox, gh: StandIn, requests: Sequence[dict[str, Any]], status: str
) -> None:
    gh.has(*requests)
    delivery = sent(box, made(box, "p/a"), PROPOSE)
    assert proposals(delivery)["p/a"][0] == status
    assert delivery.is_good
    assert ["create" in command for command in gh.commands()].count(True) == (status == "opened")


def test_a_closed_one_is_opened_again_when_asked(box: Sandbox, gh: StandIn) -> None:
    gh.has({"state": "CLOSED"})
    delivery = sent(box, made(box, "p/a"), replace(PROPOSE, recreate=True))
    assert proposals(delivery)["p/a"][0] == "opened"


LINK = "https://github.com/o/r/compare/main...p/a?expand=1"


@pytest.mark.parametrize(
    ("answers", "status", "said"),
    [
        ({"pr list": {"code": 4, "err": "To get started with GitHub CLI, please run:  gh auth login\n"}},
         "link", "gh: To get started with GitHub CLI, please run: gh auth login"),
        ({"pr list": {"out": "no json"}}, "link", "gh answered something else"),
        ({"pr list": {"out": "[]"}, "pr create": {"code": 1, "err": "create failed: \x1b[31mno"}},
         "failed", "gh: create failed: [31mno"),
        ({"pr list": {"out": "[]"}, "pr create": {"code": 1, "err": "bad token hush-hush-12 at https://a:b@h/"}},
         "failed", "gh: bad token *** at https://***@h/"),
        ({"pr list": {"out": "[]"}, "pr create": {"out": "https://evil.example/\n"}},
         "failed", "gh did not say where"),
    ],
)  # fmt: skip
def test_what_gh_cannot_do(
    box: Sandbox,
    gh: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    answers: dict[str, dict[str, Any]],
    status: str,
    said: str,
) -> None:
    monkeypatch.setenv("GH_TOKEN", "hush-hush-12")
    gh.answer(**answers)
    delivery = sent(box, made(box, "p/a"), PROPOSE)
    assert proposals(delivery) == {"p/a": (status, LINK)}
    assert str(delivery.proposals["p/a"].reason).startswith(said)
    assert delivery.is_good == (status == "link")
    assert "p/a" in delivery.pushes
    assert remembered(box, "p/a") == {}


def test_without_gh_there_is_a_link(box: Sandbox, gh: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    (gh.folder / "gh").unlink()
    monkeypatch.setenv("PATH", f"{gh.folder}:/usr/bin:/bin")
    if shutil.which("gh"):
        pytest.skip("this machine has gh where git is")
    delivery = sent(box, made(box, "p/a"), PROPOSE)
    assert proposals(delivery) == {"p/a": ("link", LINK)}
    assert delivery.is_good


def test_the_base_of_a_stacked_one_is_the_branch_below(box: Sandbox, gh: StandIn) -> None:
    below, above = made(box, "p/a", "p/b")
    sent(box, [below, replace(above, on="p/a")], PROPOSE)
    bases = [command[command.index("--base") + 1] for command in gh.commands() if "create" in command]
    assert bases == ["main", "p/a"]


def test_another_host_that_gh_knows(box: Sandbox, gh: StandIn) -> None:
    box.git("remote", "set-url", "origin", "git@code.example.org:o/r.git")
    gh.answer(
        **{
            "auth status": {},
            "pr list": {"out": "[]"},
            "pr create": {"out": "https://code.example.org/o/r/pull/1\n"},
        }
    )
    delivery = sent(box, made(box, "p/a"), PROPOSE)
    assert proposals(delivery) == {"p/a": ("opened", "https://code.example.org/o/r/pull/1")}
    assert gh.commands()[0] == ["auth", "status", "--hostname", "code.example.org"]
    gh.answer(**{"auth status": {"code": 1}})
    assert proposals(sent(box, made(box, "p/c"), PROPOSE)) == {"p/c": ("link", None)}


def test_a_folder_has_no_proposals(box: Sandbox) -> None:
    delivery = sent(box, made(box, "p/a"), PROPOSE)
    assert proposals(delivery) == {"p/a": ("link", None)}
    assert delivery.is_good


def test_all_of_it(
    box: Sandbox, hub: Sandbox, gh: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From code to a pull request that is no draft, and again."""
    source = (
        b"def size(path):\n    try:\n        return len(open(path).read())\n    except:\n        return 0\n"
    )
    box.commit({"app.py": source})
    box.git("push", "-q", str(hub.root), "main")
    monkeypatch.chdir(box.root)
    words = ["branch", "--unsafe", "--check", "true", "--push", "origin", "--propose", "--format", "json"]
    outcome = run(*words)
    assert outcome.code == 0, outcome.err
    (branch,) = outcome.document["branches"]
    assert branch["name"] == "patchwright/bare-except"
    assert branch["pushed"] == {"remote": "origin", "status": "pushed", "reason": None}
    address = "https://github.com/o/r/pull/7"
    assert branch["proposal"] == {"url": address, "status": "opened", "reason": None}
    creation = gh.asked()[-1]
    title = box.git("log", "-1", "--format=%s", branch["name"])
    assert creation["arguments"][-4:] == ["--title", title, "--body-file", "-"]
    assert "**Check:** `true` passed." in creation["text"]
    assert f"<!-- Patchwright-Fingerprint: {branch['findings'][0]} -->" in creation["text"]
    gh.has({"headRefName": branch["name"], "body": creation["text"]})
    (again,) = run(*words).document["branches"]
    assert (again["pushed"]["status"], again["proposal"]["status"]) == ("unchanged", "unchanged")
    assert f"{branch['name']}: unchanged {address}\n".encode() in run(*words[:-2]).out


# -- GitLab --------------------------------------------------------------------------------------------

ANSWER = """
View merge request for p/a:
  https://gitlab.com/g/h/r/-/merge_requests/12
"""


@pytest.fixture
def lab(box: Sandbox, hub: Sandbox, place: Path, ssh: None) -> Path:
    """The remote is GitLab: it takes push options, writes them down, and tells of a merge request."""
    box.git("remote", "set-url", "origin", "git@gitlab.com:g/h/r.git")
    hub.git("config", "receive.advertisePushOptions", "true")
    options = place / "options"
    options.mkdir()
    script = (
        "number=0\n"
        'while [ "$number" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ]; do\n'
        f'  eval "printf \'%s\\\\n\' \\"\\$GIT_PUSH_OPTION_$number\\"" >> {options}/all\n'
        "  number=$((number + 1))\n"
        "done\n"
        f'test "${{GIT_PUSH_OPTION_COUNT:-0}}" -gt 0 && cat <<END\n{ANSWER}END\ntrue'
    )
    hook(hub, "post-receive", script)
    return options / "all"


def test_gitlab_opens_a_merge_request_with_the_push(box: Sandbox, hub: Sandbox, lab: Path) -> None:
    branches = made(box, "p/a")
    delivery = sent(box, branches, PROPOSE)
    address = "https://gitlab.com/g/h/r/-/merge_requests/12"
    assert proposals(delivery) == {"p/a": ("opened", address)}
    assert remembered(box, "p/a") == {"origin": address}
    create, target, title, description, draft = lab.read_text().splitlines()
    assert (create, target) == ("merge_request.create", "merge_request.target=main")
    assert (title, draft) == ("merge_request.title=Change p/a", "merge_request.draft")
    assert description.startswith(f"merge_request.description={BEGIN}\\n\\nBecause.\\n\\n- ")
    lab.unlink()
    # Once it is open it is the people's: a new version of the branch goes without options.
    again = made(box, "p/a", status=Status.UPDATED, text=b"again")
    assert proposals(sent(box, again, PROPOSE)) == {"p/a": ("unchanged", address)}
    assert heads(hub) == {"p/a": commit_of(again[0])}
    assert not lab.exists()


def test_what_is_new_after_a_merge_gets_a_merge_request_of_its_own(
    box: Sandbox, hub: Sandbox, lab: Path
) -> None:
    sent(box, made(box, "p/a"), PROPOSE)
    box.git("merge", "-q", "--squash", "p/a")
    box.git("commit", "-q", "-m", "Merge it")
    box.git("push", "-q", str(hub.root), "main")
    lab.unlink()
    assert proposals(sent(box, made(box, "p/a", text=b"more"), PROPOSE))["p/a"][0] == "opened"
    assert lab.read_text().startswith("merge_request.create\n")


def test_a_checked_one_is_no_draft(box: Sandbox, lab: Path) -> None:
    sent(box, [replace(branch, check=PASSED) for branch in made(box, "p/a")], PROPOSE)
    assert "merge_request.draft" not in lab.read_text().splitlines()


def test_without_a_wish_there_are_no_options(box: Sandbox, lab: Path) -> None:
    assert sent(box, made(box, "p/a")).is_good
    assert not lab.exists()


def test_a_gitlab_that_takes_no_options_gets_the_branch(box: Sandbox, hub: Sandbox, lab: Path) -> None:
    hub.git("config", "receive.advertisePushOptions", "false")
    delivery = sent(box, made(box, "p/a"), PROPOSE)
    status, url = proposals(delivery)["p/a"]
    assert (status, [*heads(hub)]) == ("link", ["p/a"])
    assert url
    assert url.startswith("https://gitlab.com/g/h/r/-/merge_requests/new?")


def test_what_was_pushed_before_gets_a_link(box: Sandbox, lab: Path) -> None:
    branches = made(box, "p/a")
    sent(box, branches)
    assert proposals(sent(box, branches, PROPOSE))["p/a"][0] == "link"


def test_what_gitlab_has_against_it_is_said(box: Sandbox, hub: Sandbox, lab: Path) -> None:
    warning = "WARNINGS:\n\nError encountered with push options 'merge_request.create': no such branch\n"
    hook(hub, "post-receive", f"cat <<END\n{warning}END")
    delivery = sent(box, made(box, "p/a"), PROPOSE)
    assert proposals(delivery)["p/a"][0] == "failed"
    assert "no such branch" in str(delivery.proposals["p/a"].reason)


def test_options_hold_no_newline_of_others() -> None:
    text = Text("A\ntitle", "a\nprint('\\n/close')\n\\\\n")
    options = options_of(text, "main", draft=False)
    assert not any("\n" in option for option in options)
    description = options[-1].removeprefix("merge_request.description=")
    # What GitLab makes of it: a backslash and an n become a newline.
    assert description.replace("\\n", "\n") == "a\nprint('\\\u200bn/close')\n\\\\\u200bn"
    assert "merge_request.title=A title" in options


@pytest.mark.parametrize(
    ("said", "url"),
    [
        (
            "remote:   https://gitlab.com/g/r/-/merge_requests/3  \n",
            "https://gitlab.com/g/r/-/merge_requests/3",
        ),
        ("remote:   https://gitlab.com/g/r/-/merge_requests/new?a=b\n", None),
        ("remote:   https://evil.example/g/r/-/merge_requests/3\n", None),
        ("To https://gitlab.com/g/r/-/merge_requests/3\n", None),
    ],
)
def test_the_address_that_gitlab_tells(said: str, url: str | None) -> None:
    forge = forge_of("https://gitlab.com/g/r")
    assert forge
    assert opened(said, forge) == url
    assert complaint(said) is None


def test_the_stand_in_refuses_what_was_not_recorded(gh: StandIn) -> None:
    done = subprocess.run([gh.folder / "gh", "repo", "delete"], capture_output=True, input=b"", check=False)
    assert done.returncode
