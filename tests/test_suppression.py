"""Comments that silence a remedy at one place."""

from __future__ import annotations

import pytest
import toy

from codemods.engine import scan
from codemods.sources import Memory


@pytest.fixture(autouse=True)
def toy_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.use(monkeypatch, toy.PrintCall)


def found(code: str) -> int:
    return len(scan(Memory({"a.py": code.encode()})).findings)


@pytest.mark.parametrize(
    "code",
    [
        "print(1)  # noqa",
        "print(1)  # NOQA",
        "print(1)  # NoQA: t201",
        "print(1)  # noqa: T201",
        "print(1)  # noqa:T201",
        "print(1)  # noqa: E501, T201",
        "print(1)  # noqa: E501,T201 because",
        "print(1)  # meant so  # noqa: T201",
        "print(1)  # noqa this is meant",
        "print(1)  # noqa, it cannot fail",
        "print(1)  # pylint: disable=print-call",
        "print(1)  # pylint: disable=W0702, print-call",
        "print(1)  # noqa: E501  # pylint: disable=print-call",
        "print(1)  # noqa: E501 pylint: disable=print-call",
        "print(1)  # ruff: ignore[print-call]",
        "print(1)  # ruff:ignore[F401, T201]  # as written",
        "print(1)  # lgtm[py/print-during-import]",
        "print(1)  # lgtm [py/other, py/print-during-import]",
        "# codeql[py/print-during-import]\nprint(1)",
        "print(1)  # lint-ignore: PrintCall",
        "print(1)  # lint-ignore: PrintCallRule",
        "print(1)  # lint-ignore: print-call",
        "print(1)  # lint-fixme: PrintCall",
        "print(1)  # lint-ignore",
        "print(1)  # nosemgrep",
        "print(1)  # nosemgrep: some.rule",
        "# pylint: disable=print-call\nprint(1)",
        "# pylint: disable-next=print-call\nprint(1)",
        "if x:\n    # pylint: disable=W0702, print-call\n    print(1)",
        "# lint-ignore: PrintCall\nprint(1)",
        "# lint-ignore: Other\n# lint-ignore: PrintCall\nprint(1)",
        "if x:\n    # lint-ignore: PrintCall\n    print(1)",
        "print(  # noqa: T201\n    1,\n)",
        "# flake8: noqa\nprint(1)",
        "print(1)\n# ruff: noqa: E501, T201",
        "# Flake8: NOQA: T201\nx = 1\nprint(1)",
        "# flake8=noqa\nx = 1\nprint(1)",
        "x = 1\nprint(1)\n# pylint: skip-file",
        "# pylint: disable=print-call\n\nx = 1\nprint(1)",
        "# pylint: disable=W0702, print-call\ndef f():\n    print(1)",
        "def f():\n    # pylint: disable=print-call\n    x = 1\n\n    if x:\n        print(1)",
        "if x:\n    # pylint: disable=print-call\n    y = '''\nfar left\n'''\n    print(1)",
        "# pylint: disable=print-call, bare-except\n# pylint: enable=bare-except\nprint(1)",
        "x = 1\r# pylint: disable=print-call\r\rx = 2\rprint(1)",
        "\ufeff# ruff: noqa\nx = 1\nprint(1)",
        "x = 1\n\f# pylint: skip-file\nprint(1)",
        "# noinspection T201\nprint(1)",
        "# noinspection PyOther,T201\n# and a word on it\nprint(1)",
        "x = 1\n#noinspection  T201 , PyOther\nif print(1):\n    x = 2",
        "# noinspection T201\ndef f():\n    x = 1\n    print(1)",
        "# noinspection T201\n@f\ndef f():\n    if x:\n        print(1)",
        "# noinspection T201\nclass A:\n    def f(self):\n        print(1)",
    ],
)
def test_silenced(code: str) -> None:
    assert found(code + "\n") == 0


@pytest.mark.parametrize(
    "code",
    [
        "print(1)  # noqa: E501",
        "print(1)  # pylint: disable=W0702",
        "print(1)  # pylint: enable=print-call",
        "print(1)  # ruff: ignore[F401]",
        "print(1)  # lint-ignore: Other",
        "print('# noqa')",
        "print(1)  # noqable",
        "print(1)  # lgtm",
        "print(1)  # lgtm [py/other]",
        "# lgtm[py/print-during-import]\nprint(1)",
        "print(1)\n# noqa: T201",
        "# noqa: T201\nprint(1)",
        "# lint-ignore: PrintCall\n\nprint(1)",
        "# pylint: disable=W0702\nprint(1)",
        "# pylint: enable=print-call\nprint(1)",
        "print(1)\n# pylint: disable=print-call",
        "x = 1  # lint-ignore: PrintCall\nprint(1)",
        "print(1)  # a note on noqa and friends",
        "x = 1  # flake8: noqa\nprint(1)",
        "# flake8: noqa because it is old\nprint(1)",
        "# ruff: noqa: E501\nprint(1)",
        "# pylint: skip-file-names\nprint(1)",
        "x = 1  # pylint: disable=print-call\ny = 1\nprint(1)",
        "# pylint: disable-next=print-call\nx = 1\nprint(1)",
        "def f():\n    # pylint: disable=print-call\n    x = 1\nprint(1)",
        "try:\n    # pylint: disable=print-call\n    x()\nexcept E:\n    print(1)",
        "# pylint: disable=print-call\nx = 1\n# pylint: enable=print-call\nprint(1)",
        "'''\n# flake8: noqa\n'''\nprint(1)",
    ],
)
def test_not_silenced(code: str) -> None:
    assert found(code + "\n") == 1


def test_only_the_line_with_the_comment_is_silenced() -> None:
    assert found("print(1)  # noqa\nprint(2)\nprint(3)  # noqa: T201\n") == 1


def test_an_inspection_is_told_above_the_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    code = "import os\n\n{}\ntry:\n    os.remove('a')\nexcept{}:\n    {}\n    pass\n"
    told = "# noinspection PyBroadException"
    for kind in ("", " Exception"):
        (finding,) = scan(Memory({"a.py": code.format("", kind, told).encode()})).findings
        assert finding.fix and not finding.reason
        assert not scan(Memory({"a.py": code.format(told, kind, "").encode()})).findings
