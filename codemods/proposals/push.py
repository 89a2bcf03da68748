"""Pushing commits to branches of a remote, each only when the remote's is where we left it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from codemods.branches.plumbing.refs import HEADS
from codemods.proposals.remotes import trouble, unasking
from codemods.redaction import redacted
from codemods.repository import Repository

_HEARD = 100_000  # bytes of what a remote says, from the end
BATCH = 50  # branches in one command, which has a longest length
# Nothing but the branches goes: no tags, no submodules, whatever the configuration says.
_ONLY = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no", "--no-verify")
# `git push --porcelain`: a flag, what goes where, and how it ended with the reason in brackets.
_LINE = re.compile(r"(?P<flag>[ +*=!-])\t[^\t]*:refs/heads/(?P<name>[^\t]+)\t(?P<summary>.*)")
_REASON = re.compile(r"\[(?P<what>[^\]]*)\](?: \((?P<why>.*)\))?")
STALE = "stale info"  # git's words for a branch that is not where it was expected


@dataclass(frozen=True, slots=True)
class Ref:
    """A branch to push: the commit, and where the remote has to have it now; None: not at all."""

    name: str
    commit: str
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """How a push ended: for each branch None or why it was refused, and all that the remote said.

    With `problem` git did not get as far as the branches.
    """

    refusals: Mapping[str, str | None] = field(default_factory=dict)
    said: str = ""
    problem: str | None = None


def push(repository: Repository, remote: str, refs: Sequence[Ref], options: Sequence[str] = ()) -> Sent:
    """Push branches in one command; what is refused for one stops no other. No hook is run.

    Commits are pushed by name, so that a branch which moves meanwhile changes nothing. `options` are
    push options, as GitLab takes them.
    """
    leases = [f"--force-with-lease={HEADS}{ref.name}:{ref.expected or ''}" for ref in refs]
    done = repository.try_git(
        *("push", *_ONLY, *(f"--push-option={option}" for option in options), *leases),
        *("--", remote, *(f"{ref.commit}:{HEADS}{ref.name}" for ref in refs)),
        environment=unasking(repository),
    )
    refusals = dict(_refusals(done.stdout.decode(errors="surrogateescape")))
    said = redacted(done.stderr[-_HEARD:].decode(errors="replace"))
    if not refusals:
        return Sent(said=said, problem=trouble(f"push to {remote!r}", done))
    unsaid = {ref.name: "the remote did not say what became of it" for ref in refs}
    return Sent({**unsaid, **refusals}, said)


def push_all(repository: Repository, remote: str, refs: Sequence[Ref]) -> Iterator[Sent]:
    """Push branches in batches, and tell of each batch at once.

    A remote's hook refuses a whole batch for one branch in it: those are tried again one by one.
    """
    for start in range(0, len(refs), BATCH):
        batch = refs[start : start + BATCH]
        sent = push(repository, remote, batch)
        again = [ref for ref in batch if _may_be_anothers_fault(sent.refusals.get(ref.name))]
        names = {ref.name for ref in again}
        yield replace(sent, refusals={n: why for n, why in sent.refusals.items() if n not in names})
        if sent.problem:
            return
        for ref in again:
            alone = push_one(repository, remote, ref) if len(batch) > 1 else explained(sent)
            yield alone
            if alone.problem:
                return


def push_one(repository: Repository, remote: str, ref: Ref, options: Sequence[str] = ()) -> Sent:
    """Push one branch; a refusal comes with the remote's own words."""
    return explained(push(repository, remote, [ref], options))


def explained(sent: Sent) -> Sent:
    """The same, with what the remote said at each refusal."""
    refusals = {n: _with_cause(why, sent.said) for n, why in sent.refusals.items()}
    return replace(sent, refusals=refusals)


def _refusals(output: str) -> Iterator[tuple[str, str | None]]:
    for line in output.split("\n"):
        if match := _LINE.fullmatch(line):
            yield match["name"], _why(match["summary"]) if match["flag"] == "!" else None


def _why(summary: str) -> str:
    """`[remote rejected] (hook declined)` is `hook declined`; without brackets it is told whole."""
    match = _REASON.fullmatch(summary)
    return _plain((match["why"] or match["what"]) if match else summary)


def _may_be_anothers_fault(refusal: str | None) -> bool:
    return refusal is not None and any(word in refusal for word in ("hook declined", "unpack"))


def _with_cause(why: str | None, said: str) -> str | None:
    """The refusal with the first line by which the remote explains itself, if there is one."""
    if why in (None, STALE):
        return why
    lines = (line.removeprefix("remote:").strip() for line in said.split("\n") if line.startswith("remote:"))
    cause = next((line for line in lines if re.search(r"\w", line)), None)
    return f"{why}: {_plain(cause)[:200]}" if cause else why


def _plain(text: str) -> str:
    return redacted("".join(c if c.isprintable() else " " for c in text))
