"""Renders the text of scripts from other galleries, which is reST, as Markdown with sanitized HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from executable_glossary.adapters.rest.blocks import Block, Heading
from executable_glossary.adapters.rest.limits import excess
from executable_glossary.adapters.rest.surroundings import ID_PREFIX, Link, Shape, Surroundings
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.example import Example, texts_of
from executable_glossary.model.example_folder import ExampleFolder
from executable_glossary.stages.render.page_prose import href
from executable_glossary.stages.render.rest_links import RestLinks
from executable_glossary.stages.render.rest_pictures import (
    BESIDE,
    folder_pictures,
    image_of_figure,
    image_of_file,
    text_pictures,
)
from executable_glossary.text.mathjax import in_mathjax
from executable_glossary.text.mathml import mathml
from executable_glossary.text.sanitize_article import harmless_article

# The HTML of a small gallery, given the page on which it is and the objects and scripts that it is about.
Gallery = Callable[[str, Sequence[str]], str]
Converter = Callable[[Sequence[str], Surroundings], tuple[tuple[Block | Heading, ...], ...]]


@dataclass(frozen=True)
class RestText:
    """The text of a script as Markdown. cells: each cell's text with its heading, keyed by the cell's name."""

    introduction: str
    cells: Mapping[str, str]


def rest_converter() -> Converter | None:
    """The function that converts texts; None if docutils is not installed."""
    try:
        from executable_glossary.adapters.rest.convert import converted
    except ModuleNotFoundError:
        return None
    return converted


class RestTexts:
    """Renders the texts of a build's scripts."""

    def __init__(self, build: PlannedBuild, gallery: Gallery) -> None:
        self._build, self._gallery = build, gallery
        self._links = RestLinks(build, ID_PREFIX)

    def __call__(self, example: Example, path: str) -> RestText | None:
        """The script's text on the page at `path`; None if it is not reST, or it cannot be converted."""
        around = self._around(path)
        picture = partial(self._picture_of, example, path)
        return _converted(example, replace(around, picture=picture))

    def for_notebook(self, example: Example) -> RestText | None:
        """The script's text in its notebook, which is read elsewhere: its links lead to the site, if its address is known,
        and its formulas are LaTeX, as in Jupyter."""
        return _converted(example, replace(self._around(example.page), **self._in_notebook(example)))

    def introduction(self, folder: ExampleFolder, path: str) -> str:
        """The introduction of a folder on the page at `path`, without its title; empty if it cannot be converted. On the
        page of another folder, its headings are one level deeper."""
        around = replace(
            self._around(path),
            picture=partial(self._picture_in, folder, path),
            link=partial(self._link, path, home=folder.page),
        )
        parts = _parts([folder.text], around)
        return _markdown(_without_title(parts[0]), int(path != folder.page)) if parts else ""

    def _around(self, path: str) -> Surroundings:
        return Surroundings(
            link=lambda role, target: self._link(path, role, target),
            formula=_formula,
            picture=partial(image_of_figure, self._build, path),
            gallery=lambda names: self._gallery(path, names),
            word=lambda key: self._build.glossary.words(f"rest.{key}"),
        )

    def _in_notebook(self, example: Example) -> Mapping[str, Any]:
        site = self._build.site.url

        def link(role: str, target: str) -> Link | None:
            found = self._link(example.page, role, target)
            known = found and (site or found.url.startswith(("http://", "https://")))
            return (
                Link(urljoin(f"{site}{example.folder}/", found.url), found.title) if found and known else None
            )

        return {
            "link": link,
            "formula": lambda latex, block: f"$${in_mathjax(latex)}$$" if block else f"${in_mathjax(latex)}$",
            "picture": lambda uri, alt, shape: f"<em>{escape(alt or uri.rpartition('/')[2])}</em>",
            "gallery": lambda names: "",
        }

    def _link(self, path: str, role: str, target: str, home: str = "") -> Link | None:
        found = self._links.find(path, role, target, home)
        return Link(*found) if found else None

    def _picture_of(self, example: Example, path: str, uri: str, alt: str, shape: Shape) -> str:
        """An image in a script's text, which may be a file that the script wrote, or one beside it."""
        file = text_pictures(self._build, example).get(uri)
        return self._image(
            file, f"{example.folder}/{BESIDE}/{uri}", str(example.title), path, uri, alt, shape
        )

    def _picture_in(self, folder: ExampleFolder, path: str, uri: str, alt: str, shape: Shape) -> str:
        """An image in the introduction of a folder, which may be a file beside it."""
        file = folder_pictures(self._build, folder).get(uri)
        return self._image(
            file, f"{folder.site_folder}/{BESIDE}/{uri}", str(folder.title), path, uri, alt, shape
        )

    def _image(
        self, file: Path | None, place: str, title: str, path: str, uri: str, alt: str, shape: Shape
    ) -> str:
        """An image. place: the site file of its file. title: of the text, for images without alternative text."""
        if file is None:
            return image_of_figure(self._build, path, uri, alt, shape)
        alt = alt or self._build.glossary.words("figure.of", title=title)
        return image_of_file(file, href(path, place), alt, shape)


