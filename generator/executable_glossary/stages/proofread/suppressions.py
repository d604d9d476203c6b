"""Silences rules where an author accepted a problem with a reason, and reports exceptions that are not needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import ProseRule, Rule
from executable_glossary.model.rule_settings import Accepted
from executable_glossary.model.text import Text
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark
from executable_glossary.stages.proofread.word_lists import listed
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.term_matcher import mentions

UNUSED_ACCEPT = Rule(
    code="unused-accept",
    when="the prose is proofread",
    severity="warning",
    summary="An entry silences a rule that reports nothing in that entry.",
    details="The rule also reports a word under `allowed` in `concepts/_rules.yml` that no prose rule would report.",
    why="An unneeded exception could later silence a problem that nobody has reviewed.",
    example="`accept: [{rule: long-sentence, because: It is a quotation.}]`, after the quotation was deleted",
    instead="Delete the item.",
)
UNKNOWN_RULE = Rule(
    code="unknown-rule",
    when="the prose is proofread",
    summary="An entry or `concepts/_rules.yml` names a prose rule that does not exist.",
    details="Only prose rules can be silenced or switched off, and only they have word lists to extend.",
    why="A misspelled name silences nothing, but its author believes that it does.",
    example="`accept: [{rule: emptyword, because: It is a brand name.}]`",
    instead="`accept: [{rule: empty-word, because: It is a brand name.}]`. `glossary explain` lists all rules.",
)


def unsilenced(remarks: Mapping[ProseRule, Iterable[Remark]], used: list[Accepted]) -> Iterator[Problem]:
    """The remarks that no author accepted, as problems. Adds to `used` the exceptions that silenced the others."""
    for rule, of_rule in remarks.items():
        for remark in of_rule:
            fitting = [
                accepted
                for accepted in remark.written.accept
                if accepted.fits(rule.code, remark.part, remark.reader, remark.words)
            ]
            used += fitting
            if not fitting:
                yield rule.at(remark.place, remark.message, remark.help)


def misused(
    glossary: Glossary, rules: Collection[str], applied: Collection[str], used: list[Accepted]
) -> Iterator[Problem]:
    """Reports names of rules that do not exist, and accepted problems that no longer occur.

    applied: the codes of the rules that were applied, a subset of `rules`.
    """
    for written in glossary.written:
        for accepted in written.accept:
            yield from _unknown(accepted.rule, rules)
            if accepted.rule in applied and not any(accepted is each for each in used):
                message = f'the rule "{accepted.rule}" reports nothing here'
                yield UNUSED_ACCEPT.at(accepted.rule.place, message, "delete the item")
    for off in glossary.rules.off:
        yield from _unknown(off.rule, rules)
    for rule in glossary.rules.words:
        yield from _unknown(rule, glossary.word_lists)


def needless(manuscript: Manuscript) -> Iterator[Problem]:
    """Reports allowed words that appear nowhere or that no rule would report."""
    glossary = manuscript.glossary
    reported = {word for rule in glossary.word_lists for word in listed(glossary, rule)}
    for word in glossary.rules.allowed:
        if not (word.isupper() or word.casefold() in reported) or not _appears(manuscript, word):
            message = f'"{word}" does not need to be allowed: no rule would report it'
            yield UNUSED_ACCEPT.at(word.place, message, "delete it")


def _appears(manuscript: Manuscript, word: str) -> bool:
    pattern = mentions((word,), plural=True)
    return any(pattern.search(masked(passage.text)) for passage in manuscript.passages)


def _unknown(rule: Text, known: Collection[str]) -> Iterator[Problem]:
    if rule in known:
        return
    near = get_close_matches(rule, known, n=1)
    help = (
        f'write "{near[0]}"' if near else f"use one of {', '.join(known)}; only prose rules can be silenced"
    )
    yield UNKNOWN_RULE.at(rule.place, f'there is no prose rule "{rule}"', help)
