"""A string that remembers where it stands in its file, so that every complaint about it can point there."""

from __future__ import annotations

from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from generator.model.problem import Place


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
        """The place of the character at `offset`; of the whole text where the file folds its lines."""
        before = self[:offset]
        number = before.count("\n")
        if number >= len(self.lines):
            return self.place
        start = self.lines[number]
        column = start.column + offset - (before.rfind("\n") + 1)
        return Place(start.path, start.line, column, length, start.excerpt)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            cls._keep, core_schema.is_instance_schema(cls), json_schema_input_schema=core_schema.str_schema()
        )

    @classmethod
    def _keep(cls, value: object) -> object:
        return cls(value) if type(value) is str else value
