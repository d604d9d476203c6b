"""Examples: Python scripts that the build executes cell by cell, with their settings in a header."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from executable_glossary.model.chart import Chart
from executable_glossary.model.problem import Place
from executable_glossary.model.text import Text

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
# The path to a file in the examples folder or one of its subfolders.
DataName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")]
MOST_SEEDS, WEEK = 1000, 7 * 24 * 3600
FigureName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
ChartName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Tolerance = Annotated[float, Field(ge=0)] | Literal["none"]
StderrView = Literal["folded", "open", "hidden"]
TOLERANCE = 0.02  # absolute tolerance, used if an example does not set one
Timeout = Annotated[float, Field(gt=0, le=WEEK)]
Memory = Annotated[int, Field(gt=0, le=10**7)]
Threads = Annotated[int, Field(gt=0, le=1000)]
NO_HEADING = Text("")
DEFAULT = "default"  # key for everything that matches no other key of a table


Seed = Annotated[int, Field(ge=0, lt=2**63)]
Seeds = Annotated[tuple[Seed, ...], Field(strict=False, min_length=1, max_length=MOST_SEEDS)]


class SeedsTogether(BaseModel):
    """A list of seeds that one run measures together, as in `seeds = {together = [0, 1, 2]}`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    together: Seeds = Field(
        description="The seeds, in the same order as the numbers in each metric. A run receives them as `SEEDS`."
    )


class ExampleDefaults(BaseModel):
    """Limits for examples whose headers do not set their own, under `example_defaults` in mkdocs.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    timeout: Timeout = Field(default=300, description="Wall-clock time limit of one run, in seconds.")
    memory: Memory = Field(
        default=2048, description="Memory limit of one run, in MB (1 MB is 1,000,000 bytes)."
    )
    threads: Threads = Field(default=1, description="Maximum number of threads for numerical libraries.")


class Settings(BaseModel):
    """The `[tool.glossary]` table in an example's header."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    needs: tuple[str, ...] = Field(
        default=(), strict=False, description="Examples whose outputs this example needs."
    )
    outputs: tuple[FileName, ...] = Field(
        default=(), strict=False, description="Files that the run writes for other examples."
    )
    data: tuple[DataName, ...] = Field(
        default=(),
        strict=False,
        description="Data files that the run reads, relative to the example's folder. They must exist; where reads are "
        "tracked, a run also depends on files that are not listed.",
    )
    cache: tuple[FileName, ...] = Field(
        default=(),
        strict=False,
        description="Data outside the project, listed by the names that mkdocs.yml gives it.",
    )
    env: tuple[VariableName, ...] = Field(
        default=(),
        strict=False,
        description="Environment variables that the run receives and that may affect its result.",
    )
    seeds: Seeds | SeedsTogether = Field(
        default=(0,),
        description="Seeds. The example runs once for each seed, or once for all seeds if they are listed in a table: "
        "`{together = [0, 1, 2]}`.",
    )
    timeout: Timeout = Field(default=300, description="Wall-clock time limit of one run, in seconds.")
    memory: Memory = Field(
        default=2048,
        description="Memory limit of one run, in MB (1 MB is 1,000,000 bytes). If this exceeds the memory that the "
        "build may use, the example runs alone.",
    )
    threads: Threads = Field(
        default=1,
        description="Maximum number of threads for numerical libraries. A run occupies this many cores; if the build "
        "may use fewer cores, the example runs alone.",
    )
    reads: Literal["declared", "project"] | None = Field(
        default=None,
        description="The inputs that the run reads: only those declared in `data` and `cache`, or only files in this "
        "project. The setting is used on machines where reads cannot be tracked; without it, the example runs in every "
        "build on such machines.",
    )
    format: Literal["markdown", "rest"] | None = Field(
        default=None,
        description="The markup language of the script's text. By default, the text itself decides: it is reST if it "
        "contains a directive, a role, or other markup that Markdown does not have.",
    )
    thumbnail: FigureName | None = Field(
        default=None,
        description="The figure that stands for the example in the list of examples; by default, the first one.",
    )
    stderr: StderrView | Mapping[str, StderrView] = Field(
        default="folded",
        description="How pages show what a cell writes to standard error, such as warnings and log lines: `folded`, `open`, "
        "or `hidden`. A table sets it for individual cells, keyed by name, and `default` applies to all others.",
    )
    may_fail: bool = Field(
        default=False,
        description="Whether the site is built even if a run fails. The page then shows the error, and claims based on the "
        "example are errors.",
    )
    isolated: bool = Field(
        default=False,
        description="Whether each run gets a new process instead of one forked from the fork server.",
    )
    tolerance: Mapping[str, Tolerance] = Field(
        default_factory=dict,
        description="Absolute tolerances, keyed by metric name or fnmatch pattern; the first match applies. "
        "`none` exempts a metric, and `default` applies to all other metrics. Without `default`, their tolerance is "
        "0.02.",
    )
    charts: Mapping[ChartName, Chart] = Field(
        default_factory=dict, description="Charts of the metrics from all runs, keyed by name."
    )

    def with_defaults(self, defaults: ExampleDefaults) -> Settings:
        """These settings, with the project's default for each limit that the header does not set."""
        limits = {name: getattr(defaults, name) for name in defaults.model_fields_set}
        return self.model_copy(update={name: limits[name] for name in limits.keys() - self.model_fields_set})


