"""What writes an XML document gives: text or bytes."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.test_exceptions import answer, body
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


TARGET = "class Reader:\n    def start(self, tag, attributes):\n        raise KeyError(tag)\n\n"


@pytest.mark.parametrize(
    ("code", "complete"),
    [
        ("ET.XMLParser().feed('<a/>')", True),
        ("ET.XMLParser(encoding='utf-8', target=None).feed('<a/>')", True),
        ("ET.XMLParser(target=ET.TreeBuilder()).feed('<a/>')", True),
        ("ET.XMLParser(target=Reader()).feed('<a/>')", False),
        ("ET.XMLParser(**x).feed('<a/>')", False),
        ("ET.fromstring('<a/>', ET.XMLParser())", True),
        ("ET.fromstring('<a/>', parser=None)", True),
        ("ET.fromstring('<a/>', parser=ET.XMLParser(target=Reader()))", False),
        ("ET.XML('<a/>', x)", False),
        ("ET.parse('a', x)", False),
        ("ET.iterparse('a', ('start',), x)", False),
        ("ET.iterparse('a', ('start',))", True),
        ("ET.ElementTree().parse('a', x)", False),
    ],
)
def test_a_parser_may_run_the_code_of_its_target(code: str, complete: bool) -> None:
    assert answer(body(code, f"import xml.etree.ElementTree as ET\n\n\n{TARGET}")).complete is complete


def test_what_a_target_raises_comes_out() -> None:
    scope: dict[str, type] = {}
    exec(TARGET, scope)
    with pytest.raises(KeyError):
        ElementTree.fromstring("<a/>", ElementTree.XMLParser(target=scope["Reader"]()))
