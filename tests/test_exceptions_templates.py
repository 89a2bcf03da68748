"""What filling a text raises, held against what it really raises."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.exceptions.answer import RARE
from codemods.project import Project
from codemods.sources import Memory

VALUES: dict[str, Any] = {
    "n": 3,
    "s": "text",
    "o": SimpleNamespace(a=1),
    "several": (),
    "named": {},
    "text": "{a.nope}",
}
HEAD = "def main(n: int, s: str, o, text: str, several: tuple, named: dict):\n    try:\n        "


def answer(code: str, head: str = "") -> MayRaise:
    text = f"{head}{HEAD}{code}\n    except Exception:\n        pass\n"
    project = Project(Memory({"app.py": text.encode()}))
    module = project.module("app.py")
    (statement,) = module.nodes(ast.Try)
    return may_raise(statement.body, module, project)


@pytest.mark.parametrize(
    "code",
    [
        "'{} {}'.format(n, s)",
        "'{1} {0!r}'.format(n, s)",
        "'{a} {{}}'.format(a=n)",
        "'{:03d}'.format(n)",
        "'no fields'.format(n)",
        "'{a} {}'.format(n, a=s)",
        "'{:x}'.format(1)",
        "'{} {:d} {!s:>4}'.format(*(s, n, o))",
        "'{2:d} {0}'.format(*(s, s, n))",
        "'{} {}'.format(*s.partition('t')[::2])",
        "'no fields'.format(*several)",
        "'{!r:>8}|{!s:.3}'.format(n, o)",
        "f'{n:>5d} {n:.1f} {s:>10} {s!r:>8} {o!s:>8}'",
        "f'{n:{n}} {s:<{n}}'",
    ],
)
def test_a_text_that_fits_raises_nothing(code: str) -> None:
    eval(code, dict(VALUES))
    found = answer(code)
    assert not [one for one in found.raised if one.confidence > RARE]  # a width may be negative
    assert not found.missing


@pytest.mark.parametrize(
    "code",
    [
        *("'{:>{width}}'.format(s, width=n)", "'{:>{}} {}'.format(s, n, n)", "f'{s:>{n}}'", "f'{n:{n}d}'"),
        *("f'{s:{40}}'", "f'{s:{len(s) + 2}}'", "f'{n:{40}.3f}'", "f'{f:.1f}'", "format(n, '03d')"),
    ],
)
def test_a_format_that_is_put_together_is_seldom_wrong(code: str) -> None:
    eval(code, dict(PERCENT))
    assert not [one for one in percent(code).raised if one.confidence > RARE]


@pytest.mark.parametrize(
    "code", ["f'{n:{s}}'", "f'{s:{s}}'", "format(n, s)", "format(s, 'd')", "f'{f:d}'", "f'{n:s}'"]
)
def test_a_format_that_may_be_none(code: str) -> None:
    with pytest.raises(ValueError):
        eval(code, dict(PERCENT))
    assert "ValueError" in {one.type for one in percent(code).likely}


@pytest.mark.parametrize("code", ["f'{s:>{0 - n}}'", "'{:>{}}'.format(s, 0 - n)", "f'{f:.{n - 9}f}'"])
def test_a_width_that_is_negative(code: str) -> None:
    with pytest.raises(ValueError):
        eval(code, dict(PERCENT))
    assert "ValueError" in {one.type for one in percent(code).raised}


@pytest.mark.parametrize(
    "code",
    [
        "'{} {}'.format(n)",
        "'{2}'.format(n, s)",
        "'{a}'.format(b=n)",
        "'{'.format(n)",
        "'{} {0}'.format(n)",
        "'{0.nope}'.format(n)",
        "'{0[nope]}'.format(o)",
        "'{:d}'.format(o)",
        "'{}'.format(*several)",
        "'{}{}'.format(*s.split(':'))",
        "'{3}'.format(*(s, n))",
        "'{} {0}'.format(*(s, n))",
        "'{:d}'.format(*(s, n))",
        "'{:>3}'.format(*(o, n))",
        "'{:>3}'.format(*(several, n))",
        "'{:x}'.format(*['x'])",
        "'{} {{:d}}{:d}'.format(*s)",
        "'{:{}}'.format(*(n, s))",
        "'{a}'.format(*s)",
        "'{0.nope}'.format(*s)",
        "'{:c}'.format(*(-n, n))",
        "'{a}'.format(**named)",
        "'{:d}'.format(s)",
        "'{:d}'.format('x')",
        "'{:s}'.format(n)",
        "'{:{}}'.format(n, s)",
        "f'{n:s}'",
        "f'{n:{s}}'",
        "f'{n!r:d}'",
        "f'{s:d}'",
        "f'{s:{-n}}'",
        "'{0.foo}'.format(1)",
        "'{!z}'.format(n)",
        "'{²}'.format(n)",
        "'{:d}'.format(*['x'])",
        "text.format(a=n)",
    ],
)
def test_what_comes_out_is_in_the_answer(code: str) -> None:
    with pytest.raises(Exception) as caught:  # which one is what the test asks
        eval(code, dict(VALUES))
    assert type(caught.value).__name__ in {one.type for one in answer(code).raised}


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("'{:02x}{:02x}'.format(*[len(one) for one in s])", {"IndexError"}),
        ("'{}:{}'.format(*s.split(':', 1))", {"IndexError"}),
        ("'{0:>3} {1}'.format(*s.split())", {"IndexError"}),
        ("'{:d}'.format(*s)", {"IndexError", "ValueError"}),
    ],
)
def test_as_many_values_as_there_are(code: str, types: set[str]) -> None:
    found = answer(code)
    assert {one.type for one in found.raised if one.confidence > RARE} == types
    assert not found.missing


CUSTOM = """\
import string

