"""Reports a value that is not one of the words a key accepts; one rule for each such key."""

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
    summary="The type of an alias is not `spelling`, `form`, `acronym`, or `synonym`.",
    why="The type decides whether prose may use the alias, and how pages introduce it.",
    example="`aliases: [{text: KD, type: abbreviation}]`",
    instead="`aliases: [{text: KD, type: acronym}]`",
)
UNKNOWN_RELATION = Rule(
    code="unknown-relation",
    when="an entry or the axes are read",
    summary="The relation of a see-also is not one that the glossary knows.",
    details="The relations are `broader`, `narrower`, `contrasts`, `part-of`, and `used-with`.",
    why="The relation decides how a link is labeled, where the concept is on the map, and what the data files say.",
    example="`see_also: [{concept: overfitting, relation: similar, why: ...}]`",
    instead="`see_also: [{concept: overfitting, relation: contrasts, why: ...}]`",
)
UNKNOWN_OVER = Rule(
    code="unknown-over",
    when="an entry or the axes are read",
    summary="`over` in a claim or a finding is neither `mean` nor `every`.",
    why="It decides what must be true: the check of the mean over all seeds, or the check of each seed.",
    example="`over: all`",
    instead="`over: every`",
)
UNKNOWN_VERDICT = Rule(
    code="unknown-verdict",
    when="an entry or the axes are read",
    summary="The verdict of a finding is not one that the glossary knows.",
    details="The verdicts are `shown`, `partly`, `not shown`, `contradicted`, and `not tried`.",
    why="The page of evidence groups and counts findings by their verdicts.",
    example="`verdict: confirmed`",
    instead="`verdict: shown`",
)
UNKNOWN_KIND = Rule(
    code="unknown-kind",
    when="an entry or the axes are read",
    summary="The kind of a box in a diagram is not `data`, `model`, `step`, or `result`.",
    why="The kind decides the shape and the color of the box.",
    example="`nodes: [{id: net, label: Network, kind: network}]`",
    instead="`nodes: [{id: net, label: Network, kind: model}]`",
)
UNKNOWN_DIRECTION = Rule(
    code="unknown-direction",
    when="an entry or the axes are read",
    summary="The direction of a diagram is neither `right` nor `down`.",
    why="The direction decides where the next box is drawn.",
    example="`direction: left`",
    instead="`direction: right`",
)
UNKNOWN_QUESTIONS = Rule(
    code="unknown-questions",
    when="an entry or the axes are read",
    summary="`questions` of a role is neither `inline` nor `listed`.",
    why="It decides whether each answer follows its question, or all questions are listed first.",
    example="`questions: first`",
    instead="`questions: listed`",
)
UNKNOWN_CODE = Rule(
    code="unknown-code",
    when="an entry or the axes are read",
    summary="`code` of an audience is not `open`, `folded`, or `absent`.",
    why="It decides whether pages for this audience show code, fold it, or leave it out.",
    example="`code: hidden`",
    instead="`code: absent`",
)
UNKNOWN_VARIES = Rule(
    code="unknown-varies",
    when="an entry or the axes are read",
    summary="An axis in `varies` of a format is neither `role` nor `audience`.",
    why="A format has one page for each value of its axes.",
    example="`varies: [roles]`",
    instead="`varies: [role]`",
)

# By the key that accepts only certain words.
UNKNOWN_VALUES: Mapping[str, Rule] = {
    rule.code.removeprefix("unknown-"): rule
    for rule in (
        *(UNKNOWN_TYPE, UNKNOWN_RELATION, UNKNOWN_OVER, UNKNOWN_VERDICT, UNKNOWN_KIND),
        *(UNKNOWN_DIRECTION, UNKNOWN_QUESTIONS, UNKNOWN_CODE, UNKNOWN_VARIES),
    )
}


def unknown_value(source: YamlSource, path: YamlPath, key: str, error: ErrorDetails) -> Problem:
    """The problem of pydantic's `literal_error` for the value at `path`, with the nearest accepted word."""
    expected = accepted_words(error)
    message = f'{key} "{error["input"]}" is not one of {expected}'
    near = get_close_matches(str(error["input"]), expected.split(", "), n=1)
    help = f'write "{near[0]}"' if near else f"use one of {expected}"
    return UNKNOWN_VALUES[key].at(source.place(path), message, help)


def accepted_words(error: ErrorDetails) -> str:
    """The words of pydantic's `literal_error`, separated by commas."""
    return str(error["ctx"]["expected"].replace("'", "").replace(" or ", ", "))
