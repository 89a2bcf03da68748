"""Pull requests on GitHub, by its own command: `gh` knows who the user is, and keeps the token."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codemods.proposals.body import Text, renewed
from codemods.proposals.forges import Forge, Site
from codemods.proposals.model import Proposal, ProposalStatus
from codemods.redaction import redacted
from codemods.repository import clean_environment

_PATIENCE = 120  # seconds for one answer
_FIELDS = "number,url,state,body,headRefName,isCrossRepository"
_SETTINGS = {"GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1", "CLICOLOR_FORCE": "0"}
# They would choose another repository, log what is sent, or answer as to a terminal.
_UNWANTED = frozenset(("GH_REPO", "GH_HOST", "GH_DEBUG", "DEBUG", "GH_FORCE_TTY"))


class HubFailure(Exception):
    """What gh could not do, in one line."""


@dataclass(frozen=True, slots=True)
class Hub:
    """The command `gh`, at work for one repository of a host."""

    program: str
    forge: Forge
    folder: Path

    @property
    def repository(self) -> str:
        return f"{self.forge.host}/{self.forge.path}"

    def propose(self, head: str, base: str, text: Text, draft: bool, again: bool = False) -> Proposal:
        """Open a pull request, or renew the text of the one that is open.

        What somebody closed is opened `again` only when asked.
        """
        link = self.forge.link(base, head)
        try:
            known = self._known(head)
        except HubFailure as failure:
            return Proposal(ProposalStatus.LINK, link, str(failure))
        try:
            for request in known:
                if request["state"] == "OPEN":
                    return self._renew(request, text)
            if known and known[0]["state"] == "CLOSED" and not again:
                reason = "somebody closed it, so it is not opened again; --recreate opens another"
                return Proposal(ProposalStatus.CLOSED, known[0]["url"], reason)
            return Proposal(ProposalStatus.OPENED, self._open(head, base, text, draft))
        except HubFailure as failure:
            return Proposal(ProposalStatus.FAILED, link, str(failure))

    def is_logged_in(self) -> bool:
        """Whether gh knows the host."""
        try:
            self._run("auth", "status", "--hostname", self.forge.host)
        except HubFailure:
            return False
        return True

    def _known(self, head: str) -> list[Mapping[str, Any]]:
        """The pull requests from a branch of this repository, the newest first."""
        answer = self._run(
            *("pr", "list", "--repo", self.repository, "--head", head, "--state", "all"),
            *("--limit", "20", "--json", _FIELDS),
        )
        try:
            requests = json.loads(answer)
            mine = [r for r in requests if r["headRefName"] == head and not r["isCrossRepository"]]
            return sorted(mine, key=lambda request: -int(request["number"]))
        except (ValueError, KeyError, TypeError):
            raise HubFailure("gh answered something else than a list of pull requests: update it") from None

    def _renew(self, request: Mapping[str, Any], text: Text) -> Proposal:
        old = str(request["body"]).replace("\r\n", "\n")
        new = renewed(old, text.body)
        if new is None or new == old:
            return Proposal(ProposalStatus.UNCHANGED, request["url"])
        number = str(int(request["number"]))
        self._run("pr", "edit", number, "--repo", self.repository, "--body-file", "-", feed=new)
        return Proposal(ProposalStatus.UPDATED, request["url"])

    def _open(self, head: str, base: str, text: Text, draft: bool) -> str:
        """The address of a new pull request."""
        answer = self._run(
            *("pr", "create", "--repo", self.repository, "--head", head, "--base", base),
            *("--title", text.title, "--body-file", "-", *(["--draft"] if draft else [])),
            feed=text.body,
        )
        addresses = [word for word in answer.split() if word.startswith(f"https://{self.forge.host}/")]
        if not addresses:
            raise HubFailure("gh did not say where the pull request is: look there")
        return addresses[-1]

    def _run(self, *arguments: str, feed: str = "") -> str:
        environment = {n: v for n, v in clean_environment().items() if n not in _UNWANTED} | _SETTINGS
        try:
            done = subprocess.run(
                [self.program, *arguments],
                input=feed.encode(errors="replace"),
                capture_output=True,
                check=False,
                cwd=self.folder,
                env=environment,
                timeout=_PATIENCE,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HubFailure(f"gh cannot be run ({type(error).__name__})") from None
        if done.returncode:
            raise HubFailure(f"gh: {_complaint(done.stderr)}")
        return done.stdout.decode(errors="replace")


def hub_of(forge: Forge, folder: Path) -> Hub | None:
    """The command for a repository on GitHub, or on another host that gh is logged in to; None without gh."""
    program = shutil.which("gh")
    if program is None or forge.site not in (Site.GITHUB, None) or forge.path.count("/") != 1:
        return None
    hub = Hub(program, replace(forge, site=Site.GITHUB), folder)
    return hub if forge.site is Site.GITHUB or hub.is_logged_in() else None


def _complaint(stderr: bytes) -> str:
    """gh's complaint in one line, without control characters and passwords."""
    words = " ".join(stderr.decode(errors="replace").split())
    return redacted("".join(c for c in words if c.isprintable()))[:300] or "it gave no reason"
