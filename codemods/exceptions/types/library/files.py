"""What opens files and archives gives, by the arguments that say how."""

from __future__ import annotations

import ast

from codemods.exceptions.types.functions.signatures import argument_of
from codemods.exceptions.types.kinds import plain
from codemods.exceptions.types.notation import Value, parse

_ZIPPED_TEXT = "io.TextIOWrapper[zipfile.ZipExtFile]"
# What opens a file, the position of its mode, and the types for text, for bytes and where there is no mode.
OPENERS = {
    "builtins.open": (1, "io.TextIOWrapper", "io.BufferedReader", "io.TextIOWrapper"),
    "io.open": (1, "io.TextIOWrapper", "io.BufferedReader", "io.TextIOWrapper"),
    "pathlib.Path.open": (0, "io.TextIOWrapper", "io.BufferedReader", "io.TextIOWrapper"),
    "zipfile.Path.open": (0, _ZIPPED_TEXT, "zipfile.ZipExtFile", _ZIPPED_TEXT),
    **{
        f"{module}.open": (1, f"{module}.TextFile", f"{module}.{binary}", f"{module}.{binary}")
        for module, binary in (("gzip", "GzipFile"), ("bz2", "BZ2File"), ("lzma", "LZMAFile"))
    },
}


def of_file(call: ast.Call, opener: str) -> Value:
    """The kind of file that one of the OPENERS gives, by the mode."""
    mode_at, text, binary, without = OPENERS[opener]
    modes = [k.value for k in call.keywords if k.arg == "mode"] or call.args[mode_at : mode_at + 1]
    match modes:
        case []:
            return parse(without)
        case [ast.Constant(value=str(mode))]:
            return parse(binary if "b" in mode else text if "t" in mode else without)
    return parse(text) | parse(binary)


def of_archive(call: ast.Call) -> Value:
    """The kind of archive that `zipfile.ZipFile` gives: one that must stay small, if the call says so."""
    match argument_of(call, 3, "allowZip64"):
        case ast.Constant(value=False | None | 0):
            return plain("zipfile.SmallZipFile")
    return plain("zipfile.ZipFile")
