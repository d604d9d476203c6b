"""What a run leaves behind, and what a record contains, is bounded in number and in total, in the same way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from executable_glossary.execution.records import Record, fitting, read_record, write_record
from executable_glossary.execution.sandbox import metrics as sandbox
from executable_glossary.execution.sandbox.metrics import collect_metrics
from executable_glossary.execution.sandbox.seed_metrics import collect_all_metrics
from executable_glossary.execution.untrusted_result import MOST_NAMES, read_result
from executable_glossary.model import run as limits
from executable_glossary.model.example import MOST_SEEDS
from executable_glossary.model.run import (
    LONGEST_STREAM,
    LONGEST_VALUE,
    MOST_METRICS,
    MOST_OUTPUT,
    Output,
    Run,
)
from executable_glossary.stages.execute.drift import MOST_RECORD

RESULT: dict[str, Any] = {
    **{key: [] for key in ("cells", "warnings", "opened", "loaded", "mapped", "written", "modules")},
    **{key: {} for key in ("metrics", "rejected", "captions")},
    "failure": None,
    "peak_memory": 1,
}
RUN = Run("one", 0, "passed", metrics={"a": 1}, date="2026-01-02T03:04:05+00:00")


def numbers(count: int) -> dict[str, float]:
    return {f"n{number}": number for number in range(count)}


def test_the_sandbox_has_the_same_limits() -> None:
    assert (sandbox.MOST_METRICS, sandbox.MOST_CAPTIONS) == (limits.MOST_METRICS, limits.MOST_PARTS)


@pytest.mark.parametrize("nested", [False, True])
def test_an_example_with_too_many_metrics_is_told_so(nested: bool) -> None:
    found = numbers(MOST_METRICS + 1)
    names = {"metrics": {"inner": found} if nested else found}
    assert collect_metrics(names)["metrics"] == {}
    assert collect_metrics(names)["rejected"] == {"metrics": "it contains more than 2,000 values"}
    for number in (1, 2):
        together = collect_all_metrics(names, range(number))
        assert together["rejected"] == {"metrics": "it contains more than 2,000 values"}
    assert len(collect_metrics({"metrics": numbers(MOST_METRICS)})["metrics"]) == MOST_METRICS


def test_an_endless_mapping_of_captions_is_cut() -> None:
    figures = {str(number): {"caption": "A."} for number in range(sandbox.MOST_CAPTIONS + 1)}
    assert len(collect_metrics({"figures": figures})["captions"]) == sandbox.MOST_CAPTIONS


CELL: dict[str, Any] = {"figures": [], "missing": []}


@pytest.mark.parametrize(
    "forged",
    [
        {"metrics": numbers(MOST_METRICS + 1)},
        {"rejected": {str(number): "x" for number in range(MOST_METRICS + 1)}},
        {"captions": {str(number): {} for number in range(limits.MOST_PARTS + 1)}},
        {"by_seed": [{}] * (MOST_SEEDS + 1)},
        {"by_seed": [numbers(MOST_METRICS + 1)]},
        {"cells": [CELL] * (limits.MOST_CELLS + 1)},
        {"cells": [{**CELL, "missing": [["rest", ""]] * (limits.MOST_PARTS + 1)}]},
        {"warnings": ["x"] * 5_001},
        *({name: ["x"] * (MOST_NAMES + 1)} for name in ("opened", "loaded", "mapped", "written", "modules")),
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_a_forged_result_with_too_many_parts_is_invalid(forged: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(json.dumps(RESULT))
    assert read_result(tmp_path)
    (tmp_path / "result.json").write_text(json.dumps({**RESULT, **forged}))
    assert read_result(tmp_path) == {}


FIGURE = {"name": "a", "caption": "", "alt": "", "width": 1, "height": 1}


@pytest.mark.parametrize(
    ("where", "content"),
    [
        (("runs", 0, "metrics"), numbers(MOST_METRICS + 1)),
        (("outputs",), [{"cell": "a"}] * (limits.MOST_CELLS + 1)),
        (("outputs",), [{"cell": "a", "figures": [FIGURE] * (limits.MOST_PARTS + 1)}]),
        (("outputs",), [{"cell": "a", "missing": [{"what": "rest"}] * (limits.MOST_PARTS + 3)}]),
        (("versions",), {f"a{number}": "1" for number in range(limits.MOST_PACKAGES + 1)}),
        (("files",), {f"a{number}": "1" for number in range(limits.MOST_FILES + 1)}),
    ],
    ids=["metrics", "outputs", "figures", "missing", "versions", "files"],
)
def test_a_record_with_too_many_parts_is_unreadable(
    where: tuple[Any, ...], content: Any, tmp_path: Path
) -> None:
    write_record(tmp_path, [RUN])
    record = json.loads((tmp_path / "one.json").read_text())
    part = record
    for key in where[:-1]:
        part = part[key]
    part[where[-1]] = content
    (tmp_path / "one.json").write_text(json.dumps(record))
    _, (problem,) = read_record(tmp_path, "one", "recorded")
    assert problem.code == "record-unreadable"
    assert "at most" in problem.message


def test_the_metrics_of_all_seeds_together_are_limited() -> None:
    run = {"seed": 0, "date": RUN.date, "device": "cpu", "key": "", "peak_memory": 1, "seconds": 1}
    runs = [{**run, "seed": seed, "metrics": numbers(MOST_METRICS)} for seed in range(26)]
    with pytest.raises(ValidationError, match=r"all seeds together have more than 50,000 metrics"):
        Record.model_validate({"schema": 1, "outputs": [], "runs": runs, "versions": {}})


@pytest.mark.parametrize(
    "output",
    [
        Output("a", text="\n" * LONGEST_STREAM, errors='"' * LONGEST_STREAM),
        Output("a", value="<b>\n" * (LONGEST_VALUE // 4), value_is_html=True, plain="x"),
        Output("a", value="\U0001f600" * LONGEST_VALUE),
    ],
    ids=["lines", "html", "signs of four bytes"],
)
def test_whatever_a_run_prints_can_be_recorded_and_read_again(output: Output, tmp_path: Path) -> None:
    outputs = tuple(fitting([output] * 5))
    assert any(missing for each in outputs for missing in each.missing)
    write_record(tmp_path, [replace(RUN, outputs=outputs)])
    assert (tmp_path / "one.json").stat().st_size < MOST_RECORD
    (run,), problems = read_record(tmp_path, "one", "recorded")
    assert problems == ()
    assert run.outputs == outputs


def test_outputs_that_fit_are_unchanged() -> None:
    outputs = (Output("a", text="x" * LONGEST_STREAM, value="y" * (MOST_OUTPUT // 4)), Output("b", text="z"))
    assert tuple(fitting(outputs)) == outputs
