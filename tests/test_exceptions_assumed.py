"""What rests on an annotation says so: then no fix is safe."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, body

HEAD = """
import datetime, io, pathlib
from xml.dom import minidom

class Box:
    def __init__(self):
        self.number = 1
"""


@pytest.mark.parametrize(
    "code",
    [
        "path.parts[0]",
        "1 / day.year",
        "element.firstChild.data",
        "len(element.childNodes)",
        "numbers[0]",
        "a, b = numbers",
        "a, *b = numbers",
        "{**table}",
        "raise error",
        "raise error from None",
        "with file:\n    pass",
        "box.number = 2",
        "box.number += 2",
        "1 / box.number",
        "file.closed",
        "for number in numbers:\n    pass",
    ],
)
def test_what_an_annotation_says_is_assumed(code: str) -> None:
    arguments = (
        "path: pathlib.Path, day: datetime.date, element: minidom.Element, numbers: list[int], box: Box, "
        "table: dict[str, int], error: OSError, file: io.TextIOWrapper"
    )
    found = answer(body(code, HEAD, arguments))
    assert "annotations are right" in found.assumed
