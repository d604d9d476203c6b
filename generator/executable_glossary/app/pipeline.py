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
    all_problems = in_order(project, (*problems, *check_pages(valid, pages), *remarks))
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
    """Execute all examples, or only the named ones and those that they need, except those with errors and those that need
    one with errors."""
    examples = _selected(built, names)
    if not examples:
        return built
    evidence, failures = execute(examples, project, runner, project.settings.runs, progress)
    return replace(built, evidence=evidence, problems=in_order(project, (*built.problems, *failures)))


def forecast_runs(
    project: Project, built: Build, runner: Runner, names: Collection[str] = ()
) -> tuple[Forecast, ...]:
    """The runs that `run_examples` would start, and the reasons."""
    return explain(_selected(built, names), project, runner, project.settings.runs)


def artifact_files(project: Project, built: Build, example: str, seed: int) -> Mapping[str, Path]:
    """The stored outputs of other examples that an example reads if it runs with the given seed, keyed by name."""
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
    """The problems, sorted by location and without duplicates. In a strict project, warnings become errors."""
    unique = sorted(set(problems))
    if not project.settings.strict:
        return tuple(unique)
    return tuple(replace(problem, severity="error") for problem in unique)


def _selected(built: Build, names: Collection[str]) -> tuple[Example, ...]:
    """All examples, or the named ones and those that they need, except those that cannot run because of errors."""
    if built.glossary is None:
        return ()
    examples, broken = built.glossary.examples, {problem.place.path for problem in errors(built.problems)}
    wanted = {name for name in names or examples if _can_run(name, examples, broken)}
    selected = set[str]().union(*(_with_needs(examples, name) for name in wanted))
    return tuple(example for name, example in examples.items() if name in selected)


def _can_run(name: str, examples: Mapping[str, Example], broken: Collection[str]) -> bool:
    """Whether neither an example nor one that it needs has errors."""
    return all(each in examples and examples[each].path not in broken for each in _with_needs(examples, name))


def _with_needs(examples: Mapping[str, Example], name: str) -> set[str]:
    """The name of an example, and those of all examples that it needs."""
    found, pending = set[str](), [name]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += examples[name].settings.needs if name in examples else ()
    return found
