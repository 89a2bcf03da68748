"""What code may raise: what really comes out is in a complete answer."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemods.exceptions import MayRaise, choose, may_raise
from codemods.exceptions.answer import CERTAIN, GUESSED
from codemods.exceptions.hierarchy import hierarchy_of
from codemods.exceptions.raising.following import Following
from codemods.exceptions.types.values import Values
from codemods.module import Module
from codemods.project import Definition, Project
from codemods.sources import Memory


def project_of(**files: str) -> Project:
    return Project(Memory({f"{name}.py": text.encode() for name, text in files.items()}))


def first_try(module: Module) -> ast.Try:
    return module.nodes(ast.Try)[0]


def answer(text: str, **others: str) -> MayRaise:
    """What the first `try` of the file may raise."""
    project = project_of(main=text, **others)
    module = project.module("main.py")
    return may_raise(first_try(module).body, module, project)


def likely(found: MayRaise) -> set[str]:
    return {raised.type for raised in found.likely}


def body(code: str, head: str = "", arguments: str = "x") -> str:
    """A file whose first `try` is in a function and has this body."""
    inner = "".join(f"        {line}\n" for line in code.splitlines())
    return f"{head}\n\ndef function({arguments}):\n    try:\n{inner}    except:\n        pass\n"


# -- each source --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("raise KeyError(1)", {"KeyError"}),
        ("assert x", {"AssertionError"}),
        ("int(x)", {"ValueError", "TypeError"}),
        ("int('3')", set()),
        ("1 / 2", set()),
        ("1 / (21 / 2.54)", set()),
        ("1 / (0 / 2.54)", {"ZeroDivisionError"}),
        ("float('1') / len('abc')", {"ZeroDivisionError"}),
        ("1 / (len(str(x)) + 1)", set()),
        ("parts = str(x).count(',') + 1\n1 / parts", set()),
        ("1 / (1 + len(str(x)))", set()),
        ("1 / (len(str(x)) - 1)", {"ZeroDivisionError"}),
        ("1 / (str(x).find(',') + 1)", {"ZeroDivisionError"}),
        ("size = 2**20\n1 / float(size)", set()),
        ("size = 1024\nif x:\n    size = 0\n1 / size", {"ZeroDivisionError"}),
        ("size = 1024\nfor y in 'ab':\n    size -= 512\n1 / size", {"ZeroDivisionError"}),
        ("{}[x]", {"KeyError"}),
        ("[][0]", {"IndexError"}),
        ("[1][:1]", set()),
        ("a, b = 'a b'.split()", {"ValueError"}),
        ("a, b = 1, 2", set()),
        ("undefined_name", {"NameError"}),
        ("'a,b'.split(',')[0]", set()),
        ("'a,b'.split(',')[1]", {"IndexError"}),
        ("import os\nos.path.splitext('a.b')[1]", set()),
        ("import os\nos.path.splitext('a.b')[-2]", set()),
        ("import os\nos.path.splitext('a.b')[2]", {"IndexError"}),
        ("import os\nos.path.splitext('a.b')[-3]", {"IndexError"}),
        ("import os\nos.path.splitext('a.b')[x]", {"IndexError"}),
        ("pair = (1, 2) * 0\npair[1]", {"IndexError"}),
        ("import socketserver\nclass S(socketserver.TCPServer):\n    pass", set()),
        ("[int(part) for part in 'a b'.split()]", {"ValueError"}),
        ("print(f'{1:d}')", set()),
        ("import json", {"ImportError"}),
        ("import os\nos.environ['A'] = 'B'", set()),
        ("next(iter([1]))", {"StopIteration"}),
        ("try:\n    int(x)\nexcept ValueError:\n    pass", {"TypeError"}),
        ("try:\n    int(x)\nexcept ValueError:\n    raise", {"ValueError", "TypeError"}),
        ("try:\n    int(x)\nexcept (ValueError, TypeError) as e:\n    raise KeyError from e", {"KeyError"}),
        ("try:\n    int(x)\nexcept (ValueError, TypeError) as e:\n    raise e", {"ValueError", "TypeError"}),
        ("try:\n    x.anything()\nexcept Exception:\n    pass", set()),
        ("if isinstance(x, dict):\n    x.get(1).upper()", None),
        ("if isinstance(x, str):\n    x.upper()", set()),
        ("made = list()\nmade.append('a')\nmade[0].upper()", {"IndexError"}),
        ("made = dict()\nmade['a'] = 'a'\nmade['b'].upper()", {"KeyError"}),
        ("made = set()\nmade.add('a')\nfor each in made:\n    each.upper()", set()),
        ("made = list()\nmade.extend(x)\nmade[0].upper()", None),
        ("list(map(int, ['1']))", {"ValueError"}),
        ("list(map(int, 'a b'.split()))", {"ValueError"}),
        ("list(map(float, [1]))", set()),
        ("list(map(int, [None]))", {"ValueError", "TypeError"}),
        ("list(map(int, ['1', x]))", {"ValueError", "TypeError"}),
        ("max('1 2'.split(), key=int)", {"ValueError"}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    assert isinstance(x, str)", set()),
        ("import typing\nif typing.TYPE_CHECKING:\n    import other\nelse:\n    int('a')", {"ValueError"}),
        ("from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    assert x", {"AssertionError"}),
        ("from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    pass\nelse:\n    assert x", set()),
        ("if isinstance(x, (str, list)):\n    x['a']", {"TypeError"}),
        ("if isinstance(x, (str, list)):\n    x['a' if x else 0]", {"IndexError", "TypeError"}),
        ("f = lambda: int(x)", set()),
        ("x.method()", None),
        ("x.attribute", None),
        ("x + 1", None),
        ("for each in x:\n    pass", None),
        ("len(x)", None),
        ("with x:\n    pass", None),
        ("yield 1", None),
        ("await x", None),
        ("import requests", None),
        ("unbound\nunbound = 1", {"NameError"}),
        ("print(unbound)\nunbound = 1", None),
        ("for y in [1]:\n    if x:\n        break\nelse:\n    raise KeyError\nstr(y)", {"KeyError"}),
        ("for y in [1]:\n    if x:\n        break\nelse:\n    print()\nstr(y)", None),
    ],
)
def test_plain_code(code: str, types: set[str] | None) -> None:
    text = body(code)
    found = answer(text.replace("def function", "async def function") if "await" in code else text)
    assert found.complete is (types is not None), found.missing
    if types is not None:
        assert likely(found) == types


@pytest.mark.parametrize(
    ("head", "code", "types"),
    [
        (
            "import json",
            "with open('a') as f:\n    json.load(f).get('b')",
            "AttributeError OSError ValueError",
        ),
        ("import random", "random.randint(1, 6)", ""),
        ("import random", "random.randint(6, 1)", "ValueError"),
        ("import random", "random.randrange(6, 6)", "ValueError"),
        ("import random", "random.randrange(len('a'))", "ValueError"),
        ("import random", "random.choice(['red', 'blue']).upper()", ""),
        ("import random, string", "random.choice(string.digits + 'x')", ""),
        ("import random", "random.choice([*'']).upper()", "IndexError"),
        ("import random", "random.choice('')", "IndexError"),
        ("import random, string", "''.join(random.sample(string.digits, 4))", "ValueError"),
        ("import json as j", "j.loads('1')['a']", "KeyError TypeError ValueError"),
        ("from json import loads", "loads('1')[0]", "IndexError KeyError TypeError ValueError"),
        ("import os", "os.environ['A']", "KeyError"),
        ("import shutil", "shutil.rmtree('a', ignore_errors=True)", ""),
        ("import shutil", "shutil.rmtree('a', True)", ""),
        ("import shutil", "shutil.rmtree('a', ignore_errors=False)", "OSError"),
        ("import shutil", "shutil.rmtree('a', ignore_errors=bool(len('b')))", "OSError"),
        ("import threading", "threading.Thread(target=print).daemon = True", ""),
        ("import threading", "threading.Timer(1, print).daemon = True", ""),
        ("import threading", "threading.currentThread().name = 'a'", ""),
        ("import logging", "logging.getLogger('a').propagate = False", ""),
        ("import logging, time", "logging.Formatter('%(message)s').converter = time.gmtime", ""),
        ("import configparser", "configparser.ConfigParser().optionxform = str", ""),
        ("from xml.etree.ElementTree import Element", "Element('a').text = 'b'", ""),
        ("import argparse", "argparse.Namespace().path = 'a'", ""),
        ("import tarfile", "tarfile.TarInfo('a').size = 3", ""),
        ("import threading", "threading.Timer(1, print).start()", "RuntimeError"),
        ("import mimetypes", "mimetypes.MimeTypes(strict=False).guess_type('a')[0]", ""),
        ("import mimetypes", "mimetypes.MimeTypes(['a'])", "OSError UnicodeDecodeError"),
        ("import ssl", "ssl.create_default_context().wrap_bio(x, x).read()", "OSError ValueError"),
        ("import certifi, ssl", "ssl.create_default_context(cafile=certifi.where())", "OSError"),
        ("import gi", "gi.require_version('Gtk', '3.0')", "ValueError"),
        ("import win32api", "win32api.GetDiskFreeSpaceEx('c:')[0] + 1", "pywintypes.error"),
        ("import threading", "threading.Timer(1, print).cancel()", ""),
        ("import os", "os.defpath.split(os.pathsep)", ""),
        ("import sqlite3", "sqlite3.connect('a').row_factory = sqlite3.Row", "sqlite3.Error"),
        (
            "import requests",
            "with requests.Session() as s:\n    s.headers = {}\n    s.headers['a'] = 'b'\n"
            "    s.get('a').headers['b'].lower()",
            "KeyError requests.RequestException",
        ),
        ("import os", "os.environ.get('A', 'b').lower()", ""),
        ("import os", "os.getenv('A').lower()", "AttributeError"),
        ("import os", "os.getenv('A', 'b').lower()", ""),
        ("import os", "os.getenv('A', default='b').lower()", ""),
        ("import os", "os.getenv('A', None).lower()", "AttributeError"),
        ("import os", "os.environ.get('A', None).lower()", "AttributeError"),
        ("import os", "os.getenv('A', 1).lower()", "AttributeError"),
        ("import re", "re.match('a', 'b').group()", "AttributeError"),
        ("import re", "m = re.match('a', 'b')\nif m:\n    m.group()", ""),
        ("import re", "m = re.match('a', 'b')\nif m is not None:\n    m.group()\n    m = None", ""),
        (
            "import re",
            "m = re.match('a', 'b')\nif m is not None:\n    while x:\n        m.group()\n        m = None",
            "AttributeError",
        ),
        ("", "import winreg", "ImportError"),
        ("import os", "import grp\nos.stat('a')", "ImportError OSError"),
        ("import os", "import json\nos.stat('a')", "OSError"),
        (
            "import psutil",
            "psutil.disk_io_counters()",
            "AttributeError NotImplementedError OSError ValueError",
        ),
        ("import psutil", "psutil.cpu_freq()", "AttributeError NotImplementedError OSError"),
        (
            "import psutil",
            "psutil.Process().io_counters()",
            "AttributeError RuntimeError ValueError psutil.Error",
        ),
        (
            "import psutil",
            "psutil.Process().cpu_affinity([x])",
            "AttributeError ValueError psutil.Error",
        ),
        ("import psutil", "psutil.Process().cpu_affinity()", "AttributeError psutil.Error"),
        ("import serial", "serial.Serial(None).flush()", "ValueError serial.SerialException termios.error"),
        ("import serial", "serial.Serial(None).in_waiting", "OSError ValueError"),
        ("import os, pwd", "pwd.getpwuid(os.getuid())[0].strip()", "KeyError"),
        ("import pwd", "pwd.getpwall()[0][5].strip()", "IndexError"),
        ("import pwd", "pwd.getpwnam('a')[2] - 1", "KeyError"),
        ("import grp", "grp.getgrnam('a')[3][0].strip()", "IndexError KeyError"),
        ("import os", "','.join(os.uname()) + os.uname()[1].strip()", "AttributeError"),
        ("import os", "a, b, *c = os.uname()\na.strip()", "AttributeError"),
        ("import os", "a, b, c = os.uname()", "AttributeError ValueError"),
        ("import os", "'%s %s %s %s %s' % os.uname()", "AttributeError"),
        ("import os", "'%s' % os.uname()", "AttributeError TypeError"),
        ("import pickle", "pickle.Unpickler(open('a', 'rb'), encoding='bytes')", "OSError"),
        ("import pickle", "pickle.Unpickler(open('a', 'rb'), encoding='byte')", "LookupError OSError"),
        ("import os", "a, b = os.uname()[:2]\nb.strip()", "AttributeError"),
        ("import psutil", "psutil.net_connections('tcp')", "OSError psutil.AccessDenied"),
        ("import psutil", "psutil.disk_usage('/').used / 1024 / 1024", "OSError"),
        ("import shutil", "shutil.copytree('a', 'b', ignore=shutil.ignore_patterns('*.pyc'))", "OSError"),
        (
            "import psutil",
            "psutil.Process().memory_info().rss + psutil.virtual_memory().total",
            "psutil.Error",
        ),
        ("import psutil", "psutil.Process().status() == psutil.STATUS_ZOMBIE", "psutil.Error"),
        ("import pwd", "pwd.getpwuid(1).pw_name", "KeyError"),
        (
            "import json",
            "data = json.loads('1')\nif x in data:\n    data[x]",
            "TypeError json.JSONDecodeError",
        ),
        (
            "import json",
            "data = json.loads('1')\nlen(data) > 0 and data[0]",
            "TypeError json.JSONDecodeError",
        ),
        (
            "import json",
            "data = json.loads('1')\nif x:\n    data[x]",
            "IndexError KeyError TypeError json.JSONDecodeError",
        ),
        ("import sys", "sys.version_info >= (3, 8) and sys.version_info[:2] == (3, 9)", ""),
        ("import sys", "sys.version_info[0] > 2 or sys.version_info.major < 3", ""),
        ("import sys", "'%d.%d' % sys.version_info[:2]", ""),
        ("import sys", "sys.version_info > 3", "TypeError"),
        ("import sys", "one, two = sys.version_info[1:3]\none + two", ""),
        ("import sys", "one, two = sys.version_info[-2:]\none + '', two + 1", ""),
        ("import sys", "one, two = sys.version_info[:1]", "ValueError"),
        ("import sys", "one, two = sys.version_info[::2]", "ValueError"),
        ("import sys", "one, two = sys.version_info[: len('a')]", "ValueError"),
        ("", "frozenset('a') | set('b') - frozenset('c') ^ set('d')", ""),
        ("", "[*(frozenset('a') | set('b'))][:1]", ""),
        ("import typing", "typing.cast(typing.Mapping[str, int], {}).get('a')", ""),
        ("from typing import Dict, List, cast", "cast(Dict[str, List[int]], {})['a']", "KeyError"),
        ("import enum\nclass A(str, enum.Enum):\n    B = 'b'", "A.B == 'b', {A.B: 1}, f'{A.B}'", ""),
        ("import enum\nclass A(enum.IntEnum):\n    B = 1", "A.B in [1], str(A.B)", ""),
        ("import enum\nclass A(int, enum.Flag):\n    B = 1", "A.B != 2", ""),
        ("import rich", "rich.print(x)", "rich.errors.MarkupError"),
        ("import rich", "rich.print(f'[red]{x}[/red]')", "rich.errors.MarkupError"),
        ("import rich", "rich.print('[red]' + str(x), markup=True)", "rich.errors.MarkupError"),
        ("import rich", "rich.print('[red]a[/red]', f'{len([1])}', [x], 1, 'a' if x else 'b')", ""),
        ("import rich", "rich.print(*str(x))", "rich.errors.MarkupError"),
        ("from rich.console import Console", "Console().print(str(x))", "rich.errors.MarkupError"),
        ("from rich.console import Console", "Console().print(x, markup=False)", ""),
        ("from rich.console import Console", "Console().rule(f'{x}')", "rich.errors.MarkupError"),
        (
            "from rich.console import Console\nfrom rich.markup import escape",
            "Console().log(f'{escape(str(x))}!', escape('a'))",
            "",
        ),
        (
            "import csv",
            "for row in csv.DictReader(open('a')):\n    row['b'].lower()",
            "AttributeError KeyError OSError UnicodeDecodeError csv.Error",
        ),
        ("import subprocess as sp", "sp.run(['a'], check=True)", "OSError subprocess.CalledProcessError"),
        ("import subprocess", "subprocess.run(['a'], check=False, timeout=None)", "OSError"),
        (
            "from pathlib import Path",
            "Path('a').read_text().splitlines()[0]",
            "IndexError OSError UnicodeDecodeError",
        ),
        (
            "from pathlib import Path",
            "for p in (Path('a') / 'b').glob('*'):\n    p.unlink()",
            "OSError",
        ),
        ("import contextlib, os", "with contextlib.suppress(OSError):\n    os.remove('a')", ""),
        (
            "import requests",
            "requests.get('u').json()['a']",
            "KeyError TypeError ValueError requests.RequestException",
        ),
        ("import yaml", "yaml.safe_load(b'a')", "ValueError yaml.YAMLError"),
        (
            "import yaml",
            "yaml.safe_load(x)",
            "OSError ValueError yaml.YAMLError",
        ),
        (
            "import yaml",
            "yaml.safe_load('a').get('b')",
            "AttributeError ValueError yaml.YAMLError",
        ),
        ("import pandas as pd", "len(pd.read_csv('a'))", "OSError ValueError"),
        ("import threading", "with threading.Lock():\n    {}['a']", "KeyError"),
        ("import logging\nlog = logging.getLogger('a')", "log.info('%s', x)", ""),
        ("import os", "os.setsid()", "AttributeError OSError"),
        ("import sys, os", "os.stat(sys._MEIPASS)", "AttributeError OSError"),
        (
            "import subprocess",
            "subprocess.run(['a'], **{'check': x})",
            "OSError UnicodeDecodeError subprocess.CalledProcessError subprocess.TimeoutExpired",
        ),
        ("import subprocess", "subprocess.Popen(['a']).wait(3)", "OSError subprocess.TimeoutExpired"),
        ("import socket", "socket.socket(socket.AF_UNIX)", "AttributeError OSError"),
        ("import socket", "socket.getaddrinfo('localhost', 1, flags=socket.AI_CANONNAME)", "OSError"),
        ("import socket", "socket.socket(socket.AF_INET)", "OSError"),
        (
            "import socket",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).getsockname()[0].split()",
            "OSError",
        ),
        ("import socket", "with socket.socket() as s:\n    host, port = s.getsockname()", "OSError"),
        (
            "import socket",
            "socket.socket(socket.AF_UNIX).getsockname()[0]",
            "AttributeError IndexError OSError",
        ),
        ("import socket", "socket.socket(socket.AF_INET6).getsockname()[0].split()", "OSError"),
        ("import socket", "socket.socket(socket.AF_INET6).getsockname()[3] + 1", "OSError"),
        ("import socket", "socket.socket(socket.AF_NETLINK).getsockname()", "AttributeError OSError"),
        ("import socket", "socket.socket(fileno=1).getsockname()[0]", "IndexError OSError"),
        ("", "b'a'.decode(x)", "LookupError UnicodeDecodeError UnicodeError"),
        ("", "b'a'.decode('utf-8')", "UnicodeDecodeError"),
        ("", "b'a'.decode('utf-8', errors='replace')", ""),
        ("import uuid", "str(uuid.getnode()).encode()", ""),
        ("import argparse", "argparse.Namespace().path.split()", "AttributeError"),
        (
            "import configparser\nclass Meta(type):\n    def __call__(cls):\n        return None\n"
            "class A(configparser.ConfigParser, metaclass=Meta):\n    pass\none: A = x",
            "one.get('a', 'b')",
            "configparser.Error",
        ),
        ("", "raise WindowsError('no such key')", "NameError OSError"),
        ("import winreg", "raise WindowsError('no such key')", "OSError"),
        ("", "try:\n    open('a')\nexcept WindowsError:\n    pass", "NameError"),
        ("class WindowsError(ValueError): pass", "raise WindowsError('no such key')", "main.py:WindowsError"),
        ("", "f'a {len([1])} {len([1]):>5}'.encode()", ""),
        ("", "f'ä {len([1])}'.encode()", "UnicodeEncodeError"),
        ("", "f'{len([1]):ä>5}'.encode()", "UnicodeEncodeError"),
        ("", "f'{str(x)}'.encode()", "UnicodeEncodeError"),
        ("", "str(len([1])).encode('utf-16')", "UnicodeEncodeError"),
        ("", "'%(a)s' % {'b': 1}", "KeyError"),
        ("", "x = 'a'.strip() % x", "KeyError TypeError ValueError"),
        ("", "str(x, 'utf-8')", "TypeError UnicodeDecodeError"),
        ("", "str(x, 'utf-8', 'replace')", "TypeError"),
        ("", "dict(text.split('=') for text in ['a=b'])", "TypeError ValueError"),
        ("", "chr(1)", "ValueError"),
        ("import re", "re.search('a', 'b')", ""),
        ("import re", "re.search(x, 'b')", "TypeError re.error"),
        ("import json", "json.dumps(x, allow_nan=False)", "TypeError ValueError"),
        (
            "from decimal import Decimal",
            "Decimal('1') * 3",
            "decimal.InvalidOperation decimal.Overflow",
        ),
        (
            "from decimal import Decimal",
            "int(3 - Decimal('1'))",
            "OverflowError ValueError decimal.InvalidOperation",
        ),
        (
            "from decimal import Decimal",
            "Decimal('1') / 2",
            "decimal.DivisionByZero decimal.InvalidOperation",
        ),
        ("from decimal import Decimal", "Decimal('1') < 2", "decimal.InvalidOperation"),
        ("from decimal import Decimal", "-Decimal('1')", "decimal.InvalidOperation"),
        ("import enum\nclass A(enum.Enum):\n    B = 1", "A[str(x)].value", "KeyError"),
        ("import enum\nclass A(str, enum.Enum):\n    B = 'b'", "A['C'].upper()", "KeyError"),
        ("import enum\nclass A(str, enum.Enum):\n    B = 'b'", "A('c')", "ValueError"),
        (
            "import enum\nclass A(enum.Enum):\n    B = 1\n    @classmethod\n    def _missing_(cls, value):\n"
            "        raise KeyError(value)",
            "A(2)",
            "KeyError ValueError",
        ),
        ("import attr\n@attr.s\nclass A:\n    b = attr.ib(type=str)", "A('b').b.lower()", ""),
        ("import attrs\n@attrs.define\nclass A:\n    b: list = attrs.field(factory=list)", "A()", ""),
        (
            "import attr, os\n@attr.s\nclass A:\n"
            "    b = attr.ib(default=attr.Factory(lambda: os.environ['B']))",
            "A()",
            "KeyError",
        ),
        (
            "import dataclasses, os\n@dataclasses.dataclass\nclass A:\n"
            "    b: str = dataclasses.field(default_factory=os.getcwd)\nclass C(A):\n    pass",
            "C()",
            "OSError",
        ),
        (
            "class A:\n    def __init__(self):\n        self.setup()\n    def setup(self):\n        pass\n"
            "class B(A):\n    def setup(self):\n        self.n = 1",
            "B().n + 1",
            "",
        ),
        (
            "class A:\n    def __init__(self, x=0):\n        if x:\n            self.setup()\n"
            "    def setup(self):\n        self.n = 1",
            "A().n + 1",
            "AttributeError",
        ),
        (
            "class A:\n    def setup(self):\n        self.n = 1",
            "A().n + 1",
            "AttributeError",
        ),
        (
            "class A:\n    def __init__(self):\n        self.b, self.c = '', 0\n        self.n = 0\n"
            "    def add(self):\n        self.n += 1",
            "A().n + 1",
            "",
        ),
        (
            "import logging\nclass L(logging.Logger):\n    def _log(self, level, msg, args):\n"
            "        raise KeyError\nlog = L('a')",
            "log.info('b')",
            "KeyError",
        ),
        (
            "import logging\nclass L(logging.getLoggerClass()):\n    def _log(self, level, *args):\n"
            "        super()._log(level, *args)\ndef of() -> L:\n    return logging.getLogger()",
            "of().info('b')",
            "",
        ),
        ("class A:\n    def __init__(self):\n        super(A, self).__init__()", "A()", ""),
        ("class D(dict):\n    def __missing__(self, key):\n        raise OSError", "D()['a']", "OSError"),
        ("class D(dict):\n    pass", "D()['a']", "KeyError"),
        ("", "int.to_bytes(3, 2, 'big') + b''", "OverflowError"),
        ("", "str.strip(' a')[0]", "IndexError"),
        ("import json", "str.strip(json.loads('1'))", "TypeError ValueError"),
        ("", "list(map(str.strip, 'a b'.split()))", ""),
        ("import json", "list(map(str.strip, json.loads('1')))", "TypeError ValueError"),
        ("", "list(map(str.strip, ['a', None]))", "TypeError"),
        ("", "sorted('a b'.split(), key=str.lower)", ""),
        ("", "sorted('a b'.split(), key=len)", ""),
        ("", "list(map(len, [[1], (2, 3), 'a']))", ""),
        ("", "list(map(len, ['a', None]))", "TypeError"),
        ("", "list(map(len, ['a', 1]))", "TypeError"),
        ("", "list(map(len, ['a', x]))", "TypeError"),
        ("import re", "max(re.findall('a(.)', 'ab'), key=len).strip()", "ValueError"),
        ("", "x.__class__.__name__.upper()", ""),
        ("from os import environ", "environ['a'] + environ.get('b', '')", "KeyError"),
        ("from sys import argv", "int(argv[1])", "IndexError ValueError"),
        ("from string import digits", "digits.strip()[0]", "IndexError"),
        ("import string", "string.digits.strip()", ""),
        ("from winreg import KEY_READ, OpenKey", "OpenKey(x, 'a', 0, KEY_READ | 1)", "OSError"),
        (
            "from datetime import datetime",
            "(datetime.now() - datetime.utcnow()).total_seconds()",
            "",
        ),
        ("from datetime import datetime, timedelta", "(datetime.now() + timedelta(days=1)).isoformat()", ""),
        ("from datetime import date, timedelta", "(date.today() - date(2020, 1, 1)).days + 1", "ValueError"),
        ("from datetime import timedelta", "timedelta(days=1) / timedelta(hours=2) + 1", ""),
        ("from datetime import datetime", "datetime.now().strftime('%Y-%m-%d %H:%M:%S.%f %%')", ""),
        ("from datetime import datetime", "datetime.now().strftime('%-d')", "ValueError"),
        ("from datetime import datetime", "datetime.now().strftime('%Y %')", "ValueError"),
        ("from datetime import datetime", "datetime.now().strftime(str(x))", "ValueError"),
        ("from datetime import timedelta", "2 / timedelta(days=1).total_seconds()", "ZeroDivisionError"),
        (
            "from datetime import date, timedelta",
            "timedelta(days=1) // (date.today() - date.today())",
            "ZeroDivisionError",
        ),
        ("class A:\n    def name(self):\n        return self.__class__.__name__", "A().name().upper()", ""),
        ("import base64", "list(map(base64.b64decode, [b'a', None]))", "TypeError ValueError"),
    ],
)
def test_tables(head: str, code: str, types: str) -> None:
    found = answer(body(code, head))
    assert found.complete, found.missing
    project = project_of()
    hierarchy = hierarchy_of(project)
    wanted = set(types.split())
    assert set(hierarchy.widest([*likely(found)])) <= {t for t in likely(found) if hierarchy.is_a(t, *wanted)}
    assert all(any(hierarchy.is_a(t, w) for t in likely(found)) for w in wanted)


ZONES = """
from datetime import datetime, timedelta, timezone

