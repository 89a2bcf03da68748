"""Broken streams, archives and answers: what really comes out is in the tables, and in the answer."""

from __future__ import annotations

import asyncio
import bz2
import configparser
import csv
import gzip
import http.client
import http.cookiejar
import importlib
import io
import lzma
import netrc
import os
import poplib
import random
import re
import selectors
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import urllib.request
import xml.dom.minidom
import xml.etree.ElementTree
import xmlrpc.client
import zipfile
from collections.abc import Callable, Iterator
from ftplib import FTP
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from codemods.exceptions.answer import RARE
from codemods.exceptions.tables import tables
from tests.test_exceptions import answer, body, likely
from tests.test_exceptions_tables_run import SAID, all_of, names_of_error


def check(name: str, call: Callable[[], object]) -> str | None:
    """Call it; whatever comes out must be what the tables have under this name."""
    try:
        call()
    except Exception as error:
        found = names_of_error(error)
        assert any(SAID.is_a(one, *all_of(tables().facts[name])) for one in found), (name, repr(error))
        return type(error).__name__
    return None


# -- archives and compressed files ------------------------------------------------------------------------


def broken(data: bytes, number: int) -> bytes:
    """The bytes with some taken away, changed or overwritten, in another way for every number."""
    random_ = random.Random(number)
    found = bytearray(data)
    start = random_.randrange(len(found))
    match number % 4:
        case 0:
            del found[start:]
        case 1:
            del found[start : start + random_.randrange(1, 40)]
        case 2:
            found[start : start + 100] = b"\xff" * len(found[start : start + 100])
        case _:
            for _ in range(random_.randrange(1, 6)):
                found[random_.randrange(len(found))] = random_.randrange(256)
    return bytes(found)


CONTENT = random.Random(5).randbytes(2000) + b"a" * 4000


def tar_of(mode: str) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode=f"w:{mode}") as archive:  # type: ignore[call-overload]
        for number in range(3):
            member = tarfile.TarInfo(f"d/{number}")
            member.size = len(CONTENT)
            archive.addfile(member, io.BytesIO(CONTENT))
    return raw.getvalue()


def zip_of(method: int) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for number in range(3):
            archive.writestr(str(number), CONTENT)
    return raw.getvalue()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", ["", "gz", "bz2", "xz"])
def test_what_broken_tar_files_raise(mode: str, tmp_path: Path) -> None:
    good = tar_of(mode)
    path = tmp_path / f"a.tar.{mode}".rstrip(".")
    seen = set()
    for number in range(40):
        path.write_bytes(broken(good, number))
        seen.add(check("shutil.unpack_archive", lambda: shutil.unpack_archive(path, tmp_path / "out")))
        if check("tarfile.open", lambda: tarfile.open(path).close()):
            continue
        with tarfile.open(path) as archive:
            seen.add(check("tarfile.TarFile.getmembers", archive.getmembers))
        with tarfile.open(path) as archive:
            seen.add(check("tarfile.TarFile.extractall", lambda a=archive: a.extractall(tmp_path / "out")))
        with tarfile.open(path) as archive:
            seen.add(check("tarfile.TarFile.extractfile", lambda a=archive: a.extractfile("d/2")))
        with tarfile.open(path) as archive:
            seen.add(check("tarfile.TarFile.__iter__", lambda a=archive: [*a]))
    assert seen - {None}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_what_broken_zip_files_raise(method: int, tmp_path: Path) -> None:
    good = zip_of(method)
    path = tmp_path / "a.zip"
    seen = set()
    for number in range(60):
        path.write_bytes(broken(good, number))
        seen.add(check("shutil.unpack_archive", lambda: shutil.unpack_archive(path, tmp_path / "out")))
        if check("zipfile.ZipFile", lambda: zipfile.ZipFile(path).close()):
            continue
        with zipfile.ZipFile(path) as archive:
            seen.add(check("zipfile.ZipFile.testzip", archive.testzip))
            seen.add(check("zipfile.ZipFile.extractall", lambda a=archive: a.extractall(tmp_path / "out")))
            seen.add(check("zipfile.ZipFile.read", lambda a=archive: a.read("1")))
            if not check("zipfile.ZipFile.open", lambda a=archive: a.open("2").close()):
                seen.add(check("zipfile.ZipExtFile.read", lambda a=archive: a.open("2").read()))
            member = zipfile.Path(archive, "1")
            check("zipfile.Path.read_bytes", member.read_bytes)
            check("zipfile.Path.read_text", lambda m=member: m.read_text("utf-8"))
            if not check("zipfile.Path.open", lambda m=member: m.open("rb").close()):
                check("zipfile.ZipExtFile.read", lambda m=member: m.open("rb").read())
    assert len(seen - {None}) > 1


