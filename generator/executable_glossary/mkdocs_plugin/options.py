"""What was asked for: the project's own settings, and what the command line says through the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.tables.problem_list import as_text
from executable_glossary.model.manual import CommandLine
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project

RUNS_VARIABLE = "GLOSSARY_RUNS"
UNTRUSTED_VARIABLE = "GLOSSARY_UNTRUSTED"
STRICT_EXAMPLES_VARIABLE = "GLOSSARY_STRICT_EXAMPLES"
# `glossary serve` sets the first, and the second with ids between spaces; `mkdocs serve` shows everything.
PREVIEW_VARIABLE = "GLOSSARY_PREVIEW"
ONLY_VARIABLE = "GLOSSARY_ONLY"


def project_of(config: MkDocsConfig) -> tuple[Project | None, tuple[Problem, ...]]:
    root = Path(config.config_file_path).parent
    settings: dict[str, Any] = {
        "strict": True if config.strict else None,
        "runs": os.environ.get(RUNS_VARIABLE) or None,
        "untrusted": bool(os.environ.get(UNTRUSTED_VARIABLE)) or None,
        "strict_examples": bool(os.environ.get(STRICT_EXAMPLES_VARIABLE)) or None,
    }
    return read_project(root, **settings)


def say(event: object) -> None:
    """Runs take minutes: a person who waits sees them, a log of CI keeps only what is wrong."""
    if not os.environ.get("CI"):
        print(event, file=sys.stderr, flush=True)


def tell(problems: tuple[Problem, ...]) -> None:
    if problems:
        print(as_text(problems), file=sys.stderr, flush=True)


@cache
def command_line() -> CommandLine:
    """What our commands are, asked as any program would: edges do not know each other."""
    asked = [sys.executable, "-P", "-m", "executable_glossary", "commands"]
    return CommandLine.model_validate_json(subprocess.run(asked, check=True, stdout=subprocess.PIPE).stdout)
