"""What comes out by a plain cause that is easy to overlook: each is run, and has to be in the answer."""

from __future__ import annotations

import asyncio
import email
import io
import ipaddress
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.exceptions.answer import CERTAIN, RARE
from tests.test_exceptions import answer, body, likely

IMPORTS = (
    "import asyncio, codecs, collections, ctypes, datetime, email, io, ipaddress, json, os, pathlib\n"
    "import queue, random, re, shlex, shutil, socket, statistics, subprocess, sys, tarfile, tomllib\n\n"
)
UNDEFINED = "multipart/mixed; boundary*=undefined''a"
DATA = "data = json.loads(open('a').read())\n"


def types(code: str, imports: str = IMPORTS) -> dict[str, float]:
    found = answer(body(code, imports, arguments=""))
    return {raised.type: raised.confidence for raised in found.raised}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        # a stream that begins without the mark that its encoding wants
        ("open('a', encoding='utf-16').read()", "UnicodeError"),
        ("pathlib.Path('a').read_text('utf16')", "UnicodeError"),
        ("codecs.open('a', 'r', 'utf-32').read()", "UnicodeError"),
        ("io.TextIOWrapper(open('a', 'rb'), 'utf-16').read()", "UnicodeError"),
        # what is no word of a command
        ("subprocess.run([shutil.which('a'), 'b'])", "TypeError"),
        ("words = ['a', os.environ.get('B')]\nsubprocess.check_output(words, text=True)", "TypeError"),
        ("subprocess.check_output(['kill', os.getpid()], text=True)", "TypeError"),
        ("subprocess.run(['a'], input='b')", "TypeError"),
        ("subprocess.run(['a'], input=b'b', text=True)", "AttributeError"),
        ("subprocess.Popen(['a'], stdin=subprocess.PIPE).communicate('b')", "TypeError"),
        # a port that is a text
        ("socket.socket().connect(('a', os.environ['PORT']))", "TypeError"),
        ("socket.socket().bind(('', '80'))", "TypeError"),
        ("socket.socket().sendto(b'a', ('b', os.environ.get('PORT', '80')))", "TypeError"),
        # text beside bytes
        ("re.search('a', open('b', 'rb').read())", "TypeError"),
        ("re.sub('a', 'b', subprocess.check_output(['c']))", "TypeError"),
        ("re.split('a', string=subprocess.check_output(['c']))", "TypeError"),
        ("os.path.join('a', subprocess.check_output(['c']))", "TypeError"),
        ("open('a', 'rb').read().find('b')", "TypeError"),
        # the path of a URL that begins with another host, or with what is no drive
        ("import urllib.request\nurllib.request.url2pathname(sys.argv[1])", "OSError"),
        # addresses of both versions have no order
        ("sorted(ipaddress.ip_address(one) for one in sys.argv)", "TypeError"),
        ("max([ipaddress.ip_network(one) for one in sys.argv])", "TypeError"),
        # data of another type than was thought of
        (f"{DATA}data.pop('a')", "TypeError"),
        (f"{DATA}data.pop()", "TypeError"),
        (f"{DATA}data.pop(0, None)", "TypeError"),
        (f"{DATA}data[:3]", "KeyError"),
        (f"{DATA}random.choice(data)", "KeyError"),
        (f"{DATA}random.shuffle(data)", "KeyError"),
        (f"{DATA}collections.defaultdict(list, data)", "ValueError"),
        (f"{DATA}collections.defaultdict(list, data)", "TypeError"),
        ("queue.Queue(1).put_nowait(1)", "queue.Full"),
        ("queue.SimpleQueue().get_nowait()", "queue.Empty"),
        # what the default of an argument is
        ("lambda x=os.environ['A']: x", "KeyError"),
        ("sorted(sys.argv, key=lambda x, *, y=int('a'): y)", "ValueError"),
        # what is no ASCII
        ("open('a', 'w').write(json.dumps(sys.argv, ensure_ascii=False))", "UnicodeEncodeError"),
        ("open('a', 'w').write(json.dumps(sys.argv, indent=sys.argv[0]))", "UnicodeEncodeError"),
        # what is to be deleted and is not there
        ("del os.a", "AttributeError"),
        ("class A:\n    b = 1\ndel A.b\ndel A.b", "AttributeError"),
        # how long something takes, as a text says it
        ("datetime.timedelta(seconds=int(sys.argv[1].strip()))", "OverflowError"),
        ("datetime.timedelta(float(open('a').read()) / 10 ** 7)", "OverflowError"),
        # what holds nothing but text, or bytes
        ("text = {} if sys.argv else open('a').read()\nb'b' in text", "TypeError"),
        ("text = 'b' if sys.argv else b'b'\n'a' in text", "TypeError"),
        # what is no text for the environment
        ("os.environ['A'] = os.environ.get('B')", "TypeError"),
        ("os.environ['A'] = len(sys.argv)", "TypeError"),
        ("os.environ[None]", "TypeError"),
        ("del os.environ['A']", "KeyError"),
        ("1 / 0 ** len(sys.argv)", "ZeroDivisionError"),
        ("1 / len(sys.argv) ** 2", "ZeroDivisionError"),
        (f"{DATA}shlex.quote(data)", "TypeError"),
    ],
)
def test_what_is_plain(code: str, name: str) -> None:
    assert types(code).get(name) == CERTAIN


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("float(sys.argv[0]) ** -1", "ZeroDivisionError"),
        ("1 / 10 ** int(sys.argv[0])", "ZeroDivisionError"),
        ("1 / 0.5 ** len(sys.argv)", "ZeroDivisionError"),
        ("float(sys.argv[0]) ** 2", "OverflowError"),
        ("text = [] if sys.argv else b'a'\nlen(sys.argv) in text", "ValueError"),
        ("subprocess.run(shlex.split(os.environ['A']))", "IndexError"),
        ("subprocess.run(os.environ['A'].split())", "IndexError"),
        ("words = sys.argv[1:]\nsubprocess.run(words)", "IndexError"),
        (f"{DATA}subprocess.run(data)", "IndexError"),
        (f"{DATA}f'{{data:.2f}}'", "OverflowError"),
        ("f'{int(open(\"a\").read()):.2f}'", "OverflowError"),
        ("int(open('a').read()) * 0.5", "OverflowError"),
        ("0.5 + int(open('a').read()) // 2", "OverflowError"),
        ("statistics.median([int(one) for one in sys.argv])", "OverflowError"),
        ("tomllib.load(open('a', 'rb'))", "ValueError"),
        ("os.path.expanduser(open('a').read())", "ValueError"),
        ("pathlib.Path(open('a').read()).expanduser()", "ValueError"),
        ("email.message_from_bytes(open('a', 'rb').read())", "ValueError"),
        ("with open('a') as file:\n    pass\nfile.read()", "ValueError"),
        ("ctypes.create_string_buffer(len(sys.argv) ** 9)", "OverflowError"),
        ("os.environ[open('a').read()] = 'b'", "ValueError"),
        ("os.environ[open('a').read()] = 'b'", "OSError"),
        ("os.environ['a'] = open('a').read()", "ValueError"),
        ("os.environ['A'] += open('a').read()", "ValueError"),
    ],
)
def test_what_is_rare(code: str, name: str) -> None:
    assert name in types(code)


