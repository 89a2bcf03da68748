"""What `parse_args()` gives: texts and numbers, where the parser makes nothing else of its arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from codemods.exceptions.fact import Fact
from codemods.exceptions.types.flow.stores import stores_of
from codemods.module import Module
from codemods.names import names_of
from codemods.nodes import spelled
from codemods.project import Project

_NAMESPACE = "argparse.Namespace."
_PLAIN = ("builtins.str", "builtins.int", "builtins.float", "builtins.bool")
_ANYTHING = "*"  # where the name of an option is not written out
_ABSENT = re.compile(rb"default\s*=\s*[\w.]*SUPPRESS")
_STREAMS = ("sys.stdin", "sys.stdout", "sys.stderr")


def is_made(project: Project, module: Module, fact: Fact, name: str) -> bool:
    """Whether an attribute is an option that may be more than data: a path, a file, a function."""
    if not fact.name.startswith(_NAMESPACE):
        return False
    if stores_of(module).attributes(name):
        return True
    parsers = [*_near(project, module, name), *project.mentioning("set_defaults", name)[0]]
    return any(name in one.derive(_made) for one in parsers)


def _made(module: Module) -> frozenset[str]:
    """The names of the options of a file that get something else than texts and numbers."""
    names = names_of(module)
    found: set[str] = set()
    for attribute in module.attributes.get("add_argument", ()):
        call = module.parent(attribute)
        if isinstance(call, ast.Call) and call.func is attribute:
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            kind, default = given.get("type"), given.get("default")
            if (kind and not names.is_any(kind, *_PLAIN)) or (default and names.is_any(default, *_STREAMS)):
                told = [given["dest"]] if "dest" in given else call.args
                texts = [one.value for one in told if isinstance(one, ast.Constant)]
                found |= {str(text).lstrip("-").replace("-", "_") for text in texts}
    for attribute in module.attributes.get("set_defaults", ()):
        call = module.parent(attribute)
        found |= {keyword.arg or "" for keyword in getattr(call, "keywords", ())}
    return frozenset(found)


def told(project: Project, module: Module, fact: Fact, name: str) -> str | None:
    """The one type of an option: `add_argument("--size", type=int)`; without a default it may be None.

    In the notation of annotations; one that takes several values is a list of them, or None.
    """
    if not fact.name.startswith(_NAMESPACE) or stores_of(module).attributes(name):
        return None
    near = _near(project, module, name)
    if any(one.derive(_sets_any) for one in (module, *near)):
        return None
    if any("" in one.derive(_made) for one in project.mentioning("set_defaults")[0]):
        return None  # `set_defaults(**read)`
    held = [one.derive(_told) for one in near]
    made = [one.derive(_by_hand) for one in project.mentioning("Namespace")[0]]
    kinds = {kind for one in held for option, kind in one if option in (name, _ANYTHING)}
    found = kinds.pop() if len(kinds) == 1 else ""
    return found if found and not any({name, None} & one for one in made) else None


def is_given(project: Project, module: Module, name: str) -> bool:
    """Whether parsing gives an option in any case: its parser has it, and no commands with options."""
    having = [one for one in _near(project, module, name) if _has_option(one, name)]
    apart = (b"add_subparsers" in one.data or _ABSENT.search(one.data) for one in having)
    return bool(having) and not any(apart)


def _near(project: Project, module: Module, name: str) -> list[Module]:
    """The files that may make the parser of an option: the one that reads it, where it makes one itself."""
    return [module] if _has_option(module, name) else project.mentioning("add_argument")[0]


def _has_option(module: Module, name: str) -> bool:
    return any(option == name for option, _ in module.derive(_told))


def _told(module: Module) -> frozenset[tuple[str, str]]:
    """The options of a file, each with the type that it always has; "" where it may have another one."""
    calls = (module.parent(attribute) for attribute in module.attributes.get("add_argument", ()))
    made = [(_option(call), _kind(module, call)) for call in calls if isinstance(call, ast.Call)]
    return frozenset((name, "" if name == _ANYTHING else kind) for name, kind in made)


def _option(call: ast.Call) -> str:
    """The name of an attribute: `dest`, else the first long one of the options, else the first."""
    dest = [keyword.value for keyword in call.keywords if keyword.arg == "dest"]
    texts = [one.value for one in dest or call.args if isinstance(one, ast.Constant)]
    if len(texts) != len(dest or call.args) or not texts:
        return _ANYTHING
    first = next((text for text in texts if str(text).startswith("--")), texts[0])
    return str(first).lstrip("-").replace("-", "_") if str(first).startswith("-") else str(first)


def _kind(module: Module, call: ast.Call) -> str:
    given = {keyword.arg: keyword.value for keyword in call.keywords if not _is_store(keyword)}
    if given.keys() - {"help", "metavar", "dest", "required", "default", "type", "choices", "nargs"}:
        return ""
    kind = given.get("type")
    name = (names_of(module).qualified(kind) or "") if kind else "builtins.str"
    first = call.args[0] if call.args else None
    by_place = isinstance(first, ast.Constant) and not str(first.value).startswith("-")
    if name not in _PLAIN:
        return ""
    if several := given.get("nargs"):
        return _of_several(several, name.removeprefix("builtins."), given, by_place)
    return _of_one(name.removeprefix("builtins."), given, by_place)


def _of_one(name: str, given: Mapping[str | None, ast.expr], by_place: bool) -> str:
    match given:
        case {"default": ast.Constant(value=None)}:
            return f"{name} | None"
        case {"default": ast.Constant(value=value)}:
            return name if type(value).__name__ == name else ""
        case {"default": _}:
            return ""
        case {"required": ast.Constant(value=True)}:
            return name
    return name if by_place else f"{name} | None"


def _is_store(keyword: ast.keyword) -> bool:
    """Whether it is `action="store"`, which is what an option does that says nothing."""
    return keyword.arg == "action" and getattr(keyword.value, "value", None) == "store"


def _of_several(asked: ast.expr, name: str, given: Mapping[str | None, ast.expr], by_place: bool) -> str:
    """The type of an option with that `nargs`: a list where it takes some values or many."""
    match asked:
        case ast.Constant(value="?"):
            one = _of_one(name, given, by_place=False)
            return one if by_place or not one else f"{one.partition(' ')[0]} | None"  # `--size` alone
        case ast.Constant(value=int() | "+" | "*"):
            held = f"list[{name}]"
        case _:
            return ""
    match given:
        case {"default": ast.List(elts=parts)}:
            fits = all(isinstance(p, ast.Constant) and type(p.value).__name__ == name for p in parts)
            return held if fits else ""
        case {"default": ast.Constant(value=None)}:
            return f"{held} | None"
        case {"default": _}:
            return ""
        case {"required": ast.Constant(value=True)}:
            return held
    return held if by_place else f"{held} | None"


def _by_hand(module: Module) -> frozenset[str | None]:
    """The names that `Namespace(name=value)` gets in a file; None where they are not written out."""
    calls: list[ast.Call] = module.nodes(ast.Call)
    made = [call for call in calls if spelled(call.func).rpartition(".")[2] == "Namespace"]
    return frozenset(keyword.arg for call in made for keyword in call.keywords)


def _sets_any(module: Module) -> bool:
    """Whether a file sets attributes by names that it does not write out: `setattr(options, name, value)`."""
    calls: list[ast.Call] = module.nodes(ast.Call)
    given = [call.args[1:2] for call in calls if spelled(call.func) == "setattr"]
    if not all(one and isinstance(one[0], ast.Constant) for one in given):
        return True
    return any(_goes_into(module, call) for call in calls if spelled(call.func) == "vars") or any(
        _goes_into(module, attribute) for attribute in module.attributes.get("__dict__", ())
    )


def _goes_into(module: Module, attributes: ast.expr) -> bool:
    """Whether the dict of an object's attributes gets something: `vars(options).update(read)`."""
    match module.parent(attributes):
        case ast.Attribute(attr="update" | "setdefault") | ast.Subscript(ctx=ast.Store()):
            return True
    return False
