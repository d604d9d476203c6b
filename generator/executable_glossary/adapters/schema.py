"""Validates YAML data against a pydantic model and reports errors in authors' terms, with their locations."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from executable_glossary.adapters.unknown_value import accepted_words, unknown_value
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import MISSING_TEXT as MISSING_TEXT_ERROR
from executable_glossary.model.text import YamlPath, YamlSource

Model = TypeVar("Model", bound=BaseModel)

UNKNOWN_KEY = Rule(
    code="unknown-key",
    when="an entry or the axes are read",
    summary="A key is not allowed where it appears.",
    details="The help suggests the most similar key that is allowed, or shows where the key belongs.",
    why="A misspelled key would be ignored, and its text would be missing from the page.",
    example="`sorces:` in an entry",
    instead="`sources:`",
)
WRONG_TYPE = Rule(
    code="wrong-type",
    when="an entry or the axes are read",
    summary="A value has the wrong type for its key, such as a number where text belongs.",
    why="The value cannot be used as written.",
    example="`term: 2014`",
    instead='`term: "2014"`',
)
BAD_VALUE = Rule(
    code="bad-value",
    when="an entry or the axes are read",
    summary="A value has the right type, but is not allowed.",
    details="For example, it may be too large or too small, have too few items, or conflict with another value.",
    why="The value cannot be used as written.",
    example="`show: [{figure: loaves.heights, cell: loaves.bake}]`, which shows two things at once",
    instead="`show: [{figure: loaves.heights}, {cell: loaves.bake}]`",
)
MISSING_KEY = Rule(
    code="missing-key",
    when="an entry or the axes are read",
    summary="A required key is missing.",
    why="Pages need the value of this key, such as the sentence that explains why a related concept is worth reading about.",
    example="`see_also: [{concept: starter, relation: contrasts}]`",
    instead="`see_also: [{concept: starter, relation: contrasts, why: ...}]`",
)
MISSING_TEXT = Rule(
    code="missing-text",
    when="an entry or the axes are read",
    summary="A key has no value yet.",
    details="`glossary new` writes such keys for you to fill in.",
    why="The page would have an empty heading, link, or section.",
    example="`meaning:` with nothing after it",
    instead="`meaning: Dough that a starter raises.`, or no key at all if it is optional",
)


def validated(
    model: type[Model], source: YamlSource, **given: Any
) -> tuple[Model | None, tuple[Problem, ...]]:
    """An instance of the model, or all the problems that make the source invalid.

    given: fields that are not in the file, such as the id, which comes from the file name.
    """
    if not isinstance(source.value, Mapping):
        help = f'begin with "{_first_key(model, given)}: ..."'
        problem = WRONG_TYPE.at(source.place(()), "the file must contain keys and values", help)
        return None, (problem,)
    reserved = tuple(_reserved(source, name, value) for name, value in given.items() if name in source.value)
    try:
        instance = model.model_validate({**source.value, **given})
    except ValidationError as error:
        errors = _without_duplicates(error.errors())
        return None, (*reserved, *(_problem(model, source, details) for details in errors))
    return (None, reserved) if reserved else (instance, ())


def _reserved(source: YamlSource, name: str, value: Any) -> Problem:
    message = f'"{name}" cannot be set here: it is always "{value}"'
    return UNKNOWN_KEY.at(source.place((name,), key=True), message, "delete it")


def _without_duplicates(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """The errors, except the "too short" errors that pydantic also reports for lists with invalid items."""
    deeper = {error["loc"][:length] for error in errors for length in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in deeper]


def _first_key(model: type[BaseModel], given: Mapping[str, Any]) -> str:
    return next(name for name in model.model_fields if name not in given)


def _problem(model: type[BaseModel], source: YamlSource, error: ErrorDetails) -> Problem:
    path = tuple(error["loc"])
    name = next((part for part in reversed(path) if isinstance(part, str)), "file")
    if error["type"] == "missing":
        return _missing(model, source, path, name)
    if error["type"] == "extra_forbidden":
        return unknown_key(model, source, path, error["input"])
    if error["type"] == MISSING_TEXT_ERROR or (error["input"] is None and error["type"] in _ONE_VALUE):
        return _missing_text(model, source, path, error)
    if error["type"] == "literal_error":
        return unknown_value(source, path, name, error)
    rule = WRONG_TYPE if error["type"].endswith(("_type", "_of")) else BAD_VALUE
    message, help = _explain(model, path, error)
    place = source.place(path)
    if sign := _OPENING.search(place.excerpt, max(0, place.column - 2), place.column + 1):
        help = f"if this is text that begins with {sign[0]}, put all of it in quotes"
    return rule.at(place, f"{_dotted(path)}: {message}", help)


# The start of a link or an expression, whose brackets YAML reads as its own syntax.
_OPENING = re.compile(r"\[\[|\{\{")


# Error types for keys with a single value. If the value is missing, it has not been written yet.
_ONE_VALUE = ("literal_error", "int_type", "date_type")


def _missing(model: type[BaseModel], source: YamlSource, path: YamlPath, name: str) -> Problem:
    description = fields_at(model, path[:-1]).get(name, "")
    help = f'add "{name}: ..."' + (f" ({description.rstrip('.')})" if description else "")
    return MISSING_KEY.at(source.place(path[:-1]), f'"{name}" is missing', help)


def _missing_text(model: type[BaseModel], source: YamlSource, path: YamlPath, error: ErrorDetails) -> Problem:
    """The problem reported for an empty value, such as one in a file written by `glossary new`."""
    # If a block has only one wording, it directly follows the key and has no separate path in the file.
    path = path if path in source.places else path[:-2]
    description = fields_at(model, path[:-1]).get(str(path[-1]), "").rstrip(".")
    choice = f"; one of {accepted_words(error)}" if error["type"] == "literal_error" else ""
    help = f"write it ({description}{choice})" if description else "write it, or leave the key out"
    return MISSING_TEXT.at(source.place(path), f"{_dotted(path)} has no value yet", help)


def _explain(model: type[BaseModel], path: YamlPath, error: ErrorDetails) -> tuple[str, str]:
    """The message and help for a value of the wrong type or size."""
    kind, value = error["type"], error["input"]
    if kind == "is_instance_of":
        return f"must be text, not {described(value)}", _QUOTE
    if kind in ("tuple_type", "list_type"):
        return f"must be a list, not {described(value)}", "write a list: each line begins with a hyphen"
    if kind in ("model_type", "mapping_type", "dict_type"):
        keys = ", ".join(fields_at(model, path)) or "its keys"
        where = ", indented under it" if value is None else ""
        return f"must be keys and values, not {described(value)}", f"write {keys}, each with its value{where}"
    if kind in ("too_short", "too_long"):
        return _explain_count(error)
    if kind == "value_error":
        message, _, help = error["msg"].removeprefix("Value error, ").partition("; ")
        return message, help
    if kind == "date_from_datetime_inexact":
        return f"must be a valid date, not {described(value)}", _RIGHT["date_type"]
    message = error["msg"].replace("Input should be", "must be").replace(" or instance of", ", or")
    return f"{message[0].lower()}{message[1:]}, not {described(value)}", _RIGHT.get(kind, "correct the value")


def _explain_count(error: ErrorDetails) -> tuple[str, str]:
    """The message and help for a list with too few or too many items."""
    limits, count = error["ctx"], error["ctx"]["actual_length"] or "none"
    if error["type"] == "too_short":
        return f"must have at least {_items(limits['min_length'])}, but has {count}", "add more"
    return f"can have at most {_items(limits['max_length'])}, but has {count}", "remove some"


def _items(count: int) -> str:
    return f"{count} item{'' if count == 1 else 's'}"


_QUOTE = "write text; use quotes if it looks like a number, a date, or true/false"
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


def described(value: Any) -> str:
    """A value as shown in messages: numbers and short text in full, other values by type."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 30 else "text"
    names: Mapping[type, str] = {list: "a list", dict: "keys and values"}
    return names.get(type(value)) or str(value).lower()


