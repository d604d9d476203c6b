"""Reads all prose as an editor would: one rule in each file, kept in this list by its code.

What a rule says is taste where `check` is certain. So it is a warning, and an author may accept it with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Problem
from executable_glossary.model.rules import Accepted
from executable_glossary.stages.proofread import (
    circular_meaning,
    jargon,
    long_block,
    long_sentence,
    missing_part,
    reading_grade,
    repeated_sentence,
    source_year,
    stale_review,
    suppressions,
    too_long,
    word_lists,
)
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark

Rule = Callable[[Manuscript], Iterator[Remark]]

RULES: Mapping[str, Rule] = {
    "circular-meaning": circular_meaning.circular,
    "empty-word": word_lists.empty,
    "inclusive": word_lists.inclusive,
    "jargon": jargon.remarks,
    "long-block": long_block.remarks,
    "long-sentence": long_sentence.remarks,
    "missing-part": missing_part.remarks,
    "own-term": circular_meaning.own_term,
    "reading-grade": reading_grade.remarks,
    "repeated-sentence": repeated_sentence.remarks,
    "source-year": source_year.remarks,
    "spelling": word_lists.spelling,
    "stale-review": stale_review.remarks,
    "too-long": too_long.remarks,
}
# Of what cannot be judged now, no reason is called needless.
OF_PAGES = frozenset(["jargon", "reading-grade", "too-long"])
OF_TIME = frozenset(["stale-review"])


def proofread(
    glossary: Glossary, plan: Plan | None, today: date | None, among: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """All that rules have against the prose. Without a plan or a date, what needs them is not judged.

    among: the concepts whose entries are read; without it, all are, and the findings.
    """
    manuscript = Manuscript(glossary, plan, today, among)
    off = {str(rule.rule) for rule in glossary.rules.off}
    followed = {code: rule(manuscript) for code, rule in RULES.items() if code not in off}
    used: list[Accepted] = []
    complaints = tuple(suppressions.left(followed, used))
    unjudged = (frozenset() if plan else OF_PAGES) | (frozenset() if today else OF_TIME)
    misused = suppressions.misused(glossary, RULES, RULES.keys() - unjudged, used)
    told = (*complaints, *misused, *suppressions.needless(manuscript))
    # Of what was not read, it would seem that nothing that was accepted is there.
    read = {entry.term.place.path for entry in manuscript.entries}
    return told if among is None else tuple(problem for problem in told if problem.place.path in read)
