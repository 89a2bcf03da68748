"""What looking something up in a `defaultdict` raises, held against what Python does."""

from __future__ import annotations

import pytest

from codemods.exceptions.answer import RARE
from tests.test_exceptions import answer, body

HEAD = "from collections import Counter, OrderedDict, defaultdict, deque\n"


@pytest.mark.parametrize(
    "code",
    [
        "d = defaultdict(int)\nd['a'] += 1",
        "d = defaultdict(int)\ndel d['a']",
        "d = defaultdict(int)\nd['a'] = 1\ndel d['b']",
        "d = defaultdict(int)\nd['a'] = 'b'\nd['c'].upper()",
        "d = defaultdict(int)\nd['a'] = 'b'\nd['a'].upper()",
        "d = defaultdict(list)\nd['a'].append(1)\nd['b'][0]",
        "d = defaultdict(lambda: 0)\nd['a'] += 1",
        "d = defaultdict(lambda: None)\nd['a'] = 'b'\nint(d['c'])",
        "d = defaultdict(lambda: None)\nd['a'] = 'b'\nint(d['a'])",
        "d = defaultdict(lambda: defaultdict(int))\nd['a']['b'] += 1\nd['a']['c']",
        "d = defaultdict(lambda: {'a': 0})\nd['b']['a'] += 1\nd['b']['c']",
        "d = defaultdict(lambda: [0, ''])\nd['b'][0] = 1\nd['b'][2]",
        "d = defaultdict(deque)\nd['a'].append(1)",
        "d = defaultdict(Counter)\nd['a']['b']",
        "d = defaultdict(int)\nd['a'] += 1\nd['b'] -= 2\nd['c'] * 2",
        "d = defaultdict(OrderedDict)\nd['a']['b']",
        "d = defaultdict(lambda: int('a'))\nd['a'] = 1",
        "d = Counter()\ndel d['a']",
    ],
)
def test_a_default(code: str) -> None:
    raised = set()
    try:
        exec(HEAD + code, {})
    except Exception as error:
        raised = {type(error).__name__}
    found = answer(body(code, HEAD))
    assert found.complete, found.missing
    assert raised <= {one.type for one in found.raised if one.confidence > RARE}
    if not raised:
        assert "KeyError" not in {one.type for one in found.raised}


@pytest.mark.parametrize(
    "factory",
    ["lambda: int('a')", "lambda: [x]", "lambda: {x: 1}", "lambda y: 0", "x", "lambda: defaultdict(x)"],
)
def test_a_default_that_may_be_anything(factory: str) -> None:
    assert not answer(body(f"d = defaultdict({factory})\nd['a']", HEAD)).complete
    assert not answer(body(f"d = defaultdict({factory})\nd['a'] += 1", HEAD)).complete
