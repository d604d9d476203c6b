"""Reads and checks mkdocs.yml (the site's name and URL, our plugin's options), and adds the packaged defaults."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from yaml_env_tag import construct_env_tag

from executable_glossary.adapters.yaml_syntax import MALFORMED_YAML
from executable_glossary.model.example import ExampleDefaults
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import PACKAGED, Project, ProjectSettings, Site
from executable_glossary.model.rule import Rule
from executable_glossary.model.words import Words

NAME = "mkdocs.yml"
BAD_SETTING = Rule(
    code="bad-setting",
    when="mkdocs.yml is read",
    summary="An option of the plugin in mkdocs.yml is unknown or has an invalid value.",
    details="""
        The rule also reports an mkdocs.yml that does not list the plugin, that uses a theme other than Material, or
        that sets a theme language that Material does not support. Under `preload`, it reports modules in the examples
        folder or in `readable` folders, because preloaded modules would be outdated as soon as you edited them. Under
        `readable`, it reports paths that do not exist, are hidden, or contain your home directory; under `home`, it
        reports data that contains your home directory, and a path inside another one.
        """,
    why="A misspelled option would be ignored, and the site would be built with the default.",
    example="`plugins: [{glossary: {run: frozen}}]`",
    instead="`plugins: [{glossary: {runs: frozen}}]`",
)

UNKNOWN_SETTING = Rule(
    code="unknown-setting",
    when="an entry or the axes are read",
    severity="warning",
    summary="MkDocs has no setting of that name in mkdocs.yml.",
    why="A misspelled setting has no effect, and a strict build fails.",
    example="`site_ulr: https://example.org/`",
    instead="`site_url: https://example.org/`",
)
# The settings of MkDocs; a test compares them.
SETTINGS = frozenset(
    [
        "INHERIT",
        "copyright",
        "dev_addr",
        "docs_dir",
        "draft_docs",
        "edit_uri",
        "edit_uri_template",
        "exclude_docs",
        "extra",
        "extra_css",
        "extra_javascript",
        "extra_templates",
        "google_analytics",
        "hooks",
        "markdown_extensions",
        "mdx_configs",
        "nav",
        "not_in_nav",
        "pages",
        "plugins",
        "remote_branch",
        "remote_name",
        "repo_name",
        "repo_url",
        "site_author",
        "site_description",
        "site_dir",
        "site_name",
        "site_url",
        "strict",
        "theme",
        "use_directory_urls",
        "validation",
        "watch",
    ]
)


def find_project(start: Path) -> Path | None:
    """The nearest folder that contains an mkdocs.yml: `start` or one of its parents."""
    return next((folder for folder in (start, *start.parents) if (folder / NAME).is_file()), None)


def read_project(root: Path, **settings: Any) -> tuple[Project | None, tuple[Problem, ...]]:
    """The project in `root`, or all problems in its mkdocs.yml. `settings` override the options in the file.

    Python code that the file refers to is not executed. Raises OSError if there is no mkdocs.yml.
    """
    try:
        text = (root / NAME).read_text("utf-8")
        document = yaml.load(text, Loader=_Lenient)
    # PyYAML raises the others for a value that does not match its tag, such as `!!bool maybe`.
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:
        return None, (_unreadable(error),)
    given = {name: value for name, value in settings.items() if value is not None}
    try:
        options = ProjectSettings.model_validate({**_plugin_options(document), **given})
    except ValidationError as error:
        return None, tuple(_problem(text, details) for details in error.errors())
    project = Project(
        root=root, settings=options, site=_site(document), environment=dict(os.environ), **_folders(document)
    )
    modules = (name for name in options.preload or () if _is_example_module(project, name))
    preloaded = (_preload_problem(text, project, name) for name in modules)
    unreadable = (*_readable_problems(text, project), *_home_problems(text, project))
    problems = (*preloaded, *unreadable, *_language_problems(text, project, _language(document)))
    return (None, problems) if problems else (project, ())


def without_plugin(root: Path) -> tuple[Problem, ...]:
    """A problem if mkdocs.yml does not list our plugin. Without this check, MkDocs would build a site without entries
    and report success."""
    text = (root / NAME).read_text("utf-8")
    config = _mapping(yaml.load(text, Loader=_Lenient))
    # The plugin may be listed in the file that this one inherits from. We do not read that file.
    if "INHERIT" in config or "glossary" in item_names(config.get("plugins")):
        return ()
    message = 'the plugin "glossary" is not listed under `plugins`, so the site would have no entries'
    place = _place_of(text, re.search(r"^(plugins):", text, re.MULTILINE))
    return (BAD_SETTING.at(place, message, 'add the line "  - glossary" under `plugins:`'),)


def unknown_settings(root: Path) -> Iterator[Problem]:
    """A warning for each setting in mkdocs.yml that MkDocs does not know; none if the file cannot be read."""
    try:
        text = (root / NAME).read_text("utf-8")
        document = _mapping(yaml.load(text, Loader=_Lenient))
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError, OSError):
        return
    for key in map(str, document):
        if key not in SETTINGS:
            near = get_close_matches(key, sorted(SETTINGS), n=1)
            help = f'write "{near[0]}"' if near else "remove it, or put it under `extra`"
            place = _place_of(text, re.search(rf"^[\"']?({re.escape(key)})\b", text, re.MULTILINE))
            yield UNKNOWN_SETTING.at(
                place, f'mkdocs.yml has a setting "{key}", which MkDocs does not know', help
            )


class _Lenient(yaml.SafeLoader):
    """Resolves !ENV as MkDocs does, and reads values with other tags, such as !!python/name, as None."""


_Lenient.add_multi_constructor("", lambda loader, suffix, node: None)
_Lenient.add_constructor("!ENV", construct_env_tag)
# MkDocs cannot read the value `=`, which has a tag of its own.
_Lenient.yaml_constructors["tag:yaml.org,2002:value"] = yaml.SafeLoader.construct_undefined


def _mapping(document: Any) -> Mapping[str, Any]:
    return document if isinstance(document, Mapping) else {}


def _site(document: Any) -> Site:
    config = _mapping(document)
    name, description, url = (
        str(config.get(key) or "") for key in ("site_name", "site_description", "site_url")
    )
    return Site(
        name=name,
        description=description,
        url=f"{url.rstrip('/')}/" if url else "",
        language=_normalized(_language(document)),
    )


def _language(document: Any) -> Any:
    """The theme's language as it is written in mkdocs.yml."""
    language = _mapping(_mapping(document).get("theme")).get("language")
    return "en" if language is None else language


