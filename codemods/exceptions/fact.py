"""What is known of one callable or attribute, as an entry of the tables says it:

- `source`: where it is written, a section of the documentation or a module's source;
- `since`, `until`: the first version of Python that has it, and the first that has it no more;
- `raises`: what a right call can still raise;
- `argument`: what more when the type of an argument is unknown or may be wrong;
- `rare`: what it can raise that nobody names (`float(10 ** 400)`), by an argument that is not written out,
  without what any code can raise (RecursionError, MemoryError) unless its documentation warns of that; a
  TypeError or AttributeError counts only when the type of an argument is unknown or may be wrong;
- `content`: what is as rare, whatever its arguments are: by what it reads, or is told;
- `keywords`: what more when a keyword is given and is not a plain None or False;
- `unless`: what of that does not come out when a keyword is given and is a plain True;
- `positional`: the keywords that its first arguments may be given for without a name;
- `takes`: the names of all its arguments, where typeshed does not say them and they are the same since long;
- `default`: the places (a position or a keyword) of an argument that is given back where it would raise;
- `returns`: the type of the result, in the notation of annotations; `data` is a value as JSON has them,
  and `Held`, `Itself`, `Given`, `Made`, `Asked` and `Stored` stand for what the call has to do with (see
  `type_variables`);
- `reads`: the places of arguments that are streams, which it reads; `opens` those of a path or a stream;
- `reading`: what of that only reading brings: not where a mode is written out that makes it anew;
- `streamed`: what of that only a stream brings, and not a text that may be given in its place;
- `parts`: a tuple that is written out as an argument stands for what is in it: the address of a socket;
- `hashes`: the places of arguments that it hashes, or with `elements` what is in them;
- `sizes`: the places of numbers that must not be huge, else an OverflowError; `parts` count by themselves;
- `ascii`: what it gives is ASCII only;
- `fills`: the place of a text that it fills as `str.format` does, where more is given;
- `protocol`: it runs methods of its argument, so nothing is known when that is of an unknown type;
- `is_value`: it is read, and holds what anybody puts there: what a call of it does nobody knows;
- `settable`: it is an attribute that may be set, to what is right; only what is `rare` comes of that;
- `elements`: it also compares, adds or hashes what is in its argument;
- `calls`: the places (a position or a keyword) of arguments that it calls;
- `hooks`: the methods of the same object that it calls, which a class below may define anew;
- `runs`: the code of others that it always runs, in words; so whatever comes out of that may come out too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry about one name."""

    name: str
    source: str
    since: str | None = None
    until: str | None = None
    raises: tuple[str, ...] = ()
    argument: tuple[str, ...] = ()
    rare: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    positional: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    default: tuple[int | str, ...] = ()
    returns: str | None = None
    calls: tuple[int | str, ...] = ()
    reads: tuple[int | str, ...] = ()
    opens: tuple[int | str, ...] = ()
    reading: tuple[str, ...] = ()
    streamed: tuple[str, ...] = ()
    sizes: tuple[int | str, ...] = ()
    hashes: tuple[int | str, ...] = ()
    fills: int | None = None
    parts: bool = False
    ascii: bool = False
    protocol: bool = False
    elements: bool = False
    settable: bool = False
    hooks: tuple[str, ...] = ()
    runs: str | None = None
    external: bool = False  # not of the standard library: versions differ
    installed: bool = False  # by the source of an installed package, which tells what it raises
    is_value: bool = False  # it is read, not called
    untold: bool = False  # nobody says what it raises, only its type is known