@pytest.mark.parametrize(
    ("name", "module"), [("gzip.GzipFile", gzip), ("bz2.BZ2File", bz2), ("lzma.LZMAFile", lzma)]
)
def test_what_broken_compressed_files_raise(name: str, module: Any) -> None:
    good = module.compress(CONTENT)
    seen = set()
    for number in range(60):
        data = broken(good, number)
        seen.add(check(f"{name}.read", lambda d=data: module.open(io.BytesIO(d)).read()))
        check(f"{name}.__iter__", lambda d=data: [*module.open(io.BytesIO(d))])
        check(f"{name}.seek", lambda d=data: module.open(io.BytesIO(d)).seek(3000))
        text = name.partition(".")[0] + ".TextFile"
        check(f"{text}.read", lambda d=data: module.open(io.BytesIO(d), "rt", encoding="utf-8").read())
    assert "EOFError" in seen


# -- files and output that are no text ---------------------------------------------------------------------

XML = b'<?xml version="1.0" encoding="%s"?><a/>'
NO_TEXT: list[tuple[str, bytes, Callable[[str], object], str]] = [
    ("http.cookiejar.CookieJar.load", b"\xff\xfe", lambda p: _cookies(p), "UnicodeDecodeError"),
    ("netrc.netrc", b"machine a login caf\xe9", netrc.netrc, "UnicodeDecodeError"),
    ("xml.etree.ElementTree.parse", XML % b"gb2312", xml.etree.ElementTree.parse, "ValueError"),
    ("xml.etree.ElementTree.parse", XML % b"none", xml.etree.ElementTree.parse, "LookupError"),
    ("xml.dom.minidom.parse", XML % b"gb2312", xml.dom.minidom.parse, "ValueError"),
    ("xml.dom.minidom.parse", XML % b"none", xml.dom.minidom.parse, "LookupError"),
]


def _cookies(path: str) -> None:
    http.cookiejar.MozillaCookieJar(path).load()


@pytest.mark.parametrize(
    ("name", "data", "call", "wanted"), NO_TEXT, ids=[f"{one[0]}-{one[3]}" for one in NO_TEXT]
)
def test_files_that_are_no_text(
    name: str, data: bytes, call: Callable[[str], object], wanted: str, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(Exception) as caught:
        call(str(path))
    assert wanted in names_of_error(caught.value)
    assert SAID.is_a(wanted, *all_of(tables().facts[name]))


def test_input_that_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9\n"), encoding="utf-8"))
    assert check("builtins.input", input) == "UnicodeDecodeError"


@pytest.mark.skipif(os.name != "posix", reason="a command of the shell")
def test_output_that_is_no_text() -> None:
    command = r"printf '\377'"
    if sys.getfilesystemencoding() == "utf-8":
        assert check("subprocess.getoutput", lambda: subprocess.getoutput(command)) == "UnicodeDecodeError"
        check("subprocess.getstatusoutput", lambda: subprocess.getstatusoutput(command))


# -- servers ---------------------------------------------------------------------------------------------


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], int]]:
    """Gives the port of a server that says this to the first who comes, and goes."""
    servers = []

    def begin(says: bytes) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            client = server.accept()[0]
            if says.startswith(b"HTTP"):
                client.recv(10_000)
            client.sendall(says)
            client.close()

        threading.Thread(target=serve, daemon=True).start()
        return int(server.getsockname()[1])

    yield begin
    for server in servers:
        server.close()


def test_an_ftp_server_that_is_not_in_utf_8(answering: Callable[[bytes], int]) -> None:
    port = answering(b"220 caf\xe9\r\n")
    found = check("ftplib.FTP.connect", lambda: FTP().connect("127.0.0.1", port, timeout=5))
    assert found == "UnicodeDecodeError"


