"""Things that others work something out of, once: a parsed file, a project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, TypeVarTuple, Unpack

Made = TypeVar("Made")
More = TypeVarTuple("More")
Itself = TypeVar("Itself", bound="Derivable")


class Derivable:
    """Keeps what is made of it: as long as it lives, and no longer."""

    def __init__(self) -> None:
        self.derived: dict[object, Any] = {}
        """What was made so far, by who made it; with what else it was made of, where that is needed, too."""

    def derive(self: Itself, make: Callable[[Itself, Unpack[More]], Made], *more: *More) -> Made:
        """What `make` makes of it together with `more`: made on the first question, kept for the others."""
        key = (make, *more) if more else make
        made: Made | None = self.derived.get(key)
        if made is None:
            made = self.derived[key] = make(self, *more)
        return made
