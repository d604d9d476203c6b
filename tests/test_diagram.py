"""A diagram as its author writes it: boxes, arrows, and a reading direction."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from executable_glossary.model.diagram import Diagram


def nodes(count: int) -> list[dict[str, str]]:
    return [{"id": f"n{number}", "label": f"Box {number}"} for number in range(count)]


def diagram(**given: Any) -> Diagram:
    return Diagram.model_validate(
        {
            "title": "Flow",
            "says": "One leads to the other.",
            "nodes": nodes(2),
            "edges": [{"from": "n0", "to": "n1", "label": "leads to"}],
            **given,
        }
    )


def test_an_arrow_connects_two_boxes() -> None:
    (arrow,) = diagram().edges
    assert (arrow.source, arrow.label, arrow.target) == ("n0", "leads to", "n1")


@pytest.mark.parametrize(
    "wrong", [{"nodes": nodes(1)}, {"nodes": nodes(10)}, {"edges": []}, {"direction": "up"}]
)
def test_a_diagram_has_two_to_nine_boxes_an_arrow_and_a_reading_direction(wrong: dict[str, Any]) -> None:
    assert len(diagram(nodes=nodes(9)).nodes) == 9
    with pytest.raises(ValidationError):
        diagram(**wrong)
