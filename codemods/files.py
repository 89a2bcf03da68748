"""The files of a source tree: read once, parsed once, and found by the dotted name of an import."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import sha1
from pathlib import PurePosixPath
from typing import TypeAlias
from weakref import WeakValueDictionary

from codemods.derivable import Derivable
from codemods.layout import is_test
from codemods.model import SourceTree
from codemods.module import Module, Unreadable
from codemods.namesake import imports_namesake
from codemods.sources import Overlay, blob_of
from codemods.stdlib import STANDARD_MODULES, is_standard

_KEPT = 512  # parsed files that stay in memory even when nobody holds on to one of their nodes


# Turns all that is in no identifier into spaces: to split at these is twice as fast as a pattern.
_APART = bytes(byte if re.match(rb"\w", bytes([byte])) else ord(" ") for byte in range(256))
_UNREADABLE, _NOT_ASCII = b"?", b"!"  # no words: where those files are found


Where: TypeAlias = Callable[[str, bytes], bool]


class Files(Derivable):
    """All files of a source tree.

    With `base`, the files of the tree that this one is an overlay on, what did not change is read
    and parsed there, so that both share it.
    """

    def __init__(self, tree: SourceTree, base: Files | None = None) -> None:
        super().__init__()
        self.tree = tree
        self._base = base
        self._changed = tree.changed if isinstance(tree, Overlay) else {}
        self._bytes: dict[str, bytes] = {}
        self._digests: dict[str, str] = {}
        self.looked_at: dict[str, None] = base.looked_at if base else {}
        """What was read, or looked for, in that order: also what is not among `paths`, as `setup.cfg`."""
        # A file must not be parsed anew while somebody holds the old Module: nodes are compared by identity.
        self._modules: WeakValueDictionary[str, Module] = WeakValueDictionary()
        self._recent: deque[Module] = deque(maxlen=_KEPT)
        self._unreadable: dict[str, str] = {}
        self._found: dict[tuple[str, str], str | None] = {}

    @cached_property
    def paths(self) -> Sequence[str]:
        """The Python files, sorted."""
        return self.tree.paths()

    def read(self, path: str) -> bytes:
        """The bytes of a file, Python or not, read once. Raises OSError."""
        if self._base and path not in self._changed:
            return self._base.read(path)
        data = self._bytes.get(path)
        if data is None:
            self.looked_at[path] = None
            try:
                data = self._bytes[path] = self.tree.read(path)
            except OSError as error:
                self._digests[path] = _of_failure(error)
                raise
        return data

    def around(self, path: str, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The files of these names in the folders around one, the nearest first, and their bytes."""
        for folder in PurePosixPath(path).parents:
            for name in names:
                found = str(folder / name)
                try:
                    data = self.read(found)
                except OSError:
                    continue
                yield found, data

    def digest(self, path: str) -> str:
        """What changes with the bytes of a file, or with the reason why it cannot be read.

        As git names them: those of a commit are not read for it, and may turn out not to be there.
        """
        if self._base and path not in self._changed:
            return self._base.digest(path)
        if path not in self._digests:
            self._digests[path] = blob_of(self.tree, path) or self._digest(path)
        return self._digests[path]

    def _digest(self, path: str) -> str:
        try:
            data = self.read(path)
        except OSError as error:
            return _of_failure(error)
        return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

    def module(self, path: str) -> Module:
        """The parsed file, parsed once. Raises OSError or Unreadable."""
        if self._base and path not in self._changed:
            return self._base.module(path)
        if path in self._unreadable:
            raise Unreadable(self._unreadable[path])
        module = self._modules.get(path)
        if module is None:
            try:
                module = Module(path, self.read(path))
            except Unreadable as error:
                self._unreadable[path] = str(error)
                raise
            module = self._modules.setdefault(path, module)  # of two threads that parse it, one wins
            self._recent.append(module)
        return module

    def adopt(self, modules: Iterable[Module]) -> None:
        """Take files of the tree that somebody has parsed already."""
        for module in modules:
            self._modules.setdefault(module.path, module)
            self._recent.append(module)

    def mentioning(
        self, word: str, *others: str, tests: bool = True, where: Where | None = None
    ) -> tuple[list[Module], list[str]]:
        """The files in whose bytes the identifiers stand; second, those of them that nobody can read.

        Without `tests`, those that hold none; with `where`, those of which it is true, by path and bytes.
        """
        several = (self.paths_mentioning(one, tests=tests) for one in (word, *others))
        modules, unreadable = [], []
        for path in sorted(set.intersection(*map(set, several))):
            try:
                if where and not where(path, self.read(path)):
                    continue
                modules.append(self.module(path))
            except (OSError, Unreadable):
                unreadable.append(path)
        return modules, unreadable

    def paths_mentioning(self, word: str, *, tests: bool = True) -> list[str]:
        """The files in whose bytes the identifier stands, and those that cannot be read."""
        by_word = self._paths_by_word
        # A word that is not ASCII looks different in every encoding: any such file may hold it.
        found = {*by_word.get(word.encode(), ()), *by_word[_UNREADABLE]}
        found.update(() if word.isascii() else by_word[_NOT_ASCII])
        if self._base:
            found.update(path for path in self._base.paths_mentioning(word) if path not in self._changed)
        return sorted(found if tests else (path for path in found if not is_test(path)))

    @cached_property
    def _paths_by_word(self) -> dict[bytes, list[str]]:
        """The files by the identifiers in their bytes; with a base, those that changed."""
        found: dict[bytes, list[str]] = {_UNREADABLE: [], _NOT_ASCII: []}
        for path in self.paths:
            if self._base and path not in self._changed:
                continue
            try:
                data = self.read(path)
            except OSError:
                found[_UNREADABLE].append(path)
                continue
            for word in {*data.translate(_APART).split()}:
                found.setdefault(word, []).append(path)
            if not data.isascii():
                found[_NOT_ASCII].append(path)
        return found

    def path_of(self, dotted: str, importer: str) -> str | None:
        """The file that `import dotted` means in the file `importer`; leading dots are relative.

        Inside a package the folder above the package is where imports start. Elsewhere, and where that
        has no such file (a script inside a package), any folder above the importer, or `src`, may be:
        None when more than one file fits, and for a file that imports a package of its own name: others there
        mean that package, too.
        """
        key = dotted, importer.rpartition("/")[0]
        if key not in self._found:
            found = self._look_for(*key)
            self._found[key] = None if found and self._imports_its_name(found, dotted) else found
        return self._found[key]

    def _look_for(self, dotted: str, importing_folder: str) -> str | None:
        folder = PurePosixPath(importing_folder)
        bare = dotted.lstrip(".")
        if level := len(dotted) - len(bare):
            for _ in range(level - 1):
                folder = folder.parent
            return self._file(folder, bare)
        if is_standard(bare):
            return None
        home = folder
        while f"{home}/__init__.py" in self._known and home != home.parent:
            home = home.parent
        if home != folder and (found := self._file(home, bare)):
            return found
        roots = (folder, *folder.parents, PurePosixPath("src"))
        fitting = {found for root in roots if (found := self._file(root, bare))}
        fitting = fitting or self._ending_in(bare)
        return fitting.pop() if len(fitting) == 1 else None

    def _imports_its_name(self, path: str, dotted: str) -> bool:
        """Whether a file is called like a package that it imports: `import redis` in `cache/redis.py`."""
        try:
            is_called_so = f"/{path}".endswith(f"/{dotted}.py") and dotted.encode() in self.read(path)
            return is_called_so and imports_namesake(self.module(path), dotted)
        except (OSError, Unreadable):
            return False

    def name_like(self, known: str, path: str, importer: str) -> str | None:
        """What `importer` calls another file, from the folder where its absolute import `known` starts.

        None where that is not sure: inside a package imports start for nobody but a script.
        """
        found, tail = self.path_of(known, importer), known.replace(".", "/")
        root = _without_suffix(found).removesuffix(tail) if found else ""
        if found is None or not f"/{_without_suffix(found)}".endswith(f"/{tail}"):
            return None
        if f"{root}__init__.py" in self._known or not path.startswith(root):
            return None
        name = _without_suffix(path).removeprefix(root).replace("/", ".")
        return name if self.path_of(name, importer) == path else None

    def may_hold(self, dotted: str) -> bool:
        """Whether a dotted name could mean something in the tree: False only when surely outside."""
        first = dotted.partition(".")[0]
        if "__init__.py" in self._known and first not in STANDARD_MODULES:
            return True  # the tree is a package itself, whose name we do not know
        return dotted.startswith(".") or first in self._first_names

    def may_shadow(self, dotted: str) -> bool:
        """Whether a file here may come before an installed package of that name.

        Not so what stands inside of a package, nor folders without `__init__.py`: those come last.
        """
        if dotted.startswith("."):
            return True
        return dotted.partition(".")[0] in self._tops

    def is_package(self, folder: str) -> bool:
        """Whether a folder of the tree has an `__init__.py`."""
        return f"{folder}/__init__.py" in self._known

    # -- helpers ----------------------------------------------------------------------------------

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def _first_names(self) -> frozenset[str]:
        """Every name of a file or folder, without `.py`: what an absolute import may begin with."""
        return frozenset(part.removesuffix(".py") for path in self.paths for part in path.split("/"))

    @cached_property
    def _by_last_name(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            index[path.removesuffix("/__init__.py").rpartition("/")[2].removesuffix(".py")].append(path)
        return index

    @cached_property
    def _tops(self) -> frozenset[str]:
        """The names of the files and packages around which no package is."""
        return frozenset(name for name, paths in self._by_last_name.items() if any(map(self._is_top, paths)))

    def _is_top(self, path: str) -> bool:
        folder = path.removesuffix("/__init__.py").rpartition("/")[0]
        return not self.is_package(folder)

    def _file(self, root: PurePosixPath, dotted: str) -> str | None:
        base = root.joinpath(*dotted.split(".")) if dotted else root
        package, plain = str(base / "__init__.py"), f"{base}.py"
        if package in self._known:
            return package
        return plain if dotted and plain in self._known else None

    def _ending_in(self, dotted: str) -> set[str]:
        """The files that end by the dotted name; of several those that stand there in no package."""
        tail = "/" + dotted.replace(".", "/")
        named = self._by_last_name.get(dotted.rpartition(".")[2], ())
        found = {path for path in named if path.endswith((f"{tail}.py", f"{tail}/__init__.py"))}
        if len(found) < 2:
            return found
        return {path for path in found if not self.is_package(_without_suffix(path).removesuffix(tail))}


def _of_failure(error: OSError) -> str:
    """What stands for the bytes of a file that cannot be read."""
    return f"{type(error).__name__} {error.errno}"


def _without_suffix(path: str) -> str:
    """The path of a module, or of the folder that is a package."""
    return path.removesuffix("/__init__.py").removesuffix(".py")
