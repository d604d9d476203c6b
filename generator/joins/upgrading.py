"""Runs the examples with what is installed now, and holds the results against the records, which stay as they are."""

from __future__ import annotations

from collections.abc import Collection

from generator.joins.pipeline import Built, run_examples
from generator.model.problem import Problem, errors
from generator.model.project import Project
from generator.model.upgrade import Upgrade
from generator.stages.execute import Progress
from generator.stages.execute.upgrade import compare
from generator.stages.judge import judge
from generator.tools.runner import FreshProcess, Runner


def upgrade(
    project: Project, built: Built, runner: Runner, progress: Progress, names: Collection[str] = ()
) -> tuple[Upgrade, tuple[Problem, ...]]:
    """What would change in the records, and the errors that a build would tell if they were renewed.

    A drift is none of these: to show it is what this is for.
    """
    assert built.glossary is not None
    settings = project.settings.model_copy(update={"runs": "frozen"})
    frozen = project.model_copy(update={"settings": settings})
    recorded = run_examples(frozen, built, FreshProcess(), lambda event: None, names).evidence
    ran = run_examples(project, built, runner, progress, names)
    verdicts, _ = judge(built.glossary, recorded)
    verdicts_now, wrong = judge(built.glossary, ran.evidence)
    found = compare({name: recorded[name] for name in ran.evidence}, ran.evidence, verdicts, verdicts_now)
    told = (*(one for one in ran.problems if one.code != "metric-drifted"), *errors(wrong))
    return found, tuple(dict.fromkeys(errors(told)))
