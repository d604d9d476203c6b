"""Makes one run: in a folder of its own, laid up in the store, and remembered if nothing is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from generator.model.problem import errors
from generator.model.run import KeyParts, Run
from generator.stages.execute.faults import faults
from generator.tools.runner import Job, Runner
from generator.tools.store import Store

Make = Callable[[Job, str, KeyParts], Run]


def make(runner: Runner, store: Store, job: Job, key: str, parts: KeyParts) -> Run:
    """Called in a thread of the pool. A run with a fault is not remembered: it must be seen again."""
    with store.working_folder() as folder:
        made = replace(runner.run(job, folder), key=key, parts=parts)
        run = store.keep(made, folder, job.example.settings.outputs)
    if not errors(faults(job.example, (run,))):
        store.write(run)
    return run
