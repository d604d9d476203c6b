"""Examples: Python scripts that the build executes cell by cell, with the settings in their heads."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from executable_glossary.model.chart import Chart
from executable_glossary.model.problem import Place
from executable_glossary.model.text import Text

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
# A path of a file in the example's folder or below it.
DataName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")]
MOST_SEEDS, WEEK = 1000, 7 * 24 * 3600
ChartName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Tolerance = Annotated[float, Field(ge=0)] | Literal["none"]
TOLERANCE = 0.02  # absolute; used if an example sets none
DEFAULT = "default"  # the key whose tolerance applies to metrics that match no pattern


class Settings(BaseModel):
    """The `[tool.glossary]` table in an example's head."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    needs: tuple[str, ...] = Field(
        default=(), strict=False, description="Examples whose outputs this one needs."
    )
    outputs: tuple[FileName, ...] = Field(
        default=(), strict=False, description="Files that the run writes for other examples."
    )
    data: tuple[DataName, ...] = Field(
        default=(),
        strict=False,
        description="Data files that the run reads, relative to the example's folder.",
    )
    cache: tuple[FileName, ...] = Field(
        default=(), strict=False, description="Data outside the project, by its name in mkdocs.yml."
    )
    seeds: tuple[Annotated[int, Field(ge=0, lt=2**63)], ...] = Field(
        default=(0,), strict=False, min_length=1, max_length=MOST_SEEDS, description="One run for each seed."
    )
    timeout: float = Field(default=300, gt=0, le=WEEK, description="Wall-clock limit of one run, in seconds.")
    memory: int = Field(
        default=2048, gt=0, le=10**7, description="Memory limit of one run, in MB (a million bytes)."
    )
    threads: int = Field(default=1, gt=0, le=1000, description="Threads that numerical libraries may use.")
    isolated: bool = Field(
        default=False, description="A new process for every run, never one forked from the fork server."
    )
    tolerance: Mapping[str, Tolerance] = Field(
        default_factory=dict,
        description="Absolute tolerance by metric name (fnmatch; first match); none exempts a metric; "
        "`default` applies to all others.",
    )
    charts: Mapping[ChartName, Chart] = Field(
        default_factory=dict, description="Charts of the metrics of all runs, by name."
    )


def tolerance(metric: str, tolerances: Mapping[str, Tolerance], unsaid: float = TOLERANCE) -> float:
    """The absolute tolerance of a metric, from the first matching pattern; infinite for "none".

    unsaid: the tolerance if neither a pattern nor `default` applies.
    """
    fitting = (value for pattern, value in tolerances.items() if fnmatchcase(metric, pattern))
    found = next(fitting, tolerances.get(DEFAULT, unsaid))
    return math.inf if found == "none" else float(found)


@dataclass(frozen=True)
class Cell:
    """One step of an example: a heading, Markdown text, and code. `line` is the line where its code begins."""

    name: str
    title: Text
    text: Text
    code: str
    line: int


@dataclass(frozen=True)
class Example:
    """A script that the build executes. `name` is the file's stem, `path` is relative to the project.

    `markup` is the markup of its texts; reST, in scripts of other galleries, is shown as it was written.
    """

    name: str
    path: str
    title: Text
    introduction: Text
    source: str
    settings: Settings
    dependencies: tuple[str, ...]
    cells: tuple[Cell, ...]
    markup: Literal["Markdown", "reST"] = "Markdown"

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """The cells that contain code; each produces one output."""
        return tuple(cell for cell in self.cells if cell.code)

    def seed_for(self, seed: int) -> int:
        """The seed of this example's run whose outputs a run with `seed` of a dependent example gets.

        It is the same seed, or the only one if this example has just one.
        """
        return seed if len(set(self.settings.seeds)) > 1 else self.settings.seeds[0]

    def setting_place(self, name: str) -> Place:
        """The line of the head that sets the setting; the whole file if none does."""
        return self._place(rf"#\s*(?P<name>{re.escape(name)})\s*=")

    def chart_place(self, chart: str, written: str = "") -> Place:
        """Where the head names the chart, or the quoted text `written` in it; the whole file if it does not."""
        head = self._place(rf"#.*\bcharts\.(?P<name>{re.escape(chart)})\b")
        inside = self._place(rf"#.*[\"'](?P<name>{re.escape(written)})[\"']", head.line) if written else head
        return inside if inside.line else head

    def _place(self, pattern: str, first: int = 1) -> Place:
        """The first line that matches, from line `first` on."""
        for number, line in enumerate(self.source.splitlines(), 1):
            if number >= first and (found := re.match(pattern, line)):
                return Place(self.path, number, found.start("name") + 1, len(found["name"]), line)
        return Place(self.path)
