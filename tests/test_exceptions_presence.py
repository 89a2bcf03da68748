"""Lookups that a test, a loop or a statement before makes sure of, held against what really happens."""

from __future__ import annotations

import ast
import contextlib
import itertools
from typing import Any

import pytest

from codemods.exceptions import MayRaise, may_raise
from codemods.project import Project
from codemods.sources import Memory

ARGUMENTS = "d: dict[str, int], l: list[str], k: str, i: int, n: int, s: str"
DICTS: list[dict[str, int]] = [{}, {"a": 1}, {"a": 1, "b": 2, "c": 3}]
LISTS: list[list[str]] = [[], ["a"], ["a", "b"], ["a", "b", "c", "d"]]
HELPERS = (
    "import json\nimport logging\nimport re\nfrom contextlib import suppress\n\ndef take(x):\n    x.clear()\n"
)


def expected(code: str) -> set[str]:
    """What comes out of the code for any of many arguments."""
    found = set()
    body = "\n    ".join(code.splitlines())
    scope: dict[str, Any] = {}
    exec(f"{HELPERS}def f({ARGUMENTS}):\n    {body}", scope)
    numbers = [-5, -1, 0, 1, 2]
    for d, values, k, i, n, s in itertools.product(
        DICTS, LISTS, ["a", "c"], numbers, numbers, ["", "ab", "cc"]
    ):
        try:
            scope["f"](dict(d), [*values], k, i, n, s)
        except (KeyError, IndexError, ValueError) as error:
            found.add(type(error).__name__)
    return found


def inferred(code: str) -> set[str]:
    body = "\n        ".join(code.splitlines())
    text = f"{HELPERS}def f({ARGUMENTS}):\n    try:\n        {body}\n    except Exception:\n        pass\n"
    project = Project(Memory({"app.py": text.encode()}))
    module = project.module("app.py")
    statement, *_ = module.nodes(ast.Try)
    return raised_by(may_raise(statement.body, module, project))


def raised_by(answer: MayRaise) -> set[str]:
    raised = answer.raised
    unpacked = {one.type for one in raised if one.evidence.startswith("unpacks")}
    return unpacked | ({one.type for one in raised} & {"KeyError", "IndexError"})


