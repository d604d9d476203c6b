"""Between browser and server: a page that nobody made yet is made when it is opened, and tells what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from mimetypes import guess_type
from typing import Any
from urllib.parse import unquote, urlsplit

from mkdocs.livereload import LiveReloadServer

INDEX = "index.md"
LIVE = "/livereload/"


class Answers:
    """Stands before the server's own answers (WSGI).

    opened: told which files are asked for; returns when the file is there, or could never be.
    banner: what is put in the place of `mark`, by path.
    file: what needs no build, by path: a picture that makes its page load again would never be seen.
    """

    def __init__(
        self,
        server: LiveReloadServer,
        opened: Callable[[str, bool], None],
        mark: str,
        banner: Callable[[str], str],
        file: Callable[[str], bytes | None],
    ) -> None:
        self._server, self._opened, self._mark = server, opened, mark.encode()
        self._banner, self._file = banner, file

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = str(environ["PATH_INFO"]).encode("latin-1").decode("utf-8", "replace")
        if asked.startswith(LIVE):
            page = unquote(urlsplit(environ.get("HTTP_REFERER", "")).path)
            if page.startswith(self._server.mount_path):
                self._opened(self._path(page), False)
            return self._server.serve_request(environ, start_response)
        path = self._path(asked)
        if asked.startswith(self._server.mount_path):
            if (content := self._file(path)) is not None:
                kind = guess_type(path)[0] or "application/octet-stream"
                start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(content)))])
                return [content]
            self._opened(path, True)
        return self._told(path, environ, start_response)

    def _path(self, asked: str) -> str:
        """`/glossary/dropout/` → `dropout/index.md`; files keep their name."""
        inside = asked.removeprefix(self._server.mount_path)
        return f"{inside}{INDEX}" if not inside or inside.endswith("/") else inside

    def _told(
        self, path: str, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """The server's own answer, with what is wrong where the page has room for it."""
        begun: list[Any] = []
        body = self._server.serve_request(environ, lambda *said: begun.extend(said))
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        status, headers = begun[:2]
        content = content.replace(self._mark, self._banner(path).encode())
        kept = [(name, value) for name, value in headers if name != "Content-Length"]
        start_response(status, [*kept, ("Content-Length", str(len(content)))])
        return [content]
