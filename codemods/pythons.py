"""For which Pythons each file of a source tree is: by what its project says, else by how it looks."""

from __future__ import annotations

from functools import cached_property
from itertools import islice

from codemods.files import Files
from codemods.layout import is_test
from codemods.module import Unreadable
from codemods.python2 import OLD_WORDS, may_be_only_for_python_2, needs_python_3, sign_of_python_2
from codemods.supported import PACKAGING_FILES, Python, Range, majors_in, range_in, widest

_PYTHON_2: Python = (2, 7)
PYTHON_2_STATED = "the project supports Python 2"  # by its packaging files, not by the look of a file


class Pythons:
    """The Pythons of the files of one tree. Ask `pythons_of(files)`."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._known: dict[str, tuple[Range, set[int]]] = {}
        self._known_beside: dict[str, str | None] = {}
        self._known_left: dict[str, bool] = {}

    def oldest(self, path: str) -> Python | None:
        """The oldest Python that the project around a file supports; None when it does not say.

        The nearest folder whose packaging files describe a project decides; of two files, the older one.
        """
        return self._stated(path.rpartition("/")[0])[0].oldest

    def newest(self, path: str) -> Python | None:
        """The newest Python that it supports; None when it does not say, for it is meant to go on running."""
        stated, majors = self._stated(path.rpartition("/")[0])
        return _PYTHON_2 if majors == {2} and not stated.oldest else stated.newest

    def python_2(self, path: str) -> str | None:
        """Why a file seems to be for Python 2 too; None where it does not, or its project says otherwise."""
        (oldest, _), majors = self._stated(path.rpartition("/")[0])
        if oldest or majors:
            is_stated = oldest < (3, 0) if oldest else 2 in majors
            return PYTHON_2_STATED if is_stated else None
        if sign := sign_of_python_2(module := self._files.module(path)):
            return None if self._was_left_behind(path) else f"{sign} is for Python 2 too"
        return None if needs_python_3(module) else self._old_beside(path)

    # -- what the project says --------------------------------------------------------------------

    def _stated(self, folder: str) -> tuple[Range, set[int]]:
        if folder not in self._known:
            self._known[folder] = self._look_for_python(folder)
        return self._known[folder]

    def _look_for_python(self, folder: str) -> tuple[Range, set[int]]:
        described, stated, majors = False, [], set()
        for name in PACKAGING_FILES:
            try:
                data = self._files.read(f"{folder}/{name}" if folder else name)
            except OSError:
                continue
            describes, told = range_in(name, data)
            described |= describes
            stated += [told] if any(told) else []
            majors |= majors_in(data) if describes else set()
        if described or not folder:
            return widest(stated), majors
        return self._stated(folder.rpartition("/")[0])

    # -- how it looks -----------------------------------------------------------------------------

    def _old_beside(self, path: str) -> str | None:
        """What a file of the same package, outside of packages of the same folder, says of Python 2.

        Either only Python 2 reads it, or it is one of a package and shows that both run it. It tells
        nothing where others there need Python 3: then it is one that was left behind.
        """
        home = self._home(path)
        if home not in self._known_beside:
            sources = self._sources_of(home)
            found = next(filter(self._is_only_for_python_2, sources), None)
            said = f"`{found}` beside it is for Python 2" if found else None
            if not said and self._files.is_package(home):
                said = next(filter(None, map(self._sign_in, sources)), None)
            left_behind = said and any(map(self._needs_python_3, sources))
            self._known_beside[home] = None if left_behind else said
        return self._known_beside[home]

    def _was_left_behind(self, path: str) -> bool:
        """Whether more files of its package need Python 3 than show a sign of Python 2, as it does.

        A package for both may well have a file for Python 3 alone, such as one that is asynchronous.
        """
        home = self._home(path)
        if home not in self._known_left:
            sources = self._sources_of(home) if self._files.is_package(home) else []
            signs = sum(1 for one in sources if self._sign_in(one))
            new = islice(filter(self._needs_python_3, sources), signs + 1)
            self._known_left[home] = len([*new]) > signs
        return self._known_left[home]

    def _home(self, path: str) -> str:
        """The folder of a file, or the outermost package that it is in."""
        is_package = self._files.is_package
        home = path.rpartition("/")[0]
        while is_package(home) and is_package(above := home.rpartition("/")[0]):
            home = above
        return home

    def _sources_of(self, home: str) -> list[str]:
        """The files of a package, or of a folder alone, but for tests."""
        below = (one for one in self._files.paths if one.startswith(f"{home}/") or not home)
        near = below if self._files.is_package(home) else (o for o in below if o.rpartition("/")[0] == home)
        return [one for one in near if not is_test(one)]

    def _is_only_for_python_2(self, path: str) -> bool:
        try:
            return may_be_only_for_python_2(self._files.read(path)) and not self._files.module(path)
        except (OSError, Unreadable) as error:
            return isinstance(error, Unreadable)

    def _sign_in(self, path: str) -> str | None:
        if path not in self._with_old_words:
            return None
        try:
            old = sign_of_python_2(self._files.module(path))
        except (OSError, Unreadable):
            return None
        return f"{old} in `{path}` beside it is for Python 2 too" if old else None

    @cached_property
    def _with_old_words(self) -> set[str]:
        return {path for word in OLD_WORDS for path in self._files.paths_mentioning(word)}

    def _needs_python_3(self, path: str) -> bool:
        try:
            return needs_python_3(self._files.module(path))
        except (OSError, Unreadable):
            return False


def pythons_of(files: Files) -> Pythons:
    """The Pythons of the files of a tree, looked up once."""
    return files.derive(Pythons)
