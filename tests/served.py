"""Serves a glossary with `glossary serve` or a similar command, for tests that read it over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

# Each command ends with the option that takes the address.
GLOSSARY = ("executable_glossary", "serve", "--runs", "frozen", "--address")
MKDOCS = ("mkdocs", "serve", "--dev-addr")


@contextmanager
def served(
    folder: Path,
    *options: str,
    program: Sequence[str] = (sys.executable, "-m"),
    command: Sequence[str] = GLOSSARY,
    stderr: int | IO[bytes] = subprocess.DEVNULL,
) -> Iterator[str]:
    """Yields the URL, which ends with a slash; the server may not be ready yet. `stderr` receives the command's
    messages."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [*program, *command, address, *options],
        cwd=folder,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        stderr=stderr,
        start_new_session=True,
    )
    try:
        yield f"http://{address}/glossary/"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def text_of(url: str) -> str:
    """The page's text, or an empty string if the server does not answer."""
    try:
        with urlopen(url, timeout=180) as answer:
            return str(answer.read().decode())
    except (URLError, ConnectionError, TimeoutError):
        return ""
