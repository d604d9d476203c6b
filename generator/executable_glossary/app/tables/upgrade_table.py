"""The upgrade report as text, Markdown, or JSON: what moved, what flipped, and how to accept the changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from executable_glossary.app.tables.columns import aligned
from executable_glossary.app.tables.problem_list import described
from executable_glossary.model.number_format import number
from executable_glossary.model.problem import Problem
from executable_glossary.model.upgrade import MetricChange, Turn, Upgrade, VerdictChange, VersionChange

SCHEMA = 2
METRICS = ("example", "metric", "recorded", "now", "change", "worst seed", "tolerance", "")
VERSIONS = ("package", "recorded", "now", "used by")
MARGINS = ("claim", "recorded margin", "margin now", "check with the current numbers")
TURNS: Mapping[Turn, str] = {"flipped": "Flipped", "shrunk": "Margins that shrank to less than half"}
STATES = {"failed": "failed", "not run": "did not run", "new": "ran, and has no record yet"}

Rows = list[Sequence[str]]
Json = dict[str, Any]
# Lays out a header and rows, given the indexes of right-aligned columns.
Table = Callable[[Sequence[str], Rows, Sequence[int]], Iterable[str]]


def upgrade_as_text(upgrade: Upgrade, problems: Sequence[Problem]) -> str:
    """The report as tables, each below a summary line, followed by the next step. Metrics that did not move are only
    counted."""
    return "\n\n".join("\n".join(part) for part in _parts(upgrade, problems, _plain))


def upgrade_as_markdown(upgrade: Upgrade, problems: Sequence[Problem]) -> str:
    """The same content as Markdown."""
    parts = ("\n".join(part) for part in _parts(upgrade, problems, _piped))
    return "\n\n".join(("## Upgrade report", *parts))


def upgrade_as_json(upgrade: Upgrade, problems: Sequence[Problem]) -> str:
    """The same content as JSON, with the fields described in generator/README.md."""
    document = {
        "schema": SCHEMA,
        "examples": [
            {"example": example.example, "state": example.state, "reason": example.reason}
            for example in upgrade.examples
        ],
        "versions": [_version(version) for version in upgrade.versions],
        "metrics": [{"example": example, **_metric(metric)} for example, metric in upgrade.metrics],
        "verdicts": [_verdict(verdict) for verdict in upgrade.verdicts],
        "problems": [described(problem) for problem in problems],
        "accept": accept_command(upgrade),
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


FORMATS: Mapping[str, Callable[[Upgrade, Sequence[Problem]], str]] = {
    "text": upgrade_as_text,
    "markdown": upgrade_as_markdown,
    "json": upgrade_as_json,
}


def accept_command(upgrade: Upgrade) -> str | None:
    """The command that records the new results. It is fast, because the results are already stored. None if
    nothing differs."""
    return f"glossary run {' '.join(upgrade.to_record)} --accept" if upgrade.to_record else None


def _parts(upgrade: Upgrade, problems: Sequence[Problem], table: Table) -> Iterator[list[str]]:
    yield list(_examples(upgrade))
    yield _with_rows("Packages", _versions(upgrade), table, VERSIONS, _version_rows(upgrade), ())
    yield _with_rows("Metrics", _metrics(upgrade), table, METRICS, _metric_rows(upgrade), (2, 3, 4, 5, 6))
    for turn, title in TURNS.items():
        rows = [_verdict_row(verdict) for verdict in upgrade.that(turn)]
        yield _with_rows(title, f"{len(rows)} of {len(upgrade.verdicts)}", table, MARGINS, rows, (1, 2))
    yield list(_next_step(upgrade, problems))


def _with_rows(
    title: str, summary: str, table: Table, head: Sequence[str], rows: Rows, right: Sequence[int]
) -> list[str]:
    return [f"{title}: {summary}", *(["", *table(head, rows, right)] if rows else [])]


def _plain(head: Sequence[str], rows: Rows, right: Sequence[int]) -> Iterable[str]:
    return aligned([head, *rows], right)


def _piped(head: Sequence[str], rows: Rows, right: Sequence[int]) -> Iterable[str]:
    rule = ["--:" if column in right else "---" for column in range(len(head))]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]


def _examples(upgrade: Upgrade) -> Iterator[str]:
    yield f"Examples: {len(upgrade.in_state('compared', 'new'))} of {len(upgrade.examples)} ran"
    for example in upgrade.in_state("failed", "not run", "new"):
        reason = f" ({example.reason})" if example.reason else ""
        yield f"- {example.example} {STATES[example.state]}{reason}"


def _versions(upgrade: Upgrade) -> str:
    changed = sum(version.changed for version in upgrade.versions)
    return f"{changed} of {len(upgrade.versions)} changed"


def _version_rows(upgrade: Upgrade) -> Rows:
    return [
        (
            version.distribution,
            version.recorded or "none",
            version.now or "none",
            ", ".join(version.examples),
        )
        for version in upgrade.versions
        if version.changed
    ]


def _metrics(upgrade: Upgrade) -> str:
    metrics = [metric for _, metric in upgrade.metrics]
    exempt = sum(metric.tolerance is None for metric in metrics)
    left = sum(metric.left for metric in metrics)
    moved = sum(metric.moved and not metric.left for metric in metrics if metric.tolerance is not None)
    same = len(metrics) - left - moved - exempt
    return f"{left} exceeded their tolerance, {moved} changed within it, {same} are unchanged, {exempt} are exempt"


def _metric_rows(upgrade: Upgrade) -> Rows:
    """Leaves out exempt metrics, such as durations, which differ every time; the JSON output includes
    them."""
    return [
        (
            *(example, metric.metric, _value(metric.recorded), _value(metric.now), _signed(metric.change)),
            *(_signed(metric.most), f"{metric.tolerance:g}", "left" if metric.left else ""),
        )
        for example, metric in upgrade.metrics
        if metric.moved and metric.tolerance is not None
    ]


def _verdict_row(verdict: VerdictChange) -> Sequence[str]:
    before, now = "held" if verdict.held else "failed", "holds" if verdict.holds else "fails"
    flipped = f" ({before}, {now} now)" if verdict.turn == "flipped" else ""
    name = f"{verdict.whose}.{verdict.claim.id}{flipped}"
    return (name, _value(verdict.margin), _value(verdict.margin_now), "; ".join(verdict.values))


def _next_step(upgrade: Upgrade, problems: Sequence[Problem]) -> Iterator[str]:
    if problems:
        yield "If these results were recorded, a build would fail:"
        yield from (f"- {problem.place}: {problem.message}; {problem.help}" for problem in problems)
    command = accept_command(upgrade)
    if command is None:
        yield "There is nothing to accept: every run reproduced the recorded results with the same packages."
    elif not upgrade.safe or problems:
        yield f"Fix the problems above first; then accept the correct results: {command}"
    else:
        yield f"To accept all results, run the following command and commit examples/recorded/: {command}"


def _value(value: float | None) -> str:
    return "none" if value is None else number(value)


def _signed(value: float | None) -> str:
    return "" if value is None else f"{'+' if value > 0 else ''}{number(value)}"


def _version(version: VersionChange) -> Json:
    return {
        "distribution": version.distribution,
        "recorded": version.recorded or None,
        "now": version.now or None,
        "examples": list(version.examples),
    }


def _metric(metric: MetricChange) -> Json:
    return {
        "metric": metric.metric,
        "recorded": metric.recorded,
        "now": metric.now,
        "change": metric.change,
        "most": metric.most,
        "tolerance": metric.tolerance,
        "left": metric.left,
    }


def _verdict(verdict: VerdictChange) -> Json:
    return {
        "whose": verdict.whose,
        "id": verdict.claim.id,
        "example": verdict.claim.example,
        "check": verdict.claim.check,
        "turn": verdict.turn,
        "held": {"recorded": verdict.held, "now": verdict.holds},
        "margin": {"recorded": verdict.margin, "now": verdict.margin_now},
    }
