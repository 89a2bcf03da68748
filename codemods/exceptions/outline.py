"""Where a project defines methods, derives classes and sets what other files hold, by a look at its text.

Parsing all files for that would cost more than everything else; what the text promises is parsed and
looked at before it counts.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from codemods.layout import is_test
from codemods.module import FUNCTIONS, Function, Module, Unreadable
from codemods.names import names_of
from codemods.project import Definition, Project

# They begin with what is looked for: ten times as fast as from the starts of lines, or what stands before.
_METHOD = re.compile(rb"def[ \t]+([^\W\d]\w*)")
_SPECIAL = re.compile(rb"def[ \t]+(__[a-z_]+__)\b")
# What may exit: by a name that stands for it, other code that is run, or an endless loop.
_EXITING = re.compile(
    rb"\b(?:_?exit|quit|SystemExit|KeyboardInterrupt|GeneratorExit|BaseException|(?:raw_)?input|getpass|pause|eval|exec"
    rb"|execfile|__import__|import_module|reload|run_(?:path|module)|(?:exec|load)_module|load_source"
    rb"|parse_(?:known_)?args|interrupt_main|while[ \t(]+(?:True|1))\b"
)
# A class that is no Exception by its bases, and what is raised.
_BEYOND = (b"SystemExit", b"KeyboardInterrupt", b"GeneratorExit", b"BaseException")
_CLASS_BEYOND = re.compile(
    rb"class(?<!\wclass)[ \t]+(\w+)[ \t]*\([\w., \t]{0,200}(?:%s)\b" % b"|".join(_BEYOND)
)
_RAISED = re.compile(rb"raise[ \t]+(?:\w+\.)*(\w+)")
# What making an instance, calling it or a `with` runs.
_BY_CALLS = {b"__init__", b"__new__", b"__post_init__", b"__call__", b"__enter__", b"__exit__"}
_INDENT = re.compile(rb"[ \t]+(?:async[ \t]+)?")
_CLASS = re.compile(rb"class[ \t]+([^\W\d]\w*)[ \t]*(?:\[[^\]]*\])?(?=\()")
_BASES = re.compile(rb"\([^)]*\)")
# `config.client = …`, and no `self.client = …`, of which there are too many.
_SET = re.compile(rb"\.(?<!\bself\.)([^\W\d]\w*+)[ \t]*+(?::[^=\n]{0,120}+)?=(?!=)")
_WORD = re.compile(rb"[^\W\d]\w*")
_MOST_FILES = 12  # more than that define a name that says nothing
_MOST_CLASSES = 60


class Outline:
    """The methods and derived classes of a project. Ask `outline_of(project)`."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._descendants: dict[ast.AST, tuple[Definition, ...] | None] = {}
        self._methods: dict[str, tuple[Definition, ...]] = {}
        self._set: dict[tuple[str, str], tuple[tuple[Module, ast.expr | None], ...]] = {}

    def methods(self, name: str) -> tuple[Definition, ...]:
        """The methods of that name, of all classes at the top of a file; none when there are too many.

        Files of tests do not count.
        """
        if name not in self._methods:
            paths = [path for path in self._defining.get(name.encode(), ()) if not is_test(path)]
            few = paths if len(paths) <= _MOST_FILES else ()
            self._methods[name] = tuple(found for path in few for found in self._methods_in(path, name))
        return self._methods[name]

    def has_property(self, name: str) -> bool:
        """Whether some class of the project may define a property of that name."""
        return not self._with_properties.isdisjoint(self._defining.get(name.encode(), ()))

    def has_method(self, name: str) -> bool:
        """Whether some class of the project may define a method of that name."""
        return name.encode() in self._defining

    @cached_property
    def exiting_specials(self) -> dict[str, list[Definition]]:
        """By their names, the special methods that may exit, by the words in them.

        Not those that making an instance, calling it or a `with` runs.
        """
        own = self.own_beyond
        paths: dict[tuple[str, str], None] = {}
        for path, data in self._texts:
            for method in _SPECIAL.finditer(data):
                body = _body_of(data, method) if method[1] not in _BY_CALLS else b""
                if _EXITING.search(body) or (own and not own.isdisjoint(_WORD.findall(body))):
                    paths[path, method[1].decode()] = None
        found: dict[str, list[Definition]] = defaultdict(list)
        for path, name in paths:
            found[name] += self._methods_in(path, name)
        return found

    @cached_property
    def raising_beyond(self) -> frozenset[str]:
        """The names of the functions that may themselves raise what `except Exception` does not catch."""
        return frozenset(name for functions in self._raising_beyond.values() for name in functions)

    def raises(self, exception: str) -> bool:
        """Whether some function of the project raises what is no Exception, by that name."""
        return exception.encode() in self._raising_beyond

    @cached_property
    def _raising_beyond(self) -> dict[bytes, set[str]]:
        """The names of the functions around each `raise` of what is no Exception, by the name of that."""
        meant = self.own_beyond.union(_BEYOND)
        found: dict[bytes, set[str]] = defaultdict(set)
        for _, data in self._texts:
            for raised in _RAISED.finditer(data):
                if raised[1] in meant:
                    found[raised[1]].update(name.decode() for name in _functions_around(data, raised))
        return found

    @cached_property
    def own_beyond(self) -> frozenset[bytes]:
        """The names of the project's classes that are no Exception."""
        return frozenset(name for _, data in self._texts for name in _CLASS_BEYOND.findall(data))

    def descendants(self, definition: Definition) -> tuple[Definition, ...] | None:
        """The classes below a class, nearest first; None when there are too many to look at.

        Those of tests do not count, unless the class is of one.
        """
        node = definition.node
        if node not in self._descendants:
            self._descendants[node] = None
            found: dict[ast.AST, Definition] = {node: definition}
            waiting = [definition]
            for current in waiting:  # grows on the way
                for child in self._children(current):
                    if child.node not in found:
                        found[child.node] = child
                        waiting.append(child)
                    if len(found) > _MOST_CLASSES:
                        return None
            self._descendants[node] = tuple(waiting[1:])
        return self._descendants[node]

    def set_by_others(self, module: Module, name: str) -> tuple[tuple[Module, ast.expr | None], ...]:
        """What other files give a variable at the top of a file: `config.client = …`; None if unclear.

        Files of tests do not count: what they put there is theirs.
        """
        key = module.path, name
        if key not in self._set:
            self._set[key] = tuple(
                (other, given_to(other, attribute))
                for other in self._modules(self._others_setting(module, name))
                for attribute in other.attributes.get(name, ())
                if isinstance(attribute.ctx, ast.Store) and self._means(other, attribute.value, module)
            )
        return self._set[key]

    def setting(self, module: Module, name: str) -> list[Module]:
        """The files that may give an attribute of others a value, if few do, and the module itself.

        Files of tests do not count.
        """
        paths = self._others_setting(module, name)
        return [module, *self._modules(paths if len(paths) <= _MOST_FILES else ())]

    # -- helpers ----------------------------------------------------------------------------------

    @cached_property
    def _texts(self) -> list[tuple[str, bytes]]:
        texts = []
        for path in self._project.paths:
            try:
                texts.append((path, self._project.read(path)))
            except OSError:
                continue
        return texts

    @cached_property
    def _defining(self) -> dict[bytes, list[str]]:
        """By the name of a method, the files that may define one."""
        found: dict[bytes, list[str]] = defaultdict(list)
        for path, data in self._texts:
            for name in {each[1] for each in _METHOD.finditer(data) if _is_indented(data, each)}:
                found[name].append(path)
        return found

    @cached_property
    def _with_properties(self) -> set[str]:
        return {path for path, data in self._texts if b"property" in data}

    @cached_property
    def _deriving(self) -> dict[bytes, set[tuple[str, str]]]:
        """By each word in the parentheses of a class, the file and the name of the class."""
        found: dict[bytes, set[tuple[str, str]]] = defaultdict(set)
        for path, data in self._texts:
            for head in _CLASS.finditer(data):
                bases = _BASES.match(data, head.end())
                if bases and not _before(data, head).strip(b" \t"):
                    for word in _WORD.findall(bases[0]):
                        found[word].add((path, head[1].decode()))
        return found

    @cached_property
    def _setting(self) -> dict[bytes, list[str]]:
        """By the last part of a dotted name, the files that may give it a value."""
        found: dict[bytes, list[str]] = defaultdict(list)
        for path, data in self._texts:
            for name in {*_SET.findall(data)}:
                found[name].append(path)
        return found

    def _means(self, other: Module, holder: ast.expr, module: Module) -> bool:
        dotted = names_of(other).qualified(holder)
        return dotted is not None and self._project.path_of(dotted, other.path) == module.path

    def _children(self, definition: Definition) -> Iterator[Definition]:
        is_told = is_test(definition.module.path)
        for path, name in sorted(self._deriving.get(definition.node.name.encode(), ())):
            module = self._module(path) if is_told or not is_test(path) else None
            for node in module.nodes(ast.ClassDef) if module else ():
                if module and node.name == name and self._is_base(module, node, definition):
                    yield Definition(module, node)

    def _is_base(self, module: Module, node: ast.ClassDef, definition: Definition) -> bool:
        bases = (b.value if isinstance(b, ast.Subscript) else b for b in node.bases)
        found = (self._project.definition(module, base) for base in bases)
        return any(above and above.node is definition.node for above in found)

    def _methods_in(self, path: str, name: str) -> Iterator[Definition]:
        module = self._module(path)
        functions: list[Function] = module.nodes(*FUNCTIONS) if module else []
        for function in functions:
            assert module
            if function.name == name and isinstance(module.parent(function), ast.ClassDef):
                yield Definition(module, function)

    def _others_setting(self, module: Module, name: str) -> list[str]:
        """The other files that may give something of that name a value, but those of tests."""
        paths = self._setting.get(name.encode(), ())
        return [path for path in paths if path != module.path and not is_test(path)]

    def _modules(self, paths: Iterable[str]) -> Iterator[Module]:
        """The files that can be read."""
        return (module for path in paths if (module := self._module(path)))

    def _module(self, path: str) -> Module | None:
        try:
            return self._project.module(path)
        except (OSError, Unreadable):
            return None


