"""Prepares lists of examples with small pictures: for the pages of folders, and for `minigallery` in a text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePosixPath

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.drawing.thumbnail import thumbnail
from executable_glossary.execution.example_markup import can_be_thumbnail, thumbnail_in
from executable_glossary.execution.used_objects import used_objects
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example, texts_of
from executable_glossary.model.example_folder import ExampleFolder
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.run import Figure
from executable_glossary.stages.render.evidence_views import shown_figures_of
from executable_glossary.stages.render.rest_links import RestLinks
from executable_glossary.stages.render.rest_pictures import text_pictures
from executable_glossary.text.markdown_spans import plain
from executable_glossary.text.rest_summary import Titles, first_sentence, no_titles, substituted
from executable_glossary.text.sentences import sentences

_NUMBER = re.compile(r"^#\s*sphinx_gallery_thumbnail_number\s*=\s*(?P<number>-?\d{1,3})\b", re.MULTILINE)
_CODE = re.compile(r"(?<!`)`(?P<code>[\w. /-]{1,100})`(?!`)")
_UNDERSCORE = "\ue000"
PICTURE = "thumbnail.png"


@dataclass(frozen=True)
class Card:
    """An example in a list. picture: the site file of its small picture; empty if it has no figure. state: "failed",
    "stopped", or "skipped"; empty if it ran to its end."""

    example: Example
    sentence: str
    picture: str = ""
    state: str = ""


@dataclass(frozen=True)
class FolderView:
    """A folder in a list, and the examples that are directly in it.

    title: that of the folder after those of the folders around it, which the list contains too. sentence: the first one
    of the introduction. introduction: the whole one as Markdown; empty if the list has only the sentence.
    """

    folder: ExampleFolder
    title: str
    sentence: str
    cards: tuple[Card, ...]
    introduction: str = ""


def _card(build: PlannedBuild, example: Example, titles: Titles) -> Card:
    picture = f"{example.folder}/{PICTURE}" if small_picture(build, example) else ""
    return Card(example, _sentence(example, titles), picture, _state(build.evidence.get(example.name)))


def _state(evidence: Evidence | None) -> str:
    if evidence is None or not evidence.skipped:
        return "failed" if evidence and evidence.failure else ""
    return "stopped" if evidence.stopped else "skipped"


def chosen_figure(example: Example, evidence: Evidence | None) -> Figure | None:
    """The figure that stands for an example: the one that its settings name or its code numbers, or else the first."""
    figures = shown_figures_of(evidence)
    named = next((figure for figure in figures if figure.name == example.settings.thumbnail), None)
    written = _NUMBER.search(example.source)
    number = int(written["number"]) if written else 1
    at = number - 1 if number > 0 else number
    numbered = figures[at] if -len(figures) <= at < len(figures) else None
    return named or numbered or next(iter(figures), None)


def small_picture(build: PlannedBuild, example: Example) -> Path | None:
    """The file of the picture that stands for an example in a list: a file beside the script, if it names one, or a figure."""
    address = thumbnail_in(example.source)
    named = text_pictures(build, example).get(address) if can_be_thumbnail(address) else None
    figure = chosen_figure(example, build.evidence.get(example.name))
    return named or (figure.file if figure else None)


def picture_of(file: Path) -> bytes:
    return thumbnail(file.read_bytes())


def _sentence(example: Example, titles: Titles) -> str:
    """The first sentence of the introduction, as plain text."""
    if example.markup == "reST":
        return first_sentence(substituted(example.introduction, texts_of(example)), titles)
    return _first_sentence(example.introduction)


def _first_sentence(text: str) -> str:
    """The first sentence of a text in Markdown, as plain text."""
    # What is read aloud leaves out code, but here, code is a word. Its underscores are no markup.
    kept = _CODE.sub(lambda code: code["code"].replace("_", _UNDERSCORE), text)
    paragraph = plain(kept).strip().partition("\n\n")[0]
    found = sentences(paragraph)
    return " ".join((found[0].text if found else paragraph).split()).replace(_UNDERSCORE, "_")


def folder_views(
    build: PlannedBuild, inside: str, listed: Collection[str] = (), texts: Mapping[str, str] | None = None
) -> Iterator[FolderView]:
    """A folder, given by its path relative to the examples folder, and all folders in it; those without an example of
    their own and without a text are left out.

    listed: the names of the examples that the page already lists. texts: the introductions of the folders, by path.
    """
    links = RestLinks(build, "")
    for path, folder in build.glossary.folders.items():
        if not inside or path == inside or path.startswith(f"{inside}/"):
            others = (each for each in build.glossary.examples.values() if each.name not in listed)
            found = [example for example in others if folder_of(example) == path]
            text = (texts or {}).get(path, "")
            if found or text:
                sentence = folder_sentence(folder, partial(_title, links))
                cards = tuple(_cards(build, links, found))
                yield FolderView(
                    folder, _path_of_titles(build.glossary, inside, folder), sentence, cards, text
                )


def _path_of_titles(glossary: Glossary, inside: str, folder: ExampleFolder) -> str:
    """The titles of a folder and of the folders around it, up to the folder `inside`, which is left out."""
    parents = [path for path in PurePosixPath(folder.path).parents if str(path) != "."]
    between = [str(path) for path in reversed(parents) if not inside or str(path).startswith(f"{inside}/")]
    titles = (glossary.folders[path].title for path in between if path in glossary.folders)
    return " / ".join([*titles, folder.title])


def mini_gallery(build: PlannedBuild, templates: Templates, path: str, names: Sequence[str]) -> str:
    """The HTML of a list of the examples that use one of the objects, or whose path matches one of the patterns."""
    found = examples_about(build.glossary, names)
    if not found:
        return ""
    return templates.render(
        "shown/_cards.html.j2", path=path, cards=[*_cards(build, RestLinks(build, ""), found)]
    )


def examples_about(glossary: Glossary, names: Sequence[str]) -> list[Example]:
    """The examples that use one of the objects, or whose path matches one of the patterns."""
    return [
        example for example in glossary.examples.values() if any(_is_about(example, name) for name in names)
    ]


def examples_by_object(glossary: Glossary) -> Mapping[tuple[str, str], tuple[Example, ...]]:
    """The examples that use an object, keyed by the object's name and address, and sorted by name."""
    found: dict[tuple[str, str], list[Example]] = {}
    for example in glossary.examples.values():
        for used in objects_of(glossary, example):
            found.setdefault(used, []).append(example)
    return {used: tuple(found[used]) for used in sorted(found, key=lambda used: used[0].lower())}