@pytest.mark.parametrize("value", [b"<int>x</int>", b"<boolean>7</boolean>", b"<base64>x</base64>"])
def test_a_server_that_answers_with_broken_values(answering: Callable[[bytes], int], value: bytes) -> None:
    text = b"<methodResponse><params><param><value>" + value + b"</value></param></params></methodResponse>"
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(text)
    proxy = xmlrpc.client.ServerProxy(f"http://127.0.0.1:{answering(head + text)}/")
    assert check("xmlrpc.client.ServerProxy.*", lambda: proxy.anything())


def test_a_redirect_to_no_host(answering: Callable[[bytes], int]) -> None:
    says = b"HTTP/1.0 302 Found\r\nLocation: http://a..b/\r\nContent-Length: 0\r\n\r\n"
    url = f"http://127.0.0.1:{answering(says)}/"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    found = check("urllib.request.urlopen", lambda: opener.open(url, timeout=5))
    assert found in ("UnicodeError", "UnicodeEncodeError")  # from Python 3.13 on


# -- other calls with well-typed arguments, of content that is broken ---------------------------------------

HOSTILE = [
    ("csv.DictReader", "csv.DictReader(io.StringIO('a'), dialect='none')"),
    ("csv.DictWriter", "csv.DictWriter(io.StringIO(), ['a'], dialect='none')"),
    (
        "csv.DictReader.fieldnames",
        "csv.DictReader(io.TextIOWrapper(io.BytesIO(b'\\xff'), 'utf-8')).fieldnames",
    ),
    ("configparser.ConfigParser.read", "configparser.ConfigParser().read('a\\0')"),
    ("configparser.ConfigParser.read", "configparser.ConfigParser().read(__file__, encoding='none')"),
    ("configparser.ConfigParser.read_dict", "configparser.ConfigParser().read_dict({'a': {'b': '%'}})"),
    ("configparser.SectionProxy.get", "section('b = %(c)s').get('b')"),
    ("configparser.SectionProxy.__getitem__", "section('b = %')['b']"),
    ("configparser.ConfigParser.getint", "section('b').parser.getint('a', 'b')"),
    ("configparser.SectionProxy.getboolean", "section('b').getboolean('b')"),
    ("sqlite3.Connection.execute", "sqlite3.connect(':memory:').execute('select 1; select 2')"),
    ("queue.Queue.get", "queue.Queue().get(True, 10**30)"),
    (
        "queue.PriorityQueue.put",
        "[queue.PriorityQueue().queue, q := queue.PriorityQueue(), q.put(1), q.put('a')]",
    ),
    ("logging.handlers.SysLogHandler", "logging.handlers.SysLogHandler(('a' * 70, 1))"),
    ("logging.addLevelName", "logging.addLevelName([], 'a')"),
    ("logging.Logger.log", "logging.getLogger().log('a', 'b')"),
    ("ssl.SSLContext.set_npn_protocols", "ssl.create_default_context().set_npn_protocols(['h2'])"),
    ("ssl.SSLContext.set_alpn_protocols", "ssl.create_default_context().set_alpn_protocols(['\\xe9'])"),
    (
        "email.message.Message.set_content",
        "email.message.EmailMessage().set_content('\u20ac', charset='none')",
    ),
    ("email.header.Header.encode", "email.header.Header('\u20ac' * 99, 'none').encode()"),
    ("urllib.parse.urlencode", "urllib.parse.urlencode([(1, 2, 3)])"),
    ("codecs.decode", "codecs.decode(b'x', 'zlib')"),
    ("codecs.decode", "codecs.decode(b'x', 'bz2')"),
    ("codecs.lookup", "codecs.lookup('\\0')"),
    ("quopri.decodestring", "quopri.decodestring('\u20ac')"),
    ("subprocess.Popen.communicate", "subprocess.Popen(['cat'], stdin=-1).communicate('a')"),
    ("subprocess.getoutput", "subprocess.getoutput('a\\0')"),
    ("multiprocessing.Array", "multiprocessing.Array('i', -1)"),
    ("socket.socket.listen", "socket.socket().listen(10**30)"),
    ("socket.socket.settimeout", "socket.socket().settimeout(1e300)"),
    ("socket.inet_aton", "socket.inet_aton('1\\0')"),
    ("shutil.disk_usage", "shutil.disk_usage('a\\0')"),
    ("zipfile.is_zipfile", "zipfile.is_zipfile('a\\0')"),
    ("zipfile.ZipFile.writestr", "zipfile.ZipFile(io.BytesIO(), 'w').writestr('a' * 70000, 'a')"),
    ("base64.decode", "base64.decode(io.BytesIO(b'a'), io.BytesIO())"),
    ("json.loads", "json.loads('1' * 5000)"),
    ("json.JSONDecoder.decode", "json.JSONDecoder().decode('1' * 5000)"),
    ("tomllib.loads", "tomllib.loads('a=' + '1' * 5000)"),
]


