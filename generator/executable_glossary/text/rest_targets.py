"""Finds what a reference in a script's text leads to: another example, a concept, or another project's documentation."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath

from executable_glossary.model.example import Example, texts_of
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.inventory import Defined
from executable_glossary.model.plan import Plan
from executable_glossary.text.rest_labels import labels_in, terms_in
from executable_glossary.text.rest_summary import plain, substituted

TERM = "term-"  # the prefix of the HTML id of a term that a script defines
_OF_GALLERY = re.compile(r"sphx_glr_(?P<path>.+)\.py", re.IGNORECASE)


class RestTargets:
    """The targets of the references in a glossary. plan: needed for the pages of concepts. id_prefix: of HTML ids."""

    def __init__(self, glossary: Glossary, plan: Plan | None, id_prefix: str = "") -> None:
        self._glossary, self._plan, self._prefix = glossary, plan, id_prefix

    def defined(self, role: str, target: str) -> Defined | None:
        """What another project's documentation defines under this name, which can begin with the name of an inventory:
        `numpy:numpy.sum`."""
        name, _, inside = target.partition(":")
        inventories = self._glossary.inventories
        found = [inventory.find(role, target) for inventory in inventories]
        found += [
            inventory.find(role, inside) for inventory in inventories if inside and inventory.is_called(name)
        ]
        return next((each for each in found if each is not None), None)

    def own(self, page: str, role: str, target: str) -> tuple[str, str, str] | None:
        """The site file, the anchor, and the title of what a role without its domain refers to on the page at `page`;
        None if this site does not have it."""
        if role in ("ref", "any", "numref") and (found := self._label(target)):
            return found
        if role in ("doc", "any"):
            example = self._document(page, target.removesuffix(".py"))
            return (example.page, "", str(example.title)) if example else None
        return self._concept(target) or self._term(target) if role == "term" else None

    def _label(self, target: str) -> tuple[str, str, str] | None:
        """A label in a script's text, or the label that sphinx-gallery gives to each script."""
        label = " ".join(target.lower().split())
        if label in self._labels:
            return self._labels[label]
        gallery = _OF_GALLERY.fullmatch(label)
        matches = [
            example
            for example in self._glossary.examples.values()
            if gallery and f"_{gallery['path']}".endswith(f"_{_joined(example)}".lower())
        ]
        best = max(matches, key=lambda example: len(example.path), default=None)
        return (best.page, "", str(best.title)) if best else None

    def _document(self, page: str, target: str) -> Example | None:
        """The example with this path, relative to the folder of the text on the page."""
        near = posixpath.normpath(posixpath.join(self._folders.get(page, ""), target))
        return self._inside.get(near) or self._ending(target.strip("/"))

    def _ending(self, target: str) -> Example | None:
        """The example whose path ends a document's name, or begins with another folder: `auto_examples/x/plot_y`."""
        ends = [path for path in self._inside if f"/{target}".endswith(f"/{path}")]
        return self._inside[max(ends, key=len)] if ends else None

    @cached_property
    def _inside(self) -> Mapping[str, Example]:
        """All examples, keyed by their path in the examples folder without `.py`."""
        return {str(_inside(each).with_suffix("")): each for each in self._glossary.examples.values()}

    @cached_property
    def _folders(self) -> Mapping[str, str]:
        """The folder in the examples folder to which each page with a text in reST belongs."""
        pages = {each.page: str(_inside(each).parent) for each in self._glossary.examples.values()}
        return {**pages, **{folder.page: path for path, folder in self._glossary.folders.items()}}

    def _concept(self, target: str) -> tuple[str, str, str] | None:
        concept = self._glossary.names.get(target.casefold())
        pages = self._plan.of_concept(concept)[:1] if concept and self._plan else ()
        return next(((page.path, "", target) for page in pages), None)

    @cached_property
    def _labels(self) -> Mapping[str, tuple[str, str, str]]:
        """The labels in all scripts, in lowercase."""
        return {
            " ".join(label.lower().split()): (example.page, anchor, title)
            for example in self._glossary.examples.values()
            if example.markup == "reST"
            for label, anchor, title in _labels_of(example, self._prefix)
        }

    def _term(self, target: str) -> tuple[str, str, str] | None:
        """A term that a script defines with the directive `glossary`."""
        page = self._terms.get(target.casefold())
        return (page, f"#{self._prefix}{TERM}{_id(target)}", target) if page else None

    @cached_property
    def _terms(self) -> Mapping[str, str]:
        """The pages of the scripts that define terms, keyed by term in lowercase."""
        return {
            term.casefold(): example.page
            for example in self._glossary.examples.values()
            if example.markup == "reST"
            for text in texts_of(example)
            for term in terms_in(text)
        }


def _labels_of(example: Example, prefix: str) -> Iterator[tuple[str, str, str]]:
    texts = texts_of(example)
    titles = (str(example.title), *(str(cell.title) for cell in example.cells))
    for number, (text, section) in enumerate(zip(texts, titles, strict=True)):
        for label in labels_in(text):
            title = plain(substituted(label.title, texts))
            at_top = number == 0 and title == example.title
            yield label.name, "" if at_top else f"#{prefix}{_id(label.name)}", title or section or label.name


def _id(label: str) -> str:
    """The HTML id that docutils gives to a label."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def _inside(example: Example) -> PurePosixPath:
    """The path to the script in the examples folder, as it is named on disk."""
    depth = example.name.count("/") + 1
    return PurePosixPath(*PurePosixPath(example.path).parts[-depth:])


def _joined(example: Example) -> str:
    return "_".join(_inside(example).with_suffix("").parts)
