"""How much a file of YAML may hold. The reader itself knows no bounds: nested deeply enough, it ends Python."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from executable_glossary.model.problem import Place, Problem

# An entry with everything nests 9 deep and holds some 2,000 values.
DEEPEST, MOST_VALUES = 50, 50_000
LONGEST_NUMBER, LONGEST_TEXT = 40, 20_000  # in characters; ten printed pages

_BEGINS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def out_of_bounds(path: str, events: Iterable[yaml.Event]) -> Problem | None:
    """What is wrong with a file that nests too deeply or holds too much, told where it does. YAMLError passes."""
    depth = values = 0
    for event in events:
        depth += isinstance(event, _BEGINS) - isinstance(event, _ENDS)
        values += isinstance(event, (*_BEGINS, yaml.ScalarEvent))
        if depth > DEEPEST:
            return _problem(
                path, event, f"nests more than {DEEPEST} deep", "take brackets or indentation out"
            )
        if values > MOST_VALUES:
            return _problem(
                path, event, f"holds more than {MOST_VALUES:,} values", "divide it, or shorten it"
            )
    return None


def _problem(path: str, event: yaml.Event, message: str, help: str) -> Problem:
    line = event.start_mark.line if event.start_mark else 0
    return Problem(Place(path, line + 1), "too-large", f"the file {message}", help)