def section(line: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(allow_no_value=True)
    parser.read_string(f"[a]\n{line}\n")
    return parser["a"]


@pytest.mark.filterwarnings("ignore:ssl NPN")
@pytest.mark.parametrize(("name", "code"), HOSTILE, ids=[code for _, code in HOSTILE])
def test_what_other_calls_raise(name: str, code: str) -> None:
    words = re.findall(r"\b([a-z]\w*(?:\.[a-z]+)?)\.", code)
    space: dict[str, Any] = {"section": section, "__file__": __file__}
    for word in words:
        if find_spec(word.partition(".")[0]):
            space[word.partition(".")[0]] = importlib.import_module(word.partition(".")[0])
    for module in ("logging.handlers", "email.header"):
        importlib.import_module(module)
    assert check(name, lambda: eval(code, space))


@pytest.mark.parametrize(("answer_", "wanted"), [(b"+OK x y\r\n", "ValueError"), (b"+OK\r\n", "IndexError")])
def test_a_mail_server_that_counts_wrongly(
    answering: Callable[[bytes], int], answer_: bytes, wanted: str
) -> None:
    client = poplib.POP3("127.0.0.1", answering(b"+OK hello\r\n" + answer_), timeout=5)
    assert check("poplib.POP3.stat", client.stat) == wanted
    client.close()


def test_a_chunk_of_a_wrong_size(answering: Callable[[bytes], int]) -> None:
    says = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", answering(says), timeout=5)
    connection.request("GET", "/")
    assert check("http.client.HTTPResponse.read", connection.getresponse().read)


# -- what the answer says --------------------------------------------------------------------------------

IMPORTS = """
import bz2, csv, gzip, io, json, lzma, os, shutil, subprocess, sys, tarfile, tomllib, urllib.request, zipfile
import configparser, hashlib
import xml.etree.ElementTree as ET
from typing import BinaryIO
"""


def said(code: str, arguments: str = "") -> set[str]:
    return {raised.type for raised in answer(body(code, IMPORTS, arguments)).raised}


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("shutil.copyfileobj(zipfile.ZipFile('a').open('b'), io.BytesIO())", {"zlib.error", "EOFError"}),
        ("zipfile.Path('a', 'b').open().readline()", {"zlib.error", "UnicodeDecodeError", "RuntimeError"}),
        ("zipfile.Path('a', 'b').open(mode='rb').read(3)", {"zlib.error", "EOFError", "RuntimeError"}),
        ("shutil.copyfileobj(gzip.open('a'), io.BytesIO())", {"zlib.error", "EOFError"}),
        ("shutil.copyfileobj(fdst=io.BytesIO(), fsrc=bz2.open('a'))", {"EOFError"}),
        ("shutil.copyfileobj(lzma.open('a'), io.BytesIO())", {"lzma.LZMAError", "EOFError"}),
        ("shutil.copyfileobj(tarfile.open('a').extractfile('b'), io.BytesIO())", {"zlib.error"}),
        (
            "shutil.copyfileobj(urllib.request.urlopen('http://a/'), io.BytesIO())",
            {"http.client.HTTPException"},
        ),
        ("with gzip.open('a', 'rt') as f:\n    json.load(f)", {"zlib.error", "UnicodeDecodeError"}),
        ("json.load(urllib.request.urlopen('http://a/'))", {"http.client.HTTPException"}),
        ("ET.parse(gzip.open('a'))", {"zlib.error", "EOFError"}),
        ("tomllib.load(gzip.open('a'))", {"zlib.error", "EOFError"}),
        ("configparser.ConfigParser().read_file(gzip.open('a', 'rt'))", {"zlib.error", "EOFError"}),
        ("hashlib.file_digest(gzip.open('a'), 'md5')", {"zlib.error", "EOFError"}),
        ("tarfile.open(fileobj=gzip.open('a'))", {"zlib.error", "EOFError"}),
        ("for line in io.TextIOWrapper(gzip.open('a')):\n    pass", {"zlib.error", "UnicodeDecodeError"}),
        ("io.TextIOWrapper(gzip.open('a')).read()", {"zlib.error", "EOFError"}),
        ("with io.TextIOWrapper(gzip.open('a')) as f:\n    f.readline()", {"zlib.error", "EOFError"}),
        ("gzip.GzipFile(fileobj=urllib.request.urlopen('http://a/')).read()", {"http.client.HTTPException"}),
        ("list(csv.reader(open('a')))", {"csv.Error", "UnicodeDecodeError", "OSError"}),
        ("for row in csv.DictReader(gzip.open('a', 'rt')):\n    pass", {"csv.Error", "zlib.error"}),
        ("next(csv.reader(gzip.open('a', 'rt')), None)", {"csv.Error", "zlib.error"}),
        ("sorted(open('a'))", {"UnicodeDecodeError", "OSError"}),
        ("''.join(open('a'))", {"UnicodeDecodeError", "OSError"}),
        ("p = subprocess.Popen('a', stdout=-1, text=True)\np.communicate()", {"UnicodeDecodeError"}),
        ("subprocess.run('a', stdout=-1, errors='strict')", {"UnicodeDecodeError"}),
        ("p = subprocess.Popen('a', stdout=-1, encoding='x')\np.communicate()", {"UnicodeDecodeError"}),
    ],
)
def test_what_reads_a_stream_raises_what_the_stream_raises(code: str, types: set[str]) -> None:
    assert likely(answer(body(code, IMPORTS, ""))) >= types


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("shutil.copyfileobj(io.BytesIO(b'a'), io.BytesIO())", {"zlib.error", "EOFError"}),
        ("list(csv.reader(['a,b']))", {"zlib.error", "EOFError", "OSError", "UnicodeDecodeError"}),
        ("next(csv.reader(io.StringIO('a')))", {"OSError", "UnicodeDecodeError"}),
        ("next(csv.reader(open('a')), None)", {"StopIteration"}),
        ("csv.reader(gzip.open('a', 'rt'))", {"zlib.error", "csv.Error"}),
        ("p = subprocess.Popen('a', stdout=-1)\np.communicate()", {"UnicodeDecodeError"}),
        ("p = subprocess.Popen('a', stdout=-1, text=False)\np.communicate()", {"UnicodeDecodeError"}),
        ("p = subprocess.Popen('a', text=True)\np.communicate()", {"UnicodeDecodeError"}),
        ("with open('a', 'w+b') as f:\n    f.seek(0)", {"UnicodeDecodeError"}),
        ("ET.parse('a.xml')", {"zlib.error", "EOFError"}),
    ],
)
def test_and_nothing_that_it_does_not_raise(code: str, types: set[str]) -> None:
    assert types.isdisjoint(likely(answer(body(code, IMPORTS, ""))))


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("shutil.copyfileobj(source, io.BytesIO())", "source"),
        ("shutil.copyfileobj(source, io.BytesIO())", "source: BinaryIO"),
        ("json.load(source)", "source"),
        ("for row in csv.reader(source):\n    pass", "source"),
        ("io.TextIOWrapper(source).read()", "source"),
    ],
)
def test_of_an_unknown_stream_nobody_knows(code: str, arguments: str) -> None:
    assert any("whose type is unknown" in why for why in answer(body(code, IMPORTS, arguments)).missing)


