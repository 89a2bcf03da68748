"""Where a search ends before its statements do: nothing that it is for can be found any more."""

from __future__ import annotations

from codemods.exceptions.answer import RARE
from codemods.exceptions.outline import outline_of
from codemods.exceptions.raising.walk import Walk
from codemods.project import Project

# The packages whose functions raise what is no Exception, but for `SystemExit` and Ctrl-C, or whose types for
# that have a name that means nothing by itself.
_PACKAGES = {"asyncio", "aiohttp", "trio", "gevent", "eventlet", "func_timeout", "dramatiq", "kombu"}
# The types of others.
_TYPES = {
    *("GeneratorExit", "BaseExceptionGroup", "GreenletExit", "HaltServer", "RequestCancelled"),
    *("ToolRunnerCancelledError", "DecisionsToolRunnerCancelledError", "ShutDownImminentException"),
    *("WorkerShutdown", "WorkerTerminate", "OptionalDependencyNotAvailable", "SetupRequirementsError"),
    *("BluetoothCommandError", "BluetoothSocketError", "ClassNotFoundError", "BaseSSLError"),
}
OTHERS = sorted(_PACKAGES | _TYPES)


def at_unknown(walk: Walk) -> bool:
    """Whether something was found that nobody knows about: the answer is not complete any more."""
    return walk.found is walk.whole and bool(walk.found.missing)


def with_all_exits(walk: Walk) -> bool:
    """Whether all was found that `except Exception` does not catch and that may come in the project.

    In most that is `SystemExit` and Ctrl-C, of which a thread sees only one that is raised.
    """
    raised = walk.found.raised
    if "SystemExit" not in raised or "KeyboardInterrupt" not in raised:  # as nearly always
        return False
    leaving, pressed = raised["SystemExit"], raised["KeyboardInterrupt"]
    if leaving.confidence <= RARE:
        return False
    if walk.values.packages or walk.project.derive(_may_bring_others):
        return False
    return not (pressed.is_for_main_thread and outline_of(walk.project).raises("KeyboardInterrupt"))


def _may_bring_others(project: Project) -> bool:
    """Whether the project may raise other exceptions that are no Exception, by the words in it."""
    outline = outline_of(project)
    return (
        bool(outline.own_beyond)
        or outline.raises("BaseException")
        or any(project.paths_mentioning(word, tests=False) for word in OTHERS)
    )
