"""What writes an XML document gives: text or bytes."""

from __future__ import annotations

import pytest

from tests.test_exceptions_stubs import kinds

IMPORTS = "import xml.etree.ElementTree as ET\nfrom xml.dom import minidom\n"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("minidom.parse('a').toxml()", {"str"}),
        ("minidom.parse('a').toxml(standalone=True)", {"str"}),
        ("minidom.parse('a').toxml('utf-8')", {"bytes"}),
        ("minidom.parse('a').toxml('unicode')", {"bytes"}),
        ("minidom.parse('a').toxml(encoding=x)", set()),
        ("minidom.parse('a').toxml(**x)", set()),
        ("minidom.parse('a').toxml(*x)", set()),
        ("minidom.parse('a').toprettyxml('  ')", {"str"}),
        ("minidom.parse('a').toprettyxml('  ', '', 'utf-8')", {"bytes"}),
        ("ET.tostring(x)", {"bytes"}),
        ("ET.tostring(x, 'utf-8')", {"bytes"}),
        ("ET.tostring(x, encoding='unicode')", {"str"}),
        ("ET.tostring(x, x)", set()),
    ],
)
def test_documents(code: str, names: set[str]) -> None:
    assert kinds(f"{IMPORTS}{code}") == names


def test_as_in_python() -> None:
    """As what really comes out."""
    import xml.etree.ElementTree as ET
    from xml.dom import minidom

    document, element = minidom.parseString("<a/>"), ET.Element("a")
    assert isinstance(document.toxml(), str) and isinstance(document.toprettyxml("  "), str)
    assert isinstance(document.toxml("utf-8"), bytes)
    assert isinstance(ET.tostring(element), bytes) and isinstance(ET.tostring(element, "utf-8"), bytes)
    assert isinstance(ET.tostring(element, encoding="unicode"), str)
