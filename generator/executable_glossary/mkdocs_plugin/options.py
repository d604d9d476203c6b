"""The project's settings, from mkdocs.yml and the environment variables set by `glossary build` and `serve`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.tables.problem_list import as_text, lines_without_results
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.manual import CommandLine
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project

RUNS_VARIABLE = "GLOSSARY_RUNS"
JOBS_VARIABLE = "GLOSSARY_JOBS"
UNTRUSTED_VARIABLE = "GLOSSARY_UNTRUSTED"
STRICT_EXAMPLES_VARIABLE = "GLOSSARY_STRICT_EXAMPLES"
FACTS_VARIABLE = "GLOSSARY_FACTS"  # the file in which `glossary build` expects the facts about the build
# `glossary serve` sets both of these variables; `mkdocs serve` sets neither, so it builds every page first.
PREVIEW_VARIABLE = "GLOSSARY_PREVIEW"
ONLY_VARIABLE = "GLOSSARY_ONLY"  # ids, separated by spaces
HOSTS_VARIABLE = "GLOSSARY_HOSTS"  # host names, separated by spaces


def project_of(config: MkDocsConfig) -> tuple[Project | None, tuple[Problem, ...]]:
    root = Path(config.config_file_path).parent
    settings: dict[str, Any] = {
        "strict": True if config.strict else None,
        "runs": os.environ.get(RUNS_VARIABLE) or None,
        "jobs": os.environ.get(JOBS_VARIABLE) or None,
        "untrusted": bool(os.environ.get(UNTRUSTED_VARIABLE)) or None,
        "strict_examples": bool(os.environ.get(STRICT_EXAMPLES_VARIABLE)) or None,
    }
    return read_project(root, **settings)


def show_progress(event: object) -> None:
    """Print a message for an author who is waiting, but not in CI, where it would only lengthen the log."""
    if not os.environ.get("CI"):
        print(event, file=sys.stderr, flush=True)


def print_problems(problems: tuple[Problem, ...]) -> None:
    if problems:
        print(report(problems), file=sys.stderr, flush=True)


def report(problems: tuple[Problem, ...], evidence: Iterable[Evidence] = ()) -> str:
    """The examples without results and the problems as they are printed; empty if there are none."""
    return "\n".join([*lines_without_results(evidence), *([as_text(problems)] if problems else [])])


@cache
def command_line() -> CommandLine:
    """The description of all commands, read from a child process because the plugin does not import `cli`. The -P
    option keeps modules in the current folder from being imported."""
    command = [sys.executable, "-P", "-m", "executable_glossary", "commands"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return CommandLine.model_validate_json(output)
