"""Refuses stored runs that came with the project's files and were not made on this machine."""

from __future__ import annotations

from contextlib import suppress

from executable_glossary.adapters.git import GitError, tracked_files
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.rule import Rule

TRACKED_STORE = Rule(
    code="tracked-store",
    when="an entry or the axes are read",
    summary="The folder for stored runs contains files that git tracks.",
    details="The folder is `.glossary/`, or the one that `store` in mkdocs.yml names.",
    why="A build trusts stored runs, so it would show results that no run on this machine has produced.",
    example="`.glossary/` in a commit",
    instead="`.glossary/` in `.gitignore`; only records (`examples/recorded/`) are committed",
)


def tracked_store(project: Project) -> tuple[Problem, ...]:
    """An error if git tracks the folder for stored runs or a file in it. Without git, there is none."""
    folder = project.relative(project.store)
    tracked: tuple[str, ...] = ()
    with suppress(GitError):
        tracked = tracked_files(project.root, project.store) if project.store.exists() else ()
    if not tracked:
        return ()
    message = f"git tracks {tracked[0]}, but stored runs must come from this machine"
    help = f"run `git rm -r --cached {folder}`, add {folder}/ to .gitignore, and delete the folder"
    return (TRACKED_STORE.at(Place(tracked[0]), message, help),)