@pytest.mark.parametrize(
    ("code", "is_rare"),
    [
        ("if text.isdecimal():\n    int(text)", True),
        ("int(text) if text.isdigit() else 0", True),
        ("if not text.isdigit():\n    raise KeyError\nint(text)", True),
        ("text.isdigit() and float(text)", True),
        ("int(text)", False),
        ("if text.isdigit():\n    text = text[1:]\n    int(text)", False),
        ("if text.isdigit():\n    int(text[1:])", False),
        ("if text.isdigit():\n    int(text, 2)", False),
        ("if not text.isdigit():\n    int(text)", False),
        ("if text.isdigit() or text:\n    int(text)", False),
        ("if text.isalnum():\n    int(text)", False),
        ("if text.strip().isdigit():\n    int(text.strip())", True),
        ("if input().isdigit():\n    int(input())", False),
    ],
)
def test_a_text_of_digits_is_a_number(code: str, is_rare: bool) -> None:
    found = answer(body(code, arguments="text: str"))
    assert "ValueError" in {raised.type for raised in found.raised}
    assert ("ValueError" not in likely(found)) is is_rare


@pytest.mark.parametrize(
    ("code", "is_likely"),
    [
        ("int(float(text))", True),
        ("round(float(text.strip()))", True),
        ("int(float(text) * 60 + 0.5)", True),
        ("import math\nmath.ceil(float(text))", True),
        ("other = input()\nint(float(other))", True),
        ("round(float(text), 2)", False),
        ("float(text)", False),
        ("int(text)", False),
        ("int(float('1'))", False),
        ("int(float(len(text)))", False),
        ("int(float(text.split()[0]))", False),
        ("parts = text.split()\nfirst = parts[0]\nint(float(first))", False),
        ("found = re.match('([0-9.]+)', text)\nint(float(found.group(1)))", False),
        ("if text.isdecimal():\n    int(float(text))", False),
        ("float = len\nint(float(text))", False),
    ],
)
def test_a_text_may_say_that_a_number_is_infinite(code: str, is_likely: bool) -> None:
    found = answer(body(code, IMPORTS, arguments="text: str"))
    assert ("OverflowError" in likely(found)) is is_likely


