"""What taking a value apart raises, by how many places it has; and the places of what `struct` reads."""

from __future__ import annotations

import pytest

from codemods.exceptions.tables import tables
from codemods.exceptions.types.notation import parse
from tests.test_exceptions import answer, body, likely
from tests.test_exceptions_types import kinds

HEAD = """
def pair(key):
    if not key:
        return NOTHING
    return 1, 2

"""


@pytest.mark.parametrize(
    ("code", "nothing", "expected"),
    [
        ("a, b = pair(x)", "None", {"TypeError"}),
        ("a, b = pair(x)", "", {"TypeError"}),
        ("a, b = pair(x)", "0", {"TypeError"}),
        ("a, b = pair(x)", "3, 4", set()),
        ("a, b = pair(x)", "(1, 2, 3)", {"ValueError"}),
        ("a, b = pair(x)", "[1, 2]", {"ValueError"}),
        ("a, b, c = pair(x)", "None", {"ValueError", "TypeError"}),
        ("a, *b = pair(x)", "None", {"TypeError"}),
    ],
)
def test_what_is_no_pair(code: str, nothing: str, expected: set[str]) -> None:
    head = HEAD.replace("NOTHING", nothing)
    assert likely(answer(body(code, head))) == expected
    scope: dict[str, object] = {}
    exec(head, scope)
    raised = set()
    for key in ("a", ""):
        try:
            exec(code, {**scope, "x": key})
        except (TypeError, ValueError) as error:
            raised.add(type(error).__name__)
    assert raised <= expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("_ = struct.unpack('<HH', x)", "tuple[int,int]"),
        ("_ = struct.unpack('3sd?c2x', x)", "tuple[bytes,float,bool,bytes]"),
        ("_ = struct.unpack_from(b'2H', x, 4)", "tuple[int,int]"),
        ("for _ in struct.iter_unpack('HH', x): a, b = _\n    _ = a", "int"),
        ("_ = struct.unpack('hh', x)[1]", "int"),
        ("_ = struct.unpack(x, x)", "tuple"),
        ("_ = struct.unpack('', x)", "tuple"),
        ("_ = struct.unpack('?!', x)", "tuple"),
        ("_ = struct.unpack('\\udc00', x)", "tuple"),
        ("_ = struct.unpack('99999999999s', x)", "tuple"),
        ("_ = struct.unpack('H' * n, x)", "tuple"),
    ],
)
def test_records(code: str, expected: str) -> None:
    assert kinds(f"import struct\n    {code}") == expected


def test_the_size_of_a_window() -> None:
    head = "import fcntl, struct, termios\n"
    code = "for fd in (0, 1):\n    struct.unpack('hh', fcntl.ioctl(fd, termios.TIOCGWINSZ, '1234'))[1]"
    assert likely(answer(body(code, head))) == {"OSError", "struct.error"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("(a,) = struct.unpack('!I', x)", {"struct.error"}),
        ("struct.unpack('!9000s', x)[0]", {"struct.error"}),
        ("struct.unpack('!999999999999s', x)[0]", {"struct.error", "IndexError"}),  # nothing so long is tried
        ("struct.unpack('\u20ac', x)[0]", {"struct.error", "IndexError"}),
        ("(a,) = struct.unpack('\u20ac', x)", {"struct.error"}),
        ("(a,) = struct.unpack('\u20ac', struct.pack('\u20ac', 1))", {"struct.error"}),
        ("[a] = struct.unpack_from('!I', x)", {"struct.error"}),
        ("one = struct.unpack('!I', x)\n(a,) = one", {"struct.error"}),
        ("for (a,) in struct.iter_unpack('!I', x): pass", {"struct.error"}),
        ("one = (x,)\n(a,) = one", set()),
        ("if m := re.match('(a)', x):\n    (a,) = m.groups()", set()),
        ("if m := re.match('(a)(b)', x):\n    (a,) = m.groups()", {"ValueError"}),
        ("(a,) = struct.unpack('!II', x)", {"struct.error", "ValueError"}),
        ("(a,) = struct.iter_unpack('!I', x)", {"struct.error", "ValueError"}),
        ("one = (*x,)\n(a,) = one", {"ValueError"}),
        ("one = (x,)\none += one\n(a,) = one", {"ValueError"}),
    ],
)
def test_one_part(code: str, expected: set[str]) -> None:
    told = likely(answer(body(code, "import re, struct\n")))
    assert told - {"TypeError"} == expected  # of `x` nobody knows what it is


