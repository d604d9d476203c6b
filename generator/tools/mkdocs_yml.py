"""Reads what concerns us in mkdocs.yml: the options of the `glossary` plugin, and nothing that would run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from generator.model.problem import Place, Problem
from generator.model.project import Project, ProjectSettings

NAME = "mkdocs.yml"


def find_project(start: Path) -> Path | None:
    """The nearest folder, from `start` upward, that holds a mkdocs.yml."""
    return next((folder for folder in (start, *start.parents) if (folder / NAME).is_file()), None)


def read_project(
    root: Path, environment: Mapping[str, str] = MappingProxyType({}), **settings: Any
) -> tuple[Project | None, tuple[Problem, ...]]:
    """The project in `root`; `settings` given here win over the file's. environment: what !ENV finds."""
    try:
        text = (root / NAME).read_text("utf-8")
        document = yaml.load(text, Loader=_loader(environment))
    except (yaml.YAMLError, ValueError) as error:
        return None, (_unreadable(error),)
    given = {name: value for name, value in settings.items() if value is not None}
    try:
        options = ProjectSettings.model_validate({**_plugin_options(document), **given})
    except ValidationError as error:
        return None, tuple(_problem(text, details) for details in error.errors())
    return Project(root=root, settings=options), ()


def _loader(environment: Mapping[str, str]) -> type[yaml.SafeLoader]:
    """Understands !ENV as MkDocs does, and takes other tags, such as !!python/name, as nothing: they do not
    concern us."""

    class Lenient(yaml.SafeLoader):
        pass

    def from_environment(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
        return _value(loader, node, environment)

    Lenient.add_constructor("!ENV", from_environment)
    Lenient.add_multi_constructor("", lambda loader, suffix, node: None)
    return Lenient


def _value(loader: yaml.SafeLoader, node: yaml.Node, environment: Mapping[str, str]) -> Any:
    """`!ENV NAME`, or `!ENV [NAME, OTHER_NAME, default]`: the first that is set."""
    if not isinstance(node, yaml.SequenceNode):
        return environment.get(str(node.value))
    names = [loader.construct_object(one, deep=True) for one in node.value]
    default = names.pop() if len(names) > 1 else None
    return next((environment[name] for name in names if name in environment), default)


def _plugin_options(document: Any) -> Mapping[str, Any]:
    """MkDocs takes its plugins as a list, or as keys with their options."""
    plugins = document.get("plugins") if isinstance(document, Mapping) else None
    for plugin in plugins if isinstance(plugins, list) else [plugins]:
        if isinstance(plugin, Mapping) and isinstance(plugin.get("glossary"), Mapping):
            return dict(plugin["glossary"])
    return {}


def _unreadable(error: yaml.YAMLError | ValueError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = Place(NAME, mark.line + 1, mark.column + 1) if mark else Place(NAME, 1)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    mend = "check the indentation and the quotes, and save it as UTF-8"
    return Problem(place, "malformed-yaml", f"this is not YAML: {reason}", mend)


def _problem(text: str, details: ErrorDetails) -> Problem:
    option = str(details["loc"][0])
    known = ProjectSettings.model_fields
    if details["type"] == "extra_forbidden":
        near = get_close_matches(option, known, n=1)
        mend = f'write "{near[0]}"' if near else f"use one of {', '.join(known)}"
        return Problem(_place(text, option), "bad-setting", f'the plugin has no option "{option}"', mend)
    message = details["msg"].replace("Input should be", "must be")
    mend = f"write {option}: {str(known[option].default).lower()}"
    return Problem(_place(text, option), "bad-setting", f"{option}: {message}", mend)


def _place(text: str, option: str) -> Place:
    """The first line with that key; it may stand nowhere, where the command line gave it."""
    key = re.search(rf"^\s+({re.escape(option)}):.*$", text, re.MULTILINE)
    if key is None:
        return Place(NAME)
    start = text.rfind("\n", 0, key.start(1)) + 1
    line = text.count("\n", 0, start) + 1
    return Place(NAME, line, key.start(1) - start + 1, len(option), text[start : key.end()])
