"""Validates the files and messages that a run leaves behind.

A run is isolated, but the code that reads its result is not. This module therefore trusts nothing in the result.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from executable_glossary.execution.sandbox.early_end import FAILURE
from executable_glossary.model.example import MOST_SEEDS
from executable_glossary.model.run import (
    LONGEST_VALUE,
    MOST_CELLS,
    MOST_METRICS,
    MOST_PARTS,
    Absence,
    Figure,
    Measured,
    Media,
    MetricName,
    Outcome,
)

# In bytes. A larger result or picture is ignored; a longer stack is truncated.
MAX_RESULT, MAX_PICTURE, MAX_STACK = 50_000_000, 50_000_000, 1_000_000
KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}
# A picture that the script itself writes is published as it is, so it must be small enough for a page.
MAX_WRITTEN, LONGEST_BEGIN = 8_000_000, 4096
# Large packages import thousands of modules, and a loop can cause many different warnings.
MOST_NAMES, MOST_WARNINGS = 200_000, 5_000
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
PNG = b"\x89PNG\r\n\x1a\n"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SavedFigure(_Strict):
    name: str
    label: str
    still: str
    file: Annotated[str, Field(pattern=r"^\d+-\d+\.png$")]
    width: Annotated[int, Field(gt=0, lt=2**16)]
    height: Annotated[int, Field(gt=0, lt=2**16)]


# An honest run leaves longer ones out.
Value = Annotated[str, Field(max_length=LONGEST_VALUE)]


class CellResult(_Strict):
    value: Value = ""
    value_is_html: bool = False
    media: Media = ""
    plain: Value = ""
    figures: list[SavedFigure] = Field(max_length=MOST_PARTS)
    missing: list[tuple[Absence, str]] = Field(strict=False, max_length=MOST_PARTS)


Metrics = Annotated[dict[MetricName, Measured], Field(max_length=MOST_METRICS)]
Names = Annotated[list[str], Field(max_length=MOST_NAMES)]

# Limited to the integers that other programs, such as JSON parsers in browsers, can represent exactly.
Amount = Annotated[int, Field(ge=0, lt=2**53)]


class Failure(_Strict):
    message: str
    line: Annotated[int, Field(ge=0, lt=2**31)]
    memory: bool


class Result(_Strict):
    """The result.json file, which a run writes when it has executed its cells."""

    cells: list[CellResult] = Field(max_length=MOST_CELLS)
    failure: Failure | None
    warnings: list[str] = Field(max_length=MOST_WARNINGS)
    opened: Names
    loaded: Names
    mapped: Names
    written: Names
    modules: Names
    peak_memory: Amount
    metrics: Metrics
    by_seed: list[Metrics] = Field(default=[], max_length=MOST_SEEDS)
    rejected: dict[str, str] = Field(max_length=MOST_METRICS)
    captions: dict[str, dict[str, str]] = Field(max_length=MOST_PARTS)


State = tuple[int, int, int, int, int, int]


class ReadReport(_Strict):
    """The paths that a run's processes named; see `sandbox.path_trace`."""

    unknown: list[str]
    paths: list[tuple[str, dict[str, str], State | None, bool]] = Field(strict=False)
    links: dict[str, str]
    above: list[str]
    unseen: list[str] = []
    owners: dict[str, list[str]] = {}


class ExitReport(_Strict):
    """The message that a supervisor sends when its run has ended; see `run_result.Exit` for units."""

    code: int
    reason: tuple[Outcome, str] | None = Field(strict=False)
    began: float
    seconds: float
    peak_memory: int
    isolation: dict[str, str]
    reads: ReadReport
    left: list[tuple[str, str]] = Field(default=[], strict=False)


def read_result(private: Path, name: str = "result.json") -> Mapping[str, Any]:
    """The run's result.json, or a different file, as a dict with the fields of `Result`; empty if it is missing or
    invalid."""
    file = private / name
    with suppress(OSError, ValidationError):
        if file.stat().st_size <= MAX_RESULT:
            return Result.model_validate_json(file.read_bytes()).model_dump()
    return {}


