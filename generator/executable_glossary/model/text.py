"""Authors' values that remember where they stand in their file, so that every complaint can point there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from executable_glossary.model.problem import Place

YamlPath = tuple[str | int, ...]

# What validation calls a text that is still to be written, so that it can be told from one of a wrong kind.
MISSING_TEXT: Final = "missing_text"


class Text(str):
    """Author's text. `lines` holds, for each line of the value, the place where that line begins."""

    lines: tuple[Place, ...]

    def __new__(cls, value: str, lines: tuple[Place, ...] = (Place(""),)) -> Text:
        text = super().__new__(cls, value)
        text.lines = lines
        return text

    @property
    def place(self) -> Place:
        return self.lines[0]

    def at(self, offset: int, length: int = 1) -> Place:
        """The place of the characters at `offset`; of the whole text where the file writes them otherwise.

        It does so in folded lines and with escapes such as \\n: there, no column can be counted off.
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
        """In a file, empty text is never meant: it would be a heading, a link or a name without words."""
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
        """The place of the value (or key) at `path`, or of the nearest thing around it that exists."""
        while path and path not in self.places:
            path, key = path[:-1], False
        found = self.keys.get(path) if key else None
        return found or self.places.get(path) or Place(self.path, 1, 1)
