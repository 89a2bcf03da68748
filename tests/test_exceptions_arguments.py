"""Arguments that do not fit: text for bytes, addresses, huge numbers; and citations that mislead."""

from __future__ import annotations

import base64
import importlib
import struct
from typing import Any

import pytest

from codemods.exceptions.answer import RARE
from codemods.exceptions.tables import tables
from tests.test_exceptions import answer, body, likely

MODULES = (
    *(
        "base64",
        "binascii",
        "bz2",
        "csv",
        "datetime",
        "email",
        "gzip",
        "hashlib",
        "hmac",
        "io",
        "json",
        "logging",
        "lzma",
    ),
    *("os", "smtplib", "socket", "struct", "zlib"),
)
IMPORTS = f"import {', '.join(MODULES)}\n"


def rare(code: str, arguments: str = "x") -> set[str]:
    found = answer(body(code, IMPORTS, arguments)).raised
    return {raised.type for raised in found if raised.confidence == RARE}


def run(code: str) -> type[BaseException] | None:
    """The type of what comes out of the code."""
    namespace: dict[str, Any] = {name: importlib.import_module(name) for name in MODULES}
    try:
        exec(code, namespace)
    except Exception as error:
        return type(error)
    return None


# -- text and bytes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "zlib.compress('a', 6)",
        "zlib.decompress('a')",
        "zlib.compressobj().compress('a')",
        "zlib.crc32('a')",
        "hashlib.md5('a')",
        "hashlib.sha256(string='a')",
        "hashlib.new('md5', 'a')",
        "hashlib.md5().update('a')",
        "hmac.new('a', b'b', 'md5')",
        "hmac.new(b'a', 'b', 'md5')",
        "base64.b64encode('a')",
        "base64.b64encode(f'{1}')",
        "binascii.hexlify('a')",
        "gzip.compress('a')",
        "bz2.compress('a')",
        "lzma.compress('a')",
        "struct.unpack('i', 'abcd')",
        "io.BytesIO('a')",
        "io.StringIO(b'a')",
        "io.BytesIO().write('a')",
        "io.StringIO().write(b'a')",
        "bytes.fromhex(b'00')",
        "open(os.devnull, 'wb').write('a')",
        "open(os.devnull, 'w').write(b'a')",
        "os.write(1, 'a')",
        "socket.socket().send('a')",
        "b'a'.startswith('a')",
        "'a'.startswith(b'a')",
        "'a'.split(b'a')",
        "'a b'.replace(b'a', b'b')",
        "email.message_from_bytes('a')",
    ],
)
def test_text_for_bytes_fails_at_every_call(code: str) -> None:
    error = run(code)
    assert error
    assert issubclass(error, (TypeError, AttributeError))
    sure = {raised.type for raised in answer(body(code, IMPORTS)).raised if raised.confidence == 1}
    assert error.__name__ in sure


def test_text_for_bytes_makes_no_separator_empty() -> None:
    assert {raised.type for raised in answer(body("b'a'.split('a')")).raised} == {"TypeError"}


@pytest.mark.parametrize(
    "code",
    [
        "socket.inet_aton(5)",
        "socket.socket().settimeout('3')",
        "socket.socket().send(3)",
        "'a'.startswith(['a', 'b'])",
        "'a'.split(3)",
        "zlib.decompress({})",
    ],
)
def test_what_no_parameter_takes_fails_at_every_call(code: str) -> None:
    assert run(code) is TypeError
    sure = {raised.type for raised in answer(body(code, IMPORTS)).raised if raised.confidence == 1}
    assert "TypeError" in sure


def test_text_for_bytes_where_no_table_tells_of_a_type_error() -> None:
    code = "client = telnetlib.Telnet()\nclient.write('exit')"
    assert "TypeError" in likely(answer(body(code, "import telnetlib\n")))


def test_no_place_is_known_behind_a_starred_argument() -> None:
    code = "pair = ('a', 'b')\n'aa'.replace(*pair, 1)"
    assert run(code) is None
    assert all(raised.confidence < 1 for raised in answer(body(code, IMPORTS)).raised)


