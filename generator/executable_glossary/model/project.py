"""A project: the folders of a glossary, and its settings from mkdocs.yml under `plugins: glossary`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from executable_glossary.model.example import FileName

RunsMode = Literal["auto", "frozen", "refresh"]

_PACKAGE = Path(__file__).parent.parent
# The templates, site files and theme that come with the generator. A wheel contains them in the package; in a
# checkout they are in the folder `templates` of the repository.
PACKAGED = next(_PACKAGE.glob("templates"), _PACKAGE.parent.parent / "templates")


class ProjectSettings(BaseModel):
    """Options of the `glossary` plugin in mkdocs.yml; folders are relative to that file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: str = Field("concepts", description="Folder of the entries and of _axes.yml.")
    templates: str = Field("templates", description="Folder of the templates that override the defaults.")
    examples: str = Field("examples", description="Folder of the runnable examples.")
    store: str = Field(".glossary", description="Folder of stored runs; it can be deleted at any time.")
    runs: RunsMode = Field(
        "auto", description="auto: run what changed; frozen: show records; refresh: run all."
    )
    preload: tuple[str, ...] = Field(
        (),
        description="Modules that many examples import; they are imported once, and runs are forked from that process.",
    )
    caches: Mapping[FileName, str | None] = Field(
        {}, description="Paths of data outside the project, by name; empty or absent if not available here."
    )
    strict_examples: bool = Field(
        False,
        description="Report an example that cannot run here, because a package or data is missing, as an error.",
    )
    untrusted: bool = Field(False, description="Run examples only if they can be isolated on this machine.")
    manual: bool = Field(
        False,
        description="Publish the manual of the generator, in the version that builds the site, under docs/.",
    )
    strict: bool = Field(False, description="Warnings and drifted metrics are errors.")


class Site(BaseModel):
    """Settings of the site in mkdocs.yml. `url` ends in a slash, or is empty if not set.

    `language` is the theme's language, which is also the language of every text that the generator writes.
    """

    model_config = ConfigDict(frozen=True)

    name: str = ""
    description: str = ""
    url: str = ""
    language: str = "en"


class Project(BaseModel):
    """A glossary on disk.

    root: the folder of its mkdocs.yml. docs_dir: hand-written pages, and site files that override packaged ones.
    theme_dir: HTML that overrides the packaged theme; empty for the folder `theme` in the templates.
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
        """Folders of site files; files in the first override those in the second."""
        return (self.root / self.docs_dir, PACKAGED / "site")

    @property
    def theme_folders(self) -> tuple[Path, ...]:
        """Folders of theme HTML; files in the first override those in the second."""
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
        """The path of a data cache, which need not exist; None if mkdocs.yml does not set it."""
        path = self.settings.caches.get(name)
        return self.root / path if path else None

    def site_file(self, name: str) -> Path:
        """The project's own site file of that name, or else the packaged one."""
        own, packaged = (folder / name for folder in self.site_folders)
        return own if own.is_file() else packaged

    def relative(self, path: Path) -> str:
        """The path as problems show it: relative to the project's root, with forward slashes."""
        inside = path.is_relative_to(self.root)
        return (path.relative_to(self.root) if inside else Path(os.path.relpath(path, self.root))).as_posix()
