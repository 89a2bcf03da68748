"""One pass over statements: what each of them may raise, and what passes the handlers among them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from codemods.exceptions import operations
from codemods.exceptions.answer import CERTAIN, LIKELY, RARE, Found, MayRaise
from codemods.exceptions.arguments import arguments
from codemods.exceptions.hierarchy import BROAD, Hierarchy, canonical
from codemods.exceptions.reaching import is_bound
from codemods.exceptions.tables import Fact
from codemods.exceptions.values import Target, Values
from codemods.module import FUNCTIONS, Module, children, spelled
from codemods.names import names_of
from codemods.project import Definition, Project

# Modules some of whose constants are not there on every platform.
_PLATFORM_MODULES = {
    "os",
    "socket",
    "signal",
    "select",
    "subprocess",
    "fcntl",
    "ssl",
    "mmap",
    "time",
    "winreg",
}
# Keywords of functions in the tables through which they call what they are given.
_CALLED_KEYWORDS = {
    "object_hook",
    "object_pairs_hook",
    "parse_float",
    "parse_int",
    "parse_constant",
    "opener",
}
_CALLED_KEYWORDS |= {"preexec_fn", "copy_function", "ignore", "onerror", "onexc", "factory", "cls"}
# What runs code of others, which may call sys.exit().
_RUNS_CODE = {"builtins.exec", "builtins.__import__", "importlib.import_module", "importlib.reload"}
_RUNS_CODE |= {"runpy.run_path", "runpy.run_module", "imp.load_source", "imp.load_module"}
_FILE_METHODS = {
    f"io.{kind}.{name}"
    for kind in ("TextIOWrapper", "BufferedReader")
    for name in ("read", "readline", "readlines", "read1", "write", "writelines", "flush", "seek", "tell")
}
_LENIENT = ("ignore", "replace", "backslashreplace")
_CONTEXT_MANAGERS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")


class Context(Protocol):
    """What a walk asks about everything outside of its statements."""

    project: Project
    hierarchy: Hierarchy
    values: Values
    enough: int | None  # stop when so many things are unknown

    def function(self, definition: Definition) -> MayRaise:
        """What calling a function of the project may raise, its arguments apart."""
        ...


class Walk:
    """One pass over statements, in one file: `visit_<Kind>` for the kinds of nodes that can raise."""

    def __init__(self, analysis: Context, module: Module, in_function: bool) -> None:
        self.found = Found()
        self._analysis = analysis
        self._module = module
        self._in_function = in_function  # a function's own `yield` is no place where its caller throws
        self._whole = self.found
        self._caught: list[Found] = []  # what the handlers around us have caught, for a bare `raise`

    def visit(self, node: ast.AST) -> None:
        enough = self._analysis.enough
        if enough and self.found is self._whole and len(self.found.missing) >= enough:
            return
        visitor = _VISITORS.get(node.__class__)
        if visitor:
            visitor(self, node)
        else:
            self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> None:
        for child in children(node):
            self.visit(child)

    # -- statements ---------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part)
        if node.decorator_list:
            self.found.missing[f"decorates `{node.name}`"] = None

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        parent = self._module.parent(node)
        if isinstance(parent, (ast.Call, ast.keyword)):  # whoever gets it may call it
            self.visit(node.body)

    def visit_Raise(self, node: ast.Raise) -> None:
        if node.exc is None or self._is_caught_name(node.exc):
            for caught in self._caught[-1:]:
                self.found.merge(caught)
            if not self._caught:
                self.found.missing["raises again what was caught outside"] = None
            return
        self.generic_visit(node)
        kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = self._analysis.hierarchy.resolve(self._module, kind)
        if name is None:
            self.found.missing[f"raises `{_short(node.exc)}`, whose type is unknown"] = None
            return
        self.found.add(name, f"raise {_short(kind)} (line {node.lineno})")

    def _is_caught_name(self, expression: ast.expr) -> bool:
        """Whether it is the `e` of the `except … as e` around it."""
        if not isinstance(expression, ast.Name):
            return False
        bindings = names_of(self._module).bindings(expression)
        return bool(self._caught and bindings) and all(
            isinstance(b.node, ast.ExceptHandler) for b in bindings
        )

    def visit_Assert(self, node: ast.Assert) -> None:
        self.generic_visit(node)
        self.found.add("AssertionError", f"assert {_short(node.test)} (line {node.lineno})")

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        relative = isinstance(node, ast.ImportFrom) and node.level > 0
        standard = not relative and all(n.partition(".")[0] in sys.stdlib_module_names for n in names)
        meant = _only_imports(self._module.siblings(node)[0])  # else nobody thinks of a missing `json`
        confidence = CERTAIN if meant or not standard else RARE
        self.found.add("ImportError", f"{_short(node)} (line {node.lineno})", confidence)
        if not standard:
            self.found.missing[f"`{_short(node)}` runs the code of a module"] = None

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        inside = self._part(node.body)
        rest = inside
        for handler in node.handlers:
            caught, rest = self._split(rest, handler)
            self._caught.append(caught)
            self.found.merge(self._part(handler.body))
            self._caught.pop()
            if handler.type:
                self.visit(handler.type)
        self.found.merge(rest)
        for statement in (*node.orelse, *node.finalbody):
            self.visit(statement)

    visit_TryStar = visit_Try  # noqa: N815

    def _part(self, statements: Iterable[ast.stmt]) -> Found:
        """What some statements raise, kept apart."""
        outer, self.found = self.found, Found()
        for statement in statements:
            self.visit(statement)
        outer, self.found = self.found, outer
        return outer

    def _split(self, found: Found, handler: ast.ExceptHandler) -> tuple[Found, Found]:
        """What the handler catches of it, and what passes."""
        names = handler_types(self._analysis.hierarchy, self._module, handler)
        caught, rest = Found(), Found()
        rest.assumed = found.assumed
        for raised in found.raised.values():
            side = caught if self._analysis.hierarchy.is_a(raised.type, *names) else rest
            side.add(raised.type, raised.evidence, raised.confidence)
        if not set(BROAD).isdisjoint(names):
            caught.missing = found.missing
            return caught, rest
        rest.missing = found.missing
        for name in names:
            if found.missing or not caught.raised:
                caught.add(name, f"except {_short(handler.type)} (line {handler.lineno})")
        if not names:
            caught.missing["raises again what an `except` caught whose types are unknown"] = None
        return caught, rest

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        suppressed: list[str] = []
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars:
                self.visit(item.optional_vars)
            suppressed += self._enter(item.context_expr)
        inside = self._part(node.body)
        for raised in inside.raised.values():
            if not self._analysis.hierarchy.is_a(raised.type, *suppressed):
                self.found.add(raised.type, raised.evidence, raised.confidence)
        self.found.assumed |= inside.assumed
        if set(BROAD).isdisjoint(suppressed):
            self.found.missing |= inside.missing

    visit_AsyncWith = visit_With  # noqa: N815

    def _enter(self, manager: ast.expr) -> list[str]:
        """Note what entering and leaving a context manager raises; the types that it swallows."""
        target = (
            self._analysis.values.target(self._module, manager.func)
            if isinstance(manager, ast.Call)
            else Target(known=False)
        )
        if [f.name for f in target.facts] == ["contextlib.suppress"]:
            assert isinstance(manager, ast.Call)
            resolved = (self._analysis.hierarchy.resolve(self._module, a) for a in manager.args)
            return [name for name in resolved if name]
        if target.definitions and all(_is_context_manager(d) for d in target.definitions):
            return []  # its body was looked into where it is called
        value = self._analysis.values.of(self._module, manager)
        for kind in sorted(value, key=str):
            if kind.definition:
                for name in ("__enter__", "__exit__"):
                    self._use(
                        self._analysis.values.member(kind.definition, name),
                        manager,
                        f"enters `{_short(manager)}`",
                    )
            elif fact := operations.fact(kind.name, "__enter__"):
                self._fact(fact, None)
            else:
                value = frozenset()
        if not value:
            self.found.missing[f"enters `{_short(manager)}`, whose type is unknown"] = None
        return []

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._iterate(node.iter)
        if isinstance(node.target, (ast.Tuple, ast.List)):
            self._unpack(node.iter, node.target, each=True)
        self.generic_visit(node)

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._iterate(node.iter)
        if isinstance(node.target, (ast.Tuple, ast.List)):
            self._unpack(node.iter, node.target, each=True)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                self._unpack(node.value, target, each=False)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        for part in (node.value, node.target):
            if part is not None:
                self.visit(part)

    def visit_If(self, node: ast.If | ast.While | ast.IfExp) -> None:
        self._truth(node.test)
        self.generic_visit(node)

    visit_While = visit_If  # noqa: N815
    visit_IfExp = visit_If  # noqa: N815

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for value in node.values:
            self._truth(value)
        self.generic_visit(node)

    def _truth(self, test: ast.expr) -> None:
        """Note what asking whether a value is true raises, where its class defines how."""
        if isinstance(test, ast.UnaryOp):
            test = test.operand
        for kind in self._analysis.values.of(self._module, test):
            for name in ("__bool__", "__len__") if kind.definition else ():
                assert kind.definition
                for definition in self._analysis.values.member(kind.definition, name).definitions:
                    self.found.merge(self._analysis.function(definition))

    def visit_Starred(self, node: ast.Starred) -> None:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load):
            self._iterate(node.value)

    def visit_Yield(self, node: ast.Yield | ast.YieldFrom) -> None:
        self.generic_visit(node)
        if not self._in_function:
            self.found.missing["yields: whoever drives the generator can throw anything in"] = None

    def visit_YieldFrom(self, node: ast.YieldFrom) -> None:
        self._iterate(node.value)
        self.visit_Yield(node)

    # -- expressions --------------------------------------------------------------------------------

    def visit_Await(self, node: ast.Await) -> None:
        self.generic_visit(node)
        if not isinstance(node.value, ast.Call):
            self.found.missing[f"awaits `{_short(node.value)}`, whose type is unknown"] = None

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            return
        names = names_of(self._module)
        known = names.bindings(node) or names.has_star_import or names.qualified(node)
        if not known and node.id != "__class__":
            self.found.add("NameError", f"`{node.id}` is nowhere defined")
        if not is_bound(self._module, node):
            self.found.missing[f"reads `{node.id}`, which may have no value yet"] = None

    def visit_Attribute(self, node: ast.Attribute) -> None:
        names = names_of(self._module)
        parent = self._module.parent(node)
        called = isinstance(parent, ast.Call) and parent.func is node
        dotted = names.qualified(node)
        if dotted:
            if names.may_be_none(node):
                self.found.add("AttributeError", f"`{_short(node)}`: its module may not be installed")
            if not called:
                self._of_import(dotted, node)
            return
        self.visit(node.value)
        if called:
            return  # visit_Call looks the method up
        if self._is_class_or_module(node.value):
            return
        if isinstance(node.ctx, ast.Load):
            target = self._analysis.values.attribute(self._module, node)
            self._look_up(target, node)
        else:
            self._set(node)

    def _of_import(self, dotted: str, node: ast.Attribute) -> None:
        """Note what reading an attribute of an imported module, or of what it holds, raises."""
        top, _, rest = dotted.partition(".")
        if fact := operations.named(dotted):
            self._fact(fact, None)
        elif top in _PLATFORM_MODULES and rest.isupper():
            self.found.add("AttributeError", f"`{_short(node)}` is not on every platform")
        elif top == "sys" and "." not in rest:
            self.found.add("AttributeError", f"`{_short(node)}` is not always set")
        elif not self._is_constant(dotted, node):
            self.found.missing[f"reads `{_short(node)}`, which is not in the tables"] = None

    def _is_constant(self, dotted: str, node: ast.Attribute) -> bool:
        """Whether it is sure to be there: a class, a standard constant, a name of the project."""
        last = dotted.rpartition(".")[2]
        top = dotted.partition(".")[0]
        if last[:1].isupper() and (not last.isupper() or top in sys.stdlib_module_names):
            return True
        if self._analysis.hierarchy.resolve(self._module, node) or self._is_class_or_module(node.value):
            return True
        return self._analysis.values.is_variable(self._module, dotted) or bool(
            self._analysis.values.of(self._module, node)
        )

    def _set(self, node: ast.Attribute) -> None:
        """Note what `value.name = …` raises: nothing on an instance, unless its class has a say in it."""
        kinds = self._analysis.values.of(self._module, node.value)
        owners = [kind.definition for kind in kinds if kind.definition]
        if len(owners) != len(kinds) or not kinds:
            self.found.missing[f"sets `{_short(node)}` of a value whose type is unknown"] = None
        for owner in owners:
            frozen = any("frozen" in ast.unparse(d) for d in owner.node.decorator_list) and "is frozen"
            if why := frozen or self._analysis.values.has_own(owner, "__setattr__"):
                self.found.missing[f"sets `{_short(node)}`, and `{owner.node.name}` {why}"] = None
            for definition in self._analysis.values.member(owner, node.attr).definitions:
                self.found.merge(self._analysis.function(definition))

    def _is_class_or_module(self, node: ast.expr) -> bool:
        """Whether it is a class or module of the project, whose attributes are just there."""
        definition = self._analysis.project.definition(self._module, node)
        return definition is not None and isinstance(definition.node, ast.ClassDef)

    def _look_up(self, target: Target, node: ast.Attribute) -> None:
        if not target.known:
            what = f"reads `{_short(node)}` of a value whose type is unknown"
            self.found.missing[what] = None
        for why in target.fails:
            self.found.add("AttributeError", f"`.{node.attr}`: {why}")
        for fact in target.facts:
            self._fact(fact, None)
        for definition in target.definitions:
            if isinstance(definition.node, FUNCTIONS) and _is_property(definition):
                self.found.merge(self._analysis.function(definition))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.generic_visit(node)
        operations.subscript(self._analysis.values, self._module, node, self.found)

    def visit_Dict(self, node: ast.Dict) -> None:
        self.generic_visit(node)
        operations.hashed(self._analysis.values, self._module, node.keys, self.found)

    def visit_Set(self, node: ast.Set) -> None:
        self.generic_visit(node)
        operations.hashed(self._analysis.values, self._module, node.elts, self.found)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self.generic_visit(node)
        operations.hashed(self._analysis.values, self._module, [node.elt], self.found)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self.generic_visit(node)
        operations.hashed(self._analysis.values, self._module, [node.key], self.found)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.generic_visit(node)
        operations.binary(self._analysis.values, self._module, node.left, node.op, node.right, self.found)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.generic_visit(node)
        operations.binary(self._analysis.values, self._module, node.target, node.op, node.value, self.found)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self.generic_visit(node)
        operations.unary(self._analysis.values, self._module, node, self.found)

    def visit_Compare(self, node: ast.Compare) -> None:
        self.generic_visit(node)
        operations.compare(self._analysis.values, self._module, node, self.found)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        self.generic_visit(node)
        operations.formatted(self._analysis.values, self._module, node, self.found)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        kind = self._analysis.hierarchy.resolve(self._module, node.func)
        if kind and self._analysis.hierarchy.definition(kind) is None:
            return  # making an exception raises nothing
        self._spread(node)
        target = self._analysis.values.target(self._module, node.func)
        if isinstance(node.func, ast.Attribute):
            operations.kinds_of(self._analysis.values, self._module, node.func.value, self.found)
            if any(fact.name in _FILE_METHODS for fact in target.facts):
                self._file(node.func.value)
        self._use(target, node, f"calls `{_short(node.func)}`")

    def _file(self, file: ast.expr) -> None:
        """Note that a file may be closed which no `with` has just opened."""
        bindings = names_of(self._module).bindings(file) if isinstance(file, ast.Name) else []
        opened = [b for b in bindings if isinstance(self._module.parent(b.node), ast.withitem)]
        if not opened and not isinstance(file, ast.Call):
            self.found.add("ValueError", f"`{_short(file)}` may be closed", RARE)

    def _spread(self, node: ast.Call) -> None:
        """Note what `**values` raises when the values are data: the names may not fit."""
        for keyword in node.keywords:
            if keyword.arg is None:
                kinds = operations.kinds_of(self._analysis.values, self._module, keyword.value, self.found)
                if not kinds <= {"dict"} or not kinds:
                    self.found.add("TypeError", f"`**{_short(keyword.value)}`: the names may not fit")

    def _use(self, target: Target, node: ast.expr, what: str) -> None:
        """Note what calling a target raises."""
        if (
            not target.known
            or target.origins
            or (not target.facts and not target.definitions and not target.fails)
        ):
            func = node.func if isinstance(node, ast.Call) else node
            outside = names_of(self._module).qualified(func)
            if outside in _RUNS_CODE or getattr(func, "attr", "") in ("exec_module", "load_module"):
                self.found.add("SystemExit", f"`{_short(func)}` runs other code, which may exit", RARE)
            why = "which is not in the tables" if outside else "whose type is unknown"
            self.found.missing[f"{what}, {why}"] = None
            return
        for why in target.fails:
            self.found.add("AttributeError", f"{what}: {why}")
        for fact in target.facts:
            self._fact(fact, node if isinstance(node, ast.Call) else None)
        for definition in target.definitions:
            self.found.merge(self._analysis.function(definition))
            owner = definition.module.parent(definition.node)
            if isinstance(owner, ast.ClassDef) and isinstance(definition.node, FUNCTIONS):
                self._dispatch(owner, definition.node.name)

    def _dispatch(self, owner: ast.ClassDef, name: str) -> None:
        """Note that a method may be another one: that of a subclass."""
        private = name.startswith("_") and not name.endswith("__")
        if (owner.bases or owner.keywords) and not private and name != "__init__":
            self.found.missing[f"calls `{owner.name}.{name}`, which relatives of the class may define"] = None
        elif not name.endswith("__"):
            self.found.assumed[f"no subclass overrides `{owner.name}.{name}`"] = None

    def _fact(self, fact: Fact, call: ast.Call | None) -> None:
        """Note what a use of something in the tables raises."""
        confidence = LIKELY if fact.external else CERTAIN
        label = fact.name.removeprefix("builtins.")
        for name in fact.raises:
            if not (call and name.startswith("Unicode") and _is_lenient(call, fact)):
                self.found.add(name, f"`{label}`: {fact.source}", confidence)
        if fact.external:
            self.found.assumed[f"`{label}` does as its documentation says"] = None
        if call is None:
            return
        by_place = zip(fact.positional, call.args, strict=False)
        for keyword, value in [*((k.arg, k.value) for k in call.keywords), *by_place]:
            for given, names in fact.keywords.items():
                left_out = isinstance(value, ast.Constant) and not value.value
                if keyword in (given, None) and not left_out:  # `**options` may hold any of them
                    for name in names:
                        self.found.add(name, f"`{label}` with {given}=: {fact.source}", confidence)
        arguments(self._analysis.values, self._module, call, fact, self.found)
        self._callbacks(fact, call)

    def _callbacks(self, fact: Fact, call: ast.Call) -> None:
        """Note what the functions that it is given raise when it calls them."""
        by_keyword = {k.arg: k.value for k in call.keywords}
        called = {name for name in by_keyword if name in _CALLED_KEYWORDS}
        if fact.name.startswith("json.") and "default" in by_keyword:
            called.add("default")
        for place in dict.fromkeys([*fact.calls, *sorted(called)]):
            given = by_keyword.get(place) if isinstance(place, str) else None
            if isinstance(place, int) and place < len(call.args):
                given = call.args[place]
            if given is None or isinstance(given, ast.Lambda):
                continue
            if isinstance(given, ast.Constant) and isinstance(given.value, (str, bytes, type(None))):
                continue
            target = self._analysis.values.target(self._module, given)
            self._use(target, given, f"calls `{_short(given)}`")
            for name in (name for known in target.facts for name in known.argument):
                self.found.add(name, f"`{_short(given)}` with an argument of another type")

    def _iterate(self, node: ast.expr) -> None:
        operations.iterate(self._analysis.values, self._module, node, self.found)

    def _unpack(self, value: ast.expr, pattern: ast.expr, each: bool) -> None:
        operations.unpack(self._analysis.values, self._module, value, pattern, each, self.found)


# By class: `ast.NodeVisitor` puts the method's name together for each node anew.
_VISITORS: dict[type[ast.AST], Callable[[Walk, Any], None]] = {
    getattr(ast, name.removeprefix("visit_")): method
    for name, method in vars(Walk).items()
    if name.startswith("visit_")
}


def handler_types(hierarchy: Hierarchy, module: Module, handler: ast.ExceptHandler) -> list[str]:
    """The types that a handler names; a bare one catches BaseException. Unknown names are left out."""
    if handler.type is None:
        return ["BaseException"]
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = names_of(module)
    resolved = []
    for part in parts:
        name = hierarchy.resolve(module, part)
        dotted = names.qualified(part)
        if name or dotted:
            resolved.append(name or canonical(dotted or ""))
    return resolved


def _only_imports(block: Sequence[ast.stmt]) -> bool:
    """Whether a block only imports and says what came of it (`HAS_NUMPY = True`)."""
    values = (ast.Constant, ast.Name, ast.Attribute)
    return all(
        isinstance(s, (ast.Import, ast.ImportFrom))
        or (isinstance(s, ast.Assign) and isinstance(s.value, values))
        for s in block
    )


def _is_lenient(call: ast.Call, fact: Fact) -> bool:
    """Whether the text is made whatever the bytes are: `data.decode(errors="replace")`."""
    if fact.name not in ("str.encode", "bytes.decode"):
        return False
    given = [k.value for k in call.keywords if k.arg == "errors"] or call.args[1:2]
    return any(isinstance(value, ast.Constant) and value.value in _LENIENT for value in given)


def _short(node: ast.AST | None) -> str:
    text = spelled(node) if node is not None else ""
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is_property(definition: Definition) -> bool:
    assert isinstance(definition.node, FUNCTIONS)
    names = {spelled(d).rpartition(".")[2] for d in definition.node.decorator_list}
    return not names.isdisjoint({"property", "cached_property"})


def _is_context_manager(definition: Definition) -> bool:
    names = names_of(definition.module)
    decorators = definition.node.decorator_list
    return any(names.is_any(d, *_CONTEXT_MANAGERS) for d in decorators)
