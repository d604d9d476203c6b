"""A sentence holds one idea: it has no more words than its reader has breath for."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.block import For
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.sentences import sentences

_HELP = "make two sentences of it, at the place where you would breathe"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for passage in manuscript.passages:
        limit = _limit(manuscript, passage.reader)
        for sentence in sentences(masked(passage.text)):
            # Splitting at blanks is quick, and never counts fewer words than there are.
            if len(sentence.text.split()) > limit and (words := len(sentence.words)) > limit:
                shown = passage.text[sentence.offset : sentence.offset + len(sentence.text)]
                message = f"this sentence has {words} words, at most {limit}"
                yield remark(passage, sentence.offset, shown, message, _HELP)


def _limit(manuscript: Manuscript, reader: For) -> int:
    audience = manuscript.glossary.axes.audience(reader.audience) if reader.audience else None
    return audience.sentence if audience and audience.sentence else manuscript.glossary.rules.sentence
