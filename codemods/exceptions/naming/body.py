"""The signs of the statements in a `try`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.module import SCOPES, Module
from codemods.names import names_of
from codemods.nodes import walk

ELSEWHERE = SCOPES[1:]  # what stands in these runs at another time
_TELLING_ARGUMENT = ("int", "float", "next", "getattr", "open")


class Body:
    """The signs of the statements in a `try`."""

    def __init__(self, module: Module, statements: Sequence[ast.stmt]) -> None:
        self._module = module
        self._names = names_of(module)
        self.signs: set[str] = set()
        self.keys: set[str] = set()
        self.called: list[str] = []
        self.dotted: list[str] = []
        for node in walk(statements, without=ELSEWHERE):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self.keys.add("import:")
            visit = getattr(self, f"_{type(node).__name__}", None)
            if visit:
                visit(node)
        self.signs |= self.keys
        count = sum(1 for _ in walk(statements))
        self.signs.add(f"size:{count.bit_length()}")
        self.signs.add(f"statements:{min(len(statements), 5)}")
        self.signs.add(f"calls:{min(len(self.called), 6)}")

    def _Call(self, node: ast.Call) -> None:
        dotted = self._dotted(node.func)
        if dotted:
            self.keys.add(f"call:{dotted}")
            self.called.append(dotted.rpartition(".")[2])
            self.dotted.append(dotted)
            top = dotted.partition(".")[0]
            if top != dotted:
                self.signs.add(f"from:{top}")
            if dotted in _TELLING_ARGUMENT and node.args:
                kind = type(node.args[0]).__name__
                self.signs.add(f"call:{dotted}({kind}{len(node.args)})")
        if isinstance(node.func, ast.Attribute):
            self.keys.add(f"method:{node.func.attr}")
            if not dotted:
                self.called.append(node.func.attr)
                holder = last_name(node.func.value)
                if holder:
                    self.signs.add(f"on:{holder}.{node.func.attr}")
                self.signs.add(f"method:{node.func.attr}/{len(node.args)}")
        elif isinstance(node.func, ast.Name) and not dotted:
            self.keys.add(f"name:{node.func.id}")
            self.called.append(node.func.id)
        for keyword in node.keywords:
            self.signs.add(f"keyword:{keyword.arg}")

    def _dotted(self, node: ast.expr) -> str | None:
        dotted = self._names.qualified(node)
        return dotted.removeprefix("builtins.") if dotted else None

    def _Attribute(self, node: ast.Attribute) -> None:
        parent = self._module.parent(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            return
        dotted = self._dotted(node)
        if dotted:
            self.dotted.append(dotted)
            self.signs.add(f"reads:{dotted}")
        elif not isinstance(parent, ast.Attribute):
            self.keys.add("attribute" if isinstance(node.ctx, ast.Load) else "set-attribute")
            self.signs.add(f"reads:.{node.attr}")

    def _Subscript(self, node: ast.Subscript) -> None:
        kind = kind_of_index(node.slice)
        does = {"Load": "item", "Store": "set-item", "Del": "del-item"}[type(node.ctx).__name__]
        self.keys.add(f"{does}:{kind}")
        holder = self._dotted(node.value) or last_name(node.value)
        if holder:
            self.signs.add(f"{does}:{holder}[{kind}]")

    def _Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            return
        names = self._names
        if not names.bindings(node) and not names.qualified(node) and not names.has_star_import:
            self.keys.add("undefined")

    def _BinOp(self, node: ast.BinOp) -> None:
        self.keys.add(f"operator:{type(node.op).__name__}")

    def _AugAssign(self, node: ast.AugAssign) -> None:
        self.keys.add(f"operator:{type(node.op).__name__}")

    def _Compare(self, node: ast.Compare) -> None:
        for operator in node.ops:
            self.signs.add(f"compares:{type(operator).__name__}")

    def _Raise(self, node: ast.Raise) -> None:
        kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if kind is not None:
            self.signs.add(f"raises:{last_name(kind)}")

    def _Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                self.keys.add("unpacks")

    def _For(self, node: ast.For) -> None:
        self.signs.add("loops")
        if isinstance(node.target, (ast.Tuple, ast.List)):
            self.signs.add("unpacks-each")

    def _mark(self, node: ast.AST) -> None:
        self.signs.add(f"has:{type(node).__name__}")

    _Await = _Yield = _YieldFrom = _Return = _With = _AsyncWith = _Delete = _Assert = _mark
    _While = _If = _Starred = _ListComp = _DictComp = _GeneratorExp = _JoinedStr = _AsyncFor = _mark
    _UnaryOp = _Break = _Continue = _Lambda = _mark


def kind_of_index(node: ast.expr) -> str:
    match node:
        case ast.Slice():
            return "slice"
        case ast.Constant(value=value):
            return type(value).__name__
        case ast.UnaryOp(operand=ast.Constant()):
            return "int"
        case ast.JoinedStr():
            return "str"
        case ast.Tuple():
            return "tuple"
        case ast.Name(id=name) if len(name) == 1 or name in ("idx", "index", "pos"):
            return "index"
        case ast.BinOp():
            return "computed"
    return "value"


def raised_name(node: ast.Raise) -> str | None:
    """The last name in what a statement raises; of a call, of what it calls."""
    return last_name(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)


def last_name(node: ast.expr | None) -> str | None:
    """The last name in an expression, which tells what kind of thing it is: `sock` in `self.sock`."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case ast.Call(func=func):
            inner = last_name(func)
            return f"{inner}()" if inner else None
        case ast.Subscript(value=value):
            inner = last_name(value)
            return f"{inner}[]" if inner else None
        case ast.Constant(value=value):
            return type(value).__name__
        case ast.Await(value=value):
            return last_name(value)
    return None
