"""Where a glossary lies, and the settings that stand in its mkdocs.yml under `plugins: glossary`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from executable_glossary.model.example import FileName

RunsMode = Literal["auto", "frozen", "refresh"]

_PACKAGE = Path(__file__).parent.parent
# What comes with the generator: templates, the site's files, its theme. A wheel has it within the package; in a
# checkout it is the glossary's own folder, and an editable install leaves no copy where the package lies.
PACKAGED = next(_PACKAGE.glob("templates"), _PACKAGE.parent.parent / "templates")


class ProjectSettings(BaseModel):
    """Options of the `glossary` plugin in mkdocs.yml; folders are relative to that file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: str = Field("concepts", description="Folder of the entries and of _axes.yml.")
    templates: str = Field("templates", description="Folder of the templates that override the defaults.")
    examples: str = Field("examples", description="Folder of the runnable examples.")
    store: str = Field(".glossary", description="Folder of stored runs; delete it and only time is lost.")
    runs: RunsMode = Field(
        "auto", description="auto: run what changed; frozen: show records; refresh: run all."
    )
    preload: tuple[str, ...] = Field(
        (), description="Modules that many examples import: imported once, and runs are forked from there."
    )
    caches: Mapping[FileName, str | None] = Field(
        {}, description="Where data outside of the project lie, by name; empty or absent: not here."
    )
    strict_examples: bool = Field(
        False, description="An example that cannot run here, for want of a package or data, is an error."
    )
    untrusted: bool = Field(False, description="Run nothing unless runs can be isolated here.")
    manual: bool = Field(
        False, description="Publish the manual of the generator under docs/, as of the version that builds."
    )
    strict: bool = Field(False, description="Warnings and drifted metrics are errors.")


class Site(BaseModel):
    """What mkdocs.yml says of the site as a whole. `url` ends in a slash; it is empty where none is set.

    `language` is that of the theme, and so of every word that the generator writes.
    """

    model_config = ConfigDict(frozen=True)

    name: str = ""
    description: str = ""
    url: str = ""
    language: str = "en"


class Project(BaseModel):
    """One glossary on disk. `root` is the folder of its mkdocs.yml, which also names the two others.

    docs_dir: hand-written pages, and files of the site that take the place of packaged ones.
    theme_dir: HTML that takes the place of the packaged theme's; empty for `theme` among the templates.
    """

    model_config = ConfigDict(frozen=True)

    root: Path
    settings: ProjectSettings = ProjectSettings()
    site: Site = Site()
    docs_dir: str = "docs"
    theme_dir: str = ""

    @property
    def concepts(self) -> Path:
        return self.root / self.settings.concepts

    @property
    def templates(self) -> Path:
        return self.root / self.settings.templates

    @property
    def theme(self) -> Path:
        return self.root / self.theme_dir if self.theme_dir else self.templates / "theme"

    @property
    def site_folders(self) -> tuple[Path, ...]:
        """Where files of the site lie; a file of the first takes the place of one of the second."""
        return (self.root / self.docs_dir, PACKAGED / "site")

    @property
    def theme_folders(self) -> tuple[Path, ...]:
        """The same for the HTML around the pages."""
        return (self.theme, PACKAGED / "theme")

    @property
    def examples(self) -> Path:
        return self.root / self.settings.examples

    @property
    def records(self) -> Path:
        return self.examples / "recorded"

    @property
    def store(self) -> Path:
        return self.root / self.settings.store

    def cache(self, name: str) -> Path | None:
        """Where the data of that name lie, whether or not they are there; None if nobody says it."""
        place = self.settings.caches.get(name)
        return self.root / place if place else None

    def site_file(self, name: str) -> Path:
        """The project's own file of that name, else the packaged one."""
        own, packaged = (folder / name for folder in self.site_folders)
        return own if own.is_file() else packaged

    def relative(self, path: Path) -> str:
        """The path as problems show it: from the project's root, with forward slashes. A folder may lie elsewhere."""
        inside = path.is_relative_to(self.root)
        return (path.relative_to(self.root) if inside else Path(os.path.relpath(path, self.root))).as_posix()
