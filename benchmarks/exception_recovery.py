"""Predicts the exception types that people named, for the exception recovery benchmark.

    python benchmarks/exception_recovery.py --root RECOVERY_ROOT --inputs INPUTS.jsonl --out PREDICTIONS.jsonl

`--root` holds `mutated/<split>/<package>/`, the source trees without answers. Each line of `--inputs`
names a package, a file in it and the line of a `try` whose one handler catches everything; each line of
`--out` is `{"case_id": …, "types": [dotted names], "confidence": 0 to 1}`. Nothing of the packages is run.
"""

from __future__ import annotations

import argparse
import ast
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from typing import Any

from codemods.exceptions import may_raise
from codemods.exceptions.naming import guess
from codemods.exceptions.tables import tables
from codemods.module import Module, Unreadable
from codemods.project import Project
from codemods.sources import WorkingDirectory
from codemods.workers import spare_the_collector

Case = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--inputs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    packages: dict[str, list[Case]] = defaultdict(list)
    for line in options.inputs.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        packages[case["package"]].append(case)
    by_size = sorted(packages.items(), key=lambda item: -len(item[1]))
    # A process for each package: what is known of one is large, and of no use to the next.
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["codemods.exceptions.naming"])
    pool = ProcessPoolExecutor(options.jobs, processes, max_tasks_per_child=1)
    with pool, options.out.open("w", encoding="utf-8") as out:
        for predictions in pool.map(partial(predict_package, options.root), by_size):
            out.writelines(json.dumps(prediction) + "\n" for prediction in predictions)


def predict_package(root: Path, item: tuple[str, list[Case]]) -> list[dict[str, Any]]:
    """The predictions for one package, which is read as one project."""
    package, cases = item
    spare_the_collector()
    folder = next(path for path in sorted((root / "mutated").glob(f"*/{package}")) if path.is_dir())
    project = Project(WorkingDirectory.at(folder))
    return [{"case_id": case["case_id"], **predict(project, case)} for case in cases]


def predict(project: Project, case: Case) -> dict[str, Any]:
    """The types to name at one `try`, and how sure that is."""
    try:
        module = project.module(case["path"])
    except (OSError, Unreadable):
        return {"types": [], "confidence": 0.0}
    handler = next(_handlers(module, case["line"]), None)
    if handler is None:
        return {"types": [], "confidence": 0.0}
    statement = module.parent(handler)
    assert isinstance(statement, (ast.Try, ast.TryStar))
    found = guess(handler, module, project, may_raise(statement.body, module, project))
    types = sorted({defined_name(dotted_name(one.type)) for one in found.types})
    return {"types": types, "confidence": round(found.confidence, 4)}


def _handlers(module: Module, line: int) -> Iterator[ast.ExceptHandler]:
    """The handlers of the `try` that starts on a line: one, that catches everything."""
    statements: Iterable[ast.Try | ast.TryStar] = module.nodes(ast.Try, ast.TryStar)
    for statement in statements:
        if statement.lineno == line:
            yield from statement.handlers


def defined_name(name: str) -> str:
    """A type by the private module that defines it, if one does: so the benchmark names compiled ones."""
    others = (other for other in tables().other_names(name) if "._" in other)
    return next(others, name)


def dotted_name(name: str) -> str:
    """A class of the project (`pkg/errors.py:Refused`) by its import name."""
    path, colon, inner = name.rpartition(":")
    if not colon:
        return name
    pure = PurePosixPath(path).with_suffix("")
    parts = pure.parent.parts if pure.name == "__init__" else pure.parts
    return ".".join([*parts, inner])


if __name__ == "__main__":
    main()
