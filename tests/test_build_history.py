"""However a glossary got to where it is, a build that reuses earlier work gives the site of a build that does not."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from markdown import Markdown

from executable_glossary.mkdocs_plugin import page_reuse, page_sources
from glossaries import own_glossary_without_manual, site_built_here

Files = dict[str, bytes]
Site = Mapping[str, bytes]
Variant = Callable[[Files], None]


def replaced(path: str, old: str, *new: str) -> list[Variant]:
    """The variants of a file in which a text is replaced."""

    def variant(text: str) -> Variant:
        def change(files: Files) -> None:
            assert old.encode() in files[path], (path, old)
            files[path] = files[path].replace(old.encode(), text.encode(), 1)

        return change

    return [variant(text) for text in new]


def added(path: str, *texts: str) -> list[Variant]:
    """The variants with an additional file."""

    def variant(text: str) -> Variant:
        return lambda files: files.update({path: text.encode()})

    return [variant(text) for text in texts]


def renamed(files: Files) -> None:
    """Another id for a concept, in its file's name and wherever it is mentioned."""
    files["concepts/learned-by-heart.yml"] = files.pop("concepts/overfitting.yml")
    for path in [path for path in files if path.startswith("concepts/")]:
        files[path] = files[path].replace(b"concept: overfitting", b"concept: learned-by-heart")


def new_entry(files: Files) -> None:
    files["concepts/sourdough.yml"] = (
        files["concepts/dropout.yml"]
        .replace(b"term: Dropout", b"term: Sourdough")
        .replace(b"Switching units off", b"Bread that")
    )


DROPOUT, OVERFITTING, THEME = "concepts/dropout.yml", "concepts/overfitting.yml", "templates/theme"
# Every kind of change, each with its variants; without a variant, the base glossary's version is used.
CHANGES: Mapping[str, Sequence[Variant]] = {
    "text": replaced(DROPOUT, "Switching units off", "Leaving units out", "Ignoring units"),
    "term": replaced(OVERFITTING, "term: Overfitting", "term: Learning by heart"),
    "alias": replaced(
        OVERFITTING, "meaning: Learning", "aliases: [{text: step of training, type: form}]\nmeaning: Learning"
    ),
    "link": replaced(DROPOUT, "relation: contrasts", "relation: used-with"),
    "rename": [renamed],
    "new entry": [new_entry],
    "block template": replaced("templates/blocks/definition.md.j2", "{% include", "Said: {% include"),
    "format template": added("templates/formats/_own.md.j2", "unused"),
    "index template": replaced("templates/indexes/glossary.md.j2", "{% for", "Terms: {% for"),
    "theme": replaced(f"{THEME}/partials/copyright.html", "<div", "<!-- a --><div", "<!-- b --><div"),
    "page template": replaced(f"{THEME}/main.html", "{% block extrahead %}", "{% block extrahead %}<!-- -->"),
    "all pages": replaced(
        f"{THEME}/main.html",
        "{% block header %}",
        "{% block header %}{% for file in pages %}<!-- {{ file.page.content | length }} -->{% endfor %}",
    ),
    "words": replaced("templates/words/en.yml", "touch_again: Tap", "touch_again: Touch"),
    "style": added("templates/site/assets/own.css", "a {}", "b {}"),
    "page": added(
        "templates/site/own.md",
        "# Own\n\n[Home](index.md), [drop-out](dropout/index.md), [other](other.md)\n",
        "---\nstatus: new\n---\n\n## Own\n\n## Own\n",
    ),
    "other page": added("templates/site/other.md", "# Other\n", "# Another\n\nText.\n"),
    "untitled": replaced("mkdocs.yml", "  - Map: map/index.md\n", "  - own.md\n", "  - Own: own.md\n", ""),
    "site name": replaced("mkdocs.yml", "site_name: Executable", "site_name: Another"),
    "address": replaced("mkdocs.yml", "https://example.org/glossary/", "https://example.org/other/"),
    "search": replaced("mkdocs.yml", "search: {", "search: {enabled: false, "),
    "extension": replaced(
        "mkdocs.yml", "docs_dir:", "markdown_extensions: [toc: {permalink: '#'}]\ndocs_dir:"
    ),
    "strictness": replaced("mkdocs.yml", "    anchors: warn", "    anchors: ignore"),
}


@pytest.fixture
def base(tmp_path: Path) -> Files:
    root = own_glossary_without_manual(tmp_path / "base")
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