def objects_of(glossary: Glossary, example: Example) -> list[tuple[str, str]]:
    """The objects that the example uses and another project's inventory lists, with their addresses, by name."""
    found = {
        name: defined.url
        for name in used_objects(example)
        for inventory in glossary.inventories
        if (defined := inventory.find("obj", name))
    }
    return sorted(found.items(), key=lambda item: item[0].lower())


def _is_about(example: Example, name: str) -> bool:
    if name.endswith(".py") or "/" in name:
        return fnmatchcase(example.path, f"*{name.lstrip('./')}")
    return name in used_objects(example)


def _cards(build: PlannedBuild, links: RestLinks, examples: Iterable[Example]) -> Iterator[Card]:
    titles = partial(_title, links)
    yield from (_card(build, example, titles) for example in examples)


def _title(links: RestLinks, role: str, target: str) -> str:
    return (links.find("", role, target) or ("", ""))[1]


def folder_sentence(folder: ExampleFolder, titles: Titles = no_titles) -> str:
    """The first sentence of a folder's introduction, as plain text."""
    if folder.markup == "reST":
        return first_sentence(substituted(folder.text, [folder.text]), titles)
    return _first_sentence(folder.text)


def folder_of(example: Example) -> str:
    """The path of the example's folder, relative to the examples folder."""
    depth = example.name.count("/")
    parts = PurePosixPath(example.path).parts[:-1]
    return "/".join(parts[len(parts) - depth :])
