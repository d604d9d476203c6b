"""Schedules all examples in dependency order. Each one reuses stored runs, executes new ones, or shows its
record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from graphlib import TopologicalSorter

from executable_glossary.execution import Job, Runner
from executable_glossary.execution.store import Store
from executable_glossary.model.evidence import Evidence, Origin
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.model.run import KeyParts, Run
from executable_glossary.stages.execute.cache_key import (
    changed_since,
    input_hashes,
    key_parts,
    run_key,
)
from executable_glossary.stages.execute.drift import drifts, other_seeds, recorded, wide_tolerances
from executable_glossary.stages.execute.output_problems import incomplete_outputs
from executable_glossary.stages.execute.pool import Pool, Task
from executable_glossary.stages.execute.run_and_store import ExecuteRun
from executable_glossary.stages.execute.run_problems import drift_problems, run_problems
from executable_glossary.stages.execute.skip_reason import (
    SkipReason,
    missing_module,
    skip_problem,
    skip_reason,
)
from executable_glossary.stages.execute.stale_reads import Inputs, changed_reads
from executable_glossary.stages.execute.used_files import lost_pictures, read_files


@dataclass
class PendingExample:
    """An example whose runs are not complete yet. `record` is its committed record, `unreadable` is true if
    the record has problems, and `runs` contains the runs so far, keyed by seed. A run of several seeds is split into
    one for each seed."""

    example: Example
    record: tuple[Run, ...]
    unreadable: bool = False
    origin: Origin = "stored"
    skip_reason: SkipReason | None = None
    runs: dict[int, Run] = field(default_factory=dict)

    @property
    def seeds_to_run(self) -> tuple[int, ...]:
        """One seed for each run: the first one, if the example measures all its seeds together."""
        return self.example.together[:1] or self.example.seeds

    @property
    def seconds(self) -> float:
        """The recorded duration of the longest run; 0 if there is no record."""
        return max((run.seconds for run in self.record), default=0.0)

    @property
    def complete(self) -> bool:
        return self.origin == "recorded" or len(self.runs) == len(self.example.seeds)

    def add(self, run: Run) -> None:
        self.runs |= {part.seed: part for part in run.split(self.example.together)}


class Scheduler:
    """Collects `evidence`, keyed by example, and `problems`.

    execute_run: executes a job under a cache key; called from the pool's threads.
    """

    def __init__(
        self, project: Project, runner: Runner, mode: RunsMode, pool: Pool, execute_run: ExecuteRun
    ) -> None:
        self._project, self._runner, self._mode, self._pool = project, runner, mode, pool
        self._store = Store(project.store)
        self._execute_run = execute_run
        self.inputs = Inputs.of(project, runner)
        self._pending: dict[str, PendingExample] = {}
        self._later: dict[str, PendingExample] = {}
        self.evidence: dict[str, Evidence] = {}
        self.problems: list[Problem] = []

    def run_all(self, examples: Sequence[Example]) -> None:
        """Process all examples; each starts when the examples that it needs are finished."""
        known = {example.name: example for example in examples}
        graph = TopologicalSorter(
            {
                name: [need for need in example.settings.needs if need in known]
                for name, example in known.items()
            }
        )
        graph.prepare()
        expected = False
        while graph.is_active():
            for name in sorted(graph.get_ready()):
                self._start(known[name])
            complete = [name for name, pending in self._pending.items() if pending.complete]
            for name in complete:
                self._finish(self._pending.pop(name))
                graph.done(name)
            if self._pending and not complete:
                if not expected:
                    self._runner.expect(self._project.root, self._runs_to_come(known.values()))
                    expected = True
                run = self._pool.next(self._runs_later(known.values()))
                self._pending[run.example].add(run)
        self.inputs.hashes.save()

    def _runs_to_come(self, examples: Iterable[Example]) -> Iterator[Example]:
        """The example of each run that is queued, or that may be needed once its example's inputs are ready."""
        for example in examples:
            if example.name not in self.evidence:
                pending = self._pending.get(example.name) or PendingExample(example, ())
                yield from (example for seed in pending.seeds_to_run if seed not in pending.runs)

    def _runs_later(self, examples: Iterable[Example]) -> Iterator[tuple[str, float]]:
        """The name and the recorded duration of each run that may be needed once its example's inputs are ready."""
        for example in examples:
            name = example.name
            if name not in self.evidence and name not in self._pending:
                if name not in self._later:
                    self._later[name] = PendingExample(example, self._record(example)[0])
                later = self._later[name]
                yield from ((name, later.seconds) for _ in later.seeds_to_run)

    def _start(self, example: Example) -> None:
        """Look up stored runs, and add the missing ones to the pool."""
        record, unreadable = self._record(example)
        pending = self._pending[example.name] = PendingExample(example, record, bool(unreadable))
        self.problems += (*unreadable, *wide_tolerances(example, record))
        data = input_hashes(example, self._project, self.inputs.hashes)
        useless = [name for name in example.settings.needs if not self._has_artifacts(name)]
        pending.skip_reason = skip_reason(example, self._project, self._runner, self._mode, data, useless)
        if pending.skip_reason:
            pending.origin = "recorded"
            return
        for seed in pending.seeds_to_run:
            artifacts = self._artifacts(example, seed)
            parts = key_parts(example, self._project, self._runner.platform(), data, artifacts)
            key = run_key(example, seed, parts)
            if run := self._stored_run(example, key):
                pending.add(run)
            else:
                pending.origin = "executed"
                self._pool.add(self._task(pending, seed, key, parts))

    def _finish(self, pending: PendingExample) -> None:
        """Turn an example's completed runs into evidence, and report their problems."""
        example = pending.example
        runs = tuple(pending.runs[seed] for seed in example.seeds if seed in pending.runs)
        if skipped := pending.skip_reason or missing_module(example, runs):
            self._show_record(pending, skipped)
            return
        problems = run_problems(example, runs)
        drifted = drifts(pending.record, runs, example.settings.tolerance) if pending.record else ()
        # A failed run has no metrics, so a comparison would only report the failure again.
        failed = bool(errors(problems)) or any(run.outcome != "passed" for run in runs)
        drifted = () if failed else drifted
        lost = lost_pictures(example, runs, self._project)
        self.problems += [*problems, *drift_problems(example, drifted), *lost]
        compared = bool(pending.record) and not failed
        read, elsewhere = read_files(example, runs, self._project)
        self.evidence[example.name] = Evidence(
            example, runs, pending.origin, drifted, compared=compared, read=read, read_elsewhere=elsewhere
        )

    def _show_record(self, pending: PendingExample, skipped: SkipReason) -> None:
        """Use the record of an example that cannot run on this machine, or skipped runs if there is no record."""
        example = pending.example
        reported = pending.unreadable or any(self._is_reported(need) for need in example.settings.needs)
        if skipped.setting and not reported and self._must_run(example.name):
            self.problems.append(skip_problem(example, skipped))
            reported = True
        self.problems += other_seeds(example, pending.record)
        runs = pending.record or _skipped_runs(pending, skipped.reason)
        self.problems += [
            problem
            for run in runs[:1]
            if run.outcome == "skipped"
            for problem in incomplete_outputs(example, run)
        ]
        outdated = any(changed_since(run, example, self._project) for run in pending.record[:1]) or any(
            self.evidence[need].outdated for need in example.settings.needs if need in self.evidence
        )
        self.evidence[example.name] = Evidence(
            example, runs, "recorded", reason=skipped.reason, outdated=outdated, reported=reported
        )

    def _must_run(self, name: str) -> bool:
        """Whether it is an error to skip the example."""
        settings = self._project.settings
        allowed = any(fnmatchcase(name, pattern) for pattern in settings.may_skip)
        return (settings.strict or settings.strict_examples) and not allowed

    def _is_reported(self, name: str) -> bool:
        """Whether a problem already explains why the example has no results. If so, the examples that depend on it are
        not reported."""
        evidence = self.evidence.get(name)
        return evidence is not None and (evidence.failed_unexpectedly or evidence.reported)

    def _record(self, example: Example) -> tuple[tuple[Run, ...], tuple[Problem, ...]]:
        runs, problems = recorded(self._project, example.name)
        return tuple(_with_cell_names(example, run) for run in runs), problems

    def _has_artifacts(self, name: str) -> bool:
        evidence = self.evidence.get(name)
        return evidence is not None and evidence.origin != "recorded" and not evidence.failed

    def _artifacts(self, example: Example, seed: int) -> Mapping[str, str]:
        """SHA-256 hashes, keyed by name, of the files that the needed examples produced for this seed."""
        artifacts: dict[str, str] = {}
        for need in example.settings.needs:
            artifacts |= self.evidence[need].artifacts(seed)
        return artifacts

    def _stored_run(self, example: Example, key: str) -> Run | None:
        """A stored run that is still valid (a cache hit); None if the example must run."""
        if self._mode == "refresh":
            return None
        latest_first = reversed(self._store.runs(key))
        run = next((run for run in latest_first if not any(changed_reads(run, example, self.inputs))), None)
        return _with_cell_names(example, run) if run else None

    def _task(self, pending: PendingExample, seed: int, key: str, parts: KeyParts) -> Task:
        files = {name: self._store.artifact(hash) for name, hash in parts.artifacts.items()}
        intact = {name: file for name, file in files.items() if file}
        paths = {name: self._project.cache(name) for name in pending.example.settings.cache}
        caches = {name: path for name, path in paths.items() if path}
        declared = pending.example.settings.env
        variables = {name: value for name, value in self._project.declarable.items() if name in declared}
        root, readable = self._project.root, self._project.readable
        job = Job(
            pending.example,
            seed,
            root,
            intact,
            caches,
            readable,
            self._project.home,
            variables,
            hashes=self.inputs.hashes,
        )
        return Task(pending.example, seed, pending.seconds, partial(self._execute_run, job, key, parts))


def _skipped_runs(pending: PendingExample, reason: str) -> tuple[Run, ...]:
    """Runs without results. If the example stopped where a package is missing, they contain what it showed until then."""
    example = pending.example
    if any(run.shows_something for run in pending.runs.values()):
        kept = (pending.runs[seed] for seed in example.seeds if seed in pending.runs)
        return tuple(
            Run(example.name, run.seed, "skipped", reason, outputs=run.outputs, pictures=run.pictures)
            for run in kept
        )
    runs = (Run(example.name, seed, "skipped", reason) for seed in pending.seeds_to_run)
    return tuple(part for run in runs for part in run.split(example.together))


def _with_cell_names(example: Example, run: Run) -> Run:
    """The run with the current names of its cells, which may have been retitled; cells are matched by position."""
    cells = example.code_cells
    if len(cells) != len(run.outputs):
        return run
    named = (replace(output, cell=cell.name) for output, cell in zip(run.outputs, cells, strict=True))
    return replace(run, outputs=tuple(named))