class Plain:
    def __init__(self):
        self.at = None

    def start(self):
        self.at = datetime.now()

class Zoned(Plain):
    def move(self):
        self.at = datetime.now(timezone.utc)

class Lone:
    def __init__(self):
        self.at = datetime.now() - timedelta(hours=1)

class Given:
    def __init__(self, at: datetime):
        self.at = at
"""


@pytest.mark.parametrize(
    ("code", "goes_together"),
    [
        ("start = datetime.now()\ndatetime.now() - start", True),
        ("start = datetime.now() + timedelta(1)\ndatetime.utcnow() < start", True),
        ("start = datetime.now(timezone.utc)\ndatetime.now(tz=timezone.utc) - start", True),
        (
            "at = datetime.now(None)\nfor _ in 'ab':\n    at = datetime.today()\ndatetime.now() - at",
            True,
        ),
        (
            "start = datetime.now()\nfor _ in 'ab':\n    start = datetime.now(timezone.utc)\nstart - start",
            False,
        ),
        ("start = datetime.now(timezone.utc)\ndatetime.now() - start", False),
        ("start = datetime.now(x)\ndatetime.now() - start", False),
        ("start = datetime.now(**x)\ndatetime.now() - start", False),
        ("datetime.now() - Lone().at", True),
        ("datetime.now() - Plain().at", False),
        ("datetime.now() > Given(datetime.now()).at", False),
        ("datetime.strptime('1', '%d') < datetime.utcnow()", True),
        ("datetime.strptime('1 UTC', '%d %Z') < datetime.now()", True),
        ("datetime.strptime('1 %z', '%d %%z') < datetime.now()", True),
        ("datetime.strptime('1+0000', '%d%z') < datetime.now(timezone.utc)", True),
        ("datetime.strptime('1+0000', '%d%z') < datetime.now()", False),
        ("datetime.strptime('1', x) < datetime.now()", False),
        ("datetime(2000, 1, 1) < datetime.now()", True),
        ("datetime(2000, 1, 1, tzinfo=timezone.utc) < datetime.now()", False),
        ("datetime(2000, 1, 1, 0, 0, 0, 0, timezone.utc) < datetime.now(timezone.utc)", True),
        ("datetime(*x) < datetime.now()", False),
        ("datetime.now().replace(hour=0) < datetime.now()", True),
        ("datetime.now(x).replace(tzinfo=None) < datetime.now()", True),
        ("datetime.now().replace(tzinfo=timezone.utc) < datetime.now()", False),
        ("datetime.now().replace(**x) < datetime.now()", False),
        ("datetime.now().astimezone() < datetime.now(timezone.utc)", True),
        ("datetime.combine(datetime.now(), x) < datetime.now()", False),
    ],
)
def test_moments_without_a_time_zone_go_together(code: str, goes_together: bool) -> None:
    found = likely(answer(body(code, ZONES)))
    assert ("TypeError" in found) is not goes_together


STARTED = """
class Job:
    def start(self):
        self.task = "a"

    def other(self):
        del self.task
