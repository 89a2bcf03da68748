"""Calls that get arguments of the right types, and bad ones: what comes out is in the answer.

Each is run, and asked about as the body of a `try`. What nobody names is in the answer as rare, which is
enough for a fix not to be called safe.
"""

from __future__ import annotations

import io
import struct
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.hierarchy import Hierarchy, hierarchy_of
from codemods.exceptions.tables import tables
from codemods.project import Project
from codemods.sources import Memory

HIERARCHY: Hierarchy = hierarchy_of(Project(Memory({})))
IMPORTS = (
    *(
        "ast",
        "codecs",
        "configparser",
        "csv",
        "datetime",
        "decimal",
        "email",
        "email.utils",
        "getpass",
        "gettext",
        "hashlib",
        "hmac",
        "io",
        "json",
        "linecache",
        "logging",
    ),
    *(
        "math",
        "mimetypes",
        "os",
        "pathlib",
        "platform",
        "plistlib",
        "poplib",
        "re",
        "readline",
        "socket",
        "ssl",
        "statistics",
        "struct",
    ),
    *("subprocess", "sys", "tarfile", "time", "tokenize", "unicodedata", "uuid", "xml.dom.minidom"),
    *("xmlrpc.client", "urllib.request", "zipfile", "zlib"),
)
HEAD = "".join(f"import {name}\n" for name in IMPORTS)


def asked(code: str, kind: str) -> tuple[MayRaise, str]:
    """The answer for the code in a `try`, and the same code as a function `f(x)` that lets all through."""
    made = {"list": "x = list(map(float, x))", "str": "x = str(x)"}.get(kind, f"x = {kind}(x)")
    body = "".join(f"        {line}\n" for line in code.splitlines())
    text = f"{HEAD}\n\ndef f(x):\n    {made}\n    try:\n{body}    except:\n        raise\n"
    project = Project(Memory({"main.py": text.encode()}))
    module = project.module("main.py")
    (statement,) = (n for n in module.tree.body[-1].body if hasattr(n, "handlers"))  # type: ignore[attr-defined]
    return may_raise(statement.body, module, project), text


