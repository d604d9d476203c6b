"""Finds what a reference in a script's text leads to: another example, a concept, or another project's documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath

from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.example import Example
from executable_glossary.stages.render.page_prose import href

_LABEL = re.compile(r"^\.\. _(?P<label>[^:\n]{1,200}):[ \t]*$", re.MULTILINE)
_OF_GALLERY = re.compile(r"sphx_glr_(?P<path>.+)\.py", re.IGNORECASE)


class RestLinks:
    """The references of a build. Every link is a URL, relative to the page at `path`, and a title."""

    def __init__(self, build: PlannedBuild, id_prefix: str) -> None:
        self._build, self._prefix = build, id_prefix

    def find(self, path: str, role: str, target: str) -> tuple[str, str] | None:
        """What a role without its domain refers to; None if that is not known here."""
        own = self._own(role, target)
        if own is not None:
            file, anchor, title = own
            return href(path, file).removesuffix("index.md") + anchor or "./", title
        found = (inventory.find(role, target) for inventory in self._build.glossary.inventories)
        defined = next((each for each in found if each is not None), None)
        return (defined.url, defined.title) if defined else None

    def _own(self, role: str, target: str) -> tuple[str, str, str] | None:
        """The site file, the anchor, and the title."""
        if role in ("ref", "any", "numref") and (found := self._label(target)):
            return found
        if role in ("doc", "any"):
            example = self._ending(target.strip("/").removesuffix(".py"))
            return (example.page, "", str(example.title)) if example else None
        return self._concept(target) if role == "term" else None

    def _label(self, target: str) -> tuple[str, str, str] | None:
        """A label in a script's text, or the label that sphinx-gallery gives to each script."""
        label = " ".join(target.lower().split())
        if label in self._labels:
            return self._labels[label]
        gallery = _OF_GALLERY.fullmatch(label)
        matches = [
            example
            for example in self._build.glossary.examples.values()
            if gallery and f"_{gallery['path']}".endswith(f"_{_joined(example)}".lower())
        ]
        best = max(matches, key=lambda example: len(example.path), default=None)
        return (best.page, "", str(best.title)) if best else None

    def _ending(self, target: str) -> Example | None:
        """The example whose path ends a document's name, or begins with another folder: `auto_examples/x/plot_y`."""
        examples = self._build.glossary.examples.values()
        inside = {str(_inside(example).with_suffix("")): example for example in examples}
        ends = [path for path in inside if f"/{target}".endswith(f"/{path}")]
        return inside[max(ends, key=len)] if ends else None

    def _concept(self, target: str) -> tuple[str, str, str] | None:
        concept = self._build.glossary.names.get(target.casefold())
        pages = self._build.plan.of_concept(concept)[:1] if concept else ()
        return next(((page.path, "", target) for page in pages), None)

    @cached_property
    def _labels(self) -> Mapping[str, tuple[str, str, str]]:
        """The labels in all scripts, in lowercase."""
        return {
            " ".join(label.lower().split()): (example.page, anchor, title)
            for example in self._build.glossary.examples.values()
            if example.markup == "reST"
            for label, anchor, title in _labels_of(example, self._prefix)
        }


def _labels_of(example: Example, prefix: str) -> Iterator[tuple[str, str, str]]:
    for label in _LABEL.findall(example.heading):
        yield label, "", str(example.title)
    cells = ((f"{cell.heading}\n{cell.text}", str(cell.title)) for cell in example.cells)
    for text, title in ((str(example.introduction), ""), *cells):
        for label in _LABEL.findall(text):
            yield label, f"#{prefix}{_id(label)}", title or label


def _id(label: str) -> str:
    """The HTML id that docutils gives to a label."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def _inside(example: Example) -> PurePosixPath:
    """The path to the script in the examples folder, as it is named on disk."""
    depth = example.name.count("/") + 1
    return PurePosixPath(*PurePosixPath(example.path).parts[-depth:])


def _joined(example: Example) -> str:
    return "_".join(_inside(example).with_suffix("").parts)
