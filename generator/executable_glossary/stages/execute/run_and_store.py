"""Executes one run in its own working folder and stores its result if it has no errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from executable_glossary.execution import Job, Runner
from executable_glossary.execution.pickles import is_pickle
from executable_glossary.execution.store import Store
from executable_glossary.execution.untrusted_result import written_pictures
from executable_glossary.model.problem import errors
from executable_glossary.model.run import STILL, Figure, KeyParts, Output, Run
from executable_glossary.stages.execute.run_problems import run_problems

ExecuteRun = Callable[[Job, str, KeyParts], Run]
# Outcomes that a later run would have again, even if the example may fail.
STORED = ("passed", "raised")
UNNAMED = re.compile(r"figure-\d+")
FORBIDDEN, LONGEST_NAME = re.compile(r"[^A-Za-z0-9_-]+"), 80  # in the name of a figure


def run_and_store(runner: Runner, store: Store, job: Job, key: str, parts: KeyParts) -> Run:
    """Execute a job and store its run under the cache key. Called from one of the pool's threads.

    A run with errors is not stored, so the next build executes and reports it again. If the store cannot be
    written to, the outcome is "skipped", with the reason as its message.
    """
    try:
        with store.working_folder() as folder:
            executed = replace(runner.run(job, folder), key=key, parts=parts)
            readable, pickled = _split_outputs(folder, job.example.settings.outputs)
            distinct = _distinct_figures(executed, job.example.is_foreign)
            shown = replace(distinct, pictures=written_pictures(folder, job.example.pictures))
            run = replace(store.keep(shown, folder, readable), pickled=pickled)
        if run.outcome in STORED and not errors(run_problems(job.example, (run,))):
            store.write(run)
    except OSError as error:
        return Run(job.example.name, job.seed, "skipped", error.strerror or str(error), key=key)
    return run


def _split_outputs(folder: Path, outputs: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The outputs that can be stored, and the pickles, which are not stored because no example should ever open one."""
    pickled = tuple(name for name in outputs if (folder / name).is_file() and is_pickle(folder / name))
    return tuple(name for name in outputs if name not in pickled), pickled


def _distinct_figures(run: Run, is_foreign: bool) -> Run:
    """Number unnamed figures consecutively throughout the run, because numbering restarts at 1 in each cell. In a
    script from another gallery, figures with a name that is already taken get a number too."""
    names = _Names(run, is_foreign)
    return replace(run, outputs=tuple(names.distinct(output) for output in run.outputs))


class _Names:
    """The names that a run's figures receive, in order."""

    def __init__(self, run: Run, is_foreign: bool) -> None:
        unnamed = [figure.name for figure in run.figures if UNNAMED.fullmatch(figure.name)]
        self._renumbers, self._is_foreign = len(set(unnamed)) < len(unnamed), is_foreign
        self._numbers, self._taken = count(1), set[str]()

    def distinct(self, output: Output) -> Output:
        """The output with new names for its figures. The still picture of an animation follows it."""
        figures: list[Figure] = []
        for figure in output.figures:
            if figures and figures[-1].still and figure.name.endswith(STILL):
                name = figures[-1].still
            else:
                name = self._name(figure.name)
            still = f"{name}{STILL}" if figure.still else ""
            figures.append(replace(figure, name=name, still=still))
        return replace(output, figures=tuple(figures))

    def _name(self, name: str) -> str:
        if self._renumbers and UNNAMED.fullmatch(name):
            return f"figure-{next(self._numbers)}"
        if not self._is_foreign:
            return name
        name = FORBIDDEN.sub("-", name)[:LONGEST_NAME]
        numbered = (name if number == 1 else f"{name}-{number}" for number in count(1))
        free = next(candidate for candidate in numbered if candidate not in self._taken)
        self._taken.add(free)
        return free
