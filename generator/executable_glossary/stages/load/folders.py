"""Reads the introductions of the folders that contain examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from executable_glossary.adapters.files import NOT_UTF_8, refused
from executable_glossary.execution.example_cells import Script
from executable_glossary.execution.example_markup import pictures_in, split_heading
from executable_glossary.model.example import Example
from executable_glossary.model.example_folder import ExampleFolder
from executable_glossary.model.example_names import folder_address
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.text import LONGEST_TEXT, TOO_LARGE, Text
from executable_glossary.stages.load.unread_files import UNREAD_FILE
from executable_glossary.text.rest_summary import plain as plain_text
from executable_glossary.text.rest_summary import substituted

# As in sphinx-gallery, and for those who write Markdown.
_NAMES = ("GALLERY_HEADER.rst", "GALLERY_HEADER.txt", "README.rst", "README.txt", "index.rst", "index.md")


def load_folders(
    project: Project, examples: Mapping[str, Example]
) -> tuple[Mapping[str, ExampleFolder], tuple[Problem, ...]]:
    """The folders that contain examples, and those that contain such folders, keyed by path relative to the examples
    folder; and the problems with their introductions."""
    folders: dict[str, ExampleFolder] = {}
    problems: list[Problem] = []
    for place in _folders(project, examples):
        folder, wrong = _read(project, place)
        folders[folder.path] = folder
        problems += wrong
    return folders, tuple(problems)


def _folders(project: Project, examples: Mapping[str, Example]) -> list[PurePosixPath]:
    base = PurePosixPath(project.relative(project.examples))
    inside = (PurePosixPath(example.path).relative_to(base) for example in examples.values())
    return sorted({folder for path in inside for folder in path.parents})


def _read(project: Project, place: PurePosixPath) -> tuple[ExampleFolder, tuple[Problem, ...]]:
    name = "" if str(place) == "." else str(place)
    title = Text(place.name.replace("_", " ").replace("-", " ").strip().capitalize())
    plain = ExampleFolder(name, folder_address(place), title, Text(""))
    path = next((path for path in _introductions(project.examples / place) if path.is_file()), None)
    if path is None:
        return plain, _other_introductions(project, place)
    shown = project.relative(path)
    if wrong := refused(path, project.root, shown):
        return plain, (wrong,)
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return plain, (NOT_UTF_8.at(Place(shown, 1), "the file is not UTF-8 text", "save the file as UTF-8"),)
    if len(content) > LONGEST_TEXT:
        message = f"this text is {len(content):,} characters long; the limit is {LONGEST_TEXT:,}"
        return plain, (TOO_LARGE.at(Place(shown, 1), message, "split or shorten it"),)
    return _written(plain, shown, content), ()


def _other_introductions(project: Project, place: PurePosixPath) -> tuple[Problem, ...]:
    """A warning if the folder's only introduction has a name that is not read: it can contain anything."""
    path = project.examples / place / "README.md"
    if not path.is_file():
        return ()
    message = "this file is not the introduction of the folder's page, because of its name"
    help = 'rename it to "index.md" to show it on the page, or to "_README.md" to keep it for yourself'
    return (UNREAD_FILE.at(Place(project.relative(path)), message, help),)


def _introductions(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in _NAMES)


def _written(plain: ExampleFolder, shown: str, content: str) -> ExampleFolder:
    """The folder with its introduction."""
    script = Script(shown, tuple(content.splitlines()))
    if shown.endswith(".md"):
        first, _, rest = content.strip().partition("\n")
        title = first.removeprefix("# ").strip() if first.startswith("# ") else ""
        text, markup = rest.strip() if title else content.strip(), "Markdown"
    else:
        _, title, _ = split_heading(content)
        title, text, markup = plain_text(substituted(title, [content])), content, "reST"
    return ExampleFolder(
        plain.path,
        plain.address,
        script.text(title, 1) if title else plain.title,
        script.text(text, 1),
        "Markdown" if markup == "Markdown" else "reST",
        shown,
        pictures_in([text]) if markup == "reST" else (),
    )
