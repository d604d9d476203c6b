"""Reads what concerns us in mkdocs.yml: the site's name and address and our plugin's options; nothing runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from yaml_env_tag import construct_env_tag

from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project, ProjectSettings, Site

NAME = "mkdocs.yml"


def find_project(start: Path) -> Path | None:
    """The nearest folder, from `start` upward, that holds a mkdocs.yml."""
    return next((folder for folder in (start, *start.parents) if (folder / NAME).is_file()), None)


def read_project(root: Path, **settings: Any) -> tuple[Project | None, tuple[Problem, ...]]:
    """The project in `root`; `settings` given here win over the file's."""
    try:
        text = (root / NAME).read_text("utf-8")
        document = yaml.load(text, Loader=_Lenient)
    except (yaml.YAMLError, ValueError) as error:
        return None, (_unreadable(error),)
    given = {name: value for name, value in settings.items() if value is not None}
    try:
        options = ProjectSettings.model_validate({**_plugin_options(document), **given})
    except ValidationError as error:
        return None, tuple(_problem(text, details) for details in error.errors())
    project = Project(root=root, settings=options, site=_site(document), **_folders(document))
    held = tuple(_held(text, project, name) for name in options.preload if _is_of_examples(project, name))
    return (None, held) if held else (project, ())


def without_plugin(root: Path) -> tuple[Problem, ...]:
    """Where our plugin is not named, MkDocs would make a site without a single entry, and call it good."""
    text = (root / NAME).read_text("utf-8")
    document = yaml.load(text, Loader=_Lenient)
    said = document if isinstance(document, Mapping) else {}
    # What another file says that this one inherits from is not seen here.
    if "INHERIT" in said or "glossary" in _named(said.get("plugins")):
        return ()
    message = 'the plugin "glossary" is not named under `plugins`, so the site would have no entries'
    place = _at(text, re.search(r"^(plugins):", text, re.MULTILINE))
    return (Problem(place, "bad-setting", message, 'add the line "  - glossary" below `plugins:`'),)


class _Lenient(yaml.SafeLoader):
    """Takes !ENV as MkDocs does, and tags such as !!python/name as nothing: they do not concern us."""


_Lenient.add_multi_constructor("", lambda loader, suffix, node: None)
_Lenient.add_constructor("!ENV", construct_env_tag)


def _site(document: Any) -> Site:
    said = document if isinstance(document, Mapping) else {}
    name, description, url = (
        str(said.get(key) or "") for key in ("site_name", "site_description", "site_url")
    )
    theme = said.get("theme")
    language = theme.get("language") if isinstance(theme, Mapping) else None
    return Site(
        name=name,
        description=description,
        url=f"{url.rstrip('/')}/" if url else "",
        language=str(language or "en"),
    )


def _folders(document: Any) -> Mapping[str, str]:
    """Where MkDocs is told to look for pages and for the theme's HTML; left out, where our defaults lie."""
    said = document if isinstance(document, Mapping) else {}
    theme = said.get("theme")
    folders = {
        "docs_dir": said.get("docs_dir"),
        "theme_dir": theme.get("custom_dir") if isinstance(theme, Mapping) else None,
    }
    return {name: str(folder) for name, folder in folders.items() if folder}


def _named(plugins: Any) -> tuple[Any, ...]:
    """The names of plugins, in either form that MkDocs takes."""
    parts = plugins if isinstance(plugins, list) else [plugins]
    return tuple(name for part in parts for name in (part if isinstance(part, Mapping) else (part,)))


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
    help = "check the indentation and the quotes, and save it as UTF-8"
    return Problem(place, "malformed-yaml", f"this is not YAML: {reason}", help)


def _problem(text: str, details: ErrorDetails) -> Problem:
    option = str(details["loc"][0])
    known = ProjectSettings.model_fields
    if details["type"] == "extra_forbidden":
        near = get_close_matches(option, known, n=1)
        help = f'write "{near[0]}"' if near else f"use one of {', '.join(known)}"
        return Problem(_place(text, option), "bad-setting", f'the plugin has no option "{option}"', help)
    message = details["msg"].replace("Input should be", "must be").replace("valid tuple", "list")
    default = known[option].default
    help = f"write {option}: {str(list(default) if isinstance(default, tuple) else default).lower()}"
    return Problem(_place(text, option), "bad-setting", f"{option}: {message}", help)


def _is_of_examples(project: Project, module: str) -> bool:
    """Whether the examples would find it among themselves, and not in the installation."""
    place = project.examples / module.partition(".")[0]
    return place.with_name(f"{place.name}.py").exists() or place.is_dir()


def _held(text: str, project: Project, module: str) -> Problem:
    """The parent lives as long as `glossary serve`: a module that is being written would be an old one."""
    message = (
        f'preload: "{module}" is a module of {project.settings.examples}/, which changes while you write'
    )
    help = (
        "take it out: preload what is installed, such as numpy; examples import their own modules themselves"
    )
    option = _option(text, "preload")
    after = option.end() if option else 0
    name = re.compile(rf"(?<![\w.])({re.escape(module)})(?![\w.])")
    return Problem(_at(text, name.search(text, after)), "bad-setting", message, help)


def _place(text: str, option: str) -> Place:
    """The first line with that key; it may stand nowhere, where the command line gave it."""
    return _at(text, _option(text, option))


def _option(text: str, option: str) -> re.Match[str] | None:
    """The first key of that name after the plugin's, on a line of its own or within braces."""
    plugin = re.search(r"\bglossary\b", text)
    key = re.compile(rf"(?:^[ \t]+|[{{,]\s*)({re.escape(option)}):", re.MULTILINE)
    return key.search(text, plugin.end() if plugin else 0)


def _at(text: str, found: re.Match[str] | None) -> Place:
    if found is None:
        return Place(NAME)
    start = text.rfind("\n", 0, found.start(1)) + 1
    line = text[start:].partition("\n")[0]
    number = text.count("\n", 0, start) + 1
    return Place(NAME, number, found.start(1) - start + 1, len(found[1]), line)
