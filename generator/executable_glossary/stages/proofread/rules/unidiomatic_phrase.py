"""Reports phrases that sound like a translation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.stages.proofread.word_lists import advice, matches, words_of

RULE = ProseRule(
    code="unidiomatic-phrase",
    summary="A phrase sounds translated.",
    details="""
        `templates/rules/unidiomatic-phrase.yml` lists phrases that native writers of American English would not use
        in a glossary: whoever, shall, may be had, a picture of ours, it allows to compare. "With whoever pays" and "one of
        ours" are idiomatic and not reported.
        """,
    why="""
        Readers understand the phrase, but they stumble over it. Text with many such phrases seems less reliable than
        it is.
        """,
    example="""
        > Whoever keeps a starter shall feed it daily. Flour for it may be had everywhere, and a scale allows to weigh it.
        """,
    instead="""
        > If you keep a starter, feed it daily. Flour for it is available everywhere, and you can weigh it on a scale.

        Use the suggested phrase, or rewrite the sentence as you would say it to a colleague. Add your
        own phrases to `concepts/_rules.yml`: `words: {unidiomatic-phrase: {in the last time: recently}}`.
        """,
    silence="""
        If the words are quoted from a standard or another source:
        `accept: [{rule: unidiomatic-phrase, words: shall, because: "The standard requires it in these words."}]`.
        """,
)

# Words after which a phrase is idiomatic: "with whoever pays", "one of yours".
_IDIOMATIC_AFTER = {
    "whoever": re.compile(r"\b(?:about|against|by|for|from|in|of|on|to|with)\s+$"),
    "of ours": re.compile(r"\b(?:all|any|both|each|few|half|many|most|none|one|several|some|two|which)\s+$"),
}
_IDIOMATIC_AFTER["of yours"] = _IDIOMATIC_AFTER["of ours"]
_LONGEST = 10  # maximum length of such a word, including the space


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for passage, offset, word, instead in matches(manuscript, words_of(manuscript.glossary, RULE.code)):
        before = passage.text[max(0, offset - _LONGEST) : offset].casefold()
        idiomatic = _IDIOMATIC_AFTER.get(word.casefold())
        if idiomatic is not None and idiomatic.search(before):
            continue
        yield remark(passage, offset, word, f'"{word}" sounds translated', advice(instead))
