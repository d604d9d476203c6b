"""Reads an example's committed record, checks its seeds, and finds metrics that drifted beyond their tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from executable_glossary.adapters.files import refused
from executable_glossary.execution.records import RECORD_UNREADABLE, read_record
from executable_glossary.execution.untrusted_result import MAX_PICTURE, is_picture
from executable_glossary.model.evidence import Drift
from executable_glossary.model.example import TOLERANCE, Example, Tolerance, tolerance
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.rule import Rule
from executable_glossary.model.run import Run, named_seeds

# In bytes: the largest record of a run that is within the limits in model/run.py.
MOST_RECORD = 30_000_000

RECORD_OF_OTHER_SEEDS = Rule(
    code="record-of-other-seeds",
    when="an example runs",
    severity="warning",
    summary="The record of an example that does not run contains seeds that differ from those that the example declares.",
    why="Pages show the mean and the range of the recorded seeds, from which an unwelcome one may be missing.",
    example="`seeds = [0, 1, 2]` and a record of seeds 0 and 1",
    instead="The record that `glossary run NAME --accept` writes",
)

TOLERANCE_TOO_WIDE = Rule(
    code="tolerance-too-wide",
    when="an example runs",
    severity="warning",
    summary="A tolerance is larger than every number in the example's record.",
    why="The comparison with the record would accept any result, so a record that is wrong would pass.",
    example="`[tool.glossary.tolerance]` with `default = 1000.0`, where all metrics are between 0 and 1",
    instead="The largest difference between two machines that you would accept, such as `default = 0.02`",
)


def recorded(project: Project, example: str) -> tuple[tuple[Run, ...], tuple[Problem, ...]]:
    """The runs in an example's record, and the problems that make the record untrustworthy: it is a symbolic link
    that points outside the project, is too large, is invalid, or contains a picture file that is not an image. If
    there are problems or no record, there are no runs. Records need these checks because anyone can add one in a
    pull request."""
    folder = project.records
    file = folder / f"{example}.json"
    if file.exists() and (wrong := refused(file, project.root, project.relative(file), MOST_RECORD)):
        return (), (wrong,)
    runs, problems = read_record(folder, example, project.relative(folder))
    problems = (*problems, *_picture_problems(project, example, runs))
    return (() if problems else runs), problems


def _picture_problems(project: Project, example: str, runs: tuple[Run, ...]) -> Iterator[Problem]:
    for figure in (figure for run in runs for figure in run.figures):
        name = project.relative(figure.file)
        if not is_picture(figure):
            help = f"run the example and accept it again: glossary run {example} --accept"
            yield RECORD_UNREADABLE.at(Place(name), "this is not a PNG image", help)
        elif wrong := refused(figure.file, project.root, name, MAX_PICTURE):
            yield wrong


def other_seeds(example: Example, record: Sequence[Run]) -> tuple[Problem, ...]:
    """A warning if the record to be shown contains seeds that differ from those that the example declares."""
    found = tuple(sorted(run.seed for run in record))
    if not record or found == tuple(sorted(example.seeds)):
        return ()
    message = (
        f"the record contains {named_seeds(found)}, but the example declares {named_seeds(example.seeds)}"
    )
    help = f"run the example and accept it again: glossary run {example.name} --accept"
    return (RECORD_OF_OTHER_SEEDS.at(example.setting_place("seeds"), message, help),)


def wide_tolerances(example: Example, record: Sequence[Run]) -> Iterator[Problem]:
    """A warning for each tolerance that no recorded metric could exceed, even if it became zero."""
    largest = max((abs(value) for run in record for value in run.metrics.values()), default=math.inf)
    for name, allowed in example.settings.tolerance.items():
        if allowed != "none" and allowed > max(largest, TOLERANCE):
            message = (
                f"the tolerance of {name} is {allowed:g}, but no recorded metric is larger than {largest:g}"
            )
            help = "write the largest difference between two machines that you would accept"
            yield TOLERANCE_TOO_WIDE.at(example.setting_place("tolerance"), message, help)


def drifts(
    recorded: Iterable[Run], now: Iterable[Run], tolerances: Mapping[str, Tolerance]
) -> tuple[Drift, ...]:
    """The metrics that differ by more than their tolerance, for each seed, and the metrics that only one side contains.

    tolerances: absolute tolerances, keyed by metric name pattern; see `model.example.tolerance`.
    """
    return tuple(_drifts({run.seed: run for run in recorded}, {run.seed: run for run in now}, tolerances))


def _drifts(
    recorded: Mapping[int, Run], now: Mapping[int, Run], tolerances: Mapping[str, Tolerance]
) -> Iterator[Drift]:
    for seed in sorted({*recorded, *now}):
        before = recorded[seed].metrics if seed in recorded else {}
        after = now[seed].metrics if seed in now else {}
        whole = seed not in recorded or seed not in now
        for metric in sorted({*before, *after}):
            old, new = before.get(metric, math.nan), after.get(metric, math.nan)
            allowed = tolerance(metric, tolerances)
            # NaN (a value that one side lacks) counts as drift. The small constant prevents rounding errors from
            # counting as drift.
            if allowed < math.inf and not abs(old - new) <= allowed + 1e-9:
                yield Drift(metric, seed, old, new, allowed, whole)
