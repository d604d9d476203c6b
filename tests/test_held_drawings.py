"""Drawings are kept away from the conversion of a page, and every page is as if they were not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mkdocs.structure.pages import Page

from executable_glossary.mkdocs_plugin import page_reuse
from executable_glossary.mkdocs_plugin.held_drawings import MARK, HeldDrawings
from glossaries import own_glossary_without_manual, site_built_here

SHAPE = '<svg viewBox="0 0 1 1">\n<path id="drawn" d="M0 0"/>\n</svg>'
PAGES = {
    "plain": f"# A\n\n{SHAPE}\n\nText [here](#drawn).\n",
    "inline": f"# A\n\nText {SHAPE.replace(chr(10), '')} more.\n",
    "in html": f"# A\n\n<figure markdown>\n{SHAPE}\n\n*Text*\n</figure>\n",
    "code": f"# A\n\n```html\n{SHAPE}\n```\n\n{SHAPE}\n",
    "indented code": f"# A\n\n    {SHAPE.replace(chr(10), chr(10) + '    ')}\n\nText.\n",
    "inline code": "# A\n\nWrite `<svg><path/></svg>` here.\n",
    "comment": f"# A\n\n<!-- {SHAPE} -->\n\nText.\n",
    "nested": f"# A\n\n<svg><g/>{SHAPE}<g/></svg>\n\nText.\n",
    "words": "# A\n\n<svg><text>Sourdough</text></svg>\n\nText.\n",
    "left out": '# A\n\n<svg data-search-exclude=""><text>Sourdough</text></svg>\n\nText.\n',
    "boost": '# A\n\n<svg data-search-exclude="" data-search-boost="2"><path/></svg>\n\nText.\n',
    "unfinished": "# A\n\n<svg><path/>\n\nText.\n",
    "placeholder": f'# A\n\n<svg {MARK}="0"></svg>\n\n{SHAPE}\n',
    "list": f"# A\n\n- One\n\n    {SHAPE}\n\n- Two\n",
    "heading": "# A <svg><path/></svg> b\n\n## B <svg><path/></svg>\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = own_glossary_without_manual(tmp_path_factory.mktemp("held") / "glossary")
    for name, text in PAGES.items():
        (folder / f"templates/site/{name.replace(' ', '-')}.md").write_text(text)
    return folder


def test_every_page_and_the_search_are_as_without_placeholders(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")

    def built(name: str) -> tuple[dict[str, bytes], list[str]]:
        shutil.rmtree(folder / ".glossary", ignore_errors=True)
        caplog.clear()
        site = site_built_here(folder, tmp_path / name)
        return site, [record.getMessage() for record in caplog.records]

    held = built("held")
    monkeypatch.setattr(HeldDrawings, "take", lambda self, page, markdown: markdown)
    plain = built("plain")
    assert [name for name in plain[0] if plain[0][name] != held[0].get(name)] == []
    assert held == plain
    assert not [
        name for name, content in held[0].items() if MARK.encode() in content and "placeholder" not in name
    ]


def test_most_drawings_are_not_converted(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts the drawings that reach Python-Markdown."""
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")
    converted: dict[str, list[str]] = {}
    render = Page.render

    def noted(self: Page, *arguments: object) -> None:
        converted.setdefault(self.file.src_uri, []).append(self.markdown or "")
        render(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Page, "render", noted)
    monkeypatch.setattr(page_reuse, "processes", lambda project, pages: 1)
    shutil.rmtree(folder / ".glossary", ignore_errors=True)
    site_built_here(folder, tmp_path / "site")
    again = {path for path, texts in converted.items() if len(texts) > 1}
    assert again == {"code.md", "indented-code.md", "inline-code.md"}
    own = [
        text
        for path, texts in converted.items()
        if path.removesuffix(".md").replace("-", " ") not in PAGES
        for text in texts
    ]
    assert sum(text.count(MARK) for text in own) >= 4
    assert not [text for text in own if "<svg" in text.replace(f"<svg {MARK}", "")]
