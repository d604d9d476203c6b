"""The output of `glossary run`: a table for people and JSON for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from math import nan
from pathlib import Path

from executable_glossary.app.tables.columns import aligned
from executable_glossary.app.tables.run_table import forecasts_as_json, runs_as_json, runs_as_text
from executable_glossary.model.evidence import Drift, Evidence
from executable_glossary.model.example import Example, Settings
from executable_glossary.model.forecast import Forecast
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.run import Figure, Output, Run
from executable_glossary.model.text import Text

EXAMPLE = Example("one", "examples/one.py", Text("One"), Text(""), "", Settings(), (), ())
RUNS = (Run("one", 0, "passed", seconds=1.5, key="k"), Run("one", 1, "passed"))
DRIFTS = (
    Drift("accuracy", 0, 0.91, 0.87, 0.02),
    Drift("deep.loss", 1, 1234.5, 1234.6, 0.01),
    Drift("gone", 1, 3.0, nan, 0.02),
)
DRIFTED = Evidence(EXAMPLE, RUNS, "executed", DRIFTS, compared=True)
GOOD = Evidence(EXAMPLE, RUNS, "stored", compared=True)


def test_drifted_metrics_are_in_a_table() -> None:
    assert runs_as_text([DRIFTED], None).splitlines() == [
        "one: 2 runs, executed, drifted",
        "",
        "example  seed  metric     recorded    now  tolerance",
        "one         0  accuracy       0.91   0.87       0.02",
        "one         1  deep.loss     1,234  1,235       0.01",
        "one         1  gone              3   none       0.02",
    ]


def test_an_added_or_removed_seed_takes_one_line() -> None:
    drifts = [Drift(name, 1, nan, 0.5, 0.02, whole=True) for name in ("a", "b")]
    drifts += [Drift(name, 2, 0.5, nan, 0.02, whole=True) for name in ("a", "b")]
    found = Evidence(EXAMPLE, RUNS, "executed", tuple(drifts), compared=True)
    assert runs_as_text([found], None).splitlines()[2:] == [
        "example  seed  metric  recorded      now  tolerance",
        "one         1  all         none  present",
        "one         2  all      present     none",
    ]
    assert len(json.loads(runs_as_json([found], None, []))["examples"][0]["drifts"]) == 4


def test_without_drift_there_is_no_table() -> None:
    assert runs_as_text([GOOD], None) == "one: 2 runs, stored, reproduced"


def test_accepted_changes_are_shown_with_old_and_new_values() -> None:
    changes = {"one": DRIFTS[:1], "two": (), "three": None}
    assert runs_as_text([GOOD], changes).splitlines()[2:] == [
        "one: recorded",
        "  accuracy (seed 0): 0.91 → 0.87",
        "two: recorded",
        "three: nothing to record",
    ]


def test_the_json_has_the_same_content() -> None:
    problem = Problem(Place("examples/one.py", 3), "metric-drifted", "said", "help", "warning")
    data = json.loads(runs_as_json([DRIFTED], {"one": DRIFTS[2:]}, [problem]))
    (one,) = data["examples"]
    assert (one["example"], one["origin"], one["reproduced"]) == ("one", "executed", False)
    assert one["runs"][0] == {"seed": 0, "together": [], "outcome": "passed", "seconds": 1.5, "key": "k"}
    assert one["drifts"][0] == {
        "metric": "accuracy",
        "seed": 0,
        "recorded": 0.91,
        "now": 0.87,
        "tolerance": 0.02,
    }
    assert one["drifts"][2]["now"] is None
    assert one["accepted"] == [{"metric": "gone", "seed": 1, "old": 3.0, "new": None}]
    assert data["problems"][0]["code"] == "metric-drifted"
    assert json.loads(runs_as_json([GOOD], None, []))["examples"][0]["accepted"] is None


def test_forecasts_as_json() -> None:
    found = [Forecast("one", 0, True, "cell 1 changed"), Forecast("one", 1, False, "nothing changed")]
    first, second = json.loads(forecasts_as_json(found))
    assert first == {
        "example": "one",
        "seed": 0,
        "together": [],
        "runs": True,
        "reason": "cell 1 changed",
        "seconds": None,
    }
    assert (second["runs"], second["seconds"]) == (False, 0)


def test_columns_are_aligned() -> None:
    assert aligned([("a", "1"), ("long", "22")], right=(1,)) == ("a      1", "long  22")
    assert aligned([]) == ()


def test_generic_alternative_texts_are_counted_once() -> None:
    figures = tuple(
        Figure(name, Path(name), "", alt, 1, 1) for name, alt in (("a", ""), ("b", ""), ("c", "A line"))
    )
    runs = (Run("one", 0, "passed", outputs=(Output("start", figures=figures),)),)
    foreign = Evidence(replace(EXAMPLE, markup="reST"), runs, "executed")
    assert "2 figures of scripts from other galleries" in runs_as_text([foreign], None)
    assert "alternative" not in runs_as_text([Evidence(EXAMPLE, runs, "executed")], None)
