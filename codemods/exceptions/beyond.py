"""Exceptions that `except Exception` does not catch, and that code brings or must expect."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence

from codemods.exceptions.answer import RARE, MayRaise, Raised
from codemods.exceptions.hierarchy import hierarchy_at
from codemods.exceptions.needed import tops_in, tops_of
from codemods.exceptions.spelling import Speller, Spelling
from codemods.exceptions.tables import tables
from codemods.module import Module, Unreadable
from codemods.names import names_of
from codemods.project import Project

# A function and what is indented below it, in a file that cannot be parsed.
_FUNCTION = rb"(?m)^([ \t]*)def NAME\b.*(?:\r?\n(?:\1[ \t]+.*|[ \t]*))*"
_EXIT = re.compile(rb"\b_?exit\(|\bSystemExit\b")


def no_exceptions(
    answer: MayRaise, module: Module, project: Project, caught: Sequence[str] = ()
) -> list[Raised]:
    """What may be raised, was not `caught` before, and `except Exception` does not catch.

    That any task can be cancelled is not among it.
    """
    hierarchy = hierarchy_at(project, module.path)
    base = [r for r in answer.raised if hierarchy.is_a(r.type, "BaseException")]
    base = [r for r in base if not hierarchy.is_a(r.type, *caught)]
    beyond = [r for r in base if not hierarchy.is_a(r.type, "Exception")]
    return [r for r in beyond if r.confidence > RARE or r.type != "asyncio.CancelledError"]


def brought_about(module: Module) -> list[tuple[str, str]]:
    """The exceptions that may come out of any code of the file, and what the file uses that brings each.

    `gevent.Timeout` for instance, where the file sets such a time limit somewhere.
    """
    return module.derive(_brought_about)


def _brought_about(module: Module) -> list[tuple[str, str]]:
    names = names_of(module)
    found = []
    for top in sorted(tops_in(module)):
        taken = (n for n in module.nodes(ast.ImportFrom) if top in tops_of(n))
        imported = {alias.name for node in taken for alias in node.names}
        for exception, words in tables().brought(top).items():
            for word in words:
                read = (names.qualified(attribute) or "" for attribute in module.attributes.get(word, ()))
                if word in imported or any(dotted.startswith(f"{top}.") for dotted in read):
                    found.append((exception, f"{top}.{word}"))
    return found


def raised_here(module: Module, project: Project, caught: Collection[str]) -> list[str]:
    """The project's own types that neither `except Exception` nor `caught` catches, and the file raises."""
    hierarchy = hierarchy_at(project, module.path)
    kinds = [n.exc.func if isinstance(n.exc, ast.Call) else n.exc for n in module.nodes(ast.Raise) if n.exc]
    names = dict.fromkeys(hierarchy.resolve(module, kind) for kind in kinds)
    own = [name for name in names if name and hierarchy.definition(name)]
    return [name for name in own if not hierarchy.is_a(name, "Exception", *caught)]


def unread_exit(name: str, module: Module, project: Project) -> str | None:
    """A file that the module imports and nobody can read here, where a function of that name has an exit."""
    imports: list[ast.Import | ast.ImportFrom] = module.nodes(ast.Import, ast.ImportFrom)
    aliases = [alias.name for statement in imports for alias in statement.names]
    modules = [part.module or "" for part in imports if isinstance(part, ast.ImportFrom)]
    files = {f"{dotted.rpartition('.')[2]}.py" for dotted in (*aliases, *modules)}
    for path in (one for one in project.paths_mentioning(name) if one.rpartition("/")[2] in files):
        try:
            project.module(path)
        except OSError:
            continue
        except Unreadable:
            data, word = project.read(path), name.encode()
            if b"def " + word not in data:  # the pattern looks at the start of every line
                continue
            blocks = re.finditer(_FUNCTION.replace(b"NAME", re.escape(word)), data)
            if any(_EXIT.search(block[0]) for block in blocks):
                return path
    return None


def spelled_type(name: str, handler: ast.ExceptHandler, module: Module, project: Project) -> Spelling | None:
    """How a type is written in a handler; None when it has no name there."""
    return Speller(handler, module, project).spell(name)
