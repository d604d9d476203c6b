"""What a run left behind, read as a stranger's: it ran behind walls, and whoever reads now stands outside of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from executable_glossary.model.run import Figure, Measured, MetricName, Outcome

# In bytes. A run may write more, and then has left nothing that could be read.
LARGEST_RESULT, LARGEST_STACK = 50_000_000, 1_000_000
PNG = b"\x89PNG\r\n\x1a\n"


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SavedFigure(_Said):
    name: str
    file: Annotated[str, Field(pattern=r"^\d+-\d+\.png$")]
    width: Annotated[int, Field(gt=0, lt=2**16)]
    height: Annotated[int, Field(gt=0, lt=2**16)]


class SaidOfCell(_Said):
    value: str
    value_is_html: bool
    figures: list[SavedFigure]


class Failure(_Said):
    message: str
    line: int
    memory: bool


class Result(_Said):
    """The last word of a run."""

    cells: list[SaidOfCell]
    failure: Failure | None
    warnings: list[str]
    files: list[str]
    written: list[str]
    modules: list[str]
    peak_memory: int
    metrics: dict[MetricName, Measured]
    rejected: dict[str, str]
    captions: dict[str, dict[str, str]]


class LastWords(_Said):
    """What the keeper of a run says when it ends; see `Ended`."""

    code: int
    reason: tuple[Outcome, str] | None = Field(strict=False)
    began: float
    seconds: float
    peak_memory: int
    isolation: dict[str, str]


def result(private: Path) -> Mapping[str, Any]:
    """What the run told of itself; nothing where it did not come that far, or told what no run of ours would."""
    file = private / "result.json"
    with suppress(OSError, ValidationError):
        if file.stat().st_size <= LARGEST_RESULT:
            return Result.model_validate_json(file.read_bytes()).model_dump()
    return {}


def last_words(said: bytes) -> Mapping[str, Any]:
    """What its keeper told; nothing where it could not."""
    with suppress(ValidationError):
        return LastWords.model_validate_json(said).model_dump()
    return {}


def stack(private: Path) -> str:
    """What was being executed when the run was ended, as Python wrote it; empty where it did not."""
    with suppress(OSError), (private / "stack").open("rb") as file:
        return file.read(LARGEST_STACK).decode("utf-8", "replace")
    return ""


def only_files(folder: Path, private: Path, outputs: Iterable[str]) -> None:
    """Take away what is no file where we are going to look for one: a link would have us read elsewhere what
    the run could not, a pipe would have us wait."""
    if not _is(stat.S_ISDIR, private):
        with suppress(OSError):
            private.unlink(missing_ok=True)
            private.mkdir()
    with suppress(OSError):
        for path in (*private.iterdir(), *(folder / name for name in outputs)):
            if not _is(stat.S_ISREG, path) and not _is(stat.S_ISDIR, path):
                path.unlink(missing_ok=True)


def is_picture(figure: Figure) -> bool:
    """Whether its file is there, and begins as pictures do."""
    with suppress(OSError), figure.file.open("rb") as file:
        return file.read(len(PNG)) == PNG
    return False


def _is(kind: Any, path: Path) -> bool:
    """Of the path itself, not of what it leads to."""
    with suppress(OSError):
        return bool(kind(os.lstat(path).st_mode))
    return False
