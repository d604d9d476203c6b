"""Runs the stages in order: load, check, plan, proofread, execute, judge claims, render."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.app.last_good import without_errors
from executable_glossary.drawing.social_card import Cards
from executable_glossary.execution import Runner
from executable_glossary.execution.store import Store
from executable_glossary.model.build import Build
from executable_glossary.model.example import Example
from executable_glossary.model.forecast import Forecast
from executable_glossary.model.problem import Problem, errors, without_echoes
from executable_glossary.model.project import Project
from executable_glossary.stages.check import check, check_pages
from executable_glossary.stages.claims import judge
from executable_glossary.stages.coverage import survey
from executable_glossary.stages.execute import Progress, execute, explain
from executable_glossary.stages.load import load
from executable_glossary.stages.plan import plan
from executable_glossary.stages.proofread import proofread
from executable_glossary.stages.render import render
from executable_glossary.stages.render.coverage_page import render_coverage

# The fonts used on cards. A project can replace them with files of the same names.
SERIF, SANS = "source-serif-4-latin-wght-normal.woff2", "source-sans-3-latin-wght-normal.woff2"


def prepare(project: Project, today: date | None = None) -> Build:
    """Load, check, plan, and proofread, without running anything.

    today: the date with which `stale-review` compares review dates; if it is None, that rule is skipped.
    """
    glossary, problems = load(project)
    if glossary is None:
        return Build(site=project.site, problems=in_order(project, problems))
    problems = (*problems, *check(glossary))
    valid = without_errors(glossary, problems)
    if valid is None:
        remarks = proofread(glossary, None, today)
        return Build(glossary, site=project.site, problems=in_order(project, (*problems, *remarks)))
    pages = plan(valid)
    remarks = proofread(glossary, None if errors(problems) else pages, today)
    if errors(problems):
        # Pages of entries without errors are checked anyway, so all problems are reported at once.
        remarks = (*remarks, *proofread(glossary, pages, today, valid.entries))
    all_problems = in_order(project, (*problems, *check_pages(pages), *remarks))
    return Build(glossary, None if errors(problems) else pages, site=project.site, problems=all_problems)


def verify(project: Project, built: Build, runner: Runner, progress: Progress) -> Build:
    """Execute the examples, and check all claims and numbers against their results.

    A build with errors is checked only in frozen mode, against the records; otherwise, it is returned
    unchanged.
    """
    if built.glossary is None or (built.failed and project.settings.runs != "frozen"):
        return built
    run = run_examples(project, built, runner, progress)
    verdicts, claim_problems = judge(built.glossary, run.evidence)
    problems = (*run.problems, *without_echoes(run.problems, claim_problems))
    return replace(run, verdicts=verdicts, problems=in_order(project, problems))


def run_examples(
    project: Project, built: Build, runner: Runner, progress: Progress, names: Collection[str] = ()
) -> Build:
    """Execute all examples, or only the named ones and those that they need. If an example has errors,
    execute none."""
    examples = _selected(project, built, names)
    if examples is None:
        return built
    evidence, failures = execute(examples, project, runner, project.settings.runs, progress)
    return replace(built, evidence=evidence, problems=in_order(project, (*built.problems, *failures)))


def forecast_runs(
    project: Project, built: Build, runner: Runner, names: Collection[str] = ()
) -> tuple[Forecast, ...]:
    """What `run_examples` would run, and why; empty if an example has errors."""
    examples = _selected(project, built, names)
    return () if examples is None else explain(examples, project, runner, project.settings.runs)


def artifact_files(project: Project, built: Build, example: str, seed: int) -> Mapping[str, Path]:
    """The stored outputs of other examples that an example reads when it runs with a seed, keyed by name."""
    if built.glossary is None:
        return {}
    store = Store(project.store)
    needs = (built.evidence[name] for name in built.glossary.examples[example].settings.needs)
    files = {name: store.artifact(hash) for need in needs for name, hash in need.artifacts(seed).items()}
    return {name: file for name, file in files.items() if file is not None}


def build(project: Project, runner: Runner, progress: Progress, today: date | None = None) -> Build:
    """Run all stages. A build with errors has no documents."""
    built = verify(project, prepare(project, today), runner, progress)
    planned = built.planned
    if built.failed or planned is None:
        return built
    templates = Templates(project.templates, project.root)
    coverage = survey(planned.glossary, planned.plan)
    documents, template_problems = render(planned, templates, cards_of(project))
    coverage_documents, coverage_problems = render_coverage(coverage, templates)
    problems = in_order(project, (*built.problems, *template_problems, *coverage_problems))
    documents = () if errors(problems) else (*documents, *coverage_documents)
    return replace(built, documents=documents, problems=problems)


def cards_of(project: Project) -> Cards:
    """The project's cards for shared links, cached in its store."""
    serif, sans = (project.site_file(f"assets/fonts/{name}") for name in (SERIF, SANS))
    return Cards(project.store / "cards", serif, sans)


def in_order(project: Project, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems sorted by location and without duplicates; in a strict project, warnings become errors."""
    unique = sorted(set(problems))
    if not project.settings.strict:
        return tuple(unique)
    return tuple(replace(problem, severity="error") for problem in unique)


def _selected(project: Project, built: Build, names: Collection[str]) -> tuple[Example, ...] | None:
    """All examples, or the named ones and those that they need; None if an example has errors."""
    folder = f"{project.relative(project.examples)}/"
    has_errors = any(problem.place.path.startswith(folder) for problem in errors(built.problems))
    if built.glossary is None or has_errors:
        return None
    return _with_needs(built.glossary.examples, names or built.glossary.examples)


def _with_needs(examples: Mapping[str, Example], names: Collection[str]) -> tuple[Example, ...]:
    selected, pending = set(), list(names)
    while pending:
        name = pending.pop()
        if name in examples and name not in selected:
            selected.add(name)
            pending += examples[name].settings.needs
    return tuple(example for name, example in examples.items() if name in selected)
