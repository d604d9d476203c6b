"""A feed (Atom) of what changed in the entries, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree

from executable_glossary.model.entry import Change, Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.project import Site
from executable_glossary.stages.render.json_ld import term_address

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50  # what a reader's program may be expected to fetch each hour


def feed(glossary: Glossary, site: Site) -> bytes:
    """XML in UTF-8. The same changes give the same bytes: no date of the build is in it."""
    found = sorted(_changes(glossary), key=lambda pair: (-pair[1].date.toordinal(), pair[0].id))[:MOST]
    newest = found[0][1].date if found else date(1970, 1, 1)
    root = ElementTree.Element("feed", xmlns=ATOM)
    _add(root, "title", glossary.words("feed.title", site=site.name))
    _add(root, "id", f"{site.url}feed.xml")
    _add(root, "updated", _moment(newest))
    ElementTree.SubElement(root, "link", rel="self", href=f"{site.url}feed.xml")
    ElementTree.SubElement(root, "link", href=site.url)
    _add(ElementTree.SubElement(root, "author"), "name", site.name)
    for entry, change in found:
        _add_change(root, entry, change, site)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _changes(glossary: Glossary) -> Iterator[tuple[Entry, Change]]:
    for entry in glossary.entries.values():
        yield from ((entry, change) for change in entry.changes)


def _add_change(root: ElementTree.Element, entry: Entry, change: Change, site: Site) -> None:
    told = ElementTree.SubElement(root, "entry")
    number = len(entry.changes) - entry.changes.index(change)
    _add(told, "title", f"{entry.term}: {change.what}")
    _add(told, "id", f"{term_address(site, entry.id)}#change-{number}")
    _add(told, "updated", _moment(change.date))
    ElementTree.SubElement(told, "link", href=term_address(site, entry.id))
    _add(told, "summary", str(change.what))


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
