"""Abstract methods: what they raise themselves comes by `super()`, or of classes that can be made."""

from __future__ import annotations

import pytest

from tests.test_exceptions import answer, likely

CODE = """
import abc


class Registry(type):
    pass


class Checking(abc.ABCMeta):
    pass


class Base(BASES):
    MARK
    def lock(self):
        raise NotImplementedError

    def work(self):
        try:
            USE
        except Exception:
            return None


class Locking(Base):
    def lock(self):
        raise KeyError
"""


def raised(bases: str = "abc.ABC", mark: str = "@abc.abstractmethod", use: str = "self.lock()") -> set[str]:
    return likely(answer(CODE.replace("BASES", bases).replace("MARK", mark).replace("USE", use)))


@pytest.mark.parametrize("bases", ["abc.ABC", "metaclass=abc.ABCMeta", "abc.ABC, dict", "metaclass=Checking"])
def test_an_instance_has_another_one(bases: str) -> None:
    assert raised(bases) == {"KeyError"}


@pytest.mark.parametrize(
    ("bases", "mark", "use"),
    [
        ("", "@abc.abstractmethod", "self.lock()"),
        ("metaclass=Registry", "@abc.abstractmethod", "self.lock()"),
        ("metaclass=unknown", "@abc.abstractmethod", "self.lock()"),
        ("abc.ABC", "", "self.lock()"),
        ("abc.ABC", "@abc.abstractmethod", "Base.lock(self)"),
    ],
)
def test_the_method_may_run_itself(bases: str, mark: str, use: str) -> None:
    assert "NotImplementedError" in raised(bases, mark, use)


def test_what_super_runs() -> None:
    head = CODE.replace("BASES", "abc.ABC").replace("MARK", "@abc.abstractmethod")
    head = head[: head.index("    def work")]
    tried = "try:\n            super().lock()\n        except Exception:\n            pass"
    found = answer(f"{head}\n\nclass Locking(Base):\n    def lock(self):\n        {tried}\n")
    assert "NotImplementedError" in likely(found)
