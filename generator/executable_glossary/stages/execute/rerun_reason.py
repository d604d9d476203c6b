"""Says what a build would run, and why, without running anything.

It is the build's own pass over the examples, with a way to make runs that makes none: so it cannot be of
another opinion than the build. An example that would run is taken to give the same artifacts as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePosixPath

from executable_glossary.execution import Job, Runner
from executable_glossary.execution.store import Store
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.forecast import NOTHING_CHANGED, Forecast
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.model.run import KeyParts, Run, RunEvent
from executable_glossary.stages.execute.cache_key import file_hash
from executable_glossary.stages.execute.pool import Capacity, Pool
from executable_glossary.stages.execute.scheduler import Settling

Seed = tuple[str, int]


def explain(
    examples: Sequence[Example], project: Project, runner: Runner, mode: RunsMode
) -> tuple[Forecast, ...]:
    """One forecast for each seed of each example, in the order given, with all that they need among them."""
    explaining = _Explaining(examples, project, runner, mode)
    with Pool(Capacity(), explaining.guess, runner.stop) as pool:
        settling = Settling(project, runner, mode, pool, explaining.pretend)
        settling.settle_all(examples)
    return tuple(
        forecast
        for example in examples
        for forecast in explaining.forecasts(example, settling.settled[example.name])
    )


class _Explaining:
    """Stands where runs are made, and writes down which were asked for."""

    def __init__(self, examples: Sequence[Example], project: Project, runner: Runner, mode: RunsMode) -> None:
        self._examples = {example.name: example for example in examples}
        self._root, self._mode = project.root, mode
        self._version = cache(lambda name: runner.versions((name,)).get(name, ""))
        self._stored = _by_seed(Store(project.store))
        self._guesses: dict[Seed, float] = {}
        self._reasons: dict[Seed, str] = {}

    def guess(self, event: RunEvent) -> None:
        """The pool says of a run that begins how long it took when it was recorded."""
        if event.outcome is None:
            self._guesses[event.example, event.seed] = event.seconds

    def pretend(self, job: Job, key: str, parts: KeyParts) -> Run:
        seed = (job.example.name, job.seed)
        stored = self._stored.get(seed, ())
        # A run under the same key says more than a later one under another; of one date, the last written.
        before = max(reversed(stored), key=lambda run: (run.key == key, run.date), default=None)
        self._reasons[seed] = self._reason(job, key, parts, before)
        made = before.artifacts if before else {}
        artifacts = {name: made.get(name, "") for name in job.example.settings.outputs}
        if before and not self._guesses.get(seed):
            self._guesses[seed] = before.seconds
        return Run(*seed, "passed", artifacts=artifacts, key=key)

    def forecasts(self, example: Example, found: Evidence) -> Iterator[Forecast]:
        for run in found.runs:
            seed = (example.name, run.seed)
            if found.skipped:
                yield Forecast(*seed, False, f"skipped: {found.reason}")
            elif found.origin == "recorded":
                yield Forecast(*seed, False, f"the record is shown: {found.reason}")
            elif seed in self._reasons:
                yield Forecast(*seed, True, self._reasons[seed], self._guesses.get(seed, 0.0))
            else:
                yield Forecast(
                    *seed,
                    False,
                    f"{NOTHING_CHANGED}{self._unless(example, run.seed)}",
                    key=run.key,
                    date=run.date,
                )

    def _reason(self, job: Job, key: str, parts: KeyParts, before: Run | None) -> str:
        if before is None:
            return f"seed {job.seed} never ran, or never to its end"
        if self._mode == "refresh":
            return "a run of everything was asked for"
        now = Present(job.example, key, parts, self._root, self._version, partial(self._maker, job.example))
        return difference(before, now)

    def _maker(self, example: Example, artifact: str) -> str:
        """The example that makes an artifact; empty if none says so."""
        needs = (self._examples[need] for need in example.settings.needs if need in self._examples)
        return next((need.name for need in needs if artifact in need.settings.outputs), "")

    def _unless(self, example: Example, seed: int) -> str:
        """What would run before it can bring other bytes; then it runs after all."""
        above = ", ".join(sorted(self._running_above(example, seed)))
        return f", unless {above}, which runs first, gives other bytes" if above else ""

    def _running_above(self, example: Example, seed: int) -> set[str]:
        found: set[str] = set()
        for need in (self._examples[name] for name in example.settings.needs if name in self._examples):
            if (need.name, need.seed_for(seed)) in self._reasons:
                found.add(need.name)
            else:
                found |= self._running_above(need, need.seed_for(seed))
        return found


def _by_seed(store: Store) -> Mapping[Seed, Sequence[Run]]:
    found: dict[Seed, list[Run]] = {}
    for run in store.every():
        found.setdefault((run.example, run.seed), []).append(run)
    return found


OLDER = "an older version of the generator made it"
LOST = "a stored file of it is gone or harmed"


@dataclass(frozen=True)
class Present:
    """What is there now. `version` gives a distribution's, `maker` the example that makes an artifact."""

    example: Example
    key: str
    parts: KeyParts
    root: Path
    version: Callable[[str], str]
    maker: Callable[[str], str]


