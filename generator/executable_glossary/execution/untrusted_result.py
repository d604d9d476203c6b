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

from executable_glossary.model.run import Figure, Measured, MetricName, Outcome

# In bytes. A larger result is ignored; a longer stack is truncated.
MAX_RESULT, MAX_STACK = 50_000_000, 1_000_000
PNG = b"\x89PNG\r\n\x1a\n"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SavedFigure(_Strict):
    name: str
    file: Annotated[str, Field(pattern=r"^\d+-\d+\.png$")]
    width: Annotated[int, Field(gt=0, lt=2**16)]
    height: Annotated[int, Field(gt=0, lt=2**16)]


class CellResult(_Strict):
    value: str
    value_is_html: bool
    figures: list[SavedFigure]


class Failure(_Strict):
    message: str
    line: int
    memory: bool


class Result(_Strict):
    """The result.json file, which a run writes when it has executed its cells."""

    cells: list[CellResult]
    failure: Failure | None
    warnings: list[str]
    opened: list[str]
    loaded: list[str]
    mapped: list[str]
    written: list[str]
    modules: list[str]
    peak_memory: int
    metrics: dict[MetricName, Measured]
    by_seed: list[dict[MetricName, Measured]] = []
    rejected: dict[str, str]
    captions: dict[str, dict[str, str]]


State = tuple[int, int, int, int, int, int]


class ReadReport(_Strict):
    """The paths that a run's processes named; see `sandbox.path_trace`."""

    unknown: list[str]
    paths: list[tuple[str, dict[str, str], State | None, bool]] = Field(strict=False)
    links: dict[str, str]
    above: list[str]
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


def read_result(private: Path) -> Mapping[str, Any]:
    """The run's result.json as a dict with the fields of `Result`; empty if it is missing or invalid."""
    file = private / "result.json"
    with suppress(OSError, ValidationError):
        if file.stat().st_size <= MAX_RESULT:
            return Result.model_validate_json(file.read_bytes()).model_dump()
    return {}


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


def remove_special_files(folder: Path, private: Path, outputs: Iterable[str]) -> None:
    """Delete links, pipes, and the like from the places where results are read: a link could make us read a
    file that the run itself could not read, and a pipe could make us wait forever."""
    if not _is(stat.S_ISDIR, private):
        with suppress(OSError):
            private.unlink(missing_ok=True)
            private.mkdir()
    with suppress(OSError):
        for path in (*private.iterdir(), *(folder / name for name in outputs)):
            if not _is(stat.S_ISREG, path) and not _is(stat.S_ISDIR, path):
                path.unlink(missing_ok=True)


def is_picture(figure: Figure) -> bool:
    """Whether the figure's file exists and starts with the PNG signature."""
    with suppress(OSError), figure.file.open("rb") as file:
        return file.read(len(PNG)) == PNG
    return False


def _is(kind: Any, path: Path) -> bool:
    """Whether the path is of that kind, such as `stat.S_ISREG`. Does not follow symbolic links."""
    with suppress(OSError):
        return bool(kind(os.lstat(path).st_mode))
    return False
