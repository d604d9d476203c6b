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

Page = Callable[[str], str]

PATIENCE = 40  # seconds; a change takes about one
COMMANDS = {
    "glossary": ["-m", "generator", "serve", "--runs", "auto", "--address"],
    "mkdocs": ["-m", "mkdocs", "serve", "--dev-addr"],
}

TOLD = "told.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    glossary = lay_out(tmp_path / "glossary", {"templates/own": b"so that the templates are a copy"})
    shutil.copy(REPOSITORY / "mkdocs.yml", glossary)
    return glossary


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., Page]]:
    """Serves the folder; gives the text of any page, which is empty while there is none."""
    servers: list[subprocess.Popen[bytes]] = []

    def serve(command: str, *options: str) -> Page:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        call = [sys.executable, *COMMANDS[command], address, *options]
        with (folder.parent / TOLD).open("wb") as told:
            server = subprocess.Popen(call, cwd=folder, env=environment, stderr=told, start_new_session=True)
        servers.append(server)
        return lambda path: _text(f"http://{address}/glossary/{path}")

    yield serve
    for server in servers:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.fixture(params=COMMANDS)
def page(request: pytest.FixtureRequest, serve: Callable[..., Page]) -> Page:
    return serve(request.param)


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


def _gone(page: Callable[[str], str], path: str, words: str) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if words not in page(path):
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


def test_it_begins_with_a_broken_entry_and_tells_it_on_the_page(
    folder: Path, serve: Callable[..., Page]
) -> None:
    entry = folder / "concepts/dropout.yml"
    right = entry.read_text("utf-8")
    entry.write_text(right + "termm: x\n", "utf-8")
    page = serve("glossary")
    assert _shown(page, "dropout/", "unknown-key")
    assert (folder.parent / TOLD).read_text("utf-8").count("1 error\n") == 1
    assert "concepts/dropout.yml" in page("dropout/")
    assert "by heart" in page("overfitting/")
    entry.write_text(right, "utf-8")
    assert _shown(page, "dropout/", "Switching units off")
    assert "unknown-key" not in page("dropout/")


@pytest.mark.parametrize(
    "broken", ["concepts/_axes.yml", "templates/formats/entry.md.j2", "examples/by_heart.py"]
)
def test_whatever_is_broken_the_page_stays_and_says_so(
    folder: Path, serve: Callable[..., Page], broken: str
) -> None:
    page = serve("glossary", "--only", "dropout")
    assert _shown(page, "dropout/", "Switching units off")
    path = folder / broken
    right = path.read_text("utf-8")
    path.write_text(right + "\n  x: [ {% if }} (\n", "utf-8")
    assert _shown(page, "dropout/", "banner--problem")
    assert broken in page("dropout/")
    assert "Switching units off" in page("dropout/")
    path.write_text(right, "utf-8")
    assert _gone(page, "dropout/", "banner--problem")
    assert "Switching units off" in page("dropout/")


def test_a_page_that_was_not_made_is_made_when_it_is_opened(folder: Path, serve: Callable[..., Page]) -> None:
    page = serve("glossary", "--only", "dropout")
    assert _shown(page, "dropout/", "Switching units off")
    for path in ("examples/by_heart/", "map/", "runs.json", "dropout"):
        assert page(path), path
    _change(folder / "concepts/dropout.yml", "Switching units off", "Leaving units out")
    assert _shown(page, "runs.json", "by_heart")
    assert _shown(page, "glossary/", "Leaving units out")
    assert not page("nowhere/")


def test_only_a_concept_that_there_is(folder: Path) -> None:
    command = [sys.executable, "-m", "generator", "serve", "--only", "dropuot"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    assert told.returncode == 2
    assert 'there is no concept "dropuot"; did you mean dropout?' in told.stderr
