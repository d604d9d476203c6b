"""Every box of a diagram has its own id, and every arrow leads from one box to another."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.diagram import Diagram, Edge
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule

EQUAL_NODES = Rule(
    code="equal-nodes",
    when="the content is checked",
    summary="Two boxes of a diagram have the same id.",
    why="An arrow could not say which of them it means.",
    example="`nodes: [{id: train, label: Train}, {id: train, label: Train again}]`",
    instead="`nodes: [{id: train, label: Train}, {id: retrain, label: Train again}]`",
)
UNKNOWN_NODE = Rule(
    code="unknown-node",
    when="the content is checked",
    summary="An arrow of a diagram begins or ends at a box that does not exist.",
    why="The arrow could not be drawn.",
    example="`edges: [{from: train, to: tets}]`",
    instead="`edges: [{from: train, to: test}]`",
)
ARROW_TO_ITSELF = Rule(
    code="arrow-to-itself",
    when="the content is checked",
    summary="An arrow of a diagram leads from a box to the same box.",
    why="The layout has no room for a loop, and readers would see an arrow that starts and ends nowhere.",
    example="`edges: [{from: train, to: train, label: repeat}]`",
    instead="A box for the step that repeats: `edges: [{from: train, to: measure}, {from: measure, to: train}]`",
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
            message = f'two boxes of the diagram have the id "{node.id}"'
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
