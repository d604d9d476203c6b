"""Reports blocks that are too long to serve one purpose."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.text.markdown_spans import plain

RULE = ProseRule(
    code="long-block",
    summary="A text of a block has more words than one purpose needs.",
    details="The limit is 400 words, or `block` in `concepts/_rules.yml`.",
    why="""
        Pages are composed of blocks. A long block goes in full to every reader who gets it, and hides the part that
        only some of them need.
        """,
    example="> A block `why` that also covers the history, two applications, and the cost.",
    instead="""
        > Four blocks: why, history, applications, cost and risk. Each page takes those that it needs.

        Find the second purpose of the text, and move that part to the block made for it. `concepts/_axes.yml` lists
        the blocks.
        """,
    silence="""
        If the text makes no sense in parts:
        `accept: [{rule: long-block, in: steps, because: "The steps belong together."}]`.
        """,
)

_HELP = "delete what another block covers, or move a part to its own block"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    limit = manuscript.glossary.rules.block
    for passage in manuscript.passages:
        if passage.text.count(" ") >= limit and (words := len(plain(passage.text).split())) > limit:
            message = f'this text of "{passage.part}" has {words} words; the limit is {limit}'
            yield remark(passage, 0, passage.text[:1], message, _HELP)
