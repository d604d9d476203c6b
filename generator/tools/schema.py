"""Hides pydantic's errors: a value against a model, with problems in an author's words at their place."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from generator.model.problem import Problem
from generator.model.text import YamlPath, YamlSource

Model = TypeVar("Model", bound=BaseModel)


def validated(
    model: type[Model], source: YamlSource, **given: Any
) -> tuple[Model | None, tuple[Problem, ...]]:
    """The instance, or all that is wrong with it. `given` are fields that do not stand in the file."""
    if not isinstance(source.value, Mapping):
        mend = f'begin with "{_first_key(model, given)}: ..."'
        problem = Problem(source.place(()), "wrong-type", "the file must be a list of keys with values", mend)
        return None, (problem,)
    try:
        return model.model_validate({**source.value, **given}), ()
    except ValidationError as error:
        return None, tuple(_problem(model, source, details) for details in error.errors())


def _first_key(model: type[BaseModel], given: Mapping[str, Any]) -> str:
    return next(name for name in model.model_fields if name not in given)


def _problem(model: type[BaseModel], source: YamlSource, error: ErrorDetails) -> Problem:
    path = tuple(error["loc"])
    name = str(path[-1]) if path else "file"
    if error["type"] == "missing":
        return _missing(model, source, path, name)
    if error["type"] == "extra_forbidden":
        return _unknown_key(model, source, path, name)
    if error["type"] == "literal_error":
        return _unknown_value(source, path, name, error)
    code = "bad-value" if error["type"] == "value_error" else "wrong-type"
    return Problem(source.place(path), code, f"{_shown(path)}: {_message(error)}", _type_mend(error))


def _missing(model: type[BaseModel], source: YamlSource, path: YamlPath, name: str) -> Problem:
    described = _fields(model, path[:-1]).get(name, "")
    mend = f'add "{name}: ..."' + (f" ({described.rstrip('.')})" if described else "")
    return Problem(source.place(path[:-1]), "missing-key", f'"{name}" is missing', mend)


def _unknown_key(model: type[BaseModel], source: YamlSource, path: YamlPath, name: str) -> Problem:
    known = [key for key in _fields(model, path[:-1]) if key != "id" or len(path) > 1]
    near = get_close_matches(name, known, n=1)
    mend = f'write "{near[0]}"' if near else f"use one of {', '.join(known)}"
    return Problem(source.place(path, key=True), "unknown-key", f'there is no key "{name}" here', mend)


def _unknown_value(source: YamlSource, path: YamlPath, name: str, error: ErrorDetails) -> Problem:
    expected = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
    message = f'{name} "{error["input"]}" is not one of {expected}'
    near = get_close_matches(str(error["input"]), expected.split(", "), n=1)
    mend = f'write "{near[0]}"' if near else f"use one of {expected}"
    return Problem(source.place(path), f"unknown-{name}", message, mend)


def _message(error: ErrorDetails) -> str:
    if error["type"] == "is_instance_of":
        return f"must be text, not {_kind(error['input'])}"
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    told = (
        error["msg"]
        .replace("Input should be", "must be")
        .replace("tuple", "list")
        .replace("Tuple", "the list")
    )
    return told[0].lower() + told[1:]


def _type_mend(error: ErrorDetails) -> str:
    if error["type"] == "is_instance_of":
        return "write text, in quotes if it looks like a number, a date or true/false"
    if error["type"] in ("tuple_type", "list_type"):
        return "write a list: each line begins with a hyphen"
    return "correct the value"


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    names = {bool: "true/false", int: "a number", float: "a number", list: "a list", dict: "keys with values"}
    return names.get(type(value), f"a {type(value).__name__}")


def _shown(path: YamlPath) -> str:
    """`("blocks", "why", 0, "text")` → `blocks.why[1].text`, counted from one as authors count."""
    shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return shown.removeprefix(".")


def _fields(model: type[BaseModel], path: YamlPath) -> Mapping[str, str]:
    """Keys with descriptions of the model that the path leads to."""
    current: type[BaseModel] | None = model
    for part in path:
        if current is None or isinstance(part, int):
            continue
        named = {field.alias or name: field for name, field in current.model_fields.items()}
        if part in named:
            current = next(_models(named[part].annotation), None)
    fields = current.model_fields.items() if current else ()
    return {field.alias or name: field.description or "" for name, field in fields}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)
