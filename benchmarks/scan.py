"""What a scan costs beside the least that it could: parsing every file once.

    python benchmarks/scan.py FOLDER [ROUNDS]

Prints, as the best of some rounds in one process: `ast.parse` over the folder's Python files, a scan of
them by all remedies, the share of the scan that is LibCST surgery, and how long `patchwright --help`
takes. The bar: (scan - surgery) / parse at most 2.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from codemods import surgery
from codemods.engine import project_of, scan
from codemods.remedy import all_remedies
from codemods.sources import WorkingDirectory


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


class Stopwatch:
    """Counts the time that passes inside of a function, put in its place."""

    def __init__(self, function: Callable[..., object]) -> None:
        self.function = function
        self.total = 0.0
        self.calls = 0

    def __call__(self, *arguments: object) -> object:
        began = time.process_time()
        try:
            return self.function(*arguments)
        finally:
            self.calls += 1
            self.total += time.process_time() - began


def parse_all(files: list[bytes]) -> None:
    for data in files:
        try:
            ast.parse(data)
        except (SyntaxError, ValueError):
            continue


def cold_scan(folder: Path) -> None:
    project_of.cache_clear()
    scan(WorkingDirectory.at(folder))


def startup() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "cli.main", "--help"], check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    folder = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    tree = WorkingDirectory.at(folder)
    files = [tree.read(path) for path in tree.paths()]
    all_remedies()
    cutting = surgery.rewrite
    best: tuple[float, float, float, int] | None = None
    for _ in range(rounds):
        surgery.rewrite = watch = Stopwatch(cutting)  # type: ignore[assignment]
        parsing = seconds(lambda: parse_all(files))
        scanning = seconds(lambda: cold_scan(folder))
        if best is None or scanning < best[1]:
            best = parsing, scanning, watch.total, watch.calls
    assert best
    parsing, scanning, cut, calls = best
    print(f"{len(files)} files, {sum(map(len, files)) / 1e6:.2f} MB")
    print(f"ast.parse     {parsing * 1000:8.0f} ms")
    print(f"scan          {scanning * 1000:8.0f} ms")
    print(f"  in surgery  {cut * 1000:8.0f} ms  ({calls} cuts)")
    print(f"ratio         {(scanning - cut) / parsing:8.2f}")
    print(f"--help        {min(startup() for _ in range(rounds)) * 1000:8.0f} ms")


if __name__ == "__main__":
    main()
