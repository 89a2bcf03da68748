"""Which functions are where a program begins: those may end the process."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from codemods.layout import is_test
from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.project import Definition, Project, Reference
from codemods.supported import PACKAGING_FILES

_PROGRAMS = {"__main__.py", "manage.py", "noxfile.py", "setup.py"}
_MAIN_NAMES = {"main", "_main", "amain", "async_main", "cli", "cli_main", "main_cli", "run_cli"}
_MAIN_NAMES |= {"entrypoint", "entry_point"}

# Decorators by their last name: @click.command(), @app.command, @cli.group(), @hydra.main().
_COMMAND_DECORATORS = {"callback", "command", "group", "main", "result_callback"}

# Who is handed a function to call when the program starts, or when it has to end.
_REGISTRARS = {"absl.app.run", "atexit.register", "fire.Fire", "plac.call", "signal.signal", "typer.run"}
_REGISTRARS |= {"gevent.signal", "gevent.signal_handler"}
_REGISTRAR_METHODS = {"add_command", "add_option", "add_signal_handler", "set_defaults"}

# One of these words stands in a file that does so, or what it calls is called: `app.command()(function)`.
_HANDING_ON = {name.partition(".")[0] for name in _REGISTRARS} | _REGISTRAR_METHODS | {"excepthook"}
_CALL_CALLED = re.compile(rb"\)\s*\(")

# Methods that a base class of this name ending calls as the program, or as its way out.
_COMMAND_METHODS = {
    "Command": {"execute", "handle", "run", "take_action"},
    "Action": {"__call__"},
    "ArgumentParser": {"error", "exit"},
    "Cmd": {"do_EOF", "do_exit", "do_quit"},
}


def is_entry_point(project: Project, definition: Definition) -> bool:
    """Whether a program begins in the function, or Python hands it a signal or an option's value."""
    module, function = definition.module, definition.node
    pure = PurePosixPath(module.path)
    if pure.name in _PROGRAMS or not pure.stem.isidentifier() or is_test(module.path):
        return True
    above = module.scope(function)
    if above is module.tree and function.name in _MAIN_NAMES:
        return True
    if isinstance(above, ast.ClassDef) and _is_command_method(above, function.name):
        return True
    if any(_last_name(d) in _COMMAND_DECORATORS for d in function.decorator_list):
        return True
    if isinstance(function, FUNCTIONS) and _takes_signal(function):
        return True
    if function.name.startswith("__"):
        return False  # called by Python, and mentioned everywhere
    if _is_console_script(project, definition):
        return True

    paths = {module.path} | project.derive(_handing_on)
    references, _ = project.references(definition, tests=False, where=lambda path, _: path in paths)
    return any(_starts(module, reference) for reference in references)


def runs_at_import(project: Project, module: Module, statement: ast.stmt) -> bool:
    """Whether code outside of functions runs when its file is imported: the file of a package, no program."""
    pure = PurePosixPath(module.path)
    guards = (above.test for above in module.ancestors(statement) if isinstance(above, ast.If))
    if pure.name in _PROGRAMS or any("__name__" in ast.unparse(test) for test in guards):
        return False
    return project.is_package(str(pure.parent))


def _takes_signal(function: Function) -> bool:
    """Whether its parameters are those of a signal handler, whoever installs it: `signum, frame`."""
    names = [argument.arg.strip("_") for argument in (*function.args.posonlyargs, *function.args.args)]
    match names[1:] if names[:1] in (["self"], ["cls"]) else names:
        case [number, "frame" | "stack" | "stack_frame" | "stackframe"]:
            return number.startswith("sig")
    return False


def _handing_on(project: Project) -> frozenset[str]:
    """The files that may make a function of another one an entry point, by the words in them."""
    paths = {path for word in _HANDING_ON for path in project.paths_mentioning(word)}
    modules = {path for word in _COMMAND_DECORATORS for path in project.paths_mentioning(word)} - paths
    return frozenset(paths.union(path for path in modules if _CALL_CALLED.search(project.read(path))))


def _starts(home: Module, reference: Reference) -> bool:
    """Whether this use makes a function an entry point."""
    module, node = reference.module, reference.node
    if reference.call:
        return module is home and reference.certain and module.scope(node) is module.tree
    parent = module.parent(node)
    holder = module.parent(parent) if isinstance(parent, ast.keyword) else parent
    if isinstance(holder, ast.Call) and holder.func is not node:
        known = names_of(module).qualified(holder.func) in _REGISTRARS
        return known or _last_name(holder.func) in _REGISTRAR_METHODS or _is_command(holder.func)
    return isinstance(parent, ast.Assign) and any(_last_name(t) == "excepthook" for t in parent.targets)


def _is_command(expression: ast.expr) -> bool:
    """`app.command()`, called with the function instead of written above it."""
    return isinstance(expression, ast.Call) and _last_name(expression) in _COMMAND_DECORATORS


def _is_command_method(owner: ast.ClassDef, name: str) -> bool:
    bases = [_last_name(base) for base in owner.bases]
    return any(
        name in methods and b.endswith(end) for end, methods in _COMMAND_METHODS.items() for b in bases
    )


def _is_console_script(project: Project, definition: Definition) -> bool:
    """Whether packaging files above it name it as `package.module:function`."""
    name = definition.node.name
    pattern = re.compile(rf"([\w.]+)\s*:\s*{re.escape(name)}\b")
    for path, data in project.around(definition.module.path, PACKAGING_FILES):
        text = data.decode("utf-8", "replace") if name.encode() in data else ""
        for match in pattern.finditer(text):
            found = project.find(f"{match[1]}.{name}", path)
            if found and found.node is definition.node:
                return True
    return False


def _last_name(expression: ast.expr) -> str:
    """`command` of `@app.command(name="x")`; '' for what is no name."""
    if isinstance(expression, ast.Call):
        expression = expression.func
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""
