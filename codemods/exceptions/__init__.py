"""What a piece of code may raise, why, and whether the answer is complete. Nothing of the target is run."""

from codemods.exceptions.answer import MayRaise, Raised
from codemods.exceptions.beyond import (
    brought_about,
    no_exceptions,
    raised_here,
    spelled_type,
    unread_exit,
)
from codemods.exceptions.choice import (
    Choice,
    behind_except,
    choose,
    earlier_types,
    is_met,
    met,
    resolve_type,
)
from codemods.exceptions.hierarchy import Hierarchy, bare_name
from codemods.exceptions.raising.analysis import may_exit, may_raise
from codemods.exceptions.raising.signals import alarm_before

__all__ = [
    "Choice",
    "Hierarchy",
    "MayRaise",
    "Raised",
    "alarm_before",
    "bare_name",
    "behind_except",
    "brought_about",
    "choose",
    "earlier_types",
    "is_met",
    "may_exit",
    "may_raise",
    "met",
    "no_exceptions",
    "raised_here",
    "resolve_type",
    "spelled_type",
    "unread_exit",
]
