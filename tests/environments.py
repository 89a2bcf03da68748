"""Virtual environments made of files alone: there is no interpreter in them that could run anything."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Venv:
    """An environment at a folder, with its folder of packages."""

    folder: Path
    version: str = "3.11"

    @property
    def site(self) -> Path:
        return self.folder / "lib" / f"python{self.version}" / "site-packages"

    def make(self) -> Venv:
        self.site.mkdir(parents=True)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/python").write_text("#!/bin/sh\nexit 1\n")
        settings = f"home = /nowhere/bin\ninclude-system-site-packages = false\nversion = {self.version}.4\n"
        (self.folder / "pyvenv.cfg").write_text(settings)
        return self

    def install(
        self,
        name: str,
        version: str,
        files: Mapping[str, str],
        *,
        requires: Sequence[str] = (),
        editable: Path | None = None,
    ) -> Path:
        """What an installer leaves: the files, and a `dist-info` folder that describes them."""
        info = self.site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        record = []
        for path, text in files.items():
            file = self.site / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
            record.append(f"{path},sha256={digest},{len(text)}")
        needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
        if editable:
            url = {"url": editable.as_uri(), "dir_info": {"editable": True}}
            (info / "direct_url.json").write_text(json.dumps(url))
        (info / "RECORD").write_text("\n".join([*record, f"{info.name}/METADATA,,", f"{info.name}/RECORD,,"]))
        return info


def venv(folder: Path, version: str = "3.11") -> Venv:
    return Venv(folder, version).make()
