"""A file that is called like a package which it imports: `import redis` in `cache/redis.py`."""

from __future__ import annotations

import ast

from codemods.module import FUNCTIONS, Module
from codemods.nodes import spelled


def imports_namesake(module: Module, package: str) -> bool:
    """Whether a file of that name imports the package, and not itself."""
    is_first = module.path in (f"{package}.py", f"src/{package}.py")  # where imports start
    imports: list[ast.Import | ast.ImportFrom] = module.nodes(ast.Import, ast.ImportFrom)
    return any(_names(one, package) and not _may_mean_itself(module, one, is_first) for one in imports)


def _names(statement: ast.Import | ast.ImportFrom, package: str) -> bool:
    """Whether what is imported is a package, or in it."""
    if isinstance(statement, ast.ImportFrom):
        named = [] if statement.level else [statement.module or ""]
    else:
        named = [alias.name for alias in statement.names]
    return any(name.partition(".")[0] == package for name in named)


def _may_mean_itself(module: Module, statement: ast.stmt, is_first: bool) -> bool:
    """Whether a file may import itself there: when it runs as a program, or is there to be imported."""
    for above in module.ancestors(statement):
        if isinstance(above, FUNCTIONS):
            return is_first
        if isinstance(above, ast.If) and "__name__" in spelled(above.test):
            return True
    return False
