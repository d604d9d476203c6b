"""Pages of a small cooking glossary, for tests that need some pages but no particular ones."""

from __future__ import annotations

from typing import Any

from executable_glossary.adapters.word_catalog import english
from executable_glossary.model.axes import Audience, Format, Role, addressed, addressed_note
from executable_glossary.model.entry import Entry
from executable_glossary.model.page import Page, PageKey, Prose, Section
from executable_glossary.model.plan import Plan
from executable_glossary.model.text import Text

ROLES = {name: Role(id=Text(name), label=Text(name.title())) for name in ("chef", "baker")}
AUDIENCES = {name: Audience(id=Text(name), label=Text(name.title())) for name in ("guest", "critic")}


def format(id: str, path: str | None = None, **given: Any) -> Format:
    """A format; its URL segment is its id unless `path` is given."""
    parts = [{"block": "definition"}]
    path = id if path is None else path
    return Format.model_validate({"id": id, "label": id.title(), "path": path, "parts": parts, **given})


FORMATS = {
    "entry": format("entry", path=""),
    "questions": format("questions", path="", varies=["role", "audience"]),
    "blog": format("blog", varies=["audience"], general=True),
}


def entry(id: str = "dough") -> Entry:
    return Entry.model_validate(
        {
            "id": id,
            "term": id.title(),
            "meaning": "Flour and water.",
            "see_also": [{"concept": "batter", "relation": "contrasts", "why": "To compare."}],
            "blocks": {"definition": "Flour and water, kneaded."},
        }
    )


def prose(kind: str, own: bool = False) -> Section:
    return Section(kind, kind.title(), Prose(Text(f"Of {kind}."), (), "inline", ()), own)


def page(
    concept: str = "dough",
    format: str = "entry",
    role: str | None = None,
    audience: str | None = None,
    sections: tuple[Section, ...] = (),
    **given: Any,
) -> Page:
    return Page(
        PageKey(concept, format, role, audience),
        entry(concept),
        FORMATS[format],
        ROLES.get(role or ""),
        AUDIENCES.get(audience or ""),
        title=concept.title(),
        meaning=Text("Flour and water."),
        sections=sections,
        readers=addressed(english(), ROLES.get(role or ""), AUDIENCES.get(audience or "")),
        note=addressed_note(english(), ROLES.get(role or ""), AUDIENCES.get(audience or "")),
        **given,
    )


def plan(*pages: Page) -> Plan:
    return Plan({page.key: page for page in pages})
