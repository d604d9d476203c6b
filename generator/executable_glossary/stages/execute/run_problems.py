"""Reports a run's problems to the author of the example, each at the line that caused it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from executable_glossary.adapters.word_catalog import english
from executable_glossary.execution.pickles import OUTPUT_PICKLED
from executable_glossary.model.evidence import Drift, told_once
from executable_glossary.model.example import Example
from executable_glossary.model.number_format import NumberFormat
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.run import MOST_NUMBERS, Outcome, Run, named_seeds
from executable_glossary.stages.execute.output_problems import (
    figure_problems,
    incomplete_outputs,
    last_line,
    place_of,
)

EXAMPLE_RAISED = Rule(
    code="example-raised",
    when="an example runs",
    summary="An example raised an exception.",
    why="Pages have no results to show, and claims based on the example cannot be checked.",
    example="`data = open('measurments.csv')`, a file that does not exist",
    instead="`data = open('measurements.csv')`; `glossary run NAME --here` runs the example with a full traceback.",
)
EXAMPLE_TIMED_OUT = Rule(
    code="example-timed-out",
    when="an example runs",
    summary="An example ran longer than its time limit.",
    details="""
        The default limit is 300 seconds; change it with `timeout` in the example's header or under `example_defaults`.
        The message quotes the last lines of standard error, which often explain why a run hangs, and the example's page
        shows the stack below the last cell that ran.
        """,
    why="A run that never ends would block every build.",
    example="`rounds = 10_000`",
    instead="Fewer rounds, or `timeout = 900` in the header",
)
EXAMPLE_OUT_OF_MEMORY = Rule(
    code="example-out-of-memory",
    when="an example runs",
    summary="An example used more memory than its limit.",
    details="""
        The default limit is 2048 MB; change it with `memory` in the example's header or under `example_defaults`. The
        limit applies to all processes of the run together.
        """,
    why="The run could slow down or crash the machine that builds the site.",
    example="`numpy.ones((50_000, 50_000))`, which takes 20 GB",
    instead="Smaller arrays, or `memory = 8000` in the header",
)
EXAMPLE_KILLED = Rule(
    code="example-killed",
    when="an example runs",
    summary="The process of an example ended before its last cell finished.",
    details="""
        The process was terminated by a signal, called `os._exit`, printed more than 100 MB, started more than 100
        processes, or made it impossible to write its results, or the build was stopped.
        """,
    why="Its results are incomplete.",
    example="`os._exit(0)` in a cell",
    instead="A script that runs to completion",
)
OUTPUT_MISSING = Rule(
    code="output-missing",
    when="an example runs",
    summary="An example did not write a file that it declares as an output.",
    details="A symbolic link, a folder, or a pipe with the name of the output is not a file.",
    why="Examples that need the file cannot run.",
    example='`outputs = ["heights.npy"]` when no cell writes the file',
    instead="A cell that writes `heights.npy` to the current folder",
)
PATH_ABOVE = Rule(
    code="path-above",
    when="an example runs",
    severity="warning",
    summary="An example used a relative path to look for a file outside its folder, but did not find it.",
    details="""
        A run has its own working folder, which contains the files next to the script. If the run cannot
        see this folder in place of the script's folder, the parent folder, `..`, contains no files from the project.
        The rule requires tracing (see `glossary doctor`).
        """,
    why="A manual run finds the file, so its result would differ from the one on the page.",
    example='`if os.path.exists("../data/rate.txt")`',
    instead='`Path(__file__).parent / "../data/rate.txt"`',
)
METRIC = Rule(
    code="metric",
    when="an example runs",
    summary="A value in `metrics` is not a finite number, or its name is not an identifier.",
    details="""
        A value can be a number from any library, or an array or tensor without dimensions; for an array or tensor with
        one element, `.item()` returns the number in it. If `metrics` is a module, a function, or anything else that
        contains no numbers, it is ignored.
        """,
    why="Text and claims refer to metrics by name, as in `{{ loaves.risen }}`, and calculate with them.",
    example='`metrics = {"final height": "92 %"}`',
    instead='`metrics = {"final_height": 0.92}`',
)
SAME_FOR_ALL_SEEDS = Rule(
    code="same-for-all-seeds",
    when="an example runs",
    severity="warning",
    summary="A run that measures several seeds together has the same metrics for all of them.",
    details="""
        A metric that is a single number applies to every seed. If one run measures several seeds (`seeds = {together =
        [0, 1, 2]}`), at least one metric must have one number for each seed, and these numbers must not all be equal.
        """,
    why="Pages would report that three seeds agree, even though only one number was measured.",
    example='`metrics = {"misses": missed.mean()}`, which averages over the seeds',
    instead='`metrics = {"misses": missed.mean(axis=1)}`, with one row for each seed; or `seeds = [0]`',
)
METRIC_DRIFTED = Rule(
    code="metric-drifted",
    when="an example runs",
    severity="warning",
    summary="A metric differs from the record by more than its tolerance.",
    details="The default tolerance is 0.02; change it with `tolerance` in the example's header.",
    why="Pages show the new number, and statements in the text about the old one may no longer be true.",
    example="A recorded height of 0.92 and a current height of 0.85",
    instead="Find and fix the cause, or accept the new result with `glossary run NAME --accept`.",
)
STORE_UNWRITABLE = Rule(
    code="store-unwritable",
    when="an example runs",
    summary="The results of a run could not be stored.",
    details="The disk is full, or the folder for stored runs (`.glossary`) is not writable.",
    why="The example would have to run again in every build.",
    example="A disk without free space",
    instead="Free up disk space, for example with `glossary store gc`, which deletes old runs.",
)
NOT_ISOLATED = Rule(
    code="not-isolated",
    when="an example runs",
    summary="`untrusted` is set, but this system cannot isolate examples, so nothing runs.",
    details="Isolation requires Linux 5.13 or later with Landlock and user namespaces.",
    why="An example that nobody has reviewed could send or delete files on the machine that builds the site.",
    example="`glossary build --untrusted` on macOS",
    instead="`glossary build --untrusted` on Linux, or `--runs frozen`, which runs nothing",
)

LONGEST_SHOWN = 60  # characters of a metric's name in a message
# The rule that each outcome violates, and the help text, keyed by outcome.
FAILURES: Mapping[Outcome, tuple[Rule, str]] = {
    "raised": (EXAMPLE_RAISED, "to see the cause, run it directly: glossary run {name} --here"),
    "timed out": (
        EXAMPLE_TIMED_OUT,
        "reduce its work, or raise `timeout` in its header or, for all examples, under `example_defaults` in mkdocs.yml",
    ),
    "out of memory": (
        EXAMPLE_OUT_OF_MEMORY,
        "reduce its memory use, or raise `memory` in its header or, for all examples, under `example_defaults` in mkdocs.yml",
    ),
    "killed": (
        EXAMPLE_KILLED,
        "look for os._exit, or for a crash in a library: an example must run to completion",
    ),
}


def run_problems(example: Example, runs: Sequence[Run]) -> tuple[Problem, ...]:
    """All problems with an example's runs. If only some runs have a problem, its message lists their seeds."""
    seeds: dict[Problem, list[int]] = {}
    for run in runs:
        for problem in _problems(example, run):
            seeds.setdefault(problem, []).append(run.seed)
    found = (
        problem if len(affected) == len(runs) else _with_seeds(problem, affected)
        for problem, affected in seeds.items()
    )
    return (*found, *_same_for_all_seeds(example, runs), *_too_many_numbers(example, runs))


