"""What names of hosts and addresses raise that may not be valid ones."""

from __future__ import annotations

import ast

from codemods.exceptions.answer import RARE
from codemods.exceptions.fact import Fact
from codemods.exceptions.raising.sure.written import is_written
from codemods.exceptions.raising.walk import Walk, type_names
from codemods.exceptions.types.functions.signatures import argument_of
from codemods.names import names_of
from codemods.nodes import spelled

_RESOLVING = {f"socket.{name}" for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")}
_RESOLVING |= {"socket.gethostbyaddr", "socket.getfqdn", "socket.create_connection"}
_CONNECTING = {f"socket.socket.{name}" for name in ("connect", "connect_ex", "bind")}
_KNOWN_SCHEMES = ("http://", "https://", "ftp://", "file://")
_OWN_NAME = ("socket.gethostname", "socket.getfqdn", "platform.node")


def hosts(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note what a host or an address raises that is not written out."""
    if fact.name in _RESOLVING | _CONNECTING:
        _host(walk, call, fact)
    url = argument_of(call, 0, "url") if fact.name == "urllib.request.urlopen" else None
    if url and not _is_plain_url(walk, url):
        reason = f"`{fact.name}`: the address `{spelled(url)}` may not be a valid one: {fact.source}"
        walk.found.add("ValueError", reason)


def _host(walk: Walk, call: ast.Call, fact: Fact) -> None:
    """Note that a name may not be one that a host can have: `a..b`, or one with a null character."""
    host = argument_of(call, 0, "host") or argument_of(call, None, "address")
    if isinstance(host, ast.Tuple) and host.elts:
        host = host.elts[0]
    if host and not is_written(walk, host) and not _is_own_name(walk, host):
        reason = f"`{fact.name}`: the name `{spelled(host)}` may not be one of a host: {fact.source}"
        if fact.name in _RESOLVING:
            walk.found.add("UnicodeError", reason)
        else:  # these look at the name themselves
            walk.found.add("TypeError", reason, RARE)


def _is_plain_url(walk: Walk, url: ast.expr) -> bool:
    """Whether an address is written out, but for numbers, or was looked at when a request was made of it."""
    match url:
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *rest]):
            given = [part.value for part in rest if isinstance(part, ast.FormattedValue)]
            numbers = all(type_names(walk, value) in ({"int"}, {"bool"}) for value in given)
            return numbers and start.startswith(_KNOWN_SCHEMES)
    kinds = type_names(walk, url)
    return kinds == {"urllib.request.Request"} or is_written(walk, url)


def _is_own_name(walk: Walk, host: ast.expr) -> bool:
    """Whether the host is the one that it runs on."""
    return isinstance(host, ast.Call) and names_of(walk.module).is_any(host.func, *_OWN_NAME)
