"""The tables against the real thing: calls that fail, and facts that everybody knows."""

from __future__ import annotations

import asyncio
import importlib
import os
import pty
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from codemods.exceptions.fact import Fact
from codemods.exceptions.hierarchy import Hierarchy, hierarchy_of
from codemods.exceptions.tables import tables
from codemods.exceptions.types.notation import Type, parse
from codemods.project import Project
from codemods.sources import Memory

SAID: Hierarchy = hierarchy_of(Project(Memory({})))


def all_of(fact: Fact) -> tuple[str, ...]:
    keywords = (name for names in fact.keywords.values() for name in names)
    return (*fact.raises, *fact.argument, *fact.rare, *fact.content, *keywords)


def names_of_error(error: BaseException) -> set[str]:
    """The names of an exception's classes as the tables have them."""
    kinds = type(error).__mro__[:-1]
    dotted = {f"{kind.__module__}.{kind.__qualname__}" for kind in kinds}
    return {tables().own_name(name.removeprefix("builtins.")) for name in dotted}


FAILURES = [
    ("builtins.int", "int('x')", "ValueError"),
    ("builtins.int", "int(None)", "TypeError"),
    ("builtins.int", "int(float('inf'))", "OverflowError"),
    ("builtins.float", "float('x')", "ValueError"),
    ("builtins.getattr", "getattr(1, 'x')", "AttributeError"),
    ("builtins.next", "next(iter([]))", "StopIteration"),
    ("builtins.max", "max([])", "ValueError"),
    ("builtins.chr", "chr(-1)", "ValueError"),
    ("builtins.ord", "ord('ab')", "TypeError"),
    ("builtins.compile", "compile('a b', '', 'exec')", "SyntaxError"),
    ("builtins.open", "open('/nowhere/at/all')", "FileNotFoundError"),
    ("builtins.__import__", "__import__('nowhere_at_all')", "ModuleNotFoundError"),
    ("builtins.divmod", "divmod(1, 0)", "ZeroDivisionError"),
    ("syslog.syslog", "__import__('syslog').syslog('\\udc80')", "UnicodeEncodeError"),
    ("syslog.openlog", "__import__('syslog').openlog('\\udc80')", "UnicodeEncodeError"),
    ("builtins.vars", "vars(1)", "TypeError"),
    ("dict.pop", "{}.pop('a')", "KeyError"),
    ("list.remove", "[].remove(1)", "ValueError"),
    ("list.pop", "[].pop()", "IndexError"),
    ("set.remove", "set().remove(1)", "KeyError"),
    ("str.index", "'a'.index('b')", "ValueError"),
    ("str.encode", "'\\u20ac'.encode('ascii')", "UnicodeEncodeError"),
    ("bytes.decode", "b'\\xff'.decode()", "UnicodeDecodeError"),
    ("str.format", "'{a}'.format()", "KeyError"),
    ("json.loads", "json.loads('x')", "json.JSONDecodeError"),
    ("json.loads", "json.loads(None)", "TypeError"),
    ("json.dumps", "json.dumps(object())", "TypeError"),
    ("json.JSONDecoder.raw_decode", "json.JSONDecoder().raw_decode('x')", "json.JSONDecodeError"),
    ("ast.literal_eval", "ast.literal_eval('a b')", "SyntaxError"),
    ("ast.literal_eval", "ast.literal_eval('a')", "ValueError"),
    ("ast.parse", "ast.parse('(')", "SyntaxError"),
    ("base64.b64decode", "base64.b64decode('a')", "binascii.Error"),
    ("binascii.unhexlify", "binascii.unhexlify('x')", "binascii.Error"),
    ("binascii.a2b_base64", "binascii.a2b_base64('a')", "binascii.Error"),
    ("bz2.decompress", "bz2.decompress(b'x')", "OSError"),
    ("calendar.monthrange", "calendar.monthrange(2024, 13)", "calendar.IllegalMonthError"),
    ("codecs.lookup", "codecs.lookup('x-none')", "LookupError"),
    ("collections.deque.popleft", "collections.deque().popleft()", "IndexError"),
    ("collections.namedtuple", "collections.namedtuple('A', 'class')", "ValueError"),
    ("concurrent.futures.Executor.submit", "executor().submit(print)", "RuntimeError"),
    (
        "configparser.ConfigParser.get",
        "configparser.ConfigParser().get('a', 'b')",
        "configparser.NoSectionError",
    ),
    (
        "configparser.ConfigParser.read_string",
        "configparser.ConfigParser().read_string('a')",
        "configparser.Error",
    ),
    ("ctypes.CDLL", "ctypes.CDLL('/nowhere.so')", "OSError"),
    ("csv.get_dialect", "csv.get_dialect('none')", "csv.Error"),
    ("datetime.datetime.strptime", "datetime.datetime.strptime('x', '%Y')", "ValueError"),
    ("datetime.datetime.fromisoformat", "datetime.datetime.fromisoformat('x')", "ValueError"),
    ("datetime.datetime.fromtimestamp", "datetime.datetime.fromtimestamp(1e20)", "OverflowError"),
    ("datetime.datetime.fromtimestamp", "datetime.datetime.fromtimestamp(1e15)", "ValueError"),
    ("datetime.date", "datetime.date(2024, 13, 1)", "ValueError"),
    ("decimal.Decimal", "decimal.Decimal('x')", "decimal.InvalidOperation"),
    ("email.utils.parsedate_to_datetime", "email.utils.parsedate_to_datetime('x')", "ValueError"),
    ("fractions.Fraction", "fractions.Fraction(1, 0)", "ZeroDivisionError"),
    ("getopt.getopt", "getopt.getopt(['-x'], '')", "getopt.GetoptError"),
    ("gzip.decompress", "gzip.decompress(b'xxxx')", "gzip.BadGzipFile"),
    ("hashlib.new", "hashlib.new('none')", "ValueError"),
    ("heapq.heappop", "heapq.heappop([])", "IndexError"),
    ("http.HTTPStatus", "http.HTTPStatus(999)", "ValueError"),
    (
        "http.cookies.SimpleCookie.load",
        "http.cookies.SimpleCookie().load({'a b': 'c'})",
        "http.cookies.CookieError",
    ),
    ("importlib.import_module", "importlib.import_module('nowhere_at_all')", "ModuleNotFoundError"),
    ("importlib.util.find_spec", "importlib.util.find_spec('nowhere_at_all.x')", "ModuleNotFoundError"),
    (
        "importlib.metadata.version",
        "importlib.metadata.version('no-such')",
        "importlib.metadata.PackageNotFoundError",
    ),
    ("importlib.resources.files", "importlib.resources.files('nowhere_at_all')", "ModuleNotFoundError"),
    ("inspect.signature", "inspect.signature(1)", "TypeError"),
    ("inspect.getsource", "inspect.getsource(len)", "TypeError"),
    ("inspect.Signature.bind", "inspect.signature(lambda: 0).bind(1)", "TypeError"),
    ("io.BytesIO.fileno", "io.BytesIO().fileno()", "io.UnsupportedOperation"),
    ("ipaddress.ip_address", "ipaddress.ip_address('x')", "ValueError"),
    ("ipaddress.IPv4Address", "ipaddress.IPv4Address('x')", "ipaddress.AddressValueError"),
    ("locale.setlocale", "locale.setlocale(locale.LC_ALL, 'none')", "locale.Error"),
    ("logging.Logger.setLevel", "logging.Logger('a').setLevel('none')", "ValueError"),
    ("lzma.decompress", "lzma.decompress(b'x')", "lzma.LZMAError"),
    ("marshal.loads", "marshal.loads(b'')", "EOFError"),
    (
        "marshal.loads",
        "marshal.loads(b'\\xe3\\0\\0\\0\\0\\xff' + marshal.dumps((lambda: 0).__code__)[6:])",
        "SystemError",
    ),
    ("math.sqrt", "math.sqrt(-1)", "ValueError"),
    ("math.exp", "math.exp(1e9)", "OverflowError"),
    ("math.factorial", "math.factorial(-1)", "ValueError"),
    ("multiprocessing.get_context", "multiprocessing.get_context('none')", "ValueError"),
    ("netrc.netrc", "netrc.netrc('/nowhere')", "FileNotFoundError"),
    ("operator.index", "operator.index('a')", "TypeError"),
    ("os.stat", "os.stat('/nowhere')", "FileNotFoundError"),
    ("os.stat", "os.stat('a\\0')", "ValueError"),
    ("os.listdir", "os.listdir('/nowhere')", "FileNotFoundError"),
    ("os.close", "os.close(-1)", "OSError"),
    ("os.fspath", "os.fspath(1)", "TypeError"),
    ("os.sched_getaffinity", "os.sched_getaffinity(2**22 + 1)", "ProcessLookupError"),
    ("os.path.getsize", "os.path.getsize('/nowhere')", "FileNotFoundError"),
    ("os.path.commonpath", "os.path.commonpath([])", "ValueError"),
    ("pathlib.PurePath.relative_to", "pathlib.Path('a').relative_to('b')", "ValueError"),
    ("pathlib.PurePath.with_suffix", "pathlib.Path('a').with_suffix('b')", "ValueError"),
    ("pathlib.Path.read_text", "pathlib.Path('/nowhere').read_text()", "FileNotFoundError"),
    ("pathlib.Path.owner", "pathlib.Path('/nowhere').owner()", "FileNotFoundError"),
    ("pickle.dumps", "pickle.dumps(lambda: 0)", "pickle.PicklingError"),
    ("pkgutil.resolve_name", "pkgutil.resolve_name('nowhere_at_all')", "ModuleNotFoundError"),
    ("plistlib.loads", "plistlib.loads(b'x')", "plistlib.InvalidFileException"),
    ("queue.Queue.get_nowait", "queue.Queue().get_nowait()", "queue.Empty"),
    ("random.choice", "random.choice([])", "IndexError"),
    ("random.randint", "random.randint(2, 1)", "ValueError"),
    ("re.compile", "re.compile('(')", "re.error"),
    ("re.Match.group", "re.match('a', 'a').group(3)", "IndexError"),
    ("selectors.DefaultSelector.unregister", "selectors.DefaultSelector().unregister(0)", "KeyError"),
    ("shlex.split", "shlex.split('\"')", "ValueError"),
    ("shutil.copy", "shutil.copy('/nowhere', '/nowhere2')", "FileNotFoundError"),
    ("shutil.unpack_archive", "shutil.unpack_archive('/nowhere.x')", "shutil.ReadError"),
    ("signal.Signals", "signal.Signals(999)", "ValueError"),
    ("socket.inet_aton", "socket.inet_aton('x')", "OSError"),
    ("socket.inet_ntop", "socket.inet_ntop(socket.AF_INET, b'x')", "ValueError"),
    ("socket.socket.connect", "socket.socket().connect(('127.0.0.1', 99999))", "OverflowError"),
    ("socket.getservbyname", "socket.getservbyname('none')", "OSError"),
    ("sqlite3.Connection.execute", "sqlite3.connect(':memory:').execute('x')", "sqlite3.OperationalError"),
    ("ssl.PEM_cert_to_DER_cert", "ssl.PEM_cert_to_DER_cert('x')", "ValueError"),
    ("statistics.mean", "statistics.mean([])", "statistics.StatisticsError"),
    ("string.Template.substitute", "string.Template('$a').substitute()", "KeyError"),
    ("struct.unpack", "struct.unpack('i', b'')", "struct.error"),
    ("struct.pack", "struct.pack('B', 999)", "struct.error"),
    ("subprocess.run", "subprocess.run(['/nowhere'])", "FileNotFoundError"),
    (
        "subprocess.check_call",
        "subprocess.check_call([sys.executable, '-c', '1/0'], stderr=-3)",
        "subprocess.CalledProcessError",
    ),
    ("sys._getframe", "sys._getframe(10**6)", "ValueError"),
    ("tarfile.open", "tarfile.open(fileobj=io.BytesIO(b'x'))", "tarfile.ReadError"),
    ("tempfile.mkstemp", "tempfile.mkstemp(dir='/nowhere')", "FileNotFoundError"),
    ("termios.tcgetattr", "termios.tcgetattr(os.open(os.devnull, os.O_RDONLY))", "termios.error"),
    ("threading.Thread.join", "threading.Thread().join()", "RuntimeError"),
    ("threading.Lock.release", "threading.Lock().release()", "RuntimeError"),
    ("time.strptime", "time.strptime('x', '%Y')", "ValueError"),
    ("time.mktime", "time.mktime((10**20,) * 9)", "OverflowError"),
    (
        "tokenize.Tokens.__iter__",
        "list(tokenize.generate_tokens(io.StringIO('(').readline))",
        "tokenize.TokenError",
    ),
    (
        "tokenize.detect_encoding",
        "tokenize.detect_encoding(iter([b'# coding: none']).__next__)",
        "SyntaxError",
    ),
    ("tomllib.loads", "tomllib.loads('x')", "tomllib.TOMLDecodeError"),
    ("typing.get_type_hints", "typing.get_type_hints(1)", "TypeError"),
    ("unicodedata.name", "unicodedata.name('\\n')", "ValueError"),
    ("unicodedata.lookup", "unicodedata.lookup('none')", "KeyError"),
    ("urllib.parse.urlsplit", "urllib.parse.urlsplit('http://[')", "ValueError"),
    ("urllib.parse.ParseResult.port", "urllib.parse.urlsplit('http://a:x').port", "ValueError"),
    ("urllib.request.urlopen", "urllib.request.urlopen('none')", "ValueError"),
    ("urllib.request.urlopen", "urllib.request.urlopen('file:///nowhere')", "urllib.error.URLError"),
    ("uuid.UUID", "uuid.UUID('x')", "ValueError"),
    ("weakref.ref", "weakref.ref(1)", "TypeError"),
    ("webbrowser.get", "webbrowser.get('none')", "webbrowser.Error"),
    ("xml.dom.minidom.parseString", "xml.dom.minidom.parseString('x')", "xml.parsers.expat.ExpatError"),
    (
        "xml.etree.ElementTree.fromstring",
        "xml.etree.ElementTree.fromstring('x')",
        "xml.etree.ElementTree.ParseError",
    ),
    (
        "xml.sax.parseString",
        "xml.sax.parseString('x', xml.sax.ContentHandler())",
        "xml.sax.SAXParseException",
    ),
    ("zipfile.ZipFile", "zipfile.ZipFile(io.BytesIO(b'x'))", "zipfile.BadZipFile"),
    (
        "zipfile.ZipFile.getinfo",
        "zipfile.ZipFile(io.BytesIO(b'PK\\5\\6' + bytes(18))).getinfo('a')",
        "KeyError",
    ),
    ("zlib.decompress", "zlib.decompress(b'x')", "zlib.error"),
    ("zoneinfo.ZoneInfo", "zoneinfo.ZoneInfo('None/None')", "zoneinfo.ZoneInfoNotFoundError"),
    ("yaml.safe_load", "yaml.safe_load('[')", "yaml.parser.ParserError"),
    ("yaml.safe_load", "yaml.safe_load('2020-13-01')", "ValueError"),
    ("yaml.safe_load", "yaml.safe_load('!!int \"\"')", "IndexError"),
    ("yaml.safe_load", "yaml.safe_load('!!bool maybe')", "KeyError"),
    ("yaml.safe_load", "yaml.safe_load('!x')", "yaml.constructor.ConstructorError"),
    ("packaging.version.Version", "packaging.version.Version('x')", "packaging.version.InvalidVersion"),
    (
        "packaging.requirements.Requirement",
        "packaging.requirements.Requirement('-')",
        "packaging.requirements.InvalidRequirement",
    ),
    (
        "packaging.specifiers.SpecifierSet",
        "packaging.specifiers.SpecifierSet('x')",
        "packaging.specifiers.InvalidSpecifier",
    ),
    ("tomlkit.parse", "tomlkit.parse('x')", "tomlkit.exceptions.ParseError"),
    ("git.Repo", "git.Repo('/nowhere')", "git.NoSuchPathError"),
    # What nobody names: rare, and of arguments of the right types.
    ("ast.literal_eval", "ast.literal_eval('{[]: 1}')", "TypeError"),
    ("codecs.lookup", "codecs.lookup('a\\0')", "ValueError"),
    ("configparser.ConfigParser.read", "configparser.ConfigParser().read('a\\0')", "ValueError"),
    ("copy.deepcopy", "copy.deepcopy(threading.Lock())", "TypeError"),
    ("ctypes.CDLL", "ctypes.CDLL('a\\0')", "ValueError"),
    ("datetime.timezone", "datetime.timezone(datetime.timedelta(hours=2**53))", "OverflowError"),
    ("email.header.Header", "email.header.Header('a', 'é')", "email.errors.CharsetError"),
    ("filecmp.cmp", "filecmp.cmp('a\\0', 'b')", "ValueError"),
    ("hmac.compare_digest", "hmac.compare_digest('a', 'é')", "TypeError"),
    ("importlib.import_module", "importlib.import_module('.a')", "TypeError"),
    ("json.loads", "json.loads('9' * 5000)", "ValueError"),
    ("list.pop", "[1].pop(2**63)", "OverflowError"),
    ("math.isfinite", "math.isfinite(10**400)", "OverflowError"),
    ("netrc.netrc", "netrc.netrc('a\\0')", "ValueError"),
    ("os.environ.setdefault", "os.environ.setdefault('', 'a')", "OSError"),
    ("os.path.relpath", "os.path.relpath('')", "ValueError"),
    ("os.path.samefile", "os.path.samefile('a\\0', 'b')", "ValueError"),
    ("os.utime", "os.utime('/', (0, 2**63))", "OverflowError"),
    ("pathlib.Path.iterdir", "list(pathlib.Path('a\\0').iterdir())", "ValueError"),
    ("pathlib.Path.rename", "pathlib.Path('a\\0').rename('b')", "ValueError"),
    ("plistlib.loads", "plistlib.loads(b'<plist><date>x</date></plist>')", "AttributeError"),
    ("plistlib.loads", "plistlib.loads(b'<plist><key>x</key></plist>')", "IndexError"),
    ("resource.getrlimit", "resource.getrlimit(2**70)", "OverflowError"),
    ("select.select", "select.select([2**70], [], [], 0)", "OverflowError"),
    ("shutil.disk_usage", "shutil.disk_usage('a\\0')", "ValueError"),
    ("socket.getaddrinfo", "socket.getaddrinfo('a..b', 1)", "UnicodeError"),
    ("socket.getservbyname", "socket.getservbyname(b'http')", "TypeError"),
    ("socket.getservbyname", "socket.getservbyname('a\\0')", "ValueError"),
    ("socket.socket.connect", "socket.socket().connect(('a\\0', 1))", "TypeError"),
    ("socket.socket.settimeout", "socket.socket().settimeout(float('inf'))", "OverflowError"),
    ("statistics.stdev", "statistics.stdev([0.0, float('inf')])", "AttributeError"),
    ("subprocess.getoutput", "subprocess.getoutput('a\\0')", "ValueError"),
    ("tarfile.is_tarfile", "tarfile.is_tarfile('')", "ValueError"),
    ("tempfile.mkdtemp", "tempfile.mkdtemp(dir='a\\0')", "ValueError"),
    ("threading.Thread.join", "threading.Thread.join(running(), float('nan'))", "ValueError"),
    ("tokenize.open", "tokenize.open('a\\0')", "ValueError"),
    ("unicodedata.name", "unicodedata.name('ab')", "TypeError"),
    ("uuid.uuid5", "uuid.uuid5(uuid.NAMESPACE_DNS, '\\udc80')", "UnicodeEncodeError"),
    ("webbrowser.get", "webbrowser.get('')", "IndexError"),
    (
        "xml.etree.ElementTree.Element.find",
        "xml.etree.ElementTree.Element('a').find('(?<=a*)')",
        "KeyError",
    ),
    (
        "xml.sax.parseString",
        'xml.sax.parseString(b\'<?xml version="1.0" encoding="foo"?><a/>\', xml.sax.ContentHandler())',
        "LookupError",
    ),
    ("xmlrpc.client.ServerProxy", "xmlrpc.client.ServerProxy('http://[')", "ValueError"),
    ("zipfile.is_zipfile", "zipfile.is_zipfile('a\\0')", "ValueError"),
    ("bs4.BeautifulSoup", "bs4.BeautifulSoup('<![foo[', 'html.parser')", "bs4.ParserRejectedMarkup"),
    ("lxml.etree.XPath", "lxml.etree.XPath('a\\1')", "ValueError"),
]


