"""Every internal link, anchor, image, and file of the built site exists. No browser is needed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from .conftest import Site

HERE = "http://here/"


@dataclass
class PageLinks:
    """The links and ids of a page, and its canonical URL."""

    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    canonical: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = PageLinks()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if "id" in values:
            self.found.ids.append(values["id"])
        if tag == "link" and values.get("rel") == "canonical":
            self.found.canonical = values["href"]
        elif tag in ("a", "link") and "href" in values:
            self.found.links.append(values["href"])
        elif tag in ("img", "script") and "src" in values:
            self.found.links.append(values["src"])


@cache
def read(path: Path) -> PageLinks:
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    return reader.found


def test_every_link_has_a_target(site: Site) -> None:
    broken = [
        f"{page.relative_to(site.folder)}: {link}"
        for page in sorted(site.folder.rglob("*.html"))
        for link in dict.fromkeys(read(page).links)
        if not _resolves(site.folder, page, link)
    ]
    assert broken == []


def test_ids_are_unique_on_each_page(site: Site) -> None:
    twice = {
        page.relative_to(site.folder).as_posix(): sorted({name for name in ids if ids.count(name) > 1})
        for page in sorted(site.folder.rglob("*.html"))
        if len(ids := read(page).ids) != len(set(ids))
    }
    assert twice == {}


def test_every_page_can_be_reached_from_the_home_page(site: Site) -> None:
    waiting, seen = [site.folder / "index.html"], set[Path]()
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        targets = (_target(site.folder, page, link) for link in read(page).links)
        waiting += [path for path in targets if path is not None and path.suffix == ".html" and path.exists()]
    assert [page for page in site.pages if site.folder / page / "index.html" not in seen] == []


def _resolves(folder: Path, page: Path, link: str) -> bool:
    target = _target(folder, page, link)
    if target is None:
        return True
    anchor = unquote(urldefrag(link).fragment)
    if not target.is_file():
        return False
    return not anchor or target.suffix != ".html" or anchor in read(target).ids


def _target(folder: Path, page: Path, link: str) -> Path | None:
    """The file that a link on a page points to; None for an external link. The 404 page refers to files by
    absolute URLs of the site."""
    own = urlsplit(read(folder / "index.html").canonical).path
    address = urljoin(HERE + page.relative_to(folder).as_posix(), link)
    if not address.startswith(HERE):
        return None
    path = unquote(urlsplit(address).path)
    path = path.removeprefix(own) if link.startswith("/") else path.lstrip("/")
    return folder / path / "index.html" if path.endswith("/") or not path else folder / path


def test_a_download_keeps_its_name(site: Site) -> None:
    """A browser saves a file under the value of the attribute `download`, if it has one."""
    pages = [
        (site.folder / page / "index.html").read_text("utf-8")
        for page in site.pages
        if page.startswith("examples")
    ]
    links = [link for page in pages for link in re.findall(r"<a [^>]*\bdownload\b[^>]*>", page)]
    assert len(links) > 50
    assert [link for link in links if 'download=""' not in link] == []
