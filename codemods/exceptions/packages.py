"""What the source of installed packages says of the names in them: facts, as the tables have them.

The tables come first: what a package documents counts for more than how it is written just now.
"""

from __future__ import annotations

import ast
from typing import Any

from codemods.exceptions.fact import Fact
from codemods.exceptions.tables import tables
from codemods.exceptions.types.functions.decorators import is_property
from codemods.exceptions.types.functions.results import of_result, yielded
from codemods.exceptions.types.kinds import join, plain
from codemods.exceptions.types.notation import ANY, NONE, UNKNOWN, Type, Value, parse
from codemods.exceptions.types.targets import NOBODY_KNOWS, Inference, Target, merged
from codemods.installed import Installed
from codemods.module import FUNCTIONS, Unreadable
from codemods.names import names_of
from codemods.project import Definition


class Packages:
    """Facts about the names in installed packages; `values` are the types in their source."""

    def __init__(self, installed: Installed, values: Inference) -> None:
        self.installed = installed
        self._values = values

    def fact(self, dotted: str) -> Fact | None:
        """What is known of a function, class, method, or of what is read under the name."""
        found = self.installed.remembered("is", dotted, lambda: self._described(dotted))
        try:
            if not found:
                return None
            if also := found.get("also"):
                return tables().facts.get(str(also))
            parse(found["returns"])
            return Fact(
                name=str(found["name"]),
                source=self.installed.label(dotted),
                returns=None if found["returns"] is None else str(found["returns"]),
                external=True,
                installed=True,
                is_value=bool(found["is_value"]),
            )
        except (KeyError, TypeError, SyntaxError, ValueError):  # a file of the cache that somebody else wrote
            return None

    def why_unknown(self, dotted: str) -> str:
        """What to say of a name that is not in the tables, and of which the packages do not tell either."""
        top = dotted.partition(".")[0]
        if self.installed.distributions.has_top(top) or self.installed.path_of(top, ""):
            return "which is not in the tables, and whose source does not tell"
        return "which is not in the tables, and not installed"

    def target(self, dotted: str) -> Target:
        """What the name stands for in the source of the packages."""
        if definition := self.installed.find(dotted, ""):
            return Target(definitions=(definition,))
        holder, _, last = dotted.rpartition(".")
        owner = self.installed.find(holder, "") if holder else None
        if owner and isinstance(owner.node, ast.ClassDef):
            return self._values.member(owner, last)
        path = self.installed.path_of(holder, "") if holder else None
        if path is None:
            return self._of_variable(holder, last) if "." in holder else NOBODY_KNOWS
        try:
            module = self.installed.module(path)
        except (OSError, Unreadable):
            return NOBODY_KNOWS
        bindings = names_of(module).bindings_in(module.tree).get(last, ())
        values = [self._values.given(module, binding) for binding in bindings]
        return Target(values=(join(values),)) if values else NOBODY_KNOWS

    # -- helpers ----------------------------------------------------------------------------------

    def _of_variable(self, variable: str, attribute: str) -> Target:
        """An attribute of what a variable at the top of a file holds."""
        values = self.target(variable).values
        owners = [kind.definition for value in values for kind in value - NONE]
        if not all(owners):
            return NOBODY_KNOWS
        return merged(self._values.member(owner, attribute) for owner in owners if owner)

    def _described(self, dotted: str) -> dict[str, Any]:
        if (origin := self.installed.origin(dotted, "")) in tables().facts:
            return {"also": origin}
        target = self.target(dotted)
        if not target.found:
            return {}
        read = any(is_property(definition) for definition in target.definitions)
        given = [self._result(definition) for definition in target.definitions]
        given += [self._values.seen(*origin) for origin in target.origins]
        value = join([*given, *target.values, *(() if target.known else (UNKNOWN,))])
        names = [self.installed.type_name(d) for d in target.definitions if isinstance(d.node, FUNCTIONS)]
        return {
            "name": names[0] if len(set(names)) == 1 and not read else dotted,
            "is_value": read or target.is_value,
            "returns": self._spelled(value),
        }

    def _result(self, definition: Definition) -> Value:
        """What calling it gives; of a context manager that a decorator makes, with what it binds."""
        if bound := yielded(self._values, definition):
            return plain("contextlib.AbstractContextManager", bound)
        return of_result(self._values, definition)

    def _spelled(self, value: Value) -> str | None:
        """A value in the notation of the tables; None when nothing of it is known."""
        if not value - ANY - NONE:
            return "None" if value == NONE else None
        return " | ".join(sorted(self._spelled_type(kind) for kind in value))

    def _spelled_type(self, kind: Type) -> str:
        if kind in ANY:
            return "typing.Any"
        name = self.installed.type_name(kind.definition) if kind.definition else kind.name
        if not all(part.isidentifier() for part in name.split(".")):
            return "typing.Any"
        inside = [self._spelled(argument) or "typing.Any" for argument in kind.arguments]
        return f"{tables().own_name(name)}[{', '.join(inside)}]" if inside else tables().own_name(name)