def test_what_one_of_its_types_does_not_fit() -> None:
    code = "host = '::1' if os.sep else 5\nsocket.inet_aton(host)"
    assert "TypeError" in rare(code)


@pytest.mark.parametrize(
    "code",
    [
        "smtplib.SMTP('', '25')",  # what is written in Python mostly takes more than its stub says
        "logging.Formatter(datefmt=b'%H')",
        "socket.socket().settimeout(True)",
        "hashlib.md5(usedforsecurity='yes')",
        "zlib.compress(bytearray(b'a'))",
        "zlib.compress(b'a', True)",
        "zlib.compress(b'a')",
        "hashlib.md5()",
        "hashlib.new('md5', b'a')",
        "hmac.new(b'a', None, 'md5')",
        "base64.b64decode('YQ==')",
        "json.loads('1')",
        "json.loads(b'1')",
        "struct.pack('i', 1)",
        "io.BytesIO(b'a')",
        "a = None if os.sep else b'a'\nio.BytesIO(a)",
        "a = None if os.sep else 'a'\nio.StringIO(a)",
        "open(os.devnull, 'w').write('a')",
        "open(os.devnull, 'w+b').write(b'a')",
        "'a'.startswith(('a', 'b'))",
        "b'a'.startswith((b'a', b'b'))",
        "'a'.split(None)",
        "os.path.join('a', 'b')",
        "os.path.join(b'a', b'b')",
        "dict(a=os.sep)",
        "dict(a=1, b=object())",
        "dict({'a': 1}.items())",
        "{}.update({'a': 1}.items())",
        "csv.writer(io.StringIO())",
        "socket.socket().bind(('', 0))",
    ],
)
def test_what_fits_is_no_mistake(code: str) -> None:
    assert run(code) is None
    assert "TypeError" not in likely(answer(body(code, IMPORTS)))


@pytest.mark.parametrize(
    ("code", "raises"),
    [
        ("dict(mapping)", False),
        ("dict(mapping, a=1)", False),
        ("set(mapping)", False),
        ("frozenset(members)", False),
        ("dict.fromkeys(mapping, 0)", False),
        ("dict(members)", True),
        ("set(rows)", True),
        ("set(mapping.values())", True),
        ("sorted(mapping)", True),
    ],
)
def test_what_has_been_hashed_before_can_be_hashed(code: str, raises: bool) -> None:
    given = "mapping: dict = x\nmembers: set = x\nrows: list = x\n"
    told = {raised.type for raised in answer(body(given + code)).raised}
    assert ("TypeError" in told) is raises


@pytest.mark.parametrize("kind", ["io.BytesIO", "io.StringIO"])
def test_a_stream_in_memory_of_anything(kind: str) -> None:
    assert likely(answer(body(f"{kind}(x)", IMPORTS))) == {"TypeError"}


def test_text_for_a_file_of_which_the_mode_is_unknown() -> None:
    code = "with open('a', x) as file:\n    file.write('b')"
    assert "TypeError" in rare(code)
    assert answer(body(code)).complete


# -- None, and data of any type ---------------------------------------------------------------------------

FIND = """
def find(names):
    for name in names:
        if name.exists():
            return name
    return None
"""
LOADING = "try:\n    json.load(fp)\nexcept:\n    pass\n"
GIVEN = "data = json.loads('{\"a\": null}')\nfound = find([])\n"


def known(code: str) -> set[str]:
    """What is likely to come out of the last line of some code, of which the rest stands before the `try`."""
    before, _, last = (GIVEN + code).rpartition("\n")
    text = f"{IMPORTS}{FIND}\n{before}\ntry:\n    {last}\nexcept:\n    pass\n"
    return likely(answer(text))


@pytest.mark.parametrize(
    "code",
    [
        "os.remove(found)",
        "open(found)",
        "open(file=found)",
        "os.path.join('a', found)",
        "path = data['a']\nos.remove(path)",
        "path = data['a']\nos.path.getsize(path)",
        "path = data['a']\nos.path.join('a', 'b', path)",
    ],
)
def test_none_where_a_value_has_to_be(code: str) -> None:
    namespace: dict[str, Any] = {name: importlib.import_module(name) for name in MODULES}
    with pytest.raises(TypeError):
        exec(FIND + GIVEN + code, namespace)
    assert "TypeError" in known(code)


