"""How much a `try` is like the others of its project, and what those name."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable

from codemods.exceptions.naming.habits import Habits, Handled
from codemods.exceptions.naming.signs import Signs
from codemods.module import Module

_DULL = ("attribute", "item:", "operator:")  # keys that most bodies have
_CALLS = ("call:", "method:", "name:")


class Likeness:
    """What the other handlers of a project name, by type; each number is 0 to 1 if not said otherwise."""

    def __init__(self, habits: Habits, signs: Signs, handler: ast.ExceptHandler, module: Module) -> None:
        self.key_share: dict[str, float] = defaultdict(float)
        """The best share among the handlers that have a key in common."""
        self.key_count: Counter[str] = Counter()
        """How many handlers that have a key in common name it."""
        self.key_sum: dict[str, float] = defaultdict(float)
        """The shares of all keys added up."""
        self.call_share: dict[str, float] = defaultdict(float)
        self.same_file_share: dict[str, float] = defaultdict(float)
        self.similar: dict[str, float] = defaultdict(float)
        """How alike the body of the most similar handler that names it is."""
        self.similar_in_file: dict[str, float] = defaultdict(float)
        self._path, self._line = module.path, module.statement(handler).lineno
        common: Counter[int] = Counter()
        others: dict[int, Handled] = {}
        for key in signs.keys:
            sharing = [one for one in habits.by_key.get(key, ()) if not self._is_itself(one)]
            for one in sharing:
                common[id(one)] += 1
                others[id(one)] = one
            self._note(key, sharing)
        for number, one in others.items():
            alike = common[number] / (len(signs.keys) + len(one.keys) - common[number])
            for name in one.types:
                self.similar[name] = max(self.similar[name], alike)
                if one.path == module.path:
                    self.similar_in_file[name] = max(self.similar_in_file[name], alike)
        file = [one for one in habits.by_file.get(module.path, ()) if not self._is_itself(one)]
        function = module.function(handler)
        self.in_file = shares(one.types for one in file)
        self.in_function = shares(one.types for one in file if one.scope is function and function)

    def _note(self, key: str, sharing: list[Handled]) -> None:
        """Note what the handlers name that have the key in common."""
        dull = key.startswith(_DULL)
        for name, share in shares(one.types for one in sharing).items():
            self.key_sum[name] += share * (0.3 if dull else 1.0)
            self.key_share[name] = max(self.key_share[name], share)
            if key.startswith(_CALLS):
                self.call_share[name] = max(self.call_share[name], share)
        for name, share in shares(one.types for one in sharing if one.path == self._path).items():
            self.same_file_share[name] = max(self.same_file_share[name], share)
        for one in sharing:
            self.key_count.update(one.types)

    def _is_itself(self, one: Handled) -> bool:
        return one.line == self._line and one.path == self._path


def shares(types: Iterable[tuple[str, ...]]) -> dict[str, float]:
    """Of each type, the share of handlers that name it, a little less where there are few."""
    counts: Counter[str] = Counter()
    total = 0
    for names in types:
        counts.update(names)
        total += 1
    return {name: count / (total + 1) for name, count in counts.items()}
