"""Is an argument given that the report says is missing: `timeout=`, or one that it names?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.audits.triage.case import Case, Sight, called, excerpt, spot
from codemods.module import Module

_ABSENT = re.compile(r"\b(?:no|not|missing|without|lacks?|never|omits?)\b|n't\b", re.IGNORECASE)
_TIMEOUT = re.compile(r"\btime-?outs?\b", re.IGNORECASE)
_NAMED = re.compile(
    r"`(\w+)\s*=[^`]*`|`(\w+)`\s+(?:parameter|argument|kwarg|keyword|option|flag)"
    r"|\b(?:parameter|argument|kwarg|keyword)\s+`(\w+)`",
    re.IGNORECASE,
)
# Calls that wait for somebody else, and take a timeout.
_WAITS = re.compile(
    r"(?:requests|httpx)(?:\.\w+)?\.(?:get|post|put|delete|patch|head|options|request|stream)"
    r"|subprocess\.(?:run|call|check_call|check_output)|urllib\.request\.urlopen|socket\.create_connection"
    r"|smtplib\.SMTP(?:_SSL)?|ftplib\.FTP|asyncio\.wait_for|httpx\.(?:Async)?Client|aiohttp\.ClientSession"
    r"|\.communicate"
)
# What looks like a request of a client that we know nothing of.
_REQUESTS = re.compile(
    r".*(?:session|client|http|api)\w*\.(?:get|post|put|delete|patch|head|request|send|stream)|.*\.(?:post|urlopen)",
    re.IGNORECASE,
)


def look(case: Case) -> Iterator[Sight]:
    wanted = {
        name
        for sentence in case.prose.headline
        if _ABSENT.search(sentence)
        for name in [*(["timeout"] if _TIMEOUT.search(sentence) else []), *_names(sentence)]
    }
    for name in sorted(wanted):
        yield from _given(case, name)


def _names(sentence: str) -> list[str]:
    return [next(filter(None, m.groups())) for m in _NAMED.finditer(sentence)]


def _given(case: Case, name: str) -> Iterator[Sight]:
    """What the calls at the places pass; it refutes when each call that could take the argument has it."""
    calls = [
        (module, call)
        for module in case.modules
        for call in case.at_lines(module, ast.Call)
        if _could_take(call, module, name, case)
    ]
    without = [(module, call) for module, call in calls if not _passes(call, name)]
    if calls and not without:
        shown = " and ".join(f"{excerpt(module, call)} at {spot(module, call)}" for module, call in calls[:3])
        yield Sight(f"{name}= is given: {shown}", True)
    else:
        yield from (Sight(f"{spot(m, c)} has no {name}=: {excerpt(m, c)}", False) for m, c in without[:5])


def _could_take(call: ast.Call, module: Module, name: str, case: Case) -> bool:
    target = called(call, module)
    if name == "timeout" and (_WAITS.fullmatch(target) or _REQUESTS.fullmatch(ast.unparse(call.func))):
        return True
    named = {given.rpartition(".")[2] for given in case.prose.quoted_names} | case.prose.functions
    return target.rpartition(".")[2] in named


def _passes(call: ast.Call, name: str) -> bool:
    """Whether the argument is there by name, and not None."""
    given = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return given is not None and not (isinstance(given, ast.Constant) and given.value is None)
