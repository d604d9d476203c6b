"""The only place that knows MkDocs: runs the pipeline before a build, and hands the documents over as files."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config import Config, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from generator.joins.manual import with_manual
from generator.joins.pipeline import Built, build
from generator.joins.report import as_text, refusal, summed
from generator.model.manual import CommandLine
from generator.model.page import Document
from generator.model.problem import Problem, errors
from generator.model.project import PACKAGED, Project, ProjectSettings
from generator.tools.mkdocs_defaults import LISTS, completed
from generator.tools.mkdocs_yml import read_project
from generator.tools.runner import WarmParent

RUNS_VARIABLE = "GLOSSARY_RUNS"
UNTRUSTED_VARIABLE = "GLOSSARY_UNTRUSTED"
STRICT_EXAMPLES_VARIABLE = "GLOSSARY_STRICT_EXAMPLES"
WRONG_USE, OUR_BUG = 2, 3
# What of a theme MkDocs has settled when it found it.
LOADED = ("name", "custom_dir", "locale", "static_templates")


class _Lists(Config):
    """The lists of mkdocs.yml that we complete, read as MkDocs reads them."""

    extra_css = config_options.Type(list, default=[])
    extra_javascript = config_options.ListOfItems(config_options.ExtraScript(), default=[])  # type: ignore[no-untyped-call]
    markdown_extensions = config_options.MarkdownExtensions(builtins=["toc", "tables", "fenced_code"])
    mdx_configs = config_options.Private[dict[str, dict[str, object]]]()


class GlossaryPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Options are those of `ProjectSettings`; they are read and checked there, once, for all engines."""

    config_scheme = tuple(
        (name, config_options.Optional(config_options.Type(object))) for name in ProjectSettings.model_fields
    )

    def __init__(self) -> None:
        self._serving = False
        self._built = Built()
        self._problems: tuple[Problem, ...] = ()

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """What every glossary's site needs, and its mkdocs.yml need not say."""
        whole = completed(config.user_configs[0])
        lists = _Lists()
        lists.load_dict({key: whole[key] for key in LISTS})
        lists.validate()
        config.update(lists)
        config.nav = whole["nav"]
        config.extra.update(whole["extra"])
        config.theme.update({key: value for key, value in whole["theme"].items() if key not in LOADED})
        folders = (*_project(config).theme_folders, PACKAGED / "site")
        config.theme.dirs = [*(str(folder) for folder in folders if folder.is_dir()), *config.theme.dirs]
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Before MkDocs clears the old site, so that a failed build leaves it as it was."""
        try:
            self._build(config)
        except Abort:
            raise
        except Exception as error:
            if refused := refusal(error):
                raise _abort(f"nothing was built: {refused}", WRONG_USE) from error
            traceback.print_exc()
            print("This is a bug of the generator, not of your content.", file=sys.stderr)
            raise _abort("nothing was built", OUR_BUG) from error

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        for page in files.documentation_pages():
            page.edit_uri = _edit_uri(config, page)
        for document in self._built.documents:
            files.append(_file(config, document))
        return files

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        return _banner(self._problems) + html if self._problems else html

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> None:
        project = _project(config)
        for folder in (project.concepts, project.templates, project.examples):
            if folder.is_dir():
                server.watch(str(folder))

    def _build(self, config: MkDocsConfig) -> None:
        project = _project(config)
        built = with_manual(
            project, build(project, WarmParent(project.settings.preload), _say), _command_line
        )
        self._problems = ()
        if built.problems:
            print(as_text(built.problems), file=sys.stderr)
        if not built.failed:
            self._built = built
        elif self._serving and self._built.documents:
            self._problems = errors(built.problems)
        else:
            raise _abort(f"nothing was built: {summed(built.problems)}", 1)


@cache
def _command_line() -> CommandLine:
    """What our commands are, asked as any program would: edges do not know each other."""
    asked = [sys.executable, "-m", "generator", "commands"]
    return CommandLine.model_validate_json(subprocess.run(asked, check=True, stdout=subprocess.PIPE).stdout)


def _say(event: object) -> None:
    """Runs take minutes: a person who waits sees them, a log of CI keeps only what is wrong."""
    if not os.environ.get("CI"):
        print(event, file=sys.stderr, flush=True)


def _abort(message: str, code: int) -> Abort:
    abort = Abort(message)
    abort.exit_code = code
    return abort


def _project(config: MkDocsConfig) -> Project:
    root = Path(config.config_file_path).parent
    strict = True if config.strict else None
    asked = {
        "runs": os.environ.get(RUNS_VARIABLE) or None,
        "untrusted": bool(os.environ.get(UNTRUSTED_VARIABLE)) or None,
        "strict_examples": bool(os.environ.get(STRICT_EXAMPLES_VARIABLE)) or None,
    }
    project, problems = read_project(root, strict=strict, **asked)
    if project is None:
        print(as_text(problems), file=sys.stderr)
        raise _abort("nothing was built", 1)
    return project


def _file(config: MkDocsConfig, document: Document) -> File:
    file = File.generated(
        config, document.path, content=document.content, inclusion=InclusionLevel.NOT_IN_NAV
    )
    file.edit_uri = document.edit_path if document.edit_path and config.repo_url else None
    return file


def _edit_uri(config: MkDocsConfig, page: File) -> str | None:
    """Of a page written by hand, from the folder of the entries, which is where edit_uri leads."""
    folder = os.path.relpath(config.docs_dir, _project(config).concepts)
    return f"{Path(folder).as_posix()}/{page.src_uri}" if config.repo_url else None


def _banner(problems: tuple[Problem, ...]) -> str:
    told = escape(as_text(problems))
    return f'<div class="banner banner--problem" role="alert"><p>This is the last good page.</p><pre>{told}</pre></div>'
