"""A format that is one block short of its pages says which: most of the work is done already."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.axes import Format
from executable_glossary.model.block import For
from executable_glossary.model.entry import Entry
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark

# One block alone may be there for another format.
FEWEST_WRITTEN = 2


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for entry in manuscript.glossary.entries.values():
        for format in manuscript.glossary.axes.formats:
            lacking = [kind for kind in format.requires if kind not in entry.blocks]
            if len(lacking) == 1 and len(format.requires) > FEWEST_WRITTEN:
                yield _remark(entry, format, lacking[0])


def _remark(entry: Entry, format: Format, kind: str) -> Remark:
    message = f'"{entry.term}" has all that {format.label.lower()} pages need but "{kind}"'
    help = f'write the block "{kind}", and /{entry.id}/{format.path}/ appears'
    return Remark(entry, format.id, For(), entry.term.place, message, help, kind)
