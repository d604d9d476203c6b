"""The accepted results of an example, which anybody may have written: no link, no giant, no picture that is none."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.adapters.files import refused
from executable_glossary.execution.records import read_record
from executable_glossary.execution.untrusted_result import is_picture
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.run import Run


def recorded(project: Project, example: str) -> tuple[tuple[Run, ...], tuple[Problem, ...]]:
    """The runs of its record, none where there is none or it is not to be believed."""
    folder = project.records
    file = folder / f"{example}.json"
    if file.exists() and (wrong := refused(file, project.root, project.relative(file))):
        return (), (wrong,)
    runs, problems = read_record(folder, example, project.relative(folder))
    problems = (*problems, *_wrong_pictures(project, example, runs))
    return (() if problems else runs), problems


def _wrong_pictures(project: Project, example: str, runs: tuple[Run, ...]) -> Iterator[Problem]:
    for figure in (figure for run in runs for figure in run.figures):
        name = project.relative(figure.file)
        if not is_picture(figure):
            help = f"run the example and accept it again: glossary run {example} --accept"
            yield Problem(Place(name), "record-unreadable", "there is no picture (PNG) here", help)
        elif wrong := refused(figure.file, project.root, name):
            yield wrong