NAMED = {
    "time.struct_time": "time.localtime()",
    "os.terminal_size": "shutil.get_terminal_size()",
    "os.stat_result": "os.stat('/')",
    "os.statvfs_result": "os.statvfs('/')",
    "os.times_result": "os.times()",
    "os.uname_result": "os.uname()",
    "pwd.struct_passwd": "pwd.getpwuid(0)",
    "grp.struct_group": "grp.getgrgid(0)",
    "shutil._ntuple_diskusage": "shutil.disk_usage('/')",
    "urllib.parse.ParseResult": "urllib.parse.urlparse('a')",
    "urllib.parse.SplitResult": "urllib.parse.urlsplit('a')._replace(query='')",
    "urllib.parse.DefragResult": "urllib.parse.urldefrag('a')",
    "inspect.FrameInfo": "inspect.stack()[0]",
    "inspect.Traceback": "inspect.getframeinfo(inspect.currentframe())",
    "inspect.FullArgSpec": "inspect.getfullargspec(os.path.join)",
    "traceback.FrameSummary": "traceback.extract_stack()[0]",
    "pkgutil.ModuleInfo": "list(pkgutil.iter_modules())[0]",
    "tokenize.TokenInfo": "list(tokenize.generate_tokens(io.StringIO('a').readline))[0]",
    "platform.uname_result": "platform.uname()",
    "decimal.DecimalTuple": "decimal.Decimal(1).as_tuple()",
    "resource.struct_rusage": "resource.getrusage(resource.RUSAGE_SELF)",
    "selectors.SelectorKey": "selectors.DefaultSelector().register(0, selectors.EVENT_READ)",
}
MODULES = sorted({kind.partition(".")[0] for kind in NAMED} | {"io", "urllib.parse"})


def test_named_tuples_hold_what_the_tables_say() -> None:
    fresh = tables()
    fresh.read_all()
    assert set(fresh.tuples) == {*NAMED, "inspect.ArgSpec"}  # which is gone since 3.11
    scope: dict[str, object] = {}
    exec(f"import {', '.join(MODULES)}", scope)
    for kind, code in NAMED.items():
        if kind == "selectors.SelectorKey":
            continue  # which takes no regular file, as standard input may be one
        [told] = parse(fresh.tuples[kind])
        parts = list(eval(code, scope))
        assert len(parts) == len(told.arguments), kind
        for part, value in zip(parts, told.arguments, strict=True):
            names = {one.name.rpartition(".")[2].replace("FrameType", "frame") for one in value}
            assert not names or type(part).__name__.replace("NoneType", "None") in names, (kind, part)


@pytest.mark.parametrize(("kind", "code"), NAMED.items())
def test_named_tuples_have_as_many_places(kind: str, code: str) -> None:
    head = f"import {', '.join(MODULES)}"
    [told] = parse(tables().tuples[kind])
    names = ", ".join(f"n{place}" for place in range(len(told.arguments)))

    def told_of(*lines: str) -> set[str]:
        return likely(answer(body("\n".join([f"v = {code}", *lines]), head)))

    assert told_of(f"{names} = v", "v[-1], v[0:1]") == told_of()
    assert told_of(f"{names}, more = v") == told_of() | {"ValueError"}
    assert told_of(f"v[{len(told.arguments)}]") == told_of() | {"IndexError"}


def test_a_named_tuple_fills_a_text_as_any_tuple_does() -> None:
    assert likely(answer(body("'%s' % time.localtime()", "import time"))) == {"TypeError"}
    assert not likely(answer(body("'%d-%d-%d' % time.localtime()[:3]", "import time")))
