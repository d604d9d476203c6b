"""Strings that keep their location in a file, so that each problem can point to the text it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from executable_glossary.model.problem import Place
from executable_glossary.model.rule import Rule

YamlPath = tuple[str | int, ...]

# The pydantic error type for empty text, which distinguishes it from a value of the wrong type.
MISSING_TEXT: Final = "missing_text"
LONGEST_TEXT = 20_000  # characters, or about ten printed pages

TOO_LARGE = Rule(
    code="too-large",
    when="an entry or the axes are read",
    summary="A file or a piece of text is too large, or a file contains too many values or levels of nesting.",
    details="""
        The limits are 1,000,000 bytes for a YAML file or a script, 10,000,000 bytes for any other file, 20,000
        characters for one piece of text, and 50,000 values or 50 levels of nesting in one YAML file. Files written
        by hand are far below these limits.
        """,
    why="A huge or deeply nested file, whether written by mistake or on purpose, would slow down or crash every build.",
    example="30,000 characters of text under `definition`",
    instead="Several shorter blocks, or a separate entry for each topic",
)


class Text(str):
    """A string written by an author. `lines` contains the location where each line of the value begins."""

    lines: tuple[Place, ...]

    def __new__(cls, value: str, lines: tuple[Place, ...] = (Place(""),)) -> Text:
        text = super().__new__(cls, value)
        text.lines = lines
        return text

    @property
    def place(self) -> Place:
        return self.lines[0]

    def at(self, offset: int, length: int = 1) -> Place:
        """The location of `length` characters at `offset`, or of the whole text if the file does not contain them
        literally.

        Characters in folded lines and escapes such as \\n are written differently, so their columns cannot be computed.
        """
        before = self[:offset]
        number = before.count("\n")
        if number >= len(self.lines):
            return self.place
        start = self.lines[number]
        column = start.column + offset - (before.rfind("\n") + 1)
        written = self[offset : offset + length].partition("\n")[0]
        if not start.excerpt.startswith(written, column - 1):
            return self.place
        return Place(start.path, start.line, column, length, start.excerpt)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            cls._keep,
            core_schema.is_instance_schema(cls),
            json_schema_input_schema=core_schema.str_schema(pattern=r"\S"),
        )

    @classmethod
    def _keep(cls, value: object) -> object:
        """Reject empty text, which is never intended: it would result in an empty heading, link, or name."""
        if value is None or (isinstance(value, cls) and not value.strip()):
            raise PydanticCustomError(MISSING_TEXT, "it is not written yet")
        return cls(value) if type(value) is str else value


@dataclass(frozen=True)
class YamlSource:
    """A parsed file: plain values, in which every string is a `Text`, and the location of each value and key."""

    path: str
    value: Any
    places: Mapping[YamlPath, Place] = field(default_factory=dict)
    keys: Mapping[YamlPath, Place] = field(default_factory=dict)

    def place(self, path: YamlPath, key: bool = False) -> Place:
        """The location of the value (or key) at `path`, or of the nearest enclosing value that exists."""
        while path and path not in self.places:
            path, key = path[:-1], False
        key_place = self.keys.get(path) if key else None
        return key_place or self.places.get(path) or Place(self.path, 1, 1)
