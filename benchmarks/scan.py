"""What a scan costs beside the least that it could: parsing every file once.

    python benchmarks/scan.py FOLDER [ROUNDS]

Prints, as the best of some rounds in one process: `ast.parse` over the folder's Python files, a scan of
them by all remedies, the shares of it that are LibCST surgery and exception inference, what making the fixes
costs after it (the safe ones, and all), and how long `patchwright --help` takes. A ratio is the middle one of
those of all rounds: a machine that gets slower or faster on the way changes the times, not the ratios.
Files with findings are opened before: whatever asks for them first, the scan has to look into them. Files
that only the inference needs are opened at its cost.
The bars: inference / parse at most 3, and the rest of the scan without surgery / parse at most 2.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

from codemods import surgery
from codemods.engine import project_of, scan
from codemods.model import Applicability, ScanResult
from codemods.module import Module
from codemods.remedies import _beyond, _narrowing
from codemods.remedy import all_remedies
from codemods.series import series
from codemods.sources import WorkingDirectory
from codemods.workers import spare_the_collector


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of the work; what it made is thrown away after the clock has stopped."""
    began = time.process_time()
    made = work()
    passed = time.process_time() - began
    del made
    return passed


class Stopwatch:
    """Counts the time that passes inside of a function, put in its place."""

    def __init__(self, function: Callable[..., object]) -> None:
        self.function = function
        self.total = 0.0

    def __call__(self, *arguments: object, **options: object) -> object:
        began = time.process_time()
        try:
            return self.function(*arguments, **options)
        finally:
            self.total += time.process_time() - began


def parse_all(files: list[bytes]) -> list[ast.AST]:
    trees = []
    for data in files:
        with contextlib.suppress(SyntaxError, ValueError):
            trees.append(ast.parse(data))
    return trees


@dataclass
class Times:
    """CPU seconds of each part of one round."""

    parsing: float
    scanning: float
    cutting: float
    inferring: float
    safe: float
    all: float

    @property
    def rest(self) -> float:
        return self.scanning - self.cutting - self.inferring


def one_round(
    folder: Path,
    files: list[bytes],
    looked_into: Collection[str],
    cutting: Stopwatch,
    inferring: Sequence[Stopwatch],
) -> Times:
    parsing = seconds(lambda: parse_all(files))
    tree = WorkingDirectory.at(folder)
    opened: list[Module] = []
    opening = seconds(lambda: opened.extend(map(project_of(tree).module, looked_into)))
    for watch in (cutting, *inferring):
        watch.total = 0.0
    found: list[ScanResult] = []
    scanning = opening + seconds(lambda: found.append(scan(tree)))
    shares = cutting.total, sum(watch.total for watch in inferring)
    safe = seconds(lambda: fix(tree, found[0], {Applicability.SAFE}))
    everything = seconds(lambda: fix(tree, found[0], {Applicability.SAFE, Applicability.UNSAFE}))
    project_of.cache_clear()
    gc.collect()  # what was worked out of the projects, which would slow down and fill up the next round
    return Times(parsing, scanning, *shares, safe, everything)


def fix(tree: WorkingDirectory, found: ScanResult, wanted: set[Applicability]) -> object:
    unsafe = Applicability.UNSAFE in wanted
    remedies = [remedy.id() for remedy in all_remedies() if unsafe or not remedy.is_always_unsafe]
    return series(tree, found.findings, remedies, lambda finding: finding.applicability in wanted)


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
    _narrowing.may_raise = raising = Stopwatch(_narrowing.may_raise)  # type: ignore[assignment]
    _beyond.may_exit = exiting = Stopwatch(_beyond.may_exit)  # type: ignore[assignment]
    looked_into = {finding.path for finding in scan(tree).findings}
    project_of.cache_clear()
    rows = [one_round(folder, files, looked_into, cutting, (raising, exiting)) for _ in range(rounds)]
    best = Times(*(min(column) for column in zip(*map(astuple, rows), strict=True)))
    inference, rest = (
        median(getattr(row, part) / row.parsing for row in rows) for part in ("inferring", "rest")
    )
    print(f"{len(files)} files, {sum(map(len, files)) / 1e6:.2f} MB")
    print(f"ast.parse     {best.parsing * 1000:8.0f} ms")
    print(f"scan          {best.scanning * 1000:8.0f} ms")
    print(f"  surgery     {best.cutting * 1000:8.0f} ms")
    print(f"  inference   {best.inferring * 1000:8.0f} ms   {inference:5.2f} x ast.parse")
    print(f"  the rest    {best.rest * 1000:8.0f} ms   {rest:5.2f} x ast.parse")
    for part in ("safe", "all"):
        to_scan = median(getattr(row, part) / row.scanning for row in rows)
        print(f"{part} fixes{getattr(best, part) * 1000:13.0f} ms   {to_scan:5.2f} x the scan")
    print(f"--help        {min(startup() for _ in range(rounds)) * 1000:8.0f} ms")


if __name__ == "__main__":
    main()