HELD = [
    "for j, x in enumerate(l):\n    l[j] = x + l[j]",
    "j = 0\nfor x in l:\n    for j, y in enumerate(l, j):\n        if j < len(l):\n            print(l[j])",
    "j = 0\nfor x in l:\n    for j in range(j, 3):\n        if j < len(l):\n            print(l[j])",
    "a = b = 0\nfor a, x in enumerate(l, b):\n    for b, y in enumerate(l, a):\n        if b < len(l):\n"
    "            print(l[b])",
    "for j in range(len(l)):\n    print(l[j])",
    "for j in range(len(l) - 1):\n    print(l[j], l[j + 1])",
    "for j in range(1, len(l)):\n    print(l[j], l[j - 1])",
    "for j in range(0, len(l), 2):\n    print(l[j])",
    "for j in range(0, len(l), 2):\n    print(l[j - 1])",
    "for j in range(len(l)):\n    print(l[j], l[j - 1])",
    "for j, x in enumerate(l):\n    print(l[j - 1], x)",
    "for j in reversed(range(len(l))):\n    print(l[j])",
    "for j in range(len(l)):\n    l[j] += k\nfor j in range(9):\n    l.append(k)",
    "for j in range(len(l)):\n    l.append('x')\n    print(l[j])",
    "print([l[j] for j in range(len(l))])",
    "for x in d:\n    print(d[x])\n    logging.debug('%s', d)",
    "for x in d:\n    print(d[x])\n    if n:\n        take(d)\n        return",
    "for x in d:\n    print(d[x])\n    if n:\n        take(d)\n        print(n)\n        break",
    "for x in d:\n    print(d[x])\n    if n:\n        return take(d)",
    "for x in d:\n    for y in d:\n        print(d[x])\n        if n:\n            return take(d)",
    "for x in d:\n    try:\n        print(d[x])\n    except OSError:\n        take(d)\n        raise",
    "print([s[j] for j, x in enumerate(s)])",
    "if l:\n    print(l[0], l[-1])",
    "if not l:\n    return\nprint(l[0])",
    "if l:\n    print(max(l), l or n)\n    if l and n or l:\n        print(l[0])",
    "if l:\n    match l:\n        case []:\n            pass\n    print(l[0])",
    "print([d.pop(x) for x in list(d)])",
    "m = l\nif l:\n    m = []\n    print(l[0], len(m))",
    "m = l\nm.clear()\nif l:\n    print(l[0])",
    "print(l[0] if l else None)",
    "print(l and l[0])",
    "if len(l) > 1:\n    print(l[0], l[1], l[-2])",
    "if len(l) >= 2 and l[1]:\n    print(l[-2])",
    "if len(l) == 2:\n    print(l[1])",
    "if 1 < len(l):\n    print(l[1])",
    "if len(l):\n    print(l[0])",
    "if len(l) != 0:\n    print(l[0])",
    "if len(l) < 2:\n    return\nprint(l[1])",
    "if len(l) == 0:\n    return\nprint(l[0])",
    "j = 0\nwhile j < len(l):\n    print(l[j])\n    j += 1",
    "while l:\n    print(l[0])\n    l.pop()",
    "while l:\n    print(l[-1])\n    take(l)",
    "while l:\n    x = l.pop()",
    "if l:\n    print(l.pop(0))",
    "if len(l) > 1:\n    print(l.pop(1))",
    "while d:\n    print(d.popitem())",
    "v = set(l)\nwhile v:\n    v.pop()",
    "if k in d:\n    print(d.pop(k))",
    "for x in list(d):\n    print(d[x])\n    d.pop(x)",
    "for x in d:\n    print(d[x])",
    "for x in d.keys():\n    print(d[x])",
    "for x, y in d.items():\n    d[x] = d[x] + y",
    "for x in sorted(d):\n    print(d[x])",
    "for x in list(d):\n    print(d[x])\n    del d[x]",
    "print({x: d[x] for x in d})",
    "if k in d:\n    print(d[k])",
    "if k in d.keys():\n    print(d[k])",
    "if k not in d:\n    return\nprint(d[k])",
    "if k not in d:\n    d[k] = 1\nprint(d[k])",
    "d[k] = 1\nif n:\n    print(d[k])",
    "d.setdefault(k, 1)\nd[k] += 1",
    "print(d[k] if k in d else 0)",
    "if d.get(k):\n    print(d[k])",
    "e = {'a': 1, **d}\nif n:\n    print(e['a'])",
    "e = {'a': 1}\nfor x in l:\n    if n:\n        print(e['a'])",
    "e = {'a': 1}\nfor x in l:\n    print(e['a'])\n    take(e)\n    break",
    "e = [1, 2]\nfor x in l:\n    for y in l:\n        print(e[1])",
    "d[k] = 1\nwhile n > 0:\n    n -= 1\n    print(d[k])",
    "d[k] = 1\nprint([d[k] for x in l])",
    "if x := d.get(k):\n    d['new'] = x\n    del d[k]",
    "if not (x := d.get(k)):\n    return\nprint(d[k])",
    "if (x := d.get(k)) is not None:\n    print(d[k])",
    "if d.get(k) != None:\n    print(d[k])",
    "if d.get(k) is None:\n    return\nprint(d[k])",
    "e = {'a': 1}\njson.dumps(e, indent=2)\nprint(e['a'])",
    "e = [k, n]\nprint(e[1], e[-2])",
    "e = s.split('|')\nif n:\n    print(e[0])\nprint(e[-1])",
    "for x in l:\n    e = x.split('|')\n    print(e[0])\n    e.clear()",
    "if s:\n    print(s.splitlines()[0], s.splitlines()[-1])",
    "if s == '':\n    return\nprint(s.splitlines()[0])",
    "if not s:\n    return\ne = s.splitlines(True)\nprint(e[0])",
    "if 'a' in s:\n    print(s.split('a')[1], s.rsplit('a', 1)[-2])",
    "if k not in s:\n    return\nprint(s.split(k, maxsplit=1)[1])",
    "if 'a' in s:\n    x, y = s.split('a', 1)",
    "if not k or k not in s:\n    return\n(x, y) = s.rsplit(k, 1)",
    "if 'a' in s:\n    x, y, *z = s.split('a')",
    "if 'a' in s:\n    x, y = s.rstrip().split('a', 1)",
    "if s.endswith(('bb', 'b')):\n    x, y = s.rsplit('b', 1)",
    "s += ': '\nif s.startswith('ab: '):\n    print(s.strip().split(':')[1])",
    "x, *z = s.split('a')",
    "e = s.split('|')\ne = e[0]\nprint(e)",
    "e = s.split('|')\nif n:\n    e = e[-1] + k",
    "for x in re.findall('ab+', s):\n    y, z = x.split('b', 1)",
    "for x in re.findall(r'[bc]+[^x]?', s.replace('b', '.') + '.'):\n    print(x)",
    "for x in re.findall(r'[ab]+-[ab]', s + '-' + s):\n    y, z = x.strip().upper().split('-', maxsplit=1)",
    "z = [x.split('b')[1] for x in re.findall('ab', s)]",
    "for x in l:\n    x = x.strip()\n    if 'a' in x:\n        y, z = x.split('a', 1)",
    "if len(l) == 2:\n    x, y = l",
    "if 2 == len(l):\n    l.sort()\n    x, y = l",
    "if len(l) != 2:\n    return\nx, y = l",
    "if len(l) == 2:\n    (x,) = l[1:]\n    x, *y = l[1:]",
    "if len(l) > 1:\n    x, y = l[:2]\n    x, y, *z = l",
    "if len(l) >= 2:\n    l.append(k)\n    x, y = l[-2:]\n    x, *y = l[-2:]",
    "if len(l) > 2:\n    l.append(k)\n    x, y = l[1:3]",
    "if len(l) < 2:\n    return\nx, *y = l[1:]\nx, *y = l[:2]",
    "for x in l:\n    e = x.split('a')\n    if len(e) != 2:\n        continue\n    y, z = e",
    "e = tuple(l)\nif len(e) == 2:\n    take(l)\n    x, y = e",
]


