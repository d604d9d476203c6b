"""Reports sentences that appear in the text for two different readers."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.entry import Entry
from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Passage, Remark, remark
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.sentences import sentences

RULE = ProseRule(
    code="repeated-sentence",
    summary="A sentence written for one reader is repeated for another.",
    details="The rule applies only to text with `for`, and to sentences of at least eight words.",
    why="""
        A variant exists because its reader needs different words. A sentence that suits both readers belongs in the
        text for all readers, so that there is only one copy to keep up to date.
        """,
    example="""
        > For beginners: Feed the starter once a day with flour and water. For bakers: Feed the starter once a day
        > with flour and water.
        """,
    instead="""
        > For beginners: Feed it every morning, as you would a cat. For bakers: Feed it when it begins to sink, before
        > the yeasts starve.

        Move the sentence to text without `for`, or explain to each reader what it means for them.
        """,
    silence="""
        If both readers need exactly the same words:
        `accept: [{rule: repeated-sentence, in: questions, because: "Both must read the same warning."}]`.
        """,
)

# Shorter sentences may be identical by chance.
FEWEST_WORDS = 8

_HELP = "move it to text without `for`, or rewrite it for each reader"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    first: dict[tuple[str, tuple[str, ...]], Passage] = {}
    for passage in manuscript.passages:
        if not isinstance(passage.written, Entry) or not passage.reader.rank:
            continue
        for sentence in sentences(masked(passage.text)):
            if sentence.text.count(" ") >= FEWEST_WORDS - 1 and len(sentence.words) >= FEWEST_WORDS:
                other = first.setdefault((passage.written.id, sentence.words), passage)
                if other.reader != passage.reader:
                    quoted = passage.text[sentence.offset : sentence.offset + len(sentence.text)]
                    message = f"this sentence is also in the text for {_name(other)} ({other.text.place})"
                    yield remark(passage, sentence.offset, quoted, message, _HELP)


def _name(passage: Passage) -> str:
    named = (passage.reader.role, passage.reader.audience)
    return " and ".join(f'"{name}"' for name in named if name)
