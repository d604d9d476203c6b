"""What authors say to rules: a complaint may stand for a reason, and a reason for nothing is a complaint."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rules import WORD_LISTS, Accepted
from executable_glossary.model.text import Text
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark
from executable_glossary.stages.proofread.word_lists import listed
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.term_matcher import mentions


def left(found: Mapping[str, Iterable[Remark]], used: list[Accepted]) -> Iterator[Problem]:
    """The remarks that nobody accepted, as problems; `used` gets what was accepted."""
    for rule, remarks in found.items():
        for remark in remarks:
            fitting = [
                a for a in remark.written.accept if a.fits(rule, remark.part, remark.reader, remark.words)
            ]
            used += fitting
            if not fitting:
                yield Problem(remark.place, rule, remark.message, remark.help, "warning")


def misused(
    glossary: Glossary, rules: Collection[str], judged: Collection[str], used: list[Accepted]
) -> Iterator[Problem]:
    """What is accepted of a rule that there is not, or of a rule that had nothing to say."""
    for written in glossary.written:
        for accepted in written.accept:
            yield from _unknown(accepted.rule, rules)
            if accepted.rule in judged and not any(accepted is one for one in used):
                message = f'nothing here is against the rule "{accepted.rule}" any more'
                yield Problem(accepted.rule.place, "unused-accept", message, "take it out", "warning")
    for off in glossary.rules.off:
        yield from _unknown(off.rule, rules)
    for rule in glossary.rules.words:
        yield from _unknown(rule, WORD_LISTS)


def needless(manuscript: Manuscript) -> Iterator[Problem]:
    """Words that may stand, where none stands or no rule would mind."""
    glossary = manuscript.glossary
    minded = {word for rule in WORD_LISTS for word in listed(glossary, rule)}
    for word in glossary.rules.allowed:
        if not (word.isupper() or word.casefold() in minded) or not _stands(manuscript, word):
            message = f'"{word}" need not be allowed: no rule finds it anywhere'
            yield Problem(word.place, "unused-accept", message, "take it out", "warning")


def _stands(manuscript: Manuscript, word: str) -> bool:
    pattern = mentions((word,), plural=True)
    return any(pattern.search(masked(passage.text)) for passage in manuscript.passages)


def _unknown(rule: Text, known: Collection[str]) -> Iterator[Problem]:
    if rule in known:
        return
    near = get_close_matches(rule, known, n=1)
    help = f'write "{near[0]}"' if near else f"use one of {', '.join(known)}; only rules can be silenced"
    yield Problem(rule.place, "unknown-rule", f'there is no rule "{rule}"', help)