"""


@pytest.mark.parametrize(
    ("before", "is_there"),
    [
        ("", False),
        ("x.task.upper()", True),
        ("if x.task:\n    pass", True),
        ("if print():\n    x.task.upper()", False),
        ("print() and x.task", False),
        ("try:\n    x.task.upper()\nexcept AttributeError:\n    pass", False),
        ("x.task.upper()\nx = Job()", False),
        ("x.task.upper()\ndel x.task", False),
        ("for x in [x, Job()]:\n    x.task.upper()", False),
    ],
)
def test_an_attribute_that_was_read_before_is_there(before: str, is_there: bool) -> None:
    lines = "".join(f"    {line}\n" for line in before.splitlines())
    code = (
        f"{STARTED}\ndef main(x: Job):\n{lines}    try:\n        x.task.strip()\n    finally:\n        pass\n"
    )
    project = project_of(main=code)
    module = project.module("main.py")
    found = likely(may_raise(module.nodes(ast.Try)[-1].body, module, project))
    assert ("AttributeError" in found) is not is_there


@pytest.mark.parametrize(
    ("before", "is_there"),
    [
        ("", False),
        ("if x.task:", True),
        ("if x.other:", False),
        ("if hasattr(x, 'task'):", True),
        ("if not hasattr(x, 'task'):", False),
        ("for one in x.task:", True),
        ("for x in [x]:", False),
        ("for x.other in x.task:", True),
    ],
)
def test_an_argument_that_was_looked_at_is_there(before: str, is_there: bool) -> None:
    head = f"import argparse\n\ndef main(x: argparse.Namespace):\n    {before or 'if 1:'}\n"
    found = answer(f"{head}        try:\n            int(x.task)\n        finally:\n            pass\n")
    assert ("AttributeError" in likely(found)) is not is_there


@pytest.mark.parametrize(
    ("option", "is_data"),
    [
        ("'--task'", True),
        ("'--task', type=int, default=SIZE", True),
        ("'--other', type=open", True),
        ("'--task', type=open", False),
        ("'-t', '--task', type=argparse.FileType('w')", False),
        ("'--it', dest='task', type=pathlib.Path", False),
        ("'--task', default=sys.stdin", False),
    ],
)
def test_an_option_is_data_unless_its_parser_makes_more_of_it(option: str, is_data: bool) -> None:
    parser = f"def parser():\n    p = argparse.ArgumentParser()\n    p.add_argument({option})\n"
    head = f"import argparse, pathlib, sys\nSIZE = 4\n{parser}"
    assert answer(body("for line in argparse.Namespace().task:\n    pass", head)).complete is is_data


@pytest.mark.parametrize(
    ("option", "is_text"),
    [
        ("'task'", True),
        ("'--task', required=True, help='which'", True),
        ("'-t', '--task', default='all'", True),
        ("'-x', dest='task', required=True, choices=['a']", True),
        ("'--task', type=str, default='all', metavar='NAME'", True),
        ("'--task'", False),
        ("'task', nargs='?'", False),
        ("'--task', required=True, action='append'", False),
        ("'--task', required=True, default=None", False),
        ("'--task', required=MUST", False),
        ("'--task', required=True, **more", False),
        ("'--task', type=int, default=1", True),  # the number of a file
        ("'--task', type=int, default='1'", False),
        ("f'--{1}', required=True", False),
        ("'task')\n    p.add_argument('--task'", False),
        ("'task')\n    p.add_argument(name", False),
        ("'task')\n    p.set_defaults(**read", False),
        ("'task')\n    argparse.Namespace(task=None", False),
        ("'task')\n    argparse.Namespace(**read", False),
        ("'task')\n    setattr(p, name, None", False),
        ("'task')\n    vars(p.parse_args()).update(read", False),
        ("'task')\n    p.parse_args().__dict__.update(read", False),
        ("'task')\n    print(vars(p.parse_args())", True),
    ],
)
def test_an_option_that_always_has_a_value_is_a_text(option: str, is_text: bool) -> None:
    adding = f"p = argparse.ArgumentParser()\n    p.add_argument({option})\n"
    head = f"import argparse\ndef parser(MUST, more, name, read):\n    {adding}"
    found = answer(body("open(argparse.Namespace().task)", head))
    assert ("TypeError" not in likely(found)) is is_text


ONE = "argparse.Namespace().task[0]"


@pytest.mark.parametrize(
    ("option", "code", "types"),
    [
        ("'task', nargs=1", ONE, {"IndexError"}),
        ("'task', nargs='*'", f"{ONE}.upper()", {"IndexError"}),
        ("'--task', nargs='+', required=True", ONE, {"IndexError"}),
        ("'--task', nargs='+', default=['a', 'b']", ONE, {"IndexError"}),
        ("'--task', nargs='+', default=[]", f"{ONE}.upper()", {"IndexError"}),
        ("'--task', nargs=2", ONE, {"IndexError", "TypeError"}),
        ("'--task', nargs=2, default=None, action='store'", ONE, {"IndexError", "TypeError"}),
        ("'--task', nargs=2, required=MUST", ONE, {"IndexError", "TypeError"}),
        ("'--task', nargs=2, type=int", f"a = {ONE[:-8]}\nif a.task:\n    a.task[0] / 2", {"IndexError"}),
        ("'--task', nargs='?'", ONE, {"IndexError", "TypeError"}),
        ("'--task', nargs=MUST", ONE, {"KeyError", "IndexError", "TypeError"}),
        ("'--task', nargs='+', default=(1,)", ONE, {"KeyError", "IndexError", "TypeError"}),
        ("'--task', nargs='+', default=['a', 1]", ONE, {"KeyError", "IndexError", "TypeError"}),
        ("'--task', nargs='+', action='append'", ONE, {"KeyError", "IndexError", "TypeError"}),
        ("'--task', nargs='+', type=print", ONE, None),
    ],
)
def test_an_option_that_takes_several_values_is_a_list(
    option: str, code: str, types: set[str] | None
) -> None:
    adding = f"p = argparse.ArgumentParser()\n    p.add_argument({option})\n"
    found = answer(body(code, f"import argparse\ndef parser(MUST):\n    {adding}"))
    assert found.complete is (types is not None), found.missing
    if types is not None:
        assert likely(found) - {"AttributeError"} == types


@pytest.mark.parametrize(
    ("option", "code", "types"),
    [
        ("'--task'", "a.task.split()", {"AttributeError"}),
        ("'--task'", "if a.task:\n    a.task.split()", set()),
        ("'--task', required=False, default=None", "if a.task:\n    a.task.split()", set()),
        ("'task', nargs='?'", "if a.task is not None:\n    a.task.split()", set()),
        ("'task', nargs='?'", "a.task.split()", {"AttributeError"}),
        ("'task', nargs='?', default='b'", "a.task.split()", set()),
        ("'--task', nargs='?', default='b'", "a.task.split()", {"AttributeError"}),
        ("'--task', type=int", "if a.task is not None:\n    a.task.bit_length()", set()),
        ("'--task', default=1", "if a.task:\n    a.task.split()", {"AttributeError"}),
        ("'--task', nargs='?', const=1", "if a.task:\n    a.task.split()", {"AttributeError"}),
        (
            "'--task')\n    p.add_argument('--task', type=int",
            "if a.task:\n    a.task.split()",
            {"AttributeError"},
        ),
    ],
)
def test_an_option_without_a_default_may_be_none(option: str, code: str, types: set[str]) -> None:
    adding = f"p = argparse.ArgumentParser()\n    p.add_argument({option})\n"
    found = answer(body(f"a = argparse.Namespace()\n{code}", f"import argparse\ndef parser():\n    {adding}"))
    assert found.complete
    assert likely(found) == types


def test_the_parser_of_an_option_is_in_the_same_file() -> None:
    own = "import argparse\ndef parser():\n    argparse.ArgumentParser().add_argument('task')\n"
    other = own.replace("'task'", "'--task', type=int")
    assert not likely(answer(body("argparse.Namespace().task.split()", own), other=other))
    head = "import argparse"
    assert likely(answer(body("argparse.Namespace().task.split()", head), own=own, other=other))


@pytest.mark.parametrize(
    ("option", "is_rare"),
    [
        ("'--task'", True),
        ("'--task-name', dest='task', action='store_true'", True),
        ("'--task', help=argparse.SUPPRESS", True),
        ("'--other'", False),
        ("name", False),
        ("'--task', default=argparse.SUPPRESS", False),
        ("'--task')\n    p.add_subparsers(dest='command'", False),
    ],
)
def test_an_option_that_a_parser_has_is_hardly_ever_missing(option: str, is_rare: bool) -> None:
    adding = f"p = argparse.ArgumentParser()\n    p.add_argument({option})\n"
    found = answer(body("argparse.Namespace().task", f"import argparse\ndef parser(name):\n    {adding}"))
    assert ("AttributeError" not in likely(found)) is is_rare


def test_defaults_and_what_a_file_sets_are_no_data() -> None:
    for line in ("argparse.ArgumentParser().set_defaults(task=print)", "argparse.Namespace().task = print"):
        found = answer(body("argparse.Namespace().task['a']", f"import argparse\n{line}"))
        assert not found.complete


GUARDED = """
class Guarded:
    def __setattr__(self, name, value):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError

    def __repr__(self):
        raise RuntimeError
