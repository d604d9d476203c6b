"""What the examples gave, for someone who looks again and again: they run anew only where something of them changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from executable_glossary.app.preview.file_stamps import Stamps, stamps
from executable_glossary.execution import Runner
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.stages.execute import Progress, execute

Gave = tuple[Mapping[str, Evidence], tuple[Problem, ...]]
Stamp = tuple[tuple[Example, ...], Stamps]


class LastEvidence:
    """Remembers the evidence of each example that did not fail."""

    def __init__(self, runner: Callable[[Project], Runner], progress: Progress) -> None:
        self._runner, self._progress = runner, progress
        self._stamp: Stamp | None = None
        self._mode: RunsMode = "frozen"
        self._gave: Gave = ({}, ())
        self._good: dict[str, Evidence] = {}

    def evidence(self, project: Project, examples: Mapping[str, Example], mode: RunsMode) -> Gave:
        """By example, what it gave now, or last where it fails now; and why it fails.

        mode: what may run. Where nothing may, what ran before will do.
        """
        # All that an example may be made of, data and records too.
        files = (path for path in project.examples.rglob("*") if path.suffix != ".pyc")
        stamp = (tuple(examples.values()), stamps(files))
        if not _same(stamp, self._stamp) or mode not in (self._mode, "frozen"):
            self._gave = self._run(project, examples, mode)
            # What is told to run again runs once, not after every change of a text.
            self._stamp, self._mode = stamp, mode
        return self._gave

    def _run(self, project: Project, examples: Mapping[str, Example], mode: RunsMode) -> Gave:
        made, problems = execute(
            tuple(examples.values()), project, self._runner(project), mode, self._progress
        )
        self._good |= {name: found for name, found in made.items() if not found.failed}
        return {name: self._good[name] for name in made if name in self._good}, problems


def _same(now: Stamp, before: Stamp | None) -> bool:
    if before is None or now[1] != before[1] or len(now[0]) != len(before[0]):
        return False
    return all(one is other for one, other in zip(now[0], before[0], strict=True))
