"""Explains which examples a build would run and why, without running any.

It uses the build's own scheduler with a function that executes nothing, so the explanation always agrees with
the build. An example that would run is assumed to produce the same artifacts as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from executable_glossary.execution import Job, Runner
from executable_glossary.execution.store import Store
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.forecast import NOTHING_CHANGED, Forecast
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.model.run import KeyParts, Pulse, Run, RunEvent, named_seeds
from executable_glossary.stages.execute.pool import Capacity, Pool
from executable_glossary.stages.execute.scheduler import Scheduler
from executable_glossary.stages.execute.stale_reads import Inputs, changed_reads

Seed = tuple[str, int]
ONE_AT_A_TIME = Capacity(cores=1, memory=1, jobs=1)  # nothing is executed


def explain(
    examples: Sequence[Example], project: Project, runner: Runner, mode: RunsMode
) -> tuple[Forecast, ...]:
    """One forecast for each run of each example, in the order given.

    examples: must include the examples that they need.
    """
    dry_run = _DryRun(examples, project, runner, mode)
    with Pool(ONE_AT_A_TIME, dry_run.record_duration, runner.stop) as pool:
        scheduler = Scheduler(project, runner, mode, pool, dry_run.execute)
        scheduler.run_all(examples)
    return tuple(
        forecast
        for example in examples
        for forecast in dry_run.forecasts(example, scheduler.evidence[example.name])
    )


class _DryRun:
    """Records which runs are requested, and why, instead of executing them."""

    def __init__(self, examples: Sequence[Example], project: Project, runner: Runner, mode: RunsMode) -> None:
        self._examples = {example.name: example for example in examples}
        self._mode = mode
        self._inputs = Inputs.of(project, runner)
        self._stored = _by_seed(Store(project.store))
        self._durations: dict[Seed, float] = {}
        self._reasons: dict[Seed, str] = {}

    def record_duration(self, event: RunEvent | Pulse) -> None:
        """Record the expected duration of a run, which the pool reports when the run starts."""
        if isinstance(event, RunEvent) and event.outcome is None:
            self._durations[event.example, event.seed] = event.seconds

    def execute(self, job: Job, key: str, parts: KeyParts) -> Run:
        """Record why the run is needed, and return a run with the artifacts of the stored one."""
        seed = (job.example.name, job.seed)
        stored = [run for each in job.seeds for run in self._stored.get((job.example.name, each), ())]
        before = self._nearest(stored, key, job.example)
        reason = self._reason(job, key, parts, before)
        self._reasons |= {(job.example.name, each): reason for each in job.seeds}
        previous = before.artifacts if before else {}
        artifacts = {name: previous.get(name, "") for name in job.example.settings.outputs}
        if before and not self._durations.get(seed):
            self._durations[seed] = before.seconds
        return Run(*seed, "passed", artifacts=artifacts, key=key)

    def _nearest(self, stored: Sequence[Run], key: str, example: Example) -> Run | None:
        """The stored run to compare with: preferably one with the same key, then the one with the fewest changed
        reads, then the latest; if dates are equal, the one written last.

        The latest run may be from another branch, and what differs there is not what an author has changed here.
        """
        alike = [run for run in stored if run.key == key]
        if len(alike) > 1:
            changes = [sum(1 for _ in changed_reads(run, example, self._inputs)) for run in alike]
            alike = [run for run, count in zip(alike, changes, strict=True) if count == min(changes)]
        return max(reversed(alike or stored), key=lambda run: run.date, default=None)

    def forecasts(self, example: Example, evidence: Evidence) -> Iterator[Forecast]:
        """One forecast for each run of the example. evidence: the scheduler's result for it."""
        for run in evidence.executions:
            yield replace(self._forecast(example, evidence, run), together=tuple(run.by_seed))

    def _forecast(self, example: Example, evidence: Evidence, run: Run) -> Forecast:
        seed = (example.name, run.seed)
        if evidence.skipped:
            return Forecast(*seed, False, f"skipped: {evidence.reason}")
        if evidence.origin == "recorded":
            return Forecast(*seed, False, f"the record is shown: {evidence.reason}")
        if seed in self._reasons:
            return Forecast(*seed, True, self._reasons[seed], self._durations.get(seed, 0.0))
        reason = f"{NOTHING_CHANGED}{self._unless(example, run.seed)}"
        return Forecast(*seed, False, reason, key=run.key, date=run.date)

    def _reason(self, job: Job, key: str, parts: KeyParts, before: Run | None) -> str:
        if before is None:
            return "there is no stored run"
        if self._mode == "refresh":
            return "a run of all examples was requested"
        producer = partial(self._producer, job.example)
        current = _CurrentInputs(job.example, key, parts, self._inputs, producer)
        return _difference(before, current)

    def _producer(self, example: Example, artifact: str) -> str:
        """The example that produces an artifact; empty if none declares it."""
        needs = (self._examples[need] for need in example.settings.needs if need in self._examples)
        return next((need.name for need in needs if artifact in need.settings.outputs), "")

    def _unless(self, example: Example, seed: int) -> str:
        """A note that the example will run after all if an example that runs before it produces different
        files."""
        above = ", ".join(sorted(self._running_above(example, seed)))
        return f", unless {above}, which runs first, produces different output" if above else ""

    def _running_above(self, example: Example, seed: int) -> set[str]:
        """The names of the examples that this one needs, directly or indirectly, and that would run."""
        names: set[str] = set()
        for need in (self._examples[name] for name in example.settings.needs if name in self._examples):
            if (need.name, need.seed_for(seed)) in self._reasons:
                names.add(need.name)
            else:
                names |= self._running_above(need, need.seed_for(seed))
        return names


