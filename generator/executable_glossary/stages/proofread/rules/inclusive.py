"""Reports words that exclude some readers."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.stages.proofread.word_lists import advice, matches, words_of

RULE = ProseRule(
    code="inclusive",
    summary="A word excludes some readers.",
    details="""
        `templates/rules/inclusive.yml` lists words that treat some people as an exception, or that use a group of
        people as a metaphor for something bad.
        """,
    why="""
        A reader who stumbles over a word thinks about the word instead of the page. There is always an alternative,
        and it is often more precise.
        """,
    example="> A sanity check takes two man-days, unless an address is on the whitelist.",
    instead="""
        > A quick check takes two working days, unless an address is on the allowlist.

        Use the suggested word, or rephrase the sentence. Add more words to `concepts/_rules.yml`:
        `words: {inclusive: {guru: expert}}`.
        """,
    silence="""
        If the word is a name that you cannot change:
        `accept: [{rule: inclusive, words: slave, because: "It is the name of the option that we quote."}]`.
        """,
)


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for passage, offset, word, instead in matches(manuscript, words_of(manuscript.glossary, RULE.code)):
        yield remark(passage, offset, word, f'"{word}" excludes some readers', advice(instead))