def test_none_that_is_used_before_it_is_looked_at() -> None:
    code = "import urllib.request\nurl = None if os.sep else 'http://a/'\nurllib.request.urlopen(url)"
    assert run(code) is AttributeError
    assert "AttributeError" in known(code)


def test_none_in_a_talk_with_a_server_fails_by_what_that_wants() -> None:
    code = "smtplib.SMTP('a').login(found, found)"
    assert {"AttributeError", "TypeError"} <= known(code)


def test_no_server_to_talk_with() -> None:
    assert run("smtplib.SMTP(None)") is None
    assert known("smtplib.SMTP(found)") == {"OSError"}


def test_none_where_a_stream_has_to_be() -> None:
    assert run("json.load(None)") is AttributeError
    assert "AttributeError" in likely(answer(f"{IMPORTS}\nfp = open('a') if x else None\n{LOADING}"))


@pytest.mark.parametrize(
    "code", ["os.listdir(found)", "open('.', encoding=found)", "os.stat('.', dir_fd=found)"]
)
def test_none_where_it_means_something(code: str) -> None:
    assert "OSError" in known(code)
    assert "TypeError" not in known(code)


@pytest.mark.parametrize(
    ("use", "fails"),
    [
        *(("'a' + name", True), ("len(name)", True), ("'%s' % name", False), ("str(name)", False)),
        *(("'a' < name", True), ("'a' in name", True), ("name == 'a'", False), ("f'{name:>5}'", True)),
        *(("[*name]", True), ("dict(key=name)", False), ("[1 for _ in 'ab' if name]", False)),
        *(("json.loads(name)", True), ("os.path.join('a', name)", True), ("os.listdir(name)", False)),
        *(("other(name)", True), ("other(other=name)", True), ("print(name)", False)),
        *(("name and -len(name)", False), ("1 if name is None else len(name)", False)),
    ],
)
def test_none_for_an_argument_that_is_not_said_to_be(use: str, fails: bool) -> None:
    head = f"import json, os\n\ndef label(name: str):\n    return {use}\n"
    head += "\ndef other(other: str):\n    len(other)\n"
    code = body("label(os.environ.get('a'))", head)
    told = {r.evidence for r in answer(code).raised if r.type == "TypeError" and r.confidence > RARE}
    assert any("`os.environ.get('a')`, which may be None, for `name`" in why for why in told) == fails


@pytest.mark.parametrize(
    ("code", "fails"),
    [
        ("name = pathlib.Path(name)\n    return name", True),
        ("name += 'a'", True),
        ("with name:\n        pass", True),
        ("one, other = name", True),
        ("name = name or 'a'\n    return len(name)", False),
        ("if not name:\n        name = 'a'\n    return len(name)", False),
    ],
)
def test_none_for_an_argument_that_is_bound_again(code: str, fails: bool) -> None:
    head = f"import os, pathlib\n\ndef label(name: str):\n    {code}\n"
    found = answer(body("label(os.environ.get('a'))", head)).raised
    assert (
        any(r.type == "TypeError" and "which may be None, for `name`" in r.evidence for r in found) == fails
    )


# -- parts of an address, and large numbers ----------------------------------------------------------------


def test_a_port_of_any_type() -> None:
    assert run("socket.socket().bind(('', '7654'))") is TypeError
    assert "TypeError" in rare("socket.socket().bind(('', x))")
    assert answer(body("socket.socket().bind(('', x))", IMPORTS)).assumed
    assert "TypeError" not in rare("socket.socket().bind(('', 80))")


HUGE = "int('1' + '0' * 30)"


@pytest.mark.parametrize(
    "code",
    [
        f"'#' * {HUGE}",
        f"{HUGE} * [0]",
        f"b'a' * ({HUGE} - 3)",
        f"list(range({HUGE}))",
        f"sorted(range({HUGE}))",
        f"len(range({HUGE}))",
        f"bytes({HUGE})",
        "size = int('9' * 30)\n'-' * size",
    ],
)
def test_a_number_that_is_too_large(code: str) -> None:
    assert run(code) is OverflowError
    assert "OverflowError" in rare(code)


