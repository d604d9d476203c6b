"""Hides pydantic's errors: a value against a model, with problems in an author's words at their place."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from executable_glossary.model.problem import Problem
from executable_glossary.model.text import MISSING_TEXT, YamlPath, YamlSource

Model = TypeVar("Model", bound=BaseModel)


def validated(
    model: type[Model], source: YamlSource, **given: Any
) -> tuple[Model | None, tuple[Problem, ...]]:
    """The instance, or all that is wrong with it. `given` are fields that do not stand in the file."""
    if not isinstance(source.value, Mapping):
        help = f'begin with "{_first_key(model, given)}: ..."'
        problem = Problem(source.place(()), "wrong-type", "the file must hold keys with values", help)
        return None, (problem,)
    taken = tuple(_taken(source, name, value) for name, value in given.items() if name in source.value)
    try:
        instance = model.model_validate({**source.value, **given})
    except ValidationError as error:
        found = _without_echoes(error.errors())
        return None, (*taken, *(_problem(model, source, details) for details in found))
    return (None, taken) if taken else (instance, ())


def _taken(source: YamlSource, name: str, value: Any) -> Problem:
    message = f'there is no key "{name}" here: it is "{value}" already'
    return Problem(source.place((name,), key=True), "unknown-key", message, "delete it")


def _without_echoes(found: list[ErrorDetails]) -> list[ErrorDetails]:
    """A list whose only part is wrong counts as empty as well; that would be told twice."""
    deeper = {error["loc"][:length] for error in found for length in range(len(error["loc"]))}
    return [error for error in found if error["type"] != "too_short" or error["loc"] not in deeper]


def _first_key(model: type[BaseModel], given: Mapping[str, Any]) -> str:
    return next(name for name in model.model_fields if name not in given)


def _problem(model: type[BaseModel], source: YamlSource, error: ErrorDetails) -> Problem:
    path = tuple(error["loc"])
    name = next((part for part in reversed(path) if isinstance(part, str)), "file")
    if error["type"] == "missing":
        return _missing(model, source, path, name)
    if error["type"] == "extra_forbidden":
        return unknown_key(model, source, path, error["input"])
    if error["type"] == MISSING_TEXT or (error["input"] is None and error["type"] in _ONE_VALUE):
        return _missing_text(model, source, path, error)
    if error["type"] == "literal_error":
        return _unknown_value(source, path, name, error)
    code = "wrong-type" if error["type"].endswith(("_type", "_of")) else "bad-value"
    message, help = _said(model, path, error)
    place = source.place(path)
    if sign := _OPENING.search(place.excerpt, max(0, place.column - 2), place.column + 1):
        help = f"if it is text that begins with {sign[0]}, put all of it in quotes"
    return Problem(place, code, f"{_shown(path)}: {message}", help)


# A link or a number from a run, which YAML takes for brackets of its own.
_OPENING = re.compile(r"\[\[|\{\{")


# What holds one value, so that nothing behind its key means that it is still to be written.
_ONE_VALUE = ("literal_error", "int_type", "date_type")


def _missing(model: type[BaseModel], source: YamlSource, path: YamlPath, name: str) -> Problem:
    described = fields_at(model, path[:-1]).get(name, "")
    help = f'add "{name}: ..."' + (f" ({described.rstrip('.')})" if described else "")
    return Problem(source.place(path[:-1]), "missing-key", f'"{name}" is missing', help)


def _missing_text(model: type[BaseModel], source: YamlSource, path: YamlPath, error: ErrorDetails) -> Problem:
    """Left empty, as in the file that `glossary new` writes: no mistake, only the next thing to do."""
    # A block's only wording stands right behind its key, and has no path of its own in the file.
    path = path if path in source.places else path[:-2]
    described = fields_at(model, path[:-1]).get(str(path[-1]), "").rstrip(".")
    choice = f"; one of {_choices(error)}" if error["type"] == "literal_error" else ""
    help = f"write it ({described}{choice})" if described else "write it, or leave the key out"
    return Problem(source.place(path), "missing-text", f"{_shown(path)} is not written yet", help)


def _unknown_value(source: YamlSource, path: YamlPath, name: str, error: ErrorDetails) -> Problem:
    expected = _choices(error)
    message = f'{name} "{error["input"]}" is not one of {expected}'
    near = get_close_matches(str(error["input"]), expected.split(", "), n=1)
    help = f'write "{near[0]}"' if near else f"use one of {expected}"
    return Problem(source.place(path), f"unknown-{name}", message, help)


def _choices(error: ErrorDetails) -> str:
    return str(error["ctx"]["expected"].replace("'", "").replace(" or ", ", "))


def _said(model: type[BaseModel], path: YamlPath, error: ErrorDetails) -> tuple[str, str]:
    """Message and help for a value of a wrong kind or size."""
    kind, value = error["type"], error["input"]
    if kind == "is_instance_of":
        return f"must be text, not {_kind(value)}", _QUOTE
    if kind in ("tuple_type", "list_type"):
        return f"must be a list, not {_kind(value)}", "write a list: each line begins with a hyphen"
    if kind in ("model_type", "mapping_type", "dict_type"):
        keys = ", ".join(fields_at(model, path)) or "its keys"
        where = ", indented below it" if value is None else ""
        return f"must be keys with values, not {_kind(value)}", f"write {keys}, each with its value{where}"
    if kind in ("too_short", "too_long"):
        return _counted(error)
    if kind == "value_error":
        message, _, help = error["msg"].removeprefix("Value error, ").partition("; ")
        return message, help
    if kind == "date_from_datetime_inexact":
        return f"must be a valid date, not {_kind(value)}", _RIGHT["date_type"]
    message = error["msg"].replace("Input should be", "must be").replace(" or instance of", ", or")
    return f"{message[0].lower()}{message[1:]}, not {_kind(value)}", _RIGHT.get(kind, "correct the value")


def _counted(error: ErrorDetails) -> tuple[str, str]:
    """For a list with too few or too many parts."""
    limits, there = error["ctx"], error["ctx"]["actual_length"] or "none"
    if error["type"] == "too_short":
        return f"needs at least {limits['min_length']}, there is {there}", "add what is missing"
    return f"holds at most {limits['max_length']}, there are {there}", "take some out"


_QUOTE = "write text, in quotes if it looks like a number, a date or true/false"
_RIGHT = {
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "date_type": "write a date such as 2026-11-21",
    "date_from_datetime_parsing": "write a date such as 2026-11-21, without quotes",
    "int_parsing": "write a number, without quotes",
    "int_type": "write a number, without quotes",
    "float_parsing": "write a number, without quotes",
    "float_type": "write a number, without quotes",
}


def _kind(value: Any) -> str:
    """The value as its author sees it: numbers and words as they are, the rest by kind."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 30 else "text"
    names: Mapping[type, str] = {list: "a list", dict: "keys with values"}
    return names.get(type(value)) or str(value).lower()


def _shown(path: YamlPath) -> str:
    """`("blocks", "why", 0, "text")` → `blocks.why[1].text`, counted from one as authors count."""
    shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return shown.removeprefix(".")


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