def difference(before: Run, now: Present) -> str:
    """Why the stored run `before` cannot stand for a run now; it is known that it cannot."""
    if before.key == now.key:
        return next(_observed(before, now), LOST)
    if before.parts is None:
        return OLDER
    return next(_known(before.parts, now), OLDER)


def _known(before: KeyParts, now: Present) -> Iterator[str]:
    """Differences of what is known before a run, from what an author changes to what surrounds it."""
    parts = now.parts
    if before.schema != parts.schema:
        yield OLDER
    yield from _cells(before.cells, parts.cells, now.example)
    for name in ("needs", "outputs"):
        old, new = getattr(before, name), getattr(parts, name)
        if old != new:
            yield f"`{name}` was [{', '.join(old)}], is [{', '.join(new)}]"
    if before.threads != parts.threads:
        yield f"threads {before.threads} → {parts.threads}"
    yield from _files(before.data, parts.data, str)
    yield from _files(before.artifacts, parts.artifacts, lambda name: f"artifact {name}{_of(now, name)}")
    if before.platform != parts.platform:
        yield f"{before.platform} → {parts.platform}"


def _observed(before: Run, now: Present) -> Iterator[str]:
    """Differences of what only the run could tell: files and distributions that it used."""
    folder = PurePosixPath(now.example.path).parent
    for path, hash in before.files.items():
        if not hash:
            yield f"{_short(path, folder)} was written while it ran"
        elif (current := file_hash(now.root / path)) != hash:
            yield f"{_short(path, folder)} {'changed' if current else 'is gone'}"
    for name, old in before.versions.items():
        if (new := now.version(name)) != old:
            yield f"{name} {old} → {new}" if new else f"{name} {old} is no longer installed"


def _cells(old: Sequence[str], new: Sequence[str], example: Example) -> Iterator[str]:
    """A cell put in or taken out is told from one that changed: what follows it is as it was."""
    at = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    if at is None and len(old) != len(new):
        at = min(len(old), len(new))
    if at is None:
        return
    title = example.code_cells[at].title if at < len(new) else ""
    named = f"cell {at + 1}{f', “{title}”,' if title else ''}"
    if list(old[at:]) == list(new[at + 1 :]):
        yield f"{named} is new"
    elif list(old[at + 1 :]) == list(new[at:]):
        yield f"cell {at + 1} was taken out"
    else:
        yield f"{named} changed"


def _files(old: Mapping[str, str], new: Mapping[str, str], named: Callable[[str], str]) -> Iterator[str]:
    for name in {**new, **old}:
        before, now = old.get(name, ""), new.get(name, "")
        if name in new and not now:
            yield f"{named(name)} is not there yet"
        elif before != now:
            yield f"{named(name)} {'changed' if before and now else 'is new' if now else 'is no longer used'}"


def _of(now: Present, artifact: str) -> str:
    maker = now.maker(artifact)
    return f" of {maker}" if maker else ""


def _short(path: str, folder: PurePosixPath) -> str:
    inside = PurePosixPath(path).is_relative_to(folder)
    return PurePosixPath(path).relative_to(folder).as_posix() if inside else path
