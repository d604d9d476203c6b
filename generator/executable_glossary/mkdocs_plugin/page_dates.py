"""Dates the pages in the sitemap, which would otherwise contain the day of the build."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from executable_glossary.app.build_inputs import dates_of_pages
from executable_glossary.model.page import Document
from executable_glossary.model.project import Project

SITEMAP = "sitemap.xml"
# MkDocs gives the compressed sitemap the date of the newest page.
UNKNOWN = "1970-01-01"


class PageDates:
    """The last change of each page's entry or hand-written file, from git. If it is unknown, the page has no date, or that
    of `SOURCE_DATE_EPOCH`, which MkDocs has already given it."""

    def __init__(self, project: Project, documents: Iterable[Document], files: Files) -> None:
        self._root, self._files = project.root, files
        self._days = dates_of_pages(project)
        self._sources = {
            document.path: project.concepts / document.edit_path
            for document in documents
            if document.edit_path
        }

    def add(self, page: Page) -> None:
        source = self._sources.get(page.file.src_uri) or page.file.abs_src_path
        day = self._days.get(Path(os.path.relpath(source, self._root)).as_posix()) if source else None
        page.update_date = day or (page.update_date if "SOURCE_DATE_EPOCH" in os.environ else "")

    def complete(self) -> None:
        """Date all pages once the sitemap has been written, because MkDocs compares their dates."""
        for file in self._files.documentation_pages():
            if file.page:
                file.page.update_date = file.page.update_date or UNKNOWN
