"""Reports words that are not spelled the way this glossary spells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.rule import ProseRule
from executable_glossary.model.slugs import inside_a_sentence
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.stages.proofread.word_lists import advice, matches, words_of

RULE = ProseRule(
    code="spelling",
    summary="A word is spelled differently than in the rest of the glossary.",
    details="""
        The glossary uses one variety of English (American, in `templates/rules/spelling.yml`) and one spelling for
        each of its terms. An alias of the type `spelling` is for searching and linking; prose must use the term.
        Hyphens in the glossary's own names are required. A word in quotation marks is not checked.
        """,
    why="Two spellings look like two different things. Readers who search for one miss the other.",
    example="> The colour of a wholegrain loaf, where the term is whole-grain",
    instead="""
        > The color of a whole-grain loaf

        Use the suggested spelling. Add your own words to `concepts/_rules.yml`:
        `words: {spelling: {e-mail: email}}`. If your glossary uses a different variety of English, put its word
        list in your own `templates/rules/spelling.yml`.
        """,
    silence="""
        If it is a proper name, which keeps its spelling:
        `accept: [{rule: spelling, words: Centre, because: "It is the name of a place."}]`.
        """,
)

# A short name without its hyphen can be a different word, as in "co-op" and "coop".
_TOO_SHORT = 6


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    words = {**words_of(manuscript.glossary, RULE.code), **preferred_spellings(manuscript.glossary)}
    for passage, offset, word, instead in matches(manuscript, words):
        message = f'"{word}" is not the spelling used in this glossary'
        yield remark(passage, offset, word, message, advice(instead))


def preferred_spellings(glossary: Glossary) -> Mapping[str, str]:
    """The correct spelling, keyed by incorrect spelling: aliases of the type `spelling`, and names without hyphens."""
    names = glossary.names
    long = [name for name in names if "-" in name and len(name) > _TOO_SHORT]
    joined = {name.replace("-", joint): name for name in long for joint in (" ", "")}
    spellings = {wrong: right for wrong, right in joined.items() if wrong not in names}
    for entry in glossary.entries.values():
        spellings |= {
            alias: inside_a_sentence(entry.term)
            for alias in _spelling_aliases(entry)
            if alias != entry.term.casefold()
        }
    return spellings


def _spelling_aliases(entry: Entry) -> Iterator[str]:
    yield from (alias.text.casefold() for alias in entry.aliases if alias.type == "spelling")