# Modules that importing the package alone does not import.
BELOW = (
    *("concurrent.futures", "email.header", "email.utils", "http.cookies", "importlib.metadata"),
    *("importlib.resources", "importlib.util", "packaging.requirements", "packaging.specifiers"),
    *("packaging.version", "urllib.parse", "urllib.request", "xml.dom.minidom", "xml.etree.ElementTree"),
    *("xml.sax", "xmlrpc.client"),
)


@cache
def namespace() -> dict[str, Any]:
    """The modules that the calls name."""
    for dotted in BELOW:
        importlib.import_module(dotted)
    tops = {word for _, code, _ in FAILURES for word in re.findall(r"\b([a-z]\w*)\.", code)}
    return {
        "executor": closed_executor,
        "running": running,
        **{top: importlib.import_module(top) for top in tops if find_spec(top)},
    }


def running() -> Any:
    """A thread that has not ended yet, and soon will."""
    thread = Thread(target=time.sleep, args=(0.2,))
    thread.start()
    return thread


def closed_executor() -> Any:
    executor = ThreadPoolExecutor()
    executor.shutdown()
    return executor


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "code", "wanted"), FAILURES, ids=[code for _, code, _ in FAILURES])
def test_what_comes_out_is_in_the_table(name: str, code: str, wanted: str) -> None:
    fact = tables().facts.get(name)
    assert fact, name
    if fact.external:
        pytest.importorskip(name.partition(".")[0])
    with pytest.raises(Exception) as caught:
        exec(code, dict(namespace()))
    assert wanted in names_of_error(caught.value), repr(caught.value)
    assert SAID.is_a(wanted, *all_of(fact)), f"{name} can raise {wanted}"
    assert names_of_error(caught.value) & set(all_of(fact)), "not by the names of its real classes"


