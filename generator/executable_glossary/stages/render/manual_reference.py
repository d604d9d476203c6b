"""Collects reference material from the program itself for the manual's reference templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.schema_tables import field_tables
from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Settings
from executable_glossary.model.findings import Findings
from executable_glossary.model.glossary import DERIVED
from executable_glossary.model.manual import FieldTable
from executable_glossary.model.number_format import FILTERS
from executable_glossary.model.project import ProjectSettings
from executable_glossary.model.rule_settings import Rules
from executable_glossary.stages.render.json_fields import json_fields

# Fields of the data files whose keys are names that come from examples or machines.
NAMED_FREELY = frozenset(["metrics", "versions", "isolation"])
_WRITTEN: Mapping[str, type] = {
    "entry": Entry,
    "axes": Axes,
    "findings": Findings,
    "example": Settings,
    "rules": Rules,
    "settings": ProjectSettings,
}


def reference(templates: Templates, axes: Axes, data: Mapping[str, bytes]) -> Mapping[str, Any]:
    """Fields, filters, blocks, and axes, keyed by the name that templates use.

    data: the JSON files at the site root, keyed by name.
    """
    kinds = (
        name.removeprefix("blocks/").removesuffix(".md.j2") for name in templates.names() if _is_block(name)
    )
    return {
        "tables": {name: _tables(model) for name, model in _WRITTEN.items()},
        "filters": {name: _first_line(filter) for name, filter in FILTERS.items()},
        "blocks": sorted(kind for kind in kinds if kind not in DERIVED),
        "derived": sorted(DERIVED),
        "axes": axes,
        "data": {name: json_fields(content, NAMED_FREELY) for name, content in data.items()},
    }


def _tables(model: type) -> tuple[FieldTable, ...]:
    """The field tables of a model, without an entry's id, which authors never write because it is the file name."""
    first, *others = field_tables(model)
    fields = tuple(row for row in first.fields if not (model is Entry and row.name == "id"))
    return (replace(first, fields=fields), *others)


def _is_block(name: str) -> bool:
    return name.startswith("blocks/") and not name.startswith("blocks/_")


def _first_line(filter: Callable[..., str]) -> str:
    return (filter.__doc__ or "").strip().partition("\n")[0]
