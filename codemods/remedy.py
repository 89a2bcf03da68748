"""What a remedy is, and how all of them are found: by looking into the `remedies` folder."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from textwrap import dedent
from typing import ClassVar, TypeAlias

from codemods.model import Fix
from codemods.module import Module
from codemods.project import Project
from codemods.rules import codes_of


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a remedy says of one place; the engine makes a Finding of it.

    `node` marks the place: the smallest node a person would point at. Without a fix the finding is
    manual, and `reason` must say why, in words a maintainer can act on.
    """

    node: ast.stmt | ast.expr | ast.excepthandler
    message: str
    fix: Fix | None = None
    reason: str | None = None
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.fix is None and not self.reason:
            raise ValueError("a proposal without a fix must give the reason")


Visitor: TypeAlias = Callable[[ast.AST, Module], Iterable[Proposal]]


class Remedy:
    """A fault and its cure.

    A subclass stands alone in a module of `codemods.remedies` that bears its name (`BareExcept` in
    `bare_except.py` is the remedy `bare-except`). Its docstring is the documentation: a first line,
    then the sections "Why", "Before", "After", "Left alone" and "Applicability". For every kind of
    node it wants to see it has a method `visit_<Kind>(node, module)` that yields proposals.
    """

    triggers: ClassVar[tuple[bytes, ...]] = ()
    """A file that holds none of these byte strings is not even parsed for this remedy."""

    codes: ClassVar[tuple[str, ...]] = ()
    """Rules of other tools for the same fault (`rules.toml`): `# noqa: <code>` silences the remedy too."""

    also_silenced_by: ClassVar[tuple[str, ...]] = ()
    """More such rules, which another remedy is asked for: comments on them silence this one as well."""

    words: ClassVar[tuple[str, ...]] = ()
    """How people name the fault when they report it: regular expressions, for text without backticks."""

    subject: ClassVar[str] = ""
    """What a commit of its fixes does: imperative, at most 60 characters, no full stop at the end."""

    is_always_unsafe: ClassVar[bool] = False
    """Whether no fix of it is SAFE: where only such are wanted, none is looked for in what others changed."""

    uncovers: ClassVar[bool] = True
    """Whether its fixes can make way for others of it: what they changed is looked at again."""

    is_refactoring: ClassVar[bool] = False
    """Whether its fixes change how the code says it, and mend no fault that a user could meet."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "codes" not in vars(cls):
            cls.codes = codes_of(cls.id())

    def __init__(self, project: Project) -> None:
        self.project = project

    @classmethod
    def id(cls) -> str:
        return cls.__module__.rpartition(".")[2].replace("_", "-")

    @classmethod
    def summary(cls) -> str:
        """The first line of the documentation."""
        return cls.documentation().partition("\n")[0]

    @classmethod
    def commit_subject(cls) -> str:
        """`subject`, or one made of the id."""
        return cls.subject or f"Fix {cls.id().replace('-', ' ')}"

    @classmethod
    def documentation(cls) -> str:
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def section(cls, heading: str) -> str:
        """The text under one heading of the documentation, without its indentation; '' if not there."""
        lines = cls.documentation().split("\n")
        if heading not in lines:
            return ""
        below = lines[lines.index(heading) + 1 :]
        # Not cleandoc: for that the first line has no indentation, which would pull the others apart from it.
        return dedent("\n".join(takewhile(lambda line: not line or line[0] == " ", below))).strip("\n")

    def visitors(self) -> dict[type[ast.AST], Visitor]:
        """Its `visit_<Kind>` methods by the kind of node they want."""
        return {
            getattr(ast, name.removeprefix("visit_")): getattr(self, name)
            for name in dir(self)
            if name.startswith("visit_")
        }


@cache
def all_remedies() -> Sequence[type[Remedy]]:
    """Every remedy there is, by id; modules whose name starts with `_` hold parts of remedies.

    A module without exactly one Remedy is an error that names it.
    """
    package = importlib.import_module("codemods.remedies")
    names = [m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")]
    found = [_remedy_in(f"codemods.remedies.{name}") for name in names]
    return sorted(found, key=lambda remedy: remedy.id())


def _remedy_in(module_name: str) -> type[Remedy]:
    module = importlib.import_module(module_name)
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Remedy) and value.__module__ == module_name
    ]
    if len(classes) != 1:
        raise TypeError(f"{module.__file__}: one Remedy expected, found {len(classes)}")
    (remedy,) = classes
    expected = module_name.rpartition(".")[2].replace("_", "")
    visitors = [name for name in dir(remedy) if name.startswith("visit_")]
    problems = [
        (remedy.__name__.lower() != expected, f"{remedy.__name__} must be called like its file"),
        (not remedy.__doc__, "the docstring is its documentation, and it has none"),
        (not remedy.triggers, "no triggers: it would parse every file"),
        (not visitors, "no visit_<Kind> method"),
        *((not hasattr(ast, v[6:]), f"{v}: ast has no such node") for v in visitors),
    ]
    for wrong, message in problems:
        if wrong:
            raise TypeError(f"{module.__file__}: {message}")
    return remedy