NOT_HELD = [
    "if len(l) == 2:\n    l.append(k)\n    x, y = l",
    "if len(l) == 2:\n    l += [k]\n    x, y = l",
    "if len(l) == 2:\n    m = l\n    m.insert(0, k)\n    x, y = l",
    "if len(l) == 2:\n    for z in s:\n        x, y = l\n        l.append(z)",
    "if len(l) == 2:\n    take(l)\n    x, y = l",
    "if len(l) > 1:\n    x, y, z = l",
    "if len(l) > 1:\n    x, y, z = l[:2]",
    "if len(l) > 1:\n    x, y = l[1:3]",
    "if len(l) > 1:\n    x, y, *z = l[-1:]",
    "if len(l) > 1:\n    l.pop()\n    x, y = l[:2]",
    "x, y = l[:2]",
    "if len(l) == 2:\n    x, (y, z) = l",
    "print(l[0])",
    "print(l[i])",
    "for j in range(len(l)):\n    print(l[j + 1])",
    "for j in range(len(l)):\n    print(l[j - 2])",
    "for j, x in enumerate(l):\n    print(l[j - 2], x)",
    "for j, x in enumerate(l):\n    print(l[j + 1], x)",
    "for j in range(9, len(l), -1):\n    print(l[j])",
    "for j in range(9, len(l), min(n, -1)):\n    print(l[j])",
    "for j in range(len(l)):\n    print(l[j])\n    l.pop()",
    "for j in range(len(l)):\n    print(l[j])\n    take(l)",
    "for j in range(len(l)):\n    l = l[1:]\n    print(l[j])",
    "for j in range(1, n):\n    print(l[j - 1])",
    "for j in range(len(s)):\n    print(l[j])",
    "for j in range(len(l)):\n    j += 1\n    print(l[j])",
    "for j in range(len(l)):\n    if n:\n        j = n\n    print(l[j])",
    "for j in range(len(l)):\n    pass\nfor j in range(9):\n    print(l[j])",
    "for j in range(len(l)):\n    for j in range(n):\n        print(l[j])",
    "for j in range(n, len(l)):\n    print(l[j])",
    "if l:\n    print(l[1])",
    "if l:\n    l.pop()\n    print(l[0])",
    "if l:\n    take(l)\n    print(l[0])",
    "if l:\n    del l[0]\n    print(l[0])",
    "if l:\n    l[:] = []\n    print(l[0])",
    "if l:\n    m = l\n    m.clear()\n    print(l[0])",
    "if l:\n    m = l or []\n    m.clear()\n    print(l[0])",
    "m = l\nif l:\n    m.clear()\n    print(l[0])",
    "m = l if n else []\nw = m\nif l:\n    w.clear()\n    print(l[0])",
    "if k not in d:\n    d[k] = 1\nelse:\n    k = 'zz'\nprint(d[k])",
    "if l:\n    m = l if n else []\n    m.clear()\n    print(l[0])",
    "if l:\n    m = max(l, l)\n    m.clear()\n    print(l[0])",
    "if l:\n    match l:\n        case m:\n            m.clear()\n    print(l[0])",
    "if l:\n    l.__init__()\n    print(l[0])",
    "def g(m=l):\n    m.clear()\nif l:\n    g()\n    print(l[0])",
    "if l:\n    print([l.pop() for x in range(5)])",
    "if l:\n    def g():\n        l.clear()\n    g()\n    print(l[0])",
    "if l:\n    for _ in range(3):\n        print(l[0])\n        l.pop()",
    "if not l:\n    print('none')\nprint(l[0])",
    "if len(l) > 1:\n    print(l[2])",
    "if len(l) != 3:\n    print(l[0])",
    "if len(l) >= 0:\n    print(l[0])",
    "if len(l) > 1:\n    print(l[-3])",
    "if i < len(l):\n    print(l[i])",
    "while l:\n    l.pop()\n    print(l[-1])",
    "if k in l:\n    print(l[i])",
    "l.pop()",
    "for j in range(len(l)):\n    l.pop(j)",
    "for j in range(len(l)):\n    del l[j]",
    "l[0:1] = [k]\nif d:\n    print(l[1])",
    "if l:\n    l.pop()\n    l.pop()",
    "if l:\n    l.pop(1)",
    "while l:\n    for _ in range(2):\n        l.pop()",
    "while d:\n    d.popitem()\n    d.popitem()",
    "if k in d:\n    d.pop(k)\n    d.pop(k)",
    "if k in d:\n    for _ in range(2):\n        print(d[k])\n        del d[k]",
    "for x in [*d, *d]:\n    print(d[x])\n    d.pop(x)",
    "print(d[k])",
    "d[k] += 1",
    "l[i] += 'x'",
    "for x in d:\n    print(d[x + 'z'])",
    "for x in list(d):\n    del d[x]\n    print(d[x])",
    "for x in list(d):\n    print(d[x])\n    d.clear()",
    "for x in list(d):\n    print(d[x])\n    x = 'b'\n    d.pop(x, 0)",
    "for x in list(d):\n    print(d[x])\n    take(d)\n    if n:\n        continue\n    return",
    "for x in list(d):\n    for y in l:\n        print(d[x])\n        take(d)\n        break",
    "for x in [*d]:\n    try:\n        d[x]\n        take(d)\n        raise OSError\n    except OSError: ...",
    "for x in list(d):\n    try:\n        print(d[x])\n        return take(d) + n\n    except TypeError: ...",
    "for x in list(d):\n    print(d[x])\n    with suppress(OSError):\n        take(d)\n        raise OSError",
    "for x in l:\n    print(d[x])",
    "for x, y in enumerate(d):\n    print(d[str(x)])",
    "if k in d:\n    d.pop(k)\n    print(d[k])",
    "if k in d:\n    take(d)\n    print(d[k])",
    "if k in d.keys():\n    take(d)\n    print(d[k])",
    "if k in d:\n    k = 'z'\n    print(d[k])",
    "if k not in d:\n    print(d[k])",
    "if n:\n    d[k] = 1\nprint(d[k])",
    "d[k] = 1\nd = {}\nprint(d[k])",
    "d[k] = 1\nd.clear()\nprint(d[k])",
    "if k not in d:\n    if n:\n        d[k] = 1\nprint(d[k])",
    "d[k] = 1\ntry:\n    k += 'x'\n    int(k)\nexcept ValueError:\n    print(d[k])",
    "d[k] = 1\nif k := s:\n    print(d[k])",
    "d[k] = 1\nwith open(k := '/dev/null'):\n    print(d[k])",
    "d[k] = 1\nmatch s:\n    case k:\n        print(d[k])",
    "d[k] = 1\nprint(k := s, d[k])",
    "d[k] = 1\nprint([d[k] for k in l])",
    "d[k] = 1\nfor k in l:\n    print(d[k])",
    "d[k] = 1\nfor x in l:\n    print(d[k])\n    k = x",
    "d[k] = 1\nwhile n > 0:\n    n -= 1\n    print(d[k])\n    k += 'x'",
    "e = {'a': 1}\nfor x in l:\n    print(e['a'])\n    e.pop('a')",
    "e = {'a': 1}\nfor x in l:\n    print(e['a'])\n    e = d",
    "e = [1]\nf = e\nfor x in l:\n    print(e[0])\n    f.clear()",
    "keys = iter(('x', 'y'))\nd[next(keys)] = 1\nprint(d[next(keys)])",
    "if k := d.get(k):\n    print(d[k])",
    "if (x := k in d) is not None:\n    print(d[k])",
    "e = {'a': 1}\nprint(e['b'])",
    "e = {'a': 1}\nif n:\n    e = {}\nprint(e['a'])",
    "e = {'a': 1}\ntake(e)\nprint(e['a'])",
    "e = f = {'a': 1}\nf.clear()\nprint(e['a'])",
    "e = {k: 1}\nprint(e['a'])",
    "e = [*l, k]\nprint(e[1])",
    "e = [k]\nprint(e[1])",
    "e = s.split()\nprint(e[0])",
    "e = s.split('|')\nprint(e[1])",
    "e = s.split('|')\ne.pop()\nprint(e[0])",
    "e = s.split('|')\nfor j in range(3):\n    e = [*e[0]]",
    "for x in re.findall('ab?', s + 'a'):\n    y, z = x.split('b', 1)",
    "for x in re.findall('b*', s):\n    y, z = x.split('b', 1)",
    "for x in re.findall('ab|c', s):\n    y, z = x.split('b', 1)",
    "for x in re.findall('c(?:b)?', s):\n    y, z = x.split('b', 1)",
    "for x in re.findall('[bc]', s):\n    y, z = x.split('b', 1)",
    "for x in re.findall('b', s):\n    y, z = x.upper().split('b', 1)",
    "for x in re.findall('B', s, re.I):\n    y, z = x.split('B', 1)",
    "for x in re.findall('cb{0}', s):\n    y, z = x.split('b', 1)",
    "for x in re.findall('ab', s):\n    x = x[1:-1]\n    y, z = x.split('b', 1)",
    "e = s.split('|')\nif n:\n    e = []\nprint(e[0])",
    "e = s.split('|')\nfor _ in l:\n    print(e[0])\n    e.clear()",
    "print(s.splitlines()[0])",
    "if s:\n    print(s.splitlines()[1])",
    "if s:\n    s = s[9:]\n    print(s.splitlines()[0])",
    "if s == '':\n    print(s.splitlines()[0])",
    "if s != 'a':\n    print(s.splitlines()[0])",
    "print(s.split('a')[1])",
    "if 'a' in s:\n    print(s.split('z')[1])",
    "if 'a' in s:\n    print(s.split('a')[2])",
    "if 'a' in s:\n    print(s.split('a', 0)[1])",
    "if 'a' in s:\n    print(s.split('a', n)[1])",
    "if 'a' in s:\n    s = 'c'\n    print(s.split('a')[1])",
    "if k in s:\n    k = 'z'\n    print(s.split(k)[1])",
    "if 'a' not in s:\n    print(s.split('a')[1])",
    "x, y = s.split('a', 1)",
    "x, y, *z = s.split('a', 1)",
    "if 'a' in s:\n    x, y, z = s.split('a', 1)",
    "if 'a' in s:\n    x, y, z = s.split('a', 2)",
    "if 'a' in s:\n    x, y = s.split('a', 0)",
    "if 'b' in s:\n    x, y = s.split('z', 1)",
    "if 'a' in s:\n    s = s[2:]\n    x, y = s.split('a', 1)",
    "s += ' '\nif ' ' in s:\n    x, y = s.strip().split(' ', 1)",
    "s += '='\nif '=' in s:\n    x, y = s.strip('=').split('=', 1)",
    "k = ' '\ns += k\nif k in s:\n    x, y = s.strip().split(k, 1)",
    "if s.endswith(('.a', 'b')):\n    x, y = s.rsplit('.', 1)",
    "if s.endswith(k):\n    x, y = s.rsplit('.', 1)",
    "if s.endswith('.a') or n:\n    x, y = s.rsplit('.', 1)",
    "k = '.a'\nif k.endswith('.a'):\n    x, y = s.rsplit('.', 1)",
    "s = '.a'\nif s.startswith('.a'):\n    s = s[1:]\n    x, y = s.rsplit('.', 1)",
]


