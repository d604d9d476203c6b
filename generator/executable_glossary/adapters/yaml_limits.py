"""Limits the nesting and the number of values in a YAML file: very deep nesting would crash the YAML parser."""

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
    """The problem of a file that exceeds a limit, at the place where it does; None if there is none.

    events: as `yaml.parse` yields them. Raises yaml.YAMLError if the file is malformed.
    """
    depth = values = 0
    for event in events:
        depth += isinstance(event, _BEGINS) - isinstance(event, _ENDS)
        values += isinstance(event, (*_BEGINS, yaml.ScalarEvent))
        if depth > DEEPEST:
            return _problem(
                path, event, f"nests more than {DEEPEST} levels deep", "remove brackets or indentation"
            )
        if values > MOST_VALUES:
            return _problem(
                path, event, f"contains more than {MOST_VALUES:,} values", "split it, or shorten it"
            )
    return None


def _problem(path: str, event: yaml.Event, message: str, help: str) -> Problem:
    line = event.start_mark.line if event.start_mark else 0
    return TOO_LARGE.at(Place(path, line + 1), f"the file {message}", help)
