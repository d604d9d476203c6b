"""Every box in a diagram has its own id, and every arrow leads from one box to another."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.diagram import Diagram, Edge
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule

EQUAL_NODES = Rule(
    code="equal-nodes",
    when="the content is checked",
    summary="Two boxes in a diagram have the same id.",
    why="An arrow to or from that id would be ambiguous.",
    example="`nodes: [{id: knead, label: Knead}, {id: knead, label: Knead again}]`",
    instead="`nodes: [{id: knead, label: Knead}, {id: reknead, label: Knead again}]`",
)
UNKNOWN_NODE = Rule(
    code="unknown-node",
    when="the content is checked",
    summary="An arrow in a diagram begins or ends at a box that does not exist.",
    why="The arrow could not be drawn.",
    example="`edges: [{from: knead, to: bkae}]`",
    instead="`edges: [{from: knead, to: bake}]`",
)
ARROW_TO_ITSELF = Rule(
    code="arrow-to-itself",
    when="the content is checked",
    summary="An arrow in a diagram leads from a box back to the same box.",
    why="The layout has no room for a loop, and readers would see an arrow that starts and ends nowhere.",
    example="`edges: [{from: knead, to: knead, label: repeat}]`",
    instead="Add a box for the intermediate step: `edges: [{from: knead, to: rest}, {from: rest, to: knead}]`",
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        if entry.diagram is not None:
            yield from _boxes(entry.diagram)
            for edge in entry.diagram.edges:
                yield from _arrow(entry.diagram, edge)


def _boxes(diagram: Diagram) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in diagram.nodes:
        if node.id in seen:
            message = f'two boxes in the diagram have the id "{node.id}"'
            yield EQUAL_NODES.at(node.id.place, message, "give each its own id")
        seen.add(node.id)


def _arrow(diagram: Diagram, edge: Edge) -> Iterator[Problem]:
    nodes = {node.id for node in diagram.nodes}
    for end in (edge.source, edge.target):
        if end not in nodes:
            help = f"use one of {', '.join(sorted(nodes))}"
            yield UNKNOWN_NODE.at(end.place, f'the diagram has no box "{end}"', help)
    if edge.source == edge.target:
        message = f'an arrow leads from "{edge.source}" to itself'
        yield ARROW_TO_ITSELF.at(edge.target.place, message, "let it end at a different box")