@pytest.mark.parametrize(
    "code",
    [
        "'-' * 80",
        "'-' * len('abc')",
        "'-' * (len('abc') + 4)",
        "' ' * max(0, 20 - len('abc'))",
        "'-' * min(int('7'), 80)",
        "width = 80\n'-' * (width // 2)",
        "for i in range(3):\n    ' ' * i",
        "' ' * (2 if x else 4)",
        "' ' * (x > 3)",
        "list(range(3))",
        "list(range(len('abc')))",
        "'a'.center(len('abc') + 4)",
        "io.BytesIO(b'a').read(io.DEFAULT_BUFFER_SIZE)",
        "io.BytesIO(b'a').seek('abc'.find('b'))",
        "'a'.split(' ', 1)",
        "1 << 3",
        "for i in range(int('7')):\n    pass",
    ],
)
def test_a_number_that_is_plain_to_see(code: str) -> None:
    assert "OverflowError" not in rare(code)


def test_a_number_that_is_not_whole() -> None:
    assert run("'-' * 1.5") is TypeError
    assert "TypeError" in likely(answer(body("'-' * 1.5")))


def test_a_number_of_a_file_may_stand_for_none() -> None:
    assert run("os.fsync(-1)") is ValueError
    assert "ValueError" in likely(answer(body("os.fsync(x)", IMPORTS)))
    assert "ValueError" not in likely(answer(body("os.fsync(x.fileno())", IMPORTS)))


# -- what is ASCII ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "str(base64.b64encode(b'a'), 'utf-8')",
        "base64.b64encode(b'a').decode()",
        "base64.b64encode(b'a').rstrip(b'=').decode('ascii')",
        "base64.urlsafe_b64encode(b'a').decode(encoding='UTF-8')",
        "binascii.hexlify(b'a').decode()",
        "hashlib.md5(b'a').hexdigest().encode('ascii')",
        "b'a'.hex().encode()",
        "json.dumps('\\udc80').encode('utf-8')",
        "base64.b64encode(b'a').decode('ascii').encode('utf-8').decode()",
        "'\\udc80\\u20ac'.encode('ascii', 'replace').decode('utf-8')",
        "'\\udc80\\u20ac'.encode('ascii', errors='xmlcharrefreplace').decode()",
        "bytes('\\udc80\\u20ac', 'ascii', 'namereplace')",
    ],
)
def test_what_is_ascii_can_be_decoded(code: str) -> None:
    found = answer(body(code, IMPORTS))
    assert not any(raised.type.startswith("Unicode") for raised in found.raised)
    assert run(code) is None


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("base64.b64encode(b'a').decode('utf-16')", "UnicodeDecodeError"),
        ("base64.b64encode(b'aaa').decode('utf-16').encode('ascii')", "UnicodeEncodeError"),
        ("json.dumps('\\udc80', ensure_ascii=False).encode()", "UnicodeEncodeError"),
        ("open('a').read().encode('ascii').decode()", "UnicodeEncodeError"),
        ("open('a').read().encode('latin-1', 'xmlcharrefreplace').decode()", "UnicodeDecodeError"),
        ("open('a', 'rb').read().decode('ascii', errors='xmlcharrefreplace')", "UnicodeDecodeError"),
        ("json.dumps(['a'], indent='\\udc80').encode()", "UnicodeEncodeError"),
        ("base64.b64decode('_w==', '-_').decode()", "UnicodeDecodeError"),
        ("str(base64.b64decode(b'/w=='), 'utf-8')", "UnicodeDecodeError"),
    ],
)
def test_and_what_is_not_cannot(code: str, wanted: str) -> None:
    assert wanted in likely(answer(body(code, IMPORTS)))


@pytest.mark.parametrize("name", [fact.name for fact in tables().facts.values() if fact.ascii])
def test_what_the_tables_call_ascii(name: str) -> None:
    module, _, function = name.partition(".")
    if module in ("base64", "binascii") and function != "b2a_uu":
        made = getattr(importlib.import_module(module), function, base64.b64encode)(bytes(range(256)))
        assert made.isascii()


