"""What is worked out once of a file or a project."""

from __future__ import annotations

import gc
import weakref

from codemods.derivable import Derivable


class Thing(Derivable):
    pass


class Part:
    def __init__(self, thing: Thing, *more: object) -> None:
        self.thing, self.more = thing, more


def test_made_on_the_first_question_and_kept() -> None:
    thing = Thing()
    made = thing.derive(Part)
    assert made.thing is thing
    assert thing.derive(Part) is made
    assert Thing().derive(Part) is not made


def test_made_for_each_of_what_it_is_made_with() -> None:
    thing = Thing()
    first, second = thing.derive(Part, 1), thing.derive(Part, 2)
    assert (first.more, second.more) == ((1,), (2,))
    assert thing.derive(Part, 1) is first
    assert thing.derive(Part) is not first


def test_what_is_empty_is_kept_too() -> None:
    asked = []

    def names(thing: Thing) -> frozenset[str]:
        asked.append(thing)
        return frozenset()

    thing = Thing()
    assert thing.derive(names) == thing.derive(names) == frozenset()
    assert asked == [thing]


def test_lives_no_longer_than_what_it_is_made_of() -> None:
    thing = Thing()
    made = weakref.ref(thing.derive(Part))
    del thing
    gc.collect()
    assert made() is None
