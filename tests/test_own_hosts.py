"""The preview answers only to its own host names, and a malformed request never causes an error."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from watchdog.observers.api import EventQueue, ObservedWatch

from executable_glossary.mkdocs_plugin.lasting_watch import LastingEmitter
from executable_glossary.mkdocs_plugin.own_hosts import is_own_host
from executable_glossary.mkdocs_plugin.page_requests import PageRequests
from executable_glossary.mkdocs_plugin.preview_session import _on_one_line


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "127.0.0.1", "[::1]:8000", "192.168.0.7:80", "localhost:8000", "LOCALHOST", "a.localhost", "localhost.:1", "desk.example.org:8000"],
)  # fmt: skip
def test_own_names(host: str) -> None:
    assert is_own_host(host, ["Desk.example.org"])


@pytest.mark.parametrize(
    "host",
    ["attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example", "attacker.example:8000", "notlocalhost", "", "[", "[::1", "127.0.0.1@attacker.example", "example.org", "\x00", "a b", "127.0.0.1/evil.com", "evil.com:80@127.0.0.1", "127.0.0.1:8000:evil.com", "127.0.0.1#a"],
)  # fmt: skip
def test_other_names(host: str) -> None:
    assert not is_own_host(host, ["desk.example.org"])


class Server:
    """Stands for MkDocs' server, and answers every request."""

    mount_path = "/glossary/"
    url = "http://127.0.0.1:8000/glossary/"

    def serve_request(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"a page"]


def answer(**environ: str) -> tuple[str, bytes]:
    opened: list[str] = []
    requests = PageRequests(
        Server(),  # type: ignore[arg-type]
        lambda path, wait: opened.append(path),
        "mark",
        lambda path: "",
        lambda path: None,
    )
    status: list[str] = []
    body = requests(
        {"PATH_INFO": "/glossary/", "HTTP_HOST": "127.0.0.1:8000", **environ},
        lambda code, headers: status.append(code),
    )
    return status[0], b"".join(body)


def test_a_request_for_another_host_is_refused_and_says_how_to_allow_it() -> None:
    status, body = answer(HTTP_HOST="attacker.example")
    assert status == "403 Forbidden"
    assert b"--allow-host" in body
    assert b"a page" not in body


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({}, "200 OK"),
        ({"PATH_INFO": "/glossary/\x00"}, "404 Not Found"),
        ({"PATH_INFO": "/livereload/1/1", "HTTP_REFERER": "http://[broken"}, "200 OK"),
        ({"PATH_INFO": "/glossary/\xff\xfe"}, "404 Not Found"),
        ({"PATH_INFO": f"/livereload/{'1' * 5000}/1"}, "404 Not Found"),
        ({"REQUEST_METHOD": "POST"}, "405 Method Not Allowed"),
        ({"REQUEST_METHOD": "FOO"}, "405 Method Not Allowed"),
        ({"HTTP_HOST": ""}, "403 Forbidden"),
    ],
)
def test_a_malformed_request_is_answered(environ: dict[str, str], status: str) -> None:
    assert answer(**environ)[0] == status


def test_a_response_to_head_has_no_body() -> None:
    assert answer(REQUEST_METHOD="HEAD") == ("200 OK", b"")


def test_a_path_is_watched_again_after_it_was_moved_away(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_text("a")
    queue = EventQueue()
    emitter = LastingEmitter(queue, ObservedWatch(str(tmp_path / "docs"), recursive=True), timeout=0)
    emitter.on_thread_start()
    for source, target in (("docs", "other"), ("other", "docs")):
        (tmp_path / source).rename(tmp_path / target)
        emitter.queue_events(0)
        assert emitter.should_keep_running()
        assert not queue.empty()
        while not queue.empty():
            queue.get()
    (tmp_path / "docs/a.md").write_text("an edit")
    emitter.queue_events(0)
    assert queue.get()[0].src_path == str(tmp_path / "docs/a.md")


def test_requests_are_logged_on_one_line() -> None:
    record = logging.LogRecord("a", logging.WARNING, "", 0, "%s code 404", ("GET /\x1b[2J\n",), None)
    assert _on_one_line(record)
    assert record.getMessage() == "GET /␛[2J␊ code 404"