def test_a_timeout_of_asyncio_is_what_the_table_says() -> None:
    fact = tables().facts["asyncio.wait_for"]
    with pytest.raises(Exception) as caught:
        asyncio.run(asyncio.wait_for(asyncio.sleep(1), 0.001))
    assert isinstance(caught.value, asyncio.TimeoutError)
    assert "asyncio.TimeoutError" in fact.raises


def test_a_timeout_of_a_process_is_what_the_table_says() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", "import time; time.sleep(5)"], timeout=0.01)
    assert tables().facts["subprocess.run"].keywords["timeout"] == ("subprocess.TimeoutExpired",)


OF_EIGHT_COLORS = """
import curses, sys

def ask(screen):
    for name in ("init_color", "color_content", "pair_content", "init_pair", "curs_set", "halfdelay"):
        try:
            getattr(curses, name)(*{"init_color": (11, 0, 0, 0), "init_pair": (64, 99, 0)}.get(name, (300,)))
        except Exception as error:
            yield f"{name} {type(error).__name__}"

print(*curses.wrapper(lambda screen: [*ask(screen)]), sep="\\n", file=sys.stderr)
"""


def test_what_a_terminal_lacks_is_in_the_table() -> None:
    master, slave = pty.openpty()
    try:
        said = subprocess.run(
            [sys.executable, "-c", OF_EIGHT_COLORS],
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            env={**os.environ, "TERM": "linux"},
            text=True,
            check=False,
            timeout=60,
        ).stderr
    finally:
        os.close(slave)
        os.close(master)
    if "setupterm" in said or "No module" in said:
        pytest.skip("there is no curses, or it does not know the terminal")
    seen = [line.split() for line in said.splitlines()]
    assert {name for name, _ in seen} >= {"init_color", "init_pair", "color_content", "halfdelay"}
    for name, error in seen:
        wanted = "curses.error" if error == "error" else error
        assert wanted in all_of(tables().facts[f"curses.{name}"]), name
    assert "ValueError" in tables().facts["curses.init_color"].raises


