"""Keywords of calls that what is called has no argument for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_exceptions import answer, body, likely

HEAD = "import json\nimport logging\nimport os\nimport subprocess\nimport warnings\n"


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.Popen(['true'], timeout=3)",
        "os.listdir(folder='.')",
        "'a'.split(limit=1)",
        "print('a', ending='')",
        "open(os.devnull, mod='w')",
        "sorted([1], by=len)",
    ],
)
def test_a_keyword_that_it_does_not_take(code: str) -> None:
    namespace: dict[str, Any] = {}
    exec(HEAD, namespace)
    with pytest.raises(TypeError):
        exec(code, namespace)
    found = answer(body(code, HEAD)).raised
    assert "TypeError" in {raised.type for raised in found if raised.confidence == 1}


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.run(['true'], timeout=3, cwd='a', env=x)",
        "json.dumps([1], default=str, indent=1, sort_keys=True)",
        "dict(anything=1)",
        "'{anything}'.format(anything=1)",
        "subprocess.Popen(['true'], process_group=0)",
        "warnings.warn('a', skip_file_prefixes=('a',))",  # of 3.12
        "logging.getLogger('a').warning('b', once=True)",
        "open('a', **x)",
    ],
)
def test_a_keyword_that_it_takes(code: str) -> None:
    found = answer(body(code, HEAD)).raised
    assert not [raised for raised in found if "has no argument" in raised.evidence]


def test_a_keyword_of_a_package() -> None:
    code = "dns.resolver.Resolver().resolve('a', 'A', {}=3)"
    assert "TypeError" in likely(answer(body(code.format("timeout"), "import dns.resolver")))
    assert "TypeError" not in likely(answer(body(code.format("lifetime"), "import dns.resolver")))


def test_a_keyword_that_makes_it_write_a_file() -> None:
    head = "from playwright.sync_api import Page"
    for given, expected in (("path='a.png'", True), ("path=None", False), ("", False)):
        found = likely(answer(body(f"page.screenshot({given})", head, "page: Page")))
        assert "playwright.sync_api.Error" in found
        assert ("OSError" in found) is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("'a.png'", {"OSError", "ValueError"}),
        ("'a', 'PNG'", {"OSError", "ValueError"}),
        ("'a', format='PNG' if x else 'GIF'", {"OSError", "ValueError"}),
        ("'a', x", {"OSError", "ValueError", "KeyError"}),
        ("'a', format=x", {"OSError", "ValueError", "KeyError"}),
    ],
)
def test_a_format_by_a_name_that_nobody_may_know(given: str, expected: set[str]) -> None:
    head = "from PIL import Image\n\nimage = Image.new('RGB', (1, 1))\n"
    assert likely(answer(body(f"image.save({given})", head))) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("'a', 'latin-1'", set()),
        ("'a', encoding='utf-8', errors='strict'", {"UnicodeDecodeError"}),
        ("'a', 'klingon'", {"LookupError"}),
        ("'a', x", {"LookupError"}),
        ("'a', encoding=x", {"LookupError"}),
    ],
)
def test_an_encoding_that_may_be_unknown(given: str, expected: set[str]) -> None:
    code = body(f"unquote({given})", "from urllib.parse import unquote", "x: str")
    assert likely(answer(code)) == expected


@pytest.mark.parametrize(
    ("calls", "fails"),
    [
        ("read('a')", False),
        ("read('a')\nread('b', 'latin-1')\nread('c', encoding='ascii')", False),
        ("read('a')\nread('b', encoding='klingon')", True),
        ("read('a')\nread('b', encoding=input())", True),
        ("read(*['a', 'klingon'])", True),
        ("readers = [read]", True),
        ("", True),
    ],
)
def test_an_encoding_that_the_calls_of_a_function_give(calls: str, fails: bool) -> None:
    code = body("open(path, encoding=encoding)", arguments="path, encoding='utf-8'").replace(
        "function", "read"
    )
    assert ("LookupError" in likely(answer(f"{code}\n{calls}\n"))) is fails
