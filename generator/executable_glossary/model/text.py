"""Strings that remember their location in a file, so every problem can point at the text it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from executable_glossary.model.problem import Place
from executable_glossary.model.rule import Rule

YamlPath = tuple[str | int, ...]

# The error type of an empty text in pydantic, which distinguishes it from a value of the wrong type.
MISSING_TEXT: Final = "missing_text"
LONGEST_TEXT = 20_000  # characters; ten printed pages

TOO_LARGE = Rule(
    code="too-large",
    when="an entry or the axes are read",
    summary="A file, a text, or a number of values is larger than the generator accepts.",
    details="""
        The limits are 1,000,000 bytes for a YAML file or a script, 10,000,000 bytes for any other file, 20,000
        characters for one text, and 50,000 values or 50 levels of nesting in one YAML file. They are far above what
        a person writes.
        """,
    why="A huge or deeply nested file, written by mistake or on purpose, would slow down or crash every build.",
    example="A text of 30,000 characters under `definition`",
    instead="Several shorter blocks, or an entry of its own for each subject",
)


class Text(str):
    """A string written by an author. `lines` contains, for each line of the value, the place where it begins."""

    lines: tuple[Place, ...]

    def __new__(cls, value: str, lines: tuple[Place, ...] = (Place(""),)) -> Text:
        text = super().__new__(cls, value)
        text.lines = lines
        return text

    @property
    def place(self) -> Place:
        return self.lines[0]

    def at(self, offset: int, length: int = 1) -> Place:
        """The place of `length` characters at `offset`, or of the whole text if the file writes them differently.

        That is the case in folded lines and with escapes such as \\n, where columns cannot be computed.
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
        """Reject empty text: it is never intended, and would be a heading, a link or a name without words."""
        if value is None or (isinstance(value, cls) and not value.strip()):
            raise PydanticCustomError(MISSING_TEXT, "it is not written yet")
        return cls(value) if type(value) is str else value


@dataclass(frozen=True)
class YamlSource:
    """A parsed file: plain values, with every string a `Text`, and the place of each value and key."""

    path: str
    value: Any
    places: Mapping[YamlPath, Place] = field(default_factory=dict)
    keys: Mapping[YamlPath, Place] = field(default_factory=dict)

    def place(self, path: YamlPath, key: bool = False) -> Place:
        """The place of the value (or key) at `path`, or of the nearest enclosing value that exists."""
        while path and path not in self.places:
            path, key = path[:-1], False
        key_place = self.keys.get(path) if key else None
        return key_place or self.places.get(path) or Place(self.path, 1, 1)