def read_failure(private: Path) -> Failure | None:
    """The failure of a run that did not end after it; None if there was none, or if the file is invalid."""
    with suppress(OSError, ValidationError):
        if (private / FAILURE).stat().st_size <= MAX_RESULT:
            return Failure.model_validate_json((private / FAILURE).read_bytes())
    return None


def read_cells(private: Path, count: int) -> list[Mapping[str, Any]]:
    """What the first cells reported before the run died, as dicts with the fields of `CellResult`."""
    cells, room = list[Mapping[str, Any]](), MAX_RESULT
    with suppress(OSError, ValidationError):
        for number in range(count):
            file = private / f"{number}.json"
            room -= file.stat().st_size
            if room < 0:
                break
            cells.append(CellResult.model_validate_json(file.read_bytes()).model_dump())
    return cells


def parse_exit_report(report: bytes) -> Mapping[str, Any]:
    """The supervisor's report as a dict with the fields of `ExitReport`; empty if it is invalid."""
    with suppress(ValidationError):
        return ExitReport.model_validate_json(report).model_dump()
    return {}


def read_stack(private: Path) -> str:
    """The stack at the moment when the run was killed or crashed, as faulthandler wrote it; empty if it wrote none."""
    with suppress(OSError), (private / "stack").open("rb") as file:
        return file.read(MAX_STACK).decode("utf-8", "replace")
    return ""


def remove_special_files(folder: Path, private: Path, outputs: Iterable[str]) -> Mapping[str, str]:
    """Delete links, pipes, and the like from the places where results are read: a link could make us read a
    file that the run itself could not read, and a pipe could make us wait forever. Returns the outputs that are not
    files, and what they are. Raises OSError if something cannot be deleted, because nothing may be read then."""
    # The run can make its folders inaccessible, for us as well unless we are root.
    folder.chmod(0o700)
    if not _is(stat.S_ISDIR, private):
        private.unlink(missing_ok=True)
        private.mkdir()
    private.chmod(0o700)
    unusable = {name: kind for name in outputs if (kind := _kind(folder / name))}
    for path in (*private.iterdir(), *(folder / name for name in unusable)):
        if not _is(stat.S_ISREG, path) and not _is(stat.S_ISDIR, path):
            path.unlink(missing_ok=True)
    return unusable


def _kind(path: Path) -> str:
    """What the path is, in words; empty if it is a file or does not exist."""
    with suppress(OSError):
        mode = os.lstat(path).st_mode
        return "" if stat.S_ISREG(mode) else KINDS.get(stat.S_IFMT(mode), "a special file")
    return ""


def is_picture(figure: Figure) -> bool:
    """Whether the figure's file exists, starts with the PNG signature, and is not too large."""
    with suppress(OSError), figure.file.open("rb") as file:
        return os.fstat(file.fileno()).st_size <= MAX_PICTURE and file.read(len(PNG)) == PNG
    return False


def written_pictures(folder: Path, names: Iterable[str]) -> Mapping[str, Path]:
    """The files with these names in a run's folder that are pictures and not too large. Does not follow symbolic links, which
    could lead to files that the run itself could not read."""
    top = os.path.realpath(folder)
    return {name: folder / name for name in names if _is_written_picture(os.path.join(top, name))}


def _is_written_picture(path: str) -> bool:
    with suppress(OSError, ValueError):
        if os.path.realpath(path) == path and _is(stat.S_ISREG, Path(path)):
            with open(path, "rb") as file:
                begin, size = file.read(LONGEST_BEGIN), os.fstat(file.fileno()).st_size
            is_svg = path.endswith(".svg") and b"<svg" in begin
            return size <= MAX_WRITTEN and (is_svg or begin.startswith(SIGNATURES) or begin[8:12] == b"WEBP")
    return False


def _is(kind: Any, path: Path) -> bool:
    """Whether the path is of that kind, such as `stat.S_ISREG`. Does not follow symbolic links."""
    with suppress(OSError):
        return bool(kind(os.lstat(path).st_mode))
    return False
