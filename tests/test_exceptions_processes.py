"""What the streams of processes are: text, bytes, or None where there is no pipe."""

from __future__ import annotations

import pytest

from tests.test_exceptions_stubs import kinds

PIPE = "stdout=subprocess.PIPE"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (f"subprocess.Popen('a', {PIPE}).communicate()[0]", {"bytes"}),
        (f"subprocess.Popen('a', {PIPE}, text=True).communicate()[0]", {"str"}),
        (f"subprocess.Popen('a', {PIPE}, stderr=subprocess.STDOUT).communicate()[1]", {"None"}),
        (f"out, _ = subprocess.Popen('a', {PIPE}).communicate(timeout=3)\nout", {"bytes"}),
        ("subprocess.Popen('a', stdout=x).communicate()[0]", {"bytes", "None"}),
        ("subprocess.Popen('a', stdout=subprocess.DEVNULL).stdout", set()),
        (f"subprocess.Popen('a', {PIPE} if x else subprocess.DEVNULL).communicate()[0]", {"bytes", "None"}),
        (f"subprocess.Popen('a', {PIPE} if x else -1, text=True).communicate()[0]", {"str"}),
        ("subprocess.Popen('a', stdout=x or subprocess.DEVNULL).communicate()[0]", {"bytes", "None"}),
        ("subprocess.Popen('a', stdout=x(subprocess.DEVNULL)).communicate()[0]", {"bytes", "None"}),
        ("subprocess.Popen('a', -1, None, None, -1).communicate()[0]", set()),
        ("x.communicate()[0]", set()),
        ("subprocess.run('a', capture_output=True).stdout", {"bytes"}),
        ("subprocess.run('a', capture_output=True, text=True).stderr", {"str"}),
        ("subprocess.run('a', capture_output=x).stderr", {"bytes", "None"}),
        ("subprocess.run('a', capture_output=False).stderr", set()),
        (f"subprocess.run('a', {PIPE}).stdout", {"bytes"}),
        (f"subprocess.run('a', {PIPE}).stderr", set()),  # None, which nobody reads
        ("subprocess.run('a', stdout=subprocess.DEVNULL).stdout", set()),
        ("subprocess.run('a', stdout=x).stdout", {"bytes", "None"}),
        ("subprocess.check_output('a', text=True)", {"str"}),
    ],
)
def test_streams(code: str, names: set[str]) -> None:
    assert kinds(code) == names
