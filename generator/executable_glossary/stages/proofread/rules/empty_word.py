"""Reports words that only promote or only announce."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.stages.proofread.word_lists import advice, matches, words_of

RULE = ProseRule(
    code="empty-word",
    summary="A word adds nothing to the sentence.",
    details="""
        `templates/rules/empty-word.yml` lists words that only promote or only announce: powerful, crucial, leverage,
        it is important to note.
        """,
    why="""
        They take the place of a fact. Readers who have met many of them skip the sentences that contain one, even
        where it matters.
        """,
    example="""
        > Sourdough is a powerful technique that lets you leverage wild yeast in order to unlock flavor.
        """,
    instead="""
        > Sourdough rises with yeasts from the air. It takes a day instead of two hours, and the bread keeps fresh
        > for longer.

        Delete the word. If the sentence then loses something, write what the word stood for: how much, compared with
        what, and how you know.
        """,
    silence="""
        If the word has a precise meaning in your field:
        `accept: [{rule: empty-word, words: robust, because: "Statisticians mean something by it."}]`.
        """,
)


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for passage, offset, word, instead in matches(manuscript, words_of(manuscript.glossary, RULE.code)):
        yield remark(passage, offset, word, f'"{word}" says nothing', advice(instead))
