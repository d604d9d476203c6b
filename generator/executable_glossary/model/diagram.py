"""Diagrams as data: boxes and the arrows between them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from executable_glossary.model.block import EntryModel
from executable_glossary.model.text import Text


class Node(EntryModel):
    """A box."""

    id: Text = Field(description="Name that edges use to refer to the box.")
    label: Text = Field(description="Text in the box.")
    kind: Literal["data", "model", "step", "result"] = Field(
        "step", description="Kind of thing that the box represents."
    )


class Edge(EntryModel):
    """An arrow from one box to another."""

    source: Text = Field(alias="from", description="Id of the node where the arrow starts.")
    target: Text = Field(alias="to", description="Id of the node where the arrow ends.")
    label: Text = Field(Text(""), description="Verb shown next to the arrow.")


class Diagram(EntryModel):
    """A diagram made of boxes and arrows."""

    title: Text = Field(description="Title of the diagram.")
    says: Text = Field(
        description="A one- or two-sentence description for people who cannot see the diagram."
    )
    direction: Literal["right", "down"] = Field(
        "right", description="Direction in which the diagram is read."
    )
    nodes: tuple[Node, ...] = Field(min_length=2, max_length=9, description="The boxes.")
    edges: tuple[Edge, ...] = Field(min_length=1, max_length=30, description="The arrows.")
