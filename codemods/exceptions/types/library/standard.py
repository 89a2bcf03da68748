"""Constants and variables of the standard library, by whatever name a file has them."""

from __future__ import annotations

from codemods.exceptions.tables import tables
from codemods.exceptions.types.notation import UNKNOWN, Value
from codemods.exceptions.types.targets import Inference


def of_standard_value(values: Inference, dotted: str) -> Value:
    """The type of `sys.argv` or `string.digits`; unknown for what is called, and for what others made.

    Typeshed tells what is a value, but not what another platform has, nor what the tables know better:
    `os.environ`, whose methods they tell one by one.
    """
    told, fact = values.typed(dotted), values.fact(dotted)
    if told is not None:
        return values.returned(fact or told) if told.is_value else UNKNOWN
    if fact is None or fact.external:
        return UNKNOWN
    is_constant = dotted.rpartition(".")[2].isupper() or tables().is_type(dotted)
    return values.returned(fact) if is_constant else UNKNOWN