def _dotted(path: YamlPath) -> str:
    """`("blocks", "why", 0, "text")` → `blocks.why[1].text`. Authors count from one."""
    dotted = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return dotted.removeprefix(".")


def unknown_key(model: type[BaseModel], source: YamlSource, path: YamlPath, value: Any) -> Problem:
    """The problem for the unknown key at `path`, with a guess at what its author meant."""
    known = [key for key in fields_at(model, path[:-1]) if key != "id" or len(path) > 1]
    free = [key for key in known if (*path[:-1], key) not in source.keys]
    near = tuple(f'write "{key}"' for key in get_close_matches(str(path[-1]), free, n=1))
    guesses = (*_after_comma(source, path, value), *_deeper_key(model, path), *near)
    listed = f"{_after_own_keys(model, source, path)}use one of {', '.join(known)}"
    message = f'unknown key "{path[-1]}"'
    return UNKNOWN_KEY.at(source.place(path, key=True), message, guesses[0] if guesses else listed)


def _after_comma(source: YamlSource, path: YamlPath, value: Any) -> Iterator[str]:
    """Help for text after a comma within { }, which YAML reads as the next key."""
    own = source.place(path, key=True)
    beside = [place for key, place in source.keys.items() if key[:-1] == path[:-1] and key != path]
    if value is None and any(place.line == own.line for place in beside):
        yield "if it belongs to the text before it, put the whole text in quotes: a comma ends unquoted text"


def _deeper_key(model: type[BaseModel], path: YamlPath) -> Iterator[str]:
    """Help for a key that belongs one level deeper, such as a question outside the list of questions."""
    at = _model_at(model, path[:-1]) if len(path) > 1 else None
    for key, field in at.model_fields.items() if at else ():
        if any(path[-1] in inner.model_fields for inner in models_in(field.annotation)):
            yield f'write it under "{field.alias or key}", indented one more level'


def _after_own_keys(model: type[BaseModel], source: YamlSource, path: YamlPath) -> str:
    """Help for a key that may have lost its indentation, which can happen after a mapping that accepts any keys."""
    at = _model_at(model, path[:-1])
    beside = [str(key[-1]) for key in source.keys if key[:-1] == path[:-1]]
    fields = [key for key in beside[: beside.index(str(path[-1]))] if at and key in at.model_fields]
    if at and fields and typing.get_origin(at.model_fields[fields[-1]].annotation) is Mapping:
        return f'indent it if it belongs to "{fields[-1]}", or '
    return ""


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field can contain, according to its type annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from models_in(inner)


def fields_at(model: type[BaseModel], path: YamlPath) -> Mapping[str, str]:
    """The key and description of each field in the model at `path`; empty where any key is allowed."""
    at = _model_at(model, path)
    fields = at.model_fields.items() if at else ()
    return {field.alias or name: field.description or "" for name, field in fields}


def _model_at(model: type[BaseModel], path: YamlPath) -> type[BaseModel] | None:
    """The model at `path`, or None where any key is allowed."""
    current: type[BaseModel] | None = model
    parts = iter(path)
    for part in parts:
        if current is None or isinstance(part, int):
            continue
        named = {field.alias or name: field for name, field in current.model_fields.items()}
        if part in named:
            annotation = named[part].annotation
            # The next part can be any key, even one that equals the name of a field.
            if typing.get_origin(annotation) is Mapping and next(parts, None) is None:
                return None
            current = next(models_in(annotation), None)
    return current
