"""Which site a remote is on, told by its address, and where a person opens a proposal there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote, urlencode, urlsplit

# `[user@]host:path`, which is ssh; a single letter before the colon is a drive of Windows.
_SCP = re.compile(r"(?:[^/@:]+@)?(?P<host>\[[^\]]+\]|[^/:@\s]{2,}):(?P<path>[^/].*|/.*)")
# The same sites on the port that firewalls leave open.
_ALIASES = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
    "www.github.com": "github.com",
}
_WEB = ("http", "https")


class Site(StrEnum):
    """The programs that such sites run."""

    GITHUB = "github"
    GITLAB = "gitlab"
    BITBUCKET = "bitbucket"
    GITEA = "gitea"  # Forgejo and Codeberg too


@dataclass(frozen=True, slots=True)
class Forge:
    """A repository on a site; `site` is None where the address does not tell which program it runs."""

    site: Site | None
    host: str
    path: str
    """Owner and name, with groups between them on GitLab."""
    web: str
    """The beginning of its pages' addresses."""

    def link(self, base: str, head: str) -> str | None:
        """Where a person compares two branches and opens a proposal; None where that is not known."""
        page = f"{self.web}/{quote(self.path)}"
        match self.site:
            case Site.GITHUB:
                return f"{page}/compare/{quote(base)}...{quote(head)}?expand=1"
            case Site.GITEA:
                return f"{page}/compare/{quote(base)}...{quote(head)}"
            case Site.GITLAB:
                chosen = {"merge_request[source_branch]": head, "merge_request[target_branch]": base}
                return f"{page}/-/merge_requests/new?{urlencode(chosen)}"
            case Site.BITBUCKET:
                return f"{page}/pull-requests/new?{urlencode({'source': head, 'dest': base})}"
        return None


def forge_of(url: str) -> Forge | None:
    """The repository that a remote's address means; None for a folder. No password gets into the result."""
    if "://" in url:
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
        except ValueError:
            return None
        path = unquote(parts.path)
        if scheme not in (*_WEB, "ssh", "git+ssh", "ssh+git", "git") or not host:
            return None
    elif match := _SCP.fullmatch(url):
        scheme, host, port, path = "ssh", match["host"].lower(), None, match["path"]
    else:
        return None
    path = path.strip("/").removesuffix(".git").rstrip("/")
    if path.count("/") < 1 or not all(part.strip(".") for part in path.split("/")):
        return None
    host = _ALIASES.get(host, host)
    # Only an address of the web tells the port of the pages.
    web = f"{scheme}://{host}{f':{port}' if port else ''}" if scheme in _WEB else f"https://{host}"
    return Forge(_site_of(host), host, path, web)


def _site_of(host: str) -> Site | None:
    """The program that a host runs, by its name: github.com, gitlab.example.org, codeberg.org …"""
    labels = set(host.split("."))
    if "github" in labels or host.endswith(".ghe.com"):
        return Site.GITHUB
    if "gitlab" in labels:
        return Site.GITLAB
    if host == "bitbucket.org":  # what companies run themselves has other addresses
        return Site.BITBUCKET
    if labels & {"codeberg", "gitea", "forgejo"}:
        return Site.GITEA
    return None
