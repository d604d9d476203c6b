"""What is wrong with a run, said to the author of the example, at the line that did it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from executable_glossary.adapters.word_catalog import english
from executable_glossary.model.evidence import Drift, told_once
from executable_glossary.model.example import Example
from executable_glossary.model.number_format import NumberFormat
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.run import Run

FIGURE_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
HELP = {
    "raised": "run it by hand to see where it came from: glossary run {name} --here",
    "timed out": "let it do less, or allow more with `timeout` in its head",
    "out of memory": "let it hold less, or allow more with `memory` in its head",
    "killed": "an example ends by reaching its last line; look for os._exit, or for a crash in a library",
}


def faults(example: Example, runs: Sequence[Run]) -> tuple[Problem, ...]:
    """All that is wrong with the runs of an example; a fault of some seeds only names them."""
    seeds: dict[Problem, list[int]] = {}
    for run in runs:
        for problem in _faults(example, run):
            seeds.setdefault(problem, []).append(run.seed)
    return tuple(
        problem if len(found) == len(runs) else _with_seeds(problem, found)
        for problem, found in seeds.items()
    )


def drift_problems(example: Example, drifts: Iterable[Drift]) -> Iterator[Problem]:
    """A warning for each metric that is not what was accepted, and one for a seed that came or went."""
    said = NumberFormat(english()).moved
    for drift in told_once(drifts):
        place = _place(example, _line(example, drift.metric))
        message = f"{drift.metric} {said(drift)} (seed {drift.seed}, give or take {drift.tolerance:g})"
        if drift.whole:
            place, message = example.setting_place("seeds"), said(drift)
        help = f"find out why; if it is right, glossary run {example.name} --accept"
        yield Problem(place, "metric-drifted", message, help, "warning")


def not_isolated(isolation: Mapping[str, str]) -> Problem | None:
    """Examples that nobody has read must not run where one of these would stay open to them."""
    wanted = {"network": "off", "processes": "namespace", "files": "refused", "reads": "limited"}
    open_ones = [name for name, state in wanted.items() if isolation.get(name) != state]
    if not open_ones:
        return None
    message = f"untrusted examples do not run here: this system cannot isolate their {', '.join(open_ones)}"
    help = "use --runs frozen, or Linux 5.13 or newer that allows user namespaces and Landlock"
    return Problem(Place("mkdocs.yml"), "not-isolated", message, help)


def _faults(example: Example, run: Run) -> Iterator[Problem]:
    if run.outcome == "skipped":
        message = f"the run of {example.name} could not be stored: {run.message}"
        help = "make room on the disk, or delete the store: only time is lost"
        yield Problem(Place(example.path), "store-unwritable", message, help)
        return
    if run.outcome != "passed":
        code = f"example-{run.outcome.replace(' ', '-')}"
        yield Problem(_place(example, run.line), code, f"{example.name} {_said(run)}", _help(example, run))
        return
    yield from _output_faults(example, run)
    yield from _metric_faults(example, run)
    yield from _figure_faults(example, run)


def _help(example: Example, run: Run) -> str:
    # By hand, an exit would show nothing.
    if run.outcome == "raised" and run.message.startswith("SystemExit"):
        return "take the exit out: an example ends by reaching its last line"
    return HELP[run.outcome].format(name=example.name)


def _said(run: Run) -> str:
    return f"{run.outcome}: {run.message}" if run.message else run.outcome


def _output_faults(example: Example, run: Run) -> Iterator[Problem]:
    place = _place(example, _line(example, "outputs"))
    for name in example.settings.outputs:
        if name in run.pickled:
            message = (
                f'{example.name} wrote "{name}" as a pickle, and whoever opens a pickle runs what is in it'
            )
            help = "write weights as safetensors, numbers with numpy.save or as text"
            yield Problem(place, "output-pickled", message, help)
        elif name not in run.artifacts:
            message = f'{example.name} was to write "{name}" and did not'
            help = "write it into the current folder, or take it out of `outputs`"
            yield Problem(place, "output-missing", message, help)


def _metric_faults(example: Example, run: Run) -> Iterator[Problem]:
    for name, reason in run.rejected.items():
        help = "`metrics` holds numbers, in nested dicts whose keys are plain names"
        place = _place(example, _line(example, name.rpartition(".")[2]) or _line(example, "metrics"))
        yield Problem(place, "metric", f"metric {name}: {reason}", help)


def _figure_faults(example: Example, run: Run) -> Iterator[Problem]:
    names = [figure.name for figure in run.figures]
    for figure in run.figures:
        place = _place(example, _line(example, figure.name))
        if not FIGURE_NAME.fullmatch(figure.name):
            help = 'name it with letters, digits, "-" and "_", a hundred at most: plt.figure("errors")'
            yield Problem(place, "figure-name", f'"{figure.name}" cannot be the name of a file', help)
        elif names.count(figure.name) > 1:
            help = "give each figure a name of its own"
            yield Problem(place, "figure-name", f'two figures are called "{figure.name}"', help)
        elif not figure.alt:
            help = f'figures["{figure.name}"] = {{"caption": "...", "alt": "what can be seen"}}'
            message = f'figure "{figure.name}" has no text for those who do not see it'
            yield Problem(place, "figure-without-alt", message, help, "warning")


def _with_seeds(problem: Problem, seeds: Sequence[int]) -> Problem:
    return replace(problem, message=f"{problem.message} (seed {', '.join(map(str, seeds))})")


def _line(example: Example, word: str) -> int:
    """The last line on which a word stands: `metrics` and `figures` are written at the end. 0 if nowhere."""
    lines = enumerate(example.source.splitlines(), 1)
    pattern = re.compile(rf"(?<![\w.]){re.escape(word)}\b")
    return max((number for number, line in lines if pattern.search(line)), default=0)


def _place(example: Example, line: int) -> Place:
    lines = example.source.splitlines()
    return Place(example.path, line or 1, excerpt=lines[line - 1] if 0 < line <= len(lines) else "")