@pytest.mark.parametrize(
    ("name", "raises"),
    [
        ("requests.get", {"requests.RequestException"}),
        ("requests.api.get", {"requests.RequestException"}),
        ("requests.sessions.Session.post", {"requests.RequestException"}),
        ("httpx.Response.raise_for_status", {"httpx.HTTPStatusError"}),
        ("six.moves.urllib.parse.urlparse", {"ValueError"}),
        ("posixpath.getsize", {"OSError"}),
        ("xml.etree.cElementTree.fromstring", {"xml.etree.ElementTree.ParseError"}),
        ("sqlalchemy.engine.Connection.execute", {"sqlalchemy.exc.SQLAlchemyError"}),
        ("cryptography.fernet.Fernet.decrypt", {"cryptography.fernet.InvalidToken"}),
        ("numpy.linalg.inv", {"numpy.linalg.LinAlgError"}),
        ("dateutil.parser.parse", {"OverflowError", "ValueError"}),
        ("django.urls.reverse", {"django.urls.NoReverseMatch"}),
        ("os.path.exists", set()),
        ("time.time", set()),
        ("logging.Logger.info", set()),
    ],
)
def test_well_known_facts(name: str, raises: set[str]) -> None:
    fact = tables().facts[name]
    assert {tables().own_name(r) for r in fact.raises} == {tables().own_name(r) for r in raises}


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("requests.exceptions.ConnectTimeout", "requests.ConnectionError"),
        ("requests.exceptions.JSONDecodeError", "ValueError"),
        ("socket.gaierror", "OSError"),
        ("ssl.SSLCertVerificationError", "ValueError"),
        ("asyncio.TimeoutError", "TimeoutError"),
        ("django.db.utils.IntegrityError", "django.db.DatabaseError"),
        ("sqlalchemy.orm.exc.NoResultFound", "sqlalchemy.exc.SQLAlchemyError"),
        ("botocore.exceptions.NoCredentialsError", "botocore.exceptions.BotoCoreError"),
        ("aiohttp.client_exceptions.ContentTypeError", "aiohttp.ClientError"),
        ("psutil._common.ZombieProcess", "psutil.Error"),
        ("google.cloud.exceptions.NotFound", "google.api_core.exceptions.GoogleAPIError"),
        ("click.exceptions.BadParameter", "click.ClickException"),
        ("pydantic_core.ValidationError", "ValueError"),
        ("redis.exceptions.LockError", "redis.RedisError"),
        ("psycopg2.errors.UniqueViolation", "psycopg2.Error"),
        ("jinja2.exceptions.TemplateNotFound", "LookupError"),
        ("websockets.exceptions.ConnectionClosedOK", "websockets.exceptions.WebSocketException"),
        ("paramiko.ssh_exception.AuthenticationException", "paramiko.SSHException"),
    ],
)
def test_well_known_families(name: str, base: str) -> None:
    assert SAID.is_a(tables().own_name(name), tables().own_name(base))