@pytest.mark.parametrize("code", ["request.form['a']", "flask.request.args['a']", "request.headers['a']"])
def test_what_a_form_lacks(code: str) -> None:
    found = answer(body(code, "import flask\nfrom flask import request\n"))
    assert likely(found) == {"werkzeug.exceptions.BadRequestKeyError"}
    assert found.complete
    assert "KeyError" in tables().bases["werkzeug.exceptions.BadRequestKeyError"]


@pytest.mark.parametrize(
    "code", ["'a' in request.args", "[key for key in request.form]", "request.form.getlist('a')"]
)
def test_what_a_form_is_asked(code: str) -> None:
    found = answer(body(code, "from flask import request\n"))
    assert found.complete
    assert not likely(found)


def test_the_address_of_a_socket() -> None:
    with socket.socket(socket.AF_UNIX) as unbound, pytest.raises(IndexError):
        unbound.getsockname()[0]
    found = answer(body("socket.socket(x).getsockname()[0]", "import socket"))
    assert likely(found) == {"OSError", "IndexError"}
    assert found.complete
    with socket.socket() as unbound:
        assert unbound.getsockname() == ("0.0.0.0", 0)
    assert likely(answer(body("socket.socket().getsockname()[0]", "import socket"))) == {"OSError"}


def test_a_class_of_the_project_that_is_read() -> None:
    head = IMPORTS + "class Source:\n    def read(self, size=-1):\n        raise KeyError(size)\n"
    found = answer(body("shutil.copyfileobj(Source(), io.BytesIO())", head, ""))
    assert "KeyError" in likely(found)