def names_of(error: BaseException) -> set[str]:
    kinds = type(error).__mro__[:-1]
    dotted = (f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.") for kind in kinds)
    return {tables().own_name(name) for name in dotted}


def check(code: str, value: object) -> MayRaise:
    answer, text = asked(code, type(value).__name__)
    space: dict[str, Any] = {}
    exec(text, space)
    with pytest.raises(Exception) as caught:
        space["f"](value)
    assert answer.complete, answer.missing
    found = names_of(caught.value)
    types = {raised.type for raised in answer.raised}
    assert found & types, f"{caught.value!r} is not in {types}"
    return answer


PARTS = "content-type: multipart/a; boundary=b\n\n--b\n\na\n--b--\n"
BAD_TEXT = [
    ("b'abc'.decode(x)", "nothing"),
    ("b'abc'.decode(x)", "utf-8\0"),
    ("b'abc'.decode(x)", "utf\udc808"),
    ("b'abc'.decode(x)", "undefined"),
    ("b'\\0'.decode(x)", "punycode"),
    ("b'abc'.decode(x, 'replace')", "undefined"),
    ("b'abc'.decode(encoding=x)", "hex"),
    ("x.encode('idna')", "a..b"),
    ("x.encode('undefined')", "a"),
    ("x.encode('hex')", "a"),
    ("x.encode('nothing')", "a"),
    ("str(b'abc', x)", "undefined"),
    ("bytes('abc', x)", "undefined"),
    ("codecs.lookup(x)", "utf-8\0"),
    ("ast.literal_eval(x)", "{[]: 1}"),
    ("ast.literal_eval(x)", "a b"),
    ("ast.parse(x)", "a\0"),
    ("unicodedata.name(x)", "ab"),
    ("unicodedata.category(x)", "ab"),
    ("unicodedata.numeric(x)", "ab"),
    ("re.compile(x)", "a{99999999999}"),
    ("re.compile(x)", "("),
    ("re.compile(x, re.A)", "(?u)a"),
    ("re.compile(x)", "(?a)(?u)"),
    ("'\u20ac'.encode('ascii', x)", "nothing"),
    ("b'\\xff'.decode(errors=x)", "nothing"),
    ("open('/dev/null', 'w', encoding='ascii', errors=x).write('\u20ac')", "nothing"),
    ("csv.reader([x], delimiter=x)", "::"),
    *([("linecache.getlines(x)", "a\0")] if sys.version_info < (3, 13) else []),
    ("readline.write_history_file(x)", "a\0"),
    ("readline.add_history(x)", "a\0"),
    ("readline.parse_and_bind(x)", "\ud800"),
    ("readline.get_history_item(int(x)).strip()", "0"),
    ("readline.set_history_length(int(x))", "9" * 30),
    ("poplib.POP3(x)", "a..b"),
    ("re.match(x, 'a')", "a{99999999999}"),
    ("re.sub('(a)', x, 'a')", "\\2"),
    ("re.sub('(a)', x, 'a')", "\\g<b>"),
    ("re.compile('(a)').sub(x, 'a')", "\\2"),
    ("struct.calcsize(x)", "\u20ac"),
    ("datetime.datetime.strptime('2024', x)", "%Y%Y"),
    ("time.strptime('2024', x)", "%Y%Y"),
    ("time.strftime(x)", "\0"),
    ("'a b'.split(x)", ""),
    ("'a b'.partition(x)", ""),
    ("complex(x)", "a"),
    ("hmac.compare_digest(x, x)", "\u20ac"),
    ("json.loads(x)", "9" * 5000),
    ("uuid.uuid5(uuid.NAMESPACE_DNS, x)", "\udc80"),
    ("os.path.relpath(x)", ""),
    ("os.path.samefile(x, 'a')", "a\0"),
    ("zipfile.is_zipfile(x)", "a\0"),
    ("tarfile.is_tarfile(x)", "a\0"),
    ("subprocess.getoutput(x)", "a\0"),
    ("xml.dom.minidom.parseString(x)", "\udc80"),
    (
        "email.message_from_string(x).get_payload(decode=True).decode()",
        "content-transfer-encoding: 8bit\n\n\xff",
    ),
    ("email.message_from_string(x).get_payload(decode=True).decode()", PARTS),
    ("email.message_from_string(x).get_payload().strip()", PARTS),
    ("socket.getaddrinfo(x, 80)", "a..b"),
    ("socket.gethostbyname(x)", "a..b"),
    ("socket.gethostbyname(x)", "a\0"),
    ("socket.create_connection((x, 1))", "a..b"),
    ("socket.gethostbyaddr(x)", "a..b"),
    ("socket.getfqdn(x)", "a..b"),
    ("socket.socket().connect((x, 1))", "a\0b"),
    ("socket.socket().connect((x, 1))", "\ud800"),
    ("socket.socket().connect(('127.0.0.1', int(x)))", "99999"),
    ("urllib.request.urlopen(x)", "none"),
    ("urllib.request.urlopen(f'http://127.0.0.1:1/{x}')", "\u20ac"),
    ("urllib.request.urlopen('http://' + x)", "a..b"),
    ("io.BytesIO(b'abc').read(int(x))", "9" * 30),
    ("format(1.5, x)", "zz"),
    ("f'{len(x):{x}}'", "zz"),
    ("int(x) / 3", "9" * 400),
    ("json.loads(x)['n'] / 3", '{"n": ' + "9" * 400 + "}"),
    ("'a' * json.loads(x)", "9" * 30),
    ("io.BytesIO(b'a').read(json.loads(x))", '"a"'),
    ("data = json.loads(x)\ndata['n'] += 1", "{}"),
    ("counts: dict[str, int] = {'a': 1}\ncounts[x] += 1", "b"),
    ("for place, (name, value) in enumerate([x.split('=')]):\n    name.strip()", "a"),
    ("name, (one, two) = x, x.split('=')", "a"),
    ("*rest, (one, two) = x, x.split('=')", "a"),
    ("[name for place, (name, value) in enumerate(json.loads(x))]", "[1]"),
    ("list(zip(x, [1], strict=True))", "ab"),
    ("'abc'[:: len(x)]", ""),
    ("rows = [[1]]\nrows[0][len(x)] += 1", "ab"),
    ("os.environ[x] += 'a'", "NO_SUCH_NAME"),
    ("socket.getservbyname(x)", "no-such-service"),
    ("list(csv.reader(io.StringIO(x), strict=True))", '"'),
    ("for place, row in enumerate(csv.reader(io.StringIO(x), strict=True)):\n    place.bit_length()", '"'),
    ("for name, row in zip([x], csv.reader(io.StringIO(x), strict=True)):\n    name.strip()", '"'),
    ("list(tokenize.generate_tokens(io.StringIO(x).readline))", "("),
    ("re.compile(x)", "a**"),
    ("re.match('(?:' + x, 'a')", "a"),
    ("re.compile('(')", "a"),
    ("re.match('a)', x)", "a"),
    ("re.compile('a', re.LOCALE)", "a"),
    ("re.compile('a(# b)', re.VERBOSE)", "a"),
    ("text = json.dumps(x, ensure_ascii=False)\ntext.encode()", "\udc80"),
    ("text = json.dumps([])\ntext += x\ntext.encode()", "\udc80"),
    ("form = '%s %s'\nform % x", "a"),
    ("form = '%s %d'\nform % (x, x)", "a"),
    ("form = '{} {}'\nform.format(x)", "a"),
    ("form = '{:d}'\nform.format(x)", "a"),
    ("x.split(None)[0]", " "),
    ("x.split(None, 1)[0]", " "),
    ("(x, x, x)[: len(x)][1]", "a"),
    ("((x, x) * len(x))[1]", ""),
    ("one, two, three = (x, x, x)[: len(x)]", "a"),
]


@pytest.mark.parametrize(
    ("code", "value"), BAD_TEXT, ids=[f"{code}, x={value!r:.20}" for code, value in BAD_TEXT]
)
def test_text(code: str, value: str) -> None:
    check(code, value)


BAD_BYTES = [
    ("x.decode('idna')", b"\xff"),
    ("x.decode('punycode')", b"\0"),
    ("plistlib.loads(x)", b"<plist><date>x</date></plist>"),
    ("plistlib.loads(x)", b"<plist><key>x</key></plist>"),
    ("plistlib.loads(x)", b'<?xml version="1.0" encoding="foo"?><plist/>'),
    ("plistlib.load(io.BytesIO(x))", b"<plist><date>x</date></plist>"),
    ("xml.dom.minidom.parseString(x)", b'<?xml version="1.0" encoding="foo"?><a/>'),
    ("xml.dom.minidom.parseString(x)", b'<?xml version="1.0" encoding="idna"?><a/>'),
    ("xmlrpc.client.loads(x)", b"<params><param><value><int>x</int></value></param></params>"),
    ("xmlrpc.client.loads(x)", b"<params><param><value><boolean>x</boolean></value></param></params>"),
    ("xmlrpc.client.loads(x)", b'<?xml version="1.0" encoding="foo"?><params/>'),
    ("list(tokenize.tokenize(io.BytesIO(x).readline))", b"("),
    ("list(tokenize.tokenize(io.BytesIO(x).readline))", b"a = '\xff'"),
    ("struct.unpack('<II', x)[1]", b""),
    ("len(x) in x", b"a" * 256),
    ("'a' in x", b"a"),
]


@pytest.mark.parametrize(
    ("code", "value"), BAD_BYTES, ids=[f"{code}, {value!r:.40}" for code, value in BAD_BYTES]
)
def test_bytes(code: str, value: bytes) -> None:
    check(code, value)


HUGE = 10**30


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("bytearray(3)[0] = x", 300),
        ("bytearray(3)[9] = x & 255", 1),
        ("math.isfinite(x)", 10**400),
        ("io.BytesIO(b'a').read(x)", HUGE),
        ("io.StringIO('a').seek(x)", HUGE),
        ("io.BufferedReader(io.BytesIO(b'a')).read(x)", HUGE),
        ("io.TextIOWrapper(io.BytesIO(b'a')).readline(x)", HUGE),
        ("'a'.center(x)", HUGE),
        ("'a'.split(' ', x)", HUGE),
        ("b'a'.replace(b'a', b'b', x)", HUGE),
        ("bytearray(x)", HUGE),
        ("1 << x", HUGE),
        ("struct.unpack_from('<I', b'abcd', x)", HUGE),
        ("zlib.decompress(b'', x)", HUGE),
        ("socket.socket().connect(('127.0.0.1', x))", 99999),
        ("os.isatty(x)", HUGE),
        ("os.fsync(x)", HUGE),
        ("os.fsync(x)", -1),
        ("time.gmtime(x)", 10**20),
        ("datetime.timedelta(seconds=x)", float("nan")),
        ("x.as_integer_ratio()", float("inf")),
        ("statistics.stdev(x)", [0.0, float("inf")]),
    ],
)
def test_numbers(code: str, value: object) -> None:
    check(code, value)