def _normalized(language: Any) -> str:
    """The language as Material writes it: `pt-BR` for `pt_BR`."""
    return str(language).replace("_", "-")


def _language_problems(text: str, project: Project, language: Any) -> tuple[Problem, ...]:
    """A problem if the theme does not support the language. Without this check, MkDocs would fail with a traceback."""
    known = _languages(project.theme)
    if isinstance(language, str) and _normalized(language) in known:
        return ()
    place = _place_of(text, _find_key(text, r"^theme\b", "language"))
    if not isinstance(language, str):
        message, help = "the theme's language must be text", 'write a language tag such as "nl", in quotes'
    else:
        message = f'the Material theme has no language "{language}"'
        help = (
            f'write "{near}"'
            if (near := _similar(_normalized(language), known))
            else "write a language tag such as nl or pt-BR"
        )
    return (BAD_SETTING.at(place, message, help),)


def _similar(language: str, known: frozenset[str]) -> str | None:
    """A supported language that differs only in capitalization or region or, if there is none, the one with the most
    similar spelling."""
    tags = {tag.lower(): tag for tag in sorted(known)}
    lower = language.lower()
    near = (lower, lower.partition("-")[0], *get_close_matches(lower, tags, n=1))
    return next((tags[tag] for tag in near if tag in tags), None)


def _languages(theme: Path) -> frozenset[str]:
    """The languages of Material, and those that the project's own theme folder adds."""
    return _languages_of_material() | _tags(theme)


