"""Lists the fields of a JSON file and the keys of an entry, which other programs rely on, so that tests can compare
them.

Paths have the form `concepts[].pages[].url`; in `metrics.*`, the asterisk stands for names that are data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

Fields = Mapping[str, list[str]]
KINDS = {bool: "boolean", int: "number", float: "number", str: "string", type(None): "null"}


def fields_of(*values: Any, maps: Collection[str] = ()) -> Fields:
    """The kinds of values that occur at each path. maps: paths of objects whose keys are data."""
    by_path: dict[str, set[str]] = {}
    for value in values:
        for path, kind in _kinds(value, "", maps):
            by_path.setdefault(path, set()).add(kind)
    return {path: sorted(kinds) for path, kinds in sorted(by_path.items())}


def keys_of(schema: Mapping[str, Any]) -> Fields:
    """ "required" or "optional" for each path in a JSON Schema, and the allowed words."""
    by_path: dict[str, set[str]] = {}
    for path, said in _keys(schema, schema.get("$defs", {}), "", ()):
        by_path.setdefault(path, set()).add(said)
    return {path: sorted(said) for path, said in sorted(by_path.items())}


def broken_for_readers(before: Fields, now: Fields) -> list[str]:
    """The changes that break a program that reads the file."""
    gone = [f"{path} is gone" for path in before if path not in now]
    other = [
        f"{path} may be {', '.join(new)}"
        for path in before
        if path in now and (new := sorted(set(now[path]) - set(before[path])))
    ]
    return gone + other


def broken_for_writers(before: Fields, now: Fields) -> list[str]:
    """The changes that break authors' existing files: keys and words that no longer exist, and new required keys."""
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
        # A required key within a new object breaks nothing.
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
    """Yields the path of each key. `seen` prevents infinite recursion in a recursive definition. `way`: this schema
    is one of several alternatives, so its required keys count as optional."""
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
