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
from executable_glossary.model.problem import errors
from executable_glossary.model.run import KeyParts, Run
from executable_glossary.stages.execute.run_problems import run_problems

ExecuteRun = Callable[[Job, str, KeyParts], Run]
UNNAMED = re.compile(r"figure-\d+")


def run_and_store(runner: Runner, store: Store, job: Job, key: str, parts: KeyParts) -> Run:
    """Execute a job and store its run under the cache key. Called from one of the pool's threads.

    A run with errors is not stored, so the next build executes and reports it again. If the store cannot be
    written to, the outcome is "skipped", with the reason as its message.
    """
    try:
        with store.working_folder() as folder:
            executed = replace(runner.run(job, folder), key=key, parts=parts)
            readable, pickled = _split_outputs(folder, job.example.settings.outputs)
            run = replace(store.keep(_renumber_figures(executed), folder, readable), pickled=pickled)
        if not errors(run_problems(job.example, (run,))):
            store.write(run)
    except OSError as error:
        return Run(job.example.name, job.seed, "skipped", error.strerror or str(error), key=key)
    return run


def _split_outputs(folder: Path, outputs: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The outputs that can be stored, and the pickles, which are not stored because no example should ever open one."""
    pickled = tuple(name for name in outputs if (folder / name).is_file() and is_pickle(folder / name))
    return tuple(name for name in outputs if name not in pickled), pickled


def _renumber_figures(run: Run) -> Run:
    """Number unnamed figures consecutively throughout the run, because numbering restarts at 1 in each
    cell."""
    unnamed = [figure.name for figure in run.figures if UNNAMED.fullmatch(figure.name)]
    if len(set(unnamed)) == len(unnamed):
        return run
    numbers = count(1)
    outputs = []
    for output in run.outputs:
        figures = (
            replace(figure, name=f"figure-{next(numbers)}") if UNNAMED.fullmatch(figure.name) else figure
            for figure in output.figures
        )
        outputs.append(replace(output, figures=tuple(figures)))
    return replace(run, outputs=tuple(outputs))
