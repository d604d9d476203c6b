"""Serves a built site as in production: compressed, and with the headers in its `_headers` file."""

from __future__ import annotations

import gzip
import sys
import time
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# Simulates a slow connection for requests with this header: the page arrives in pieces, and other files arrive late.
SLOWLY = "X-Slowly"
PIECES, PAUSE, LATE = 8, 0.08, 0.4  # seconds; long enough for a browser to paint between pieces
COMPRESSED = ("text/", "application/javascript", "application/json", "application/xml", "image/svg+xml")


def serve(top: Path, sub_path: str) -> ThreadingHTTPServer:
    """Returns a server for the folder `top` on a free port, with the site in `top/sub_path`. The caller starts
    it."""
    return _Server(("127.0.0.1", 0), partial(_Served, site=top / sub_path, directory=str(top)))


def headers_of(site: Path) -> dict[str, str]:
    """Reads the headers that `_headers` sets for all pages: indented lines of the form `name: value`."""
    lines = (site / "_headers").read_text("utf-8").splitlines()
    named = (line.strip().split(": ", 1) for line in lines if line.startswith("  "))
    return dict(named)


@lru_cache(maxsize=512)
def compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes a window also closes its connections, which is not an error."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Served(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, site: Path, **options: Any) -> None:
        self._site = site
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir() and urlsplit(self.path).path.endswith("/"):
            path /= "index.html"
        if path.is_dir():
            super().do_GET()
        elif path.is_file():
            self._send(200, path)
        else:
            self._send(404, self._site / "404.html")

    def _send(self, status: int, path: Path) -> None:
        kind = self.guess_type(path)
        accepted = "gzip" in self.headers.get("Accept-Encoding", "") and SLOWLY not in self.headers
        squeezed = kind.startswith(COMPRESSED) and accepted
        body = compressed(path) if squeezed else path.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", kind + ("; charset=utf-8" if kind.startswith("text/") else ""))
        self.send_header("Content-Length", str(len(body)))
        if squeezed:
            self.send_header("Content-Encoding", "gzip")
        for name, value in headers_of(self._site).items():
            self.send_header(name, value)
        self.end_headers()
        if SLOWLY in self.headers:
            self._write_slowly(body, path.suffix)
        else:
            self.wfile.write(body)

    def _write_slowly(self, body: bytes, suffix: str) -> None:
        """Styles are sent immediately, as if cached, because a browser paints nothing without them."""
        if suffix in (".js", ".woff2"):
            time.sleep(LATE)
        size = len(body) // PIECES + 1 if suffix == ".html" else len(body)
        for start in range(0, len(body), max(size, 1)):
            self.wfile.write(body[start : start + size])
            time.sleep(PAUSE if suffix == ".html" else 0)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
