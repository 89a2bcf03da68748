"""What comes of the world around a call counts also where its arguments are written out, or it has none."""

from __future__ import annotations

import ftplib
import http.client
import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

from codemods.exceptions.tables import tables
from tests.test_exceptions import answer, body

IMPORTS = (
    "import asyncio, curses, email.utils, ftplib, http.client, io, logging, mmap, multiprocessing\n"
    "import pathlib, pkg_resources, platform, psutil, selectors, smtplib, socket, sys, tempfile, webbrowser\n"
    "import zipfile\n\n"
    "process = multiprocessing.Process()\nfile = open('a')\nftp = ftplib.FTP('a')\n"
    "http_server = http.client.HTTPConnection('a')\n"
)


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("sys.stdout.flush()", {"OSError", "ValueError", "AttributeError"}),
        ("sys.stdin.isatty()", {"ValueError", "AttributeError"}),
        ("sys.stderr.close()", {"OSError", "AttributeError"}),
        ("file.truncate()", {"OSError", "ValueError"}),
        ("smtplib.SMTP('a').login('a', 'b')", {"OSError", "ValueError"}),
        ("file.fileno()", {"OSError", "ValueError"}),
        ("process.terminate()", {"OSError", "ValueError", "AttributeError"}),
        ("process.is_alive()", {"ValueError"}),
        ("tempfile.gettempdir()", {"OSError"}),
        ("platform.freedesktop_os_release()", {"OSError", "UnicodeDecodeError"}),
        ("logging.StreamHandler().flush()", {"OSError", "ValueError"}),
        ("zipfile.ZipFile('a').close()", {"OSError", "ValueError"}),
        ("selectors.DefaultSelector()", {"OSError"}),
        ("asyncio.new_event_loop()", {"OSError"}),
        ("mmap.mmap(-1, 8).close()", {"OSError", "ValueError", "BufferError"}),
        ("webbrowser.open('a')", {"webbrowser.Error", "OSError"}),
        ("pathlib.Path('a').resolve()", {"OSError", "RuntimeError"}),
        ("email.utils.parsedate_to_datetime('a')", {"ValueError", "TypeError"}),
        ("ftp.nlst()", {"ftplib.Error", "ValueError"}),
        ("ftp.size('a')", {"ftplib.Error", "ValueError"}),
        ("socket.getfqdn()", {"OSError", "UnicodeError"}),
        ("http_server.connect()", {"OSError", "http.client.HTTPException", "UnicodeError", "ValueError"}),
        ("http_server.request('GET', '/')", {"OSError", "UnicodeError", "ValueError"}),
        ("psutil.virtual_memory()", {"OSError"}),
        ("psutil.cpu_percent()", {"OSError"}),
        ("curses.initscr()", {"curses.error", "AttributeError", "ValueError"}),
        ("curses.setupterm()", {"curses.error", "OSError", "ValueError"}),
        (
            "pkg_resources.resource_filename('a', 'b')",
            {"ImportError", "KeyError", "NotImplementedError", "pkg_resources.ExtractionError"},
        ),
        ("pkg_resources.resource_listdir('a', 'b')", {"ImportError", "OSError", "NotImplementedError"}),
    ],
)
def test_what_no_argument_is_to_blame_for(code: str, types: set[str]) -> None:
    assert types <= {raised.type for raised in answer(body(code, IMPORTS)).raised}


def test_a_prefix_is_only_a_text() -> None:
    assert not answer(body("tempfile.gettempprefix()", IMPORTS)).raised


def test_it_does_come_out(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="y"):
        ftplib.parse229("229 x (|||y|)", ("::1", 1))
    with pytest.raises(AttributeError):
        multiprocessing.Process().terminate()
    with (tmp_path / "file").open("w") as file:
        pass
    with pytest.raises(ValueError, match="closed"):
        file.fileno()
    with pytest.raises(UnicodeError):
        http.client.HTTPConnection("a..b").connect()
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    if sys.version_info < (3, 13):
        with pytest.raises(RuntimeError):
            loop.resolve()
    assert "RuntimeError" in tables().facts["pathlib.Path.resolve"].content


def test_a_screen_asks_the_first_output_for_its_file() -> None:
    pytest.importorskip("curses")
    program = "import curses, sys; sys.__stdout__ = None; curses.initscr()"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "AttributeError" in run.stderr


def test_a_text_that_may_be_none_has_parts_or_no_method() -> None:
    found = answer(body("x.split('/')[0]", arguments="x: str | None"))
    assert {raised.type for raised in found.raised} == {"AttributeError"}
