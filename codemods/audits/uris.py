"""From the URIs of a SARIF run to paths, as far as they lie in the project."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from sarif_pydantic import ArtifactLocation

from codemods.audits.results import cited, file_path, list_of, mapping_of

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # one letter is a drive
_DEPTH = 10  # of base ids that refer to one another


@dataclass(frozen=True, slots=True)
class Uris:
    """What a run says about where its files are."""

    bases: Mapping[str, ArtifactLocation]
    artifacts: Sequence[ArtifactLocation | None]
    roots: tuple[str, ...]
    """Absolute folders that paths are told from, the outermost first; each ends with `/`."""

    @classmethod
    def of(cls, run: Mapping[str, object]) -> Uris:
        named = mapping_of(run.get("originalUriBaseIds"))
        bases = {name: found for name, each in named.items() if (found := _location(each))}
        artifacts = [_location(mapping_of(each).get("location")) for each in list_of(run.get("artifacts"))]
        invocations = [mapping_of(each) for each in list_of(run.get("invocations"))]
        folders = [*bases.values(), *(_location(each.get("workingDirectory")) for each in invocations)]
        paths = (_folder(cited(each.uri)) for each in folders if each and each.uri)
        roots = {path for path in paths if _is_absolute(path) and len(path) > 1}
        return cls(bases, artifacts, tuple(sorted(roots, key=lambda root: (len(root), root))))

    def path(self, location: ArtifactLocation) -> str:
        """The path of a file: relative where a base says to what, else as it is cited; '' if none is."""
        if not location.uri and location.index is not None and 0 <= location.index < len(self.artifacts):
            location = self.artifacts[location.index] or location
        path = self._resolved(location)
        root = next((root for root in self.roots if path.startswith(root)), "")
        return path[len(root) :]

    def _resolved(self, location: ArtifactLocation) -> str:
        """The URI as a path, behind those of its bases."""
        path, base = _path(location.uri or ""), location.uri_base_id
        for _ in range(_DEPTH):
            above = self.bases.get(base or "")
            if not path or _is_absolute(path) or above is None:
                break
            path, base = _folder(_path(above.uri or "")) + path, above.uri_base_id
        return path


def _path(uri: str) -> str:
    """A URI, decoded; one that is no file's stays whole."""
    if _SCHEME.match(uri) and not uri.lower().startswith("file:"):
        return uri
    return cited(file_path(uri))


def _folder(path: str) -> str:
    return f"{path.rstrip('/')}/" if path else ""


def _is_absolute(path: str) -> bool:
    return path.startswith("/") or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path) is not None


def _location(value: object) -> ArtifactLocation | None:
    try:
        return ArtifactLocation.model_validate(value)
    except ValidationError:
        return None