@pytest.mark.parametrize("code", HELD)
def test_what_is_there_is_found(code: str) -> None:
    assert not expected(code)
    assert not inferred(code)


@pytest.mark.parametrize("code", NOT_HELD)
def test_what_may_be_gone_is_not_taken_to_be_there(code: str) -> None:
    assert expected(code)
    assert expected(code) <= inferred(code)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("if len(sys.argv) > 2:\n    print(sys.argv[2])", set()),
        ("if len(sys.argv) == 1:\n    return\nelif len(sys.argv) == 2:\n    print(sys.argv[1])", set()),
        ("if len(sys.argv) < 2:\n    sys.exit()\nprint(sys.argv[1])", set()),
        ("if len(sys.argv) < 2:\n    print(k)\n    exit(2)\nprint(sys.argv[1])", set()),
        ("if len(sys.argv) < 2:\n    exit = print\n    exit()\nprint(sys.argv[1])", {"IndexError"}),
        ("if len(sys.argv) < 2:\n    exit()\nelse:\n    pass\nprint(sys.argv[1])", {"IndexError"}),
        ("if len(sys.argv) > 1:\n    print(sys.argv[2])", {"IndexError"}),
        ("if len(sys.argv) > 1:\n    sys.argv.pop()\n    print(sys.argv[1])", {"IndexError"}),
        ("if len(sys.argv) > 1:\n    sys.argv = []\n    print(sys.argv[1])", {"IndexError"}),
        ("if len(sys.argv) > 1:\n    x = sys.argv\n    x.clear()\n    print(sys.argv[1])", {"IndexError"}),
        ("if len(sys.path) > 1:\n    print(sys.path[1])", {"IndexError"}),
    ],
)
def test_the_length_of_the_command_line_is_asked_for(code: str, told: set[str]) -> None:
    assert inferred(f"import sys\n{code}") == told


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("if len(rest) > 1:\n    print(rest[1])", False),
        ("while len(rest) > 1:\n    print(rest[0], rest[1])\n    rest = rest[2:]", False),
        ("if rest:\n    print(rest[0])", False),
        ("if len(rest) > 1:\n    print(rest[2])", True),
        ("if len(rest) > 1:\n    rest.pop()\n    print(rest[1])", True),
        ("if len(rest) > 1:\n    shift()\n    print(rest[1])", True),
        ("while len(rest) > 1:\n    rest = rest[2:]\n    print(rest[0])", True),
        ("def use():\n    if len(rest) > 1:\n        print(rest[1])", True),
    ],
)
def test_the_length_of_a_list_is_asked_for_at_the_top_of_a_file(code: str, told: bool) -> None:
    head = "import sys\nrest = sys.argv[1:]\ndef shift():\n    rest.pop()\n"
    project = Project(Memory({"app.py": f"{head}{code}\n".encode()}))
    module = project.module("app.py")
    body = getattr(module.tree.body[-1], "body", []) if code.startswith("def") else module.tree.body[3:]
    assert bool(raised_by(may_raise(body, module, project))) is told