"""


LAZY = """
class Lazy:
    def load(self):
        self.path = "a"

    def __getattr__(self, name):
        raise RuntimeError(name)
"""


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("import json", "json.loads('{}', object_hook=x)"),
        ("import json", "json.dumps({}, default=x)"),
        ("", "open('a', 'wb').writelines(x)"),
        ("numbers = (int(text) for text in ['a'])", "list(numbers)"),
        ("numbers = map(int, ['a'])", "for number in numbers:\n    pass"),
        ("from django.conf import settings", "settings.DEBUG"),
        ("import app.config", "int(app.config.port)"),
        (GUARDED, "Guarded().x = 1"),
        ("import datetime", "datetime.timedelta(1).days = 1"),
        ("import requests", "requests.Session().anything = 1"),
        (LAZY, "Lazy().path"),
        ("import decimal\nclass Sub(decimal.Context):\n    pass", "Sub().prec = 3"),
        (
            "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass Fixed:\n    x: int = 1",
            "Fixed().x = 2",
        ),
        ("import attr\n@attr.s\nclass A:\n    b = attr.ib(validator=x)", "A(1)"),
        (
            "import attr\n@attr.s\nclass A:\n    b = attr.ib(converter=int)\n@attr.s\nclass C(A):\n    pass",
            "C(1)",
        ),
        ("import attrs\n@attrs.define(field_transformer=x)\nclass A:\n    b: int", "A(1)"),
        (
            "import attr\n@attr.s\nclass A:\n    b = attr.ib()\n    @b.validator\n    def c(self, at, to):\n"
            "        pass",
            "A(1)",
        ),
        ("class A:\n    def __init__(self):\n        self.n = None\n        self.n += 1", "A().n + 1"),
        ("import argparse", "argparse.Namespace().func(1)"),
        ("import argparse", "run = argparse.Namespace().func\nrun(1)"),
        ("import argparse", "argparse.Namespace().output.write(x)"),  # of `type=argparse.FileType()`
        ("import json", "json.loads(x).run()"),
        ("import pickle\ndef load():\n    return pickle.loads(b'')\nkept = load()", "kept.run()"),
        ("import pickle\ndef load():\n    return pickle.loads(b'')\nkept = load()", "kept['a']"),
        ("class A:\n    def f(self):\n        super(x, x.of).__init__(1)", "A().f()"),
        ("class A:\n    def f(self):\n        super(x, self).f()", "A().f()"),
        ("class A:\n    def f(self):\n        super(A, x.of).__init__()", "A().f()"),
        ("import types", "types.SimpleNamespace().func(1)"),
        (
            "import configparser\nclass Meta(type):\n    def __new__(meta, *of):\n        return x(of)\n"
            "class A(configparser.ConfigParser, metaclass=Meta):\n    pass\none: A = x",
            "one.get('a', 'b')",
        ),
        ("class A:\n    def __init__(self):\n        self.n = 4\n        self.n /= 2", "A().n + 1"),
    ],
)
def test_what_may_run_anything_is_missing(head: str, code: str) -> None:
    assert not answer(body(code, head)).complete


@pytest.mark.parametrize(
    "code", ["str(Guarded())", "print(f'{Guarded()}')", "Guarded() == 1", "Guarded() in [1]"]
)
def test_methods_behind_operators_are_followed(code: str) -> None:
    found = answer(body(code, GUARDED))
    assert found.complete, found.missing
    assert likely(found) == {"RuntimeError"}


@pytest.mark.parametrize(
    ("code", "known"),
    [("sorted([x])", False), ("sorted([1, 2])", True), ("[x, x].sort()", False), ("max(1, len('a'))", True)],
)
def test_what_is_compared_must_be_known(code: str, known: bool) -> None:
    assert answer(body(code)).complete is known


@pytest.mark.parametrize("other", ["str", "dict", "list", "set"])
def test_what_is_looked_into_must_be_known_of_all_types(other: str) -> None:
    code = (
        f"def main(x: {other} | fractions.Fraction):\n    try:\n        'a' in x\n    except:\n        pass\n"
    )
    assert not answer(f"import fractions\n\n{code}").complete
    assert answer(code.replace(" | fractions.Fraction", "")).complete
    assert answer(code.replace("fractions.Fraction", "None")).complete


@pytest.mark.parametrize(
    ("code", "waits"),
    [
        ("get()", True),
        ("get(True)", True),
        ("get(block=True)", True),
        ("get(True, None)", True),
        ("get(timeout=None)", True),
        ("get(False)", False),
        ("get(block=False)", False),
        ("get(True, 3)", False),
        ("get(timeout=3)", False),
        ("get(x)", False),
        ("get(*x)", False),
        ("get(**x)", False),
        ("get_nowait()", False),
        ("put(1)", True),
        ("put(item=1)", True),
        ("put(1, True)", True),
        ("put(1, timeout=3)", False),
        ("put(1, False)", False),
        ("put_nowait(1)", False),
    ],
)
@pytest.mark.parametrize("kind", ["queue.Queue", "queue.PriorityQueue", "multiprocessing.Queue"])
def test_a_queue_that_is_waited_for(kind: str, code: str, waits: bool) -> None:
    found = answer(body(f"{kind}().{code}", "import multiprocessing, queue")).raised
    missing = {raised.type for raised in found}.isdisjoint(("queue.Empty", "queue.Full"))
    assert missing is waits


@pytest.mark.parametrize("code", ["iter(waiting.get, None)", "list(map(waiting.put, 'ab'))"])
def test_a_queue_whose_method_is_handed_on(code: str) -> None:
    found = answer(body(code, "import queue\n\nwaiting = queue.Queue()"))
    assert likely(found).isdisjoint(("queue.Empty", "queue.Full"))


def test_a_closed_websocket() -> None:
    start = "import fastapi\n\nasync def say(socket: fastapi.WebSocket):\n    try:\n        "
    found = answer(f"{start}await socket.send_json({{}})\n    except:\n        pass\n")
    assert likely(found) == {"starlette.websockets.WebSocketDisconnect", "RuntimeError"}


def test_a_truth_that_a_class_defines() -> None:
    head = "class Box:\n    def __bool__(self):\n        raise KeyError\n\n"
    for code in ("if Box():\n    pass", "1 if not Box() else 2", "Box() or 1"):
        assert likely(answer(body(code, head))) == {"KeyError"}, code


def test_a_file_outside_of_a_with_may_be_closed() -> None:
    assert "ValueError" in {raised.type for raised in answer(body("file.read()", "file = open('a')")).raised}
    inside = answer(body("with open('a') as file:\n    file.read()"))
    assert {raised.type for raised in inside.raised} == {"OSError", "UnicodeDecodeError"}


def test_a_module_that_may_be_missing_may_be_none() -> None:
    optional = "\n\ntry:\n    import psutil\nexcept ImportError:\n    psutil = None\n"
    assert likely(answer(body("psutil.pid_exists(1)") + optional)) == {"AttributeError"}
    for test in ("if psutil", "if x and psutil is not None", "if psutil is None:\n    return\nif x"):
        assert not likely(answer(body(f"{test}:\n    psutil.pid_exists(1)") + optional)), test
    for test in ("if x", "if not psutil", "if x or psutil", "if psutil is None"):
        found = answer(body(f"{test}:\n    psutil.pid_exists(1)") + optional)
        assert likely(found) == {"AttributeError"}, test


@pytest.mark.parametrize(
    ("caught", "is_named"),
    [
        ("import fcntl\nexcept ImportError:\n    pass", True),
        ("import fcntl\nexcept ImportError as error:\n    print(error)", True),
        ("if sys.argv:\n        import fcntl\nexcept Exception:\n    pass", True),
        ("import fcntl\nexcept ImportError:\n    sys.exit(1)", False),
        ("import fcntl\nexcept ImportError:\n    raise", False),
        ("import fcntl\nexcept ImportError:\n    fcntl = None", False),
        ("import fcntl\nexcept ImportError:\n    import msvcrt", False),
        ("import lock\nexcept Exception:\n    try:\n        import fcntl\n    except Exception: pass", True),
        ("import fcntl\nexcept Exception:\n    try:\n        import lock\n    except Exception: pass", False),
        ("import lock\nexcept ImportError:\n    import fcntl", False),
        ("import fcntl\n    CAN_LOCK = True\nexcept ImportError:\n    pass", False),
        ("import fcntl\nexcept ImportError:\n    pass\nelse:\n    LOCK = fcntl.LOCK_EX", False),
        ("import fcntl\nfinally:\n    pass", False),
    ],
)
def test_the_file_goes_on_without_an_import(caught: str, is_named: bool) -> None:
    code = body("fcntl.flock(1, fcntl.LOCK_UN)", "import sys")
    assert ("NameError" in likely(answer(f"{code}\n\ntry:\n    {caught}\n"))) is is_named


@pytest.mark.parametrize(
    ("handler", "is_named"),
    [("msvcrt.locking(1, 2, 3)", True), ("pass", False), ("print('locked')", False)],
)
def test_a_handler_goes_on_with_what_is_imported_otherwise(handler: str, is_named: bool) -> None:
    code = body("fcntl.flock(1, fcntl.LOCK_UN)").replace("        pass", f"        {handler}")
    optional = "\n\ntry:\n    import fcntl\nexcept ImportError:\n    import msvcrt\n"
    assert ("NameError" in likely(answer(code + optional))) is is_named


@pytest.mark.parametrize(
    ("code", "is_sure"),
    [
        ("import gettext\ngettext.install('app')", False),
        ("import gettext\ngettext.translation('app').install()", False),
        ("import builtins\nbuiltins._ = str", False),
        ("import builtins\nbuiltins.__dict__['_'] = str", False),
        ("import builtins\nsetattr(builtins, '_', str)", False),
        ("import gettext\ngettext.translation('app')", True),
        ("import builtins\nbuiltins.T = builtins._", True),
        ("import app\napp.install()\napp._ = '_'", True),
        ("", True),
    ],
)
def test_a_name_that_the_project_puts_among_the_builtins(code: str, is_sure: bool) -> None:
    found = answer(body("open(_)"), start=code)
    [sure] = [raised.confidence for raised in found.raised if raised.type == "NameError"]
    assert (sure == CERTAIN) is is_sure


@pytest.mark.parametrize(
    ("test", "is_named"),
    [
        ("if x:\n    ", True),
        ("if os.name == 'posix':\n    ", False),
        ("if sys.platform.startswith('win'):\n    raise KeyError\n", False),
        ("if 'fcntl' not in sys.modules:\n    raise KeyError\n", False),
    ],
)
def test_a_test_of_the_platform_asks_for_an_import(test: str, is_named: bool) -> None:
    code = body(f"{test}fcntl.flock(1, fcntl.LOCK_UN)", "import os, sys")
    optional = "\n\ntry:\n    import fcntl\nexcept ImportError:\n    pass\n"
    assert ("NameError" in likely(answer(code + optional))) is is_named


@pytest.mark.parametrize(
    ("test", "is_named"),
    [
        ("", True),
        ("if x:\n    ", True),
        ("if os.name == 'posix':\n    ", False),
        ("if sys.platform == 'win32':\n    raise KeyError\n", False),
        ("if hasattr(os, '{0}'):\n    ", False),
        ("if not hasattr(os, '{0}'):\n    raise KeyError\n", False),
        ("hasattr(os, '{0}') and ", False),
        ("if hasattr(os, 'getppid'):\n    ", True),
        ("if hasattr(sys, '{0}'):\n    ", True),
    ],
)
@pytest.mark.parametrize("name", ["geteuid", "O_DIRECTORY"])
def test_what_was_asked_for_is_there(test: str, name: str, is_named: bool) -> None:
    used = f"os.{name}" + ("" if name.isupper() else "()")
    code = body(f"{test.format(name)}{used}", "import os, sys")
    assert ("AttributeError" in likely(answer(code))) is is_named


def test_not_every_unix_has_all_that_some_have() -> None:
    code = "if sys.platform != 'win32':\n    os.sched_getaffinity(0)"
    assert "AttributeError" in likely(answer(body(code, "import os, sys")))
    assert "AttributeError" not in likely(
        answer(
            body(
                code.replace("sys.platform != 'win32'", "hasattr(os, 'sched_getaffinity')"), "import os, sys"
            )
        )
    )


@pytest.mark.parametrize(
    ("head", "code", "is_named"),
    [
        ("import os", "os.geteuid()", True),
        ("import os", "import pwd\nos.geteuid()", False),
        ("import os", "os.geteuid()\nimport pwd", True),
        ("import os, fcntl", "os.geteuid()", False),
        ("import os\nfrom pwd import getpwuid", "os.geteuid()", False),
        ("import os\ntry:\n    import pwd\nfinally:\n    pass", "os.geteuid()", False),
        ("import os\nif os.name == 'posix':\n    import pwd", "os.geteuid()", True),
        ("import os, readline", "os.geteuid()", True),
    ],
)
def test_what_only_unix_has_is_there_after_the_import_of_what_only_unix_has(
    head: str, code: str, is_named: bool
) -> None:
    module = project_of(main=body(code, head)).module("main.py")
    statement = next(t for t in module.nodes(ast.Try) if t.handlers)
    found = may_raise(statement.body, module, project_of(main=body(code, head)))
    assert ("AttributeError" in likely(found)) is is_named


def test_what_parses_the_numbers_of_json_gets_a_text() -> None:
    head = "import json, math\nfrom decimal import Decimal"
    assert likely(answer(body("json.loads('1.5', parse_float=Decimal)", head))) == {
        "json.JSONDecodeError",
        "decimal.InvalidOperation",
    }
    assert "TypeError" in likely(answer(body("json.loads('1.5', parse_float=math.floor)", head)))


@pytest.mark.parametrize(
    ("code", "is_guessed"),
    [
        ("x.decode('utf-16le')", False),
        ("x.decode()", False),
        ("x.decode(errors='replace')", False),
        ("x.decode('{}')", True),
        ("x.decode('{\\0}')", True),
        ("x.decode(x.text)", True),
        ("x.decode(s='{}')", True),
    ],
)
def test_what_is_told_an_encoding_decodes_bytes(code: str, is_guessed: bool) -> None:
    assert ("json.JSONDecodeError" in likely(answer(body(code, "import json")))) is is_guessed


@pytest.mark.parametrize(
    ("code", "is_guessed"),
    [
        ("x.Deferred[str]()", False),
        ("x.Pair[str, dict]", False),
        ("x.Deferred[None]", True),
        ("x.Deferred['str']", True),
        ("x.handlers[str]", True),
        ("x.HANDLERS[str]", True),
        ("x.Pair[str, x]", True),
    ],
)
def test_a_class_of_a_type_is_no_lookup(code: str, is_guessed: bool) -> None:
    found = answer(body(code))
    assert not found.complete
    assert ("KeyError" in likely(found)) is is_guessed


LIMIT = """
import signal
from contextlib import contextmanager


