"""The pages that a project's authors write by hand, as documents that can be compared like generated ones."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from executable_glossary.adapters.files import refused
from executable_glossary.model.page import Document
from executable_glossary.model.project import Project


def written_pages(project: Project, generated: Collection[str]) -> Iterator[Document]:
    """Every Markdown file in the folder for hand-written pages that may be published, with its text.

    generated: the paths of the generated pages, which are not replaced.
    """
    root = project.root.resolve()
    folder = Path(os.path.normpath(root / project.docs_dir))
    if not folder.is_relative_to(root):
        return
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if name.endswith(".md") and not name.startswith(".")):
            file = Path(place, name)
            path = file.relative_to(folder).as_posix()
            if path not in generated and file.exists() and refused(file, root, path) is None:
                yield Document(path, file.read_text("utf-8", errors="replace"))
