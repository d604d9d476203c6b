"""Reads the example scripts and the modules that they import."""

from __future__ import annotations

import io
import os
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath

from executable_glossary.adapters.files import NOT_UTF_8, refused
from executable_glossary.execution.example_cells import Script
from executable_glossary.execution.example_header import read_header
from executable_glossary.execution.example_markup import can_be_thumbnail, pictures_in, thumbnail_in
from executable_glossary.execution.example_parser import EXAMPLE_NAME, EXAMPLE_SYNTAX, read_example
from executable_glossary.model.example import Example, ExampleDefaults, texts_of
from executable_glossary.model.example_folder import ExampleFolder
from executable_glossary.model.example_names import example_name, folder_address
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.text import Text
from executable_glossary.stages.load.example_files import example_files, scripts_in
from executable_glossary.text.rest_summary import plain, substituted

ENCODING = re.compile(r"(?m)^([ \t\f]*#.*?coding[:=][ \t]*)[-\w.]+")


def load_examples(project: Project) -> tuple[Mapping[str, Example], tuple[Problem, ...]]:
    """All valid examples, keyed by name, and the problems in all examples."""
    examples: dict[str, Example] = {}
    problems: list[Problem] = []
    for example, wrong in _read_examples(project, project.settings.example_defaults):
        problems += wrong
        if example is not None and example.name in examples:
            problems.append(_same_name(example, examples[example.name]))
        elif example is not None:
            examples[example.name] = example
    return dict(sorted(examples.items())), (*problems, *_same_address(project, examples.values()))


def example_names(project: Project) -> Iterator[str]:
    """The names of all examples, including those that cannot be read."""
    yield from (_inside(project, path)[1] for path in example_files(project))


def _inside(project: Project, path: Path) -> tuple[str, str]:
    """A script's path relative to the examples folder, and its name; the file's own name if it has none."""
    place = PurePosixPath(path.relative_to(project.examples).as_posix())
    return str(place), example_name(place) or path.stem


def _same_name(example: Example, other: Example) -> Problem:
    message = f'this example has the same name as {other.path}, "{example.name}"'
    return EXAMPLE_NAME.at(Place(example.path), message, "rename one of the files")


def _same_address(project: Project, examples: Iterable[Example]) -> Iterator[Problem]:
    """A problem for each example or folder whose page would have the address of another folder's page."""
    base = PurePosixPath(project.relative(project.examples))
    places = {example.path: PurePosixPath(example.path).relative_to(base) for example in examples}
    folders: dict[str, PurePosixPath] = {}
    for folder in sorted({folder for place in places.values() for folder in place.parents}):
        other = folders.setdefault(folder_address(folder), folder)
        if other != folder:
            message = f'the page of this folder would have the same address as that of the folder "{other}"'
            yield EXAMPLE_NAME.at(Place(str(base / folder)), message, "rename one of the folders")
    for example in examples:
        if other_folder := folders.get(example.address):
            message = (
                f'the page of this example would have the same address as that of the folder "{other_folder}"'
            )
            yield EXAMPLE_NAME.at(Place(example.path), message, "rename the file or the folder")


def load_modules(project: Project) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
    """The modules that examples can import, keyed by path relative to the project, and their problems.

    Every script in the examples folder or its subfolders that is not itself an example is a module.
    """
    own = set(example_files(project))
    modules, problems = {}, []
    for path in scripts_in(project):
        if path in own:
            continue
        name = project.relative(path)
        if wrong := refused(path, project.root, name) or _bad_module_name(name):
            problems.append(wrong)
        else:
            modules[name] = path.read_bytes()
    return modules, tuple(problems)


def data_files(
    project: Project, examples: Mapping[str, Example], folders: Mapping[str, ExampleFolder]
) -> Mapping[str, Path]:
    """The files that the examples declare as data, or that their text or that of their folder shows, and that exist,
    keyed by path relative to the project."""
    named = [(each.path, (*each.settings.data, *each.pictures)) for each in examples.values()]
    named += [(folder.file, folder.pictures) for folder in folders.values()]
    files = ((project.root / path).parent / name for path, names in named for name in names)
    return {name: file for file in files if _readable(project, file, name := project.relative(file))}


