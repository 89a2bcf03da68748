"""`codemods/rules.toml`: it names remedies and rules that there are, and is the only place that does."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

import pytest

from codemods.remedy import all_remedies
from codemods.rules import codes_of, rules

LISTED = tomllib.loads(Path(__file__).with_name("tool_rules.toml").read_text(encoding="utf-8"))
NAMED = [
    (remedy, tool, rule)
    for remedy, by_tool in rules().items()
    for tool, ids in by_tool.items()
    for rule in ids
]


@cache
def of_ruff() -> Collection[str]:
    command = [sys.executable, "-m", "ruff", "rule", "--all", "--output-format", "json"]
    known = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {rule["code"] for rule in known} | {rule["name"] for rule in known}


@cache
def of_bandit() -> Collection[str]:
    manager = pytest.importorskip("bandit.core.extension_loader").MANAGER
    names = {id_: plugin.name for id_, plugin in manager.plugins_by_id.items()}
    names |= {entry["id"]: entry["name"] for kind in manager.blacklist.values() for entry in kind}
    return {*names, *names.values()}


@cache
def of_pylint() -> Collection[str]:
    linter = pytest.importorskip("pylint.lint").PyLinter()
    linter.load_default_plugins()
    messages = list(linter.msgs_store.messages)
    old = {name for message in messages for names in message.old_names for name in names}
    return {m.msgid for m in messages} | {m.symbol for m in messages} | old


@cache
def of_bugbear() -> Collection[str]:
    return set(pytest.importorskip("bugbear").error_codes)


INSTALLED: dict[str, Callable[[], Collection[str]]] = {
    "bandit": of_bandit,
    "pylint": of_pylint,
    "flake8-bugbear": of_bugbear,
}


@pytest.mark.parametrize(("remedy", "tool", "rule"), NAMED)
def test_the_tool_has_the_rule(remedy: str, tool: str, rule: str) -> None:
    """Ruff is asked itself; of the others, a list with their version is kept with the tests."""
    assert rule in (of_ruff() if tool == "ruff" else LISTED[tool]["rules"])


@pytest.mark.parametrize("tool", INSTALLED)
def test_the_list_is_what_an_installed_tool_says(tool: str) -> None:
    """Only where the tool is there, of whatever version: then all of the rules we name must be in it."""
    installed = INSTALLED[tool]()
    assert {rule for _, of, rule in NAMED if of == tool} <= set(installed)


def test_remedies() -> None:
    known = {remedy.id() for remedy in all_remedies()}
    assert set(rules()) <= known
    assert all(remedy.codes == codes_of(remedy.id()) for remedy in all_remedies())
    own = [remedy.id() for remedy in all_remedies() if " codes = " in inspect.getsource(remedy)]
    assert not own, "the rules of other tools belong into codemods/rules.toml"


def test_no_rule_asks_for_two_remedies() -> None:
    owners = {rule.lower(): remedy for remedy, _, rule in NAMED}
    assert all(owners[rule.lower()] == remedy for remedy, _, rule in NAMED)


def test_semgrep_rules_also_go_by_their_last_part() -> None:
    assert "tempfile-insecure" in codes_of("fixed-temp-path")
    assert codes_of("bare-except")[0] == "E722"
    assert codes_of("no-such-remedy") == ()
