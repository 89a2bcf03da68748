"""Constants and variables of the standard library and of packages, by whatever name a file has them."""

from __future__ import annotations

from codemods.exceptions.tables import tables
from codemods.exceptions.types.notation import UNKNOWN, Value
from codemods.exceptions.types.targets import Inference


def of_standard_value(values: Inference, dotted: str) -> Value:
    """The type of `sys.argv`, `string.digits` or `loguru.logger`; unknown for what is called.

    Typeshed tells what is a value, but not what another platform has, nor what the tables know better:
    `os.environ`, whose methods they tell one by one. Only the tables say what is a value of what others made.
    """
    told, fact = values.typed(dotted), values.fact(dotted)
    if told is not None:
        return values.returned(fact or told) if told.is_value else UNKNOWN
    if fact is None or (fact.external and not fact.is_value):
        return UNKNOWN
    is_constant = fact.is_value or dotted.rpartition(".")[2].isupper() or tables().is_type(dotted)
    return values.returned(fact) if is_constant else UNKNOWN