def drift_problems(example: Example, drifts: Iterable[Drift]) -> Iterator[Problem]:
    """A warning for each metric that drifted, and one for each seed that only the record or only the run has."""
    change = NumberFormat(english()).moved
    for drift in told_once(drifts):
        place = place_of(example, last_line(example, drift.metric))
        message = f"{drift.metric} {change(drift)} (seed {drift.seed}, tolerance {drift.tolerance:g})"
        if drift.whole:
            place, message = example.setting_place("seeds"), change(drift)
        help = f"find out why; if the new value is correct, accept it: glossary run {example.name} --accept"
        yield METRIC_DRIFTED.at(place, message, help)


def not_isolated(isolation: Mapping[str, str]) -> Problem | None:
    """A problem if untrusted examples must not run on this machine. isolation: as returned by `Runner.isolation`."""
    required = {"network": "off", "processes": "namespace", "files": "refused", "reads": "limited"}
    missing = [name for name, state in required.items() if isolation.get(name) != state]
    if not missing:
        return None
    message = f"untrusted examples cannot run: this system cannot isolate their {', '.join(missing)}"
    help = "use --runs frozen, or Linux 5.13 or later with user namespaces and Landlock"
    return NOT_ISOLATED.at(Place("mkdocs.yml"), message, help)


