"""What calling a name does that `gettext.install(…)` puts among the builtins."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, body, likely

INSTALL = "import gettext\ngettext.install('app')\n"
BOTH = "import gettext\ngettext.translation('app').install(names=['ngettext'])\n"


@pytest.mark.parametrize(
    ("start", "code", "complete"),
    [
        (INSTALL, "_('a').upper()", True),
        (INSTALL, "int(_('%s a') % x)", True),
        (BOTH, "ngettext('a', 'b', 2).upper()", True),
        (INSTALL, "ngettext('a', 'b', 2).upper()", False),
        ("import gettext\nprint(gettext)\n", "_('a').upper()", False),
        (f"{INSTALL}import builtins\nbuiltins._ = len\n", "_('a').upper()", False),
        (f"{INSTALL}import builtins\nbuiltins.__dict__['_'] = len\n", "_('a').upper()", False),
        ("", "_('a').upper()", False),
    ],
)
def test_what_is_installed(start: str, code: str, complete: bool) -> None:
    assert answer(body(code, arguments="x: str"), start=start).complete is complete


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
