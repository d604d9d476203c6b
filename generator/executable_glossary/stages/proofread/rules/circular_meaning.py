"""Reports pairs of concepts whose meanings refer to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from executable_glossary.model.block import chosen
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place
from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Passage, Remark, remark
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.term_matcher import mentions

RULE = ProseRule(
    code="circular-meaning",
    summary="The meanings of two concepts refer to each other.",
    details="""
        If the meaning of A uses the name of B, the meaning of B must not use the name of A. The rule checks each
        audience separately, because each can have its own meanings.
        """,
    why="A reader who knows neither concept goes back and forth between the two and learns nothing.",
    example="> Sourdough: dough that a starter raises. Starter: what raises a sourdough.",
    instead="""
        > Starter: flour and water in which yeasts from the air have settled. Sourdough: dough that a starter raises.

        Decide which of the two a newcomer meets first, and explain that one in words that everyone knows.
        """,
    silence="""
        If something else explains both:
        `accept: [{rule: circular-meaning, words: starter, because: "The diagram explains both."}]`.
        """,
)


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    """Meanings can differ by audience, but each pair is reported only once, for the concept whose id comes first."""
    audiences = (None, *(audience.id for audience in manuscript.glossary.axes.audiences))
    unique: dict[tuple[Place, str], Remark] = {}
    for audience in audiences:
        unique |= {(each.place, each.message): each for each in _circles(manuscript.glossary, audience)}
    yield from unique.values()


def _circles(glossary: Glossary, audience: str | None) -> Iterator[Remark]:
    meanings = dict(_meanings(glossary, audience))
    uses = {id: _concepts_in(glossary, passage) for id, passage in meanings.items()}
    for id, others in uses.items():
        for other in sorted(others):
            if id < other and id in uses.get(other, {}):
                yield _circle(meanings[id], *others[other], meanings[other])


def _meanings(glossary: Glossary, audience: str | None) -> Iterator[tuple[str, Passage]]:
    for id, entry in glossary.entries.items():
        variant = chosen(entry.meaning, None, audience)
        if variant is not None and variant.text is not None:
            yield id, Passage(entry, "meaning", variant.reader, variant.text)


def _concepts_in(glossary: Glossary, passage: Passage) -> Mapping[str, tuple[int, str]]:
    """The offset and wording of the first mention of each concept in the meaning, keyed by concept id."""
    concepts: dict[str, tuple[int, str]] = {}
    for match in mentions(glossary.mentioned.phrases).finditer(masked(passage.text)):
        if id := glossary.mentioned.concept(match[0]):
            concepts.setdefault(id, (match.start(), match[0]))
    return concepts


def _circle(passage: Passage, offset: int, word: str, back: Passage) -> Remark:
    first, second = (each.written.term for each in (passage, back) if isinstance(each.written, Entry))
    message = f'"{first}" is explained in terms of "{second}", and "{second}" in terms of "{first}" ({back.text.place})'
    return remark(
        passage, offset, word, message, "explain one of them using concepts that a reader already knows"
    )
