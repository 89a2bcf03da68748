"""Putting something into what is no plain container, and deleting it there: not the same as looking it up."""

from __future__ import annotations

import configparser
import http.cookies
import mmap
import os
from typing import Any
from xml.etree import ElementTree

import pytest

from codemods.exceptions.answer import CERTAIN, POSSIBLE, RARE
from tests.test_exceptions import answer, body, likely

IMPORTS = (
    "import configparser, http.cookies, mmap, os\nfrom email.message import EmailMessage\n"
    "from xml.etree import ElementTree\n\n"
)
MADE = """\
cookies = http.cookies.SimpleCookie()
cookies["a"] = "b"
config = configparser.ConfigParser()
config.add_section("a")
tree = ElementTree.Element("a")
memory = mmap.mmap(-1, 8)
"""


def found(code: str) -> dict[str, float]:
    return {one.type: one.confidence for one in answer(body(code, IMPORTS + MADE)).raised}


def comes_out(code: str) -> str:
    """The type of what comes out of the code."""
    names: dict[str, Any] = {
        "configparser": configparser,
        "http": http,
        "mmap": mmap,
        "os": os,
        "ElementTree": ElementTree,
    }
    exec(MADE, names)
    with pytest.raises(Exception) as caught:
        exec(code, names)
    kind = type(caught.value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("cookies['a b'] = 'c'", "http.cookies.CookieError"),
        ("del cookies['b']", "KeyError"),
        ("os.environ['A'] = 1", "TypeError"),
        ("os.environ['A'] = None", "TypeError"),
        ("os.environ[1] = 'a'", "TypeError"),
        ("os.environ[1]", "TypeError"),
        ("del os.environ[1]", "TypeError"),
        ("del os.environ['NOT_THERE_AT_ALL']", "KeyError"),
        ("config['a']['b'] = 1", "TypeError"),
        ("del config['b']", "KeyError"),
        ("del config['a']['b']", "KeyError"),
        ("tree[0] = ElementTree.Element('b')", "IndexError"),
        ("del tree[0]", "IndexError"),
        ("memory[9] = 1", "IndexError"),
    ],
)
def test_what_comes_out_of_it_is_told(code: str, name: str) -> None:
    assert comes_out(code) == name
    assert found(code)[name] == CERTAIN


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("os.environ[x] = 'a\\0b'", "ValueError"),
        ("os.environ['A'] = str(x)", "ValueError"),
        ("config['a']['b'] = str(x)", "ValueError"),
        ("config['b'] = {x: 'c'}", "configparser.DuplicateOptionError"),
        ("cookies['a'][str(x)] = 'c'", "http.cookies.CookieError"),
        ("message = EmailMessage()\nmessage['Subject'] = str(x)", "ValueError"),
    ],
)
def test_what_is_rare_is_told_where_it_is_not_written_out(code: str, name: str) -> None:
    assert found(code).get(name) == RARE


def test_what_nobody_knows_may_be_no_text() -> None:
    assert found("os.environ['A'] = x") == {"TypeError": POSSIBLE, "ValueError": RARE, "OSError": RARE}
    assert answer(body("os.environ['A'] = x", IMPORTS)).assumed == ("`os.environ['A']` gets plain values",)


