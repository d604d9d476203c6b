"""Scripts: the examples, and the modules that they share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from executable_glossary.adapters.files import files_in, refused
from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project


def load_examples(project: Project) -> tuple[Mapping[str, Example], tuple[Problem, ...]]:
    examples: dict[str, Example] = {}
    problems: list[Problem] = []
    for name, (example, wrong) in _read_examples(project):
        problems += wrong
        if example is not None:
            examples[name] = example
    return examples, tuple(problems)


def load_modules(project: Project) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
    """What examples may share: every other script below their folder, by its path from the project's root."""
    own = set(example_files(project))
    scripts = (path for path in sorted(project.examples.rglob("*.py")) if path.is_file() and path not in own)
    found, problems = {}, []
    for path in scripts:
        name = project.relative(path)
        if wrong := refused(path, project.root, name) or _unnameable(name):
            problems.append(wrong)
        else:
            found[name] = path.read_bytes()
    return found, tuple(problems)


def example_files(project: Project) -> list[Path]:
    return files_in(project.examples, ".py")


def _read_examples(project: Project) -> Iterator[tuple[str, tuple[Example | None, tuple[Problem, ...]]]]:
    for path in example_files(project):
        if wrong := refused(path, project.root, project.relative(path)):
            yield path.stem, (None, (wrong,))
            continue
        content = path.read_bytes()
        try:
            yield path.stem, _example(project.relative(path), content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            place = Place(project.relative(path), 1)
            problem = Problem(
                place, "not-utf-8", "the file is not UTF-8 text", "save the file with the encoding UTF-8"
            )
            yield path.stem, (None, (problem,))


_example = lru_cache(maxsize=2**10)(read_example)


def _unnameable(name: str) -> Problem | None:
    """Pages offer modules by their names, so these cannot be anything."""
    if re.fullmatch(r"[\w./-]+", name):
        return None
    message = f'"{name}" cannot be the name of a module'
    return Problem(Place(name), "example-name", message, "use letters, digits, _ and -")
