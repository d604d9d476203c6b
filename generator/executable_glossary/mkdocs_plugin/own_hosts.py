"""Decides which host names the preview answers to.

A page on the web can give its own name the address 127.0.0.1 (DNS rebinding) and could then read drafts through the
reader's browser. Its requests carry that name as their host.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from contextlib import suppress

# A name or an IPv4 address, or an IPv6 address in brackets, with an optional port.
_HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^\s:/@?#\\\[\]]+))(?::\d{1,5})?")


def is_own_host(header: str, names: Collection[str]) -> bool:
    """Whether a request's `Host` header names this server: an IP address, localhost, this machine, or one of `names`."""
    if not (written := _HOST.fullmatch(header)):
        return False
    host = (written["address"] or written["name"]).lower()
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return True
    own = {"localhost", socket.gethostname().lower(), *(name.lower() for name in names)}
    return host.removesuffix(".") in own or host.endswith(".localhost")