def _converted(example: Example, around: Surroundings) -> RestText | None:
    parts = _parts(texts_of(example), around) if example.markup == "reST" else ()
    if not parts:
        return None
    introduction, *cells = parts
    # Where the docstring has no underlined title, the headings of the text begin at the first level.
    deeper = 0 if example.heading else 1
    return RestText(
        _markdown(_without_title(introduction) if example.heading else introduction, deeper),
        {
            cell.name: _markdown(parts, deeper, cell.name, "" if cell.heading else str(cell.title))
            for cell, parts in zip(example.cells, cells, strict=True)
        },
    )


def _parts(texts: Sequence[str], around: Surroundings) -> tuple[tuple[Block | Heading, ...], ...]:
    """The converted texts; empty if docutils is not installed, or cannot convert them."""
    converted = rest_converter()
    if converted is None or excess(texts):
        return ()
    try:
        return converted(texts, around)
    except ValueError:
        return ()


def _without_title(parts: Sequence[Block | Heading]) -> list[Block | Heading]:
    """The parts without the first heading, which is already the heading of the page."""
    first = next((part for part in parts if isinstance(part, Heading)), None)
    return [part for part in parts if part is not first]


def _formula(latex: str, block: bool) -> str:
    """The formula as MathML; as code if it cannot be converted."""
    try:
        return mathml(" ".join(latex.split()), block).strip()
    except ValueError:
        code = f"<code>{escape(latex)}</code>"
        return f"<p>{code}</p>" if block else code


def _markdown(parts: Sequence[Block | Heading], deeper: int, id: str = "", title: str = "") -> str:
    """The parts as Markdown. If there is an HTML id, the first heading gets it; `title` is a heading before the
    parts, as plain text."""
    lines = [f"## {harmless_article(escape(title), {}, ID_PREFIX)} {{ #{id} }}"] if title else []
    named = bool(title) or not id
    for part in parts:
        if isinstance(part, Heading):
            lines.append(_heading(part, deeper, "" if named else f" {{ #{id} }}"))
            named = True
        else:
            lines.append(f'<div class="rest" markdown="0">\n{_html(part)}\n</div>')
    return "\n\n".join(lines)


def _heading(heading: Heading, deeper: int, id: str) -> str:
    marks = "#" * min(6, max(2, heading.level + deeper))
    labels = "".join(f'<span id="{escape(label)}"></span>' for label in heading.ids)
    title = " ".join(_html(heading.title).split())
    return f"{marks} {labels}{title}{id}"


def _html(block: Block) -> str:
    return harmless_article(block.html, block.own, ID_PREFIX)
