"""What every glossary's site needs of MkDocs, and its mkdocs.yml need not say."""

from __future__ import annotations

import os
from pathlib import Path

from mkdocs.config import Config, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_defaults import LISTS, completed, worded
from executable_glossary.adapters.word_catalog import catalog
from executable_glossary.model.project import PACKAGED, Project

# What of a theme MkDocs has settled when it found it.
LOADED = ("name", "custom_dir", "locale", "static_templates")


class _Lists(Config):
    """The lists of mkdocs.yml that we complete, read as MkDocs reads them."""

    extra_css = config_options.Type(list, default=[])
    extra_javascript = config_options.ListOfItems(config_options.ExtraScript(), default=[])  # type: ignore[no-untyped-call]
    markdown_extensions = config_options.MarkdownExtensions(builtins=["toc", "tables", "fenced_code"])
    mdx_configs = config_options.Private[dict[str, dict[str, object]]]()


def complete(config: MkDocsConfig, project: Project) -> MkDocsConfig:
    words, _ = catalog(Templates(project.templates, project.root), project.site.language)
    whole = worded(completed(config.user_configs[0]), words)
    lists = _Lists()
    lists.load_dict({key: whole[key] for key in LISTS})
    lists.validate()
    config.update(lists)
    config.nav = whole["nav"]
    config.extra.update(whole["extra"])
    config.theme.update({key: value for key, value in whole["theme"].items() if key not in LOADED})
    folders = (*project.theme_folders, PACKAGED / "site")
    config.theme.dirs = [*(str(folder) for folder in folders if folder.is_dir()), *config.theme.dirs]
    return config


def edit_uri(config: MkDocsConfig, page: File, project: Project) -> str | None:
    """Of a page written by hand, from the folder of the entries, which is where edit_uri leads."""
    folder = os.path.relpath(config.docs_dir, project.concepts)
    return f"{Path(folder).as_posix()}/{page.src_uri}" if config.repo_url else None
