"""Functions that a call of the library is given, and calls: by a name, or by their place."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, body

IMPORTS = """\
import difflib, fileinput, ftplib, heapq, io, locale, os, re, shutil, sqlite3, subprocess, tarfile
import textwrap, tokenize, urllib.request
from dataclasses import asdict


def refuse(*given):
    raise LookupError(given)


"""


@pytest.mark.parametrize(
    "code",
    [
        "shutil.rmtree('a', False, refuse)",
        "shutil.rmtree('a', onexc=refuse)",
        "shutil.copytree('a', 'b', False, refuse)",
        "shutil.copytree('a', 'b', copy_function=refuse)",
        "shutil.move('a', 'b', refuse)",
        "for place in os.walk('a', True, refuse):\n    pass",
        "heapq.nlargest(3, [2, 1], refuse)",
        "subprocess.call(['a'], -1, None, None, None, None, refuse)",
        "ftplib.FTP('a').retrbinary('RETR b', refuse)",
        "ftplib.FTP('a').retrlines('LIST', callback=refuse)",
        "urllib.request.urlretrieve('http://a', 'b', refuse)",
        "tarfile.open('a', 'w').add('b', filter=refuse)",
        "textwrap.indent('a', ' ', refuse)",
        "locale.atof('1', refuse)",
        "sqlite3.connect('a').backup(sqlite3.connect('b'), progress=refuse)",
        "asdict(x, dict_factory=refuse)",
        "difflib.SequenceMatcher(refuse, 'a', 'b')",
        "re.sub('a', repl=refuse, string='a')",
        "list(tokenize.generate_tokens(refuse))",
    ],
)
def test_what_they_raise_comes_out(code: str) -> None:
    assert "LookupError" in {raised.type for raised in answer(body(code, IMPORTS)).raised}


@pytest.mark.parametrize(
    "code",
    [
        "shutil.rmtree('a', refuse)",
        "shutil.copytree('a', 'b', refuse)",
        "shutil.rmtree('a', False, None)",
        "textwrap.indent('a', ' ', None)",
    ],
)
def test_what_is_no_function_there_is_not_called(code: str) -> None:
    assert "LookupError" not in {raised.type for raised in answer(body(code, IMPORTS)).raised}


def test_a_method_of_a_file_writes_to_it() -> None:
    code = "with open('a', 'wb') as file:\n    textwrap.indent('a', ' ', file.write)"
    assert "OSError" in {raised.type for raised in answer(body(code, IMPORTS)).raised}


def test_nobody_knows_what_a_function_does_that_was_handed_in() -> None:
    assert answer(body("shutil.rmtree('a', False, x)", IMPORTS)).missing == (
        "calls `x`, whose type is unknown",
    )
    assert answer(body("shutil.rmtree('a', x)", IMPORTS)).missing == ()


@pytest.mark.parametrize("given", ["404", "[400, 404]", "(400, x)"])
def test_what_cannot_be_called_is_not(given: str) -> None:
    imports = "import elasticsearch\n\nclient = elasticsearch.Elasticsearch()\n"
    found = answer(body(f"client.delete(index='a', id='b', ignore={given})", imports))
    assert not [why for why in found.missing if why.startswith("calls")]


@pytest.mark.parametrize(
    "code",
    [
        "sorted(x, key=lambda pair: pair[0].lower())",
        "x.sort(key=lambda pair: -pair[1])",
        "max(x[:1], x[1:], key=lambda pairs: len(pairs))",
        "heapq.nlargest(3, x, key=lambda pair, /: pair[1].bit_length())",
        "list(map(lambda pair, text: pair[0] + text.strip(), x, 'ab'))",
        "list(filter(lambda pair: pair[0].isdigit(), x))",
    ],
)
def test_a_lambda_gets_what_is_gone_through(code: str) -> None:
    found = answer(body(code, IMPORTS, "x: list[tuple[str, int]]"))
    assert found.complete
    assert not found.likely


@pytest.mark.parametrize(
    "code",
    [
        "x.sort(key=lambda pair, other=1: other.strip())",
        "sorted(x, key=(lambda pair: pair[0].lower(), 1)[0])",
        "refuse(x, key=lambda pair: pair[0].lower())",
        "list(map(lambda pair, text: text.strip(), x))",
        "sorted(*x, key=lambda pair: pair[0].lower())",
    ],
)
def test_a_lambda_whose_caller_is_unknown_gets_anything(code: str) -> None:
    assert not answer(body(code, IMPORTS, "x: list[tuple[str, int]]")).complete
