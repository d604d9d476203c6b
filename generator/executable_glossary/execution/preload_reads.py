"""Determines which files a package reads while the fork server imports it in advance.

The fork server itself cannot be traced, because every run that it forks would be traced twice. The same modules are
therefore imported once more in a separate run, which is traced. The result is kept in the store until a file or folder
that they read changes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from executable_glossary.execution.job import Job
from executable_glossary.execution.sandbox.path_trace import state
from executable_glossary.execution.store_files import write
from executable_glossary.model.example import Cell, Example, Settings
from executable_glossary.model.text import Text

NAME = "preload"
IMPORT = "try:\n    import {}\nexcept BaseException:\n    pass\n"
FORM = 1  # of the kept file
TIMEOUT, MEMORY = 300.0, 16_000  # seconds and megabytes
# A path, the kinds of calls that named it, and its state; see `sandbox.path_trace`.
NamedPath = tuple[str, Sequence[str], Sequence[int] | None]
Report = Mapping[str, Any]


@dataclass(frozen=True)
class PreloadReads:
    """The paths that packages named while they were imported, with the packages that named each of them.

    began: when the fork server started, in seconds since 1970. unknown: reasons why the list may be incomplete.
    sources: the source files of the imported modules, which `paths` does not contain. others: everything else that the
    import read outside its own folders. links: the symbolic links in the readable folders that it followed.
    """

    began: float = 0.0
    unknown: tuple[str, ...] = ()
    paths: Sequence[NamedPath] = ()
    owners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sources: Sequence[NamedPath] = ()
    others: Sequence[NamedPath] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    def of(self, packages: Collection[str], files: Collection[str]) -> Sequence[NamedPath]:
        """The paths that these packages read, and those of the files that belong to imported modules, in the state at
        that time: a run that only looks for a preloaded module sees the file's present state."""
        read = [path for path in self.paths if not self.owners[path[0]].isdisjoint(packages)]
        return [*read, *(path for path in self.sources if path[0] in files)]

    def links_to(self, paths: Collection[NamedPath]) -> Mapping[str, str]:
        """The links that lead to these paths or are among them, with their targets."""
        return {
            link: target
            for link, target in self.links.items()
            if any(f"{path[0]}/".startswith(f"{link}/") for path in paths)
        }

    def is_current(self) -> bool:
        """Whether everything is unchanged, so that a new import would read the same."""
        return all(_state(name) == seen for name, _, seen, *_ in (*self.paths, *self.sources, *self.others))


class KeptReads:
    """The reads of some modules, in a file in `folder`. It can be deleted at any time."""

    def __init__(self, folder: Path, modules: Sequence[str], readable: Sequence[Path]) -> None:
        described = [
            FORM,
            sys.version,
            sys.executable,
            sys.prefix,
            sys.base_prefix,
            list(modules),
            [str(path) for path in readable],
        ]
        self._folder = folder
        self._file = folder / f"{sha256(json.dumps(described).encode()).hexdigest()}.json"

    def read(self) -> PreloadReads | None:
        """The reads, if they are still those of a new import."""
        began = time.time()
        with suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
            kept = json.loads(self._file.read_bytes())
            owners = {path: frozenset(packages) for path, packages in kept["owners"].items()}
            reads = PreloadReads(**{**kept, "began": began, "unknown": (), "owners": owners})
            return reads if reads.is_current() else None
        return None

    def write(self, reads: PreloadReads) -> None:
        """Keep the reads, unless some of them are unknown. Ignores errors, such as a full disk."""
        owners = {path: sorted(packages) for path, packages in reads.owners.items()}
        if not reads.unknown:
            with suppress(OSError, ValueError):
                content = json.dumps({**asdict(replace(reads, owners={})), "owners": owners}).encode()
                write(self._file, content, self._folder)


def preload_reads(
    modules: Sequence[str], readable: Sequence[Path], trace: Callable[[Job, Path], tuple[Report, Report]]
) -> PreloadReads:
    """Import the modules in a separate run. trace: executes a job in a folder; returns the supervisor's report and
    the run's result."""
    began = time.time()
    nothing = Text("")
    cells = tuple(Cell("", nothing, nothing, IMPORT.format(module), 1) for module in modules)
    settings = Settings(timeout=TIMEOUT, memory=MEMORY, isolated=True)
    example = Example(NAME, f"{NAME}.py", nothing, nothing, "", settings, (), cells)
    with TemporaryDirectory(prefix="glossary-") as folder:
        root = Path(folder).resolve() / "project"
        root.mkdir()
        job = Job(example, 0, root, readable=tuple(readable), announces_imports=True)
        report, result = trace(job, root.parent / "run")
    if not result:
        return PreloadReads(began, ("the reads of the preloaded packages could not be tracked",))
    reads = _reads(began, report["reads"], frozenset(result["loaded"]), os.path.join(root.parent, ""))
    inside = tuple(os.path.join(folder, "") for folder in readable)
    links = {path: target for path, target in report["reads"]["links"].items() if path.startswith(inside)}
    return replace(reads, links=links)


def _reads(began: float, reported: Report, loaded: frozenset[str], own: str) -> PreloadReads:
    """loaded: the source files of the imported modules. own: the folder of the import, whose files do not count."""
    owners = {path: frozenset(packages) for path, packages in reported["owners"].items()}
    paths = [path for path in reported["paths"] if path[0] in loaded or not f"{path[0]}/".startswith(own)]
    # The source files of the modules that a run uses are known without this list.
    sources = [path for path in paths if path[0] in loaded]
    read = [path for path in paths if path[0] in owners and path[0] not in loaded]
    others = [path for path in paths if path[0] not in owners and path[0] not in loaded]
    return PreloadReads(began, tuple(reported["unknown"]), read, owners, sources, others)


def _state(name: str) -> list[int] | None:
    found = state(name)
    return list(found) if found else None