FOUND = [
    ("x = d[k]", "d[k]"),
    ("print(d[k], n)\nif n:\n    n = 1", "d[k]"),
    ("x = l[i]\nl.append(k)", "l[i] + l[i]"),
    ("x = l[i] if n else k\nx = l[i]", "l[i]"),
    ("if not d[k]:\n    return", "d[k]"),
    ("if n > d[k]:\n    return", "d[k]"),
    ("l.index(k)", "l[l.index(k)]"),
    ("l.index(k)", "l.pop(l.index(k))"),
    ("l.index(k)", "del l[l.index(k)]"),
    ("x = l.index(k)\nl.append(k)", "l[x]"),
    ("x = d[k.lower()]", "d[k.lower()]"),
    ("x = l.index(k)", "l.pop(x)"),
    ("x = i % len(l)", "l[x]"),
    ("x = i % len(l)", "l[i % len(l)]"),
    ("x = n % len(s)", "s[x]"),
]
NOT_FOUND = [
    ("x = d[k]\ndel d[k]", "d[k]"),
    ("x = d[k]\nk = 'z'", "d[k]"),
    ("x = d[k]\ntake(d)", "d[k]"),
    ("x = n and d[k]", "d[k]"),
    ("x = d[k] if n else 0", "d[k]"),
    ("x = lambda: d[k]", "d[k]"),
    ("x = [d[k] for _ in l]", "d[k]"),
    ("x = n < 0 < d[k]", "d[k]"),
    ("if n:\n    x = d[k]", "d[k]"),
    ("x = l[i]\nl.pop()", "l[i]"),
    ("x = l[i]\nl = []", "l[i]"),
    ("d[k] if d else 0", "d[k]"),
    ("s.index(k)", "l[s.index(k)]"),
    ("l.index(k)", "l[l.index(k) + 1]"),
    ("x = l.index(k)\nl.pop()", "l[x]"),
    ("x = l.index(k)\nif n:\n    x = n", "l[x]"),
    ("x = i % len(l)\nl = l[1:]", "l[x]"),
    ("x = i % len(s)", "l[x]"),
    ("x = i % len(l) + 1", "l[x]"),
    ("x = l.index(k)\nfor _ in range(2):\n    l.pop(x)", "l[x]"),
    ("k = str(d[k])", "d[k]"),
    ("i = len(l[i]) + 3", "l[i]"),
    ("keys = iter(('a', 'z'))\nx = d[next(keys)]", "d[next(keys)]"),
    ("keys = ['z', 'a']\nif not d[keys.pop()]:\n    return", "d[keys.pop()]"),
    ("keys = ['z']\nif not (d[k] and (k := keys.pop())):\n    return", "d[k]"),
]


