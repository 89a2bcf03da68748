"""The variable that names a temporary file: where it is used, and the variables that are made of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from codemods.module import FUNCTIONS, Function, Module
from codemods.names import names_of
from codemods.remedies.fixed_temp_path.derived import carried, is_beside, is_text
from codemods.remedies.fixed_temp_path.operations import Operation, operation
from codemods.remedies.fixed_temp_path.paths import Assignment, Refused


def local_name(module: Module, assignment: Assignment) -> ast.Name:
    """The variable that gets the path, if it is one of a function and gets nothing else."""
    targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
    target, scope = targets[0], names_of(module).scope(assignment)
    if len(targets) > 1 or not isinstance(target, ast.Name):
        raise Refused("it is stored beyond this function: make the directory where its owner is made")
    if not isinstance(scope, FUNCTIONS):
        kind = "an attribute of the class" if isinstance(scope, ast.ClassDef) else "a constant of the module"
        raise Refused(
            f"it is {kind}, so every process shares it: make a directory where `{target.id}` is used"
        )
    bindings = names_of(module).bindings_in(scope).get(target.id, [])
    if not bindings:
        raise Refused(f"`{target.id}` is a global name: make the directory where its owner is made")
    if [b.node for b in bindings] != [target]:
        raise Refused(f"`{target.id}` gets its value in several places: give this path a name of its own")
    return target


def uses_of(module: Module, name: ast.Name, own: bool = True) -> Iterator[tuple[ast.Name, bool]]:
    """Every use of the variable, and of the variables that are made of it; second, whether it is the path
    itself and not one made of it. Raises Refused for closures."""
    names = names_of(module)
    (binding,) = names.bindings(name)
    for use in names.uses(binding):
        if use is name:
            continue
        if _owner(module, use) is not binding.scope:
            raise Refused(f"a nested function or generator uses `{name.id}`, perhaps after the file is gone")
        yield use, own
        whole = carried(module, use)
        if alias := _alias(module, whole):
            yield from uses_of(module, alias, own and not is_beside(module, whole, {name.id}))


def _alias(module: Module, path: ast.expr) -> ast.Name | None:
    """The variable that gets this path or text, when it gets nothing else."""
    above = module.parent(path)
    if not isinstance(above, (ast.Assign, ast.AnnAssign)) or above.value is not path or is_text(path):
        return None
    target = above.targets[0] if isinstance(above, ast.Assign) else above.target
    if not isinstance(target, ast.Name) or len(names_of(module).bindings(target)) != 1:
        return None
    return target if module.function(target) else None


def _owner(module: Module, node: ast.AST) -> Function | None:
    """The function whose local names the node sees; None in a class, a module, a lambda or a generator."""
    names = names_of(module)
    scope = names.scope(node)
    while isinstance(scope, (ast.ListComp, ast.SetComp, ast.DictComp)):
        scope = names.scope(scope)
    return scope if isinstance(scope, FUNCTIONS) else None


def operations_of(module: Module, uses: Iterable[ast.Name]) -> list[Operation]:
    """What is done to the file, in the order of the text."""
    wholes = (carried(module, use) for use in uses)
    done = (operation(module, whole) for whole in wholes if not _alias(module, whole))
    return sorted((o for o in done if o and not _on_its_directory(o)), key=lambda o: module.start(o.call))


def _on_its_directory(done: Operation) -> bool:
    return bool(re.search(r"\bdirname\([^()]*\)\Z|\.parent\Z", ast.unparse(done.path)))