class Late(Exception):
    pass


@contextmanager
def limit(seconds: int):
    def late(number, frame):
        raise Late

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


class Limit:
    def late(self, number, frame):
        raise Late

    def __enter__(self):
        signal.signal(signal.SIGALRM, self.late)
        signal.setitimer(signal.ITIMER_REAL, 5)

    def __exit__(self, *error):
        signal.setitimer(signal.ITIMER_REAL, 0)
"""


@pytest.mark.parametrize("manager", ["limit(5)", "Limit()"])
def test_a_context_manager_may_set_an_alarm(manager: str) -> None:
    code = body(
        f"with {manager}:\n    print(x)"
    )  # the first `try` of the file is the one that is asked about
    found = answer(code + LIMIT)
    assert "main.py:Late" in likely(found)


def test_code_of_others_may_exit() -> None:
    assert "SystemExit" in {raised.type for raised in answer(body("exec(x)")).raised}
    assert "SystemExit" in {raised.type for raised in answer(body("__import__(x.name)")).raised}
    assert "SystemExit" not in {raised.type for raised in answer(body("__import__(x.__module__)")).raised}
    assert "SystemExit" not in {raised.type for raised in answer(body("__import__('objc')")).raised}
    for call in ("execfile(x)", "reload(x)"):
        assert "SystemExit" in {raised.type for raised in answer(body(call)).raised}


@pytest.mark.parametrize(
    "code",
    [
        "spec = util.spec_from_file_location('a', x)\nspec.loader.exec_module(util.module_from_spec(spec))",
        "machinery.SourceFileLoader('a', x).load_module()",
        "x.loader.exec_module(x)",
    ],
)
def test_what_is_loaded_from_a_file_may_exit(code: str) -> None:
    found = answer(body(code, "from importlib import machinery, util")).raised
    assert "SystemExit" in {raised.type for raised in found}


def test_a_loader_is_said_to_run_the_code_of_a_module() -> None:
    found = answer(
        body("machinery.ModuleSpec('a', None).loader.exec_module(x)", "from importlib import machinery")
    )
    assert [why for why in found.missing if why.endswith("`, which runs the code of the module")]


@pytest.mark.parametrize(
    ("start", "await_it", "told"),
    [
        ("def take(items):\n    yield next(items)", "list(take(iter(x)))", "a generator turns StopIteration"),
        (
            "async def take(items):\n    return next(items)",
            "await take(iter(x))",
            "a coroutine turns StopIteration",
        ),
    ],
)
def test_what_becomes_of_an_end_says_what_it_ends(start: str, await_it: str, told: str) -> None:
    text = (
        f"{start}\n\n\nasync def main(x: list[int]):\n    try:\n        {await_it}\n    except OSError: ...\n"
    )
    (ended,) = (raised for raised in answer(text).raised if raised.type == "RuntimeError")
    assert ended.evidence.startswith(told)


ERRORS = """
class Base(Exception):
    pass


