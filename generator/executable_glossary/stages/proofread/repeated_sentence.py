"""What is written for two readers says something else to each: no sentence of one is repeated to another."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.entry import Entry
from executable_glossary.stages.proofread.manuscript import Manuscript, Passage, Remark, remark
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.sentences import sentences

# Shorter sentences may well be the same by chance.
FEWEST_WORDS = 8

_HELP = "say it once in a text without `for`, or say it to each in their own words"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    first: dict[tuple[str, tuple[str, ...]], Passage] = {}
    for passage in manuscript.passages:
        if not isinstance(passage.written, Entry) or not passage.reader.rank:
            continue
        for sentence in sentences(masked(passage.text)):
            if sentence.text.count(" ") >= FEWEST_WORDS - 1 and len(sentence.words) >= FEWEST_WORDS:
                other = first.setdefault((passage.written.id, sentence.words), passage)
                if other.reader != passage.reader:
                    shown = passage.text[sentence.offset : sentence.offset + len(sentence.text)]
                    message = f"this sentence is said to {_name(other)} as well ({other.text.place})"
                    yield remark(passage, sentence.offset, shown, message, _HELP)


def _name(passage: Passage) -> str:
    named = (passage.reader.role, passage.reader.audience)
    return " and ".join(f'"{name}"' for name in named if name)