class History:
    """A glossary that changes, and its site after each change."""

    def __init__(self, base: Files, folder: Path, packages: Path) -> None:
        self._base, self._root, self._packages = base, folder / "glossary", packages
        self._chosen: dict[str, Variant] = {}
        self.write()

    def choose(self, name: str, variant: Variant | None) -> None:
        """Makes a change, in the variant given, or takes it back."""
        self._chosen.pop(name, None)
        if variant:
            self._chosen[name] = variant
        self.write()

    def write(self) -> None:
        files = dict(self._base)
        for name in CHANGES:
            if name in self._chosen:
                self._chosen[name](files)
        for path in [path for path in self._root.rglob("*") if path.is_file()]:
            name = path.relative_to(self._root).as_posix()
            if name not in files and not name.startswith(".glossary/"):
                path.unlink()
        for name, content in files.items():
            path = self._root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != content:
                path.write_bytes(content)

    def upgrade(self, version: int) -> None:
        """Installs another version of a package."""
        shutil.rmtree(self._packages, ignore_errors=True)
        (self._packages / f"package-{version}.dist-info").mkdir(parents=True)

    def site(self) -> Site:
        """The site built now, with what is left of earlier builds; empty if there are problems."""
        target = self._root.parent / "site"
        try:
            return site_built_here(self._root, target)
        except SystemExit:
            return {}

    def cold_site(self) -> Site:
        """The site built without anything left of earlier builds."""
        store, aside = self._root / ".glossary", self._root.parent / "store"
        store.rename(aside)
        try:
            return self.site()
        finally:
            shutil.rmtree(store)
            aside.rename(store)


@pytest.fixture
def history(base: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    history = History(base, tmp_path, tmp_path / "packages")
    version, convert = [0], Markdown.convert

    def converted(self: Markdown, source: str) -> str:
        return f"{convert(self, source)}<!-- version {version[0]} -->"

    monkeypatch.setattr(Markdown, "convert", converted)
    upgrade = history.upgrade

    def upgraded(number: int) -> None:
        version[0] = number
        upgrade(number)

    monkeypatch.setattr(history, "upgrade", upgraded)
    upgraded(0)
    return history


def differing(site: Site, other: Site) -> list[str]:
    return [name for name in sorted(site.keys() | other.keys()) if site.get(name) != other.get(name)]


def walk(history: History, steps: int, every: int, seed: int) -> None:
    """Makes random changes, builds the site after each, and compares it with a cold build now and then."""
    chance = random.Random(seed)
    made: list[str] = []
    built = 0
    for step in range(1, steps + 1):
        name = chance.choice([*CHANGES, "upgrade"])
        if name == "upgrade":
            history.upgrade(chance.randrange(3))
        else:
            history.choose(name, chance.choice([None, *CHANGES[name]]))
        made.append(name)
        site = history.site()
        if step % every == 0:
            built += bool(site)
            assert differing(site, history.cold_site()) == [], made
    assert built > steps / every / 2


def test_after_random_changes_the_site_equals_a_cold_build(history: History) -> None:
    walk(history, steps=6, every=3, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 5))
def test_after_120_random_changes_the_site_equals_a_cold_build(history: History, seed: int) -> None:
    """Slow: builds 150 sites. Divided into three histories, which can run in parallel."""
    walk(history, steps=40, every=4, seed=seed)


Choice = tuple[str, Variant | None]
OWN, LINKED, TITLED = CHANGES["page"][0], CHANGES["other page"][0], CHANGES["untitled"][0]
# Each part of what identifies a page, the changes that come first, and one that only this part reveals.
PARTS: Mapping[str, tuple[Sequence[Choice], Choice]] = {
    "version": ([], ("upgrade", None)),
    "configuration": ([], ("site name", CHANGES["site name"][0])),
    "theme": ([], ("theme", CHANGES["theme"][0])),
    "files": ([("page", OWN), ("other page", LINKED)], ("other page", None)),
    "navigation": ([("page", CHANGES["page"][1]), ("untitled", TITLED)], ("page", OWN)),
    "content": ([], ("text", CHANGES["text"][0])),
}


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=() if part == "content" else pytest.mark.slow) for part in PARTS]
)
def test_each_part_of_what_identifies_a_page_is_needed(
    history: History, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """If it is left out, the site differs from that of a cold build, and the tests above fail.

    Slow: checks for each other part whether the tests above would notice.
    """
    before, (name, variant) = PARTS[part]
    for choice in before:
        history.choose(*choice)
    left_out(part, monkeypatch)
    assert history.site()
    if name == "upgrade":
        history.upgrade(1)
    else:
        history.choose(name, variant)
    site = history.site()
    assert site
    assert differing(site, history.cold_site())


def left_out(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets pages be identified without one part."""
    if part == "files":
        monkeypatch.setattr(page_reuse, "_target", lambda file: "")
    hashed = page_sources._hash

    def without(content: bytes) -> str:
        try:
            parts = json.loads(content)
        except ValueError:
            return "" if part == "content" else hashed(content)
        if isinstance(parts, dict):
            parts.pop(part, None)
        return hashed(json.dumps(parts).encode())

    monkeypatch.setattr(page_sources, "_hash", without)


@pytest.mark.slow
def test_every_change_can_be_built(history: History) -> None:
    """Otherwise, the tests above would compare nothing. Slow: builds a site for each change, for the slow test above."""
    for name, variants in CHANGES.items():
        history.choose("page", OWN if name == "untitled" else None)
        history.choose(name, variants[0])
        assert history.site(), name
        history.choose(name, None)
