"""What calling a name does that a file puts among the builtins, by itself or by `gettext.install(…)`."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, body, likely

INSTALL = "import gettext\ngettext.install('app')\n"
BY_HAND = "import builtins, gettext\nfound = gettext.translation('app', fallback=True)\n"
BOTH = "import gettext\ngettext.translation('app').install(names=['ngettext'])\n"


@pytest.mark.parametrize(
    ("start", "code", "complete"),
    [
        (INSTALL, "_('a').upper()", True),
        (INSTALL, "int(_('%s a') % x)", True),
        (BOTH, "ngettext('a', 'b', 2).upper()", True),
        (INSTALL, "ngettext('a', 'b', 2).upper()", False),
        ("import gettext\nprint(gettext)\n", "_('a').upper()", False),
        (f"{INSTALL}import builtins\nbuiltins._ = some.thing\n", "_('a').upper()", False),
        (f"{INSTALL}import builtins\nbuiltins.__dict__['_'] = some.thing\n", "_('a').upper()", False),
        (f"{INSTALL}import builtins\nbuiltins._ = str\n", "_('a').upper()", True),
        (f"{BY_HAND}builtins.T = found.gettext\n", "T('a').upper()", True),
        (f"{BY_HAND}builtins.__dict__['T'] = found.gettext\n", "int(T('%s a') % x)", True),
        (f"{BY_HAND}builtins.T = builtins.N = found.gettext\n", "N('a').upper()", True),
        (f"{BY_HAND}builtins.T = builtins.N = found.gettext\n", "M('a').upper()", False),
        (f"{BY_HAND}builtins.__dict__['T'] += found.gettext\n", "T('a').upper()", False),
        (f"{BY_HAND}builtins.T = found.gettext\nsetattr(builtins, 'T', x)\n", "T('a').upper()", False),
        (f"{BY_HAND}other.T = found.gettext\n", "T('a').upper()", False),
        ("", "_('a').upper()", False),
    ],
)
def test_what_is_installed(start: str, code: str, complete: bool) -> None:
    assert answer(body(code, arguments="x: str"), start=start).complete is complete


def test_each_value_counts_that_a_name_gets_among_the_builtins() -> None:
    own = "def say(text):\n    raise LookupError(text)\nbuiltins.T = say\n"
    put = f"{BY_HAND}builtins.T = found.gettext\n"
    assert likely(answer(body("T('a').upper()"), start=put)) == set()
    assert likely(answer(body("T('a').upper()"), start=put + own)) == {"LookupError"}


def test_a_fallback_of_translations_is_no_value_to_give_back() -> None:
    found = answer(body("gettext.translation('a', fallback=True).gettext('b').upper()", "import gettext\n"))
    assert found.complete
    assert "AttributeError" not in likely(found)


def test_a_file_may_have_its_own() -> None:
    own = "def _(text):\n    raise LookupError(text)\n"
    assert likely(answer(body("_('a')", own), start=INSTALL)) == {"LookupError"}
    assert not answer(body("_('a')", "from x import _\n"), start=INSTALL).complete
    assert not answer(body("_('a')", "from x import *\n"), start=INSTALL).complete


@pytest.mark.parametrize(
    ("code", "complete"),
    [("last", True), ("print(last)", False), ("last.upper()", False), ("x = last", False)],
)
def test_a_statement_that_only_asks_whether_a_name_has_a_value(code: str, complete: bool) -> None:
    lines = f"for x in y:\n    try:\n        {code}\n    except Exception:\n        last = x\n"
    found = answer("def function(y: list[str]):\n" + "".join(f"    {line}\n" for line in lines.splitlines()))
    assert found.complete is complete
    assert "NameError" in {one.type for one in found.raised}