@pytest.mark.parametrize(
    ("code", "fails"),
    [
        ("json.dumps(['error', f'{1}'])", False),
        ("json.dumps({'a': None, 1: (True, 1.5, os.sep)}, indent=2)", False),
        ("json.dumps(['a', b'b'])", True),
        ("json.dumps({'a': {1}})", True),
        ("json.dumps([float('nan')], allow_nan=False)", True),
        ("json.dumps({'a': 1, 1: 2}, sort_keys=True)", True),
        ("json.dumps({(1, 2): 3})", True),
        ("json.dumps({'a': object()})", True),
        ("json.dumps({**{(1, 2): 3}})", True),
        ("json.dumps(int(f'{1}' * 5000, 16))", True),
    ],
)
def test_json_of_what_is_written_out(code: str, fails: bool) -> None:
    assert (run(code) is not None) is fails
    assert bool(likely(answer(body(code, IMPORTS))) & {"TypeError", "ValueError"}) is fails


# -- what is cited ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["min", "max", "map", "filter", "zip", "tuple", "repr", "bool", "any", "all"]
)
def test_a_builtin_is_explained_by_its_own_entry(name: str) -> None:
    assert f"functions: {name}()" in tables().facts[f"builtins.{name}"].source


def test_a_function_of_a_module_is_no_method() -> None:
    found = answer(body("x.msg.replace('a', 'b')", "import os"))
    assert not any("os.replace" in raised.evidence for raised in found.raised)
    assert any("str.index" in r.evidence for r in answer(body("x.msg.index('a')", "import os")).raised)


def test_a_separator_that_is_written_out() -> None:
    assert "ValueError" not in likely(answer(body("x.split('-')")))
    assert "ValueError" in likely(answer(body("x.split(y)", arguments="x, y")))


# -- comparing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "datetime.datetime.now() < 3",
        "datetime.timedelta(1) >= 3.5",
        "'a' < 3",
        "[] > {}",
        "datetime.datetime.now() < datetime.datetime.now(datetime.timezone.utc)",
    ],
)
def test_what_has_no_order_is_simply_a_type_error(code: str) -> None:
    found = answer(body(code, IMPORTS))
    assert run(code) is TypeError
    assert likely(found) == {"TypeError"}
    assert found.complete


@pytest.mark.parametrize(
    ("code", "beside"),
    [
        ("IPNetwork('a') in IPNetwork('b')", set()),
        ("f'{x}' in IPNetwork('b')", set()),
        ("x in IPNetwork('b')", {"TypeError", "AttributeError"}),
        ("IPNetwork('a') < IPNetwork('b')", set()),
    ],
)
def test_what_a_type_of_a_package_looks_for(code: str, beside: set[str]) -> None:
    found = answer(body(code, "from netaddr import IPNetwork"))
    assert found.complete
    assert likely(found) == {"netaddr.AddrFormatError", "ValueError"} | beside


def test_a_package_may_take_none_by_a_keyword() -> None:
    plain = {"OSError", "websocket.WebSocketException"}
    keyword = "header = None if x else {}\nwebsocket.create_connection('ws://a', header=header)"
    assert likely(answer(body(keyword, "import websocket"))) == plain
    place = "address = None if x else 'ws://a'\nwebsocket.create_connection(address)"
    assert likely(answer(body(place, "import websocket"))) == plain | {"TypeError"}


# -- as many bytes as are asked for ----------------------------------------------------------------------

HOST = "host = '127.0.0.1'\n"


@pytest.mark.parametrize(
    "code",
    [
        "struct.unpack('!I', socket.inet_aton(host))[0]",
        "struct.unpack('4B', socket.inet_aton(host))",
        "data = socket.inet_aton(host)\nstruct.unpack('>HH', data)",
        "struct.unpack('<i', b'abcd')",
        "form = '!L'\nstruct.unpack(form, struct.pack(form, 7))",
    ],
)
def test_as_many_bytes_as_the_format_stands_for(code: str) -> None:
    found = answer(body(HOST + code, IMPORTS))
    assert {one.evidence for one in found.likely if "`struct.unpack`" in one.evidence} == set()
    assert run(HOST + code) is None


