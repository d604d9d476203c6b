"""Builds a page's structured data for search engines: JSON-LD with the schema.org vocabulary."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from executable_glossary.model.entry import Source
from executable_glossary.model.page import Page
from executable_glossary.model.project import Site
from executable_glossary.stages.render.breadcrumb import Crumb
from executable_glossary.text.markdown_spans import plain

DEFINED_TERM = "DefinedTerm"


def structured(site: Site, page: Page, crumbs: Sequence[Crumb]) -> str:
    """The structured data as a JSON object on one line, safe inside a script element; empty for a site without a
    URL."""
    if not site.url or not page.format.schema_org:
        return ""
    data = _term(site, page) if page.format.schema_org == DEFINED_TERM else _work(site, page)
    data["mainEntityOfPage"] = _place(site, page, crumbs)
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    return text.replace("<", "\\u003c")


def term_address(site: Site, concept: str) -> str:
    return f"{site.url}{concept}/"


def set_address(site: Site) -> str:
    """The URL that identifies the glossary as a set of terms: its A–Z page."""
    return f"{site.url}glossary/"


def _term(site: Site, page: Page) -> dict[str, Any]:
    entry = page.entry
    return {
        "@type": DEFINED_TERM,
        "@id": term_address(site, entry.id),
        "url": term_address(site, entry.id),
        "name": str(entry.term),
        "alternateName": [str(name) for name in entry.synonyms],
        "termCode": str(entry.id),
        "description": plain(page.meaning),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": set_address(site), "name": site.name},
    }


def _work(site: Site, page: Page) -> dict[str, Any]:
    audience = (
        {"audience": {"@type": "Audience", "audienceType": page.audience.label}} if page.audience else {}
    )
    cited = {"citation": [_citation(source) for source in page.sources]} if page.sources else {}
    reviewed = {"dateModified": page.entry.reviewed.isoformat()} if page.entry.reviewed else {}
    return {
        "@type": str(page.format.schema_org),
        "@id": f"{site.url}{page.url}",
        "url": f"{site.url}{page.url}",
        "headline": plain(page.title),
        "description": plain(page.meaning),
        "about": {"@id": term_address(site, page.entry.id)},
        "keywords": [str(keyword) for keyword in page.entry.keywords],
        "publisher": {"@type": "Organization", "name": site.name},
        **audience,
        **reviewed,
        **cited,
    }


def _place(site: Site, page: Page, crumbs: Sequence[Crumb]) -> dict[str, Any]:
    """The page as part of the site, with its breadcrumb."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": crumb.label,
            "item": f"{site.url}{crumb.path.removesuffix('index.md')}",
        }
        for position, crumb in enumerate(crumbs, 1)
    ]
    breadcrumb = {"@type": "BreadcrumbList", "itemListElement": items}
    return {"@type": "WebPage", "@id": f"{site.url}{page.url}", "breadcrumb": breadcrumb}


def _citation(source: Source) -> dict[str, Any]:
    names = (name.strip() for name in source.authors.split(","))
    return {
        "@type": "CreativeWork",
        "name": str(source.title),
        "author": [{"@type": "Person", "name": name} for name in names if name not in _NO_NAMES],
        "datePublished": str(source.year),
        **({"sameAs": list(source.addresses)} if source.addresses else {}),
    }


# Text that can end a list of authors in place of a name.
_NO_NAMES = ("", "et al.", "and others")
