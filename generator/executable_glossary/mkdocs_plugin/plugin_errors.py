"""Reports the failure of another MkDocs plugin or of a hook as a problem instead of a traceback."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from click import ClickException
from mkdocs.exceptions import Abort
from mkdocs.plugins import PluginCollection

from executable_glossary.adapters.mkdocs_config import BAD_SETTING, NAME
from executable_glossary.mkdocs_plugin.options import print_problems
from executable_glossary.model.problem import Place, Problem


def report_plugin_errors(plugins: PluginCollection, root: Path) -> None:
    """Make every method of another plugin report a problem and abort the build instead of raising an error.

    The lists of methods are changed in place, because MkDocs is going through one of them.
    """
    origins = getattr(plugins, "_event_origins", {})  # the only place with the names that mkdocs.yml uses
    for methods in plugins.events.values():
        for position, method in enumerate(methods):
            name = origins.get(method, "")
            if name and name != "glossary":
                methods[position] = reporting = _reporting(method, name, root)
                origins[reporting] = name


def _reporting(method: Callable[..., Any], name: str, root: Path) -> Callable[..., Any]:
    @wraps(method)
    def reporting(*values: Any, **named: Any) -> Any:
        try:
            return method(*values, **named)
        # MkDocs shows these without a traceback.
        except (Abort, ClickException):
            raise
        except Exception as error:
            print_problems((plugin_problem(error, name, root),))
            raise Abort("nothing was built") from error

    return reporting


def plugin_problem(error: Exception, name: str, root: Path) -> Problem:
    """The problem, located at the innermost line in the project or, if there is none, at the plugin in mkdocs.yml."""
    message = f"{type(error).__name__}: {error}".rstrip(": ")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(root) and "site-packages" not in path.parts:
            place = Place(path.relative_to(root).as_posix(), frame.lineno or 1)
            return BAD_SETTING.at(place, f'the hook "{name}" failed: {message}', "fix the hook")
    help = "remove or update the plugin: it may not support pages that another plugin generates"
    return BAD_SETTING.at(_place_of(name, root), f'the plugin "{name}" failed: {message}', help)


def _place_of(name: str, root: Path) -> Place:
    named = re.compile(rf"(?<![\w-]){re.escape(name.rpartition('/')[2])}(?![\w-])")
    lines = (root / NAME).read_text("utf-8").splitlines()
    number = next((number for number, line in enumerate(lines, 1) if named.search(line)), 0)
    return Place(NAME, number)
