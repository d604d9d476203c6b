"""A project: the folders of a glossary, and its settings under `plugins: glossary` in mkdocs.yml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from executable_glossary.model.example import ExampleDefaults, FileName

MOST_JOBS = 1000
RunsMode = Literal["auto", "frozen", "refresh"]
# A path in a home directory, such as `.cache/scikit-image`.
HomePath = Annotated[
    str, Field(pattern=r"^\.?[A-Za-z0-9_-][A-Za-z0-9._-]*(/\.?[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")
]

_PACKAGE = Path(__file__).parent.parent
# The templates, site files, and theme that come with the generator. A wheel contains them inside the package; in a
# checkout, they are in the repository's `templates` folder.
PACKAGED = next(_PACKAGE.glob("templates"), _PACKAGE.parent.parent / "templates")


class ProjectSettings(BaseModel):
    """Options of the `glossary` plugin in mkdocs.yml. Folders are relative to that file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: str = Field("concepts", description="Folder that contains the entries and _axes.yml.")
    templates: str = Field(
        "templates", description="Folder that contains the templates that override the defaults."
    )
    examples: str = Field("examples", description="Folder that contains the runnable examples.")
    include_examples: tuple[str, ...] = Field(
        ("*.py",),
        description="Patterns for the scripts that are examples, such as `plot_*.py` or `cluster/*.py`. A pattern without "
        "a slash stands for the name of the file, any other for its path in the examples folder.",
    )
    exclude_examples: tuple[str, ...] = Field(
        (),
        description="Patterns for scripts that are not examples, although `include_examples` matches them. Examples can "
        "still import them.",
    )
    store: str = Field(
        ".glossary", description="Folder that contains stored runs. It can be deleted at any time."
    )
    runs: RunsMode = Field(
        "auto",
        description="auto: run examples that changed; frozen: run nothing and show records; refresh: run all examples.",
    )
    jobs: Annotated[int, Field(ge=1, le=MOST_JOBS)] | None = Field(
        None,
        description="Maximum number of concurrent runs. By default, the number depends on the cores and memory "
        "that the build may use; even if this option is set, the available memory can reduce it.",
    )
    example_defaults: ExampleDefaults = Field(
        ExampleDefaults(),
        description="Limits for examples whose headers do not set their own. If `threads` changes, these examples run again.",
    )
    preload: tuple[str, ...] | None = Field(
        None,
        description="Modules that many examples import. They are imported once, in a process from which runs are forked. "
        "By default, these are the modules from installed packages that at least two of the upcoming runs import. An "
        "empty list disables preloading.",
    )
    may_fail: tuple[str, ...] = Field(
        (),
        description="Examples that may fail, as in the setting of the same name in an example's header: names, or patterns "
        "such as `old_*`.",
    )
    may_skip: Mapping[str, Annotated[str, Field(min_length=1)]] = Field(
        {},
        description="Examples that may be skipped in strict builds, each with the reason: names, or patterns such as "
        "`old_*`. Their pages show recorded results, which such a build does not check.",
    )
    caches: Mapping[FileName, str | None] = Field(
        {},
        description="Paths to data outside the project, keyed by name. Leave a path empty, or omit it, if the data is "
        "not available on this machine.",
    )
    home: Mapping[HomePath, str | None] = Field(
        {},
        description="Files and folders that examples find in their home directory, where libraries keep data that they "
        "have downloaded: the path in the home directory, such as `.cache/scikit-image`, with the path to the data. "
        "Examples run again when a file that they read there changes. Leave a path empty, or omit it, if the data is not "
        "available on this machine.",
    )
    readable: tuple[str, ...] = Field(
        (),
        description="Files and folders outside the project that examples may read, such as `../src`. Examples can import "
        "modules from these folders and run again when a file that they read there changes.",
    )
    inventories: Mapping[str, str] = Field(
        {},
        description="Documentation to which the text of scripts from other galleries can refer: the address of each site, "
        "with the path to a copy of its file `objects.inv`.",
    )
    strict_examples: bool = Field(
        False,
        description="Whether to report an error if an example cannot run on this machine because a package or data is "
        "missing, unless `may_skip` lists the example. Strict builds always do.",
    )
    untrusted: bool = Field(
        False,
        description="Whether to run examples only if they can be isolated on this machine, and without the environment "
        "variables that they declare.",
    )
    manual: bool = Field(
        False,
        description="Whether to publish the manual under docs/, for the version of the generator that builds the site.",
    )
    strict: bool = Field(False, description="Whether to treat warnings and drifted metrics as errors.")