def test_an_archive_that_is_cut_short(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a"))
        archive.addfile(tarfile.TarInfo("b"))
    cut = tmp_path / "cut.tgz"
    cut.write_bytes(whole.getvalue()[:60])
    answer = check("tarfile.is_tarfile(x)", str(cut))
    assert "EOFError" in {raised.type for raised in answer.likely}


def catalog(about: bytes) -> bytes:
    """A catalog of `gettext` that has nothing but what it says of itself."""
    return (
        struct.pack("<7I", 0x950412DE, 0, 1, 28, 36, 0, 44)
        + struct.pack("<4I", 0, 44, len(about), 45)
        + b"\0"
        + about
        + b"\0"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xde\x12\x04\x95",
        catalog(b"Content-Type: text/plain; charset=nothing"),
        catalog(b"Content-Type: text/plain"),
        catalog(b"Plural-Forms: nplurals=2; plural=n+"),
        catalog(b"Content-Type: text/plain; charset=utf-8\n\xff"),
    ],
)
def test_a_catalog_that_is_not_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "a.mo").write_bytes(content)
    check("gettext.translation('a', x, ['en'])", str(tmp_path))
    monkeypatch.setenv("LANGUAGE", "en")
    check("gettext.install('a', x)", str(tmp_path))
    check("gettext.bindtextdomain('a', x)\ngettext.dgettext('a', 'b')", str(tmp_path))


