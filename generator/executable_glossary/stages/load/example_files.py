"""Decides which scripts in the examples folder and its subfolders are examples, and which are modules that they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from executable_glossary.adapters.files import SIZE_LIMITS, files_in
from executable_glossary.execution.import_statements import ImportStatement, imports_in
from executable_glossary.model.project import Project

EXAMPLE = "plot_*.py"  # as in sphinx-gallery, an example even if another script imports it


def example_files(project: Project) -> list[Path]:
    """The scripts that are examples, sorted by path.

    In a subfolder, a script that another one imports and everything in a package are modules. Names that begin with an
    underscore or a dot, and the names that mkdocs.yml excludes, are never examples.
    """
    chosen = [path for path in _candidates(project) if _is_chosen(project, path)]
    if any(path.parent != project.examples for path in chosen):
        imported = set(_imported(project))
        chosen = [path for path in chosen if not _is_module(project, path, imported)]
    return chosen


def scripts_in(project: Project) -> list[Path]:
    """All Python files in the examples folder and its subfolders, sorted by path."""
    return [path for path in sorted(project.examples.rglob("*.py")) if path.is_file()]


def _candidates(project: Project) -> Iterator[Path]:
    yield from files_in(project.examples, ".py")
    for path in scripts_in(project):
        folders = path.relative_to(project.examples).parts[:-1]
        shown = not any(part.startswith(("_", ".")) for part in (*folders, path.name))
        if folders and shown and project.records not in path.parents:
            yield path


def _is_chosen(project: Project, path: Path) -> bool:
    place = path.relative_to(project.examples).as_posix()
    settings = project.settings
    return matches(place, settings.include_examples) and not matches(place, settings.exclude_examples)


def matches(place: str, patterns: Iterable[str]) -> bool:
    """Whether a path matches one of the patterns. A pattern without a slash stands for the name of the file."""
    name = place.rpartition("/")[2]
    return any(fnmatchcase(place if "/" in pattern else name, pattern) for pattern in patterns)


def _is_module(project: Project, path: Path, imported: set[Path]) -> bool:
    inside = [folder for folder in path.parents if folder.is_relative_to(project.examples)][:-1]
    if not inside:
        return False
    packaged = any((folder / "__init__.py").exists() for folder in inside)
    return packaged or (path in imported and not fnmatchcase(path.name, EXAMPLE))


def _imported(project: Project) -> Iterator[Path]:
    """The files that a script's import statements may mean: in its own folder, or in one above it."""
    for path in scripts_in(project):
        folders = [folder for folder in path.parents if folder.is_relative_to(project.examples)]
        for statement in imports_in(_content(path)):
            for module in _modules(statement):
                yield from (folder / f"{module}.py" for folder in folders)


def _modules(statement: ImportStatement) -> Iterator[PurePosixPath]:
    module = PurePosixPath(*statement.module.split("."))
    yield module
    yield from (module / name for name in statement.names if name != "*")


def _content(path: Path) -> str:
    if path.stat().st_size > SIZE_LIMITS[".py"]:
        return ""
    return path.read_text("utf-8-sig", "replace")
