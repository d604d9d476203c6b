"""Reads and writes records: accepted results, which are committed next to the examples so that a changed number appears
in a diff.

`recorded/<example>.json` contains the metrics of every seed, and the text and figures of the first seed, or of the
one run that measured all seeds together. `recorded/<example>/<figure>.png` contains the pictures. Keys are sorted,
with one value per line.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from executable_glossary.model.example import MOST_SEEDS
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.run import (
    LONGEST_STREAM,
    LONGEST_VALUE,
    MOST_CELLS,
    MOST_FILES,
    MOST_METRICS,
    MOST_NUMBERS,
    MOST_OUTPUT,
    MOST_PACKAGES,
    MOST_PARTS,
    Absence,
    Figure,
    Measured,
    Media,
    MetricName,
    Missing,
    Output,
    Run,
)
from executable_glossary.model.terminal_text import without_controls

RECORD_UNREADABLE = Rule(
    code="record-unreadable",
    when="a record is read",
    summary="A record, or one of its pictures, is invalid.",
    details="Records are the files in `examples/recorded/`, which `glossary run NAME --accept` writes.",
    why="Pages show recorded results where an example cannot run, so a damaged record could show wrong numbers.",
    example='`"height": "high"` in `examples/recorded/loaves.json`',
    instead="The file that `glossary run loaves --accept` writes",
)

SCHEMA = 1


class RecordedFigure(BaseModel):
    """A figure in a record. Its picture is in a file with the figure's name. Sizes are in pixels. `still` is as in
    `Figure`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,106}$")]
    caption: str
    alt: str
    width: Annotated[int, Field(gt=0, lt=2**16)]
    height: Annotated[int, Field(gt=0, lt=2**16)]
    still: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,106}$")] = ""


class RecordedMissing(BaseModel):
    """What an output lacks, as in `Missing`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    what: Absence
    detail: str = ""


def _at_most(length: int) -> AfterValidator:
    """A limit for the characters in a list of lines."""

    def limited(lines: list[str]) -> list[str]:
        if sum(map(len, lines)) + len(lines) > length:
            raise ValueError(f"more than {length:,} characters")
        return lines

    return AfterValidator(limited)


# The limits for a run, with room for the note that something was left out.
Stream = Annotated[list[str], _at_most(LONGEST_STREAM + 10_000)]
Value = Annotated[list[str], _at_most(LONGEST_VALUE + 10_000)]


class RecordedOutput(BaseModel):
    """The output of one cell. Text is stored as a list of lines, so a diff shows individual lines."""

    model_config = ConfigDict(extra="forbid", strict=True)

    cell: str
    text: Stream = []
    errors: Stream = []
    value: Value = []
    value_is_html: bool = False
    figures: list[RecordedFigure] = Field(default=[], max_length=MOST_PARTS)
    media: Media = ""
    plain: Value = []
    missing: list[RecordedMissing] = Field(default=[], max_length=MOST_PARTS + 2)


def _not_in_future(date: str) -> str:
    # Clocks differ, and a date without a time zone can be from any.
    if date[:10] > (datetime.now(UTC) + timedelta(days=1)).date().isoformat():
        raise ValueError(f"{date} is in the future")
    return date


class RecordedRun(BaseModel):
    """The run of one seed. Memory is in bytes, rounded to the nearest million; seconds are rounded to the
    nearest tenth."""

    model_config = ConfigDict(extra="forbid", strict=True)

    seed: Annotated[int, Field(ge=0, lt=2**63)]
    date: Annotated[str, Field(pattern=r"^[0-9T:.+Z-]{10,40}$"), AfterValidator(_not_in_future)]
    device: Annotated[str, Field(pattern=r"^[\w .()-]+(:[\w .()-]+)*$", max_length=60)]
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{0,64}$")]
    metrics: dict[MetricName, Measured] = Field(max_length=MOST_METRICS)
    peak_memory: Annotated[int, Field(ge=0, lt=2**63)]
    seconds: Annotated[float, Field(ge=0, le=1e9)]


# Package names and versions, limited to the characters that pip allows.
Written = Annotated[str, Field(pattern=r"^[A-Za-z0-9._+!-]{1,100}$")]
FilePath = Annotated[str, Field(pattern=r"^[^\x00]{1,4096}$")]  # no system accepts others


class Record(BaseModel):
    """One record file. `files` contains the SHA-256 hashes of the files that determined the results, keyed by
    path relative to the project. `together` is true if one run measured all seeds; in that case, each item of `runs`
    contains the results for one seed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    schema_: int = Field(alias="schema", ge=SCHEMA, le=SCHEMA)
    files: dict[FilePath, str] = Field(default={}, max_length=MOST_FILES)
    outputs: list[RecordedOutput] = Field(max_length=MOST_CELLS)
    runs: list[RecordedRun] = Field(min_length=1, max_length=MOST_SEEDS)
    together: bool = False
    versions: dict[Written, Written] = Field(max_length=MOST_PACKAGES)

    @field_validator("runs")
    @classmethod
    def _each_seed_once(cls, runs: list[RecordedRun]) -> list[RecordedRun]:
        if len({run.seed for run in runs}) < len(runs):
            raise ValueError("a seed occurs more than once")
        if sum(len(run.metrics) for run in runs) > MOST_NUMBERS:
            raise ValueError(f"all seeds together have more than {MOST_NUMBERS:,} metrics")
        return runs


