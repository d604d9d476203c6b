"""Reads the example scripts and the modules that they import."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from executable_glossary.adapters.files import NOT_UTF_8, files_in, refused
from executable_glossary.execution.example_parser import EXAMPLE_NAME, read_example
from executable_glossary.model.example import Example, ExampleDefaults
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project


def load_examples(project: Project) -> tuple[Mapping[str, Example], tuple[Problem, ...]]:
    """All valid examples, keyed by name, and the problems in all examples."""
    examples: dict[str, Example] = {}
    problems: list[Problem] = []
    for name, (example, wrong) in _read_examples(project, project.settings.example_defaults):
        problems += wrong
        if example is not None:
            examples[name] = example
    return examples, tuple(problems)


def load_modules(project: Project) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
    """The modules that examples can import, keyed by path relative to the project, and their problems.

    Every script in the examples folder or its subfolders that is not itself an example is a module.
    """
    own = set(example_files(project))
    scripts = (path for path in sorted(project.examples.rglob("*.py")) if path.is_file() and path not in own)
    modules, problems = {}, []
    for path in scripts:
        name = project.relative(path)
        if wrong := refused(path, project.root, name) or _bad_module_name(name):
            problems.append(wrong)
        else:
            modules[name] = path.read_bytes()
    return modules, tuple(problems)


def data_files(project: Project, examples: Mapping[str, Example]) -> Mapping[str, Path]:
    """The files that the examples declare as data and that exist, keyed by path relative to the project."""
    files = (project.examples / name for example in examples.values() for name in example.settings.data)
    return {name: file for file in files if _readable(project, file, name := project.relative(file))}


def _readable(project: Project, file: Path, name: str) -> bool:
    return file.is_file() and refused(file, project.root, name) is None


def example_files(project: Project) -> list[Path]:
    return files_in(project.examples, ".py")


def _read_examples(
    project: Project, defaults: ExampleDefaults
) -> Iterator[tuple[str, tuple[Example | None, tuple[Problem, ...]]]]:
    for path in example_files(project):
        if wrong := refused(path, project.root, project.relative(path)):
            yield path.stem, (None, (wrong,))
            continue
        content = path.read_bytes()
        try:
            yield path.stem, _example(project.relative(path), content.decode("utf-8-sig"), defaults)
        except UnicodeDecodeError:
            place, help = Place(project.relative(path), 1), "save the file as UTF-8"
            yield path.stem, (None, (NOT_UTF_8.at(place, "the file is not UTF-8 text", help),))


@lru_cache(maxsize=2**10)
def _example(path: str, text: str, defaults: ExampleDefaults) -> tuple[Example | None, tuple[Problem, ...]]:
    example, problems = read_example(path, text)
    if example is not None:
        example = replace(example, settings=example.settings.with_defaults(defaults))
    return example, problems


def _bad_module_name(name: str) -> Problem | None:
    """A problem if the name cannot be part of a link; pages link to modules for download."""
    if re.fullmatch(r"[\w./-]+", name):
        return None
    message = f'"{name}" is not a valid module name'
    return EXAMPLE_NAME.at(Place(name), message, "use only letters, digits, _, and -")
