"""Whatever is in a page's front matter, or in the texts that become front matter, it stays text in the HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort

from executable_glossary.mkdocs_plugin.front_matter import escaped
from glossaries import change, own_glossary_without_manual, site_built_here

REDIRECT = '0; url=https://evil.example/login" http-equiv="refresh'


class Head(HTMLParser):
    """The attributes of the `meta` elements, and the text of the title."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.metas: list[dict[str, str | None]] = []
        self.title, self._in_title = "", False
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        if tag == "meta":
            self.metas.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False


def test_quotation_marks_and_tags_stay_in_their_attribute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")
    folder = own_glossary_without_manual(tmp_path / "glossary")
    change(folder / "concepts/dropout.yml", "meaning: ", f"meaning: {REDIRECT!r}\n# ")
    title = f'A "b" & <i>c</i> {REDIRECT}'
    text = f"---\ntitle: {title!r}\ndescription: {title!r}\nauthor: {title!r}\n---\n# Own\n"
    (folder / "templates/site/own.md").write_text(text)
    site = site_built_here(folder, tmp_path / "site")
    for name, content in site.items():
        if name.endswith(".html"):
            assert not [meta for meta in Head(content).metas if meta.get("http-equiv") == "refresh"], name
    concept, own = Head(site["dropout/index.html"]), Head(site["own/index.html"])
    assert described(concept) == [REDIRECT, REDIRECT]
    assert described(own) == [title, title]
    assert [meta["content"] for meta in own.metas if meta.get("name") == "author"] == [title]
    assert own.title == title


def test_a_link_that_mkdocs_cannot_read_is_no_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")
    folder = own_glossary_without_manual(tmp_path / "glossary")
    (folder / "templates/site/own.md").write_text("# Own\n\n[a](https://[x]y/)\n")
    with pytest.raises(Abort, match="a link on this page has no valid address"):
        site_built_here(folder, tmp_path / "site")


def described(head: Head) -> list[str | None]:
    """The descriptions for search engines and for shared links."""
    keys = ("name", "property")
    return [
        meta["content"] for meta in head.metas if any("description" in (meta.get(key) or "") for key in keys)
    ]


def test_only_text_is_escaped_and_entities_are_kept() -> None:
    front_matter = {
        "title": 'R&D &amp; "x" &#39; <b>',
        "structured": '{"a": "<"}',
        "hide": ["toc"],
        "search": {"boost": 2},
    }
    assert escaped(front_matter) == {**front_matter, "title": "R&amp;D &amp; &quot;x&quot; &#39; &lt;b&gt;"}
