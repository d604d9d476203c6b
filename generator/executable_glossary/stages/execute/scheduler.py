"""One pass over the examples, from what they need to what needs them: remember, run, or show the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from graphlib import TopologicalSorter

from executable_glossary.execution import Job, Runner
from executable_glossary.execution.store import Store
from executable_glossary.model.evidence import Evidence, Origin
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.model.run import Run
from executable_glossary.stages.execute.cache_key import (
    changed_since,
    input_hashes,
    key_parts,
    run_key,
    still_holds,
)
from executable_glossary.stages.execute.drift import drifts, recorded
from executable_glossary.stages.execute.pool import Pool, Task
from executable_glossary.stages.execute.run_and_store import Make
from executable_glossary.stages.execute.run_problems import drift_problems, run_problems
from executable_glossary.stages.execute.skip_reason import SkipReason, skip_problem, skip_reason


@dataclass
class Open:
    """An example whose runs are not all known yet."""

    example: Example
    record: tuple[Run, ...]
    unreadable: bool = False
    origin: Origin = "stored"
    skip_reason: SkipReason | None = None
    runs: dict[int, Run] = field(default_factory=dict)

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.example.settings.seeds))

    @property
    def complete(self) -> bool:
        return self.origin == "recorded" or len(self.runs) == len(self.seeds)


class Settling:
    """Grows `settled`, the evidence by example, and `problems`."""

    def __init__(self, project: Project, runner: Runner, mode: RunsMode, pool: Pool, make: Make) -> None:
        self._project, self._runner, self._mode, self._pool = project, runner, mode, pool
        self._store = Store(project.store)
        self._make = make
        # Asked for by every run, and a millisecond each: once for each pass, never longer.
        self._version = cache(lambda name: runner.versions((name,)).get(name, ""))
        self._open: dict[str, Open] = {}
        self.settled: dict[str, Evidence] = {}
        self.problems: list[Problem] = []

    def settle_all(self, examples: Sequence[Example]) -> None:
        known = {example.name: example for example in examples}
        graph = TopologicalSorter(
            {name: [need for need in one.settings.needs if need in known] for name, one in known.items()}
        )
        graph.prepare()
        while graph.is_active():
            for name in sorted(graph.get_ready()):
                self._begin(known[name])
            complete = [name for name, found in self._open.items() if found.complete]
            for name in complete:
                self._settle(self._open.pop(name))
                graph.done(name)
            if self._open and not complete:
                run = self._pool.next()
                self._open[run.example].runs[run.seed] = run

    def _begin(self, example: Example) -> None:
        """Find what is remembered, and put the rest into the pool."""
        record, unreadable = self._record(example)
        found = self._open[example.name] = Open(example, record, bool(unreadable))
        self.problems += unreadable
        data = input_hashes(example, self._project)
        useless = [name for name in example.settings.needs if not self._has_artifacts(name)]
        found.skip_reason = skip_reason(example, self._project, self._runner, self._mode, data, useless)
        if found.skip_reason:
            found.origin = "recorded"
            return
        for seed in found.seeds:
            artifacts = self._artifacts(example, seed)
            key = run_key(example, seed, self._runner.platform(), data, artifacts)
            if run := self._remembered(example, key):
                found.runs[seed] = run
            else:
                found.origin = "executed"
                self._pool.add(self._task(found, seed, key, data, artifacts))

    def _settle(self, found: Open) -> None:
        example = found.example
        if found.skip_reason:
            self._show_record(found, found.skip_reason)
            return
        runs = tuple(found.runs[seed] for seed in found.seeds)
        wrong = run_problems(example, runs)
        moved = drifts(found.record, runs, example.settings.tolerance) if found.record else ()
        # What failed has no metrics: that they are gone needs no saying.
        moved = () if errors(wrong) else moved
        self.problems += [*wrong, *drift_problems(example, moved)]
        compared = bool(found.record) and not errors(wrong)
        self.settled[example.name] = Evidence(example, runs, found.origin, moved, compared=compared)

    def _show_record(self, found: Open, reason: SkipReason) -> None:
        example = found.example
        told = found.unreadable or any(self._is_told(need) for need in example.settings.needs)
        if reason.setting and self._project.settings.strict_examples:
            self.problems.append(skip_problem(example, reason))
            told = True
        nothing = tuple(Run(example.name, seed, "skipped", reason.reason) for seed in found.seeds)
        runs = found.record or nothing
        changed = any(changed_since(run, example, self._project) for run in found.record[:1]) or any(
            self.settled[need].outdated for need in example.settings.needs if need in self.settled
        )
        self.settled[example.name] = Evidence(
            example, runs, "recorded", reason=reason.reason, outdated=changed, told=told
        )

    def _is_told(self, name: str) -> bool:
        """Whether a problem says why it gave nothing: what needs it adds nothing to that."""
        found = self.settled.get(name)
        return found is not None and (found.failed or found.told)

    def _record(self, example: Example) -> tuple[tuple[Run, ...], tuple[Problem, ...]]:
        runs, problems = recorded(self._project, example.name)
        return tuple(_with_cell_names(example, run) for run in runs), problems

    def _has_artifacts(self, name: str) -> bool:
        found = self.settled.get(name)
        return found is not None and found.origin != "recorded" and not found.failed

    def _artifacts(self, example: Example, seed: int) -> Mapping[str, str]:
        """Hashes of the files that the needed examples made for this seed; a check sees to it that they did."""
        made: dict[str, str] = {}
        for need in example.settings.needs:
            made |= self.settled[need].artifacts(seed)
        return made

    def _remembered(self, example: Example, key: str) -> Run | None:
        if self._mode == "refresh":
            return None
        holding = (run for run in self._store.runs(key) if still_holds(run, self._project, self._version))
        run = next(holding, None)
        return _with_cell_names(example, run) if run else None

    def _task(
        self, found: Open, seed: int, key: str, data: Mapping[str, str], artifacts: Mapping[str, str]
    ) -> Task:
        files = {name: self._store.artifact(hash) for name, hash in artifacts.items()}
        whole = {name: file for name, file in files.items() if file}
        places = {name: self._project.cache(name) for name in found.example.settings.cache}
        caches = {name: place for name, place in places.items() if place}
        job = Job(found.example, seed, self._project.root, whole, caches)
        seconds = max((run.seconds for run in found.record), default=0.0)
        parts = key_parts(found.example, self._runner.platform(), data, artifacts)
        return Task(found.example, seed, seconds, partial(self._make, job, key, parts))


def _with_cell_names(example: Example, run: Run) -> Run:
    """A cell may have been given another title since the run: outputs then follow their order."""
    cells = example.code_cells
    if len(cells) != len(run.outputs):
        return run
    named = (replace(output, cell=cell.name) for output, cell in zip(run.outputs, cells, strict=True))
    return replace(run, outputs=tuple(named))