class Custom(string.Formatter):
    def get_value(self, key, args, kwargs):
        raise ZeroDivisionError

class Plain(string.Formatter):
    pass

"""


def test_methods_that_a_class_below_defines_are_called() -> None:
    called = answer("Custom().format(text, n=n)", CUSTOM)
    plain = answer("Plain().format(text, n=n)", CUSTOM)
    assert "ZeroDivisionError" in {one.type for one in called.raised}
    assert "ZeroDivisionError" not in {one.type for one in plain.raised}


def test_one_value_of_an_unknown_type_is_mostly_no_tuple() -> None:
    (found,) = answer("'%s' % o").raised
    assert (found.type, found.confidence) == ("TypeError", RARE)
    assert "TypeError" in {one.type for one in answer("'%s %s' % o").raised if one.confidence == 1}
    assert "TypeError" in {one.type for one in answer("'%s' % several").raised if one.confidence == 1}


PERCENT: dict[str, Any] = {"n": 3, "s": "text", "f": 1.5, "b": b"x", "pair": ("a", 1)}
PERCENT |= {"several": (), "named": {}, "o": None}
PERCENT_HEAD = (
    "def main(n: int, s: str, f: float, b: bytes, pair: tuple[str, int], several: tuple, named: dict, o):\n"
    "    try:\n        "
)


def percent(code: str) -> MayRaise:
    project = Project(
        Memory({"app.py": f"{PERCENT_HEAD}{code}\n    except Exception:\n        pass\n".encode()})
    )
    module = project.module("app.py")
    return may_raise(module.nodes(ast.Try)[0].body, module, project)


@pytest.mark.parametrize(
    "code",
    [
        *("'%s' % n", "'%s/%r %%' % (n, s)", "'%s' % (o,)", "'%5.2f|%d' % (f, n)", "'%*d' % (n, n)"),
        *("'%(a)s %(b)03d' % {'a': s, 'b': n}", "'%s=%d' % pair", "'%x' % n", "b'%b' % b", "b'%s' % (b,)"),
        *("'%-10s%%' % s", "'%c' % n", "'all' % named", "'%s' % named"),
    ],
)
def test_percent_that_fits_raises_nothing(code: str) -> None:
    eval(code, dict(PERCENT))
    found = percent(code)
    assert not [one for one in found.raised if one.confidence > RARE]
    assert not found.missing


@pytest.mark.parametrize(
    ("code", "rare"),
    [
        ("'%d' % n", set()),
        ("'%d' % f", {"OverflowError", "ValueError"}),
        ("'%.2f' % f", set()),
        ("'%.2f' % n", {"OverflowError"}),
        ("'%x' % n", set()),
        ("'%*d' % (n, n)", {"OverflowError", "ValueError"}),
    ],
)
def test_what_is_too_large_for_a_place(code: str, rare: set[str]) -> None:
    assert {one.type for one in percent(code).raised} == rare


@pytest.mark.parametrize(
    "code",
    [
        *("'%s %s' % n", "'%s %s' % (n,)", "'%s' % pair", "'%d' % s", "'%x' % f", "'%(a)s' % {'b': n}"),
        *("'%(a)s' % named", "'%(a)s' % s", "'%y' % n", "'100%' % ()", "'%s %s' % several", "'%s' % several"),
        *("'%d' % o", "'%*d' % (s, n)", "'%' % n", "b'%b' % n", "'%(a)s %s' % named", "'%i' % (f * 1e400,)"),
        *("'%s' % (*several,)", "'%f' % 10 ** 400", "'%c' % -1", "'%s' % (n, s)", "s % n", "'%.*f' % (f, f)"),
    ],
)
def test_percent_raises_only_what_is_told(code: str) -> None:
    with pytest.raises(Exception) as caught:
        eval(code, dict(PERCENT) | {"s": "%d %d" if code == "s % n" else "text"})
    assert type(caught.value).__name__ in {one.type for one in percent(code).raised}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("format(1.5, s)", "`1.5` with the format `{s}`, which may be none"),
        ("f'{1.5:>{s}.2f}'", "`1.5` with the format `>{s}.2f`, which may be none"),
    ],
)
def test_a_format_is_told_as_it_is_written(code: str, told: str) -> None:
    assert told in [raised.evidence for raised in answer(code).raised]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("_('%(a)s is %(b)s') % {'a': n, 'b': s}", set()),
        ("_('%d of %d') % (n, n)", set()),
        ("_('{} of {a}').format(n, a=n)", set()),
        ("gettext.dgettext('app', '%s') % n", set()),
        ("_('%(a)s') % {'b': s}", {"KeyError"}),
        ("_('%s') % (n, n)", {"TypeError"}),
        ("_('%d') % s", {"TypeError"}),
        ("_(s) % n", {"KeyError", "TypeError", "ValueError"}),
        ("gettext.dgettext('%s', s) % n", {"KeyError", "TypeError", "ValueError"}),
    ],
)
def test_a_translation_has_the_places_of_its_text(code: str, expected: set[str]) -> None:
    found = answer(code, "import gettext\nfrom gettext import gettext as _\n\n")
    assert {raised.type for raised in found.raised if raised.confidence > RARE} == expected