def behind(first: str, code: str) -> tuple[set[str], set[str]]:
    """What comes out of the code behind the `first` for any of many arguments, and what is said of it."""
    lines = f"{first}\ntry:\n    {code}\nexcept Exception as error:\n    found.append(error)"
    body = "\n    ".join(lines.splitlines())
    text = f"{HELPERS}found = []\ndef f({ARGUMENTS}):\n    {body}\n"
    scope: dict[str, Any] = {}
    exec(text, scope)
    numbers = [-5, -1, 0, 1, 2]
    for d, values, k, i, n in itertools.product(DICTS, LISTS, ["a", "c"], numbers, numbers):
        with contextlib.suppress(KeyError, IndexError, ValueError, ZeroDivisionError):
            scope["f"](dict(d), [*values], k, i, n, "abcd")
    project = Project(Memory({"app.py": text.encode()}))
    module = project.module("app.py")
    statement, *_ = module.nodes(ast.Try)
    wanted = {type(error).__name__ for error in scope["found"]} & {"KeyError", "IndexError"}
    return wanted, raised_by(may_raise(statement.body, module, project))


@pytest.mark.parametrize(("first", "code"), FOUND)
def test_what_was_found_before_is_there(first: str, code: str) -> None:
    assert behind(first, code) == (set(), set())


