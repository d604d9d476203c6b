"""Runs of examples: what one execution with one seed left behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

Number = int | float
# Of what somebody else wrote down: sums of squares of it can still be calculated, and a name is one.
LARGEST = 1e100
Measured = Annotated[Number, Field(ge=-LARGEST, le=LARGEST)]
MetricName = Annotated[str, Field(pattern=r"^[^\W\d]\w*(\.[^\W\d]\w*)*$", max_length=200)]
Outcome = Literal["passed", "raised", "timed out", "out of memory", "killed", "skipped"]


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
    """What one cell left behind, in order: standard output, standard error, last value, figures.

    A value that is HTML is as the example gave it, and may hold anything.
    """

    cell: str
    text: str = ""
    errors: str = ""
    value: str = ""
    value_is_html: bool = False
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class KeyParts:
    """What went into a run's key beside the seed, part by part, so that a difference can be named.

    `cells` are hashes of the cells with code, in order; `data` and `artifacts` hashes of files by name.
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
    """One execution of one example with one seed. Metrics are flat: `finetuned.accuracy` → 0.79.

    `message` and `line` say what went wrong and where in the example's file (0: not known); `rejected`
    holds what stood in `metrics` and is none, with the reason. `artifacts` are declared outputs by SHA-256,
    `pickled` names those that are none because they are pickles. `files` are the project's files that were
    imported or opened, by path from the root, each with its SHA-256, and `versions` the distributions that
    were imported. `seconds` is wall time, `peak_memory` is in bytes. `isolation` says what the run was kept
    from, such as {"network": "off", "processes": "namespace", "files": "refused", "reads": "limited",
    "memory": "watched"}; `impure` are paths outside of its folder that it was seen to write. `parts` is what
    `key` was made of; a record, and what an older version of the generator stored, has none.
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
