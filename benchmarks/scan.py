"""What a scan costs beside the least that it could: parsing every file once.

    python benchmarks/scan.py FOLDER [ROUNDS]

Prints, as the best of some rounds in one process: `ast.parse` over the folder's Python files, a scan of
them by all remedies, the shares of it that are LibCST surgery and exception inference, and how long
`patchwright --help` takes. The bar: (scan - surgery) / parse at most 2.
"""

from __future__ import annotations

import ast
import contextlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from codemods import surgery
from codemods.engine import project_of, scan, spare_the_collector
from codemods.remedies import _narrowing
from codemods.remedy import all_remedies
from codemods.sources import WorkingDirectory


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of the work; what it made is thrown away after the clock has stopped."""
    began = time.process_time()
    made = work()
    passed = time.process_time() - began
    del made
    project_of.cache_clear()
    return passed


class Stopwatch:
    """Counts the time that passes inside of a function, put in its place."""

    def __init__(self, function: Callable[..., object]) -> None:
        self.function = function
        self.total = 0.0
        self.calls = 0

    def __call__(self, *arguments: object, **options: object) -> object:
        began = time.process_time()
        try:
            return self.function(*arguments, **options)
        finally:
            self.calls += 1
            self.total += time.process_time() - began


def parse_all(files: list[bytes]) -> list[ast.AST]:
    trees = []
    for data in files:
        with contextlib.suppress(SyntaxError, ValueError):
            trees.append(ast.parse(data))
    return trees


def startup() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "cli.main", "--help"], check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    folder = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    tree = WorkingDirectory.at(folder)
    files = [tree.read(path) for path in tree.paths()]
    all_remedies()
    spare_the_collector()  # as the command does; it speeds up parsing as much as scanning
    surgery.rewrite = cutting = Stopwatch(surgery.rewrite)  # type: ignore[assignment]
    _narrowing.may_raise = inferring = Stopwatch(_narrowing.may_raise)  # type: ignore[assignment]
    timed = []
    for _ in range(rounds):
        parsing = seconds(lambda: parse_all(files))
        timed.append((parsing, seconds(lambda: scan(WorkingDirectory.at(folder)))))
    parsing, scanning = (min(times) for times in zip(*timed, strict=True))
    print(f"{len(files)} files, {sum(map(len, files)) / 1e6:.2f} MB")
    print(f"ast.parse     {parsing * 1000:8.0f} ms")
    print(f"scan          {scanning * 1000:8.0f} ms")
    for name, watch in (("surgery", cutting), ("inference", inferring)):
        print(f"  {name:<11} {watch.total / rounds * 1000:8.0f} ms  ({watch.calls // rounds} calls)")
    print(f"ratio         {(scanning - cutting.total / rounds) / parsing:8.2f}")
    print(f"--help        {min(startup() for _ in range(rounds)) * 1000:8.0f} ms")


if __name__ == "__main__":
    main()
