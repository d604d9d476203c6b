"""Reads and writes records: accepted results, committed next to the examples, so a changed number appears in a diff.

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
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from executable_glossary.model.example import MOST_SEEDS
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.run import Figure, Measured, MetricName, Output, Run

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
    """A figure in a record. Its picture is in a file with the figure's name. Sizes are in pixels."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
    caption: str
    alt: str
    width: Annotated[int, Field(gt=0, lt=2**16)]
    height: Annotated[int, Field(gt=0, lt=2**16)]


class RecordedOutput(BaseModel):
    """The output of one cell. Text is stored as a list of lines, so a diff shows individual lines."""

    model_config = ConfigDict(extra="forbid")

    cell: str
    text: list[str] = []
    errors: list[str] = []
    value: list[str] = []
    value_is_html: bool = False
    figures: list[RecordedFigure] = []


class RecordedRun(BaseModel):
    """The run of one seed. Memory is in bytes, rounded to the nearest million; seconds are rounded to the
    nearest tenth."""

    model_config = ConfigDict(extra="forbid")

    seed: Annotated[int, Field(ge=0, lt=2**63)]
    date: Annotated[str, Field(pattern=r"^[0-9T:.+Z-]{10,40}$")]
    device: Annotated[str, Field(pattern=r"^[\w .:()-]{1,60}$")]
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{0,64}$")]
    metrics: dict[MetricName, Measured]
    peak_memory: Annotated[int, Field(ge=0, lt=2**63)]
    seconds: Annotated[float, Field(ge=0, le=1e9)]


# Package names and versions, limited to the characters that pip allows.
Written = Annotated[str, Field(pattern=r"^[A-Za-z0-9._+!-]{1,100}$")]


class Record(BaseModel):
    """One record file. `files` contains the SHA-256 hashes of the files that determined the results, keyed by
    path relative to the project. `together` is true if one run measured all seeds; in that case, each item of `runs`
    contains the results for one seed."""

    model_config = ConfigDict(extra="forbid")

    schema_: int = Field(alias="schema", ge=SCHEMA, le=SCHEMA)
    files: dict[str, str] = {}
    outputs: list[RecordedOutput]
    runs: list[RecordedRun] = Field(min_length=1, max_length=MOST_SEEDS)
    together: bool = False
    versions: dict[Written, Written]


def read_record(folder: Path, example: str, path: str) -> tuple[tuple[Run, ...], tuple[Problem, ...]]:
    """The accepted runs of an example; empty if there is no record or it is invalid. Only the first run has
    outputs.

    folder: the folder of all records. path: that folder's path, as shown in problem messages.
    """
    file = folder / f"{example}.json"
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return (), ()
    try:
        record = Record.model_validate_json(content)
    except ValidationError as invalid:
        return (), (_unreadable(f"{path}/{file.name}", example, invalid),)
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
    folder.mkdir(parents=True, exist_ok=True)
    names = {f"{figure.name}.png": figure for figure in first.figures}
    for name, figure in names.items():
        pictures.mkdir(exist_ok=True)
        if figure.file != pictures / name:
            shutil.copyfile(figure.file, pictures / name)
    for stale in pictures.glob("*.png"):
        if stale.name not in names:
            stale.unlink()
    content = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / f"{first.example}.json").write_text(content + "\n", "utf-8")


def _unreadable(path: str, example: str, invalid: ValidationError) -> Problem:
    error = invalid.errors()[0]
    where = ".".join(map(str, error["loc"]))
    line = re.search(r"line (\d+)", error["msg"])
    message = f"not a valid record: {f'{where}: ' if where else ''}{error['msg']}"
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
    text, errors, value = ("\n".join(lines) for lines in (output.text, output.errors, output.value))
    return Output(output.cell, text, errors, value, output.value_is_html, tuple(figures))


def _output(output: Output) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = {
        "cell": output.cell,
        "text": output.text.split("\n") if output.text else [],
        "errors": output.errors.split("\n") if output.errors else [],
        "value": output.value.split("\n") if output.value else [],
        "value_is_html": output.value_is_html,
        "figures": [_figure(figure) for figure in output.figures],
    }
    return {name: value for name, value in fields.items() if value}


def _figure(figure: Figure) -> Mapping[str, Any]:
    parts = ("name", "caption", "alt", "width", "height")
    return {part: getattr(figure, part) for part in parts}


def _run(run: Run) -> Mapping[str, Any]:
    rounded = replace(run, seconds=round(run.seconds, 1), peak_memory=round(run.peak_memory, -6))
    return {name: getattr(rounded, name) for name in RecordedRun.model_fields}
