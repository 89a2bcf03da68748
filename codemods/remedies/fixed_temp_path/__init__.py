"""The remedy for files at a place in a public directory that everyone can guess."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from codemods.layout import is_test
from codemods.module import Module, Unreadable
from codemods.project import Project
from codemods.pythons import PYTHON_2_STATED, pythons_of
from codemods.remedies.fixed_temp_path.lives import Life, life_of, shared_by_name
from codemods.remedies.fixed_temp_path.operations import operation
from codemods.remedies.fixed_temp_path.paths import Refused, TempPath, find, spelled
from codemods.remedy import Proposal, Remedy

_MENTIONED = re.compile(r"(?<![\w.-])(/tmp|/var/tmp|/dev/shm)/[^\s;|&<>()'\"`,]+")
_LOOKUPS = {"get", "getenv", "setdefault", "pop", "getattr"}  # whose second argument is a default
_DECLARATIONS = {"Field", "Form", "Query", "Body", "Option", "Argument", "option", "argument", "field"}
_SILENT = {"help", "description", "example", "title", "doc"}  # arguments that people read


class FixedTempPath(Remedy):
    """Keep a temporary file in a private directory that is removed on every way out.

    Why
        Every user of the machine may write to /tmp, /var/tmp and /dev/shm. Whoever knows the name of
        a file there can put a file or a link in its place before the program writes it; two runs of
        the program overwrite each other's file; and when something fails, the file stays behind.
        `tempfile.mktemp()` makes a name and no file, so somebody else can still be first.

    Before
        import os
        import wave


        def duration(store, key):
            path = "/tmp/__dur.wav"
            store.download(key, path)
            with wave.open(path, "rb") as sound:
                frames, rate = sound.getnframes(), sound.getframerate()
            os.remove(path)
            return frames / rate

    After
        import os
        import tempfile
        import wave


        def duration(store, key):
            with tempfile.TemporaryDirectory() as tmp_dir:
                path = os.path.join(tmp_dir, "__dur.wav")
                store.download(key, path)
                with wave.open(path, "rb") as sound:
                    frames, rate = sound.getnframes(), sound.getframerate()
            return frames / rate

    Left alone
        - paths that are returned, stored on an object or in a collection, constants, defaults and
          settings: whoever owns the path must own the directory (reported)
        - the same path in two places, or in a text such as a shell command, or a file in the directory,
          unless each writes it first and removes it in the end; sockets, locks, pid files, logs, files
          that are read, tested or appended to before this function writes them: they are shared on
          purpose (reported)
        - files that are only written, or removed in some cases only: somebody wants them (reported)
        - paths handed to threads, tasks, background processes, other users, containers and other
          machines, or put into a shell command (reported)
        - projects that say they support Python 2, which has no TemporaryDirectory (reported)
        - text that only mentions such a path, comparisons, and test data that nobody opens

    Applicability
        Safe where the function itself removes or moves the file away already: nobody can need it
        later. Unsafe where it leaves the file behind today, as somebody may have looked there, and
        where a result of a function that got the path is used on, and where the imports of the file
        are for Python 2 too, which has no TemporaryDirectory. The base name stays the same, and
        /var/tmp and /dev/shm stay the place; /tmp becomes the place that $TMPDIR names, if it is set.
    """

    words = (
        r"\b(?:predictable|fixed|hard-?coded|insecure|unsafe|static|guessable)\b[^.]{0,30}\b(?:temp|tmp|temporary)",
        r"\b(?:temp|tmp|temporary)\b[^.]{0,40}\b(?:predictable|fixed|hard-?coded|insecure|unsafe|guessable)",
        r"\bmktemp\b",
    )
    triggers = (b"/tmp", b"/dev/shm", b"gettempdir", b"mktemp")
    subject = "Keep temporary files in a private directory"

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._places: dict[str, list[tuple[Module, TempPath]]] | None = None
        self._mentions: list[tuple[str, str]] = []  # place and `file:line` of texts that hold one

    def visit_Constant(self, node: ast.Constant, module: Module) -> Iterator[Proposal]:
        yield from self._look(node, module)

    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Proposal]:
        yield from self._look(node, module)

    def _look(self, node: ast.Constant | ast.Call, module: Module) -> Iterator[Proposal]:
        path = find(module, node)
        if path is None:
            return
        from codemods.remedies.fixed_temp_path.edits import fix_for  # imports LibCST: see surgery

        try:
            assignment = module.parent(path.node)
            if isinstance(assignment, (ast.Assign, ast.AnnAssign)):
                if life := life_of(module, path, assignment, is_test(module.path)):
                    self._refuse_shared(path, module, life.is_complete)
                    life = self._as_supported(life, module)
                    fix = fix_for(module, path, life)
                    yield Proposal(path.node, _message(path), fix, life.caution, (life.evidence,))
            elif reason := _use(module, path):
                self._refuse_shared(path, module)
                raise Refused(reason)
        except Refused as refusal:
            if is_test(module.path) and path.name:
                return  # test data, or a file that the tests look after
            yield Proposal(path.node, _message(path), reason=shared_by_name(path) or f"{refusal}")

    def _as_supported(self, life: Life, module: Module) -> Life:
        """The life, with a word of caution where the file may be for a Python without TemporaryDirectory.

        Raises Refused where the project says that it is.
        """
        older = pythons_of(self.project).python_2(module.path)
        if older is None:
            return life
        lacking = f"{older}, which has no tempfile.TemporaryDirectory"
        if older == PYTHON_2_STATED:
            raise Refused(f"{lacking}: make a directory with mkdtemp, and remove it in the end")
        cautions = [life.caution, lacking]
        return replace(life, caution="; ".join(filter(None, cautions)))

    def _refuse_shared(self, path: TempPath, module: Module, is_complete: bool = False) -> None:
        """Raise Refused when other lines of the project name the same place and have a part in the file."""
        if self._places is None:
            self._places, self._mentions = _index(self.project, self.triggers)
        for place, line in self._mentions:
            if path.name and _is_at_or_below(place, path.place):
                raise Refused(f"{line} spells the same place in a text: put the path into that from here")
        if not is_complete and (apart := _named_apart(module, path)):
            raise Refused(f"{apart} spells its name: make that path from this variable")
        below = [o for p, found in self._places.items() if p.startswith(f"{path.place}/") for o in found]
        for other, same in below if path.name else ():
            line = f"{other.path}:{same.root.lineno}"
            raise Refused(f"{line} names a file in this directory: make that path from this variable")
        others = [o for o in self._places.get(path.place, ()) if path.name and o[1].root is not path.root]
        for other, same in others:
            if is_complete and _has_complete_life(other, same):
                continue
            if other is module and module.function(same.root) is module.function(path.root):
                raise Refused("the path is spelled out several times here: put it into one variable first")
            line = f"{other.path}:{same.root.lineno}"
            raise Refused(f"{line} names the same place: agree on one private directory for both")


def _index(
    project: Project, triggers: Iterable[bytes]
) -> tuple[dict[str, list[tuple[Module, TempPath]]], list[tuple[str, str]]]:
    """Where in the project each place in a public directory is named; second, texts that mention one."""
    places: dict[str, list[tuple[Module, TempPath]]] = defaultdict(list)
    mentions: list[tuple[str, str]] = []
    for file in project.paths:
        try:
            if not any(trigger in project.read(file) for trigger in triggers):
                continue
            module = project.module(file)
        except (OSError, Unreadable):
            continue
        roots: list[ast.Constant | ast.Call] = module.nodes(ast.Constant, ast.Call)
        for root in roots:
            if path := find(module, root):
                places[path.place].append((module, path))
        mentions += _mentions(module)
    return places, mentions


def _mentions(module: Module) -> Iterator[tuple[str, str]]:
    """The places that stand in texts such as shell commands, with `file:line`."""
    texts: list[ast.Constant | ast.JoinedStr] = module.nodes(ast.Constant, ast.JoinedStr)
    for text in texts:
        above = module.parent(text)
        first = text.values[0] if isinstance(text, ast.JoinedStr) and text.values else text
        silent = isinstance(above, ast.keyword) and above.arg in _SILENT
        part = isinstance(above, (ast.JoinedStr, ast.Expr))  # of an f-string; or a docstring
        if silent or part or (isinstance(first, ast.Constant) and find(module, first)):
            continue
        for match in _MENTIONED.finditer(spelled(text)):
            yield match[0].rstrip(".:/"), f"{module.path}:{text.lineno}"


def _named_apart(module: Module, path: TempPath) -> str | None:
    """Where another function of the file has the name, while the directory stands by itself: a clean-up."""
    here = module.function(path.root)
    constants: list[ast.Constant] = module.nodes(ast.Constant)
    apart = [text for text in constants if module.function(text) is not here]
    directory = path.place.removesuffix(f"/{path.name}")
    if all(text.value not in (directory, f"{directory}/") for text in apart):
        return None
    return next((f"{module.path}:{text.lineno}" for text in apart if text.value == path.name), None)


def _is_at_or_below(place: str, directory: str) -> bool:
    return place == directory or place.startswith(f"{directory}/")


def _has_complete_life(module: Module, path: TempPath) -> bool:
    assignment = module.parent(path.node)
    if not isinstance(assignment, (ast.Assign, ast.AnnAssign)):
        return False
    try:
        life = life_of(module, path, assignment, is_test=False)
    except Refused:
        return False
    return life is not None and life.is_complete


def _message(path: TempPath) -> str:
    if not path.name:
        return "tempfile.mktemp() only makes up a name: somebody else can create the file first"
    return f"{path.place} is a place that anyone can guess, occupy or link elsewhere"


# -- paths that are no local variable ----------------------------------------------------------------


def _use(module: Module, path: TempPath) -> str | None:
    """What to do about a path that is used where it stands; None when it is mere text.

    Raises Refused with the same when the path gets away.
    """
    node = path.node
    above = module.parent(node)
    while isinstance(above, (ast.IfExp, ast.BoolOp, ast.Starred)):
        node, above = above, module.parent(above)
    if isinstance(above, ast.arguments):
        return "it is a default argument: let the default be None and make a directory when it is"
    if isinstance(above, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return "it is one of several values: make the directory where this one is chosen"
    if isinstance(above, (ast.Return, ast.Yield)):
        operation(module, node)
    if isinstance(above, (ast.List, ast.Tuple, ast.Dict)):
        unpacked = isinstance(module.parent(above), ast.Assign) and isinstance(above, ast.Tuple)
        if unpacked or isinstance(node, ast.JoinedStr):
            return "it goes into a collection: give it a variable and a directory of its own first"
    call = module.parent(above) if isinstance(above, (ast.keyword, ast.Attribute)) else above
    if isinstance(call, ast.Call) and not (isinstance(above, ast.keyword) and above.arg in _SILENT):
        return _argument(module, call, node)
    return None if path.name else "it is part of an expression: give it a variable of its own"


def _argument(module: Module, call: ast.Call, node: ast.expr) -> str | None:
    callee = ast.unparse(call.func).rpartition(".")[2]
    default = any(k.arg == "default" and k.value is node for k in call.keywords)
    looks_up = callee in _LOOKUPS or "env" in callee.lower().split("_")  # `path_from_env(name, default)`
    if default or callee in _DECLARATIONS or (looks_up and node in call.args[1:]):
        return "it is a default setting: a path below the user's own directories would be private"
    if done := operation(module, node):
        if done.kind == "unknown":
            return f"`{callee}` gets it: give it a private directory that lives as long as it is needed"
        return "it is used once here: hand one private directory to it and to whoever is at the other end"
    return None
