"""Reports a value that is not one of the words that a key accepts. Each such key has its own rule."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic_core import ErrorDetails

from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import YamlPath, YamlSource

UNKNOWN_TYPE = Rule(
    code="unknown-type",
    when="an entry or the axes are read",
    summary="The type of an alias is not `spelling`, `form`, `acronym`, `synonym`, or `related`.",
    why="The type determines whether prose may use the alias, and how pages introduce it.",
    example="`aliases: [{text: KD, type: abbreviation}]`",
    instead="`aliases: [{text: KD, type: acronym}]`",
)
UNKNOWN_RELATION = Rule(
    code="unknown-relation",
    when="an entry or the axes are read",
    summary="A see-also reference has an unrecognized relation.",
    details="The relations are `broader`, `narrower`, `contrasts`, `part-of`, and `used-with`.",
    why="The relation determines a link's label, a concept's position on the map, and the relation in the data files.",
    example="`see_also: [{concept: starter, relation: similar, why: ...}]`",
    instead="`see_also: [{concept: starter, relation: contrasts, why: ...}]`",
)
UNKNOWN_OVER = Rule(
    code="unknown-over",
    when="an entry or the axes are read",
    summary="`over` in a claim or a finding is neither `mean` nor `every`.",
    why="`over` determines whether the check must hold for the mean over all seeds, or for each individual seed.",
    example="`over: all`",
    instead="`over: every`",
)
UNKNOWN_THRESHOLD = Rule(
    code="unknown-threshold",
    when="an entry or the axes are read",
    summary="`threshold` in a claim is neither `before` nor `after`.",
    why="Pages state whether the threshold was set before the runs that test it or after somebody had seen their results.",
    example="`threshold: 0.28`",
    instead="`threshold: after`",
)
UNKNOWN_VERDICT = Rule(
    code="unknown-verdict",
    when="an entry or the axes are read",
    summary="A finding has an unrecognized verdict.",
    details="The verdicts are `shown`, `partly`, `not shown`, `contradicted`, and `not tried`.",
    why="The evidence page groups and counts findings by their verdicts.",
    example="`verdict: confirmed`",
    instead="`verdict: shown`",
)
UNKNOWN_KIND = Rule(
    code="unknown-kind",
    when="an entry or the axes are read",
    summary="The kind of a box in a diagram is not `data`, `model`, `step`, or `result`.",
    why="The kind determines the shape and color of the box.",
    example="`nodes: [{id: dough, label: Dough, kind: dough}]`",
    instead="`nodes: [{id: dough, label: Dough, kind: result}]`",
)
UNKNOWN_DIRECTION = Rule(
    code="unknown-direction",
    when="an entry or the axes are read",
    summary="The direction of a diagram is neither `right` nor `down`.",
    why="The direction determines where the next box is drawn.",
    example="`direction: left`",
    instead="`direction: right`",
)
UNKNOWN_QUESTIONS = Rule(
    code="unknown-questions",
    when="an entry or the axes are read",
    summary="A role's `questions` setting is neither `inline` nor `listed`.",
    why="The setting determines whether each answer follows its question, or all questions are listed first.",
    example="`questions: first`",
    instead="`questions: listed`",
)
UNKNOWN_CODE = Rule(
    code="unknown-code",
    when="an entry or the axes are read",
    summary="An audience's `code` setting is not `open`, `folded`, or `absent`.",
    why="The setting determines whether pages for this audience show, collapse, or omit code.",
    example="`code: hidden`",
    instead="`code: absent`",
)
UNKNOWN_VARIES = Rule(
    code="unknown-varies",
    when="an entry or the axes are read",
    summary="An axis in a format's `varies` setting is neither `role` nor `audience`.",
    why="A format has one page for each value of the axes listed there.",
    example="`varies: [roles]`",
    instead="`varies: [role]`",
)

# Keyed by the YAML key that accepts only certain words.
UNKNOWN_VALUES: Mapping[str, Rule] = {
    rule.code.removeprefix("unknown-"): rule
    for rule in (
        *(UNKNOWN_TYPE, UNKNOWN_RELATION, UNKNOWN_OVER, UNKNOWN_THRESHOLD, UNKNOWN_VERDICT, UNKNOWN_KIND),
        *(UNKNOWN_DIRECTION, UNKNOWN_QUESTIONS, UNKNOWN_CODE, UNKNOWN_VARIES),
    )
}


def unknown_value(source: YamlSource, path: YamlPath, key: str, error: ErrorDetails) -> Problem:
    """The problem for pydantic's `literal_error` at `path`, with the most similar accepted word."""
    expected = accepted_words(error)
    message = f'{key} "{error["input"]}" is not one of {expected}'
    near = get_close_matches(str(error["input"]), expected.split(", "), n=1)
    help = f'write "{near[0]}"' if near else f"use one of {expected}"
    return UNKNOWN_VALUES[key].at(source.place(path), message, help)


def accepted_words(error: ErrorDetails) -> str:
    """The words that are accepted according to pydantic's `literal_error`, separated by commas."""
    return str(error["ctx"]["expected"].replace("'", "").replace(" or ", ", "))
