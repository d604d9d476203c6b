"""The effect of new packages on results: each metric, package, and verdict as recorded and as measured now."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from executable_glossary.app.tables.upgrade_table import (
    accept_command,
    upgrade_as_json,
    upgrade_as_markdown,
    upgrade_as_text,
)
from executable_glossary.model.entry import Claim
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example, Settings
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.run import Run
from executable_glossary.model.text import Text
from executable_glossary.model.upgrade import ExampleUpgrade, Upgrade
from executable_glossary.model.verdict import Verdict, VerdictKind
from executable_glossary.stages.execute.drift import drifts
from executable_glossary.stages.execute.upgrade import compare
from glossaries import BASE, glossary, lay_out, tree

SETTINGS = Settings(seeds=(0, 1), tolerance={"seconds": "none", "loss": 0.5})
EXAMPLE = Example("bread", "examples/bread.py", Text("Bread"), Text(""), "", SETTINGS, (), ())
RECORDED = ({"accuracy": 0.9, "loss": 2.0, "seconds": 3.0}, {"accuracy": 0.8, "loss": 2.0, "seconds": 4.0})
NOW = ({"accuracy": 0.9, "loss": 2.1, "seconds": 9.0}, {"accuracy": 0.7, "loss": 2.0, "seconds": 9.0})
Metrics = Mapping[str, float]


def evidence(*metrics: Metrics, origin: Any = "executed", outcome: Any = "passed", **given: Any) -> Evidence:
    versions = {"numpy": "2.4.6" if origin == "recorded" else "2.2.6", "pillow": "12.0.0"}
    runs = tuple(
        Run("bread", seed, outcome, metrics=found, versions=versions) for seed, found in enumerate(metrics)
    )
    before = tuple(Run("bread", seed, "passed", metrics=found) for seed, found in enumerate(RECORDED))
    moved = drifts(before, runs, SETTINGS.tolerance) if origin != "recorded" else ()
    return Evidence(EXAMPLE, runs, origin, moved, **given)


def verdict(held: bool, margin: float | None, kind: VerdictKind = "supported") -> Verdict:
    claim = Claim.model_validate(
        {"id": "rises", "text": "It rises.", "example": "bread", "check": "accuracy >= 0.75"}
    )
    return Verdict(claim, kind, (f"{0.75 + (margin or 0):g} >= 0.75",), (held,), 1, margin)


def compared(
    before: Evidence, now: Evidence, was: Verdict | None = None, found: Verdict | None = None
) -> Upgrade:
    key = ("dough", "rises")
    sides = ({key: one} if one else {} for one in (was, found))
    return compare({"bread": before}, {"bread": now}, *sides)


UPGRADE = compared(evidence(*RECORDED, origin="recorded"), evidence(*NOW))
PROBLEM = Problem(Place("concepts/dough.yml", 3, 5), "claim-refuted", "it is refuted", "correct the claim")


# Metrics


def test_every_metric_is_reported_with_both_values_and_its_tolerance() -> None:
    found = {metric.metric: metric for _, metric in UPGRADE.metrics}
    assert list(found) == ["accuracy", "loss", "seconds"]
    accuracy, loss, seconds = found.values()
    assert (accuracy.recorded, accuracy.now) == pytest.approx((0.85, 0.8))
    assert accuracy.change == pytest.approx(-0.05)
    assert accuracy.most == pytest.approx(-0.1)
    assert (accuracy.tolerance, accuracy.left) == (0.02, True)
    assert (loss.tolerance, loss.left, loss.moved) == (0.5, False, True)
    assert (seconds.tolerance, seconds.left, seconds.moved) == (None, False, True)


def test_metrics_beyond_their_tolerance_come_first() -> None:
    now = evidence({**NOW[0], "loss": 9.0, "accuracy": 0.9}, {**NOW[1], "accuracy": 0.8})
    assert [metric.metric for _, metric in compared(evidence(*RECORDED, origin="recorded"), now).metrics] == [
        "loss",
        "accuracy",
        "seconds",
    ]


def test_a_metric_on_one_side_only_is_reported_as_such() -> None:
    now = evidence(*({"accuracy": one["accuracy"], "new": 1.0} for one in RECORDED))
    upgrade = compared(evidence(*RECORDED, origin="recorded"), now)
    found = {metric.metric: metric for _, metric in upgrade.metrics}
    assert (found["loss"].recorded, found["loss"].now, found["loss"].change) == (2.0, None, None)
    assert (found["new"].recorded, found["new"].now, found["new"].left) == (None, 1.0, True)
    rows = [line.split()[:5] for line in upgrade_as_text(upgrade, ()).splitlines()]
    assert ["bread", "loss", "2", "none", "0.5"] in rows


def test_the_largest_change_of_a_seed_is_reported_if_the_mean_hides_it() -> None:
    now = evidence({**RECORDED[0], "accuracy": 0.8}, {**RECORDED[1], "accuracy": 0.9})
    (_, metric), *_ = compared(evidence(*RECORDED, origin="recorded"), now).metrics
    assert metric.change == pytest.approx(0)
    assert abs(metric.most or 0) == pytest.approx(0.1)
    assert metric.left


# Packages


def test_each_package_is_listed_once_with_its_users_and_changed_ones_come_first() -> None:
    numpy, pillow = UPGRADE.versions
    assert (numpy.distribution, numpy.recorded, numpy.now, numpy.examples) == (
        *("numpy", "2.4.6", "2.2.6"),
        ("bread",),
    )
    assert (pillow.changed, numpy.changed) == (False, True)


# Claims and findings


@pytest.mark.parametrize(
    ("was", "found", "turn"),
    [
        (verdict(True, 0.1), verdict(True, 0.09), "as before"),
        (verdict(True, 0.1), verdict(True, 0.04), "shrunk"),
        (verdict(True, 0.1), verdict(False, -0.01, "refuted"), "flipped"),
        (verdict(False, -0.1, "refuted"), verdict(True, 0.1), "flipped"),
        (verdict(True, None), verdict(True, None), "as before"),
        (verdict(True, 0.1), verdict(True, 0.1, "not run here"), "open"),
        (verdict(True, 0.1), None, "open"),
        (None, verdict(True, 0.1), "open"),
    ],
)
def test_a_verdict_flips_shrinks_stays_or_is_open(
    was: Verdict | None, found: Verdict | None, turn: str
) -> None:
    (change,) = compared(evidence(*RECORDED, origin="recorded"), evidence(*NOW), was, found).verdicts
    assert change.turn == turn


def test_a_flipped_verdict_is_unsafe_but_drift_alone_is_safe() -> None:
    assert UPGRADE.safe
    flips = compared(
        *(evidence(*RECORDED, origin="recorded"), evidence(*NOW)),
        *(verdict(True, 0.1), verdict(False, -0.01, "refuted")),
    )
    assert not flips.safe
    text = upgrade_as_text(flips, (PROBLEM,))
    assert "Flipped: 1 of 1" in text
    assert "dough.rises (held, fails now)              0.1       -0.01  0.74 >= 0.75" in text
    assert "concepts/dough.yml:3:5: it is refuted; correct the claim" in text
    assert (
        text.splitlines()[-1]
        == "Fix the problems above first; then accept the correct results: glossary run bread --accept"
    )


# Examples


@pytest.mark.parametrize(
    ("now", "state", "safe"),
    [
        (evidence(*NOW), "compared", True),
        (evidence(*RECORDED, origin="recorded", reason="numpy is not installed"), "not run", True),
        (evidence(*NOW, outcome="raised"), "failed", False),
    ],
    ids=["ran", "did not run", "failed"],
)
def test_the_state_of_an_example_is_reported(now: Evidence, state: str, safe: bool) -> None:
    upgrade = compared(evidence(*RECORDED, origin="recorded"), now)
    assert ([one.state for one in upgrade.examples], upgrade.safe) == ([state], safe)
    assert bool(upgrade.metrics) is (state == "compared")


def test_an_example_without_a_record_is_new_and_can_be_accepted() -> None:
    nothing = Evidence(EXAMPLE, (Run("bread", 0, "skipped"),), "recorded")
    upgrade = compared(nothing, evidence(*NOW))
    assert upgrade.in_state("new") == (ExampleUpgrade("bread", "new"),)
    assert accept_command(upgrade) == "glossary run bread --accept"
    assert "- bread ran, and has no record yet" in upgrade_as_text(upgrade, ())


def test_without_differences_there_is_nothing_to_accept() -> None:
    same = [Run("bread", seed, "passed", metrics=found) for seed, found in enumerate(RECORDED)]
    recorded, now = (Evidence(EXAMPLE, tuple(same), origin) for origin in ("recorded", "stored"))  # type: ignore[arg-type]
    upgrade = compared(recorded, now)
    assert accept_command(upgrade) is None
    assert upgrade_as_text(upgrade, ()).splitlines()[-1].startswith("There is nothing to accept")


# Output


def test_the_text_has_tables_of_changes_and_the_next_steps() -> None:
    assert upgrade_as_text(UPGRADE, ()).splitlines() == [
        "Examples: 1 of 1 ran",
        "",
        "Packages: 1 of 2 changed",
        "",
        "package  recorded  now    used by",
        "numpy    2.4.6     2.2.6  bread",
        "",
        "Metrics: 1 exceeded their tolerance, 1 changed within it, 0 are unchanged, 1 are exempt",
        "",
        "example  metric    recorded   now  change  worst seed  tolerance",
        "bread    accuracy      0.85   0.8   -0.05        -0.1       0.02  left",
        "bread    loss             2  2.05   +0.05        +0.1        0.5",
        "",
        "Flipped: 0 of 0",
        "",
        "Margins that shrank to less than half: 0 of 0",
        "",
        "To accept all results, run the following command and commit examples/recorded/: glossary run bread --accept",
    ]


def test_the_markdown_has_the_same_content() -> None:
    text = upgrade_as_markdown(UPGRADE, ())
    assert text.startswith("## Upgrade report\n\nExamples: 1 of 1 ran\n")
    assert "| package | recorded | now | used by |\n| --- | --- | --- | --- |\n| numpy |" in text
    assert "| bread | accuracy | 0.85 | 0.8 | -0.05 | -0.1 | 0.02 | left |" in text


def test_the_json_includes_unchanged_metrics() -> None:
    result = json.loads(upgrade_as_json(UPGRADE, (PROBLEM,)))
    assert result["schema"] == 2
    assert [metric["metric"] for metric in result["metrics"]] == ["accuracy", "loss", "seconds"]
    assert result["metrics"][2]["tolerance"] is None
    assert [one["distribution"] for one in result["versions"]] == ["numpy", "pillow"]
    assert result["problems"][0]["code"] == "claim-refuted"
    assert result["accept"] == "glossary run bread --accept"


# The command, with a record from a different machine


CLAIM = """
term: Dropout
meaning: Switching units off at random while a network learns.
see_also:
  - {concept: overfitting, relation: contrasts, why: It is what dropout works against.}
