"""Which fields a JSON file has, and which keys an entry may have: what others build on, as a list that can be compared.

Paths are written `concepts[].pages[].url`; `metrics.*` stands for names that are data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

Fields = Mapping[str, list[str]]
KINDS = {bool: "boolean", int: "number", float: "number", str: "string", type(None): "null"}


def fields_of(*values: Any, maps: Collection[str] = ()) -> Fields:
    """Path → kinds of value, over all values together. maps: paths of objects whose keys are data."""
    found: dict[str, set[str]] = {}
    for value in values:
        for path, kind in _kinds(value, "", maps):
            found.setdefault(path, set()).add(kind)
    return {path: sorted(kinds) for path, kinds in sorted(found.items())}


def keys_of(schema: Mapping[str, Any]) -> Fields:
    """Path → "required" or "optional", and the words that may stand there: from a JSON Schema."""
    found: dict[str, set[str]] = {}
    for path, said in _keys(schema, schema.get("$defs", {}), "", ()):
        found.setdefault(path, set()).add(said)
    return {path: sorted(said) for path, said in sorted(found.items())}


def broken_for_readers(before: Fields, now: Fields) -> list[str]:
    """What a program that reads the file can no longer rely on."""
    gone = [f"{path} is gone" for path in before if path not in now]
    other = [
        f"{path} may be {', '.join(new)}"
        for path in before
        if path in now and (new := sorted(set(now[path]) - set(before[path])))
    ]
    return gone + other


def broken_for_writers(before: Fields, now: Fields) -> list[str]:
    """What an author who wrote it can no longer write, or must write now."""
    gone = [f"{path} is gone" for path in before if path not in now]
    words = [
        f"{path} may no longer be {', '.join(lost)}"
        for path in before
        if path in now and (lost := sorted(set(before[path]) - set(now[path]) - {"optional", "required"}))
    ]
    required = [
        f"{path} is required"
        for path in now
        if "required" in now[path]
        and "required" not in before.get(path, ())
        # What is required within something new troubles nobody.
        and _parent(path) in {"", *before}
    ]
    return gone + words + required


def _parent(path: str) -> str:
    return path.rpartition(".")[0].removesuffix("[]")


def _kinds(value: Any, path: str, maps: Collection[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from [(path, "object")] if path else []
        for key, inner in value.items():
            name = "*" if path in maps else key
            yield from _kinds(inner, f"{path}.{name}" if path else name, maps)
    elif isinstance(value, list):
        yield from [(path, "array")] if path else []
        for inner in value:
            yield from _kinds(inner, f"{path}[]", maps)
    else:
        yield path, KINDS[type(value)]


def _keys(
    schema: Mapping[str, Any], known: Mapping[str, Any], path: str, seen: tuple[str, ...], way: bool = False
) -> Iterator[tuple[str, str]]:
    """`seen` keeps a definition that holds itself from going on for ever. What only one of several ways to write
    it requires is optional: `way`."""
    if "$ref" in schema and (name := schema["$ref"].rpartition("/")[2]) not in seen:
        yield from _keys(known[name], known, path, (*seen, name))
    for choice in schema.get("anyOf", ()):
        yield from _keys(choice, known, path, seen, way=True)
    yield from ((path, f'"{word}"') for word in schema.get("enum", ()) if path)
    for key, inner in schema.get("properties", {}).items():
        below = f"{path}.{key}" if path else key
        yield below, "required" if key in schema.get("required", ()) and not way else "optional"
        yield from _keys(inner, known, below, seen)
    for each in (schema.get("additionalProperties"), *schema.get("patternProperties", {}).values()):
        if isinstance(each, Mapping):
            yield from _keys(each, known, f"{path}.*", seen)
    if isinstance(items := schema.get("items"), Mapping):
        yield from _keys(items, known, f"{path}[]", seen)
