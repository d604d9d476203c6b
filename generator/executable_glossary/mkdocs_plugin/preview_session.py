"""One session of `mkdocs serve`: builds a few pages first and the others on demand, and shows each page's problems."""

from __future__ import annotations

import gc
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from executable_glossary.adapters.mkdocs_config import BAD_SETTING, NAME, read_project
from executable_glossary.app.preview import HOME, Preview, PreviewState
from executable_glossary.app.preview.focus import Focus, begun_in
from executable_glossary.app.run_progress import RunProgress
from executable_glossary.app.tables.problem_list import summed
from executable_glossary.execution import ForkServerRunner
from executable_glossary.mkdocs_plugin.lasting_watch import LastingObserver
from executable_glossary.mkdocs_plugin.options import (
    HOSTS_VARIABLE,
    ONLY_VARIABLE,
    PREVIEW_VARIABLE,
    command_line,
    print_problems,
    show_progress,
)
from executable_glossary.mkdocs_plugin.page_cache import PageCache, TemplateCache
from executable_glossary.mkdocs_plugin.page_requests import OpenPages, PageRequests
from executable_glossary.mkdocs_plugin.problem_banner import banner
from executable_glossary.model.page import Document
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.terminal_text import single_line

# Seconds. By default, MkDocs polls only twice a second and then waits for more changes, which is slow.
POLL, SETTLE = 0.1, 0.03


class PreviewSession:
    """The state that one `serve` session keeps between builds."""

    # Marks the position of a page's banner.
    mark = "<!-- problems -->"

    def __init__(self) -> None:
        self._everything = not os.environ.get(PREVIEW_VARIABLE)
        self._preview = Preview(lambda project: ForkServerRunner.of(project), RunProgress(), command_line)
        self._pages = PageCache()
        self.templates = TemplateCache()
        self._folder = tempfile.TemporaryDirectory(prefix="glossary-")
        self._open_pages = OpenPages(Path(self._folder.name) / "trigger")
        self.project: Project | None = None
        self._focus: Focus | None = None
        self._seen = PreviewState()
        # Otherwise, MkDocs would warn about every page in the navigation that this build leaves out.
        logging.getLogger("mkdocs.structure").setLevel(logging.WARNING)

    def documents(self, project: Project | None, problems: tuple[Problem, ...]) -> tuple[Document, ...]:
        """The documents for this build. Problems in the content never end a preview."""
        self.project = project or self.project
        seen = self._look(self.project) if self.project else PreviewState()
        seen = replace(seen, problems=tuple(sorted({*seen.problems, *problems})))
        if seen.problems != self._seen.problems:
            print_problems(seen.problems)
            if not seen.problems:
                show_progress(summed(()))
        self._seen = seen
        return seen.documents

    def _look(self, project: Project) -> PreviewState:
        if self._everything:
            return self._preview.update(project, lambda glossary: glossary.entries, None)
        if self._focus is None:
            concepts, message = begun_in(project, tuple(os.environ.get(ONLY_VARIABLE, "").split()))
            self._focus = Focus(concepts)
            show_progress(message)
            # An author is likely to open the home page first.
            return self._preview.update(project, self._focus, [HOME])
        return self._preview.update(project, self._focus, self._open_pages.paths())

    def choose_files(self, files: Files, config: MkDocsConfig) -> None:
        """Exclude unchanged pages, and declare pages that are not built, so links to them resolve."""
        self._pages.exclude_unchanged(files, config)
        for path in self._seen.paths.difference(files.src_uris):
            files.append(File.generated(config, path, content="", inclusion=InclusionLevel.EXCLUDED))

    def restore_titles(self) -> None:
        self._pages.restore_titles()

    def add_page(self, page: Page, html: str) -> None:
        self._pages.add(page, html)

    def complete_site(self, config: MkDocsConfig) -> None:
        self._pages.restore_pages(config, self._seen.paths)
        self._open_pages.set_built(document.path for document in self._seen.documents)

    def start(self, server: LiveReloadServer, config: MkDocsConfig) -> None:
        """Set up the server, once, after the first build."""
        watched = [config.docs_dir, config.config_file_path]
        for path in watched:
            server.unwatch(path)
        server.observer, server.build_delay = LastingObserver(POLL), SETTLE
        server.builder = partial(self._rebuild, server.builder, Path(config.config_file_path or NAME).parent)
        project = self.project
        folders = [project.concepts, project.templates, project.examples] if project else []
        # A folder that contains the project would be too large to watch.
        folders += [path for path in project.outside if path not in project.root.parents] if project else []
        for path in (*watched, self._folder.name, *(str(folder) for folder in folders if folder.exists())):
            server.watch(path)
        hosts = os.environ.get(HOSTS_VARIABLE, "").split()
        requests = PageRequests(server, self._open, self.mark, self._banner, self._preview.file, hosts)
        server.set_app(requests)
        logging.getLogger("mkdocs.livereload").addFilter(_on_one_line)
        # Without this, garbage collection would take longer than a rebuild after a change.
        gc.collect()
        gc.freeze()

    def _rebuild(self, builder: Callable[[], None], root: Path) -> None:
        """Build again. If that fails, the preview continues with the last good pages, because after an error MkDocs would
        not answer any request."""
        try:
            builder()
        except (Exception, SystemExit) as error:
            problems = _problems_of(root, error)
            self._seen = replace(self._seen, problems=tuple(sorted({*self._seen.problems, *problems})))
            print_problems(problems)
            show_progress("the preview shows the last good version; save the file again once it is fixed")
            self._open_pages.set_failed()

    def _open(self, path: str, wait: bool) -> None:
        path = path if path in self._seen.paths else f"{path}/{HOME}"
        if path in self._seen.paths:
            self._open_pages.add(path)
            if wait:
                self._open_pages.wait_for(path)

    def _banner(self, path: str) -> str:
        return banner(self._seen, path, self.project.relative(self.project.concepts) if self.project else "")


def _on_one_line(record: logging.LogRecord) -> bool:
    """Make control characters in a logged request visible, because a terminal would obey them."""
    record.msg, record.args = single_line(record.getMessage()), ()
    return True


def _problems_of(root: Path, error: BaseException) -> tuple[Problem, ...]:
    """Why a build failed: what is wrong with mkdocs.yml, or what MkDocs, a theme, or another plugin reports."""
    try:
        _, problems = read_project(root)
    except OSError:
        return (BAD_SETTING.at(Place(NAME), "there is no mkdocs.yml anymore", "restore the file"),)
    message = f"MkDocs cannot build the site: {next(iter(str(error).splitlines()), type(error).__name__)}"
    return problems or (BAD_SETTING.at(Place(NAME), message, "fix the setting, the theme, or the plugin"),)
