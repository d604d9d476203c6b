"""Refuses stored runs that came with the project's files and were not made on this machine."""

from __future__ import annotations

from executable_glossary.adapters.git import GitError, tracked_files
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.rule import Rule

TRACKED_STORE = Rule(
    code="tracked-store",
    when="an entry or the axes are read",
    summary="The folder for stored runs contains files that git tracks.",
    details="""
        The folder is `.glossary/`, or the one that `store` in mkdocs.yml names. Submodules, repositories elsewhere, and
        symbolic links that lead to the folder count as well. A strict build also fails if git cannot be asked.
        """,
    why="A build trusts stored runs, so it would show results that no run on this machine has produced.",
    example="`.glossary/` in a commit",
    instead="`.glossary/` in `.gitignore`; only records (`examples/recorded/`) are committed",
)


def tracked_store(project: Project) -> tuple[Problem, ...]:
    """An error if git tracks the folder for stored runs, a file in it, or a link that leads to it. In strict mode, there
    is also an error if git is needed to find out but fails."""
    folder = project.relative(project.store)
    try:
        tracked = tracked_files(project.root, project.store) if project.store.exists() else ()
    except GitError as error:
        message = f"git cannot tell whether {folder} was committed: {error}"
        help = "install git and repair the repository, or delete the folder"
        return (TRACKED_STORE.at(Place(folder), message, help),) if project.settings.strict else ()
    if not tracked:
        return ()
    message = f"git tracks {tracked[0]}, but stored runs must come from this machine"
    help = f"run `git rm -r --cached {folder}`, add {folder}/ to .gitignore, and delete the folder"
    return (TRACKED_STORE.at(Place(tracked[0]), message, help),)