def test_a_name_that_no_host_can_have() -> None:
    pytest.importorskip("telnetlib")
    check("import telnetlib\ntelnetlib.Telnet(x)", "a..b")
    check("import telnetlib\ntelnetlib.Telnet().open(x)", "a..b")


def test_the_working_directory_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    check("os.path.relpath(x)", "a")


SURE = [
    "os.path.splitext(x)[1]",
    "os.path.split(x)[-1]",
    "os.path.splitdrive(x)[0]",
    "email.utils.parseaddr(x)[1]",
    "mimetypes.guess_type(x)[0]",
    "x.partition('.')[2]",
    "x.rpartition('.')[-3]",
    "os.pipe()[0]",
    "sys.exc_info()[1]",
    "platform.architecture()[0]",
    "struct.unpack('<I', x.encode())[0]",
    "struct.unpack_from('<HH', x.encode())[1]",
    "divmod(len(x), 3)[1]",
    "socket.getnameinfo((x, 80), 0)[1]",
    "socket.getaddrinfo(x, None)[0]",
    "socket.getaddrinfo(x, None)[-1][4][0]",
    "(x, x)[1]",
    "(x, x)['a' in x]",
    "(x, None)[not x]",
    "['', x][bool(x)]",
    "[x][-1]",
    "(x, 1, 2)[x == 'a' and len(x) > 1]",
]


