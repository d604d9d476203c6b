"""Keys against a model: which there are, and what is meant by one that is not among them."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from executable_glossary.model.problem import Problem
from executable_glossary.model.text import YamlPath, YamlSource


def unknown_key(model: type[BaseModel], source: YamlSource, path: YamlPath, value: Any) -> Problem:
    """The key that `path` leads to, with what its author may have meant."""
    known = [key for key in fields_at(model, path[:-1]) if key != "id" or len(path) > 1]
    free = [key for key in known if (*path[:-1], key) not in source.keys]
    near = tuple(f'write "{key}"' for key in get_close_matches(str(path[-1]), free, n=1))
    told = (*_after_comma(source, path, value), *_further_in(model, path), *near)
    listed = f"{_after_own_keys(model, source, path)}use one of {', '.join(known)}"
    message = f'there is no key "{path[-1]}" here'
    return Problem(source.place(path, key=True), "unknown-key", message, told[0] if told else listed)


def _after_comma(source: YamlSource, path: YamlPath, value: Any) -> Iterator[str]:
    """Within { }, what follows a comma is the next key, also where the comma was one of a sentence."""
    own = source.place(path, key=True)
    beside = [place for key, place in source.keys.items() if key[:-1] == path[:-1] and key != path]
    if value is None and any(place.line == own.line for place in beside):
        yield "if it is part of the text before it, put that text in quotes: a comma ends it"


def _further_in(model: type[BaseModel], path: YamlPath) -> Iterator[str]:
    """A question that stands where the list of questions belongs."""
    at = _model_at(model, path[:-1]) if len(path) > 1 else None
    for key, field in at.model_fields.items() if at else ():
        if any(path[-1] in inner.model_fields for inner in models_in(field.annotation)):
            yield f'write it below "{field.alias or key}", one step further in'


def _after_own_keys(model: type[BaseModel], source: YamlSource, path: YamlPath) -> str:
    """A key that follows what holds keys of the author's own, and may have lost its indentation."""
    at = _model_at(model, path[:-1])
    beside = [str(key[-1]) for key in source.keys if key[:-1] == path[:-1]]
    fields = [key for key in beside[: beside.index(str(path[-1]))] if at and key in at.model_fields]
    if at and fields and typing.get_origin(at.model_fields[fields[-1]].annotation) is Mapping:
        return f'indent it, if it belongs to "{fields[-1]}", or '
    return ""


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field may hold, by its annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from models_in(inner)


def fields_at(model: type[BaseModel], path: YamlPath) -> Mapping[str, str]:
    """Keys with descriptions of the model that the path leads to."""
    at = _model_at(model, path)
    fields = at.model_fields.items() if at else ()
    return {field.alias or name: field.description or "" for name, field in fields}


def _model_at(model: type[BaseModel], path: YamlPath) -> type[BaseModel] | None:
    """None where the keys are the author's own."""
    current: type[BaseModel] | None = model
    parts = iter(path)
    for part in parts:
        if current is None or isinstance(part, int):
            continue
        named = {field.alias or name: field for name, field in current.model_fields.items()}
        if part in named:
            annotation = named[part].annotation
            # What follows is a key of the author's, which may be called as a field is.
            if typing.get_origin(annotation) is Mapping and next(parts, None) is None:
                return None
            current = next(models_in(annotation), None)
    return current
