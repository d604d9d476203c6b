"""An upgrade for one review: what moved, what flips, and how to accept it; as text, Markdown or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from executable_glossary.app.tables.columns import aligned
from executable_glossary.app.tables.problem_list import described
from executable_glossary.model.number_format import number
from executable_glossary.model.problem import Problem
from executable_glossary.model.upgrade import MetricChange, Upgrade, VerdictChange, VersionChange

SCHEMA = 2
METRICS = ("example", "metric", "recorded", "now", "change", "most of a seed", "tolerance", "")
VERSIONS = ("package", "recorded", "now", "used by")
MARGINS = ("claim", "margin recorded", "now", "with the numbers of now")

Rows = list[Sequence[str]]
Json = dict[str, Any]


def upgrade_as_text(upgrade: Upgrade, problems: Sequence[Problem]) -> str:
    """Tables under a line each, and how to go on; what did not move is counted only."""
    return "\n\n".join("\n".join(part) for part in _parts(upgrade, problems, _plain))


def upgrade_as_markdown(upgrade: Upgrade, problems: Sequence[Problem]) -> str:
    """The same with Markdown's tables."""
    parts = ("\n".join(part) for part in _parts(upgrade, problems, _piped))
    return "\n\n".join(("## Upgrade report", *parts))


def upgrade_as_json(upgrade: Upgrade, problems: Sequence[Problem]) -> str:
    """See "Versions of published formats" in generator/README.md."""
    told = {
        "schema": SCHEMA,
        "examples": [
            {"example": one.example, "state": one.state, "reason": one.reason} for one in upgrade.examples
        ],
        "versions": [_version(one) for one in upgrade.versions],
        "metrics": [{"example": example, **_metric(one)} for example, one in upgrade.metrics],
        "verdicts": [_verdict(one) for one in upgrade.verdicts],
        "problems": [described(problem) for problem in problems],
        "accept": accepting(upgrade),
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


SHAPES: Mapping[str, Callable[[Upgrade, Sequence[Problem]], str]] = {
    "text": upgrade_as_text,
    "markdown": upgrade_as_markdown,
    "json": upgrade_as_json,
}


def accepting(upgrade: Upgrade) -> str | None:
    """The command that records what is another now; None if nothing is. What ran is remembered, so it is quick."""
    return f"glossary run {' '.join(upgrade.to_record)} --accept" if upgrade.to_record else None


Table = Callable[[Sequence[str], Rows, Sequence[int]], Iterable[str]]


def _parts(upgrade: Upgrade, problems: Sequence[Problem], table: Table) -> Iterator[list[str]]:
    yield list(_examples(upgrade))
    yield _with_rows("Packages", _versions(upgrade), table, VERSIONS, _version_rows(upgrade), ())
    yield _with_rows("Metrics", _metrics(upgrade), table, METRICS, _metric_rows(upgrade), (2, 3, 4, 5, 6))
    for turn, said in (("flipped", "Flipped"), ("shrunk", "Margins that shrank to less than half")):
        rows = [_verdict_row(one) for one in upgrade.that(turn)]  # type: ignore[arg-type]
        yield _with_rows(said, f"{len(rows)} of {len(upgrade.verdicts)}", table, MARGINS, rows, (1, 2))
    yield list(_ending(upgrade, problems))


def _with_rows(
    title: str, counted: str, table: Table, head: Sequence[str], rows: Rows, right: Sequence[int]
) -> list[str]:
    return [f"{title}: {counted}", *(["", *table(head, rows, right)] if rows else [])]


def _plain(head: Sequence[str], rows: Rows, right: Sequence[int]) -> Iterable[str]:
    return aligned([head, *rows], right)


def _piped(head: Sequence[str], rows: Rows, right: Sequence[int]) -> Iterable[str]:
    line = ["--:" if at in right else "---" for at in range(len(head))]
    return [f"| {' | '.join(cells)} |" for cells in (head, line, *rows)]


def _examples(upgrade: Upgrade) -> Iterator[str]:
    yield f"Examples: {len(upgrade.in_state('compared', 'new'))} of {len(upgrade.examples)} ran"
    for one in upgrade.in_state("failed", "not run", "new"):
        said = {"failed": "failed", "not run": "did not run", "new": "ran, and has no record yet"}[one.state]
        yield f"- {one.example} {said}{f' ({one.reason})' if one.reason else ''}"


def _versions(upgrade: Upgrade) -> str:
    changed = sum(one.changed for one in upgrade.versions)
    return f"{changed} of {len(upgrade.versions)} changed"


def _version_rows(upgrade: Upgrade) -> Rows:
    return [
        (one.distribution, one.recorded or "none", one.now or "none", ", ".join(one.examples))
        for one in upgrade.versions
        if one.changed
    ]


def _metrics(upgrade: Upgrade) -> str:
    metrics = [metric for _, metric in upgrade.metrics]
    exempt = sum(one.tolerance is None for one in metrics)
    left = sum(one.left for one in metrics)
    moved = sum(one.moved and not one.left for one in metrics if one.tolerance is not None)
    same = len(metrics) - left - moved - exempt
    return (
        f"{left} left their tolerance, {moved} moved within it, {same} are as recorded, {exempt} are exempt"
    )


def _metric_rows(upgrade: Upgrade) -> Rows:
    """Exempt ones, such as seconds, are another each time: they are in the JSON."""
    return [
        (
            *(example, one.metric, _said(one.recorded), _said(one.now), _signed(one.change)),
            *(_signed(one.most), f"{one.tolerance:g}", "left" if one.left else ""),
        )
        for example, one in upgrade.metrics
        if one.moved and one.tolerance is not None
    ]


def _verdict_row(one: VerdictChange) -> Sequence[str]:
    turned = f" ({'held' if one.held else 'failed'}, {'holds' if one.holds else 'fails'} now)"
    name = f"{one.whose}.{one.claim.id}{turned if one.turn == 'flipped' else ''}"
    return (name, _said(one.margin), _said(one.margin_now), "; ".join(one.values))


def _ending(upgrade: Upgrade, problems: Sequence[Problem]) -> Iterator[str]:
    if problems:
        yield "Accepted as it is, this would not build:"
        yield from (f"- {one.place}: {one.message}; {one.help}" for one in problems)
    command = accepting(upgrade)
    if command is None:
        yield "There is nothing to accept: what ran gave what is recorded, with the same packages."
    elif not upgrade.safe or problems:
        yield f"Fix that first; then accept what is right: {command}"
    else:
        yield f"To accept all of it, and commit examples/recorded/: {command}"


def _said(value: float | None) -> str:
    return "none" if value is None else number(value)


def _signed(value: float | None) -> str:
    return "" if value is None else f"{'+' if value > 0 else ''}{number(value)}"


def _version(one: VersionChange) -> Json:
    sides = {"recorded": one.recorded or None, "now": one.now or None}
    return {"distribution": one.distribution, **sides, "examples": list(one.examples)}


def _metric(one: MetricChange) -> Json:
    return {
        "metric": one.metric,
        "recorded": one.recorded,
        "now": one.now,
        "change": one.change,
        "most": one.most,
        "tolerance": one.tolerance,
        "left": one.left,
    }


def _verdict(one: VerdictChange) -> Json:
    return {
        "whose": one.whose,
        "id": one.claim.id,
        "example": one.claim.example,
        "check": one.claim.check,
        "turn": one.turn,
        "held": {"recorded": one.held, "now": one.holds},
        "margin": {"recorded": one.margin, "now": one.margin_now},
    }
