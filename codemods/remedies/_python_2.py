"""What to name in code that Python 2 runs too, where some types catch less and some calls raise others."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import replace

from codemods.exceptions import Choice, bare_name
from codemods.module import Module
from codemods.names import names_of
from codemods.remedies._handlers import own_nodes
from codemods.stdlib import is_standard

# What catches the same in both: in Python 2 IOError and socket.error are no OSError, and encoding what is
# bytes already decodes it first.
_IN_BOTH = {
    "OSError": "EnvironmentError",
    "UnicodeDecodeError": "UnicodeError",
    "UnicodeEncodeError": "UnicodeError",
}
# The types of modules that Python 2 has too and raises for the same.
_ALIKE = {"re.error", "sqlite3.Error", "struct.error", "subprocess.CalledProcessError", "zlib.error"}
# What raises another type there: a TypeError for bad data, or an exception that has no base but Exception.
_APART = (
    *("base64.", "binascii.", "codecs.decode", "codecs.encode"),
    *("resource.", "select.", "smtplib.", "threading.Lock."),
)


def for_python_2(
    choice: Choice, older: str, body: list[ast.stmt], module: Module
) -> tuple[Choice, list[str]]:
    """The same choice as both Pythons take it, and what that assumes; `older` says why both run the file."""
    if strange := [bare_name(name) for name in choice.types if _is_other(name)]:
        return Choice(refusal=f"{older}, where {', '.join(strange)} may catch less or be missing"), []
    if apart := next((name for name in _called(choice, body, module) if name.startswith(_APART)), None):
        return Choice(refusal=f"{older}, where `{apart}` raises something else"), []
    wider = {_IN_BOTH[name]: name for name in choice.names if name in _IN_BOTH}
    if hidden := [name for name in wider if names_of(module).visible(name, body[0])]:
        refusal = f"{older}, where {wider[hidden[0]]} catches less, and {hidden[0]} is something else here"
        return Choice(refusal=refusal), []
    names = tuple(dict.fromkeys(_IN_BOTH.get(name, name) for name in choice.names))
    pairs = " and ".join(f"{new} catches what {old} does in Python 3" for new, old in wider.items())
    assumed = f"{older}, {f'where {pairs}' if pairs else 'which raises the same there'}"
    return replace(choice, names=names), [assumed]


def _is_other(name: str) -> bool:
    """Whether Python 2 has no such type, and none that catches the same is written for it."""
    if kind := getattr(builtins, name, None):
        return name not in _IN_BOTH and issubclass(kind, (OSError, ModuleNotFoundError, RecursionError))
    return is_standard(name) and name not in _ALIKE


def _called(choice: Choice, body: list[ast.stmt], module: Module) -> Iterator[str]:
    """What the body calls by its name, and what the types were found for, in the functions it calls too."""
    names = names_of(module)
    for node in own_nodes(body):
        if isinstance(node, ast.Call) and (name := names.qualified(node.func)):
            yield name
    yield from (raised.evidence.removeprefix("`").partition("`")[0] for raised in choice.raised)
