"""Handles requests to the preview server: a page that has not been built yet is built when a browser opens it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Collection, Iterable
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mkdocs.livereload import LiveReloadServer

from executable_glossary.mkdocs_plugin.own_hosts import is_own_host

INDEX = "index.md"
LIVE = "/livereload/"
# Python refuses to convert much longer numbers.
_LIVE = re.compile(r"/livereload/(?:[0-9]{1,20}/[0-9]{1,20}\Z)?")
# MkDocs' script in an open page polls for changes about once a minute.
STAYS_OPEN = 90.0  # seconds
# A reader who opens a page that cannot be built waits this long for a response.
PATIENCE = 120.0  # seconds


LONGEST_HOST = 100  # characters shown
_OTHER_HOST = (
    "This preview answers only to its own host names, and {host!r} is not one of them. If you want to open it under "
    "this name, start it with the option --allow-host, followed by the name.\n"
)


class OpenPages:
    """The files that browsers have open or are waiting for, keyed by path. MkDocs watches the file `trigger`,
    and any change to it starts a build."""

    def __init__(self, trigger: Path) -> None:
        self._trigger, self._triggered = trigger, 0
        self._opened_at: dict[str, float] = {}
        self._built: frozenset[str] = frozenset()
        self._failures = 0
        self._changed = threading.Condition()

    def add(self, path: str) -> None:
        with self._changed:
            self._opened_at[path] = time.monotonic()

    def paths(self) -> frozenset[str]:
        """The files that a build must produce."""
        with self._changed:
            oldest = time.monotonic() - STAYS_OPEN
            self._opened_at = {path: at for path, at in self._opened_at.items() if at > oldest}
            return frozenset(self._opened_at)

    def set_built(self, paths: Iterable[str]) -> None:
        """Record that a build has produced exactly these files."""
        with self._changed:
            self._built = frozenset(paths)
            self._changed.notify_all()

    def set_failed(self) -> None:
        """Record that a build has failed, so that no request waits for its pages."""
        with self._changed:
            self._failures += 1
            self._changed.notify_all()

    def wait_for(self, path: str) -> None:
        """Start a build if the file has not been built; return when it has been built, or after PATIENCE seconds."""
        with self._changed:
            if path not in self._built:
                self._start_build()
                failures = self._failures
                self._changed.wait_for(lambda: path in self._built or self._failures > failures, PATIENCE)

    def _start_build(self) -> None:
        """Change the trigger file's size, because its modification time may be too coarse to differ."""
        self._triggered += 1
        self._trigger.write_text("." * self._triggered, "utf-8")


class PageRequests:
    """The WSGI application in front of MkDocs' server.

    open: called with the path to a requested file and whether to wait until it is built.
    banner: returns the HTML that replaces `mark` in the page at a given path.
    file: returns the content of a file that needs no build, such as a picture. A build would reload the page that
        shows the picture.
    hosts: additional host names to accept in requests; see `own_hosts`.
    """

    def __init__(
        self,
        server: LiveReloadServer,
        open: Callable[[str, bool], None],
        mark: str,
        banner: Callable[[str], str],
        file: Callable[[str], bytes | None],
        hosts: Collection[str] = (),
    ) -> None:
        self._server, self._open, self._mark = server, open, mark.encode()
        self._banner, self._file = banner, file
        self._hosts = (urlsplit(server.url).hostname or "", *hosts)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        address = str(environ["PATH_INFO"]).encode("latin-1").decode("utf-8", "replace")
        # Only the first version of HTTP allows a request without a host.
        unnamed = "" if environ.get("SERVER_PROTOCOL") == "HTTP/1.1" else "localhost"
        if not is_own_host(host := environ.get("HTTP_HOST", unnamed), self._hosts):
            return _refuse(start_response, "403 Forbidden", _OTHER_HOST.format(host=host[:LONGEST_HOST]))
        if (method := environ.get("REQUEST_METHOD", "GET")) not in ("GET", "HEAD"):
            return _refuse(start_response, "405 Method Not Allowed", "Only GET and HEAD are answered.\n")
        if "\0" in address or "\ufffd" in address or (_LIVE.match(address) and not _LIVE.fullmatch(address)):
            return _refuse(start_response, "404 Not Found", "There is no such page.\n")
        content = self._answer(address, environ, start_response)
        return content if method == "GET" else _without_body(content)

    def _answer(
        self, address: str, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if address.startswith(LIVE):
            page = _page(environ.get("HTTP_REFERER", ""))
            if page.startswith(self._server.mount_path):
                self._open(self._path(page), False)
            return self._server.serve_request(environ, start_response)
        path = self._path(address)
        if address.startswith(self._server.mount_path):
            if (content := self._file(path)) is not None:
                media_type = guess_type(path)[0] or "application/octet-stream"
                start_response(
                    "200 OK", [("Content-Type", media_type), ("Content-Length", str(len(content)))]
                )
                return [content]
            self._open(path, True)
        return self._with_banner(path, environ, start_response)

    def _path(self, address: str) -> str:
        """`/glossary/dropout/` → `dropout/index.md`; files keep their names."""
        path = address.removeprefix(self._server.mount_path)
        return f"{path}{INDEX}" if not path or path.endswith("/") else path

    def _with_banner(
        self, path: str, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """MkDocs' response, with the banner in the page."""
        response: list[Any] = []
        body = self._server.serve_request(environ, lambda *arguments: response.extend(arguments))
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        status, headers = response[:2]
        content = content.replace(self._mark, self._banner(path).encode())
        others = [(name, value) for name, value in headers if name != "Content-Length"]
        start_response(status, [*others, ("Content-Length", str(len(content)))])
        return [content]


def _without_body(content: Iterable[bytes]) -> Iterable[bytes]:
    """The body of the response to HEAD, which has only headers."""
    if hasattr(content, "close"):
        content.close()
    return []


def _page(referer: str) -> str:
    """The path of the page that sent a request; empty if the header is malformed."""
    try:
        return unquote(urlsplit(referer).path)
    except ValueError:
        return ""


def _refuse(start_response: Callable[..., Any], status: str, text: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [text.encode("utf-8", "replace")]
