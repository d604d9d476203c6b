"""Reports sentences that are too long for their reader to follow."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.block import For
from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.sentences import sentences

RULE = ProseRule(
    code="long-sentence",
    summary="A sentence is too long for its reader to follow.",
    details="""
        The default limit is 45 words; change it with `sentence` in `concepts/_rules.yml`. `concepts/_axes.yml` can
        set a lower limit for an audience. A formula, a piece of code, or a number from a run counts as one word.
        Each list item counts as a sentence.
        """,
    why="""
        By the fortieth word, readers have lost track of the subject. A sentence of that length usually contains two
        ideas, and each deserves its own sentence.
        """,
    example="""
        > The baker, who had kept a starter since the spring, when a neighbor had given her some, tried it, as she had
        > long planned to, with a flour that nobody in the village had ever baked with, and found, as she had feared,
        > that most of the loaves, though not all, stayed flat.
        """,
    instead="""
        > The baker had kept a starter since the spring. She tried it with a flour that nobody in the village knew.
        > Most of the loaves stayed flat.

        Read the sentence aloud. End it where you need to breathe.
        """,
    silence="""
        If it is a quotation, which must not be changed:
        `accept: [{rule: long-sentence, in: history, words: "its first words", because: "It is a quotation."}]`.
        """,
)


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for passage in manuscript.passages:
        limit = _limit(manuscript, passage.reader)
        for sentence in sentences(masked(passage.text)):
            # Splitting at spaces is quick and never counts fewer words than there are.
            if len(sentence.text.split()) > limit and (words := len(sentence.words)) > limit:
                quoted = passage.text[sentence.offset : sentence.offset + len(sentence.text)]
                message = f"this sentence has {words} words; the limit is {limit}"
                yield remark(passage, sentence.offset, quoted, message, "split it in two")


def _limit(manuscript: Manuscript, reader: For) -> int:
    audience = manuscript.glossary.axes.audience(reader.audience) if reader.audience else None
    return audience.sentence if audience and audience.sentence else manuscript.glossary.rules.sentence
