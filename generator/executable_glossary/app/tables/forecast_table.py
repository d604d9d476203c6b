"""What would run and why, for a person at a terminal: one line for each seed, and a sum."""

from __future__ import annotations

from collections.abc import Sequence

from executable_glossary.adapters.word_catalog import english
from executable_glossary.app.tables.columns import aligned
from executable_glossary.model.forecast import Forecast
from executable_glossary.model.number_format import NumberFormat


def forecast_table(forecasts: Sequence[Forecast]) -> str:
    """`flowers  seed 0  runs, about 6 seconds  cell 3 changed`; the estimates come from earlier runs."""
    rows = [(found.example, f"seed {found.seed}", _deed(found), found.reason) for found in forecasts]
    lines = aligned(rows)
    return "\n".join([*lines, _sum(forecasts)])


def why_lines(forecasts: Sequence[Forecast]) -> str:
    """`flowers, seed 0: cell 3 changed`"""
    return "\n".join(f"{found.example}, seed {found.seed}: {found.reason}" for found in forecasts)


def _deed(found: Forecast) -> str:
    if not found.runs:
        return "does not run"
    return f"runs, about {_time(found.seconds)}" if found.seconds else "runs, nobody knows how long"


def _sum(forecasts: Sequence[Forecast]) -> str:
    running = [found for found in forecasts if found.runs]
    if not running:
        return "nothing would run"
    known = sum(found.seconds for found in running)
    unknown = sum(not found.seconds for found in running)
    runs = f"{len(running)} run{'' if len(running) == 1 else 's'} would be made"
    told = f", about {_time(known)} one after the other" if known else ""
    return f"{runs}{told}{f', {unknown} of unknown length' if unknown else ''}"


def _time(seconds: float) -> str:
    return NumberFormat(english()).seconds(seconds)
