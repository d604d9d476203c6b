"""Determines whether an example can run on this machine, and if not, the reason, such as a missing package or file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec

from executable_glossary.adapters.word_catalog import english
from executable_glossary.execution import Runner
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.model.rule import Rule
from executable_glossary.model.run import Run
from executable_glossary.stages.execute.cache_key import CACHE

EXAMPLE_SKIPPED = Rule(
    code="example-skipped",
    when="an example runs",
    summary="An example cannot run on this machine, but the build is strict.",
    details="""
        A package, a data file, or a cache that the example declares is missing, or an example that it needs was skipped.
        The rule applies to builds with `--strict` or `--strict-examples` that run examples. In other builds, the
        example's page shows the recorded results instead.
        """,
    why="The recorded results of a skipped example are not compared with anything, so they could be wrong.",
    example='`dependencies = ["pandas"]` where pandas is not installed',
    instead="Install the package in `.venv`, or list the example and the reason under `may_skip` in mkdocs.yml: "
    "`may_skip: {sales: needs data that only our own servers have}`.",
)

_MISSING = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
# A name in the words of a library: "requires the installation of an optional dependency, yeast".
_WORD = r"[`'\"]?(?P<name>[a-z][\w.-]*\w)"
_NAMED = re.compile(
    rf"(?:\b(?:install|requires?|needs?|dependency|package|module|library)\b[,:]?\s+|(?=[`'\"])){_WORD}",
    re.IGNORECASE,
)
# An error that is not about a missing module can name one that is: "cannot import name 'yeast'".
_TO_INSTALL = re.compile(rf"\binstall\s+{_WORD}", re.IGNORECASE)
_COMMON = re.compile(
    r"the|an|and|or|to|it|is|be|of|on|for|in|via|with|from|using|use|at|your|this|that|python|pip|conda|packages?|modules?"
    r"|library|libraries|dependency|dependencies|optional|install|installation|installed|version|newer|having",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SkipReason:
    """Why an example does not run on this machine. `setting` is the setting in its header that cannot be satisfied, and
    `help` explains how to satisfy it; both are empty if nothing is missing."""

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
    """Why the example does not run on this machine; None if it can run.

    inputs: as returned by `input_hashes`. useless: the needed examples whose files are not available.
    """
    if mode == "frozen":
        return SkipReason(_reason("frozen"))
    if missing := runner.missing(example.dependencies):
        return SkipReason(_reason("dependencies", missing), "dependencies", "install it in .venv")
    absent = [name for name, hash in inputs.items() if not hash]
    if files := [name for name in absent if not name.startswith(CACHE)]:
        return SkipReason(_reason("data", files), "data", "put the file next to the example")
    if absent:
        return _missing_caches([name.removeprefix(CACHE) for name in absent], project)
    if useless:
        help = f"make it possible to run {_and(useless)}"
        return SkipReason(_reason("needs", useless), "needs", help)
    return None


def missing_module(example: Example, runs: Sequence[Run]) -> SkipReason | None:
    """Why a script from another gallery, which does not declare its packages, could not run to its end: a package that it
    needs is not installed. None if it ran, or failed for another reason."""
    if not example.is_foreign or example.dependencies:
        return None
    names = [_missing_package(run) for run in runs]
    if not names or not all(names):
        return None
    reason = _reason("dependencies", tuple(dict.fromkeys(names)))
    return SkipReason(reason, "dependencies", "install it in .venv")


def _missing_package(run: Run) -> str:
    """The package that a run lacked, as Python names it or as a library's message names it; empty if it lacked none."""
    if found := _MISSING.search(_import_error(run)):
        return found[1].partition(".")[0]
    message = run.message.partition(":")[2] if _import_error(run) else ""
    pattern = _NAMED if run.message.startswith("ModuleNotFoundError") else _TO_INSTALL
    names = (found["name"] for found in pattern.finditer(message))
    return next((name for name in names if not _COMMON.fullmatch(name) and _is_absent(name)), "")


def _is_absent(name: str) -> bool:
    """Whether neither a module nor a distribution of this name is installed."""
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return find_spec(name.partition(".")[0].replace("-", "_")) is None
    return False


def _import_error(run: Run) -> str:
    """The message of a run that ended with an import error, and its traceback: a library may say "requires yeast" and
    give Python's own error as the cause."""
    if run.outcome != "raised" or not run.message.startswith(("ImportError", "ModuleNotFoundError")):
        return ""
    return "\n".join((run.message, *(output.errors for output in run.outputs[-1:])))


def skip_problem(example: Example, skipped: SkipReason) -> Problem:
    """The problem reported for a skipped example in a build in which every example must run."""
    message = f"{example.name} did not run: {skipped.reason}"
    help = f"{skipped.help}, or list {example.name} with the reason under `may_skip` in mkdocs.yml"
    return EXAMPLE_SKIPPED.at(example.setting_place(skipped.setting), message, help)


def _missing_caches(names: Sequence[str], project: Project) -> SkipReason:
    """A skip reason for missing caches. Contains no local paths, because pages show the reason."""
    if unset := [name for name in names if project.cache(name) is None]:
        help = f"set the path to {_and(unset)} under `caches` in the glossary plugin's settings in mkdocs.yml"
        return SkipReason(_reason("cache_not_set", unset), "cache", help)
    help = f"make sure that `caches` in mkdocs.yml contains the correct path to {_and(names)}"
    return SkipReason(_reason("cache", names), "cache", help)


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


def _reason(key: str, names: Sequence[str] = ()) -> str:
    """The English text together with its key, so pages can show the text in their own language."""
    return english().translatable(f"not_run.{key}", count=len(names), names=", ".join(names))
