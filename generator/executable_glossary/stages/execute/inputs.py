"""What an example works with beside its code, and why it cannot run where some of that is lacking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from executable_glossary.adapters.word_catalog import english
from executable_glossary.execution import Runner
from executable_glossary.execution.external_data import cache_hash
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.stages.execute.cache_key import file_hash

CACHE = "cache "  # so begins the name of a cache among data files, whose names have no spaces


@dataclass(frozen=True)
class Obstacle:
    """Why an example does not run here. `setting` is the key of its head that asks for what is lacking, and
    `help` says how to get it; both are empty where nothing is lacking."""

    reason: str
    setting: str = ""
    help: str = ""


def input_hashes(example: Example, project: Project) -> Mapping[str, str]:
    """The hashes of the declared data files and caches; empty for one that is not there."""
    folder = (project.root / example.path).parent
    found = {name: file_hash(folder / name) for name in example.settings.data}
    for name in example.settings.cache:
        place = project.cache(name)
        found[f"{CACHE}{name}"] = cache_hash(place, project.store) if place else ""
    return found


def obstacle(
    example: Example,
    project: Project,
    runner: Runner,
    mode: RunsMode,
    inputs: Mapping[str, str],
    useless: Sequence[str],
) -> Obstacle | None:
    """What keeps the example from running here; None if nothing does.

    inputs: as `input_hashes` gives them. useless: needed examples whose files are not to be had.
    """
    if mode == "frozen":
        return Obstacle(english().said("not_run.frozen"))
    if missing := runner.missing(example.dependencies):
        return Obstacle(_said("dependencies", missing), "dependencies", "install it into .venv")
    absent = [name for name, hash in inputs.items() if not hash]
    if files := [name for name in absent if not name.startswith(CACHE)]:
        return Obstacle(_said("data", files), "data", "put the file beside the example")
    if absent:
        return _without_caches([name.removeprefix(CACHE) for name in absent], project)
    if useless:
        return Obstacle(_said("needs", useless))
    return None


def did_not_run(example: Example, found: Obstacle) -> Problem:
    """For a build in which every example is to run."""
    message = f"{example.name} did not run here: {found.reason}"
    help = f"{found.help}, or do without strict examples"
    return Problem(example.setting_place(found.setting), "example-skipped", message, help)


def _without_caches(names: Sequence[str], project: Project) -> Obstacle:
    """A page must not tell where things lie on this machine."""
    if unset := [name for name in names if project.cache(name) is None]:
        help = f"say where {_and(unset)} can be found, under `caches` of the glossary plugin in mkdocs.yml"
        return Obstacle(_said("cache_not_set", unset), "cache", help)
    help = f"put {_and(names)} where `caches` in mkdocs.yml says, as files that can be read"
    return Obstacle(_said("cache", names), "cache", help)


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


def _said(what: str, names: Sequence[str]) -> str:
    """In English; a page says it again in its own language."""
    return english().said(f"not_run.{what}", count=len(names), names=", ".join(names))
