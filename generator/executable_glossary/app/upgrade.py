"""Runs the examples with what is installed now, and holds the results against the records, which stay as they are."""

from __future__ import annotations

from collections.abc import Collection

from executable_glossary.app.pipeline import run_examples
from executable_glossary.execution import Runner, SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Project
from executable_glossary.model.upgrade import Upgrade
from executable_glossary.stages.claims import judge
from executable_glossary.stages.execute import Progress
from executable_glossary.stages.execute.upgrade import compare


def upgrade(
    project: Project, built: Build, runner: Runner, progress: Progress, names: Collection[str] = ()
) -> tuple[Upgrade, tuple[Problem, ...]]:
    """What would change in the records, and the errors that a build would tell if they were renewed.

    A drift is none of these: to show it is what this is for.
    """
    assert built.glossary is not None
    settings = project.settings.model_copy(update={"runs": "frozen"})
    frozen = project.model_copy(update={"settings": settings})
    recorded = run_examples(frozen, built, SubprocessRunner(), lambda event: None, names).evidence
    ran = run_examples(project, built, runner, progress, names)
    verdicts, _ = judge(built.glossary, recorded)
    verdicts_now, wrong = judge(built.glossary, ran.evidence)
    found = compare({name: recorded[name] for name in ran.evidence}, ran.evidence, verdicts, verdicts_now)
    told = (*(one for one in ran.problems if one.code != "metric-drifted"), *errors(wrong))
    return found, tuple(dict.fromkeys(errors(told)))
