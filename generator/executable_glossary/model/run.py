"""Runs: the result of executing one example with one seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

Number = int | float
# Limits of metrics in results and records, which can come from strangers: sums of squares must stay finite.
LARGEST = 1e100
Measured = Annotated[Number, Field(ge=-LARGEST, le=LARGEST)]
MetricName = Annotated[str, Field(pattern=r"^[^\W\d]\w*(\.[^\W\d]\w*)*$", max_length=200)]
Outcome = Literal["passed", "raised", "timed out", "out of memory", "killed", "skipped"]


@dataclass(frozen=True)
class Figure:
    """A figure of a run, as a PNG file; width and height are in pixels."""

    name: str
    file: Path
    caption: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Output:
    """The output of one cell: standard output, standard error, value of the last expression, figures.

    An HTML value is not sanitized and may contain anything.
    """

    cell: str
    text: str = ""
    errors: str = ""
    value: str = ""
    value_is_html: bool = False
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class KeyParts:
    """The parts of a run's cache key other than the seed, so a difference between two keys can be explained.

    `cells` are SHA-256 hashes of the code cells in order; `data` and `artifacts` are hashes of files by name.
    """

    schema: int
    platform: str
    cells: tuple[str, ...]
    threads: int
    needs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    artifacts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One execution of one example with one seed.

    message, line: what went wrong, and where in the example's file (0: unknown).
    metrics: numbers by dotted name, such as `finetuned.accuracy`. rejected: reasons by name for invalid ones.
    artifacts: SHA-256 of the declared outputs by name. pickled: outputs that were not stored, being pickles.
    files: SHA-256 of the project's files that were imported or opened, by path relative to the project.
    versions: versions of the imported distributions.
    seconds: wall time. peak_memory: in bytes. date: when it ended, in ISO 8601.
    key: the cache key. parts: its parts; None in records and in runs stored by an older version.
    isolation: how the run was isolated, such as {"network": "off", "processes": "namespace", "files": "refused",
        "reads": "limited", "memory": "watched"}.
    impure: paths outside its folder that it wrote to.
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
    pickled: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    peak_memory: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    device: str = "cpu"
    key: str = ""
    parts: KeyParts | None = None
    date: str = ""
    isolation: Mapping[str, str] = field(default_factory=dict)
    impure: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in the order of the cells."""
        return tuple(figure for output in self.outputs for figure in output.figures)

    def with_figure_files(self, file: Callable[[Figure], Path]) -> Run:
        """A copy of the run whose figures have the paths that `file` returns."""
        outputs = (
            replace(output, figures=tuple(replace(figure, file=file(figure)) for figure in output.figures))
            for output in self.outputs
        )
        return replace(self, outputs=tuple(outputs))


@dataclass(frozen=True)
class RunEvent:
    """A run started (`outcome` is None, `seconds` an estimate) or ended; shown as progress."""

    example: str
    seed: int
    outcome: Outcome | None
    seconds: float

    def __str__(self) -> str:
        run = f"{self.example} (seed {self.seed})"
        if self.outcome:
            return f"{run}: {self.outcome} after {self.seconds:.1f} s"
        return f"{run} runs, about {self.seconds:.0f} s" if self.seconds else f"{run} runs"
