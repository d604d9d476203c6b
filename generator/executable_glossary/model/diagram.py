"""Diagrams as data: boxes, and arrows between them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from executable_glossary.model.block import EntryModel
from executable_glossary.model.text import Text


class Node(EntryModel):
    """A box."""

    id: Text = Field(description="Name for the edges.")
    label: Text = Field(description="Text in the box.")
    kind: Literal["data", "model", "step", "result"] = Field("step", description="What the box represents.")


class Edge(EntryModel):
    """An arrow from one box to another."""

    source: Text = Field(alias="from", description="Node where the arrow starts.")
    target: Text = Field(alias="to", description="Node where it ends.")
    label: Text = Field(Text(""), description="A verb.")


class Diagram(EntryModel):
    """A drawing from data: boxes and arrows with a reading direction."""

    title: Text = Field(description="What the drawing shows.")
    says: Text = Field(description="The same in one or two sentences, for people who cannot see it.")
    direction: Literal["right", "down"] = Field("right", description="Direction of reading.")
    nodes: tuple[Node, ...] = Field(min_length=2, max_length=9, description="The boxes.")
    edges: tuple[Edge, ...] = Field(min_length=1, max_length=30, description="The arrows.")