def _readable(project: Project, file: Path, name: str) -> bool:
    # Unlike `Path.is_file`, this also works for a name that is too long for the file system.
    return os.path.isfile(file) and refused(file, project.root, name) is None


def _read_examples(
    project: Project, defaults: ExampleDefaults
) -> Iterator[tuple[Example | None, tuple[Problem, ...]]]:
    for path in example_files(project):
        inside, _ = _inside(project, path)
        if wrong := refused(path, project.root, project.relative(path)):
            yield None, (wrong,)
            continue
        text = _decoded(path.read_bytes())
        if text is None:
            place, help = Place(project.relative(path), 1), "save the file as UTF-8"
            problem = NOT_UTF_8.at(place, "the file is not UTF-8 text", help)
            allowed = _matches(_inside(project, path)[1], project.settings.may_fail)
            yield None, (_allowed(problem) if allowed else problem,)
            continue
        yield _example(project.relative(path), text, inside, defaults, project.settings.may_fail)


def _decoded(content: bytes) -> str | None:
    """The text of a script; None if it cannot be decoded. If the script declares another encoding than UTF-8 (PEP 263),
    the declaration is changed, because every copy of the script is written as UTF-8."""
    try:
        encoding, declared = tokenize.detect_encoding(io.BytesIO(content).readline)
        text, head = content.decode(encoding), b"".join(declared).decode(encoding)
    # A LookupError means that the declared encoding is not one of text.
    except (UnicodeError, LookupError, SyntaxError):
        return None
    if encoding.startswith("utf-8"):
        return text
    return ENCODING.sub(r"\1utf-8", head, count=1) + text[len(head) :]


@lru_cache(maxsize=2**10)
def _example(
    path: str, text: str, inside: str, defaults: ExampleDefaults, may_fail: tuple[str, ...]
) -> tuple[Example | None, tuple[Problem, ...]]:
    example, problems = read_example(path, text, inside)
    if example is not None:
        settings = example.settings.with_defaults(defaults)
        if _matches(example.name, may_fail):
            settings = settings.model_copy(update={"may_fail": True})
        example = _without_rest(replace(example, settings=settings))
    elif all(problem.code == EXAMPLE_SYNTAX.code for problem in problems):
        name = example_name(PurePosixPath(inside))
        if _may_fail(text) or _matches(name, may_fail):
            return None, tuple(map(_allowed, problems))
    return example, problems


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _may_fail(text: str) -> bool:
    """Whether the header of a script that is not valid Python says that it may fail."""
    head, problems = read_header(Script("", tuple(text.splitlines())))
    return head is not None and not problems and head.tool.glossary.may_fail


def _allowed(problem: Problem) -> Problem:
    message = f"{problem.message}; the example may fail, so the site is built without it"
    return replace(problem, severity="warning", message=message)


def _without_rest(example: Example) -> Example:
    """The example with titles that are plain text, even if they are written in reST, and with the pictures of its text."""
    if example.markup != "reST":
        return example
    texts = texts_of(example)
    cells = tuple(replace(cell, title=_plain(cell.title, texts)) for cell in example.cells)
    named = thumbnail_in(example.source)
    pictures = (*pictures_in(texts), *([named] if can_be_thumbnail(named) else []))
    title = _plain(example.title, texts)
    return replace(example, title=title, cells=cells, pictures=pictures)


def _plain(title: Text, texts: Sequence[str]) -> Text:
    return Text(plain(substituted(title, texts)), title.lines)


def _bad_module_name(name: str) -> Problem | None:
    """A problem if the name cannot be part of a link; pages link to modules for download."""
    if re.fullmatch(r"[\w./-]+", name):
        return None
    message = f'"{name}" is not a valid module name'
    return EXAMPLE_NAME.at(Place(name), message, "use only letters, digits, _, and -")