@pytest.mark.parametrize(
    ("chain", "kind"),
    [
        (("socket.socket", "socket.socket.recv"), "bytes"),
        (("subprocess.Popen", "subprocess.Popen.wait"), "int"),
        (("zipfile.ZipFile", "zipfile.ZipFile.open", "zipfile.ZipExtFile.read"), "bytes"),
        (("sqlite3.connect", "sqlite3.Connection.cursor", "sqlite3.Cursor.fetchall"), "list"),
        (
            ("xml.etree.ElementTree.parse", "xml.etree.ElementTree.ElementTree.getroot"),
            "xml.etree.ElementTree.Element",
        ),
        (("requests.Session", "requests.Session.get", "requests.Response.json"), "data"),
        (("re.compile", "re.Pattern.match"), "re.Match"),
        (
            ("concurrent.futures.ThreadPoolExecutor", "concurrent.futures.Executor.submit"),
            "concurrent.futures.Future",
        ),
        (("boto3.client", "botocore.client.BaseClient.get_paginator"), "botocore.paginate.Paginator"),
    ],
)
def test_results_lead_to_the_next_call(chain: tuple[str, ...], kind: str) -> None:
    """Each call gives the type whose method is the next one."""
    for name, following in zip(chain, (*chain[1:], None), strict=True):
        kinds = parse(tables().facts[name].returns)
        assert kinds, name
        if following:
            assert any(tables().fact(k.name, following.rpartition(".")[2]) for k in kinds), following
    assert kind in {found.name for found in kinds if isinstance(found, Type)}


