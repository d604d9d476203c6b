"""Why an example does not run here: a package, a data file, or a needed example is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from executable_glossary.execution import Runner
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.stages.execute.cache_key import CACHE


@dataclass(frozen=True)
class SkipReason:
    """Why an example does not run here. `setting` is the key of its head that asks for what is lacking, and
    `help` says how to get it; both are empty where nothing is lacking."""

    reason: str
    setting: str = ""
    help: str = ""


def skip_reason(
    example: Example,
    project: Project,
    runner: Runner,
    mode: RunsMode,
    inputs: Mapping[str, str],
    useless: Sequence[str],
) -> SkipReason | None:
    """What keeps the example from running here; None if nothing does.

    inputs: as `input_hashes` gives them. useless: needed examples whose files are not to be had.
    """
    if mode == "frozen":
        return SkipReason("recorded results were asked for")
    if missing := runner.missing(example.dependencies):
        return SkipReason(f"{_listed(missing)} not installed here", "dependencies", "install it into .venv")
    absent = [name for name, hash in inputs.items() if not hash]
    if files := [name for name in absent if not name.startswith(CACHE)]:
        return SkipReason(f"{_listed(files)} not there", "data", "put the file beside the example")
    if absent:
        return _without_caches([name.removeprefix(CACHE) for name in absent], project)
    if useless:
        return SkipReason(f"{', '.join(useless)}, which it needs, did not run here")
    return None


def did_not_run(example: Example, found: SkipReason) -> Problem:
    """For a build in which every example is to run."""
    message = f"{example.name} did not run here: {found.reason}"
    help = f"{found.help}, or do without strict examples"
    return Problem(example.setting_place(found.setting), "example-skipped", message, help)


def _without_caches(names: Sequence[str], project: Project) -> SkipReason:
    """A page must not tell where things lie on this machine."""
    if unset := [name for name in names if project.cache(name) is None]:
        help = f"say where {_and(unset)} can be found, under `caches` of the glossary plugin in mkdocs.yml"
        return SkipReason(f"{_caches(unset)} not set here", "cache", help)
    help = f"put {_and(names)} where `caches` in mkdocs.yml says, as files that can be read"
    return SkipReason(f"{_caches(names)} not there", "cache", help)


def _caches(names: Sequence[str]) -> str:
    return f"the cache{'' if len(names) == 1 else 's'} {_and(names)} {'is' if len(names) == 1 else 'are'}"


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"