def read_record(folder: Path, example: str, path: str) -> tuple[tuple[Run, ...], tuple[Problem, ...]]:
    """The accepted runs of an example; empty if there is no record or it is invalid. Only the first run has
    outputs.

    folder: the folder that contains all records. path: that folder's path, as shown in problem messages.
    """
    file = folder / f"{example}.json"
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return (), ()
    try:
        record = Record.model_validate_json(content)
    except ValidationError as invalid:
        return (), (_unreadable(f"{path}/{example}.json", example, invalid),)
    return tuple(_runs(record, example, folder / example)), ()


def write_record(folder: Path, runs: Sequence[Run]) -> None:
    """Write an example's runs, which must all have passed, as its record. Deletes pictures that are no longer used."""
    first, pictures = runs[0], folder / runs[0].example
    record: Mapping[str, Any] = {
        "schema": SCHEMA,
        "files": dict(first.files),
        "outputs": [_output(output) for output in first.outputs],
        "runs": [_run(run) for run in runs],
        "versions": dict(first.versions),
        **({"together": True} if first.by_seed else {}),
    }
    Record.model_validate(record)
    file = folder / f"{first.example}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    names = {f"{figure.name}.png": figure for figure in first.figures}
    for name, figure in names.items():
        pictures.mkdir(exist_ok=True)
        if figure.file != pictures / name:
            shutil.copyfile(figure.file, pictures / name)
    for stale in pictures.glob("*.png"):
        if stale.name not in names:
            stale.unlink()
    content = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False)
    _replace(file, content + "\n")


def _replace(file: Path, content: str) -> None:
    """Write a file as a whole, so that the old one stays if the disk is full."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_text(content, "utf-8")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _unreadable(path: str, example: str, invalid: ValidationError) -> Problem:
    error = invalid.errors()[0]
    where = ".".join(map(str, error["loc"]))
    line = re.search(r"line (\d+)", error["msg"])
    message = (
        f"not a valid record: {f'{where}: ' if where else ''}{error['msg'].removeprefix('Value error, ')}"
    )
    help = f"run the example and accept it again: glossary run {example} --accept"
    return RECORD_UNREADABLE.at(Place(path, int(line[1]) if line else 1), message, help)


def _runs(record: Record, example: str, pictures: Path) -> Iterator[Run]:
    together = {run.seed: run.metrics for run in record.runs} if record.together else {}
    for number, recorded in enumerate(record.runs):
        outputs = tuple(_read_output(output, pictures) for output in record.outputs)
        yield Run(
            example=example,
            outcome="passed",
            outputs=outputs if number == 0 else (),
            files=record.files,
            versions=record.versions,
            by_seed=together,
            **recorded.model_dump(),
        )


def _read_output(output: RecordedOutput, pictures: Path) -> Output:
    figures = (
        Figure(file=pictures / f"{figure.name}.png", **figure.model_dump()) for figure in output.figures
    )
    streams = ("\n".join(lines) for lines in (output.text, output.errors, output.value, output.plain))
    text, errors, value, plain = map(without_controls, streams)
    missing = tuple(Missing(part.what, without_controls(part.detail)) for part in output.missing)
    html, media = output.value_is_html, output.media
    return Output(output.cell, text, errors, value, html, tuple(figures), media, plain, missing)


def fitting(outputs: Sequence[Output]) -> Iterator[Output]:
    """The outputs of a run, without what would make its record too large: first the values, then what was printed."""
    room = MOST_OUTPUT
    for output in outputs:
        size = _size(output)
        if size > room:
            lost = Missing("large", f"the outputs of a run have at most {MOST_OUTPUT:,} bytes together")
            shorter = replace(output, value="", value_is_html=False, media="", plain="")
            output = replace(shorter, missing=(*output.missing, lost)) if output.value else output
            size = _size(output)
        if size > room:
            rest = Missing("rest", f"{len(output.text) + len(output.errors):,}")
            output = replace(output, text="", errors="", missing=(*output.missing, rest))
            size = _size(output)
        room -= size
        yield output


def _size(output: Output) -> int:
    """The bytes that an output has in a record."""
    return len(json.dumps(_output(output), indent=4, ensure_ascii=False).encode("utf-8", "replace"))


def _output(output: Output) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = {
        "cell": output.cell,
        "text": output.text.split("\n") if output.text else [],
        "errors": output.errors.split("\n") if output.errors else [],
        "value": output.value.split("\n") if output.value else [],
        "value_is_html": output.value_is_html,
        "figures": [_figure(figure) for figure in output.figures],
        "media": output.media,
        "plain": output.plain.split("\n") if output.plain else [],
        "missing": [{"what": part.what, "detail": part.detail} for part in output.missing],
    }
    return {name: value for name, value in fields.items() if value}


def _figure(figure: Figure) -> Mapping[str, Any]:
    parts = ("name", "caption", "alt", "width", "height", *(["still"] if figure.still else []))
    return {part: getattr(figure, part) for part in parts}


def _run(run: Run) -> Mapping[str, Any]:
    rounded = replace(run, seconds=round(run.seconds, 1), peak_memory=round(run.peak_memory, -6))
    return {name: getattr(rounded, name) for name in RecordedRun.model_fields}