class Refused(Base):
    pass
"""
STORE = """
from errors import Refused


class Store:
    def __init__(self, path: str = "a"):
        self.path = path
        self.table = {}

    @property
    def first(self):
        return self.table["first"]

    def read(self, key):
        if not key:
            raise Refused(key)
        return self._get(key)

    def _get(self, key):
        return self.table[key]


def ping(n):
    return pong(n - 1) if n else 0


def pong(n):
    if n == 7:
        raise OverflowError
    return ping(n)


SIZE = 1 << 10
ALL = float(2**3) * 4
NONE = 0
SET = 1
GROWN = 1


def shrink():
    global GROWN
    GROWN = 0


class Abstract:
    def run(self):
        raise NotImplementedError
"""


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("store.Store().read(x)", {"KeyError", "errors.py:Refused"}),
        ("store.Store().first", {"KeyError"}),
        ("store.Store().path.upper()", set()),
        ("store.ping(x)", None),  # `n - 1`: nobody knows what n is
        ("store.pong(x)", None),
        ("store.Abstract().run()", None),
        ("store.Store().missing", None),
        ("len('a') / store.SIZE", set()),
        ("len('a') % store.ALL", set()),
        ("len('a') / store.SET", {"ZeroDivisionError"}),
        ("len('a') / store.NONE", {"ZeroDivisionError"}),
        ("len('a') / store.GROWN", {"ZeroDivisionError"}),
        ("raise errors.Refused(1)", {"errors.py:Refused"}),
        ("try:\n    raise errors.Refused(1)\nexcept errors.Base:\n    pass", set()),
    ],
)
def test_through_the_project(code: str, types: set[str] | None) -> None:
    head = "import errors\nimport store\nstore.SET = 0"
    found = answer(body(code, head), errors=ERRORS, store=STORE)
    assert found.complete is (types is not None), found.missing
    if types is not None:
        assert likely(found) == types


def test_cycles_give_every_member_the_whole_answer() -> None:
    text = STORE + body("ping(3)") + body("pong(3)").replace("def function", "def other")
    project = project_of(main=text, errors=ERRORS)
    module = project.module("main.py")
    found = [may_raise(t.body, module, project) for t in module.nodes(ast.Try)]
    sure = [{r.type for r in f.raised if r.confidence > GUESSED} for f in found]
    assert sure == [{"OverflowError"}] * 2


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    chain = "".join(f"def f{n}():\n    return f{n + 1}()\n\n\n" for n in range(300))
    text = chain + "def f300():\n    raise KeyError\n"
    for n in (0, 200):
        text += "\n\n" + body(f"f{n}()").replace("def function", f"def function{n}")
    alone, after = project_of(main=text), project_of(main=text)
    cold = [may_raise(t.body, alone.module("main.py"), alone) for t in alone.module("main.py").nodes(ast.Try)]
    warm = [
        may_raise(t.body, after.module("main.py"), after)
        for t in after.module("main.py").nodes(ast.Try)[::-1]
    ]
    assert cold == warm[::-1]
    assert [found.complete for found in cold] == [False, True]


def test_functions_in_a_circle_count_alike_whichever_is_asked_for_first() -> None:
    circle = [(n, (n + 1) % 30) for n in range(30)] + [(n, (n * 7) % 30) for n in range(30)]
    text = "".join(
        f"def f{n}(x):\n    if x:\n        raise E{n}\n"
        + "".join(f"    f{to}(x)\n" for one, to in circle if one == n)
        + "\n\n"
        for n in range(30)
    )
    text += "".join(f"class E{n}(Exception):\n    pass\n\n\n" for n in range(30))
    long = "def long(x):\n" + "    x = not x\n" * 6_000 + "    raise KeyError\n\n\n"
    text += long + body("f3(x)\nlong(x)") + body("f11(x)\nlong(x)") + body("f23(x)")

    def answers(order: int) -> list[MayRaise]:
        project = project_of(main=text)
        module = project.module("main.py")
        return [may_raise(t.body, module, project) for t in module.nodes(ast.Try)[::order]][::order]

    assert answers(1) == answers(-1)
    *cut, whole = answers(1)
    assert not any(found.complete for found in cut)
    assert whole.complete
    assert {raised.type for raised in whole.raised} == {f"main.py:E{n}" for n in range(30)}


@pytest.mark.parametrize(
    "functions",
    [
        "def f(x):\n    if x:\n        raise KeyError\n    g(x)\n    long(x)\n\n\ndef g(x):\n    f(x)\n",
        "def f(x):\n    if x:\n        raise KeyError\n    g(x)\n\n\n"
        "def g(x):\n    try:\n        long(x)\n    except Exception:\n        pass\n    f(x)\n",
    ],
    ids=["the first of the circle", "another of it"],
)
def test_what_a_handler_hides_of_a_circle_that_is_too_long_is_missing(functions: str) -> None:
    long = "def long(x):\n" + "    x = not x\n" * 6_000 + "    raise OSError\n\n\n"
    hidden = "try:\n    f(x)\nexcept Exception:\n    pass\ng(x)"
    project = project_of(main=f"{long}{functions}\n\n{body(hidden)}")
    module = project.module("main.py")
    outer = next(t for t in module.nodes(ast.Try) if len(t.body) == 2)
    assert not may_raise(outer.body, module, project).complete


def test_a_question_that_fails_leaves_nothing_open() -> None:
    project = project_of(main="def f():\n    raise KeyError\n\n\n" + body("f()"))
    found: list[MayRaise] = []

    def find(definition: Definition) -> MayRaise:
        if not found:
            raise RecursionError
        return found[0]

    function = project.module("main.py").nodes(ast.FunctionDef)[0]
    definition = Definition(project.module("main.py"), function)
    following = Following(find, 1_000)
    with pytest.raises(RecursionError):
        following.answer(definition)
    found.append(MayRaise(missing=("something",)))
    following.begin()
    assert following.answer(definition) == found[0]


# -- what to write ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "code", "text"),
    [
        ("import json", "with open('a') as f:\n    return json.load(f)", "(OSError, ValueError)"),
        ("import json", "json.loads('1')", "json.JSONDecodeError"),
        ("import json as j", "j.loads('1')", "j.JSONDecodeError"),
        ("from json import JSONDecodeError, loads", "loads('1')", "JSONDecodeError"),
        ("from json import loads", "loads('1')", "ValueError"),
        ("try:\n    import yaml\nexcept ImportError:\n    yaml = None", "yaml.safe_load('1')", None),
        ("import pandas as pd", "pd.read_csv('a')", "(OSError, ValueError)"),
        ("import requests as r", "r.get('u').raise_for_status()", "r.RequestException"),
        (
            "import subprocess",
            "subprocess.run(['a'], check=True, timeout=1)",
            "(OSError, subprocess.SubprocessError)",
        ),
        (
            "from flask import url_for\nfrom werkzeug.routing import Rule",
            "url_for('a', name={}['b'])",
            "(KeyError, BuildError)",
        ),
        ("from flask import url_for", "url_for('a')", "LookupError"),
        ("import os, shutil", "os.remove('a')\nshutil.rmtree('b')", "OSError"),
        ("OSError = None\nimport os", "os.remove('a')", None),
        ("from importlib.metadata import version", "version('a')", "PackageNotFoundError"),
        (
            "import importlib.metadata",
            "importlib.metadata.version('a')",
            "importlib.metadata.PackageNotFoundError",
        ),
        ("import importlib", "importlib.metadata.version('a')", "importlib.metadata.PackageNotFoundError"),
        ("from decimal import Decimal", "Decimal(str(1))", "InvalidOperation"),
        ("import shelve", "shelve.open('a')", "dbm.error"),
        ("import dbm", "dbm.open('a')\nint(x)", "(*dbm.error, ValueError, TypeError)"),
        (
            "import dbm",
            "open('a').close()\nint(x)\ndbm.open('a')",
            "(ValueError, TypeError, *dbm.error)",
        ),
        ("import dbm, smtplib", "smtplib.SMTP('a')\ndbm.open('a')", "dbm.error"),
        ("from struct import calcsize", "calcsize('i')", "struct.error"),
        (
            "import urllib3\nhttp = urllib3.PoolManager()",
            "http.request('GET', 'u')",
            "urllib3.exceptions.HTTPError",
        ),
        ("class A:\n    class B(Exception):\n        pass", "raise A.B", "A.B"),
        ("class A:\n    class B(Exception):\n        pass", "raise A.B", "A.B"),
        ("from errors import Pool", "raise Pool.Closed", "Pool.Closed"),
        ("import errors", "raise errors.Pool.Closed", "errors.Pool.Closed"),
        ("import errors as wrong", "raise wrong.Gone", "wrong.Gone"),
        ("import kinds.errors", "raise kinds.errors.Lost", "kinds.errors.Lost"),
        ("from kinds import errors", "raise errors.Lost", "errors.Lost"),
        ("import kinds\nfrom kinds.errors import other", "raise kinds.errors.Lost", "kinds.errors.Lost"),
        ("import kinds", "raise kinds.errors.Lost", "Lost"),
        ("import errors\nerrors = errors or 1", "raise errors.Gone", None),
        ("", "x.method()", None),
        ("", "1", None),
    ],
)
def test_choice(head: str, code: str, text: str | None) -> None:
    nested = "class Pool:\n    class Closed(Exception):\n        pass\n\nclass Gone(Exception):\n    pass\n"
    package = {"kinds/__init__": "", "kinds/errors": "class Lost(Exception):\n    pass\n"}
    project = project_of(main=body(code, head), errors=nested, **package)
    module = project.module("main.py")
    last = module.nodes(ast.Try)[-1]
    found = choose(may_raise(last.body, module, project), last.handlers[0], module, project)
    assert (found.refusal is None) is (text is not None), found
    if text is not None:
        assert found.text == text


@pytest.mark.parametrize(
    ("comment", "names"),
    [
        ("", ("OSError",)),
        ("  # of a null byte", ("OSError",)),
        ("  # a ValueError where there is a null byte", ("OSError", "ValueError")),
        ("\n        # ValueError, or an IOError", ("OSError", "ValueError")),
    ],
)
def test_a_rare_type_is_named_that_a_comment_there_names(comment: str, names: tuple[str, ...]) -> None:
    code = body("os.remove(x)", "import os", "x: str").replace("except:", f"except Exception:{comment}")
    module = (project := project_of(main=code)).module("main.py")
    (tried,) = module.nodes(ast.Try)
    found = choose(may_raise(tried.body, module, project), tried.handlers[0], module, project)
    assert found.names == names
    assert [one.type for one in found.left_out] == [one for one in ["ValueError"] if one not in names]


def test_what_is_caught_before_is_not_called_unknown() -> None:
    code = "try:\n    os.remove('a')\nexcept OSError:\n    pass\nexcept Exception:\n    pass\n"
    project = project_of(main=f"import os\n\n{code}")
    module = project.module("main.py")
    (last,) = module.nodes(ast.Try)
    raised = may_raise(last.body, module, project)
    found = choose(raised, last.handlers[1], module, project, ["OSError"])
    assert found.refusal == "the handlers before it catch all that is known to come out"


@pytest.mark.parametrize(
    ("code", "kind", "why"),
    [
        ("str(x)", "Any", ", but how `x` is written out is up to its class, which is unknown"),
        (
            "print(f'{x.name}')",
            "Any",
            ", but how `x.name` is written out is up to its class, which is unknown",
        ),
        ("repr(x)", "str", ""),
        ("len('a')", "Any", ""),
    ],
)
def test_nothing_is_known_to_come_out(code: str, kind: str, why: str) -> None:
    text = f"from typing import Any\n{body(code, arguments=f'x: {kind}')}"
    project = Project(Memory({"app.py": text.encode()}))
    module = project.module("app.py")
    (tried,) = module.nodes(ast.Try)
    found = choose(MayRaise(), tried.handlers[0], module, project)
    assert found.refusal == f"nothing in the body is known to raise{why}"


TRIED = """
import sys
try:
    import libvirt
