"""Methods of classes of the project that may be meant by a call of which nothing is known."""

from __future__ import annotations

from tests.test_exceptions import answer, body

QUEUE = """\
class Queue:
    def task_done(self):
        raise RuntimeError("none is left")


"""


def test_what_is_only_guessed_is_told_as_a_guess() -> None:
    found = answer(body("x.queue.task_done()", QUEUE))
    told = {raised.type: raised.evidence for raised in found.raised}
    assert not found.complete
    assert told["RuntimeError"] == (
        "may call `Queue.task_done`: raise RuntimeError (line 3) in `task_done` (main.py:2)"
    )


def test_the_methods_of_tests_are_not_meant() -> None:
    code = body("x.queue.task_done()")
    assert "RuntimeError" in {raised.type for raised in answer(code, queues=QUEUE).raised}
    assert "RuntimeError" not in {raised.type for raised in answer(code, test_queues=QUEUE).raised}
