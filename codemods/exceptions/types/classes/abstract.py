"""Abstract methods, and the classes that no instance is made of while they have one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.exceptions.types.classes.bases import lineage
from codemods.exceptions.types.functions.decorators import is_decorated
from codemods.exceptions.types.targets import Inference, Origin
from codemods.module import FUNCTIONS
from codemods.names import names_of
from codemods.project import Definition

_MARKS = ("abc.abstractmethod", "abc.abstractproperty")
_CHECKING = "abc.ABCMeta"


def is_marked(definition: Definition) -> bool:
    """Whether it is a method that the code marks as abstract: `@abstractmethod`."""
    return isinstance(definition.node, FUNCTIONS) and is_decorated(definition, *_MARKS)


def metaclasses_of(classes: Iterable[Definition]) -> Iterator[Origin]:
    """What the classes say is their metaclass."""
    for one in classes:
        for keyword in one.node.keywords if isinstance(one.node, ast.ClassDef) else ():
            if keyword.arg == "metaclass":
                yield one.module, keyword.value


def refuses_abstract(values: Inference, owner: Definition) -> bool:
    """Whether no instance is made of a class with abstract methods: only `ABCMeta` sees to that."""
    inside, outside = lineage(values, owner)
    return "abc.ABC" in outside or any(_is_checking(values, one) for one in metaclasses_of(inside))


def _is_checking(values: Inference, origin: Origin) -> bool:
    module, metaclass = origin
    own = values.project.definition(module, metaclass)
    if own and isinstance(own.node, ast.ClassDef):
        return _CHECKING in lineage(values, own)[1]
    return names_of(module).is_any(metaclass, _CHECKING)
