"""What a concept is easily taken for: beside each other what both mean, and what tells them apart."""

from __future__ import annotations

from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Contrast, Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.text import Text
from executable_glossary.stages.plan.candidates import wording


def contrasts(glossary: Glossary, plan: Plan, page: Page) -> tuple[Contrast, ...]:
    """Every contrast that one of the two entries names: first those of this entry, then those of others."""
    entry = page.entry
    named = dict.fromkeys(
        str(name)
        for name in (
            *(other.concept for other in entry.see_also if other.relation == "contrasts"),
            *(other.id for other in glossary.named_by.get(str(entry.id), ()) if _said(other, str(entry.id))),
        )
        if name in glossary.entries
    )
    return tuple(
        Contrast(
            target,
            wording(glossary.entries[name].meaning, page.key.audience),
            why=_said(entry, name),
            back=_said(glossary.entries[name], str(entry.id)),
        )
        for name in named
        if (target := plan.link(page.key, name)) is not None
    )


def _said(entry: Entry, concept: str) -> Text:
    """What the entry says of a concept that it contrasts with; empty where it does not."""
    said = (
        other.why for other in entry.see_also if other.relation == "contrasts" and other.concept == concept
    )
    return next(said, Text(""))
