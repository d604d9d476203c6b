"""Reports meanings that use the term they explain."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.entry import Entry
from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.sentences import sentences
from executable_glossary.text.term_matcher import mentions

RULE = ProseRule(
    code="own-term",
    summary="A meaning uses the term that it explains.",
    details="""
        The first sentence must not contain the term or an alias. Later sentences can contain them, because the
        reader knows the term by then.
        """,
    why="""
        A preview shows the meaning alone. Readers who look up a word and find the same word have learned only its
        spelling.
        """,
    example="> Proofing: the time in which a dough is proofed.",
    instead="""
        > Proofing: the last rise of a shaped dough before it goes into the oven.

        Describe what you would see: what goes in, what happens, and what comes out.
        """,
    silence="""
        If the term is a proper name:
        `accept: [{rule: own-term, because: "The term is a name, and the sentence explains whose."}]`.
        """,
)


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for passage in manuscript.passages:
        if passage.part == "meaning" and isinstance(passage.written, Entry):
            names = tuple(name.casefold() for name in passage.written.names)
            if match := mentions(names, plural=True).search(_first_sentence(passage.text)):
                message = f'the meaning of "{passage.written.term}" contains "{match[0]}"'
                help = "explain it in words that a reader already knows"
                yield remark(passage, match.start(), match[0], message, help)


def _first_sentence(text: str) -> str:
    prose = masked(text)
    return next((prose[: first.offset + len(first.text)] for first in sentences(prose)), "")
