"""A value whose class a function asks for may be of another one, wherever the answer is not at hand."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, likely

REMOVE = "try:\n    os.unlink(x)\nexcept:\n    pass\n"
ASK = "if isinstance(x, {}):\n    print()\n"


def types(code: str) -> set[str]:
    inner = "".join(f"    {line}\n" for line in code.splitlines())
    return likely(answer(f"import os, pathlib\n\ndef function(x, many):\n{inner}"))


@pytest.mark.parametrize(
    "code",
    [
        ASK.format("str") + REMOVE,
        ASK.format("(str, dict)") + REMOVE,
        REMOVE + ASK.format("dict"),
        "for x in many:\n    " + (ASK.format("str") + REMOVE).replace("\n", "\n    "),
        f"if many:\n    y = isinstance(x, str)\n{REMOVE}",
    ],
)
def test_a_class_that_is_asked_for(code: str) -> None:
    assert types(code) == {"OSError", "TypeError"}


@pytest.mark.parametrize(
    "code",
    [
        REMOVE,
        "if isinstance(x, dict):\n    print()\nelse:\n    " + REMOVE.replace("\n", "\n    "),
        "if isinstance(x, dict):\n    return\n" + REMOVE,
        "if not isinstance(x, str):\n    x = str(x)\n" + REMOVE,
        "if isinstance(x, bytes):\n    x = x.decode()\n" + REMOVE,
        ASK.format("pathlib.Path") + REMOVE,
        ASK.format("(bytes, os.PathLike)") + REMOVE,
        REMOVE + "assert isinstance(x, str)\n",
        "for x in many:\n    print(isinstance(x, str))\nfor x in many[1]:\n    "
        + REMOVE.replace("\n", "\n    "),
        "def inner(x):\n    return isinstance(x, str)\n" + REMOVE,
    ],
)
def test_a_class_that_is_known_or_is_that_of_another(code: str) -> None:
    assert types(code) == {"OSError"}