@pytest.mark.parametrize("code", SURE)
def test_a_place_that_is_always_there(code: str) -> None:
    answer, _ = asked(code, "str")
    assert answer.complete, answer.missing
    assert not {raised.type for raised in answer.raised} & {"IndexError", "TypeError"}


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("b'abc'.decode('utf-8')", {"UnicodeDecodeError"}),
        ("for name in ('utf-8', 'latin-1'):\n    b'abc'.decode(name)", {"UnicodeDecodeError"}),
        ("name = 'utf-8'\nb'abc'.decode(name)", {"UnicodeDecodeError"}),
        ("name = 'utf-8' if x else 'idna'\nb'abc'.decode(name)", {"UnicodeError"}),
        ("for name in ['utf-8', x]:\n    b'abc'.decode(name)", {"UnicodeError", "LookupError"}),
        ("b'abc'.decode(x, 'replace')", {"LookupError"}),
        ("dict(encoding=x)", set()),
        ("{}.update(encoding=x)", set()),
        ("open('a', encoding=x)", {"OSError", "LookupError"}),
        ("pattern = 'a+'\nre.match(pattern, x)", set()),
        ("re.sub('a', 'b', x)", set()),
        ("re.compile('a # b', re.VERBOSE | re.I).match(x)", set()),
        ("re.compile('(', re.VERBOSE)", {"re.error"}),
        ("pathlib.Path('a').rglob('*.py')", {"OSError"}),
        ("pathlib.Path('a').glob(f'*.{x}')", {"OSError"}),
        ("for name in ('*.py', '**/*.so'):\n    pathlib.Path('a').glob(name)", {"OSError"}),
        ("pathlib.Path('a').glob(x)", {"OSError", "ValueError"}),
        ("pathlib.Path('a').glob('')", {"OSError", "ValueError"}),
        ("pathlib.Path('a').rglob('a**')", {"OSError", "ValueError"}),
        ("word = '[' + r'\\w.' + ']'\nre.compile(word + '+')", set()),
        ("word = 'a'\nre.compile(f'({word})(?:{word})?')", set()),
        ("word = '('\nre.compile(word + 'a')", {"re.error"}),
        ("for old, new in [('a+', 'b'), ('c', 'd')]:\n    re.sub(old, new, 'ac')", set()),
        ("[re.compile(old) for new, old in (('(', 'a'), ('c', 'd'))]", set()),
        ("for old, new in [('a', 'b'), ('(', 'd')]:\n    re.sub(old, new, 'ac')", {"re.error"}),
        ("for old, new in [('a', 'b'), x]:\n    re.sub(old, 'a', 'ac')", {"re.error", "ValueError"}),
        ("for old, *new in [('a', 'b'), ('c', 'd')]:\n    re.sub(old, 'a', 'ac')", {"re.error"}),
        ("word = '('\nfor _ in '12':\n    word = word + ')'\nre.compile(word)", {"re.error"}),
        ("word = '(a'\nre.compile(f'{word}')", {"re.error"}),
        ("word = 'a('\nre.compile(f'{word:.1}')", {"re.error"}),
        ("re.compile('(' + x)", {"re.error"}),
        ("re.compile('a*+b')", {"re.error"}),
        (r"re.compile(r'[*+]\*+')", set()),
        (r"re.search(r'\d+\.\d+\.', x)", set()),
        (r"re.search(r'a\d++', x)", {"re.error"}),
        ("re.compile('a', flags=int(x))", {"ValueError", "re.error"}),
        ("text = b'a' if x else 'a'\ntext.split('a')", {"TypeError"}),
        ("open(x)", {"OSError"}),
        ("open(x, 'rU')", {"OSError", "ValueError"}),
        ("open(x, 'z')", {"OSError", "ValueError"}),
        ("open(x, 'rwb')", {"OSError", "ValueError"}),
        ("open(x, mode='a+b')", {"OSError"}),
        ("open(x, 'rb', encoding='utf-8')", {"OSError", "ValueError"}),
        ("open(x, 'rb', -1, None)", {"OSError"}),
        ("open(x, 'rb' if x else 'r', encoding=None if x else 'utf-8')", {"OSError"}),
        ("open(x, 'rb', 0)", {"OSError"}),
        ("open(x, 'r', 0)", {"OSError", "ValueError"}),
        ("open(x, newline='')", {"OSError"}),
        ("pathlib.Path(x).open('z')", {"OSError", "ValueError"}),
        ("'abc'[1:2]", set()),
        ("'abc'[:None]", set()),
        ("'abc'[1:'2']", {"TypeError"}),
        ("text = b'a' if x else b''\ntext.split(b'a')", set()),
        ("re.search(re.compile('a'), x)", set()),
        ("re.search(re.compile('a'), x, flags=re.I)", {"ValueError"}),
        ("re.compile('a', *x)", {"TypeError", "re.error"}),
        ("re.compile('a', **x)", {"TypeError", "re.error"}),
        ("re.match('a*' + x, x)", {"re.error"}),
        ("re.match(re.escape(x), x)", set()),
        ("re.search('a+' + 'b|' + 'c', x)", set()),
        ("ends = '.!'\nre.sub('[%s]%s' % (ends, 2), '', x)", set()),
        ("re.search('(' + 'b', x)", {"re.error"}),
        ("re.search('[%s' % 'a', x)", {"re.error"}),
        ("re.search('[%s]' % x, x)", {"re.error"}),
        ("re.search('%9s' % 'a', x)", {"re.error"}),
        ("end = 'a'\nfor one in x:\n    re.search(end, x)\n    end = end + '('", {"re.error"}),
        ("('a%s' + 'b%s') % (x, x)", set()),
        ("logging.Formatter('%(levelname)s: %(message)s')", set()),
        ("logging.Formatter()", set()),
        ("logging.Formatter('{message}', None, '{')", set()),
        ("logging.Formatter('{message}')", {"ValueError"}),
        ("logging.Formatter('%(message)s', style='?')", {"ValueError"}),
        ("logging.Formatter(x)", {"ValueError"}),
        ("logging.Formatter(**{'fmt': x})", {"ValueError"}),
        ("text = json.dumps(['a'])\ntext.strip().encode()", set()),
        ("form = 'a%s'\nform % (x,)", set()),
        ("form = 'a{}'\nform.format(x)", set()),
        ("form = 'a%s' if x else 'b%d'\nform % (x,)", {"TypeError", "ValueError"}),
        ("re.sub('a', lambda found: x, x)", set()),
        ("form = '%Y'\ndatetime.datetime.strptime(x, form)", {"ValueError"}),
        ("socket.gethostbyname(socket.gethostname())", {"OSError"}),
        ("socket.gethostbyname('localhost')", {"OSError"}),
        ("loads = json.loads", set()),
        ("json.loads == x", set()),
        ("json.loads = x", set()),
        ("loads = json.loads\nloads(x)", {"json.JSONDecodeError"}),
        ("values = {'a': 1}\nfor name, value in values.items():\n    name.strip()", set()),
        ("for place, letter in enumerate(x):\n    letter.strip()", set()),
        ("for letter, number in zip(x, [1]):\n    letter.strip()\n    number.bit_length()", set()),
        ("next((letter for letter in x), None).strip()", {"AttributeError"}),
        ("next((letter for letter in x), '').strip()", set()),
        ("max(x.split(), default=None).strip()", {"AttributeError"}),
        ("max(x, 'a').strip()", set()),
        ("unicodedata.name('a', None).strip()", {"AttributeError"}),
        ("configparser.ConfigParser().get('a', x, fallback=None).strip()", {"AttributeError"}),
        ("bytearray(3)[0] = len(x) & 255", {"IndexError"}),
        ("x.split(',')[0]", set()),
        ("io.BytesIO(b'a').read(int(x))", {"OverflowError", "ValueError"}),
        ("size = int(x)\nio.BytesIO(b'a').read(size)", {"OverflowError", "ValueError"}),
        ("size = int(x)\nif size < 9:\n    io.BytesIO(b'a').read(size)", {"ValueError"}),
        ("io.BytesIO(b'a').read(int(x[:3]))", {"ValueError"}),
        ("io.BytesIO(b'a').read(len(x))", set()),
        ("counts: dict[str, int] = {}\ncounts[x] += 1", {"KeyError"}),
        ("counts: dict[str, int] = {}\nif x in counts:\n    counts[x] += 1", set()),
        ("counts: dict[str, int] = {}\ncounts[x] = 1", set()),
        ("for place, (one, two) in enumerate([(1, 2)]):\n    one + two", set()),
        ("for place, (one, two) in enumerate({x: 1}.items()):\n    one.strip()", set()),
        ("for (head, dot, tail), number in zip([x.partition('.')], [1]):\n    head.strip()", set()),
        ("number = 1\ndel number", set()),
        ("zipfile.ZipFile(x)", {"OSError", "zipfile.BadZipFile"}),
        ("zipfile.ZipFile(x, 'a')", {"OSError", "zipfile.BadZipFile"}),
        ("zipfile.ZipFile(x, 'w', zipfile.ZIP_DEFLATED)", {"OSError"}),
        ("tarfile.open(x, mode='x:gz')", {"OSError", "tarfile.TarError"}),
        ("os.fsync(open(x, 'rb').fileno())", {"OSError"}),
        ("open(x, 'w').write('a\\n')", {"OSError"}),
        ("text = 'a' if x else 'b'\nopen(x, 'w').write(text)", {"OSError"}),
        ("open(x, 'w').write(json.dumps(['a']))", {"OSError"}),
        ("open(x, 'w').write('\u20ac')", {"OSError", "UnicodeEncodeError"}),
        ("open(x, 'w').write(x)", {"OSError", "UnicodeEncodeError"}),
        ("urllib.request.urlopen('http://a/')", {"OSError", "http.client.HTTPException"}),
        ("urllib.request.urlopen(f'http://a/{len(x)}')", {"OSError", "http.client.HTTPException"}),
        ("pathlib.Path('a').read_text('utf-8', 'ignore')", {"OSError"}),
        ("pathlib.Path('a').read_text(encoding='latin-1')", {"OSError"}),
        ("pathlib.Path('a').read_text('cp1252')", {"OSError", "UnicodeDecodeError"}),
        ("pathlib.Path('a').read_text('utf-8', x)", {"OSError", "UnicodeDecodeError"}),
        ("pathlib.Path('a').write_text(x, errors='replace')", {"OSError"}),
        ("pathlib.Path('a').write_text(x, 'latin-1')", {"OSError", "UnicodeEncodeError"}),
        ("b'a'.decode('ISO-8859-1')", set()),
        ("x.encode('latin-1')", {"UnicodeEncodeError"}),
        ("with open(x, errors='replace') as file:\n    file.read()", {"OSError"}),
        (
            "with open(x, encoding='latin1') as file:\n    for line in file:\n        line.strip()",
            {"OSError"},
        ),
        ("file = open(x, 'r', -1, 'utf-8', 'ignore')\nfile.readlines()", {"OSError"}),
        ("open(x, errors='ignore').read()", {"OSError"}),
        ("with pathlib.Path(x).open(errors='ignore') as file:\n    file.readline()", {"OSError"}),
        ("with open(x, errors='strict') as file:\n    file.read()", {"OSError", "UnicodeDecodeError"}),
        ("with open(x, 'w', errors='ignore') as file:\n    file.write(x)", {"OSError"}),
        ("with open(x, 'w', errors='xmlcharrefreplace') as file:\n    file.write(x)", {"OSError"}),
        (
            "with open('a', 'w', errors='ignore') as file:\n    configparser.ConfigParser().write(file)",
            {"OSError"},
        ),
        (
            "with open('a', 'w') as file:\n    configparser.ConfigParser().write(file)",
            {"OSError", "UnicodeEncodeError"},
        ),
        (
            "with open(x, 'w', encoding='latin-1') as file:\n    file.write(x)",
            {"OSError", "UnicodeEncodeError"},
        ),
        (
            "file = open(x, errors='ignore')\nif x:\n    file = open(x)\nfile.read()",
            {"OSError", "UnicodeDecodeError"},
        ),
        ("subprocess.run([x], text=True, errors='replace')", {"OSError"}),
        ("subprocess.run([x], text=True, errors='strict')", {"OSError", "UnicodeDecodeError"}),
        ("subprocess.Popen([x], stdout=-1).communicate()", {"OSError"}),
        ("subprocess.Popen([x], stdout=-1, text=True).communicate()", {"OSError", "UnicodeDecodeError"}),
        (
            "subprocess.Popen([x], stdout=-1 if x else subprocess.DEVNULL, text=True).communicate()",
            {"OSError", "UnicodeDecodeError"},
        ),
    ],
)
def test_what_is_likely(code: str, types: set[str]) -> None:
    answer, _ = asked(code, "str")
    likely = {raised.type for raised in answer.likely}
    assert answer.complete, answer.missing
    assert set(HIERARCHY.widest(sorted(likely))) == types