@pytest.mark.parametrize("code", ["input()", "ET.parse('a')", "zipfile.ZipFile('a').testzip()"])
def test_what_only_broken_content_raises_is_rare(code: str) -> None:
    rare = [raised for raised in answer(body(code, IMPORTS, "")).raised if raised.confidence == RARE]
    assert {raised.type for raised in rare} & {"UnicodeDecodeError", "ValueError", "lzma.LZMAError"}


def test_rows_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content, wanted in ((b"a,caf\xe9\n", "UnicodeDecodeError"), (b"b" * 200_000, "Error")):
        path.write_bytes(content)
        with path.open(encoding="utf-8") as file:
            assert check("csv.Reader.__iter__", lambda f=file: [*csv.reader(f)]) == wanted


def test_an_archive_that_must_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    with pytest.raises(zipfile.LargeZipFile), zipfile.ZipFile(io.BytesIO(), "a", 0, False) as archive:
        archive.writestr("a", b"0" * 20)
    for options, large in [
        ("", False),
        (", 0, True", False),
        (", 0, False", True),
        (", allowZip64=False", True),
    ]:
        made = f"with zipfile.ZipFile(io.BytesIO(), 'a'{options}) as archive:\n    archive.write(x)"
        found = answer(body(made, "import io, zipfile"))
        assert found.complete
        assert ("zipfile.LargeZipFile" in likely(found)) == large


def test_a_file_that_is_too_old_for_a_zip_archive(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.touch()
    os.utime(old, (0, 0))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, pytest.raises(ValueError, match="1980"):
        archive.write(old)
    code = body("archive.write('old')", "import zipfile", "archive: zipfile.ZipFile")
    assert likely(answer(code)) == {"OSError", "ValueError"}


@pytest.mark.skipif(sys.platform == "win32", reason="its loop has no readers")
def test_a_reader_of_a_closed_file_that_has_a_writer_too() -> None:
    loop = asyncio.new_event_loop()
    ours, theirs = socket.socketpair()
    place = ours.fileno()
    loop.add_reader(place, print)
    loop.add_writer(place, print)
    ours.close()
    theirs.close()
    if selectors.DefaultSelector.__name__ == "EpollSelector":
        with pytest.raises(OSError, match="Bad file descriptor"):
            loop.remove_reader(place)
    loop.close()
    code = body("loop.remove_reader(3)", "import asyncio", "loop: asyncio.AbstractEventLoop")
    assert "OSError" in likely(answer(code))


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes there")
def test_text_that_is_read_without_waiting_for_it() -> None:
    end, other = os.pipe()
    os.set_blocking(end, False)
    with os.fdopen(end) as file, pytest.raises((TypeError, BlockingIOError)):
        file.read()
    os.close(other)
    for unblock in ("os.set_blocking(0, False)", "fcntl.fcntl(0, fcntl.F_SETFL, os.O_NONBLOCK)"):
        head = f"import fcntl, os, sys\n{unblock}"
        assert "TypeError" in likely(answer(body("sys.stdin.read()", head)))
        assert "TypeError" not in likely(answer(body("sys.stdin.readline()", head)))
    assert "TypeError" not in likely(answer(body("sys.stdin.read()", "import sys")))
