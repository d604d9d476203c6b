"""Makes one run: in a folder of its own, laid up in the store, and remembered if nothing is wrong with it."""

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

Make = Callable[[Job, str, KeyParts], Run]
UNNAMED = re.compile(r"figure-\d+")


def make(runner: Runner, store: Store, job: Job, key: str, parts: KeyParts) -> Run:
    """Called in a thread of the pool. A run with a fault is not remembered: it must be seen again."""
    try:
        with store.working_folder() as folder:
            made = replace(runner.run(job, folder), key=key, parts=parts)
            readable, pickled = _sorted_out(folder, job.example.settings.outputs)
            run = replace(store.keep(_numbered(made), folder, readable), pickled=pickled)
        if not errors(run_problems(job.example, (run,))):
            store.write(run)
    except OSError as error:
        return Run(job.example.name, job.seed, "skipped", error.strerror or str(error), key=key)
    return run


def _sorted_out(folder: Path, outputs: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Outputs that may be laid up, and pickles: no other example, and nobody who builds, shall open one."""
    pickled = tuple(name for name in outputs if (folder / name).is_file() and is_pickle(folder / name))
    return tuple(name for name in outputs if name not in pickled), pickled


def _numbered(run: Run) -> Run:
    """Figures without a name are numbered through: each cell of a script begins again with number 1."""
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
