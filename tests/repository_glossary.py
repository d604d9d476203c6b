"""The repository's own glossary with its recorded results, built only once per test process."""

from __future__ import annotations

from functools import cache
from tempfile import TemporaryDirectory

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import build
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.project import Project
from glossaries import REPOSITORY

# Not the repository's own store, because parallel test processes would share it.
_STORE = TemporaryDirectory(prefix="glossary-tests-")


def repository_project() -> Project:
    project, problems = read_project(REPOSITORY, runs="frozen", store=_STORE.name)
    assert project is not None, problems
    return project


@cache
def repository_build() -> Build:
    return build_repository()


def build_repository() -> Build:
    """A separate build, for a test that compares two."""
    return build(repository_project(), SubprocessRunner(), lambda event: None)
