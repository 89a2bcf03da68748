"""What `re.findall` and `re.split` give: it depends on the groups of the pattern."""

from __future__ import annotations

import ast
import re

from codemods.exceptions.types.kinds import plain
from codemods.exceptions.types.notation import ANY, NONE, Value

_TAKING_PATTERNS = {"re.findall", "re.split"}


def of_matches(call: ast.Call, name: str) -> Value | None:
    """The type that such a call gives; None for other calls."""
    if name not in _TAKING_PATTERNS or not call.args:
        return None
    pattern = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
    if not isinstance(pattern, (str, bytes)):
        return plain("list", ANY)
    try:
        groups = re.compile(pattern).groups
    except (re.error, OverflowError, RecursionError):
        return None  # it raises that
    text = plain(type(pattern).__name__)
    if name == "re.split":
        return plain("list", text | NONE if groups else text)
    return plain("list", plain("tuple", *[text] * groups) if groups > 1 else text)