def _problems(example: Example, run: Run) -> Iterator[Problem]:
    if run.outcome == "skipped":
        message = f"the run of {example.name} could not be stored: {run.message}"
        help = "free up disk space, or delete the store; the examples will then run again"
        yield STORE_UNWRITABLE.at(Place(example.path), message, help)
    elif run.outcome != "passed":
        # The page of an example that may fail shows the error, and claims based on it are errors.
        yield from (
            incomplete_outputs(example, run) if example.settings.may_fail else (_failure(example, run),)
        )
    else:
        yield from _paths_above(example, run)
        yield from _output_problems(example, run)
        yield from _metric_problems(example, run)
        yield from figure_problems(example, run)
        yield from incomplete_outputs(example, run)


CANNOT_OPEN = (
    "write only to the current folder; to replace a file next to the script, add its name to `outputs`; to read files "
    "outside the project, list their folder under `readable` in mkdocs.yml"
)
# Fixes for errors that would not occur in a manual run of the script. The first pattern found in the error's message, in
# lowercase, determines the fix.
ADVICE = {
    "systemexit": "the script exits with an error; to see its output, run it directly: glossary run {name} --here",
    "readonly database": "a run cannot write next to the database, as SQLite does in WAL mode: open the database "
    "with `sqlite3.connect('file:NAME?mode=ro&immutable=1', uri=True)`, or change its journal mode",
    "unable to open database file": "use a path that starts from Path(__file__).parent: a run's own folder contains only "
    "the files next to the script",
    r"not a git repository|\bgit\b.* exit status 128": "a run cannot read .git: pass what it needs in an environment "
    'variable (`env = ["NAME"]` in the header), or write it to a file in the project',
    r"denied: '([^']*/)?\.[^./'][^']*'": "a run cannot read or change hidden files: give the file a name that does not "
    "start with a dot, or declare its folder as a cache",
    r"connectionerror|urlerror|gaierror|name resolution|max retries": "a run has no network: if the script needs data that a "
    "library keeps in the home directory, name the data under `home` in mkdocs.yml",
    "permission denied": CANNOT_OPEN,
    "read-only file system": CANNOT_OPEN,
    r"no such file or directory: '/(var/)?tmp/": "a run has its own /tmp: to read files of another program there, list "
    "their folder under `readable` in mkdocs.yml",
    "filenotfounderror": "for project files elsewhere, use a path that starts from Path(__file__).parent: a run's own "
    "folder contains only the files next to the script; for a program outside the run's PATH, write its full path",
    "modulenotfounderror": "install the package, or list it in `dependencies` to skip the example where it is missing",
}

# Fixes for runs that were killed, keyed by the start of the message.
KILLED_ADVICE = {
    "started more than": "start fewer processes at a time: the limit applies to all processes of a run together",
    "printed more than": "print less, or write to a file in the current folder",
    "stopped with the build": "run it again: glossary run {name}",
    "its results could not be written: the disk": "free up disk space: glossary store gc deletes old runs",
    "its results could not be written": "delete, move, and change only files that the script has written, and leave the "
    "limits of the process as they are",
    "its results are not valid": "leave the folder .run in the current folder alone",
}


