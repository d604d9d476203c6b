"""Reports words that merely promote something or announce what follows."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.stages.proofread.word_lists import advice, matches, words_of

RULE = ProseRule(
    code="empty-word",
    summary="A word adds nothing to the sentence.",
    details="""
        `templates/rules/empty-word.yml` lists words that merely promote something or announce what follows: powerful,
        crucial, leverage, it is important to note.
        """,
    why="""
        Such words take the place of facts. Readers who have seen many of them skip the sentences that contain them,
        even the important ones.
        """,
    example="""
        > Sourdough is a powerful technique that lets you leverage wild yeast in order to unlock flavor.
        """,
    instead="""
        > Sourdough rises with yeasts from the air. It takes a day instead of two hours, and the bread stays fresh
        > for longer.

        Delete the word. If the sentence loses something without it, write what the word stood for: how much, compared with
        what, and how you know.
        """,
    silence="""
        If the word has a precise meaning in your field:
        `accept: [{rule: empty-word, words: robust, because: "It has a precise meaning in statistics."}]`.
        """,
)


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for passage, offset, word, instead in matches(manuscript, words_of(manuscript.glossary, RULE.code)):
        yield remark(passage, offset, word, f'"{word}" says nothing', advice(instead))