def test_any_method_of_a_client_is_known() -> None:
    fact = tables().fact("botocore.client.BaseClient", "describe_instances")
    assert fact and "botocore.exceptions.ClientError" in fact.raises
    assert tables().fact("pathlib.PosixPath", "read_text") is tables().facts["pathlib.Path.read_text"]


@pytest.mark.parametrize("name", ["put", "get", "stat", "listdir", "listdir_attr", "open", "normalize"])
def test_whatever_is_asked_of_a_server_its_connection_may_drop(name: str) -> None:
    assert {"OSError", "paramiko.SSHException"} <= {*tables().facts[f"paramiko.SFTPClient.{name}"].raises}


@pytest.mark.parametrize(
    "name",
    [
        "SSHClient.connect",
        "SSHClient.exec_command",
        "SSHClient.open_sftp",
        "SSHClient.invoke_shell",
        "Channel.exec_command",
        "Transport.connect",
        "Transport.open_session",
    ],
)
def test_what_ends_a_connection_comes_out_as_it_is(name: str) -> None:
    assert {"OSError", "paramiko.SSHException", "EOFError"} == {*tables().facts[f"paramiko.{name}"].raises}


def test_the_files_are_in_the_package() -> None:
    folder = Path(importlib.import_module("codemods.exceptions").__file__ or "").parent / "data"
    assert {path.name for path in folder.glob("*/") if path.is_dir()} >= {"stdlib", "packages"}
    assert all(path.suffix == ".toml" for path in folder.glob("*/*"))


@pytest.mark.parametrize(
    ("lost", "wanted"), [("sys.stdin = None", "RuntimeError"), ("os.close(0)", "OSError")]
)
def test_input_without_a_standard_input(lost: str, wanted: str) -> None:
    code = f"import os, sys\n{lost}\ntry:\n    input()\nexcept Exception as e:\n    print(type(e).__name__)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == wanted
    assert wanted in all_of(tables().facts["builtins.input"])
