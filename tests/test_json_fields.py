"""Lists the fields of a JSON file at every level; keys that are data are not fields."""

from __future__ import annotations

import json

from executable_glossary.stages.render.json_fields import json_fields


def fields(value: object) -> tuple[str, ...]:
    return json_fields(json.dumps(value).encode())


def test_fields_are_named_by_their_path() -> None:
    assert fields({"schema": 1, "runs": [{"seed": 0}]}) == ("schema", "runs", "runs[].seed")


def test_fields_within_keys_and_within_lists_of_lists() -> None:
    assert fields({"a": {"b": {"c": 1}}}) == ("a", "a.b", "a.b.c")
    assert fields({"a": [{"b": [{"c": 1}]}]}) == ("a", "a[].b", "a[].b[].c")


def test_each_field_is_listed_once_in_file_order() -> None:
    assert fields([{"b": 1, "a": 2}, {"b": 3, "a": 4}]) == ()
    assert fields({"all": [{"b": 1, "a": 2}, {"b": 3, "a": 4}]}) == ("all", "all[].b", "all[].a")


def test_keys_that_are_data_are_not_fields() -> None:
    content = json.dumps({"runs": [{"metrics": {"accuracy": {"mean": 1}}, "key": "a"}]}).encode()
    assert json_fields(content, {"metrics"}) == ("runs", "runs[].metrics", "runs[].key")


def test_an_optional_field_is_listed() -> None:
    assert fields({"runs": [{"seed": 1}, {"reason": "no data"}]}) == ("runs", "runs[].seed", "runs[].reason")


def test_empty_objects_have_no_fields() -> None:
    assert fields({}) == ()
    assert fields({"runs": [], "versions": {}}) == ("runs", "versions")
