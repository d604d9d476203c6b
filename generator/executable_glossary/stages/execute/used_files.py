"""Files of the project that belong to a script's results: those that its runs read, and pictures that its text shows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from executable_glossary.adapters.files import is_inside
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project
from executable_glossary.model.run import Run
from executable_glossary.stages.execute.output_problems import OUTPUT_INCOMPLETE, place_of


def read_files(
    example: Example, runs: Sequence[Run], project: Project
) -> tuple[Mapping[str, Path], tuple[str, ...]]:
    """The files below the script's folder that the runs read, keyed by their path from there, and the paths of the other
    files that they read, relative to the project."""
    folder, inside, elsewhere = PurePosixPath(example.path).parent, dict[str, Path](), []
    for name in sorted({name for run in runs for name in run.files} - {example.path}):
        path, file = PurePosixPath(name), project.root / name
        if not path.is_relative_to(folder):
            elsewhere.append(name)
        elif _is_readable(file) and not _is_hidden(path) and is_inside(file, project.root):
            inside[str(path.relative_to(folder))] = file
    return inside, tuple(elsewhere)


def lost_pictures(example: Example, runs: Sequence[Run], project: Project) -> Iterator[Problem]:
    """A warning for each picture that the text shows, but that is neither beside the script nor written by it."""
    folder = (project.root / example.path).parent
    ended = [run for run in runs if run.outcome == "passed" or example.settings.may_fail]
    for name in example.pictures if ended else ():
        if not os.path.isfile(folder / name) and not any(name in run.pictures for run in ended):
            lines = enumerate(example.source.splitlines(), 1)
            line = next((at for at, text in lines if f":: {name}" in text), 0)
            message = f'the picture "{name}" is neither next to the script nor written by it as a picture of at most 8 MB'
            help = "put the picture next to the script, or let the script write it"
            yield OUTPUT_INCOMPLETE.at(place_of(example, line), message, help)


def _is_readable(file: Path) -> bool:
    """Whether this is a file that can be read. A run can also look at files of other users."""
    return os.path.isfile(file) and os.access(file, os.R_OK)


def _is_hidden(path: PurePosixPath) -> bool:
    return any(part.startswith(".") for part in path.parts)
