"""MkDocs' server as a preview: few pages at once, any other when it is opened, and on each what is wrong."""

from __future__ import annotations

import gc
import logging
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from watchdog.observers.polling import PollingObserver

from executable_glossary.app.preview import HOME, Preview, Seen
from executable_glossary.app.preview.focus import Focus, begun_in
from executable_glossary.app.tables.problem_list import summed
from executable_glossary.execution import ForkServerRunner
from executable_glossary.mkdocs_plugin.open_pages import Opened
from executable_glossary.mkdocs_plugin.options import ONLY_VARIABLE, PREVIEW_VARIABLE, command_line, say, tell
from executable_glossary.mkdocs_plugin.page_cache import KeptPages
from executable_glossary.mkdocs_plugin.page_requests import Answers
from executable_glossary.mkdocs_plugin.problem_banner import banner
from executable_glossary.mkdocs_plugin.theme_cache import Compiled
from executable_glossary.model.page import Document
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project

# Seconds. MkDocs looks twice a second, and waits a tenth for more; whoever writes waits for it.
LOOKS, SETTLES = 0.1, 0.03


class Serving:
    """All that one `serve` remembers from build to build."""

    mark = "<!-- what is wrong -->"

    def __init__(self) -> None:
        self._everything = not os.environ.get(PREVIEW_VARIABLE)
        self._preview = Preview(lambda project: ForkServerRunner(project.settings.preload), say, command_line)
        self._pages = KeptPages()
        self.compiled = Compiled()
        self._room = tempfile.TemporaryDirectory(prefix="glossary-")
        self._opened = Opened(Path(self._room.name) / "bell")
        self.project: Project | None = None
        self._focus: Focus | None = None
        self._seen = Seen()
        # That pages of the navigation were not built this time is no news.
        logging.getLogger("mkdocs.structure").setLevel(logging.WARNING)

    def look(self, project: Project | None, problems: tuple[Problem, ...]) -> tuple[Document, ...]:
        """The documents for this build. Nothing that is wrong with the content ends a preview."""
        self.project = project or self.project
        seen = self._look(self.project) if self.project else Seen(frozenset(), (), problems=problems)
        seen = replace(seen, problems=tuple(sorted({*seen.problems, *problems})))
        if seen.problems != self._seen.problems:
            tell(seen.problems)
            if not seen.problems:
                say(summed(()))
        self._seen = seen
        return seen.documents

    def _look(self, project: Project) -> Seen:
        if self._everything:
            return self._preview.look(project, lambda glossary: glossary.entries, None)
        if self._focus is None:
            begun, said = begun_in(project, tuple(os.environ.get(ONLY_VARIABLE, "").split()))
            self._focus = Focus(begun)
            say(said)
            # Whoever starts a preview is likely to begin at its front page.
            return self._preview.look(project, self._focus, [HOME])
        return self._preview.look(project, self._focus, self._opened.now())

    def choose(self, files: Files, config: MkDocsConfig) -> None:
        """Before MkDocs reads: pages that did not change are left out, and so is what nobody looks at."""
        self._pages.choose(files, config)
        for path in self._seen.paths.difference(files.src_uris):
            files.append(File.generated(config, path, content="", inclusion=InclusionLevel.EXCLUDED))

    def name(self) -> None:
        self._pages.name()

    def keep(self, page: Page, html: str) -> None:
        self._pages.keep(page, html)

    def complete(self, config: MkDocsConfig) -> None:
        self._pages.put_back(config, self._seen.paths)
        self._opened.made(document.path for document in self._seen.documents)

    def attend(self, server: LiveReloadServer, config: MkDocsConfig) -> None:
        """Once, after the first build."""
        watched = [config.docs_dir, config.config_file_path]
        for path in watched:
            server.unwatch(path)
        server.observer, server.build_delay = PollingObserver(timeout=LOOKS), SETTLES
        project = self.project
        folders = [project.concepts, project.templates, project.examples] if project else []
        for path in (*watched, self._room.name, *(str(folder) for folder in folders if folder.is_dir())):
            server.watch(path)
        server.set_app(Answers(server, self._open, self.mark, self._banner, self._preview.file))
        # What was read stays: looking through all of it again after each change takes longer than the change.
        gc.collect()
        gc.freeze()

    def _open(self, path: str, wait: bool) -> None:
        path = path if path in self._seen.paths else f"{path}/{HOME}"
        if path in self._seen.paths:
            self._opened.see(path)
            if wait:
                self._opened.wait_for(path)

    def _banner(self, path: str) -> str:
        return banner(self._seen, path, self.project.relative(self.project.concepts) if self.project else "")
