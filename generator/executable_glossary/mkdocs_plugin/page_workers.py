"""Builds pages in several processes, which store them, so that the build can reuse them like those of the last build.

The processes are forks of this one. A page about which something is reported is not stored, so this process builds it again
and reports the same.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mkdocs.commands import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from executable_glossary.adapters.linux import ending_with_parent
from executable_glossary.adapters.machine import this_machine
from executable_glossary.mkdocs_plugin.front_matter import escaped
from executable_glossary.mkdocs_plugin.page_sources import given_title
from executable_glossary.model.project import Project

# A process needs half a second to compile the theme's templates, so it must have enough pages to build.
FEWEST_PAGES = 25
# In MB: what a process needs in addition to what it shares with the others.
MEMORY = 400


def processes(project: Project, pages: int) -> int:
    """How many processes build so many pages. If there is only one, it is this process."""
    machine = this_machine()
    limits = (
        project.settings.jobs or machine.cores,
        machine.cores,
        machine.memory // MEMORY,
        pages // FEWEST_PAGES,
    )
    return max(1, min(limits)) if hasattr(os, "fork") else 1


@dataclass(frozen=True)
class PageWorkers:
    """The processes. on_report: receives the source path of each page about which something was reported."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    on_report: Callable[[str], None]

    def build(self, pages: Sequence[Page], number: int) -> None:
        """Build the pages in that many processes, and wait until they have ended. A page that cannot be built is not
        reported, because this process will try it again."""
        end_with_parent = ending_with_parent()
        workers = [self._start(pages[start::number], end_with_parent) for start in range(number)]
        try:
            while workers:
                os.waitpid(workers[-1], 0)
                workers.pop()
        finally:
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
                os.waitpid(worker, 0)

    def _start(self, pages: Sequence[Page], end_with_parent: Callable[[], None] | None) -> int:
        """The id of a new process."""
        sys.stdout.flush()
        sys.stderr.flush()
        if worker := os.fork():
            return worker
        # Whatever happens, the copy of this process must not continue the build.
        try:
            if end_with_parent:
                end_with_parent()
            self._silence()
            self._build(pages)
        finally:
            os._exit(0)

    def _build(self, pages: Sequence[Page]) -> None:
        own = {page.file.src_uri for page in pages}
        for page in self.nav.pages:
            if page.file.src_uri not in own:
                self._read(page)
        for page in pages:
            build._populate_page(page, self.config, self.files)
        env = self.config.plugins.on_env(self.config.theme.get_env(), config=self.config, files=self.files)
        shown = self.files.documentation_pages()
        for page in pages:
            build._build_page(page, self.config, shown, self.nav, env)

    def _read(self, page: Page) -> None:
        """Read what other pages show of a page in the navigation: its front matter, and its title if mkdocs.yml has none."""
        if given_title(page):
            page.read_source(self.config)
            page.meta = escaped(page.meta)
        else:
            build._populate_page(page, self.config, self.files)

    def _silence(self) -> None:
        """Print nothing, but note for which pages something would be printed."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        noting = _Noting(self._note)
        for logger in (logging.getLogger(), logging.getLogger("mkdocs")):
            logger.handlers = [noting]
            logger.setLevel(min(logger.level, logging.WARNING))
        warnings.showwarning = lambda *_, **__: self._note()

    def _note(self) -> None:
        page: Any = self.config._current_page
        if page is not None:
            self.on_report(page.file.src_uri)


class _Noting(logging.Handler):
    """Calls a function for each warning and error."""

    def __init__(self, note: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._note = note

    def emit(self, record: logging.LogRecord) -> None:
        self._note()
