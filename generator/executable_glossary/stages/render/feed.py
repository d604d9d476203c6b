"""Builds the Atom feed of the changes that entries list, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree

from executable_glossary.model.entry import Change, Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.project import Site
from executable_glossary.stages.render.json_ld import term_address

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50  # small enough for feed readers that poll every hour


def feed(glossary: Glossary, site: Site) -> bytes:
    """The feed as XML in UTF-8. It contains no build date, so the same changes produce the same bytes."""
    changes = sorted(_changes(glossary), key=lambda pair: (-pair[1].date.toordinal(), pair[0].id))[:MOST]
    newest = changes[0][1].date if changes else date(1970, 1, 1)
    root = ElementTree.Element("feed", xmlns=ATOM)
    _add(root, "title", glossary.words("feed.title", site=site.name))
    _add(root, "id", f"{site.url}feed.xml")
    _add(root, "updated", _moment(newest))
    ElementTree.SubElement(root, "link", rel="self", href=f"{site.url}feed.xml")
    ElementTree.SubElement(root, "link", href=site.url)
    _add(ElementTree.SubElement(root, "author"), "name", site.name)
    for entry, change in changes:
        _add_change(root, entry, change, site)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _changes(glossary: Glossary) -> Iterator[tuple[Entry, Change]]:
    for entry in glossary.entries.values():
        yield from ((entry, change) for change in entry.changes)


def _add_change(root: ElementTree.Element, entry: Entry, change: Change, site: Site) -> None:
    element = ElementTree.SubElement(root, "entry")
    number = len(entry.changes) - entry.changes.index(change)
    _add(element, "title", f"{entry.term}: {change.what}")
    _add(element, "id", f"{term_address(site, entry.id)}#change-{number}")
    _add(element, "updated", _moment(change.date))
    ElementTree.SubElement(element, "link", href=term_address(site, entry.id))
    _add(element, "summary", str(change.what))


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
