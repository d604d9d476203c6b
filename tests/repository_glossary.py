"""The repository's own glossary with its recorded results, built only once per test run."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import build
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.project import Project
from glossaries import REPOSITORY
from shared_work import once

# Not the repository's own store, because parallel test processes would share it.
_STORE = TemporaryDirectory(prefix="glossary-tests-")
# Where all processes of a test run can find the build; set by `conftest.py`.
_SHARED: list[pytest.TempPathFactory] = []


def share_with(temporary: pytest.TempPathFactory) -> None:
    """Builds the glossary only once for all processes that have the same temporary folder."""
    _SHARED.append(temporary)


def repository_project() -> Project:
    project, problems = read_project(REPOSITORY, runs="frozen", store=_STORE.name)
    assert project is not None, problems
    return project


@cache
def repository_build() -> Build:
    if not _SHARED:
        return build_repository()
    built: Build = pickle.loads((once(_SHARED[0], "repository", _keep) / "build").read_bytes())
    return built


def _keep(folder: Path) -> None:
    folder.mkdir()
    (folder / "build").write_bytes(pickle.dumps(build_repository()))


def build_repository() -> Build:
    """A separate build, for a test that compares two."""
    return build(repository_project(), SubprocessRunner(), lambda event: None)
