"""The only place that knows MkDocs: runs the pipeline before a build, and hands the documents over as files."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from executable_glossary.app.manual import with_manual
from executable_glossary.app.pipeline import build
from executable_glossary.app.tables.problem_list import refusal, summed
from executable_glossary.execution import ForkServerRunner
from executable_glossary.mkdocs_plugin.config_defaults import complete, edit_uri
from executable_glossary.mkdocs_plugin.options import command_line, project_of, say, tell
from executable_glossary.mkdocs_plugin.preview_session import Serving
from executable_glossary.model.page import Document
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project, ProjectSettings

WRONG_USE, OUR_BUG = 2, 3
_OTHER_THEME = Problem(
    Place("mkdocs.yml"), "bad-setting", "the pages need the theme Material", "write `theme: {name: material}`"
)


class GlossaryPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Options are those of `ProjectSettings`; they are read and checked there, once, for all engines."""

    config_scheme = tuple(
        (name, config_options.Optional(config_options.Type(object))) for name in ProjectSettings.model_fields
    )

    def __init__(self) -> None:
        self._serving: Serving | None = None
        self._documents: tuple[Document, ...] = ()

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self._serving = Serving() if command == "serve" else None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """What every glossary's site needs, and its mkdocs.yml need not say; the theme is chosen before plugins."""
        if config.theme.name != "material":
            tell((_OTHER_THEME,))
            raise _abort("nothing was built", 1)
        return complete(config, self._known(config))

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
        project = self._known(config)
        for page in files.documentation_pages():
            page.edit_uri = edit_uri(config, page, project)
        for document in self._documents:
            files.append(_file(config, document))
        if self._serving:
            self._serving.choose(files, config)
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        if self._serving:
            self._serving.name()
        return nav

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        if self._serving:
            env.bytecode_cache = self._serving.compiled
        return env

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        return f"{self._serving.mark}{html}" if self._serving else html

    @event_priority(-100)  # whatever other plugins do to it is done
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        if self._serving:
            self._serving.keep(page, output)
        return output

    @event_priority(-100)  # the search index is written by then
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self._serving:
            self._serving.complete(config)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> None:
        if self._serving:
            self._serving.attend(server, config)

    def _known(self, config: MkDocsConfig) -> Project:
        """As it is; while one previews and mkdocs.yml is broken, as it was."""
        project, problems = project_of(config)
        project = project or (self._serving.project if self._serving else None)
        if project is None:
            tell(problems)
            raise _abort("nothing was built", 1)
        return project

    def _build(self, config: MkDocsConfig) -> None:
        project = self._known(config)
        if self._serving:
            self._documents = self._serving.look(project, project_of(config)[1])
        else:
            self._documents = _built(project)


def _built(project: Project) -> tuple[Document, ...]:
    built = with_manual(
        project, build(project, ForkServerRunner(project.settings.preload), say), command_line
    )
    tell(built.problems)
    if built.failed:
        raise _abort(f"nothing was built: {summed(built.problems)}", 1)
    return built.documents


def _abort(message: str, code: int) -> Abort:
    abort = Abort(message)
    abort.exit_code = code
    return abort


def _file(config: MkDocsConfig, document: Document) -> File:
    file = File.generated(
        config, document.path, content=document.content, inclusion=InclusionLevel.NOT_IN_NAV
    )
    file.edit_uri = document.edit_path if document.edit_path and config.repo_url else None
    return file
