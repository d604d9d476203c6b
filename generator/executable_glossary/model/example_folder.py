"""A folder of examples, with the text that introduces it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from executable_glossary.model.text import Text


@dataclass(frozen=True)
class ExampleFolder:
    """A folder that contains examples, or folders with examples.

    path: relative to the examples folder, as on disk; empty for the examples folder itself. address: the address of its
    page below that of all examples. file: the file of its introduction, relative to the project; empty if there is none.
    text: the whole introduction, without the title if it is Markdown. pictures: the files below the folder that a text in
        reST shows, relative to it.
    """

    path: str
    address: str
    title: Text
    text: Text
    markup: Literal["Markdown", "reST"] = "Markdown"
    file: str = ""
    pictures: tuple[str, ...] = ()

    @property
    def site_folder(self) -> str:
        """The site folder of its page."""
        return f"examples/{self.address}".rstrip("/")

    @property
    def page(self) -> str:
        """The site file of its page."""
        return f"{self.site_folder}/index.md"