def _by_seed(store: Store) -> Mapping[Seed, Sequence[Run]]:
    runs: dict[Seed, list[Run]] = {}
    for run in store.every():
        for seed in run.seeds:
            runs.setdefault((run.example, seed), []).append(run)
    return runs


OLDER = "the stored run is from an older version of the generator"
LOST = "one of its stored files is missing or damaged"


@dataclass(frozen=True)
class _CurrentInputs:
    """The inputs that a run would use now. `producer` returns the example that produces an artifact, or ""."""

    example: Example
    key: str
    parts: KeyParts
    reads: Inputs
    producer: Callable[[str], str]


def _difference(before: Run, now: _CurrentInputs) -> str:
    """The first difference that makes the stored run `before` stale, in one line. The run must be known to be stale."""
    if before.key == now.key:
        return next(changed_reads(before, now.example, now.reads), LOST)
    if before.parts is None:
        return OLDER
    return next(_changed_key_parts(before.parts, now), OLDER)


def _changed_key_parts(before: KeyParts, now: _CurrentInputs) -> Iterator[str]:
    """Differences in the cache key, starting with those that an author most likely caused."""
    parts = now.parts
    if before.measures != parts.measures:
        yield "metrics count only if the script has settings (`[tool.glossary]`), which were added or removed"
    if before.schema != parts.schema:
        yield OLDER
    yield from _cells(before.cells, parts.cells, now.example)
    for name in ("needs", "outputs", "readable", "home"):
        old, new = getattr(before, name), getattr(parts, name)
        if old != new:
            yield f"`{name}` changed from [{', '.join(old)}] to [{', '.join(new)}]"
    if before.together != parts.together:
        yield _together(before.together, parts.together)
    if before.threads != parts.threads:
        yield f"threads {before.threads} → {parts.threads}"
    yield from _files(before.data, parts.data, str)
    yield from _variables(before.environment, parts.environment)
    yield from _files(before.artifacts, parts.artifacts, lambda name: f"artifact {name}{_from(now, name)}")
    if before.platform != parts.platform:
        yield f"{before.platform} → {parts.platform}"


def _cells(old: Sequence[str], new: Sequence[str], example: Example) -> Iterator[str]:
    """The first cell that was inserted, removed, or changed. old, new: hashes of the cells in order."""
    at = next((at for at, (before, now) in enumerate(zip(old, new, strict=False)) if before != now), None)
    if at is None and len(old) != len(new):
        at = min(len(old), len(new))
    if at is None:
        return
    title = example.code_cells[at].title if at < len(new) else ""
    named = f"cell {at + 1}{f', “{title}”,' if title else ''}"
    if list(old[at:]) == list(new[at + 1 :]):
        yield f"{named} is new"
    elif list(old[at + 1 :]) == list(new[at:]):
        yield f"cell {at + 1} was removed"
    else:
        yield f"{named} changed"


def _together(old: tuple[int, ...], new: tuple[int, ...]) -> str:
    if not old:
        return "one run now measures all seeds together"
    if not new:
        return "each seed now has its own run"
    return f"the run now measures {named_seeds(new)} instead of {named_seeds(old)}"


def _files(old: Mapping[str, str], new: Mapping[str, str], named: Callable[[str], str]) -> Iterator[str]:
    for name in {**new, **old}:
        before, now = old.get(name, ""), new.get(name, "")
        if name in new and not now:
            yield f"{named(name)} does not exist yet"
        elif before != now:
            yield f"{named(name)} {'changed' if before and now else 'is new' if now else 'is no longer used'}"


def _variables(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in {**new, **old}:
        if name not in new:
            yield f"the environment variable {name} is no longer declared"
        elif old.get(name) != new[name]:
            yield f"the environment variable {name} {'changed' if name in old else 'is now declared'}"


def _from(now: _CurrentInputs, artifact: str) -> str:
    producer = now.producer(artifact)
    return f" from {producer}" if producer else ""
