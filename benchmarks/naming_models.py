"""The small models that weigh what speaks for a type, and for a set of types: how they are trained.

Folds are made of whole packages: what is said of a handler comes from models that never saw its package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import numpy

from codemods.exceptions.naming.sets import Named, TypeSet, Worth, best_set, type_sets

FOLDS = 5
_SETTINGS = {
    "objective": "binary",
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "max_bin": 127,
    "verbose": -1,
    "num_threads": 2,
    "deterministic": True,
}
_SMALLEST_BLOCK = 150  # cases behind a point of the confidence curve


def fold_of(package: str) -> int:
    return int(hashlib.sha1(f"fold{package}".encode()).hexdigest(), 16) % FOLDS


@dataclass(slots=True)
class Weighed:
    """The candidates of an example, which of them a person named, and whether it is a case."""

    case: str | None
    package: str
    types: tuple[str, ...]
    named: list[bool]
    missed: list[list[int]]
    """For each type that was named and is no candidate, the places of those that catch it."""
    rows: numpy.ndarray
    catches: list[tuple[int, int]]
    """The places of candidates of which the first catches the second."""


@dataclass(frozen=True, slots=True)
class Training:
    """How trees are grown."""

    settings: dict[str, Any]
    rounds: int
    models: int  # that differ by chance alone: together they are a little better than each


_ABOUT_TYPES = {"min_data_in_leaf": 40, "lambda_l2": 5}
_ABOUT_SETS = {"min_data_in_leaf": 200, "lambda_l2": 20, "learning_rate": 0.1, "max_bin": 63}
_AT_RANDOM = {"extra_trees": True}  # trees that try a random cut of a number: they err in other places
OF_TYPES = (
    Training(_ABOUT_TYPES | {"learning_rate": 0.045, "num_leaves": 24, "feature_fraction": 0.3}, 330, 3),
    Training(
        _ABOUT_TYPES | _AT_RANDOM | {"learning_rate": 0.07, "num_leaves": 40, "feature_fraction": 0.7}, 500, 1
    ),
)
OF_SETS = (
    Training(_ABOUT_SETS | {"num_leaves": 15, "feature_fraction": 0.25}, 150, 2),
    Training(_ABOUT_SETS | _AT_RANDOM | {"num_leaves": 31, "feature_fraction": 0.5}, 250, 1),
)


@dataclass(slots=True)
class Table:
    """What a model learns from: for each example rows of numbers, and of which of them it is true."""

    trainings: Sequence[Training]
    """They count the same, however many models each has."""
    rows: list[numpy.ndarray] = field(default_factory=list)
    true: list[list[bool]] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, one: Weighed, rows: numpy.ndarray, true: list[bool]) -> None:
        self.rows.append(rows)
        self.true.append(true)
        self.packages.append(one.package)
        self.weights.append(1.0 if one.case else 0.7)

    def out_of_fold(self) -> list[list[float]]:
        """How likely each row is to be true, by models that never saw its package."""
        by_training = [self._odds(training) for training in self.trainings]
        odds = (sum(each) / len(each) for each in zip(*by_training, strict=True))
        return [(1 / (1 + numpy.exp(-one))).tolist() for one in odds]

    def trees(self) -> list[dict[str, list[Any]]]:
        """The trees of models that saw all, in the form that `Forest` reads."""
        return [tree for training in self.trainings for tree in self._trees(training)]

    def _odds(self, training: Training) -> list[numpy.ndarray]:
        """The logarithms of the odds of each row, by models that never saw its package."""
        found = [numpy.zeros(len(rows)) for rows in self.rows]
        for fold in range(FOLDS):
            models = self._fit(training, [fold_of(package) != fold for package in self.packages])
            for number, package in enumerate(self.packages):
                if fold_of(package) == fold:
                    odds = sum(model.predict(self.rows[number], raw_score=True) for model in models)
                    found[number] = odds / len(models)
        return found

    def _trees(self, training: Training) -> list[dict[str, list[Any]]]:
        models = self._fit(training, [True] * len(self.rows))
        share = 1 / (len(models) * len(self.trainings))
        trees = (tree for model in models for tree in model.dump_model()["tree_info"])
        return [_tree(tree["tree_structure"], share) for tree in trees]

    def _fit(self, training: Training, chosen: list[bool]) -> list[Any]:
        import lightgbm

        rows = [*compress(self.rows, chosen)]
        table, true = numpy.vstack(rows), numpy.concatenate([*compress(self.true, chosen)])
        weight = numpy.repeat([*compress(self.weights, chosen)], [len(each) for each in rows])
        return [
            lightgbm.train(
                _SETTINGS | training.settings | {"seed": seed},
                lightgbm.Dataset(table, true.astype(int), weight=weight),
                num_boost_round=training.rounds,
            )
            for seed in range(training.models)
        ]


def _tree(root: dict[str, Any], share: float) -> dict[str, list[Any]]:
    tree: dict[str, list[Any]] = {"column": [], "most": [], "left": [], "right": [], "leaves": []}

    def place(node: dict[str, Any]) -> int:
        if "leaf_value" in node:
            tree["leaves"].append(round(node["leaf_value"] * share, 4))
            return ~(len(tree["leaves"]) - 1)
        number = len(tree["column"])
        tree["column"].append(node["split_feature"])
        tree["most"].append(float(f"{node['threshold']:.5g}"))
        tree["left"].append(0)
        tree["right"].append(0)
        tree["left"][number] = place(node["left_child"])
        tree["right"][number] = place(node["right_child"])
        return number

    place(root)
    return tree


# -- sets of types --------------------------------------------------------------------------------------


class Handler:
    """The sets that could be named at one handler, and which of them would have been right."""

    def __init__(self, weighed: Weighed, chances: Sequence[float]) -> None:
        self.weighed = weighed
        self.order = sorted(range(len(chances)), key=lambda place: (-chances[place], weighed.types[place]))
        self._pairs = {(one, one) for one in self.order}.union(weighed.catches)
        self._meant = [*compress(range(len(weighed.named)), weighed.named)]
        self._missed = [set(places) for places in weighed.missed]
        self.sets: list[TypeSet] = type_sets(
            [weighed.rows[place].tolist() for place in self.order],
            [chances[place] for place in self.order],
            lambda a, b: (self.order[a], self.order[b]) in self._pairs,
        )
        self.rows = numpy.array([one.row for one in self.sets], dtype=numpy.float32)
        self.covers = [self.covered_by(one.expected.places) for one in self.sets]
        self.exact = [self._is_exact(one.expected.places) for one in self.sets]

    def covered_by(self, places: Sequence[int]) -> bool:
        """Whether these types catch all that a person named."""
        chosen = [self.order[place] for place in places]
        known = all(any((place, one) in self._pairs for place in chosen) for one in self._meant)
        return known and all(not catching.isdisjoint(chosen) for catching in self._missed)

    def _is_exact(self, places: Sequence[int]) -> bool:
        meant = self._meant
        widest = {a for a in meant if not any(b != a and (b, a) in self._pairs for b in meant)}
        known = all(not catching.isdisjoint(meant) for catching in self._missed)
        return known and self.covered_by(places) and widest == {self.order[place] for place in places}

    def named(self, covers: Sequence[float], exact: Sequence[float]) -> Named:
        """The set that is named when its merits are this likely."""
        return best_set(self.sets, covers, exact, Worth())

    def types(self, named: Named) -> list[str]:
        return [self.weighed.types[self.order[place]] for place in named.places]


def tables_of_sets(handlers: Sequence[Handler]) -> Iterator[Table]:
    """Of which sets it is true that they catch all, and that they are exact."""
    for merit in ("covers", "exact"):
        table = Table(OF_SETS)
        for one in handlers:
            table.add(one.weighed, one.rows, getattr(one, merit))
        yield table


def calibrate(outcomes: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Points of a rising line: by the chance of the set that is named, how often it caught all."""
    blocks: list[list[float]] = []  # chance, caught, count: pool adjacent violators
    for chance, caught in sorted(outcomes):
        blocks.append([chance, float(caught), 1.0])
        while len(blocks) > 1 and (
            blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2] or blocks[-2][2] < _SMALLEST_BLOCK
        ):
            last = blocks.pop()
            blocks[-1] = [one + other for one, other in zip(blocks[-1], last, strict=True)]
    return [(round(chance / count, 4), round(caught / count, 4)) for chance, caught, count in blocks]
