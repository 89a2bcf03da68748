"""Plans that conflict, put on top of each other: each is made where those below it have done their work.

Safe before unsafe, small before large, then by place: what is easy to agree to comes first, and can be
merged while the rest waits. A plan goes on another one only where they conflict, or where a third one
conflicts with both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeAlias

from codemods.branches.model import Plan, Remade
from codemods.branches.stacks.beside import beside
from codemods.branches.stacks.hunks import hunks_of
from codemods.branches.stacks.overlap import conflicts, since
from codemods.model import Applicability, Failure, FileChange

Changes: TypeAlias = tuple[FileChange, ...]
"""What is different from the base: each file once, sorted."""
_TOLD = 3  # so many reasons are named, the rest counted


@dataclass(frozen=True, slots=True)
class Ground:
    """A branch that is there and stays where it is: what it is on, and all that it changes of the base."""

    on: str | None
    changes: Changes


@dataclass(slots=True)
class Stack:
    """The plans, each after the one it is on, and by their names what there is to say.

    `below` are by name the changes of the base that a plan starts from, `alone` why some stay on the base.
    """

    plans: list[Plan] = field(default_factory=list)
    below: dict[str, Changes] = field(default_factory=dict)
    alone: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def stack(
    plans: Sequence[Plan], grounds: Mapping[str, Ground] | None = None, *, in_line: bool = False
) -> Stack:
    """Put plans for the base on each other, and on the branches of those of them that are `grounds`.

    The plans of the grounds are not in the answer. One that cannot be made on what is below it stays on
    the base. With `in_line` each goes on the one before, whether they conflict or not.
    """
    grounds = grounds or {}
    order = sorted(plans, key=lambda plan: (plan.name not in grounds, *_rank(plan)))
    meeting = conflicts([replace(plan, on=None) for plan in plans])
    fixed = {name: ground.on if ground.on in grounds else None for name, ground in grounds.items()}
    make = _remembering()
    alone: dict[str, str] = {}
    while True:
        names = [plan.name for plan in order if plan.name not in alone]
        on = _in_line(names) if in_line else place(names, meeting, fixed)
        built = _built([plan for plan in order if plan.name not in grounds], on, alone, grounds, make)
        if built.alone == alone:
            return built
        alone = built.alone


def place(
    order: Sequence[str], meeting: Mapping[str, Iterable[str]], fixed: Mapping[str, str | None]
) -> dict[str, str | None]:
    """What each of the names goes on, so that of two that meet one is above the other.

    `fixed` are those that cannot be moved any more, and come first in the order. Where they are not in one
    line, what meets several of them goes on one only.
    """
    on: dict[str, str | None] = {}
    rank = {name: number for number, name in enumerate(order)}

    def key(name: str) -> tuple[bool, int]:
        return (False, len(_line(name, on))) if name in fixed else (True, rank[name])

    for name in order:
        if name in fixed:
            on[name] = fixed[name]
            continue
        needed: set[str] = set()
        for other in sorted((other for other in meeting.get(name, ()) if other in on), key=key, reverse=True):
            if other in needed:
                continue
            line = needed.union(_line(other, on))
            heights = [len(_line(each, on)) for each in line if each in fixed]
            if len(heights) == len({*heights}):
                needed = line
        chain = sorted(needed, key=key)
        on |= {upper: lower for lower, upper in pairwise(chain) if upper not in fixed}
        on[name] = chain[-1] if chain else None
    return on


def together(first: Iterable[FileChange], second: Iterable[FileChange]) -> Changes:
    """Two changes after each other as one."""
    whole = {change.path: change for change in first}
    whole |= {change.path: since(whole.get(change.path), change) for change in second}
    return tuple(change for _, change in sorted(whole.items()) if change.before != change.after)


_Make: TypeAlias = Callable[[Plan, str | None, Changes], Remade]


def _built(
    plans: Sequence[Plan],
    on: Mapping[str, str | None],
    alone: Mapping[str, str],
    grounds: Mapping[str, Ground],
    make: _Make,
) -> Stack:
    """The plans as they are where they were placed, up to the first that cannot be made there."""
    built = Stack(alone=dict(alone))
    whole: dict[str | None, Changes] = {None: (), **{name: g.changes for name, g in grounds.items()}}
    for plan in sorted(plans, key=lambda plan: len(_line(plan.name, on))):
        lower = on.get(plan.name)
        below = whole[lower]
        made = make(plan, lower, below)
        if made.plan is None:
            built.alone[plan.name] = _reasons(made.failures, lower)
            break
        if lower and made.failures:
            built.notes[plan.name] = _reasons(made.failures, lower)
        built.plans.append(made.plan)
        built.below[plan.name] = below
        whole[plan.name] = together(below, made.plan.changes)
    return built


def _remembering() -> _Make:
    """`_on_top`, which asks for nothing twice."""
    known: dict[tuple[str, str | None, Changes], Remade] = {}

    def make(plan: Plan, on: str | None, below: Changes) -> Remade:
        key = plan.name, on, below
        if key not in known:
            known[key] = _on_top(plan, on, below)
        return known[key]

    return make


def _on_top(plan: Plan, on: str | None, below: Changes) -> Remade:
    """A plan for the base as it is on a branch with these changes."""
    under = {change.path: change for change in below}
    apart = [beside(c, under[c.path]) if c.path in under else c for c in plan.changes]
    if plan.safer is None and all(apart):
        return Remade(_put(replace(plan, changes=tuple(filter(None, apart))), on))
    if under.keys().isdisjoint(change.path for change in plan.changes):
        return Remade(_put(plan, on))
    if plan.remake is None:
        return Remade(None)
    made = plan.remake(below)
    return replace(made, plan=_put(made.plan, on)) if made.plan else made


def _put(plan: Plan, on: str | None) -> Plan:
    return replace(plan, on=on, safer=plan.safer and _put(plan.safer, on))


def _in_line(names: Sequence[str]) -> dict[str, str | None]:
    """Each on the one before."""
    return dict(zip(names, [None, *names], strict=False))


def _line(name: str, on: Mapping[str, str | None]) -> list[str]:
    """The name and all that it stands on."""
    line = [name]
    while (below := on.get(line[-1])) is not None:
        line.append(below)
    return line


def _rank(plan: Plan) -> tuple[bool, int, str, int, str]:
    """Where a plan comes: the safe and the small ones first."""
    is_unsafe = any(finding.applicability is not Applicability.SAFE for finding in plan.findings)
    size = sum(end - start + len(lines) for c in plan.changes for start, end, lines in hunks_of(c))
    places = [(finding.path, finding.span.line) for finding in plan.findings]
    path, line = min(places or [(change.path, 0) for change in plan.changes], default=("", 0))
    return is_unsafe, size, path, line, plan.name


def _reasons(failures: Sequence[Failure], on: str | None) -> str:
    told = [f"{failure.path}: {failure.error}" for failure in failures[:_TOLD]]
    more = [f"and {len(failures) - _TOLD} more"] if len(failures) > _TOLD else []
    return f"on {on}, " + "; ".join([*told, *more] or ["nothing of it can be made"])
