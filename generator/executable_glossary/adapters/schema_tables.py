"""Describes the fields of pydantic models as tables for the manual."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from executable_glossary.adapters.schema import models_in
from executable_glossary.model.manual import FieldRow, FieldTable

_WORDS: Mapping[Any, str] = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    date: "date",
    Path: "path",
}


def field_tables(model: type[BaseModel]) -> tuple[FieldTable, ...]:
    """One table for the model and one for each model nested in it, outermost first."""
    queue, models = [model], dict.fromkeys([model])
    while queue:
        for field in queue.pop(0).model_fields.values():
            new = [inner for inner in models_in(field.annotation) if inner not in models]
            models |= dict.fromkeys(new)
            queue += new
    return tuple(_table(each) for each in models)


def _table(model: type[BaseModel]) -> FieldTable:
    rows = tuple(_row(field.alias or name, field) for name, field in model.model_fields.items())
    own = model.__doc__ if "__doc__" in vars(model) else None
    return FieldTable(model.__name__, " ".join((own or "").split()), rows)


def _row(name: str, field: FieldInfo) -> FieldRow:
    inner = tuple(model.__name__ for model in models_in(field.annotation))
    kind = _or_text(_describe(field.annotation), field.metadata)
    default = "" if field.is_required() else _default(field.default)
    return FieldRow(name, kind, inner, field.is_required(), default, field.description or "")


def _or_text(kind: str, metadata: Iterable[Any]) -> str:
    """`text, or KIND` if a validator also accepts text, according to its input type for the JSON Schema."""
    inputs = (typing.get_args(getattr(each, "json_schema_input_type", None)) for each in metadata)
    accepted = (part for parts in inputs for part in parts if isinstance(part, type))
    return f"text, or {kind}" if any(issubclass(part, str) for part in accepted) else kind


def _describe(annotation: Any) -> str:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return f"one of {', '.join(map(str, inner))}" if len(inner) > 1 else f'"{inner[0]}"'
    if origin is typing.Annotated:
        return _or_text(_describe(inner[0]), annotation.__metadata__)
    if origin in (UnionType, typing.Union):
        return " or ".join(dict.fromkeys(_describe(part) for part in inner if part is not NoneType))
    if origin is tuple:
        return f"list of {_describe(inner[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return f"keys, each with {_describe(inner[1])}"
    return _single(annotation)


def _single(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.__name__
    return _WORDS.get(annotation, "text")


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value) if isinstance(value, str | int | float) else ""
