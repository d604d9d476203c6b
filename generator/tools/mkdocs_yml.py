"""Reads what concerns us in mkdocs.yml: the options of the `glossary` plugin, and nothing that would run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from generator.model.problem import Place, Problem
from generator.model.project import Project, ProjectSettings

NAME = "mkdocs.yml"


def find_project(start: Path) -> Path | None:
    """The nearest folder, from `start` upward, that holds a mkdocs.yml."""
    return next((folder for folder in (start, *start.parents) if (folder / NAME).is_file()), None)


def read_project(root: Path, **settings: Any) -> tuple[Project | None, tuple[Problem, ...]]:
    """The project in `root`; `settings` given here win over the file's."""
    try:
        document = yaml.load((root / NAME).read_text("utf-8"), Loader=_Lenient)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"this is not YAML: {str(error).splitlines()[0]}"
        return None, (Problem(Place(NAME, 1), "malformed-yaml", message, "correct the file"),)
    given = {name: value for name, value in settings.items() if value is not None}
    try:
        options = ProjectSettings.model_validate({**_plugin_options(document), **given})
    except ValidationError as error:
        return None, tuple(_problem(details) for details in error.errors())
    return Project(root=root, settings=options), ()


class _Lenient(yaml.SafeLoader):
    """Takes tags such as !ENV and !!python/name as nothing: they concern MkDocs, not us."""


_Lenient.add_multi_constructor("", lambda loader, suffix, node: None)


def _plugin_options(document: Any) -> Mapping[str, Any]:
    plugins = document.get("plugins") if isinstance(document, Mapping) else None
    for plugin in plugins if isinstance(plugins, list) else []:
        if isinstance(plugin, Mapping) and isinstance(plugin.get("glossary"), Mapping):
            return dict(plugin["glossary"])
    return {}


def _problem(details: Any) -> Problem:
    option = ".".join(str(part) for part in details["loc"])
    mend = f"there are {', '.join(ProjectSettings.model_fields)}"
    return Problem(Place(NAME), "bad-setting", f"plugin glossary, {option}: {details['msg']}", mend)