@pytest.mark.parametrize(
    ("code", "assumed"),
    [
        ("subprocess.call([x, 'a'])", ("subprocess.call",)),
        ("words = ['a']\nwords.append(x)\nsubprocess.call(words)", ("subprocess.call",)),
        ("subprocess.run(args=('a', x))", ("subprocess.run",)),
        ("subprocess.call(['a', str(x)] + ['b'])", ()),
        ("subprocess.call('a b', shell=True)", ()),
        ("sys.stdout.writelines([x, 'a'])", ("sys.stdout.writelines",)),
        ("sys.stdout.writelines(f'{x}' for _ in 'abc')", ()),
        ("sys.stdout.writelines('abc')", ()),
        ("'a'.startswith((x, 'a'))", ("str.startswith",)),
        ("'a'.endswith(('b', 'a'))", ()),
        ("'a'.endswith('a')", ()),
        ("b'a'.startswith(b'a')", ()),
        ("b'a'.endswith((b'a', b'b'))", ()),
        ("os.path.commonpath(['a', x])", ("os.path.commonpath",)),
        ("time.mktime((2020, 1, 1, 0, 0, 0, 0, 0, x))", ("time.mktime",)),
        ("time.mktime((2020, 1, 1, 0, 0, 0, 0, 0, -1))", ()),
        ("time.mktime(time.localtime())", ()),
    ],
)
def test_what_is_in_a_list_has_to_be_right_too(code: str, assumed: tuple[str, ...]) -> None:
    told = answer(body(code, f"{IMPORTS}import subprocess\nimport sys\nimport time\n"))
    expected = {f"`{name}` gets what it is made for" for name in assumed}
    assert {one for one in told.assumed if "made for" in one} == expected
    assert "TypeError" not in {raised.type for raised in told.likely}


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.call(['a', None])",
        "sys.stdout.writelines(['a', 1])",
        "'a'.startswith(('a', None))",
        "time.mktime((2020, 1, 1, 0, 0, 0, 0, 0, None))",
        "os.path.commonpath(['a', None])",
    ],
)
def test_and_what_is_not_right_in_it_is_told(code: str) -> None:
    told = answer(body(code, f"{IMPORTS}import subprocess\nimport sys\nimport time\n"))
    assert "TypeError" in {raised.type for raised in told.likely}


def test_a_strange_name_of_a_variable_is_an_assumption_where_it_is_deleted() -> None:
    told = answer(body("del os.environ[x]", IMPORTS))
    assert likely(told) == {"KeyError"}
    assert told.assumed == ("`os.environ[x]` gets what it is made for",)
    assert answer(body("del os.environ['A']", IMPORTS)).assumed == ()


@pytest.mark.parametrize(
    "code",
    [
        "os.environ['A'] = 'b'",
        "copied = os.environ.copy()\ncopied['A'] = 1",
        "copied = dict(os.environ)\ncopied['A'] = 1",
        "message = EmailMessage()\nmessage['Subject'] = 'a'\ndel message['To']",
    ],
)
def test_what_is_written_out_goes_well(code: str) -> None:
    assert found(code) == {}


def test_a_type_that_the_tables_do_not_tell_of_is_named() -> None:
    missing = answer(body("memoryview(x)[1:]", arguments="x: bytes")).missing
    assert missing == ("looks up `memoryview(x)[1:]` in a `memoryview`, whose items are not in the tables",)


def test_what_the_tables_do_not_tell_of_putting_is_not_known() -> None:
    code = "import re\nmatch = re.match('(a)', x)\nif match:\n    match[1] = 'b'"
    missing = answer(body(code)).missing
    assert missing == ("sets `match[1]` of a `re.Match`, which is not in the tables",)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("print(r['name'])", {"KeyError"}),
        ("r['name'] = 1", {"KeyError"}),
        ("if r['name'] == 'x':\n        return", {"KeyError"}),
        ("for part in r['parts']:\n        print(part)", {"KeyError"}),
        ("print(s and r['name'])", {"KeyError", "TypeError"}),
        ("if s:\n        print(r['name'])", {"KeyError", "TypeError"}),
        ("print(r[0])", {"KeyError", "TypeError"}),
        ("print(r['name'])\n    r = r['name']", {"KeyError", "TypeError"}),
        ("with suppress(TypeError):\n        print(r['name'])", {"KeyError", "TypeError"}),
    ],
)
def test_what_has_a_name_in_it_is_a_mapping(before: str, expected: set[str]) -> None:
    head = "import json\nfrom contextlib import suppress\n\n\ndef main(s: str):\n    r = json.loads(s)\n"
    found = answer(f"{head}    {before}\n    try:\n        r['size']\n    except Exception:\n        pass\n")
    assert likely(found) == expected
