"""Keys of a configuration that may have no value, and what reading them raises otherwise."""

from __future__ import annotations

import configparser

import pytest

from tests.test_exceptions import answer, body, likely

HEAD = "import configparser\n\nconfig = configparser.ConfigParser(OPTIONS)\n"


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("config.get('a', 'b').strip()", "AttributeError"),
        ("config.get('a', 'b', fallback='c').strip()", "AttributeError"),
        ("config['a']['b'].strip()", "AttributeError"),
        ("config['a'].get('b', 'c').strip()", "AttributeError"),
        ("[value.strip() for _, value in config.items('a')]", "AttributeError"),
        ("config.getint('a', 'b')", "TypeError"),
        ("config.getint('a', 'b', fallback=1)", "TypeError"),
        ("config['a'].getfloat('b')", "TypeError"),
        ("config.getboolean('a', 'b')", "AttributeError"),
        ("config['a'].getboolean('b')", "AttributeError"),
    ],
)
def test_a_key_without_a_value(code: str, wanted: str) -> None:
    without = answer(body(code, HEAD.replace("OPTIONS", "")))
    if ".get('b', " not in code:  # which may be None anyway where there is no section of defaults
        assert wanted not in likely(without)
    found = answer(body(code, HEAD.replace("OPTIONS", "allow_no_value=True")))
    assert wanted in likely(found)
    config = configparser.ConfigParser(allow_no_value=True, interpolation=None)  # else `items` gives ""
    config.read_string("[a]\nb\n")
    with pytest.raises((AttributeError, TypeError)) as caught:
        exec(code, {"config": config})
    assert caught.type.__name__ == wanted


def test_a_value_that_refers_to_another_one() -> None:
    found = answer(body("config['a']['b']", HEAD.replace("OPTIONS", "")))
    assert {raised.type for raised in found.raised} == {"KeyError", "configparser.Error"}
    config = configparser.ConfigParser()
    config.read_string("[a]\nb = %(c)s\n")
    with pytest.raises(configparser.Error):
        config["a"]["b"]
