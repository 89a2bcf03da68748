"""Small checks, one for each kind of claim: each reads the words, looks at the code, and says what it saw.

A module in this folder is a check: its `look(case)` yields what it saw, and nothing when the claim is not
of its kind or the code does not settle it. A sight that refutes must be one that a reader of the code
would accept as proof: when in doubt a check stays silent.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TypeAlias

from codemods.audits.triage.case import Case, Sight

Check: TypeAlias = Callable[[Case], Iterator[Sight]]


@cache
def all_checks() -> Sequence[Check]:
    """Every check there is, by the name of its module."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return [importlib.import_module(f"{__name__}.{name}").look for name in names]


def look(case: Case) -> list[Sight]:
    """What all checks see, each thing once."""
    return list(dict.fromkeys(sight for check in all_checks() for sight in check(case)))
