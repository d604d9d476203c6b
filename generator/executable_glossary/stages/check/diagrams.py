"""Every box of a diagram has an id of its own, and every arrow leads from one box to another."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.diagram import Diagram, Edge
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem


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
            yield Problem(node.id.place, "equal-nodes", message, "give each an id of its own")
        seen.add(node.id)


def _arrow(diagram: Diagram, edge: Edge) -> Iterator[Problem]:
    nodes = {node.id for node in diagram.nodes}
    for end in (edge.source, edge.target):
        if end not in nodes:
            help = f"use one of {', '.join(sorted(nodes))}"
            yield Problem(end.place, "unknown-node", f'the diagram has no node "{end}"', help)
    if edge.source == edge.target:
        message = f'an arrow leads from "{edge.source}" to itself'
        yield Problem(edge.target.place, "arrow-to-itself", message, "let it end at another box")
