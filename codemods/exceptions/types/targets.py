"""What a name, an attribute or a callee stands for; and what answers that."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from codemods.exceptions.fact import Fact
from codemods.exceptions.types.notation import Value
from codemods.module import Module
from codemods.names import Binding
from codemods.project import Definition, Project

Origin: TypeAlias = tuple[Module, ast.expr]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of the project, without the argument that a method is bound to."""

    module: Module
    arguments: list[ast.expr]
    keywords: list[ast.keyword]


@dataclass(frozen=True, slots=True)
class Callers:
    """All calls of a function that count; `assumed`: others may call it who are not seen."""

    calls: tuple[Call, ...] = ()
    assumed: bool = False


NO_CALLERS = Callers()


class Inference(Protocol):
    """What the parts of type inference ask each other; `Values` answers."""

    project: Project

    def seen(self, module: Module, node: ast.expr) -> Value:
        """The types an expression may have; ANY among them where it may have others."""
        ...

    def target(self, module: Module, node: ast.expr) -> Target:
        """What an expression that is called stands for."""
        ...

    def attribute(self, module: Module, node: ast.Attribute) -> Target:
        """What `value.name` stands for."""
        ...

    def fact(self, dotted: str, module: Module | None = None) -> Fact | None:
        """What is known of a name from outside of the project, which files of it may pass on to `module`."""
        ...

    def fact_of(self, type_name: str, attribute: str) -> Fact | None:
        """What is known of an attribute of a type from outside of the project."""
        ...

    def typed(self, dotted: str) -> Fact | None:
        """What typeshed says of a name of the standard library: its type, not what it raises."""
        ...

    def returned(self, fact: Fact) -> Value:
        """What calling it gives, or reading it."""
        ...

    def member(self, owner: Definition, name: str, below: bool = True) -> Target:
        """An attribute of an instance of a class, or of one `below`: a method, or what methods assign."""
        ...

    def given(self, module: Module, binding: Binding) -> Value:
        """The types that a binding gives its name, and what is put into them later."""
        ...

    def passed(self, module: Module, argument: ast.arg) -> Value:
        """The types that an argument gets of the calls of its function; ANY among them: of others too."""
        ...

    def may_end(self, definition: Definition) -> bool:
        """Whether control can reach the end of a function, which then gives None."""
        ...

    def callers(self, definition: Definition) -> Callers:
        """All calls of a function of the project, as far as its arguments can be told by them."""
        ...


class Target(NamedTuple):
    """What a name, an attribute or a callee stands for: all it may be, and what finding it can raise.

    Where it is not `known` it may be something else as well; with `below` also a class below one that it
    stands for: `cls`, `type(self)`, an argument of `type[Base]`.
    """

    facts: tuple[Fact, ...] = ()
    definitions: tuple[Definition, ...] = ()
    origins: tuple[Origin, ...] = ()  # the values that are assigned to it
    values: tuple[Value, ...] = ()  # what it is declared as
    makes: tuple[Value, ...] = ()  # what calling it gives, where that raises nothing
    hooks: tuple[Definition, ...] = ()  # methods of the project that the facts call
    fails: tuple[str, ...] = ()  # why looking it up raises AttributeError
    reads: tuple[Fact, ...] = ()  # what reading it of an instance runs: a field that asks the database
    described: tuple[str, ...] = ()  # what may do anything when it is read of an instance, by their names
    assumed: tuple[str, ...] = ()  # what has to be right besides
    known: bool = True
    below: bool = False

    @property
    def is_value(self) -> bool:
        """Whether it stands for what is assigned to it, not for something that is defined."""
        return bool(self.origins or self.values)

    @property
    def is_unsure(self) -> bool:
        """Whether something else may be called than what is told here."""
        return not self.known or self.is_value or not (self.found or self.fails)

    @property
    def found(self) -> bool:
        return bool(self.facts or self.definitions or self.origins or self.values or self.makes)

    def of_class(self) -> Target:
        """The same attribute read of the class itself, where it answers for itself and nothing runs."""
        return self._replace(reads=(), described=())


NOBODY_KNOWS = Target(known=False)
NOT_YET = Target()  # what is assumed of one that is being looked for


def merged(targets: Iterable[Target]) -> Target:
    """One Target for what may stand for any of several."""
    found = list(targets)
    if len(found) == 1 and len(found[0].facts) < 2 and len(found[0].definitions) < 2:
        return found[0]
    return Target(
        facts=tuple(dict.fromkeys(f for t in found for f in t.facts)),
        definitions=tuple(dict.fromkeys(d for t in found for d in t.definitions)),
        hooks=tuple(dict.fromkeys(d for t in found for d in t.hooks)),
        origins=tuple(o for t in found for o in t.origins),
        values=tuple(v for t in found for v in t.values),
        makes=tuple(v for t in found for v in t.makes),
        fails=tuple(dict.fromkeys(w for t in found for w in t.fails)),
        reads=tuple(dict.fromkeys(f for t in found for f in t.reads)),
        described=tuple(dict.fromkeys(w for t in found for w in t.described)),
        assumed=tuple(dict.fromkeys(w for t in found for w in t.assumed)),
        known=all(t.known for t in found),
        below=any(t.below for t in found),
    )
