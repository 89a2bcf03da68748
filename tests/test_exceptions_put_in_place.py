"""Functions of a file in whose place others put something."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, likely

SHOP = """
def load():
    raise LookupError


class Till:
    def __init__(self):
        raise LookupError
"""
USE = """
import shop


def work():
    try:
        shop.USED()
    except Exception:
        return None
"""
PUT = """
import shop


def fast():
    raise BufferError


shop.USED = GIVEN
"""


@pytest.mark.parametrize("used", ["load", "Till"])
@pytest.mark.parametrize(
    ("given", "complete", "types"),
    [("fast", True, {"LookupError", "BufferError"}), ("unknown()", False, {"LookupError"})],
)
def test_what_another_file_puts_there(used: str, given: str, complete: bool, types: set[str]) -> None:
    put = PUT.replace("USED", used).replace("GIVEN", given)
    found = answer(USE.replace("USED", used), shop=SHOP, patches=put)
    assert likely(found) == types
    assert found.complete is complete


def test_what_tests_put_there_or_others_elsewhere_does_not_count() -> None:
    put = PUT.replace("USED", "load").replace("GIVEN", "fast")
    assert likely(answer(USE.replace("USED", "load"), shop=SHOP, test_shop=put)) == {"LookupError"}
    elsewhere = put.replace("import shop", "import other as shop")
    assert likely(answer(USE.replace("USED", "load"), shop=SHOP, patches=elsewhere)) == {"LookupError"}
