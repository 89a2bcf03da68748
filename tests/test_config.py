"""Reading `[tool.patchwright]`."""

from __future__ import annotations

import pytest

from codemods.branches.messages.templates import Template
from codemods.config import BadConfig, BranchConfig, Config, nearest


def test_a_project_that_says_nothing_gets_the_defaults() -> None:
    assert Config.parse(b"") == Config.parse(b"[tool.other]\nx = 1\n") == Config()
    assert Config().remedies is None


def test_all_settings() -> None:
    text = b"""
        [tool.patchwright]
        remedies = ["bare-except"]
        exclude-remedies = []
        exclude = ["tests/", "*_pb2.py"]
        unsafe = true
        max-file-size = 5_000_000
    """
    assert Config.parse(text) == Config(("bare-except",), (), ("tests/", "*_pb2.py"), True, 5_000_000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[tool.patchwright]\nexlude = []\n", "has no setting 'exlude': did you mean 'exclude'?"),
        (b"[tool.patchwright]\nzzz = 1\n", "has no setting 'zzz': known are remedies, exclude-remedies,"),
        (b"[tool.patchwright]\nexclude = 'tests'\n", "exclude must be a list of patterns"),
        (b"[tool.patchwright]\nremedies = [1]\n", "remedies must be a list of remedies"),
        (b"[tool.patchwright]\nunsafe = 1\n", "unsafe must be true or false"),
        (b"[tool.patchwright]\nmax-file-size = 0\n", "max-file-size must be a number of bytes, over 0"),
        (b"[tool.patchwright]\nmax-file-size = true\n", "max-file-size must be a number of bytes, over 0"),
        (b"[tool]\npatchwright = 3\n", "tool.patchwright must be a table"),
        (b"tool = 3\n", "tool must be a table"),
        (b"[tool.patchwright\n", "pyproject.toml: Expected"),
        (b"[tool]\n# caf\xe9\n", "pyproject.toml: line 2 is not UTF-8, as TOML must be"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: bytes, message: str) -> None:
    with pytest.raises(BadConfig) as caught:
        Config.parse(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_false_and_empty_are_said_too() -> None:
    config = Config.parse(b"[tool.patchwright]\nunsafe = false\nremedies = []\n")
    assert config.unsafe is False
    assert config.remedies == ()


def test_the_nearest_word() -> None:
    assert nearest("bare-exept", ["bare-except", "broad-except"]) == "did you mean 'bare-except'?"
    assert nearest("xyz", ["b", "a"]) == "known are b, a"


# -- [tool.patchwright.branch] ------------------------------------------------------------------------


def test_all_settings_of_branches() -> None:
    text = b"""
        [tool.patchwright.branch]
        style = "conventional"
        subject = "PROJ-7: {subject}"
        body = "{body}"
        prefix = "bots/fixes-"
        by = "file"
    """
    branch = Config.parse(text).branch
    assert (branch.style, branch.prefix, branch.by) == ("conventional", "bots/fixes-", "file")
    assert branch.subject == Template.for_subject("PROJ-7: {subject}")
    assert branch.body == Template.for_body("{body}")
    assert Config().branch == BranchConfig()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.patchwright]\nbranch = 1", "tool.patchwright.branch must be a table"),
        ("stile = 'plain'", "tool.patchwright.branch has no setting 'stile': did you mean 'style'?"),
        ("style = 'gitmoji'", "branch.style must be one of auto, conventional, plain"),
        ("by = 'audit'", "branch.by must be one of remedy, file, finding"),
        ("prefix = '-x'", "branch.prefix must be what names of branches can begin with"),
        ("prefix = '../x'", "branch.prefix must be what names of branches can begin with"),
        ("subject = 1", "branch.subject must be a text"),
        ("subject = '{subjekt}'", "subject has an unknown name 'subjekt': did you mean {subject}?"),
        (
            "body = 'Signed-off-by: Me'",
            "body may not say 'Signed-off-by', which tools believe: use --signoff",
        ),
        ("check = 'rm -rf /'", "branch.check is not for a file of the repository: use --check"),
        ("setup = 'x'", "branch.setup is not for a file of the repository: use --setup"),
        ("signoff = true", "branch.signoff is not for a file of the repository: use --signoff"),
        ("[tool.patchwright]\ncheck = 'x'", "patchwright.check is not for a file of the repository"),
    ],
)
def test_what_is_wrong_with_branches_is_said_in_one_line(text: str, message: str) -> None:
    head = "" if text.startswith("[") else "[tool.patchwright.branch]\n"
    with pytest.raises(BadConfig) as caught:
        Config.parse(f"{head}{text}\n".encode())
    assert message in str(caught.value)
    assert str(caught.value).startswith("pyproject.toml: tool.patchwright")
    assert "\n" not in str(caught.value)