def test_an_unknown_value_may_be_a_text_that_says_so() -> None:
    found = answer(body("int(float(x))"))
    assert [raised.type for raised in found.raised if raised.confidence > RARE] == [
        *("ValueError", "TypeError", "OverflowError")
    ]


def test_there_are_other_digits() -> None:
    assert "\u00b2".isdigit()
    with pytest.raises(ValueError, match="invalid literal"):
        int("\u00b2")


def test_a_variable_of_the_file_that_is_deleted() -> None:
    assert types("global A\ndel A", "A = 1\n").get("NameError") == CERTAIN


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("datetime.timedelta(seconds=int(len(sys.argv)))", "OverflowError"),
        ("datetime.timedelta(days=30)", "OverflowError"),
        ("10 ** 7", "OverflowError"),
        ("10 ** 7", "ZeroDivisionError"),
        ("2 ** len(sys.argv)", "ZeroDivisionError"),
        ("len(sys.argv) % 2 ** len(sys.argv)", "ZeroDivisionError"),
        ("float(sys.argv[0]) ** 2", "ZeroDivisionError"),
        ("text = {} if sys.argv else ''\n'a' in text", "TypeError"),
        ("text = [] if sys.argv else b'a'\n1 in text", "TypeError"),
        ("tarfile.TarFile('a')", "EOFError"),
        ("open('a', 'w', encoding='utf-16').write('b')", "UnicodeError"),
        ("open('a', 'rb').read().decode('utf-16')", "UnicodeError"),
        ("open('a', encoding='utf-8').read()", "UnicodeError"),
        ("subprocess.run(['a', os.environ.get('B', '')])", "TypeError"),
        ("subprocess.run(['a', *sys.argv[1:]])", "IndexError"),
        ("subprocess.run(shlex.split('a b'))", "IndexError"),
        ("subprocess.run(f'a {os.sep}'.split())", "IndexError"),
        ("words = sys.argv[1:]\nif words:\n    subprocess.run(words)", "IndexError"),
        ("subprocess.run(['a', str(os.getpid())])", "TypeError"),
        ("subprocess.run(['a'], input=b'b')", "TypeError"),
        ("subprocess.run(['a'], input='b', encoding='ascii')", "TypeError"),
        ("subprocess.Popen(['a'], stdin=subprocess.PIPE, text=True).communicate('b')", "TypeError"),
        ("with open('a') as file:\n    file.read()", "ValueError"),
        ("socket.socket().connect(('a', 80))", "TypeError"),
        ("data = open('b', 'rb').read()\nre.sub(b'a', b'', re.sub(b'a', b'', data))", "TypeError"),
        ("re.search(b'a', open('b', 'rb').read())", "TypeError"),
        ("re.sub('a', str, open('b').read())", "TypeError"),
        ("os.path.join('a', open('b').read())", "TypeError"),
        ("open('a', 'rb').read().find(b'b')", "TypeError"),
        ("sorted(ipaddress.IPv4Address(one) for one in sys.argv)", "TypeError"),
        ("{'a': 1}.pop('b')", "TypeError"),
        ("sys.argv.pop(1)", "TypeError"),
        ("sys.argv[1:]", "KeyError"),
        ("random.choice(sys.argv)", "KeyError"),
        ("collections.defaultdict(list, {1: []})", "ValueError"),
        ("f'{len(sys.argv):.2f}'", "OverflowError"),
        ("f'{int(open(\"a\").read()):d}'", "OverflowError"),
        ("len(sys.argv) * 0.5", "OverflowError"),
        ("int(open('a').read()) * 5", "OverflowError"),
        ("statistics.median_low([int(one) for one in sys.argv])", "OverflowError"),
        ("os.environ['A'] = 'b' if len(sys.argv) else 'c'", "ValueError"),
        ("for name in ('A', 'B'):\n    os.environ[name] = '1'", "OSError"),
        ("os.environ['A']", "ValueError"),
        ("import os as a\ndel a", "NameError"),
        (f"{DATA}shlex.quote(data)", "AttributeError"),
        ("import functools\nfunctools.reduce(set.union, [set()])", "AttributeError"),
        ("join = set.union, dict.get, str.format_map", "AttributeError"),
        ("queue.SimpleQueue().put_nowait(1)", "queue.Full"),
        ("open('a', 'w').write(json.dumps(sys.argv, indent=4))", "UnicodeEncodeError"),
        ("open('a', 'w').write(json.dumps(sys.argv, separators=(',', ':')))", "UnicodeEncodeError"),
    ],
)
def test_what_does_not_come_out(code: str, name: str) -> None:
    assert name not in types(code)