claims:
  - {id: rules-hold, text: A rule beats a table., example: by_heart, check: rule.unseen >= table.unseen + 0.2}
blocks:
  definition: In each step of training, every unit is left out with the same chance.
"""


def recorded(folder: Path, unseen: float) -> Path:
    """The base glossary with a claim and a record with this value for the metric `unseen` of the table."""
    record = json.loads((BASE / "examples/recorded/by_heart.json").read_text("utf-8"))
    for run in record["runs"]:
        run["metrics"]["table.unseen"] = unseen
    content = json.dumps(record).encode()
    files = {"concepts/dropout.yml": CLAIM.encode(), "examples/recorded/by_heart.json": content}
    return lay_out(folder, files)


def report(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return glossary(folder, "upgrade-report", *arguments)


def test_a_flip_exits_with_1_and_writes_no_record(tmp_path: Path) -> None:
    root = recorded(tmp_path / "glossary", 0.9)
    before = {name: content for name, content in tree(root).items() if not name.startswith(".glossary")}
    result = report(root)
    assert result.returncode == 1, result.stderr
    assert "dropout.rules-hold (failed, holds now)" in result.stdout
    assert "by_heart  table.unseen" in result.stdout
    after = {name: content for name, content in tree(root).items() if not name.startswith(".glossary")}
    assert after == before


def test_drift_without_a_flip_exits_with_0_and_can_be_accepted(tmp_path: Path) -> None:
    root = recorded(tmp_path / "glossary", 0.4)
    result = report(root, "by_heart", "--format", "json")
    assert result.returncode == 0, result.stderr
    command = json.loads(result.stdout)["accept"]
    assert command == "glossary run by_heart --accept"
    assert glossary(root, *command.split()[1:], "--runs", "auto").returncode == 0
    again = report(root, "--runs", "auto")
    assert again.stdout.splitlines()[-1].startswith("There is nothing to accept")


def test_an_example_that_fails_now_is_reported_with_its_line(tmp_path: Path) -> None:
    script = (BASE / "examples/by_heart.py").read_text("utf-8") + "\nraise SystemError('not any more')\n"
    root = lay_out(tmp_path / "glossary", {"examples/by_heart.py": script.encode()})
    result = report(root, "--format", "markdown")
    assert result.returncode == 1
    assert "- by_heart failed" in result.stdout
    assert "examples/by_heart.py:" in result.stdout
    assert "not any more" in result.stdout


def test_wrong_usage_and_broken_content_are_reported_before_anything_runs(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "glossary", {})
    assert report(root, "soup").returncode == 2
    (root / "concepts/dropout.yml").write_text("term: Dropout\ntermm: x\n")
    result = report(root)
    assert (result.returncode, result.stdout) == (1, "")
