"""Limits the nesting depth and the number of values in a YAML file. Very deep nesting would crash the YAML parser."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.text import TOO_LARGE

# The most elaborate entry nests 9 levels deep and contains about 2,000 values.
DEEPEST, MOST_VALUES = 50, 50_000
LONGEST_NUMBER = 40  # characters

_BEGINS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def out_of_bounds(path: str, events: Iterable[yaml.Event]) -> Problem | None:
    """A problem at the point where the file exceeds a limit, or None if it is within the limits.

    events: the events that `yaml.parse` yields. Raises yaml.YAMLError if the file is malformed.
    """
    depth = values = 0
    for event in events:
        depth += isinstance(event, _BEGINS) - isinstance(event, _ENDS)
        values += isinstance(event, (*_BEGINS, yaml.ScalarEvent))
        if depth > DEEPEST:
            return _problem(
                path, event, f"is nested more than {DEEPEST} levels deep", "remove brackets or indentation"
            )
        if values > MOST_VALUES:
            return _problem(path, event, f"contains more than {MOST_VALUES:,} values", "split or shorten it")
    return None


def _problem(path: str, event: yaml.Event, message: str, help: str) -> Problem:
    line = event.start_mark.line if event.start_mark else 0
    return TOO_LARGE.at(Place(path, line + 1), f"the file {message}", help)
