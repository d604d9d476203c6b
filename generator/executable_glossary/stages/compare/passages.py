"""What reads differently on one page: its passages, paired as a person would pair them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from executable_glossary.model.comparison import Edit
from executable_glossary.text.page_text import Passage
from executable_glossary.text.word_diff import ALIKE, alike


def edits(before: Sequence[Passage], after: Sequence[Passage]) -> tuple[Edit, ...]:
    """The edits in the order of the page as it is now; those of sections that are gone come last."""
    ids = dict.fromkeys(passage.section for passage in (*after, *before))
    return tuple(
        edit
        for section in ids
        for edit in _edits(
            [one for one in before if one.section == section],
            [one for one in after if one.section == section],
        )
    )


def sections(passages: Sequence[Passage]) -> Iterator[tuple[tuple[str, str], str]]:
    """What a page says section by section: its id and heading, and its passages with a blank line between."""
    for where, said in groupby(passages, key=lambda passage: (passage.section, passage.heading)):
        texts = [passage.text for passage in said]
        yield where, "\n\n".join(texts[1:] if texts[0] == where[1] and texts[1:] else texts)


def _edits(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Edit]:
    old, new = ([passage.text for passage in side] for side in (before, after))
    heading = (after or before)[-1].heading
    section = (after or before)[0].section
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (Edit(section, heading, *pair) for pair in _pairs(old[i:j], new[k:m]))


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each old passage with the first new one that it could have become; the others came or went."""
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    waiting = list(new)
    for text in old:
        partner = next((other for other in waiting if alike(text, other) >= ALIKE), None)
        if partner is None:
            yield text, ""
            continue
        yield from (("", passed) for passed in waiting[: waiting.index(partner)])
        del waiting[: waiting.index(partner) + 1]
        yield text, partner
    yield from (("", text) for text in waiting)
