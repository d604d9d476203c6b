"""Prepares the value of a cell for pages and notebooks: as text, or as sanitized HTML with its styles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.run import MANY_LINES, Missing, Output
from executable_glossary.stages.render.evidence_views import outputs_of
from executable_glossary.text.value_markup import value_markup

STYLES = "values.css"  # name of the file with the styles of an example's values
COLORS = re.compile(r"\b(?:color|background|fill|border(?:-[a-z]{1,9}){0,3}+):")


@dataclass(frozen=True)
class ValueView:
    """The value of a cell: as text or as HTML; both are empty if there is nothing to show.

    css: the styles of the HTML, which apply inside an element with the class `scope`. missing: what is left out.
    """

    text: str = ""
    html: str = ""
    css: str = ""
    scope: str = ""
    missing: tuple[Missing, ...] = ()

    @property
    def has_colors(self) -> bool:
        """Whether the value sets colors, which libraries choose for a light page."""
        return bool(COLORS.search(self.css))

    @property
    def is_long(self) -> bool:
        return max(self.text.count("\n"), self.html.count("<tr")) > MANY_LINES


def value_view(output: Output, example: Example) -> ValueView:
    """The value of one of the example's cells."""
    if output.value_media == "text/plain":
        return ValueView(text=output.value)
    scope = re.sub(r"[^A-Za-z0-9]+", "-", f"value-{example.name}-{output.cell}")
    found = value_markup(output.value, output.value_media, scope)
    text = "" if found.html else output.plain or (output.value if output.value_media == "text/latex" else "")
    return ValueView(text, found.html, found.css, scope, found.missing)


def value_styles(example: Example, evidence: Evidence | None) -> str:
    """The styles of all values of an example."""
    return "\n".join(filter(None, (value_view(output, example).css for output in outputs_of(evidence))))
