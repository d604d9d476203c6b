"""Renders the lists of examples: the page of all examples, a page for each folder, and one for the objects they use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.example_folder import ExampleFolder
from executable_glossary.model.page import Document, Recipe
from executable_glossary.stages.render.gallery import (
    examples_about,
    examples_by_object,
    folder_sentence,
    folder_views,
    mini_gallery,
)
from executable_glossary.stages.render.rest_pictures import BESIDE, folder_pictures
from executable_glossary.stages.render.rest_text import RestTexts

EXAMPLES = "examples/index.md"
OBJECTS = "examples/functions-and-classes/index.md"


def folder_recipes(build: PlannedBuild, templates: Templates) -> Iterator[Recipe]:
    for path, folder in build.glossary.folders.items():
        for name, file in folder_pictures(build, folder).items():
            if not name.endswith(".svg"):
                yield f"{folder.site_folder}/{BESIDE}/{name}", partial(_picture, folder, name, file)
        if path:
            yield folder.page, partial(_folder_page, folder, build, templates)
    if build.glossary.inventories:
        yield OBJECTS, partial(_objects_page, build, templates)


def _picture(folder: ExampleFolder, name: str, file: Path) -> Document:
    return Document(f"{folder.site_folder}/{BESIDE}/{name}", file.read_bytes())


def examples_page(build: PlannedBuild, templates: Templates) -> Document:
    scripts = _shown_as_scripts(build)
    introduction, listed = _introduction(build.glossary.folders.get(""), build, templates)
    cards = (card for view in folder_views(build, "") for card in view.cards)
    text = templates.render(
        "indexes/examples.md.j2",
        path=EXAMPLES,
        build=build,
        glossary=build.glossary,
        evidence=build.evidence,
        introduction=introduction,
        views=[*folder_views(build, "", listed)],
        scripts=scripts,
        script_cards=[card for card in cards if card.example.name in scripts],
        objects=OBJECTS if build.glossary.inventories else "",
    )
    return Document(EXAMPLES, text)


def _shown_as_scripts(build: PlannedBuild) -> frozenset[str]:
    """The names of the examples of which an entry shows a cell as a script."""
    return frozenset(
        show.target.partition(".")[0]
        for entry in build.glossary.entries.values()
        for _, variant in entry.variants
        for show in variant.show
        if show.kind == "script"
    )


def _folder_page(folder: ExampleFolder, build: PlannedBuild, templates: Templates) -> Document:
    introduction, listed = _introduction(folder, build, templates)
    texts = dict[str, str]()
    for path, inner in build.glossary.folders.items():
        # An introduction in Markdown may contain links that are relative to its own page.
        if path.startswith(f"{folder.path}/") and inner.markup == "reST":
            texts[path], more = _introduction(inner, build, templates, folder.page)
            listed |= more
    text = templates.render(
        "indexes/folder.md.j2",
        path=folder.page,
        build=build,
        folder=folder,
        introduction=introduction,
        sentence=folder_sentence(folder),
        views=[*folder_views(build, folder.path, listed, texts)],
    )
    return Document(folder.page, text, parent=EXAMPLES)


def _introduction(
    folder: ExampleFolder | None, build: PlannedBuild, templates: Templates, page: str = ""
) -> tuple[str, frozenset[str]]:
    """A folder's introduction as Markdown, and the names of the examples that it lists. page: the site file of the page
    of a folder around it, on which it has a heading; by default, its own page."""
    if folder is None or folder.markup == "Markdown":
        return str(folder.text) if folder else "", frozenset()
    listed = set[str]()

    def gallery(path: str, names: Sequence[str]) -> str:
        listed.update(example.name for example in examples_about(build.glossary, names))
        return mini_gallery(build, templates, path, names)

    text = RestTexts(build, gallery).introduction(folder, page or folder.page)
    return text, frozenset(listed)


def _objects_page(build: PlannedBuild, templates: Templates) -> Document:
    objects = examples_by_object(build.glossary)
    text = templates.render("indexes/objects.md.j2", path=OBJECTS, build=build, objects=objects)
    return Document(OBJECTS, text, parent=EXAMPLES)
