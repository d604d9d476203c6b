"""The MkDocs plugin: runs the pipeline before a build and passes the documents to MkDocs as files."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from executable_glossary.adapters.mkdocs_config import BAD_SETTING
from executable_glossary.app.build_record import facts_of
from executable_glossary.app.manual import with_manual
from executable_glossary.app.pipeline import build
from executable_glossary.app.run_progress import RunProgress
from executable_glossary.app.tables.problem_list import refusal, summed
from executable_glossary.execution import ForkServerRunner
from executable_glossary.mkdocs_plugin.config_defaults import complete, edit_uri, words_of
from executable_glossary.mkdocs_plugin.front_matter import escaped
from executable_glossary.mkdocs_plugin.held_drawings import HeldDrawings
from executable_glossary.mkdocs_plugin.options import (
    FACTS_VARIABLE,
    command_line,
    print_problems,
    project_of,
    report,
)
from executable_glossary.mkdocs_plugin.page_dates import SITEMAP, PageDates
from executable_glossary.mkdocs_plugin.page_reuse import PageReuse, ReusedPage
from executable_glossary.mkdocs_plugin.plugin_errors import report_plugin_errors
from executable_glossary.mkdocs_plugin.preview_session import PreviewSession
from executable_glossary.mkdocs_plugin.search_files import write_search_files
from executable_glossary.mkdocs_plugin.table_alignment import with_allowed_alignment
from executable_glossary.mkdocs_plugin.theme_errors import report_theme_errors
from executable_glossary.model.page import Document
from executable_glossary.model.problem import Place
from executable_glossary.model.project import Project, ProjectSettings

WRONG_USE, OUR_BUG = 2, 3
_OTHER_THEME = BAD_SETTING.at(
    Place("mkdocs.yml"), "the pages need the Material theme", "write `theme: {name: material}`"
)


class GlossaryPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """The plugin. Its options are the fields of `ProjectSettings`, which validates them for every command."""

    config_scheme = tuple(
        (name, config_options.Optional(config_options.Type(object))) for name in ProjectSettings.model_fields
    )

    def __init__(self) -> None:
        self._preview: PreviewSession | None = None
        self._documents: tuple[Document, ...] = ()
        self._reuse: PageReuse | None = None
        self._dates: PageDates | None = None
        self._held = HeldDrawings()

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self._preview = PreviewSession() if command == "serve" else None
        self._dates = None

    @event_priority(100)  # before the search plugin, which fails if the theme's language does not exist
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Add the defaults, except the theme: MkDocs loads it before plugins, so it must be set in mkdocs.yml."""
        if config.theme.name != "material":
            print_problems((_OTHER_THEME,))
            raise _abort("nothing was built", 1)
        project = self._project(config)
        report_plugin_errors(config.plugins, project.root)
        return complete(config, project)

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Run the pipeline before MkDocs clears the old site, so a failed build leaves it unchanged."""
        try:
            self._build(config)
        except Abort:
            raise
        except Exception as error:
            if message := refusal(error):
                raise _abort(f"nothing was built: {message}", WRONG_USE) from error
            traceback.print_exc()
            print(
                "This is a bug in the generator, not in your content. Please report the lines above.",
                file=sys.stderr,
            )
            raise _abort("nothing was built", OUR_BUG) from error

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        project = self._project(config)
        for page in files.documentation_pages():
            page.edit_uri = edit_uri(config, page, project)
        for document in self._documents:
            files.append(_file(config, document))
        if self._preview:
            self._preview.choose_files(files, config)
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        if self._preview:
            self._preview.restore_titles()
        _put_in_place(nav, files, self._documents)
        if not self._preview:
            self._reuse = PageReuse(self._project(config))
            self._reuse.choose(files, nav, config)
            self._dates = PageDates(self._project(config), self._documents, files)
        return nav

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        if self._dates:
            self._dates.add(page)
        return page

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        if self._preview:
            env.bytecode_cache = self._preview.templates
        if self._reuse:
            self._reuse.provide(env)
        if config.theme.custom_dir:
            report_theme_errors(env, self._project(config).root, Path(config.theme.custom_dir))
        return env

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str:
        if self._dates and template_name == SITEMAP:
            self._dates.complete()
        return output

    @event_priority(-100)  # after other plugins have changed the page
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        if not isinstance(page, ReusedPage):
            page.meta = escaped(page.meta)
        return self._held.take(page, markdown) if self._reuse and self._reuse.is_safe else markdown

    @event_priority(100)  # before other plugins change the page
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        html = with_allowed_alignment(self._held.checked(page, html, config, files))
        return f"{self._preview.mark}{html}" if self._preview else html

    @event_priority(100)  # before the search plugin adds the page to its index
    def _index_reused(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> None:
        if self._reuse:
            self._reuse.index(page, config)

    @event_priority(-100)  # after the search plugin has read the page
    def _put_back(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> None:
        self._held.put_back(page)

    on_page_context = CombinedEvent(_index_reused, _put_back)

    @event_priority(-100)  # after other plugins have changed the page
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        if self._preview:
            self._preview.add_page(page, output)
        if self._reuse:
            self._reuse.add(page, output, config)
        return output

    @event_priority(-100)  # after the search plugin has written its index
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self._reuse:
            self._reuse.finish()
        if self._preview:
            self._preview.complete_site(config)
        else:
            write_search_files(Path(config.site_dir), self._documents, words_of(self._project(config)))

    def on_build_error(self, *, error: Exception) -> None:
        if self._reuse:
            self._reuse.finish()
        if message := refusal(error):
            raise _abort(f"the site was not completed: {message}", WRONG_USE) from error
        if isinstance(error, ValueError) and _is_raised_by(error, "path_to_url"):
            raise _abort("the site was not completed: a link on this page has no valid address", 1) from error

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> None:
        if self._preview:
            self._preview.start(server, config)

    def _project(self, config: MkDocsConfig) -> Project:
        """The project; in a preview with a broken mkdocs.yml, the last one that could be read."""
        project, problems = project_of(config)
        project = project or (self._preview.project if self._preview else None)
        if project is None:
            print_problems(problems)
            raise _abort("nothing was built", 1)
        return project

    def _build(self, config: MkDocsConfig) -> None:
        project = self._project(config)
        if self._preview:
            self._documents = self._preview.documents(project, project_of(config)[1])
        else:
            self._documents = _build(project)


def _build(project: Project) -> tuple[Document, ...]:
    built = with_manual(project, build(project, ForkServerRunner.of(project), RunProgress()), command_line)
    if said := report(built.problems, built.evidence.values()):
        print(said, file=sys.stderr, flush=True)
    if built.failed:
        raise _abort(f"nothing was built: {summed(built.problems)}", 1)
    if file := os.environ.get(FACTS_VARIABLE):
        facts = facts_of(project, built, ForkServerRunner.of(project), said)
        Path(file).write_text(facts.model_dump_json() if facts else "", "utf-8")
    return built.documents


def _put_in_place(nav: Navigation, files: Files, documents: Iterable[Document]) -> None:
    """Places pages that are not in the navigation under pages that are, so that the theme shows where the reader is.

    In a preview, the navigation also contains pages that this build does not include.
    """
    pages = {file.src_uri: file.page for file in files.documentation_pages() if file.page}
    parents = {page.file.src_uri: page for page in nav.pages}
    for document in documents:
        page, parent = pages.get(document.path), parents.get(document.parent)
        if page and parent and page is not parent and page.parent is None:
            page.parent = parent  # type: ignore[assignment]  # MkDocs expects a section, but uses only `active`.


def _is_raised_by(error: Exception, function: str) -> bool:
    return any(frame.name == function for frame in traceback.extract_tb(error.__traceback__))


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