@pytest.mark.parametrize(("first", "code"), NOT_FOUND)
def test_what_was_found_before_may_be_gone(first: str, code: str) -> None:
    wanted, told = behind(first, code)
    assert wanted
    assert wanted <= told


OF_THE_FILE = """
TABLE = {"a": 1}

def show(table, value):
    print(value)

def load(key):
    TABLE[key] = 1

class Reader:
    def load(self):
        return TABLE.get("a")

class Closing:
    def close(self):
        TABLE.clear()

def renew():
    global TABLE
    TABLE = {}

def main(k: str, closing: Closing):
    BODY
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if k in TABLE:\n    return TABLE[k]", set()),
        ("if k in TABLE:\n    del TABLE[k]", set()),
        ("if k not in TABLE:\n    load(k)\n    return\nreturn TABLE[k]", set()),
        ("if k in TABLE:\n    print(TABLE)\n    return TABLE[k]", set()),
        ("if k in TABLE:\n    show(TABLE, TABLE[k])", set()),
        ("if k in TABLE:\n    Reader().load()\n    return TABLE[k]", set()),
        ("return [TABLE[one] for one in k if one in TABLE]", set()),
        ("if k in TABLE:\n    TABLE[k]\n    TABLE.clear()", set()),
        ("if k in TABLE:\n    renew()\n    return TABLE[k]", {"KeyError"}),
        ("if k in TABLE:\n    closing.close()\n    return TABLE[k]", {"KeyError"}),
        ("if k in TABLE:\n    TABLE.pop(k)\n    return TABLE[k]", {"KeyError"}),
        ("other = TABLE\nif k in TABLE:\n    other.clear()\n    return TABLE[k]", {"KeyError"}),
        ("if k in TABLE:\n    show(TABLE, 1)\n    return TABLE[k]", {"KeyError"}),
        ("if k in TABLE:\n    for _ in k:\n        TABLE[k]\n        del TABLE[k]", {"KeyError"}),
    ],
)
def test_a_table_of_the_file(code: str, expected: set[str]) -> None:
    text = OF_THE_FILE.replace("BODY", "\n    ".join(code.splitlines()))
    project = Project(Memory({"app.py": text.encode()}))
    module = project.module("app.py")
    main = module.tree.body[-1]
    assert isinstance(main, ast.FunctionDef)
    assert raised_by(may_raise(main.body, module, project)) == expected
