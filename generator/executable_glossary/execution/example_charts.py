"""What is wrong with a chart that a head declares, in its author's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic_core import ErrorDetails

from executable_glossary.execution.example_cells import Script
from executable_glossary.model.chart import BarChart, LineChart
from executable_glossary.model.problem import Problem

# What each key must be, and a right value to copy.
FORMS: Mapping[str, tuple[str, str]] = {
    "kind": ("bars or lines, in quotes", '"bars"'),
    "title": ("a few words in quotes", '"The head start"'),
    "caption": ("a sentence in quotes", '"Errors of both in one hour."'),
    "axis": ("what the metrics measure, in quotes", '"test pictures named right"'),
    "unit": ("percent, number or seconds, in quotes", '"percent"'),
    "reference": ("a table of label = metric, three at most", '{guessing = "chance"}'),
    "bars": ("a table of label = metric, from one to twelve", '{"careful" = "careful.errors"}'),
    "along": ("what the lines run along, with its unit, in quotes", '"hours of practice"'),
    "scale": ("linear or log, in quotes", '"log"'),
    "points": ("a list of numbers", "[2, 5, 10]"),
    "lines": (
        "a table of label = {number = metric}, from one to six; a decimal number stands in quotes",
        '{"careful" = {2 = "n2.errors", 5 = "n5.errors"}}',
    ),
}
KEYS: Mapping[str, Iterable[str]] = {"bars": BarChart.model_fields, "lines": LineChart.model_fields}
NAME = "the name of a chart must be a to z first, then a to z, 0 to 9, _ and -"


def chart_problem(
    script: Script, start: int, chart: str, inside: tuple[str, ...], error: ErrorDetails
) -> Problem:
    """`inside` is empty where the kind is not known, else the kind and the key that is wrong."""
    kind, key = inside[0] if inside else "", inside[1] if len(inside) > 1 else ""
    is_name, missing = kind == "[key]", error["type"] in ("missing", "union_tag_not_found")
    inner = "lines" if error["type"] == "value_error" else key or "kind"
    line, column = script.name_place(start, ("charts", chart, *(() if is_name or missing else (inner,))))
    message, help = (NAME, "rename it") if is_name else _said(kind, key, missing, error)
    return script.problem("example-setting", f'chart "{chart}": {message}', help, line, column)


def _said(kind: str, key: str, missing: bool, error: ErrorDetails) -> tuple[str, str]:
    if error["type"] == "extra_forbidden":
        return f'a chart of {kind} has no "{key}"', f"use one of {', '.join(sorted(KEYS[kind]))}"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"]), f"lines = {FORMS['lines'][1]}"
    form, sample = FORMS[key or "kind"]
    verb = "is missing: " if missing else "must be "
    return f"{key or 'kind'} {verb}{form}", f"{key or 'kind'} = {sample}"