class Site(BaseModel):
    """The site's settings in mkdocs.yml. `url` ends in a slash, or is empty if it is not set.

    `language` is the theme's language, which is also the language of the words that the generator puts on pages.
    """

    model_config = ConfigDict(frozen=True)

    name: str = ""
    description: str = ""
    url: str = ""
    language: str = "en"


class Project(BaseModel):
    """A glossary on disk.

    root: the folder that contains mkdocs.yml. docs_dir: the folder that contains hand-written pages, and site files
        that override the packaged ones.
    theme_dir: the folder that contains HTML that overrides the packaged theme. If it is empty, the folder is `theme`
        in the templates folder.
    environment: the environment variables of the build. Each example receives the ones that it declares.
    """

    model_config = ConfigDict(frozen=True)

    root: Path
    settings: ProjectSettings = ProjectSettings()
    site: Site = Site()
    docs_dir: str = "docs"
    theme_dir: str = ""
    environment: Mapping[str, str] = Field({}, repr=False)

    @property
    def declarable(self) -> Mapping[str, str]:
        """The variables that an example can receive. A stranger's example could declare one that contains a secret."""
        return {} if self.settings.untrusted else self.environment

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
        """The folders of site files. Files in the first folder override those in the second."""
        return (self.root / self.docs_dir, PACKAGED / "site")

    @property
    def theme_folders(self) -> tuple[Path, ...]:
        """The folders of theme HTML. Files in the first folder override those in the second."""
        return (self.theme, PACKAGED / "theme")

    @property
    def examples(self) -> Path:
        return self.root / self.settings.examples

    @property
    def records(self) -> Path:
        return self.examples / "recorded"

    @property
    def preload(self) -> tuple[str, ...] | None:
        """The modules to preload; None if the runner chooses them. Untrusted examples must not choose which modules are
        imported in a process that is not isolated."""
        chosen = self.settings.preload
        return () if chosen is None and self.settings.untrusted else chosen

    @property
    def store(self) -> Path:
        return self.root / self.settings.store

    @property
    def readable(self) -> tuple[Path, ...]:
        """The real paths to the files and folders that examples may read in addition to the project."""
        return tuple((self.root / path).resolve() for path in self.settings.readable if path)

    @property
    def home(self) -> Mapping[str, Path]:
        """The real paths to the data in the home directory of each example, keyed by the path there. Data that this
        machine does not have is left out."""
        written = {name: path for name, path in self.settings.home.items() if path}
        places = {name: (self.root / Path(path).expanduser()).resolve() for name, path in written.items()}
        return {name: place for name, place in places.items() if place.exists()}

    @property
    def outside(self) -> tuple[Path, ...]:
        """The real paths to everything that examples may read in addition to the project."""
        return (*self.readable, *self.home.values())

    def cache(self, name: str) -> Path | None:
        """The path to a data cache, which need not exist, or None if mkdocs.yml does not set it."""
        path = self.settings.caches.get(name)
        return self.root / path if path else None

    def site_file(self, name: str) -> Path:
        """The project's site file with that name, or the packaged file if the project has none."""
        own, packaged = (folder / name for folder in self.site_folders)
        return own if own.is_file() else packaged

    def relative(self, path: Path) -> str:
        """The path as shown in problems: relative to the project's root, with forward slashes."""
        inside = path.is_relative_to(self.root)
        return (path.relative_to(self.root) if inside else Path(os.path.relpath(path, self.root))).as_posix()
