"""Examples, their runs, and the evidence that pages draw from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = int | float
Outcome = Literal["passed", "raised", "timed out", "out of memory", "killed", "skipped"]
Origin = Literal["executed", "stored", "recorded"]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
Tolerance = Annotated[float, Field(ge=0)] | Literal["none"]


class Settings(BaseModel):
    """The `[tool.glossary]` table in an example's head."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    needs: tuple[str, ...] = Field(
        default=(), strict=False, description="Examples whose outputs must be there first."
    )
    outputs: tuple[FileName, ...] = Field(
        default=(), strict=False, description="Files that the run writes for others."
    )
    data: tuple[str, ...] = Field(
        default=(), strict=False, description="Data files that decide the outcome, from the example's folder."
    )
    seeds: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        default=(0,), strict=False, min_length=1, description="One run for each."
    )
    timeout: float = Field(
        default=300, gt=0, allow_inf_nan=False, description="Wall-clock limit of one run, in seconds."
    )
    memory: int = Field(default=2048, gt=0, description="Memory limit of one run, in MB (a million bytes).")
    threads: int = Field(default=1, gt=0, description="Threads that numerical libraries may use.")
    tolerance: Mapping[str, Tolerance] = Field(
        default_factory=dict,
        description="Absolute tolerance by metric name (fnmatch; the first that fits); none exempts; "
        "`default` is for all others.",
    )


@dataclass(frozen=True)
class Cell:
    """One step of an example: a heading, Markdown, and code. `line` is where its code starts in the file."""

    name: str
    title: str
    text: str
    code: str
    line: int


@dataclass(frozen=True)
class Example:
    """A plain script that the build runs. `name` is the file's stem, `path` relative to the project."""

    name: str
    path: str
    title: str
    introduction: str
    source: str
    settings: Settings
    dependencies: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """The cells that run; each leaves one output."""
        return tuple(cell for cell in self.cells if cell.code)


@dataclass(frozen=True)
class Figure:
    """A picture (PNG) that a run left open; width and height in pixels; `file` holds its bytes."""

    name: str
    file: Path
    caption: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Output:
    """What one cell left behind, in order: standard output, standard error, last value, figures."""

    cell: str
    text: str = ""
    errors: str = ""
    value: str = ""
    value_is_html: bool = False
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Run:
    """One execution of one example with one seed. Metrics are flat: `finetuned.accuracy` → 0.79.

    `message` and `line` say what went wrong and where in the example's file (0: not known); `rejected`
    holds what stood in `metrics` and is none, with the reason. `artifacts` are declared outputs by SHA-256,
    `files` the project's files that were imported or opened (path from the root) by SHA-256, and `versions`
    the distributions that were imported. `seconds` is wall time, `peak_memory` is in bytes.
    """

    example: str
    seed: int
    outcome: Outcome
    message: str = ""
    line: int = 0
    outputs: tuple[Output, ...] = ()
    metrics: Mapping[str, Number] = field(default_factory=dict)
    rejected: Mapping[str, str] = field(default_factory=dict)
    artifacts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    peak_memory: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    device: str = "cpu"
    key: str = ""
    date: str = ""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in the order of the cells."""
        return tuple(figure for output in self.outputs for figure in output.figures)

    def with_figure_files(self, file: Callable[[Figure], Path]) -> Run:
        """The same run, its figures lying where `file` says."""
        outputs = (
            replace(output, figures=tuple(replace(figure, file=file(figure)) for figure in output.figures))
            for output in self.outputs
        )
        return replace(self, outputs=tuple(outputs))


@dataclass(frozen=True)
class RunEvent:
    """A run began or ended: what a person who waits is told. Of a run that begins, `seconds` is a guess."""

    example: str
    seed: int
    outcome: Outcome | None
    seconds: float

    def __str__(self) -> str:
        run = f"{self.example} (seed {self.seed})"
        if self.outcome:
            return f"{run}: {self.outcome} after {self.seconds:.1f} s"
        return f"{run} runs, about {self.seconds:.0f} s" if self.seconds else f"{run} runs"


@dataclass(frozen=True)
class Statistic:
    """A metric over seeds; printed alone it is the mean."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)

    @property
    def std(self) -> float:
        """Sample standard deviation; 0 with one value."""
        if self.n < 2:
            return 0.0
        return math.sqrt(math.fsum((value - self.mean) ** 2 for value in self.values) / (self.n - 1))

    @property
    def min(self) -> float:
        return min(self.values)

    @property
    def max(self) -> float:
        return max(self.values)

    @property
    def n(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Drift:
    """A metric that left its tolerance: recorded value, value now (NaN: there is none), and the tolerance."""

    metric: str
    seed: int
    recorded: float
    now: float
    tolerance: float


@dataclass(frozen=True)
class Evidence:
    """All that is known of one example in this build: its runs, one for each seed, and where they come from.

    `origin` is "executed" (ran just now), "stored" (ran earlier, nothing changed since) or "recorded"
    (the committed record is shown, because it could not run here or was not asked to). `compared` says
    that the metrics were held against a record.
    """

    example: Example
    runs: tuple[Run, ...]
    origin: Origin
    drifts: tuple[Drift, ...] = ()
    reason: str = ""
    compared: bool = False

    @cached_property
    def metrics(self) -> Mapping[str, Statistic]:
        """Only metrics that every seed reports, so that n is the same for all."""
        if not self.runs:
            return {}
        names = [name for name in self.runs[0].metrics if all(name in run.metrics for run in self.runs)]
        return {name: Statistic(tuple(run.metrics[name] for run in self.runs)) for name in names}

    @property
    def ran(self) -> bool:
        """Whether it ran on this machine, now or earlier: what pages say must not depend on which."""
        return self.origin != "recorded"

    @property
    def reproduced(self) -> bool | None:
        """Whether the metrics match the record; None when there was nothing to compare."""
        return not self.drifts if self.compared else None

    @property
    def failed(self) -> bool:
        """Whether a run went wrong, or did not give what it was to give."""
        return self.origin != "recorded" and any(
            run.outcome != "passed" or run.rejected or set(self.example.settings.outputs) - set(run.artifacts)
            for run in self.runs
        )
