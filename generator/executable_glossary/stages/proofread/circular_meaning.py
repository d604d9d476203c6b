"""A meaning stands on its own feet: it uses neither its own term nor one whose meaning leads back to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from executable_glossary.model.block import chosen
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place
from executable_glossary.stages.proofread.manuscript import Manuscript, Passage, Remark, remark
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.sentences import sentences
from executable_glossary.text.term_matcher import mentions


def own_term(manuscript: Manuscript) -> Iterator[Remark]:
    for passage in manuscript.passages:
        if passage.part == "meaning" and isinstance(passage.written, Entry):
            names = tuple(name.casefold() for name in passage.written.names)
            # What the first sentence has said, a second one may call by its name.
            if found := mentions(names, plural=True).search(_first_sentence(passage.text)):
                message = f'the meaning of "{passage.written.term}" uses "{found[0]}" itself'
                help = "say it in words that a reader has who does not know the term yet"
                yield remark(passage, found.start(), found[0], message, help)


def _first_sentence(text: str) -> str:
    seen = masked(text)
    return next((seen[: one.offset + len(one.text)] for one in sentences(seen)), "")


def circular(manuscript: Manuscript) -> Iterator[Remark]:
    """Each reader has meanings of their own. Of two that lean on each other the first by id is told."""
    audiences = (None, *(audience.id for audience in manuscript.glossary.axes.audiences))
    told: dict[tuple[Place, str], Remark] = {}
    for audience in audiences:
        told |= {(one.place, one.message): one for one in _circles(manuscript.glossary, audience)}
    yield from told.values()


def _circles(glossary: Glossary, audience: str | None) -> Iterator[Remark]:
    said = dict(_meanings(glossary, audience))
    leans = {id: _leans_on(glossary, passage) for id, passage in said.items()}
    for id, others in leans.items():
        for other in sorted(others):
            if id < other and id in leans.get(other, {}):
                yield _circle(said[id], *others[other], said[other])


def _meanings(glossary: Glossary, audience: str | None) -> Iterator[tuple[str, Passage]]:
    for id, entry in glossary.entries.items():
        variant = chosen(entry.meaning, None, audience)
        if variant is not None and variant.text is not None:
            yield id, Passage(entry, "meaning", variant.reader, variant.text)


def _leans_on(glossary: Glossary, passage: Passage) -> Mapping[str, tuple[int, str]]:
    """Id of a concept → where its name stands in the meaning."""
    found: dict[str, tuple[int, str]] = {}
    for match in mentions(glossary.phrases, plural=True).finditer(masked(passage.text)):
        name = match[0].casefold()
        # A letter that only looks like another is matched in any case, and folded otherwise.
        if id := glossary.names.get(name) or glossary.names.get(name.removesuffix("s")):
            found.setdefault(id, (match.start(), match[0]))
    return found


def _circle(passage: Passage, offset: int, word: str, back: Passage) -> Remark:
    terms = [one.written.term for one in (passage, back) if isinstance(one.written, Entry)]
    message = f'"{terms[0]}" is explained by "{terms[1]}", which is explained by it ({back.text.place})'
    return remark(passage, offset, word, message, "explain one of them by something that is known already")
