"""Mines what people name in `except` from public packages, and trains what weighs the evidence.

    python benchmarks/mine_exceptions.py --root RECOVERY_ROOT --work FOLDER [--out mined.json.gz]

`--root` is that of the exception recovery benchmark: the development packages alone are read, from
`mutated/dev/<package>/` and `cases_dev.jsonl`. `--work` keeps what each step found, by package, so that a
run that was cut short goes on. Folds are made of whole packages: what weighs the evidence is trained on
statistics that never saw the package at hand, and `predictions.jsonl` there is what models say that never
did, for the benchmark to score. Needs scikit-learn and lightgbm, which nothing else here does.
Nothing of the packages is run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import pickle
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any

import numpy
import scipy.sparse
from exception_recovery import defined_name, dotted_name
from mined_examples import Example, collect, parts, statement_at
from naming_models import FOLDS, OF_TYPES, Handler, Table, Weighed, calibrate, fold_of, tables_of_sets
from sklearn.linear_model import LogisticRegression

from codemods.exceptions.hierarchy import canonical, hierarchy_of
from codemods.exceptions.naming.candidates import candidates
from codemods.exceptions.naming.evidence import Evidence
from codemods.exceptions.naming.mined import Mined

_TELLING = ("handler", "error:", "function:", "has:", "in:", "one:")
_OFTEN = 120  # examples from which a sign counts as telling
EQUAL_WEIGHT = 60  # handlers of one package from which each counts less


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("codemods/exceptions/naming/mined.json.gz"))
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    cases: dict[str, dict[tuple[str, int], Any]] = defaultdict(dict)
    for line in (options.root / "cases_dev.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        cases[case["package"]][case["path"], case["mline"]] = case
    packages = sorted(cases, key=lambda package: -len(cases[package]))
    for_each = partial(_for_each, options.jobs, options.work)
    for_each("examples", packages, partial(collect, options.root, cases))
    examples = {p: _load(options.work / "examples" / p) for p in packages}
    telling = telling_signs(one for many in examples.values() for one in many)
    tables = {}
    for fold in (*range(FOLDS), None):  # None: of everything, which is what ships
        kept = options.work / f"statistics-{fold}.json"
        if not kept.exists():
            learnt = {p: examples[p] for p in packages if fold_of(p) != fold}
            kept.write_text(json.dumps(statistics(learnt) | {"telling": telling}))
        tables[fold] = json.loads(kept.read_text())
        print("statistics", fold, len(tables[fold]["seen"]), "signs", flush=True)
    for_each("weighed", packages, partial(weigh, options.root, options.work, cases))
    weighed = [one for p in packages for one in _load(options.work / "weighed" / p)]
    of_types = Table(OF_TYPES)
    for one in weighed:
        of_types.add(one, one.rows, one.named)
    handlers = [Handler(*one) for one in zip(weighed, of_types.out_of_fold(), strict=True)]
    print("chances of types", flush=True)
    covering, exact = tables_of_sets(handlers)
    chances = zip(handlers, covering.out_of_fold(), exact.out_of_fold(), strict=True)
    cases = [(one, one.named(*merits)) for one, *merits in chances if one.weighed.case]
    print("chances of sets", flush=True)
    with (options.work / "predictions.jsonl").open("w", encoding="utf-8") as file:
        for one, named in cases:
            types = sorted({defined_name(name) for name in one.types(named)})
            told = {"case_id": one.weighed.case, "types": types, "confidence": named.cover}
            print(json.dumps(told), file=file)
    table = tables[None] | {
        "trees": of_types.trees(),
        "covering_trees": covering.trees(),
        "exact_trees": exact.trees(),
        "confidence": calibrate([(named.cover, one.covered_by(named.places)) for one, named in cases]),
    }
    text = json.dumps(table, separators=(",", ":")) + "\n"
    options.out.write_bytes(gzip.compress(text.encode(), mtime=0))


def _for_each(
    jobs: int, work: Path, step: str, packages: Sequence[str], does: Callable[[str], list[Any]]
) -> None:
    """Run a step for each package, and keep what it gives."""
    (work / step).mkdir(parents=True, exist_ok=True)
    todo = [package for package in packages if not (work / step / package).exists()]
    with ProcessPoolExecutor(jobs) as pool:
        done = [pool.submit(_keep, does, package, work / step / package) for package in todo]
        for number, future in enumerate(as_completed(done), 1):
            print(step, number, "of", len(todo), *future.result(), flush=True)


def _keep(does: Callable[[str], list[Any]], package: str, path: Path) -> tuple[str, int, float]:
    start = time.perf_counter()
    found = does(package)
    with path.with_suffix(".part").open("wb") as file:
        pickle.dump(found, file)
    path.with_suffix(".part").rename(path)
    return package, len(found), round(time.perf_counter() - start, 1)


def _load(path: Path) -> list[Any]:
    with path.open("rb") as file:
        return list(pickle.load(file))


# -- statistics -----------------------------------------------------------------------------------------


def statistics(examples: dict[str, list[Example]]) -> dict[str, Any]:
    """What the signs say about types, in the form of `mined.json.gz` (without the trees)."""
    flat = [(package, one) for package, many in examples.items() for one in many]
    weights = [min(1.0, (EQUAL_WEIGHT / len(examples[package])) ** 0.5) for package, _ in flat]
    packages_of: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for (package, one), weight in zip(flat, weights, strict=True):
        for sign in one.signs.all:
            packages_of[sign].add(package)
            counts[sign] += weight
    vocabulary = sorted(s for s in counts if counts[s] >= 4 and len(packages_of[s]) >= 3)
    named: Counter[str] = Counter()
    naming: dict[str, set[str]] = defaultdict(set)
    for package, one in flat:
        named.update(one.types)
        for name in one.types:
            naming[name].add(package)
    public = [n for n in named if any(not _is_own(n, package) for package in naming[n])]
    types = [n for n, count in named.most_common() if count >= 6 and n in public and len(naming[n]) >= 2]
    intercepts, found = _weights(flat, weights, vocabulary, types)
    seen, names = _seen(flat, weights, vocabulary)
    total = sum(weights)
    usual: Counter[str] = Counter()
    for (_, one), weight in zip(flat, weights, strict=True):
        usual.update(dict.fromkeys(one.types, weight))
    return {
        "version": 1,
        "packages": len(examples),
        "handlers": len(flat),
        "types": types,
        "names": names,
        "priors": {
            name: round(math.log(named[name] / len(flat)), 2)
            for name in public
            if "." in name or named[name] >= 3
        },
        "shares": {name: round(usual[name] / total, 6) for name in names},
        "intercepts": intercepts,
        "weights": found,
        "seen": seen,
    }


def telling_signs(examples: Iterable[Example]) -> list[str]:
    """The signs of handlers, and of what is around them, that stand at many; the same in all folds."""
    count = Counter(sign for one in examples for sign in one.signs.all if sign.startswith(_TELLING))
    return sorted(sign for sign, often in count.items() if often > _OFTEN)


def _is_own(name: str, package: str) -> bool:
    """Whether a type is of the package itself, so that nobody else can name it."""
    return "." in name and name.partition(".")[0].lower() in package.replace("-", "_").lower()


def _weights(
    flat: Sequence[tuple[str, Example]],
    weights: Sequence[float],
    vocabulary: Sequence[str],
    types: Sequence[str],
) -> tuple[list[float], dict[str, list[tuple[int, float]]]]:
    """Sparse logistic regressions: the intercept of each type, and by sign what it adds."""
    place = {sign: number for number, sign in enumerate(vocabulary)}
    columns, ends = [], [0]
    for _, one in flat:
        columns += [place[sign] for sign in one.signs.all if sign in place]
        ends.append(len(columns))
    matrix = scipy.sparse.csr_matrix(
        (numpy.ones(len(columns)), columns, ends), shape=(len(flat), len(vocabulary))
    )
    intercepts = []
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, name in enumerate(types):
        model = LogisticRegression(C=0.5, solver="liblinear", l1_ratio=1, max_iter=200, random_state=0)
        model.fit(matrix, [name in one.types for _, one in flat], sample_weight=weights)
        intercepts.append(round(float(model.intercept_[0]), 3))
        for column in numpy.flatnonzero(numpy.abs(model.coef_[0]) > 1e-3):
            found[vocabulary[column]].append((number, round(float(model.coef_[0][column]), 3)))
    return intercepts, found


def _seen(
    flat: Sequence[tuple[str, Example]], weights: Sequence[float], vocabulary: Sequence[str]
) -> tuple[dict[str, tuple[float, list[tuple[int, float]]]], list[str]]:
    """How often each sign stands with each type."""
    count: Counter[str] = Counter()
    joint: dict[str, Counter[str]] = {sign: Counter() for sign in vocabulary}
    for (_, one), weight in zip(flat, weights, strict=True):
        for sign in one.signs.all:
            if sign in joint:
                count[sign] += weight
                for name in one.types:
                    joint[sign][name] += weight
    names: dict[str, int] = {}
    seen = {}
    for sign in vocabulary:
        often = [(name, round(n, 2)) for name, n in joint[sign].items() if n >= 0.8]
        seen[sign] = (round(count[sign], 2), [(names.setdefault(name, len(names)), n) for name, n in often])
    return seen, list(names)


# -- the trees ------------------------------------------------------------------------------------------


def weigh(root: Path, work: Path, cases: dict[str, Any], package: str) -> list[Weighed]:
    """The candidates of a package's examples, by statistics that never saw the package."""
    mined = Mined.read(json.loads((work / f"statistics-{fold_of(package)}.json").read_text()))
    examples = {(one.path, one.line): one for one in _load(work / "examples" / package)}
    found = []
    for _, project, part in parts(root, cases, package):
        hierarchy = hierarchy_of(project)
        for one in [examples[named.place] for named in part]:
            module, statement = project.module(one.path), statement_at(project, one.path, one.line)
            evidence = Evidence(statement.handlers[0], one.signs, module, project, one.answer, mined)
            chosen = candidates(evidence)
            spelled = [canonical(dotted_name(name)) for name in chosen.types]
            named = [name in one.types for name in spelled]
            rows = numpy.array(chosen.rows, dtype=numpy.float32)
            places = range(len(spelled))
            catches = [
                (a, b) for a in places for b in places if hierarchy.is_a(chosen.types[b], chosen.types[a])
            ]
            missed = [
                [place for place in places if hierarchy.is_a(name, chosen.types[place])]
                for name in sorted(one.types.difference(spelled))
            ]
            found.append(Weighed(one.case, package, tuple(spelled), named, missed, rows, catches))
    return found


if __name__ == "__main__":
    main()
