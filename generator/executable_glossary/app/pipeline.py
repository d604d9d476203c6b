"""The stages in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.app.last_good import without_faults
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

# The faces of the site itself; a project may put others in their place, under the same names.
SERIF, SANS = "source-serif-4-latin-wght-normal.woff2", "source-sans-3-latin-wght-normal.woff2"


def prepare(project: Project, today: date | None = None) -> Build:
    """Load, check, plan and proofread: all that can be said without running anything."""
    glossary, problems = load(project)
    if glossary is None:
        return Build(site=project.site, problems=in_order(project, problems))
    problems = (*problems, *check(glossary))
    whole = without_faults(glossary, problems)
    if whole is None:
        read = proofread(glossary, None, today)
        return Build(glossary, site=project.site, problems=in_order(project, (*problems, *read)))
    pages = plan(whole)
    read = proofread(glossary, None if errors(problems) else pages, today)
    if errors(problems):
        read = (*read, *proofread(glossary, pages, today, whole.entries))
    told = in_order(project, (*problems, *check_pages(pages), *read))
    return Build(glossary, None if errors(problems) else pages, site=project.site, problems=told)


def prove(project: Project, built: Build, runner: Runner, progress: Progress) -> Build:
    """Execute the examples and judge all claims and numbers. Where something is wrong already, nothing is run:
    only what is recorded is held against the text, so that all is told at once."""
    if built.glossary is None or (built.failed and project.settings.runs != "frozen"):
        return built
    run = run_examples(project, built, runner, progress)
    verdicts, refuted = judge(built.glossary, run.evidence)
    problems = (*run.problems, *without_echoes(run.problems, refuted))
    return replace(run, verdicts=verdicts, problems=in_order(project, problems))


def run_examples(
    project: Project, built: Build, runner: Runner, progress: Progress, names: Collection[str] = ()
) -> Build:
    """Execute the examples, all or those named with what they need, unless one of them cannot be read."""
    examples = _readable(project, built, names)
    if examples is None:
        return built
    evidence, failures = execute(examples, project, runner, project.settings.runs, progress)
    return replace(built, evidence=evidence, problems=in_order(project, (*built.problems, *failures)))


def foretell(
    project: Project, built: Build, runner: Runner, names: Collection[str] = ()
) -> tuple[Forecast, ...]:
    """What `run_examples` would do, and why; nothing where an example cannot be read."""
    examples = _readable(project, built, names)
    return () if examples is None else explain(examples, project, runner, project.settings.runs)


def artifact_files(project: Project, built: Build, example: str, seed: int) -> Mapping[str, Path]:
    """The files that an example needs with a seed, by the name that it opens them under; those that exist."""
    if built.glossary is None:
        return {}
    store = Store(project.store)
    made = (built.evidence[need] for need in built.glossary.examples[example].settings.needs)
    files = {name: store.artifact(hash) for found in made for name, hash in found.artifacts(seed).items()}
    return {name: file for name, file in files.items() if file is not None}


def build(project: Project, runner: Runner, progress: Progress, today: date | None = None) -> Build:
    """All stages. There are documents only where there are no errors."""
    built = prove(project, prepare(project, today), runner, progress)
    planned = built.planned
    if built.failed or planned is None:
        return built
    templates = Templates(project.templates, project.root)
    documents, wrong = render(planned, templates, cards_of(project))
    surveyed, faulty = render_coverage(survey(planned.glossary, planned.plan), templates)
    documents, wrong = (*documents, *surveyed), (*wrong, *faulty)
    problems = in_order(project, (*built.problems, *wrong))
    return replace(built, documents=() if errors(problems) else documents, problems=problems)


def cards_of(project: Project) -> Cards:
    """What draws the cards of the project; what was drawn is kept in its store."""
    serif, sans = (project.site_file(f"assets/fonts/{name}") for name in (SERIF, SANS))
    return Cards(project.store / "cards", serif, sans)


def in_order(project: Project, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Each problem once, in order of place; where a project is strict, a warning is an error."""
    unique = sorted(set(problems))
    if not project.settings.strict:
        return tuple(unique)
    return tuple(replace(problem, severity="error") for problem in unique)


def _readable(project: Project, built: Build, names: Collection[str]) -> tuple[Example, ...] | None:
    """All examples, or those named with what they need; None where one that there is cannot be read."""
    folder = f"{project.relative(project.examples)}/"
    wrong = any(problem.place.path.startswith(folder) for problem in errors(built.problems))
    if built.glossary is None or wrong:
        return None
    return _with_needs(built.glossary.examples, names or built.glossary.examples)


def _with_needs(examples: Mapping[str, Example], names: Collection[str]) -> tuple[Example, ...]:
    wanted, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name in examples and name not in wanted:
            wanted.add(name)
            waiting += examples[name].settings.needs
    return tuple(example for name, example in examples.items() if name in wanted)
