"""Every entry has a general meaning and can have one for each audience; a meaning is at most thirty plain words."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text
from executable_glossary.stages.check.markup import NOT_PLAIN
from executable_glossary.text.markdown_spans import plain, spans

MOST_WORDS = 30

MISSING_MEANING = Rule(
    code="missing-meaning",
    when="the content is checked",
    summary="An entry has meanings for some readers but no general meaning.",
    why="Link previews and the A–Z page show the general meaning.",
    example="""
        ```yaml
        meaning:
          - {for: {audience: baker}, text: Bread that needs no yeast from a shop.}
        ```
        """,
    instead="""
        ```yaml
        meaning:
          - text: Dough that a starter raises.
          - {for: {audience: baker}, text: Bread that needs no yeast from a shop.}
        ```
        """,
)
DRAFT = Rule(
    code="draft",
    when="the content is checked",
    severity="warning",
    summary="An entry has no meaning yet.",
    details="Its pages are built and say that they are drafts. A strict build fails.",
    why="Previews, search results, and the list of all terms show the meaning.",
    example="An imported entry whose first sentence is too long for a meaning",
    instead="A meaning: one sentence of at most thirty plain words",
)
LONG_MEANING = Rule(
    code="long-meaning",
    when="the content is checked",
    summary="A meaning has more than thirty words.",
    why="Previews and the A–Z page show it in full, where readers expect one sentence.",
    example="A meaning that also explains how the method works",
    instead="Say what it is in the meaning, and explain how it works in a block.",
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        if not entry.meaning:
            help = "add a meaning: one sentence of at most thirty words"
            yield DRAFT.at(entry.term.place, "the entry is a draft, because it has no meaning", help)
        elif all(variant.reader.rank for variant in entry.meaning):
            help = "add a meaning without `for`, which previews and the A–Z page show"
            yield MISSING_MEANING.at(entry.term.place, "the entry has no general meaning", help)
        for variant in entry.meaning:
            yield from _special_parts(variant.text)
            words = len(plain(variant.text or "").split())
            if variant.text is not None and words > MOST_WORDS:
                message = f"the meaning has {words} words; the limit is {MOST_WORDS}"
                yield LONG_MEANING.at(variant.text.place, message, "shorten it, and move the rest to a block")


def _special_parts(meaning: Text | None) -> Iterator[Problem]:
    """Previews show a meaning as plain text, in which a formula or a number from a run would leave a gap."""
    for span in spans(meaning or Text("")):
        if meaning is not None and span.kind in ("expression", "math", "code", "fence"):
            place = meaning.at(span.offset, len(span.text))
            message = f'a meaning must be plain text: "{span.text[:60]}" is not allowed here'
            yield NOT_PLAIN.at(place, message, "write it in words, or move it to a block")
