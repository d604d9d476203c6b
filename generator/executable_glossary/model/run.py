"""Runs: the result of executing one example with one seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

Number = int | float
# Limit for metrics in results and records, which can come from untrusted sources. Sums of squares must stay finite.
LARGEST = 1e100
Measured = Annotated[Number, Field(ge=-LARGEST, le=LARGEST)]
# In characters: limits for what a cell prints, and for its value, in results and records. The longest values are drawings.
LONGEST_STREAM, LONGEST_VALUE = 200_000, 4_000_000
MetricName = Annotated[str, Field(pattern=r"^[^\W\d]\w*(\.[^\W\d]\w*)*$", max_length=200)]
# Limits for what a run may leave behind, and a record contain: metrics of a seed, metrics of all seeds, cells, figures and
# remarks of a cell, captions, packages, files that were read, and bytes of all outputs as they are written in a record.
MOST_METRICS, MOST_NUMBERS, MOST_CELLS, MOST_PARTS = 2_000, 50_000, 10_000, 500
MOST_PACKAGES, MOST_FILES, MOST_OUTPUT = 5_000, 5_000, 10_000_000
MOST_SEEDS_NAMED = 8
Outcome = Literal["passed", "raised", "timed out", "out of memory", "killed", "skipped"]


Absence = Literal[
    "rest",
    "value",
    "large",
    "kind",
    "text",
    "size",
    "scripts",
    "pictures",
    "parts",
    "browser",
    "animation",
    "processes",
]
# Media types of values other than text and HTML.
Media = Literal["", "text/markdown", "text/latex", "image/svg+xml"]
STILL = "-still"
MANY_LINES = 40  # an output with more lines scrolls in a box of limited height


@dataclass(frozen=True)
class Figure:
    """A figure that a run produced, as a PNG file. Its width and height are in pixels.

    still: for an animation (an animated PNG), the name of the figure that is shown where nothing can move, such as in
        print; otherwise empty.
    """

    name: str
    file: Path
    caption: str
    alt: str
    width: int
    height: int
    still: str = ""


@dataclass(frozen=True)
class Missing:
    """A part of an output that is left out. `detail` gives the reason in numbers or in the words of a library.

    what: "rest" (of the printed output, or of a value as text), "value" (its HTML or picture cannot be read; its text
        is shown), "large" (its HTML is too large; its text is shown), "kind" (pages cannot show any of its media types;
        its text is shown), "text" (of a value that cannot be represented), "size" (of a picture that is too
        large), "scripts" (that a value needs; its text is shown), "pictures" (that a value loads from other sites),
        "parts" (elements of a value, such as a text field), "browser" (a view that opens there), "animation" (a
        still picture is shown), or "processes" (that still ran when the script had ended).
    """

    what: Absence
    detail: str = ""


@dataclass(frozen=True)
class Output:
    """The output of one cell: standard output, standard error, the value of the last expression, and figures.

    A value in HTML or another markup is not sanitized, so it can contain anything.

    media: the media type of the value if it is neither text nor HTML. plain: the value as text, if it also has a
        representation in HTML or another markup. missing: what is left out.
    """

    cell: str
    text: str = ""
    errors: str = ""
    value: str = ""
    value_is_html: bool = False
    figures: tuple[Figure, ...] = ()
    media: Media = ""
    plain: str = ""
    missing: tuple[Missing, ...] = ()

    @property
    def value_media(self) -> str:
        """The media type of the value."""
        return self.media or ("text/html" if self.value_is_html else "text/plain")

    @property
    def is_long(self) -> bool:
        """Whether the printed output has so many lines that it scrolls in a box of limited height."""
        return self.text.count("\n") > MANY_LINES

    @property
    def error_lines(self) -> int:
        """The number of lines on standard error."""
        return len(self.errors.strip().splitlines())

    @property
    def shown_figures(self) -> tuple[Figure, ...]:
        """The figures without those that only stand for an animation where nothing can move."""
        stills = {figure.still for figure in self.figures}
        return tuple(figure for figure in self.figures if figure.name not in stills)

    def still_of(self, figure: Figure) -> Figure | None:
        """The picture that stands for an animation where nothing can move; None for other figures."""
        return next((still for still in self.figures if figure.still and still.name == figure.still), None)


@dataclass(frozen=True)
class KeyParts:
    """The parts of a run's cache key other than the seed, used to explain a difference between two keys.

    `cells` contains the SHA-256 hashes of the code cells in order. `data` and `artifacts` contain hashes of files,
    keyed by name. `environment` contains hashes of the values of the environment variables that the example declares.
    `together` contains the seeds that the run measured together; see `Example.together`.
    `readable` contains the readable paths outside the project, as set in mkdocs.yml. `home` contains the paths in the home
    directory where the run finds data. `measures`: see `Example.measures`.
    """

    schema: int
    platform: str
    cells: tuple[str, ...]
    threads: int
    needs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    artifacts: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    together: tuple[int, ...] = ()
    readable: tuple[str, ...] = ()
    home: tuple[str, ...] = ()
    measures: bool = True


@dataclass(frozen=True)
class Reads:
    """Everything that a run read outside its folder, apart from the project's files. Paths are portable
    (`execution.path_names`).

    outside: hashes of files, such as the modules and libraries of the Python installation.
    listed: hashes of the names in the folders that were listed. shown: the same for the script's folder, if it was
        listed in the run's working folder, where it does not contain the names in `unseen`. packages: hashes of the
        names of the installed packages in the folders where Python looked for packages. startup: hashes of the names of
        the files that Python executes at startup, in the folders where it looked for them. folders: folders that were
        only checked for existence.
    looked: the kind of each path whose content the run did not read, such as a pipe; for a hidden file, also its size.
    absent: names that were looked up but did not exist, keyed by folder.
    filled: paths in the script's folder that the run used only to create or replace files in its working folder.
    distributions: hashes of the file lists of the installed distributions that were used.
    links: the targets of the symbolic links in the project that the run followed.
    changed: paths that changed while the run was reading them.
    above: paths that the run looked for outside its working folder, such as `../data.csv`, if the folder above it is
        empty.
    unknown: reasons why the list of reads may be incomplete; empty if it is complete.
    tree: a hash of all project files, if the list may be incomplete and the example declares that it reads nothing else.
    """

    outside: Mapping[str, str] = field(default_factory=dict)
    listed: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    startup: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    looked: Mapping[str, str] = field(default_factory=dict)
    absent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    distributions: Mapping[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    tree: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """One execution of one example with one seed, or one seed's share of a run that measured several seeds together.

    message, line: the error message, and the line of the error in the example's file (0: unknown).
    metrics: numbers keyed by dotted name, such as `finetuned.accuracy`. rejected: the reasons why invalid metrics were
        rejected, keyed by name.
    by_seed: if the run measured several seeds together, the metrics of each one, keyed by seed; otherwise empty.
    artifacts: SHA-256 hashes of the declared outputs, keyed by name. pickled: outputs that were not stored because
        they are pickles. unusable: outputs that were not stored because they are not files, and what they are.
    pictures: files that the run wrote and that the example's text shows, keyed by the path in the text.
    files: SHA-256 hashes of the project files and the readable files outside the project that were read, keyed
        by path relative to the project.
    reads: everything else that was read.
    versions: versions of the imported distributions.
    seconds: wall time. peak_memory: peak memory use in bytes. date: the time when the run ended, in ISO 8601.
    key: the cache key. parts: the parts of the key, or None in records and in runs stored by an older version.
    isolation: how the run was isolated, such as {"network": "off", "processes": "namespace", "files": "refused",
        "reads": "limited", "memory": "watched", "traced": "all"}.
    impure: paths outside its folder that the run wrote to.
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
    unusable: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Path] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    reads: Reads = field(default_factory=Reads)
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
    by_seed: Mapping[int, Mapping[str, Number]] = field(default_factory=dict)

    @property
    def seeds(self) -> tuple[int, ...]:
        """All seeds that the run measured: its own, or those that it measured together."""
        return tuple(self.by_seed) or (self.seed,)

    def split(self, together: tuple[int, ...]) -> tuple[Run, ...]:
        """This run split by seed: one run for each seed in `together`. Only their seeds and metrics differ. If
        `together` is empty, the result is the run itself."""
        by_seed = {seed: self.by_seed.get(seed, {}) for seed in together}
        parts = (replace(self, seed=seed, metrics=by_seed[seed], by_seed=by_seed) for seed in together)
        return tuple(parts) or (self,)

    @property
    def shows_something(self) -> bool:
        """Whether a cell has printed something, or has a value or a figure."""
        return any(output.text or output.value or output.figures for output in self.outputs)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in cell order."""
        return tuple(figure for output in self.outputs for figure in output.figures)

    def with_files(self, file: Callable[[Path], Path]) -> Run:
        """A copy of the run whose figures and pictures have the paths that `file` returns, given the old ones."""
        outputs = (
            replace(
                output, figures=tuple(replace(figure, file=file(figure.file)) for figure in output.figures)
            )
            for output in self.outputs
        )
        pictures = {name: file(path) for name, path in self.pictures.items()}
        return replace(self, outputs=tuple(outputs), pictures=pictures)


@dataclass(frozen=True)
class RunEvent:
    """The start of a run (`outcome` is None and `seconds` is an estimate) or its end, to report progress.

    together: the seeds, if the run measures several. waiting: each run that has not started but may be needed, as its
    example and its estimated seconds. An estimate of 0 means that the duration is unknown.
    """

    example: str
    seed: int
    outcome: Outcome | None
    seconds: float
    together: tuple[int, ...] = ()
    waiting: tuple[tuple[str, float], ...] = ()

    @property
    def run(self) -> str:
        """`rate (seed 0)`"""
        return f"{self.example} ({named_seeds(self.together or (self.seed,))})"


class Pulse(Enum):
    """What else progress reports need to know: time has passed, or no run is left (also after an interruption)."""

    WAITING = "waiting"
    ENDED = "ended"


def named_seeds(seeds: tuple[int, ...]) -> str:
    """`seed 0` or `seeds 0, 1, 2`; a list that would be too long is shortened to `seeds 0, 1, 2, ..., 99`."""
    listed = [str(seed) for seed in seeds]
    if len(listed) > MOST_SEEDS_NAMED:
        listed[3:-1] = ["..."]
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(listed)}"
