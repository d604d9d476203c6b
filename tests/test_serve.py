"""`glossary serve` and `mkdocs serve` show changes to entries, templates, and examples and survive mistakes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from glossaries import change, own_glossary_without_manual
from patience import eventually
from served import MKDOCS, served, text_of

Page = Callable[[str], str]

COMMANDS = {"glossary": ("executable_glossary", "serve", "--runs", "auto", "--address"), "mkdocs": MKDOCS}

TOLD = "told.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return own_glossary_without_manual(tmp_path / "glossary")


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., Page]]:
    """Serves the folder, and returns a function for the text of any page, which is empty until the page exists."""
    with ExitStack() as open_ones:

        def serve(command: str, *options: str) -> Page:
            log = open_ones.enter_context((folder.parent / TOLD).open("wb"))
            url = open_ones.enter_context(served(folder, *options, command=COMMANDS[command], stderr=log))
            return lambda path: text_of(url + path)

        yield serve


@pytest.fixture(params=COMMANDS)
def page(request: pytest.FixtureRequest, serve: Callable[..., Page]) -> Page:
    return serve(request.param)


def _shown(page: Page, path: str, words: str) -> bool:
    """Whether the page shows the words before the timeout."""
    return eventually(lambda: words in page(path), every=0.2)


def _gone(page: Page, path: str, words: str) -> bool:
    return eventually(lambda: words not in page(path), every=0.2)


def test_every_change_is_shown_including_a_mistake(folder: Path, page: Page) -> None:
    entry = folder / "concepts/dropout.yml"
    right = entry.read_text("utf-8")
    assert _shown(page, "dropout/", "<h1")

    change(entry, "term: Dropout", "term: Dropping out")
    assert _shown(page, "dropout/", "<title>Dropping out")

    entry.write_text(right + "termm: x\n", "utf-8")
    assert _shown(page, "dropout/", "unknown-key")
    assert "This is the last good version" in page("dropout/")

    entry.write_text(right, "utf-8")
    change(
        folder / "templates/indexes/examples.md.j2", 'else words("examples.title") }}', "else 'What ran' }}"
    )
    assert _shown(page, "examples/", "What ran")
    assert "unknown-key" not in page("dropout/")

    # A broken mkdocs.yml, and one that is replaced, as many editors save a file.
    settings = (folder / "mkdocs.yml").read_text("utf-8")
    (folder / "mkdocs.yml").write_text(settings + "plugins: [\n", "utf-8")
    assert _shown(page, "dropout/", "this is not valid YAML")
    (folder / "mkdocs.yml").unlink()
    assert _shown(page, "dropout/", "there is no mkdocs.yml anymore")
    (folder / "mkdocs.yml").write_text(settings, "utf-8")
    assert _gone(page, "dropout/", "there is no mkdocs.yml anymore")

    example = folder / "examples/by_heart.py"
    example.write_text(example.read_text("utf-8") + '\n# %% One more thing\nprint("seen at once")\n', "utf-8")
    assert _shown(page, "examples/by_heart/", "One more thing")


def test_it_starts_with_a_broken_entry_and_shows_the_problem_on_the_page(
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


def test_any_mistake_keeps_the_page_and_is_reported_on_it(folder: Path, serve: Callable[..., Page]) -> None:
    page = serve("glossary", "--only", "dropout")
    assert _shown(page, "dropout/", "Switching units off")
    for broken in ("concepts/_axes.yml", "templates/formats/entry.md.j2", "examples/by_heart.py"):
        path = folder / broken
        right = path.read_text("utf-8")
        path.write_text(right + "\n  x: [ {% if }} (\n", "utf-8")
        assert _shown(page, "dropout/", "banner--problem"), broken
        assert broken in page("dropout/")
        assert "Switching units off" in page("dropout/")
        path.write_text(right, "utf-8")
        assert _gone(page, "dropout/", "banner--problem"), broken
        assert "Switching units off" in page("dropout/")


def test_a_page_is_built_when_it_is_opened(folder: Path, serve: Callable[..., Page]) -> None:
    page = serve("glossary", "--only", "dropout")
    assert _shown(page, "dropout/", "Switching units off")
    for path in ("examples/by_heart/", "map/", "runs.json", "dropout"):
        assert page(path), path
    change(folder / "concepts/dropout.yml", "Switching units off", "Leaving units out")
    assert _shown(page, "runs.json", "by_heart")
    assert _shown(page, "glossary/", "Leaving units out")
    assert not page("nowhere/")


def test_only_existing_concepts_can_be_given(folder: Path) -> None:
    command = [sys.executable, "-m", "executable_glossary", "serve", "--only", "dropuot"]
    process = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert process.returncode == 2
    assert 'there is no concept "dropuot"; did you mean dropout?' in process.stderr
