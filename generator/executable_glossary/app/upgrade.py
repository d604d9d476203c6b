"""Runs the examples with the installed packages and compares the results with the records, without changing
the records."""

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
    """The changes that accepting the new results would make to the records, and the errors that a build would then
    report.

    Drift is not an error here, because showing it is the purpose of the command.
    """
    assert built.glossary is not None
    settings = project.settings.model_copy(update={"runs": "frozen"})
    frozen = project.model_copy(update={"settings": settings})
    recorded = run_examples(frozen, built, SubprocessRunner(), lambda event: None, names).evidence
    ran = run_examples(project, built, runner, progress, names)
    verdicts, _ = judge(built.glossary, recorded)
    verdicts_now, claim_problems = judge(built.glossary, ran.evidence)
    comparison = compare(
        {name: recorded[name] for name in ran.evidence}, ran.evidence, verdicts, verdicts_now
    )
    problems = (problem for problem in ran.problems if problem.code != "metric-drifted")
    return comparison, tuple(dict.fromkeys(errors((*problems, *claim_problems))))
