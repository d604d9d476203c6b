"""The repository's own glossary with its recorded results, built only once per test process."""

from __future__ import annotations

from functools import cache
from tempfile import TemporaryDirectory

from glossaries import REPOSITORY

from generator.joins.pipeline import Built, build
from generator.model.project import Project
from generator.tools.mkdocs_yml import read_project
from generator.tools.runner import FreshProcess

# Not the repository's store: processes that test in parallel would share it.
_STORE = TemporaryDirectory(prefix="glossary-tests-")


def repository_project() -> Project:
    project, problems = read_project(REPOSITORY, runs="frozen", store=_STORE.name)
    assert project is not None, problems
    return project


@cache
def repository_build() -> Built:
    return build_repository()


def build_repository() -> Built:
    """A build of its own, for a test that compares two."""
    return build(repository_project(), FreshProcess(), lambda event: None)
