"""Reports mistakes in a project's own theme templates by file and line."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import NoReturn

from jinja2 import Environment, TemplateSyntaxError
from mkdocs.exceptions import Abort

from executable_glossary.adapters.jinja_env import TEMPLATE_ERROR
from executable_glossary.mkdocs_plugin.options import print_problems
from executable_glossary.model.problem import Place, Problem

HELP = "fix the template; the documentation of Material for MkDocs describes its blocks and variables"


def report_theme_errors(env: Environment, root: Path, custom_dir: Path) -> None:
    """Make `env` report a problem and abort the build instead of raising an error caused by a file in `custom_dir`."""
    raise_error = env.handle_exception

    def handle_exception(source: str | None = None) -> NoReturn:
        try:
            raise_error(source)
        except Abort:
            raise
        except Exception as error:
            problem = theme_problem(error, root, custom_dir)
            if problem is None:
                raise
            print_problems((problem,))
            raise Abort("nothing was built") from error

    env.handle_exception = handle_exception  # type: ignore[method-assign]


def theme_problem(error: Exception, root: Path, custom_dir: Path) -> Problem | None:
    """The problem if the innermost template on the stack is a file in `custom_dir`; otherwise None."""
    frames = [
        (summary.filename, summary.lineno or 0) for summary in traceback.extract_tb(error.__traceback__)
    ]
    if isinstance(error, TemplateSyntaxError) and error.filename:
        frames.append((error.filename, error.lineno))
    templates = [(Path(file), line) for file, line in frames if Path(file).suffix in (".html", ".xml", ".j2")]
    if not templates or not templates[-1][0].is_relative_to(custom_dir):
        return None
    file, line = templates[-1]
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    # Jinja lists all search paths, most of which are outside the project.
    message = " ".join(str(error).split()).partition(" in search paths: ")[0] or type(error).__name__
    return TEMPLATE_ERROR.at(Place(shown.as_posix(), line), message, HELP)