@cache
def _languages_of_material() -> frozenset[str]:
    material = find_spec("material")
    folders = material.submodule_search_locations if material else None
    return frozenset(tag for folder in folders or () for tag in _tags(Path(folder) / "templates"))


def _tags(theme: Path) -> frozenset[str]:
    return frozenset(path.stem for path in (theme / "partials/languages").glob("*.html"))


def _folders(document: Any) -> Mapping[str, str]:
    """The folders of the hand-written pages and of the theme's HTML, if mkdocs.yml sets them."""
    config = _mapping(document)
    theme = config.get("theme")
    folders = {
        "docs_dir": config.get("docs_dir"),
        "theme_dir": theme.get("custom_dir") if isinstance(theme, Mapping) else None,
    }
    return {name: str(folder) for name, folder in folders.items() if folder}


def _plugin_options(document: Any) -> Mapping[str, Any]:
    """The options of our plugin. MkDocs accepts plugins as a list or as a mapping from names to options."""
    plugins = document.get("plugins") if isinstance(document, Mapping) else None
    for plugin in plugins if isinstance(plugins, list) else [plugins]:
        if isinstance(plugin, Mapping) and isinstance(plugin.get("glossary"), Mapping):
            return dict(plugin["glossary"])
    return {}


def _unreadable(error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = Place(NAME, mark.line + 1, mark.column + 1) if mark else Place(NAME, 1)
    is_mismatch = isinstance(error, (LookupError, AttributeError))
    mismatch = "a value does not match its tag"
    reason = getattr(error, "problem", None) or (mismatch if is_mismatch else str(error).splitlines()[0])
    if isinstance(error, RecursionError):
        return MALFORMED_YAML.at(place, "it is nested too deeply", "remove brackets or levels of indentation")
    help = "check the indentation and the quotes, and save the file as UTF-8"
    return MALFORMED_YAML.at(place, f"this is not valid YAML: {reason}", help)


# Sample values for options whose default cannot be written in mkdocs.yml.
SAMPLES = {
    "jobs": "4",
    "preload": "[]",
    "example_defaults": "{timeout: 600}",
    "include_examples": '["plot_*.py"]',
    "exclude_examples": '["old_*.py"]',
}


def _problem(text: str, details: ErrorDetails) -> Problem:
    option, *inside = map(str, details["loc"])
    if option == "example_defaults" and inside:
        return _default_problem(text, option, inside[0], details)
    known = ProjectSettings.model_fields
    if details["type"] == "extra_forbidden":
        near = get_close_matches(option, known, n=1)
        help = f'write "{near[0]}"' if near else f"use one of {', '.join(known)}"
        return BAD_SETTING.at(_option_place(text, option), f'the plugin has no option "{option}"', help)
    help = f"write {option}: {SAMPLES.get(option, str(known[option].default).lower())}"
    return BAD_SETTING.at(_option_place(text, option), f"{option}: {_message(details)}", help)


def _default_problem(text: str, option: str, key: str, details: ErrorDetails) -> Problem:
    """The problem with a key below `example_defaults`."""
    start = _find_option(text, option)
    place = _place_of(text, re.compile(rf"\b({re.escape(key)}):").search(text, start.end() if start else 0))
    known = ExampleDefaults.model_fields
    if details["type"] == "extra_forbidden":
        message, help = f'{option} has no key "{key}"', f"use one of {', '.join(known)}"
    else:
        message, help = f"{option}.{key}: {_message(details)}", f"write {key}: {known[key].default}"
    return BAD_SETTING.at(place, message, help)


def _message(details: ErrorDetails) -> str:
    """A message that says what the value must be, in YAML terms."""
    message = details["msg"].replace("Input should be", "must be").replace("valid tuple", "list")
    return re.sub(r"a valid dictionary or instance of \w+", "keys with values", message)


def _is_example_module(project: Project, module: str) -> bool:
    """Whether examples would import the module from their own folder or a readable one instead of from an installed
    package."""
    paths = (folder / module.partition(".")[0] for folder in (project.examples, *project.readable))
    return any(path.with_name(f"{path.name}.py").exists() or path.is_dir() for path in paths)


def _readable_problems(text: str, project: Project) -> Iterator[Problem]:
    """A problem for each readable path that does not exist or that could contain private files."""
    option = _find_option(text, "readable")
    for path in filter(None, project.settings.readable):
        written = re.compile(rf"(?<![\w./-])({re.escape(path)})(?![\w./-])")
        place = _place_of(text, written.search(text, option.end() if option else 0) or option)
        real = (project.root / path).resolve()
        if not real.exists():
            help = (
                "write a path relative to the folder that contains mkdocs.yml, such as ../src, or remove it"
            )
            yield BAD_SETTING.at(place, f'readable: "{path}" does not exist', help)
        elif Path.home().resolve().is_relative_to(real):
            help = "list only the folders that examples need"
            yield BAD_SETTING.at(place, f'readable: "{path}" contains your home directory', help)
        elif any(part.startswith(".") and part != ".." for part in Path(path).parts):
            help = "move the files that examples need to a folder that is not hidden"
            yield BAD_SETTING.at(
                place, f'readable: "{path}" is hidden, so it may contain private files', help
            )


def _home_problems(text: str, project: Project) -> Iterator[Problem]:
    """A problem for each path in the home directory that leads to all of your own, or that is inside another one."""
    option = _find_option(text, "home")
    for name, real in project.home.items():
        written = re.compile(rf"(?<![\w./-])({re.escape(name)})(?![\w./-])")
        place = _place_of(text, written.search(text, option.end() if option else 0) or option)
        outer = next((other for other in project.home if name.startswith(f"{other}/")), None)
        if Path.home().resolve().is_relative_to(real):
            help = "name only the data that examples need, such as .cache/scikit-image"
            yield BAD_SETTING.at(place, f'home: "{name}" contains your home directory', help)
        elif outer:
            help = f'remove one of them: the data of "{outer}" cannot get another file'
            yield BAD_SETTING.at(place, f'home: "{name}" is inside "{outer}"', help)


def _preload_problem(text: str, project: Project, module: str) -> Problem:
    """A problem, because the fork server runs as long as `glossary serve` and would keep using the old version of an
    edited module."""
    folders = (project.settings.examples, *project.settings.readable)
    where = " or ".join(f"{folder}/" for folder in folders)
    message = f'preload: "{module}" is a module in {where}, so the preloaded version would be outdated after an edit'
    help = "remove it: only installed packages, such as numpy, can be preloaded"
    option = _find_option(text, "preload")
    after = option.end() if option else 0
    name = re.compile(rf"(?<![\w.])({re.escape(module)})(?![\w.])")
    return BAD_SETTING.at(_place_of(text, name.search(text, after)), message, help)


def _option_place(text: str, option: str) -> Place:
    """The location of the key, or of the whole file if the option comes from the command line."""
    return _place_of(text, _find_option(text, option))


def place_of_name(root: Path, option: str, name: str) -> Place:
    """The location of a name below an option in mkdocs.yml, or of the whole file."""
    text = (root / NAME).read_text("utf-8") if (root / NAME).is_file() else ""
    start = _find_option(text, option)
    written = re.compile(rf"(?<![\w*])({re.escape(name)})(?![\w*])")
    return _place_of(text, written.search(text, start.end()) if start else None)


def _find_option(text: str, option: str) -> re.Match[str] | None:
    """The first key of that name after the plugin's name, on its own line or in braces."""
    return _find_key(text, r"\bglossary\b", option)


def _find_key(text: str, after: str, key: str) -> re.Match[str] | None:
    """The first indented key of that name, or the first in braces, after the first match of a pattern."""
    start = re.search(after, text, re.MULTILINE)
    pattern = re.compile(rf"(?:^[ \t]+|[{{,]\s*)({re.escape(key)}):", re.MULTILINE)
    return pattern.search(text, start.end() if start else 0)


def _place_of(text: str, match: re.Match[str] | None) -> Place:
    """The location of the match's first group, or of the whole file if there is no match."""
    if match is None:
        return Place(NAME)
    start = text.rfind("\n", 0, match.start(1)) + 1
    line = text[start:].partition("\n")[0]
    number = text.count("\n", 0, start) + 1
    return Place(NAME, number, match.start(1) - start + 1, len(match[1]), line)


DEFAULTS = "defaults.yml"
LISTS = ("extra_css", "extra_javascript", "markdown_extensions")


def completed(config: Mapping[str, Any]) -> dict[str, Any]:
    """A project's configuration with the packaged defaults added: lists are concatenated, and mappings are merged by
    key."""
    defaults = yaml.safe_load((PACKAGED / DEFAULTS).read_text("utf-8"))
    return {**defaults, **config, **{key: _merged(key, default, config) for key, default in defaults.items()}}


def translated(document: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The configuration with the packaged defaults, with our labels, and with the words for the theme and the scripts,
    all in the site's language."""
    theme = {**document["theme"]}
    if isinstance(theme.get("language"), str):  # not an unresolved !ENV
        theme["language"] = _normalized(theme["language"])
    return {
        **document,
        "nav": _labeled(document["nav"], words),
        "theme": {**theme, "palette": _labeled(theme.get("palette"), words)},
        "extra": {**document["extra"], "words": {part: words.below(part) for part in ("theme", "scripts")}},
    }


def read_mkdocs(text: str) -> dict[str, Any]:
    """An mkdocs.yml as a dict in which tagged values, such as `!ENV`, remain unresolved YAML nodes."""
    return dict(_mapping(yaml.load(text, Loader=_TagLoader)))


def written_mkdocs(document: Mapping[str, Any], flow: bool = False) -> str:
    """The inverse of `read_mkdocs`: the text of an mkdocs.yml. flow: whether to use braces instead of indentation."""
    return yaml.dump(
        dict(document), Dumper=_TagDumper, sort_keys=False, allow_unicode=True, default_flow_style=flow
    )


class _TagLoader(yaml.SafeLoader):
    """Keeps tagged values as YAML nodes."""


class _TagDumper(yaml.SafeDumper):
    """Writes YAML nodes unchanged."""


_TagLoader.add_multi_constructor("!", lambda loader, suffix, node: node)
_TagLoader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: node)
_TagDumper.add_multi_representer(yaml.Node, lambda dumper, node: node)


def _merged(key: str, default: Any, config: Mapping[str, Any]) -> Any:
    own = config.get(key)
    if key in LISTS:
        items = _as_list(own)
        names = {_item_name(item) for item in items}
        return [*(item for item in default if _item_name(item) not in names), *items]
    if isinstance(default, Mapping):
        # MkDocs also accepts just the name of a theme.
        return {**default, **({"name": own} if isinstance(own, str) else own or {})}
    return default if own is None else own


def _labeled(value: Any, words: Words) -> Any:
    """The value with each string that is a key in the catalog replaced with the catalog's text."""
    if isinstance(value, list):
        return [_labeled(item, words) for item in value]
    if isinstance(value, Mapping):
        return {_labeled(key, words): _labeled(item, words) for key, item in value.items()}
    known = isinstance(value, str) and isinstance(words.texts.get(value), str)
    return words(value) if known else value


def item_names(items: Any) -> frozenset[str]:
    """The names of the plugins or of the extensions, from either form that MkDocs accepts: a list or a mapping."""
    parts = items if isinstance(items, list) else [items or {}]
    return frozenset(str(name) for part in parts for name in (part if isinstance(part, Mapping) else (part,)))


def _as_list(own: Any) -> list[Any]:
    """MkDocs accepts extensions as a list or as a mapping from names to options."""
    return [{name: options} for name, options in own.items()] if isinstance(own, Mapping) else list(own or ())


def _item_name(item: Any) -> str:
    """The name that identifies an item: `toc` for `toc` and for `toc: {permalink: true}`, or the path to a script."""
    return str(item.get("path", next(iter(item)))) if isinstance(item, Mapping) else str(item)
