"""Reports entries that lack only one of the blocks that a format requires."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.axes import Format
from executable_glossary.model.block import For
from executable_glossary.model.entry import Entry
from executable_glossary.model.rule import ProseRule
from executable_glossary.model.slugs import inside_a_sentence
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark

RULE = ProseRule(
    code="missing-part",
    summary="An entry lacks only one of the blocks that a format requires.",
    details="The rule applies only to formats that require three or more blocks.",
    why="The page needs only one more block to be published, and without a warning, nobody would notice.",
    example="> `intro` and `steps` are written, but `tldr` is not, so there is no blog post.",
    instead="""
        > With three sentences under `tldr`, `/sourdough/blog/` appears.

        Write the block. `glossary plan` shows which formats an entry has.
        """,
    silence="""
        If the concept needs no such page:
        `accept: [{rule: missing-part, in: blog, because: "Nobody asked for a blog post on this."}]`.
        """,
)

# The minimum number of written blocks; a single one may have been written for a different format.
FEWEST_WRITTEN = 2


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for entry in manuscript.glossary.entries.values():
        for format in manuscript.glossary.axes.formats:
            lacking = [kind for kind in format.requires if kind not in entry.blocks]
            if len(lacking) == 1 and len(format.requires) > FEWEST_WRITTEN:
                yield _remark(entry, format, lacking[0])


def _remark(entry: Entry, format: Format, kind: str) -> Remark:
    message = (
        f'"{entry.term}" has every block that {inside_a_sentence(format.label)} pages need except "{kind}"'
    )
    help = f'write the block "{kind}" to publish /{entry.id}/{format.path}/'
    return Remark(entry, format.id, For(), entry.term.place, message, help, kind)
