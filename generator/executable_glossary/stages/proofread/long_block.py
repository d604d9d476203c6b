"""A block has one job: it is no longer than that takes."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.text.markdown_spans import plain


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    limit = manuscript.glossary.rules.block
    for passage in manuscript.passages:
        if passage.text.count(" ") >= limit and (words := len(plain(passage.text).split())) > limit:
            message = f'this text of "{passage.part}" has {words} words, at most {limit}'
            help = "leave out what another block says, or move a part to a block of its own"
            yield remark(passage, 0, passage.text[:1], message, help)