@pytest.mark.parametrize(
    ("code", "rare"),
    [
        ("getpass.getpass()", "OSError"),
        ("open('a', x)", "ValueError"),
        ("open('a', newline='a')", "ValueError"),
        ("'\xe9'.encode('ascii', 'never')", "LookupError"),
        ("'a'.center(3, 'ab')", "TypeError"),
        ("csv.reader(['a'], delimiter='')", "TypeError"),
        ("hashlib.md5(b'a')", "ValueError"),
        ("decimal.Decimal(x).exp()", "decimal.Overflow"),
        ("configparser.ConfigParser().get('a', 'b', fallback='')", "configparser.InterpolationError"),
    ],
)
def test_a_call_without_arguments_can_meet_what_is_rare(code: str, rare: str) -> None:
    answer, _ = asked(code, "str")
    assert rare in {raised.type for raised in answer.raised}


def test_keeping_a_function_is_not_calling_it() -> None:
    answer, _ = asked("kept = ssl._create_default_https_context == ssl.create_default_context", "str")
    assert answer.complete
    assert not answer.raised


def test_a_number_that_is_too_large_for_a_float() -> None:
    answer, _ = asked(f"1 / ({10**400} / 3)", "str")
    assert "ZeroDivisionError" in {raised.type for raised in answer.raised}