except ImportError{handler}

def state(number):
    machine = libvirt.open("a").lookupByName("b")
    try:
        {code}
    except Exception:
        return None
"""


@pytest.mark.parametrize(
    ("handler", "code", "text"),
    [
        (": MISSING = True", "return machine.state()", "libvirt.libvirtError"),
        (": MISSING = True", "libvirt.open('a')", None),  # may be a NameError, which must stay caught
        (": MISSING = True", "return machine.state()[int(number)]", None),
        (": libvirt = None", "return machine.name()", None),
        (": sys.exit('needs libvirt')", "libvirt.open('a')", "libvirt.libvirtError"),
        (" as e:\n    raise RuntimeError from e", "libvirt.open('a')", "libvirt.libvirtError"),
        (":\n    if sys.argv: sys.exit()", "libvirt.open('a')", None),
    ],
)
def test_a_package_that_may_be_missing(handler: str, code: str, text: str | None) -> None:
    project = project_of(main=TRIED.format(handler=handler, code=code))
    module = project.module("main.py")
    last = module.nodes(ast.Try)[-1]
    found = choose(may_raise(last.body, module, project), last.handlers[0], module, project)
    assert found.names == ((text,) if text else ())


@pytest.mark.parametrize(
    ("other", "names"),
    [
        ("except ImportError:\n    print()\nelse:\n    try:", ("OSError", "lxml.etree.XMLSyntaxError")),
        ("except ImportError:\n    try:", ()),
        ("except ImportError:\n    print()\nfinally:\n    try:", ()),
    ],
)
def test_what_the_body_of_a_try_imports_is_there_in_its_else(other: str, names: tuple[str, ...]) -> None:
    lines = "        lxml.etree.parse('a')\n    except:\n        pass"
    project = project_of(main=body(f"try:\n    import lxml.etree\n{other}\n{lines}"))
    module = project.module("main.py")
    last = module.nodes(ast.Try)[-1]
    assert choose(may_raise(last.body, module, project), last.handlers[0], module, project).names == names


def test_a_submodule_is_imported_by_its_whole_name() -> None:
    project = project_of(main=body("importlib.metadata.version('a')", "import importlib"))
    module = project.module("main.py")
    (statement,) = module.nodes(ast.Try)
    found = choose(may_raise(statement.body, module, project), statement.handlers[0], module, project)
    assert [needed.module for needed in found.imports] == ["importlib.metadata"]


def test_a_local_import_is_a_name_only_behind_it() -> None:
    inside = body("from json import loads as read, JSONDecodeError\nread('1')")
    project = project_of(main=inside)
    module = project.module("main.py")
    (statement,) = module.nodes(ast.Try)
    found = choose(may_raise(statement.body, module, project), statement.handlers[0], module, project)
    assert found.names == ("ValueError",)


# -- soundness: what really comes out is in the answer ----------------------------------------------------

BLOCKS = {
    "json": "import json\nvalue = json.loads(text)\nresult = [value['a'], value.get('b'), int(value['c'])]",
    "number": "result = 10 / int(text)",
    "parts": "a, b = text.split(':')\nresult = int(a) // int(b)",
    "index": "result = text.split()[2].encode('ascii')",
    "date": "from datetime import datetime\nresult = datetime.fromisoformat(text)",
    "url": "from urllib.parse import urlsplit\nresult = urlsplit(text).port",
    "regex": "import re\nresult = int(re.search(r'[0-9]+', text).group()) % len(text.strip())",
    "literal": "import ast\nresult = sorted(ast.literal_eval(text))",
    "hex": "result = bytes.fromhex(text).decode()",
    "table": "import json\nresult = {k: v['n'] + 1 for k, v in json.loads(text).items()}",
    "keys": "import json\nvalue = json.loads(text)\nresult = {value: 1}",
    "pop": "import json\nvalue = json.loads(text)\nresult = [value.pop(0), value.index(1)]",
    "total": "import json\nvalues = [v for v in json.loads(text)]\nresult = sum(values) / max(values)",
    "join": "import json\nvalue = json.loads(text)\nresult = ','.join([v for v in value])",
    "sorted": "import json\nvalue = json.loads(text)\nresult = sorted(set(value))[0]",
    "environment": "import os\nresult = int(os.environ[text]) + int(os.environ.get(text, text))",
    "stack": "rows = [text]\nrows.pop()\nresult = rows.pop().count(text) or {}.pop(text)",
    "chars": "result = chr(int(text)) + bytes.fromhex(text).decode('ascii')[3:]",
    "path": "from pathlib import Path\nresult = Path(text).with_suffix('.x').relative_to('a').parts[4]",
    "time": "import time, datetime\nresult = datetime.datetime.fromtimestamp(float(text))",
    "base64": "import base64, binascii\nresult = base64.b64decode(text) + binascii.unhexlify(text)",
    "shell": "import shlex, uuid\nresult = [shlex.split(text)[0], uuid.UUID(text)]",
    "address": "import ipaddress\nresult = ipaddress.ip_address(text.split('/')[0])",
    "format": "result = '%s' % text + text.upper()[0]",
}
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["1:0", "3:x", "0", "", "12", "{}", '{"a": 1}', "[1]", "2024-01-01", "http://[a", "a:99999999"]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcn"), inner, max_size=3)
        ),
        max_leaves=6,
    ).map(json.dumps),
)


@pytest.mark.parametrize("name", BLOCKS)
@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_nothing_comes_out_that_is_not_in_a_complete_answer(name: str, text: str) -> None:
    found, run = _block(name)
    try:
        run(text)
    except Exception as error:
        names = {raised.type.rpartition(".")[2] for raised in found.raised}
        kinds = {kind.__name__ for kind in type(error).__mro__}
        assert not found.complete or names & kinds, f"{error!r} is not in {names}"


_blocks: dict[str, tuple[MayRaise, Callable[[str], Any]]] = {}


def _block(name: str) -> tuple[MayRaise, Callable[[str], Any]]:
    if name not in _blocks:
        text = body(BLOCKS[name], arguments="text: str")
        namespace: dict[str, Any] = {}
        exec(text.replace("    try:", "    if True:").replace("    except:\n        pass\n", ""), namespace)
        _blocks[name] = answer(text), namespace["function"]
    return _blocks[name]


def test_most_of_the_blocks_have_a_complete_answer() -> None:
    complete = [name for name in BLOCKS if _block(name)[0].complete]
    assert len(complete) >= 8, {name: _block(name)[0].missing for name in BLOCKS if name not in complete}


def test_a_web_of_functions_is_followed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 30
    web = "\n\n".join(
        f"def f{n}(x):\n    return " + " or ".join(f"f{(n * k + 1) % count}(x)" for k in range(2, 9))
        for n in range(count)
    )
    project = project_of(web=f"{web}\n\ntry:\n    f0(x).value\nexcept:\n    pass\n")
    module = project.module("web.py")
    asked = []
    follow = Values._of

    def counted(self: Values, module: Module, node: ast.expr) -> Any:
        asked.append(node)
        return follow(self, module, node)

    monkeypatch.setattr(Values, "_of", counted)
    may_raise(first_try(module).body, module, project)
    assert len(asked) < 15 * len(list(ast.walk(module.tree)))


def test_what_is_deleted_must_be_there() -> None:
    start = "class Cache:\n    def __init__(self):\n        self.rows = []\n\n    def clear(self):\n"
    text = f"{start}        try:\n            del self.rows\n        except:\n            pass\n"
    assert likely(answer(text)) == {"AttributeError"}
    assert answer(body("if x:\n    found = 1\ndel found")).missing
