"""`glossary serve` and `mkdocs serve` show a change of an entry, a template or an example, and survive a mistake."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from glossaries import REPOSITORY, lay_out

PATIENCE = 40  # seconds; a change takes about one
COMMANDS = {
    "glossary": ["-m", "generator", "serve", "--runs", "auto", "--address"],
    "mkdocs": ["-m", "mkdocs", "serve", "--dev-addr"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    glossary = lay_out(tmp_path / "glossary", {"templates/own": b"so that the templates are a copy"})
    shutil.copy(REPOSITORY / "mkdocs.yml", glossary)
    return glossary


@pytest.fixture(params=COMMANDS)
def page(request: pytest.FixtureRequest, folder: Path) -> Iterator[Callable[[str], str]]:
    """The text of a page of the site that is being served; empty while there is none."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, *COMMANDS[request.param], address]
    server = subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    yield lambda path: _text(f"http://{address}/glossary/{path}")
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _text(url: str) -> str:
    try:
        with urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except (URLError, ConnectionError, TimeoutError):
        return ""


def _shown(page: Callable[[str], str], path: str, words: str) -> bool:
    """Whether the words are there soon."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if words in page(path):
            return True
        time.sleep(0.2)
    return False


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_every_change_is_shown_and_a_mistake_too(folder: Path, page: Callable[[str], str]) -> None:
    entry = folder / "concepts/dropout.yml"
    right = entry.read_text("utf-8")
    assert _shown(page, "dropout/", "<h1")

    _change(entry, "term: Dropout", "term: Dropping out")
    assert _shown(page, "dropout/", "<title>Dropping out")

    entry.write_text(right + "termm: x\n", "utf-8")
    assert _shown(page, "dropout/", "unknown-key")
    assert "This is the last good page" in page("dropout/")

    entry.write_text(right, "utf-8")
    _change(folder / "templates/indexes/examples.md.j2", "# Examples", "# What ran")
    assert _shown(page, "examples/", "What ran")
    assert "unknown-key" not in page("dropout/")

    example = folder / "examples/by_heart.py"
    example.write_text(example.read_text("utf-8") + '\n# %% One more thing\nprint("seen at once")\n', "utf-8")
    assert _shown(page, "examples/by_heart/", "One more thing")