def tolerance(metric: str, tolerances: Mapping[str, Tolerance], unsaid: float = TOLERANCE) -> float:
    """A metric's absolute tolerance, taken from the first matching pattern; infinity for "none".

    unsaid: the tolerance to use if neither a pattern nor `default` applies.
    """
    matches = (value for pattern, value in tolerances.items() if fnmatchcase(metric, pattern))
    value = next(matches, tolerances.get(DEFAULT, unsaid))
    return math.inf if value == "none" else float(value)


@dataclass(frozen=True)
class Cell:
    """One step of an example: a heading, text, and code. `line` is the line where the code begins.

    heading: the heading as written in reST, with its underline and labels; empty if the title was written otherwise.
    """

    name: str
    title: Text
    text: Text
    code: str
    line: int
    heading: Text = NO_HEADING


def install_command(examples: Iterable[Example]) -> str:
    """The shell command that installs the packages that the examples declare; empty if they declare none."""
    packages = dict.fromkeys(text for example in examples for text in example.dependencies)
    return f"pip install {shlex.join(packages)}" if packages else ""


@dataclass(frozen=True)
class Example:
    """A script that the build executes. `path` is relative to the project.

    name: the name that entries use, such as `loaves`, or `cluster/plot_x` for a script in a subfolder.
    markup: the markup language of its text. Scripts from other galleries use reST.
    address: the address of its page below that of all examples; if it is empty, the name is the address.
    heading: the title as written in reST, as in `Cell`, with the directives before it. pictures: the files beside the script that its text in reST
        shows, relative to the script. measures: whether its variables `metrics` and `figures` are meant for this generator.
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
    address: str = ""
    heading: Text = NO_HEADING
    pictures: tuple[str, ...] = ()
    measures: bool = True

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """The cells that contain code; each produces one output."""
        return tuple(cell for cell in self.cells if cell.code)

    @property
    def is_foreign(self) -> bool:
        """Whether the script was written for another gallery."""
        return self.markup == "reST"

    def stderr_of(self, cell: str) -> StderrView:
        """How pages show what the cell with this name writes to standard error."""
        stderr = self.settings.stderr
        return stderr if isinstance(stderr, str) else stderr.get(cell, stderr.get(DEFAULT, "folded"))

    @property
    def seeds(self) -> tuple[int, ...]:
        """All seeds in the order of the header, without repetitions."""
        seeds = self.settings.seeds
        return tuple(dict.fromkeys(seeds.together if isinstance(seeds, SeedsTogether) else seeds))

    @property
    def together(self) -> tuple[int, ...]:
        """The seeds that one run measures together; empty if each seed has its own run."""
        return self.seeds if isinstance(self.settings.seeds, SeedsTogether) else ()

    @property
    def file(self) -> str:
        """The name of the script's file."""
        return PurePosixPath(self.path).name

    @property
    def stem(self) -> str:
        """The name of the script's file without `.py`, which its other downloads have too."""
        return PurePosixPath(self.path).stem

    @property
    def folder(self) -> str:
        """The site folder of its page and downloads: `examples/cluster/plot-x`."""
        return f"examples/{self.address or self.name}"

    @property
    def page(self) -> str:
        """The site file of its page."""
        return f"{self.folder}/index.md"

    @property
    def command(self) -> str:
        """The shell command that runs the script in its folder."""
        return f"python {self.file}"

    def seed_for(self, seed: int) -> int:
        """The seed of the run whose outputs a dependent example receives when it runs with `seed`.

        This is `seed` itself, unless this example has only one seed.
        """
        return seed if len(self.seeds) > 1 else self.seeds[0]

    def setting_place(self, name: str) -> Place:
        """The location of the setting in the header, or of the whole file if it is not set."""
        return self._place(rf"#\s*(?:\[[\w.]+\.)?(?P<name>{re.escape(name)})\s*(?:\]|(?:\.\s*\w+\s*)?=)")

    def chart_place(self, chart: str, written: str = "") -> Place:
        """The location of the chart's table in the header, or of the quoted text `written` in that table; if it is not
        found, the location of the whole file."""
        table = self._place(rf"#.*\bcharts\.(?P<name>{re.escape(chart)})\b")
        inside = (
            self._place(rf"#.*[\"'](?P<name>{re.escape(written)})[\"']", table.line) if written else table
        )
        return inside if inside.line else table

    def _place(self, pattern: str, first: int = 1) -> Place:
        """The location of the first match at or after line `first`."""
        for number, line in enumerate(self.source.splitlines(), 1):
            if number >= first and (match := re.match(pattern, line)):
                return Place(self.path, number, match.start("name") + 1, len(match["name"]), line)
        return Place(self.path)


def texts_of(example: Example) -> tuple[str, ...]:
    """The texts of a script in reST, each after its heading: the introduction, and the text of each cell."""
    cells = ((cell.heading, cell.text) for cell in example.cells)
    return tuple(
        f"{heading}\n\n{text}" for heading, text in ((example.heading, example.introduction), *cells)
    )
