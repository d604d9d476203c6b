"""Reports blocks that are too long to serve a single purpose."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.text.markdown_spans import plain

RULE = ProseRule(
    code="long-block",
    summary="A block has more words than a single purpose needs.",
    details="The default limit is 400 words; change it with `block` in `concepts/_rules.yml`.",
    why="""
        Pages are composed of blocks. Every reader who gets a long block gets all of it, and the part that only some of
        them need is hard to find.
        """,
    example="> A block `why` that also covers the history, two applications, and the cost.",
    instead="""
        > Four blocks: why, history, applications, and cost. Each page uses those that it needs.

        Find the part that serves a second purpose, and move it to the block intended for that purpose.
        `concepts/_axes.yml` lists the blocks.
        """,
    silence="""
        If the text makes no sense when it is divided:
        `accept: [{rule: long-block, in: steps, because: "The steps belong together."}]`.
        """,
)

_HELP = "delete anything that another block covers, or move part of the text to its own block"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    limit = manuscript.glossary.rules.block
    for passage in manuscript.passages:
        if passage.text.count(" ") >= limit and (words := len(plain(passage.text).split())) > limit:
            message = f'this text in "{passage.part}" has {words} words; the limit is {limit}'
            yield remark(passage, 0, passage.text[:1], message, _HELP)
