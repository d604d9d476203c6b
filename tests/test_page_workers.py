"""Pages that several processes build are those that one process builds, and what is reported about them is the same."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.structure.pages import Page

from executable_glossary.adapters.machine import Machine
from executable_glossary.mkdocs_plugin import page_reuse, page_workers
from executable_glossary.model.project import Project, ProjectSettings
from glossaries import own_glossary_without_manual, site_built_here

Build = Callable[[int], dict[str, bytes]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return own_glossary_without_manual(tmp_path / "glossary")


@pytest.fixture
def built(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds the site without stored pages in a number of processes, and returns its files and the stored pages."""
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")

    def built(number: int) -> dict[str, bytes]:
        shutil.rmtree(folder / ".glossary", ignore_errors=True)
        monkeypatch.setattr(page_reuse, "processes", lambda project, pages: number)
        site = site_built_here(folder, tmp_path / "site")
        stored = (folder / ".glossary/pages").glob("*/*")
        return site | {f"stored {file.name}": file.read_bytes() for file in stored}

    return built


def test_the_site_and_the_stored_pages_are_the_same(folder: Path, built: Build) -> None:
    (folder / "templates/site/extra.md").write_text(
        "---\nicon: material/star\n---\nNo title.\n\n[b](index.md#missing)\n"
    )
    (folder / "mkdocs.yml").write_text(
        (folder / "mkdocs.yml").read_text().replace("\nnav:\n", "\nnav:\n  - extra.md\n", 1)
    )
    alone = built(1)
    assert any(name.startswith("stored") for name in alone)
    for number in (2, 3):
        assert built(number) == alone


def test_this_process_builds_only_what_was_reported(
    folder: Path, built: Build, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "templates/site/extra.md").write_text("# Extra\n\n[a](missing.md)\n")
    here: list[str] = []
    render = Page.render

    def noted(self: Page, *arguments: object) -> None:
        here.append(self.file.src_uri)
        render(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Page, "render", noted)
    built(2)
    assert here == ["extra.md"]
    assert ["missing.md" in record.getMessage() for record in caplog.records] == [True]


def test_a_page_that_cannot_be_built_fails_here(
    built: Build, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Page, *_: object) -> None:
        raise ValueError("no such page")

    monkeypatch.setattr(Page, "render", fail)
    with pytest.raises(ValueError, match="no such page"):
        built(2)
    assert "Traceback" not in capfd.readouterr().err


def test_an_interruption_ends_the_processes(
    built: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def wait(self: Page, *_: object) -> None:
        (tmp_path / f"waits-{os.getpid()}").touch()
        time.sleep(600)

    def interrupt() -> None:
        while len(list(tmp_path.glob("waits-*"))) < 2:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Page, "render", wait)
    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        built(2)
    for file in tmp_path.glob("waits-*"):
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.name.partition("-")[2]), 0)


@pytest.mark.parametrize(
    ("cores", "memory", "jobs", "pages", "number"),
    [
        (4, 16_000, None, 1000, 4),
        (4, 16_000, 2, 1000, 2),
        (2, 16_000, 8, 1000, 2),
        (4, 900, None, 1000, 2),
        (4, 100, None, 1000, 1),
        (4, 16_000, None, 60, 2),
        (4, 16_000, None, 0, 1),
    ],
)
def test_the_number_of_processes_fits_the_machine_and_the_work(
    monkeypatch: pytest.MonkeyPatch, cores: int, memory: int, jobs: int | None, pages: int, number: int
) -> None:
    monkeypatch.setattr(page_workers, "this_machine", lambda: Machine(cores, memory))
    assert page_workers.processes(Project(root=Path(), settings=ProjectSettings(jobs=jobs)), pages) == number
