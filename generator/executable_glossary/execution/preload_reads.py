"""Determines which files a package reads while the fork server imports it in advance.

The fork server itself cannot be traced, because every run that it forks would be traced twice. The same modules are
therefore imported once more in a separate run, which is traced.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from executable_glossary.execution.job import Job
from executable_glossary.model.example import Cell, Example, Settings
from executable_glossary.model.text import Text

NAME = "preload"
IMPORT = "try:\n    import {}\nexcept BaseException:\n    pass\n"
TIMEOUT, MEMORY = 300.0, 16_000  # seconds and megabytes
# A path, the kinds of calls that named it, and its state; see `sandbox.path_trace`.
NamedPath = tuple[str, Sequence[str], Sequence[int] | None]
Report = Mapping[str, Any]


@dataclass(frozen=True)
class PreloadReads:
    """The paths that packages named while they were imported, with the packages that named each of them.

    began: when the fork server started, in seconds since 1970. unknown: reasons why the list may be incomplete.
    sources: the source files of the imported modules, which `paths` does not contain.
    """

    began: float = 0.0
    unknown: tuple[str, ...] = ()
    paths: Sequence[NamedPath] = ()
    owners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sources: Sequence[NamedPath] = ()

    def of(self, packages: Collection[str], files: Collection[str]) -> Sequence[NamedPath]:
        """The paths that these packages read, and those of the files that belong to imported modules, in the state at
        that time: a run that only looks for a preloaded module sees the file's present state."""
        read = [path for path in self.paths if not self.owners[path[0]].isdisjoint(packages)]
        return [*read, *(path for path in self.sources if path[0] in files)]


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
    # The source files of the modules that a run uses are known without this list.
    loaded, own = frozenset(result["loaded"]), os.path.join(root.parent, "")
    owners = {path: frozenset(packages) for path, packages in report["reads"]["owners"].items()}
    counted = owners.keys() - loaded - {path for path in owners if f"{path}/".startswith(own)}
    unknown = tuple(report["reads"]["unknown"])
    paths = report["reads"]["paths"]
    read = [path for path in paths if path[0] in counted]
    return PreloadReads(began, unknown, read, owners, [path for path in paths if path[0] in loaded])