def given_to(module: Module, place: ast.Attribute | ast.Name) -> ast.expr | None:
    """What an attribute or name gets where it is set: all of it, or its part of what is written out."""
    above = module.parent(place)
    match above, module.parent(above) if isinstance(above, (ast.Tuple, ast.List)) else None:
        case ast.Assign(value=value, targets=targets), _ if place in targets:
            return value
        case ast.AnnAssign(value=value), _:
            return value
        case (
            (ast.Tuple(elts=places) | ast.List(elts=places)),
            ast.Assign(value=ast.Tuple(elts=parts) | ast.List(elts=parts), targets=targets),
        ) if above in targets and len(places) == len(parts):
            is_plain = not any(isinstance(one, ast.Starred) for one in (*places, *parts))
            return parts[places.index(place)] if is_plain else None
    return None


def _is_indented(data: bytes, match: re.Match[bytes]) -> bool:
    """Whether a definition begins on a line that is indented; most that are not begin it."""
    is_first = data[match.start() - 1 : match.start()] in (b"\n", b"")
    return not is_first and _INDENT.fullmatch(_before(data, match)) is not None


def _before(data: bytes, match: re.Match[bytes]) -> bytes:
    """What stands before a match on its line."""
    return data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()]


def _functions_around(data: bytes, place: re.Match[bytes]) -> Iterator[bytes]:
    """The names of the functions that a place may be in, by how far the lines before are indented."""
    line = _before(data, place)
    if on_its_line := _METHOD.search(line):
        yield on_its_line[1]
    indent = _indent(line)
    for function in reversed([*_METHOD.finditer(data, 0, place.start())]):
        before = _indent(_before(data, function))
        if before < indent:
            indent = before
            yield function[1]


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))


def _body_of(data: bytes, method: re.Match[bytes]) -> bytes:
    """What follows the name of a method, up to a line that is indented no more than it is."""
    end = re.compile(rb"\n[ \t]{0,%d}[^\s#)]" % _indent(_before(data, method))).search(data, method.end())
    return data[method.end() : end.start() if end else len(data)]


def outline_of(project: Project) -> Outline:
    return project.derive(Outline)
