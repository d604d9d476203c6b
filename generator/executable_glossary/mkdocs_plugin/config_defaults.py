"""Adds to the MkDocs configuration the defaults that every glossary needs, so mkdocs.yml can omit them."""

from __future__ import annotations

import os
from pathlib import Path

from mkdocs.config import Config, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_config import LISTS, completed, translated
from executable_glossary.adapters.word_catalog import catalog
from executable_glossary.model.project import PACKAGED, Project
from executable_glossary.model.words import Words

# Theme keys that MkDocs has already used by the time plugins run.
LOADED = ("name", "custom_dir", "locale", "static_templates")


BUILT_IN = ("toc", "tables", "fenced_code")


class _Lists(Config):
    """The lists in mkdocs.yml to which we add items, validated as MkDocs validates them."""

    extra_css = config_options.Type(list, default=[])
    extra_javascript = config_options.ListOfItems(config_options.ExtraScript(), default=[])  # type: ignore[no-untyped-call]
    markdown_extensions = config_options.MarkdownExtensions(builtins=list(BUILT_IN))
    mdx_configs = config_options.Private[dict[str, dict[str, object]]]()


def complete(config: MkDocsConfig, project: Project) -> MkDocsConfig:
    """The same configuration, with our defaults for everything that the project does not set."""
    own = {**config.user_configs[0], "markdown_extensions": _own_extensions(config)}
    values = translated(completed(own), words_of(project))
    lists = _Lists()
    lists.load_dict({key: values[key] for key in LISTS})
    lists.validate()
    config.update(lists)
    config.nav = values["nav"]
    config.extra.update(values["extra"])
    config.theme.update({key: value for key, value in values["theme"].items() if key not in LOADED})
    folders = (*project.theme_folders, PACKAGED / "site")
    config.theme.dirs = [*(str(folder) for folder in folders if folder.is_dir()), *config.theme.dirs]
    return config


def _own_extensions(config: MkDocsConfig) -> list[str | dict[str, object]]:
    """The Markdown extensions that mkdocs.yml lists, with their options, which MkDocs removes from the list as written."""
    written = config.user_configs[0].get("markdown_extensions") or ()
    listed = {name for name in written if isinstance(name, str)}
    names = (
        name
        for name in config.markdown_extensions
        if name in listed or name not in BUILT_IN or config.mdx_configs.get(name)
    )
    return [{name: config.mdx_configs[name]} if config.mdx_configs.get(name) else name for name in names]


def words_of(project: Project) -> Words:
    """The word catalog for the site's language."""
    words, _ = catalog(Templates(project.templates, project.root), project.site.language)
    return words


def edit_uri(config: MkDocsConfig, page: File, project: Project) -> str | None:
    """The path to a hand-written page, relative to the entries folder, which is where `edit_uri` points."""
    folder = os.path.relpath(config.docs_dir, project.concepts)
    return f"{Path(folder).as_posix()}/{page.src_uri}" if config.repo_url else None
