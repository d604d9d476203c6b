"""A build reuses the pages of the last build, and its site is byte for byte that of a build without them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.structure.pages import Page

from glossaries import change, own_glossary_without_manual, site_built_here

Site = dict[str, bytes]
Build = Callable[..., Site]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return own_glossary_without_manual(tmp_path / "glossary")


@pytest.fixture
def built(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds the site in this process and returns its files. With `cold`, nothing is reused."""
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")

    def built(*, cold: bool = False, strict: bool = False) -> Site:
        site = tmp_path / ("cold" if cold else "site")
        if cold:
            shutil.rmtree(folder / ".glossary", ignore_errors=True)
        return site_built_here(folder, site, strict=strict)

    return built


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts how often the Markdown of each page is converted."""
    counts: Counter[str] = Counter()
    render = Page.render

    def counted(self: Page, *arguments: object) -> None:
        counts[self.file.src_uri] += 1
        render(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Page, "render", counted)
    return counts


def test_only_pages_that_changed_are_converted(folder: Path, built: Build, converted: Counter[str]) -> None:
    first = built()
    assert sum(converted.values()) == sum(name.endswith("index.html") for name in first)
    converted.clear()
    assert built() == first
    assert converted == {}
    change(folder / "concepts/dropout.yml", "Switching units off", "Leaving units out")
    edited = built()
    assert {"dropout/index.md", "glossary/index.md"} <= converted.keys()
    assert "runs/index.md" not in converted
    converted.clear()
    change(folder / "templates/formats/entry.md.j2", "{% extends", "{#- A comment. -#}{% extends")
    assert built() == edited
    assert converted == {}
    (folder / "templates/site/extra.md").write_text("# Extra\n")
    built()
    assert converted == {"extra.md": 1}
    converted.clear()
    (folder / "templates/site/extra.md").unlink()
    assert built() == edited
    assert converted == {}
    change(folder / "templates/theme/main.html", "{% block extrahead %}", "{% block extrahead %}<!-- a -->")
    assert built() != edited
    assert sum(converted.values()) == sum(name.endswith("index.html") for name in first)


EDITS = (
    ("concepts/dropout.yml", "Switching units off", "Leaving units out"),
    ("concepts/overfitting.yml", "term: Overfitting", "term: Learning by heart"),
    ("templates/blocks/definition.md.j2", "{% include", "It is said: {% include"),
    ("templates/theme/partials/copyright.html", "<div", "<!-- seen --><div"),
    ("templates/words/en.yml", "touch_again: Tap", "touch_again: Touch"),
    ("mkdocs.yml", "site_name: Executable Glossary", "site_name: Another Glossary"),
    ("mkdocs.yml", "  - Map: map/index.md\n", ""),
    ("mkdocs.yml", "https://example.org/glossary/", "https://example.org/other/"),
    ("mkdocs.yml", "  - search: {", "  - search: {enabled: false, "),
    ("mkdocs.yml", "enabled: false, ", ""),
)


def test_after_each_edit_the_site_equals_a_cold_build(folder: Path, built: Build, tmp_path: Path) -> None:
    built()
    for edit in EDITS:
        change(folder / edit[0], *edit[1:])
        warm = built()
        # A cold build must not remove the stored pages of the warm ones.
        (folder / ".glossary").rename(tmp_path / "store")
        assert differing(warm, built(cold=True)) == [], edit
        shutil.rmtree(folder / ".glossary")
        (tmp_path / "store").rename(folder / ".glossary")


def differing(site: Site, other: Site) -> list[str]:
    return [name for name in sorted(site.keys() | other.keys()) if site.get(name) != other.get(name)]


def test_a_deleted_page_is_removed_from_the_store(folder: Path, built: Build) -> None:
    built()
    count = len(list((folder / ".glossary/pages").glob("*/*")))
    (folder / "templates/site/extra.md").write_text("# Extra\n")
    built()
    assert len(list((folder / ".glossary/pages").glob("*/*"))) == count + 1
    (folder / "templates/site/extra.md").unlink()
    site = built()
    assert "extra/index.html" not in site
    assert len(list((folder / ".glossary/pages").glob("*/*"))) == count


def test_a_broken_link_is_reported_in_every_build(
    folder: Path, built: Build, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "templates/site/extra.md").write_text("# Extra\n\n[a](missing.md) [b](index.md#missing)\n")

    def messages() -> list[str]:
        caplog.clear()
        built()
        return [record.getMessage() for record in caplog.records if "extra.md" in record.getMessage()]

    first = messages()
    assert len(first) == 2
    assert messages() == first


def test_a_broken_anchor_to_a_reused_page_is_reported(
    folder: Path, built: Build, caplog: pytest.LogCaptureFixture, converted: Counter[str]
) -> None:
    """Both pages are reused: neither is converted, and MkDocs still knows the anchors and the links."""
    (folder / "templates/site/extra.md").write_text("# Extra\n\n[b](other.md#there) [b](other.md#missing)\n")
    (folder / "templates/site/other.md").write_text("# Other\n\n## There\n")
    for _ in range(2):
        caplog.clear()
        converted.clear()
        built()
        assert ["#missing" in record.getMessage() for record in caplog.records] == [True]
    assert converted == {}


def test_a_damaged_file_is_built_again(folder: Path, built: Build, converted: Counter[str]) -> None:
    first = built()
    for text in (b"", b"{}\n\n", b"{", b"\xff\n\xff\n\xff"):
        for file in (folder / ".glossary/pages").glob("*/*"):
            file.write_bytes(text)
        converted.clear()
        assert built() == first
        assert sum(converted.values()) == sum(name.endswith("index.html") for name in first), text


@pytest.mark.parametrize("used", ["pages[0].page.content", "nav", "build_date_utc", "page.next_page"])
def test_a_theme_that_uses_other_pages_or_the_time_is_rendered_for_each_page(
    folder: Path, built: Build, converted: Counter[str], used: str
) -> None:
    block = "{% block extrahead %}"
    change(folder / "templates/theme/main.html", block, f"{block}<!-- {{{{ {used} }}}} -->")
    built()
    converted.clear()
    site = built()
    assert sum(converted.values()) == sum(name.endswith("index.html") for name in site)


def test_with_an_unknown_plugin_nothing_is_reused(
    folder: Path, built: Build, converted: Counter[str]
) -> None:
    (folder / "hook.py").write_text("def on_page_content(html, **_):\n    return html + '<!-- hook -->'\n")
    with (folder / "mkdocs.yml").open("a") as file:
        file.write("hooks: [hook.py]\n")
    first = built()
    converted.clear()
    assert built() == first
    assert converted