def _failure(example: Example, run: Run) -> Problem:
    rule, help = FAILURES[run.outcome]
    if run.outcome == "raised":
        help = next((advice for part, advice in ADVICE.items() if re.search(part, run.message.lower())), help)
    if run.outcome == "killed":
        help = next((advice for part, advice in KILLED_ADVICE.items() if run.message.startswith(part)), help)
    reason = f"{run.outcome}: {run.message}" if run.message else run.outcome
    return rule.at(
        place_of(example, run.line), f"{example.name} {reason}", help.replace("{name}", example.name)
    )


def _paths_above(example: Example, run: Run) -> Iterator[Problem]:
    for path in run.reads.above:
        line = next((at for at, text in enumerate(example.source.splitlines(), 1) if path in text), 0)
        message = f"{example.name} looked for {path}, which is not in a run's working folder"
        help = f'use a path that starts from the script: Path(__file__).parent / "{path}"'
        yield PATH_ABOVE.at(place_of(example, line), message, help)


def _output_problems(example: Example, run: Run) -> Iterator[Problem]:
    place = place_of(example, last_line(example, "outputs"))
    for name in example.settings.outputs:
        if name in run.pickled:
            message = f'{example.name} wrote "{name}" as a pickle; opening a pickle executes the code in it'
            help = "save weights as safetensors, and numbers with numpy.save or as text"
            yield OUTPUT_PICKLED.at(place, message, help)
        elif name in run.unusable:
            message = f'"{name}" is {run.unusable[name]}; an output must be a file'
            help = "write a file with this name to the current folder: other examples receive a copy of it"
            yield OUTPUT_MISSING.at(place, message, help)
        elif name not in run.artifacts:
            message = f'{example.name} did not write "{name}", which it declares as an output'
            help = "write it to the current folder, or remove it from `outputs`"
            yield OUTPUT_MISSING.at(place, message, help)


def _metric_problems(example: Example, run: Run) -> Iterator[Problem]:
    for name, reason in run.rejected.items():
        numbers = "numbers"
        if example.together:
            numbers = f"numbers, or lists or arrays of {len(example.together)} numbers, one for each seed"
        help = f"`metrics` must contain {numbers}, which can be in nested dicts whose keys are identifiers"
        if "is the name of a statistic" in reason:
            help = "give the metric another name"
        if reason.startswith("it contains more than"):
            help = "keep the numbers that a text, a chart, or a claim uses, and write the others to a file"
        if "; its type is " in reason:
            help += "; for an array or tensor with one element, use `.item()`"
        place = place_of(
            example, last_line(example, name.rpartition(".")[2]) or last_line(example, "metrics")
        )
        shown = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}..."
        subject = name if name in ("metrics", "figures") else f"metric {shown}" if name else 'metric ""'
        yield METRIC.at(place, f"{subject}: {reason}", help)


def _too_many_numbers(example: Example, runs: Sequence[Run]) -> Iterator[Problem]:
    count = sum(len(run.metrics) for run in runs)
    if count > MOST_NUMBERS:
        message = (
            f"all seeds of {example.name} together have {count:,} metrics; the limit is {MOST_NUMBERS:,}"
        )
        help = "use fewer seeds, or keep only the numbers that a text, a chart, or a claim uses"
        yield METRIC.at(place_of(example, last_line(example, "metrics")), message, help)


def _same_for_all_seeds(example: Example, runs: Sequence[Run]) -> Iterator[Problem]:
    """A warning if one run measured several seeds but none of its metrics depends on the seed."""
    measured = [run.metrics for run in runs if run.outcome == "passed" and not run.rejected]
    if len(measured) < 2 or not example.together or not measured[0]:
        return
    if all(metrics == measured[0] for metrics in measured):
        message = f"all metrics of {example.name} are the same for {named_seeds(example.together)}"
        help = "give one number for each seed in `metrics`; if nothing depends on the seed, use a single seed"
        yield SAME_FOR_ALL_SEEDS.at(example.setting_place("seeds"), message, help)


def _with_seeds(problem: Problem, seeds: Sequence[int]) -> Problem:
    return replace(problem, message=f"{problem.message} (seed {', '.join(map(str, seeds))})")
