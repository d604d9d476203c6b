"""Generates JSON Schemas that editors use to complete and check entries while an author types.

The schemas contain this glossary's roles, audiences, formats, and kinds of blocks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from executable_glossary.model.axes import Axes, Reader
from executable_glossary.model.entry import Entry
from executable_glossary.model.findings import Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.rule_settings import Rules

Schema = dict[str, Any]

# The value of a block: one or more wordings. All blocks share this definition.
_WORDINGS = "Wordings"
_SAYS_NOTHING: tuple[Any, ...] = (None, "", [], {}, {"role": None, "audience": None})
# In this version of JSON Schema, editors show a description that is placed next to a reference.
_DRAFT = "http://json-schema.org/draft-07/schema#"


def describe(glossary: Glossary, rules: Iterable[str]) -> Mapping[str, str]:
    """JSON Schemas as text, keyed by kind of file: `entry`, `axes`, `findings`, and `rules`.

    rules: the codes of the prose rules, which are the only rules that can be silenced or switched off.
    """
    schemas = {
        "entry": _entry(glossary),
        "axes": _of(Axes),
        "findings": _of(Findings),
        "rules": _rules(glossary),
    }
    for name, model in (("entry", "Accepted"), ("rules", "Off")):
        rule = schemas[name]["$defs"][model]["properties"]["rule"]
        del rule["pattern"]
        rule["enum"] = list(rules)
    return {
        name: json.dumps({"$schema": _DRAFT, **schema}, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


def _entry(glossary: Glossary) -> Schema:
    """The schema for an entry without the id, which comes from the file name."""
    schema = _of(Entry)
    del schema["properties"]["id"]
    schema["required"].remove("id")
    (schema["$defs"][_WORDINGS],) = schema["properties"]["blocks"]["patternProperties"].values()
    formats = {str(format.id): str(format.meaning or format.label) for format in glossary.axes.formats}
    _keyed(schema["properties"]["titles"], formats)
    _keyed(schema["properties"]["blocks"], dict(_kinds(glossary)))
    reader = schema["$defs"]["For"]["properties"]
    _chosen(reader["role"], glossary.axes.roles)
    _chosen(reader["audience"], glossary.axes.audiences)
    return schema


def _rules(glossary: Glossary) -> Schema:
    """The schema for the rules file, which can add words only to existing lists."""
    schema = _of(Rules)
    (words,) = schema["properties"]["words"].pop("patternProperties").values()
    text = "For each word that this rule reports: its replacement, or advice in parentheses."
    schema["properties"]["words"] |= {
        "properties": {name: {"description": f"{name}. {text}", **words} for name in glossary.word_lists}
    }
    schema["properties"]["words"]["additionalProperties"] = False
    return schema


def _of(model: type[BaseModel]) -> Schema:
    schema = model.model_json_schema()
    _tidy(schema)
    for name in ("For", "Show"):
        for field in schema.get("$defs", {}).get(name, {}).get("properties", {}).values():
            # A key without a value is rejected, because it would either apply to all readers or have no effect.
            field.update(type="string", pattern=r"\S")
            del field["anyOf"]
    return schema


def _tidy(node: Any) -> None:
    """Remove generated titles and empty defaults, and move a minimum length to the list that it limits."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        if node.get("default", "something") in _SAYS_NOTHING:
            del node["default"]
        least = node.pop("minLength", None) if "anyOf" in node else None
        for branch in node["anyOf"] if least else ():
            branch.update({"minItems": least} if branch["type"] == "array" else {})
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _tidy(part)


def _keyed(schema: Schema, described: Mapping[str, str]) -> None:
    """Allow only these keys, each with one or more wordings."""
    reference = {"$ref": f"#/$defs/{_WORDINGS}"}
    del schema["patternProperties"]
    schema["properties"] = {
        name: {"description": text, **reference} if text else reference for name, text in described.items()
    }
    schema["additionalProperties"] = False


def _chosen(schema: Schema, readers: Iterable[Reader]) -> None:
    described = " ".join(f"{reader.id}: {reader.meaning or reader.label}" for reader in readers)
    schema["enum"] = [str(reader.id) for reader in readers]
    schema["description"] = f"{schema['description']} {described}"
    del schema["pattern"]


def _kinds(glossary: Glossary) -> Iterator[tuple[str, str]]:
    """All kinds of blocks, each with a description: its headings, and the formats and roles that show it."""
    uses: dict[str, list[str]] = {}
    for format in glossary.axes.formats:
        for part in format.parts:
            needed = ", which requires it" if part.block in format.requires else ""
            heading = f'"{part.heading}" in ' if part.heading else "In "
            uses.setdefault(part.block, []).append(f"{heading}{format.label}{needed}.")
    for audience in glossary.axes.audiences:
        for part in audience.opening:
            uses.setdefault(part.block, []).append(
                f'"{part.heading}", first on pages for the {audience.name}.'
            )
    for role in glossary.axes.roles:
        for part in role.sections:
            uses.setdefault(part.block, []).append(f'"{part.heading}", from the {role.name}.')
    for kind in sorted(glossary.block_kinds):
        yield kind, " ".join(uses.get(kind, ()))
