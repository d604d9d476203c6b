"""The runs that a build would start and the reasons, as text: one line per run, and a total."""

from __future__ import annotations

from collections.abc import Sequence

from executable_glossary.adapters.word_catalog import english
from executable_glossary.app.tables.columns import aligned
from executable_glossary.model.forecast import Forecast
from executable_glossary.model.number_format import NumberFormat
from executable_glossary.model.run import named_seeds
from executable_glossary.model.terminal_text import single_line


def forecast_table(forecasts: Sequence[Forecast]) -> str:
    """`flowers  seed 0  runs, about 6 seconds  cell 3 changed`; the estimates come from earlier runs."""
    rows = [
        (forecast.example, named_seeds(forecast.seeds), _plan(forecast), forecast.reason)
        for forecast in forecasts
    ]
    return "\n".join([*aligned(rows), _total(forecasts)])


def why_lines(forecasts: Sequence[Forecast]) -> str:
    """`flowers, seed 0: cell 3 changed`"""
    return "\n".join(
        single_line(f"{forecast.example}, {named_seeds(forecast.seeds)}: {forecast.reason}")
        for forecast in forecasts
    )


def _plan(forecast: Forecast) -> str:
    if not forecast.runs:
        return "does not run"
    return f"runs, {_duration(forecast.seconds)}" if forecast.seconds else "runs, duration unknown"


def _total(forecasts: Sequence[Forecast]) -> str:
    running = [forecast for forecast in forecasts if forecast.runs]
    if not running:
        return "nothing would run"
    known = sum(forecast.seconds for forecast in running)
    unknown = sum(not forecast.seconds for forecast in running)
    count = f"{len(running)} run{'' if len(running) == 1 else 's'}"
    duration = f", {_duration(known)} if run one after another" if known else ""
    return f"{count}{duration}{f', {unknown} of unknown duration' if unknown else ''}"


def _duration(seconds: float) -> str:
    """`about 6 seconds`, but `less than 0.1 seconds`."""
    duration = NumberFormat(english()).seconds(seconds)
    return duration if duration.startswith("less") else f"about {duration}"
