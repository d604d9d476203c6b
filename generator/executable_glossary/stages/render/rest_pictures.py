"""Renders the images in texts in reST: files beside a script or an introduction, figures that scripts draw, or links."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from pathlib import Path, PurePosixPath

from executable_glossary.adapters.rest.surroundings import Shape
from executable_glossary.drawing.thumbnail import picture_size
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.example import Example
from executable_glossary.model.example_folder import ExampleFolder
from executable_glossary.model.example_names import OWN_FIGURE
from executable_glossary.stages.render.evidence_views import shown_figures_of
from executable_glossary.stages.render.page_prose import href

BESIDE = "beside"  # the folder of pictures from the script's folder, so that none has the name of a figure
_STEP = 5  # percent; the style sheet has a class for each step


def text_pictures(build: PlannedBuild, example: Example) -> Mapping[str, Path]:
    """The files of the pictures in a script's text, keyed by the address in the text: written by the script, or beside
    it."""
    found = build.evidence.get(example.name)
    beside = _beside(build, example.path, example.pictures)
    return {**beside, **(found.runs[0].pictures if found and found.runs else {})}


def folder_pictures(build: PlannedBuild, folder: ExampleFolder) -> Mapping[str, Path]:
    """The files of the pictures in a folder's introduction, keyed by the address in the text."""
    return _beside(build, folder.file, folder.pictures)


def _beside(build: PlannedBuild, written: str, names: tuple[str, ...]) -> Mapping[str, Path]:
    folder, data = PurePosixPath(written).parent, build.glossary.data
    return {name: data[str(folder / name)] for name in names if str(folder / name) in data}


def image_of_file(file: Path, source: str, alt: str, shape: Shape) -> str:
    """An image from a file, which in the store has no extension. source: its address."""
    content = file.read_bytes()
    if source.endswith(".svg"):
        # Opened by itself, the file could execute scripts that it contains.
        source = f"data:image/svg+xml;base64,{b64encode(content).decode()}"
        return f'<img src="{source}" alt="{escape(alt)}"{_size(shape, None)}>'
    return f'<img src="{escape(source)}" alt="{escape(alt)}"{_size(shape, picture_size(content))} loading="lazy">'


def image_of_figure(build: PlannedBuild, path: str, uri: str, alt: str, shape: Shape) -> str:
    """An image: the figure itself if a script in this build drew it; otherwise, a link or the alternative text. path: of
    the page."""
    figure = OWN_FIGURE.fullmatch(uri)
    for example in build.glossary.examples.values() if figure else ():
        figures = shown_figures_of(build.evidence.get(example.name))
        number = int(figure["number"]) if figure else 0
        if figure and example.stem == figure["script"] and 0 < number <= len(figures):
            shown = figures[number - 1]
            source = href(path, f"{example.folder}/{shown.name}.png")
            alt = alt or shown.alt or build.glossary.words("figure.of", title=example.title)
            size = (
                _size(shape, (shown.width, shown.height)) or f' width="{shown.width}" height="{shown.height}"'
            )
            return f'<img src="{escape(source)}" alt="{escape(alt)}"{size} loading="lazy">'
    name = escape(alt or uri.rpartition("/")[2])
    if uri.startswith(("http://", "https://")):
        return f'<a href="{escape(uri)}" rel="noopener noreferrer">{name}</a>'
    return f"<em>{name}</em>"


def _size(shape: Shape, own: tuple[int, int] | None) -> str:
    """The attributes of an image that give its size; empty if the text does not. own: the size of the file in pixels."""
    if shape.share:
        share = min(100, max(_STEP, round(shape.share * shape.scale / 100 / _STEP) * _STEP))
        return f' class="share-{share}"'
    width = shape.width
    if not width and own:
        width = shape.height * own[0] / own[1] if shape.height else own[0] if shape.scale != 100 else 0
    width = max(1, round(width * shape.scale / 100)) if width else 0
    height = f' height="{max(1, round(width * own[1] / own[0]))}"' if own and width else ""
    return f' width="{width}"{height}' if width else ""
