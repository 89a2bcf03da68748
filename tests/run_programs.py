"""Runs made programs in a process of its own with little time and memory; what came out is written as JSON.

Each program is a source with a `main`, and calls of it: its arguments by name, as expressions.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import signal
import sys
import types
import warnings
from typing import Any

_SET_ASIDE = (MemoryError, RecursionError, KeyboardInterrupt, GeneratorExit)
_MEMORY, _SECONDS, _WRITTEN = 1 << 30, 60, 0
_FOR_ONE = 2.0  # seconds


class TooLong(BaseException):
    pass


def _stop(*_: object) -> None:
    raise TooLong


def raised(source: str, calls: list[dict[str, str]]) -> dict[str, list[str]]:
    """The exceptions that come out, by name, each with those above it."""
    module = types.ModuleType("app")
    sys.modules["app"] = module  # dataclasses look there
    exec(compile(source, "app.py", "exec", dont_inherit=True), module.__dict__)
    found: dict[str, list[str]] = {}
    signal.setitimer(signal.ITIMER_REAL, _FOR_ONE)
    try:
        for call in calls:
            given = {name: eval(value, module.__dict__) for name, value in call.items()}
            try:
                module.main(**given)
            except (TooLong, *_SET_ASIDE):
                continue
            except BaseException as error:
                kinds = [kind.__name__ for kind in type(error).__mro__]
                found[kinds[0]] = [kind for kind in kinds if kind not in ("Exception", "BaseException")]
    except TooLong:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return found


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    programs: list[dict[str, Any]] = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITTEN, _WRITTEN))
    signal.signal(signal.SIGALRM, _stop)
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(400)
    found = []
    with contextlib.redirect_stdout(io.StringIO()):
        found = [raised(**program) for program in programs]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
