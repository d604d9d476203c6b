"""How much work a build does: cold, when nothing changed, and after one edit. Counts, unlike times, are always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.structure.pages import Page

from executable_glossary.drawing.social_card import Cards
from executable_glossary.mkdocs_plugin.page_store import PageStore
from executable_glossary.stages import load
from glossaries import change, own_glossary_without_manual

Counts = Callable[[], dict[str, int]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return own_glossary_without_manual(tmp_path / "glossary")


@pytest.fixture
def counts(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counts:
    """Builds the site and returns how often each kind of work was done."""
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")
    done: Counter[str] = Counter()

    def counted(owner: Any, name: str, kind: str, applies: Callable[..., bool] = lambda *_: True) -> None:
        function = getattr(owner, name)

        def call(*arguments: Any, **options: Any) -> Any:
            done[kind] += applies(*arguments)
            return function(*arguments, **options)

        monkeypatch.setattr(owner, name, call)

    counted(load, "read_yaml", "files parsed")
    counted(Page, "render", "pages converted")
    counted(jinja2.Template, "render", "frames rendered", lambda template, *_: template.name == "main.html")
    counted(Cards, "_drawn", "cards drawn")
    counted(PageStore, "write", "pages stored")

    def built() -> dict[str, int]:
        done.clear()
        load._parsed.cache_clear()  # as in a new process
        config = load_config(str(folder / "mkdocs.yml"), site_dir=str(tmp_path / "site"))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        return {kind: number for kind, number in done.items() if number}

    return built


def test_each_build_does_only_the_work_that_is_needed(folder: Path, counts: Counts) -> None:
    pages, files = 11, 9
    cold = counts()
    assert cold == {
        "files parsed": files,
        "pages converted": pages,
        "frames rendered": pages,
        "cards drawn": 2,
        "pages stored": pages,
    }
    assert counts() == {"files parsed": files}
    change(folder / "concepts/dropout.yml", "Switching units off", "Leaving units out")
    # The concept's page, and the list of all terms.
    two = {"pages converted": 2, "frames rendered": 2, "pages stored": 2}
    assert counts() == {"files parsed": files, **two, "cards drawn": 1}
    change(folder / "templates/blocks/definition.md.j2", "{% include", "It is said: {% include")
    # The pages with a definition.
    assert counts() == {"files parsed": files, **two}