def test_what_a_builtin_type_never_had() -> None:
    assert "AttributeError" in types("join = set.joined")


def test_a_time_limit_ends_what_stands_in_it() -> None:
    code = "async def f():\n    try:\n        async with asyncio.timeout(3):\n            await g()\n"
    code += "    finally:\n        pass\n\nasync def g():\n    pass\n"
    found = answer(f"import asyncio\n\n{code}")
    assert "asyncio.TimeoutError" in {raised.type for raised in found.raised}


COMMAND = "import click\n\n@click.{}()\ndef command():\n    pass\n"


@pytest.mark.parametrize(
    ("imports", "code"),
    [
        (COMMAND.format("command"), "command()"),
        (COMMAND.format("group"), "command()"),
        ("import unittest\n", "unittest.main()"),
        ("import uvicorn\n", "uvicorn.run(None)"),
        ("import typer\n", "typer.run(print)"),
    ],
)
def test_what_exits_in_the_end(imports: str, code: str) -> None:
    assert "SystemExit" in types(code, imports)


@pytest.mark.parametrize(
    ("imports", "code", "fails"),
    [
        ("if sys.platform == 'win32':\n    import winreg\n", "winreg.OpenKey(1, 'a')", True),
        ("if sys.argv:\n    limit = 3\n", "limit", True),
        ("if sys.argv:\n    pass\nelse:\n    limit = 3\n", "limit", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tomllib\n", "tomllib", True),
        ("if sys.argv:\n    limit = 3\nelse:\n    limit = 4\n", "limit", False),
        ("if sys.argv:\n    limit = 3\nelse:\n    sys.exit()\n", "limit", False),
        ("if sys.argv:\n    limit = 3\nelse:\n    raise ValueError\n", "limit", False),
        ("if sys.argv:\n    limit = 3\n", "if sys.argv:\n    limit", False),
        ("has = False\nif sys.argv:\n    limit = 3\n    has = True\n", "if has:\n    limit", False),
        ("if __name__ == '__main__':\n    limit = 3\n", "limit", False),
        ("if sys.version_info[0] >= 3:\n    unicode = str\n", "unicode", False),
        ("PY3 = True\nif PY3:\n    unicode = str\n", "unicode", False),
        ("limit = 2\nif sys.argv:\n    limit = 3\n", "limit", False),
    ],
)
def test_a_name_that_has_a_value_only_at_times(imports: str, code: str, fails: bool) -> None:
    assert ("NameError" in types(code, f"import sys\n{imports}\n")) is fails


def _utf_16(folder: Path) -> None:
    (folder / "a").write_bytes(b"abcd")
    (folder / "a").read_text(encoding="utf-16")


async def _late() -> None:
    async with asyncio.timeout(0.001):
        await asyncio.sleep(1)


@pytest.mark.parametrize(
    ("run", "error"),
    [
        (_utf_16, UnicodeError),
        (lambda _: subprocess.run([None]), TypeError),  # type: ignore[list-item]
        (lambda _: re.search("a", b"a"), TypeError),  # type: ignore[call-overload]
        (lambda _: sorted(map(ipaddress.ip_address, ["1.1.1.1", "::1"])), TypeError),
        (lambda _: random.choice({"a": 1}), KeyError),  # type: ignore[arg-type]
        (lambda _: tomllib.load(io.BytesIO(b"a=" + b"1" * 5000)), ValueError),
        (
            lambda _: email.message_from_string("Content-Type: multipart/a; boundary*=undefined''b"),
            ValueError,
        ),
        (lambda _: f"{10**400:.2f}", OverflowError),
        (lambda _: 10**400 * 0.5, OverflowError),
        (lambda _: asyncio.run(_late()), TimeoutError),
    ],
)
def test_it_does_come_out(tmp_path: Path, run: Callable[[Path], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        run(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="there an empty command is an OSError")
def test_a_command_without_words() -> None:
    with pytest.raises(IndexError):
        subprocess.run([])
