"""Caches evidence during a preview: examples run again only after a change to their files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from executable_glossary.app.preview.file_stamps import Stamps, stamps
from executable_glossary.execution import Runner
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.stages.execute import Progress, execute

Result = tuple[Mapping[str, Evidence], tuple[Problem, ...]]
Stamp = tuple[tuple[Example, ...], Stamps]


class LastEvidence:
    """Remembers the evidence from each example's last successful run."""

    def __init__(self, runner: Callable[[Project], Runner], progress: Progress) -> None:
        self._runner, self._progress = runner, progress
        self._stamp: Stamp | None = None
        self._mode: RunsMode = "frozen"
        self._result: Result = ({}, ())
        self._good: dict[str, Evidence] = {}

    def evidence(self, project: Project, examples: Mapping[str, Example], mode: RunsMode) -> Result:
        """The evidence for each example, and the problems of failed runs. For an example that fails now, the evidence
        comes from its last good run.

        mode: which examples may run. If none may run (`frozen`), results from an earlier mode remain valid.
        """
        # Everything that examples may read, including data and records.
        folders = (project.examples, *project.outside)
        files = (path for folder in folders for path in _visible_files(folder) if path.suffix != ".pyc")
        stamp = (tuple(examples.values()), stamps(files))
        if not _same(stamp, self._stamp) or mode not in (self._mode, "frozen"):
            self._result = self._run(project, examples, mode)
            # In a mode that forces runs, examples run only once instead of after every edit to an entry.
            self._stamp, self._mode = stamp, mode
        return self._result

    def _run(self, project: Project, examples: Mapping[str, Example], mode: RunsMode) -> Result:
        evidence, problems = execute(
            tuple(examples.values()), project, self._runner(project), mode, self._progress
        )
        self._good |= {name: result for name, result in evidence.items() if not result.failed_unexpectedly}
        return {name: self._good[name] for name in evidence if name in self._good}, problems


def _visible_files(folder: Path) -> Iterator[Path]:
    """The folder and everything in it that a run could read. `folder` can also be a single file."""
    yield folder
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place, name) for name in (*folders, *files))


def _same(now: Stamp, before: Stamp | None) -> bool:
    if before is None or now[1] != before[1] or len(now[0]) != len(before[0]):
        return False
    return all(example is old for example, old in zip(now[0], before[0], strict=True))