@pytest.mark.parametrize(
    "code",
    [
        "struct.unpack('!Q', socket.inet_aton(host))",
        "struct.unpack('!I', socket.inet_pton(socket.AF_INET6, '::1'))",
        "struct.unpack('!I', b'abc')",
        "struct.unpack('!BI', socket.inet_aton(host))",
        "struct.unpack('BI', b'abcde')",
        "data = socket.inet_aton(host)\nif host:\n    data = b''\nstruct.unpack('!I', data)",
        "struct.unpack('P', socket.inet_aton(host))",
    ],
)
def test_more_bytes_or_fewer(code: str) -> None:
    assert "struct.error" in likely(answer(body(HOST + code, IMPORTS)))
    assert run(HOST + code) is struct.error


@pytest.mark.parametrize("form", ["<é", "é", "\\ud800", "<\\0I", "<99999999999999999999s"])
def test_what_is_no_format_says_nothing(form: str) -> None:
    data = f"struct.pack('{form}', x)"
    found = answer(body(f"struct.unpack('{form}', {data})\nsocket.inet_ntoa({data})", IMPORTS))
    assert {"struct.error", "OSError"} <= likely(found)


def test_an_address_that_is_packed_can_be_written() -> None:
    assert run("socket.inet_ntoa(struct.pack('!I', 7))") is None
    assert "OSError" not in likely(answer(body("socket.inet_ntoa(struct.pack('!I', x))", IMPORTS)))
    assert "OSError" in likely(answer(body("socket.inet_ntoa(struct.pack('!Q', x))", IMPORTS)))


# -- text made of bytes, and bytes of text ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "types"),
    [
        ("str(open('a', 'rb').read(), 'utf-8')", {"UnicodeDecodeError"}),
        ("str(open('a', 'rb').read(), errors='replace')", set()),
        ("str(open('a').read(), 'utf-8')", {"TypeError"}),
        ("str('a', errors='replace')", {"TypeError"}),
        ("str(5, 'utf-8')", {"TypeError"}),
        ("str(json.loads('1'), 'utf-8')", {"TypeError"}),
        ("str(x, 'utf-8')", {"UnicodeDecodeError", "TypeError"}),
        ("bytes(open('a').read(), 'ascii')", {"UnicodeEncodeError"}),
        ("bytes(open('a').read(), 'ascii', 'ignore')", set()),
        ("bytearray(open('a').read(), 'ascii')", {"UnicodeEncodeError"}),
        ("bytes(b'a', 'ascii')", {"TypeError"}),
        ("bytes(open('a').read())", {"TypeError"}),
        ("bytearray(open('a').read())", {"TypeError"}),
        ("bytes(open('a', 'rb').read())", set()),
    ],
)
def test_text_and_bytes_are_made_of_the_other(made: str, types: set[str]) -> None:
    maker = f"`{made.partition('(')[0]}`"
    told = {one.type for one in answer(body(made, IMPORTS)).likely if maker in one.evidence}
    assert told == types


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("str('a', 'utf-8')", TypeError),
        ("str('a', errors='replace')", TypeError),
        ("str(5, 'utf-8')", TypeError),
        ("bytes(b'a', 'ascii')", TypeError),
        ("bytes('a')", TypeError),
        ("bytearray('a')", TypeError),
        ("str(b'a', 'utf-8')", None),
        ("str(bytes([255]), errors='replace')", None),
        ("bytes('\u00e9', 'ascii', 'ignore')", None),
    ],
)
def test_what_python_makes_of_them(code: str, kind: type[BaseException] | None) -> None:
    assert run(code) is kind


def test_six_makes_text_as_either_python_does() -> None:
    told = answer(body("six.text_type(x, 'utf-8')", "import six\n"))
    assert likely(told) == {"UnicodeError", "TypeError"}
    assert likely(answer(body("six.text_type(x)", "import six\n"))) == set()
