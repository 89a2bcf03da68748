"""Keys that are sure to be there, because a loop goes through them."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, body, likely


@pytest.mark.parametrize(
    "code",
    [
        "for k in x:\n    print(x[k])",
        "for k in x.keys():\n    x[k] = f'{x[k]}'",
        "for k in list(x.keys()):\n    if k:\n        print(x[k])",
        "{k: x[k] for k in x}",
        "[x[j] for k in x for j in x]",
    ],
)
def test_a_key_of_the_loop(code: str) -> None:
    assert "KeyError" not in likely(answer(body(code, arguments="x: dict")))


@pytest.mark.parametrize(
    "code",
    [
        "for k in x:\n    x.pop(k)\n    print(x[k])",
        "for k in list(x):\n    del x[k]",
        "for k in list(x):\n    drop(x)\n    print(x[k])",
        "for k in x:\n    k = 1\n    print(x[k])",
        "for k in x:\n    x = {}\n    print(x[k])",
        "for k in y:\n    print(x[k])",
        "for k in x:\n    pass\nprint(x[k])",
        "for k in x:\n    for k in 'ab':\n        print(x[k])",
        "for k in x.values():\n    print(x[k])",
        "[x[k] for x in [{}] for k in x]",
        "[x[k] for k in x for x in [{}]]",
        "f = [lambda: x[k] for k in x]\nx[k]",
    ],
)
def test_a_key_of_something_else(code: str) -> None:
    assert "KeyError" in likely(answer(body(code, arguments="x: dict, y: dict, drop, k")))
