"""Live preview: renders the pages in use, and shows the last good version of every part that has errors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.app.last_good import last_good, undefined_numbers
from executable_glossary.app.pipeline import in_order
from executable_glossary.app.preview.document_cache import LastDocuments, empty
from executable_glossary.app.preview.evidence_cache import LastEvidence
from executable_glossary.app.preview.site_files import SiteFiles, is_of_all
from executable_glossary.execution import Runner
from executable_glossary.model.build import Build, PlannedBuild
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.manual import CommandLine
from executable_glossary.model.page import Document, Recipe
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Problem, errors, without_echoes
from executable_glossary.model.project import Project
from executable_glossary.stages.check import check, check_pages
from executable_glossary.stages.claims import judge
from executable_glossary.stages.execute import Progress
from executable_glossary.stages.load import load
from executable_glossary.stages.plan import plan
from executable_glossary.stages.proofread import proofread

HOME = "index.md"

Wanted = Callable[[Glossary], Collection[str]]
Problems = tuple[Problem, ...]


@dataclass(frozen=True)
class PreviewState:
    """The result of one update. `paths` lists all files on the site; `documents` contains those that were rebuilt.

    `stale` contains the concepts for which an earlier version is shown. `lost` contains the concepts that have no
    error-free version; each has an empty page on which the errors can be shown.
    """

    paths: frozenset[str] = frozenset()
    documents: tuple[Document, ...] = ()
    stale: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    problems: Problems = ()


class Preview:
    """Rebuilds one glossary after each change and remembers its last good version."""

    def __init__(
        self, runner: Callable[[Project], Runner], progress: Progress, ask: Callable[[], CommandLine]
    ) -> None:
        self._evidence = LastEvidence(runner, progress)
        self._files = SiteFiles(ask)
        self._good = Build()
        self._templates: Templates | None = None
        self._documents = LastDocuments()
        self._recipes: Mapping[str, Callable[[], Document]] = {}

    def update(self, project: Project, wanted: Wanted, asked: Iterable[str] | None = ()) -> PreviewState:
        """Reload the glossary, and build all pages of the concepts to show and the requested files.

        wanted: returns the concepts to show. asked: the paths to additional files to build; None for all files.
        """
        glossary, problems = load(project)
        if glossary is not None:
            self._good, problems = self._checked(project, glossary, problems)
        good = self._good.glossary
        if good is None:
            return PreviewState(frozenset([HOME]), (empty(HOME),), problems=in_order(project, problems))
        stale = _stale(glossary, good)
        concepts = frozenset(wanted(good))
        build = self._planned(project, good, concepts, asked)
        shown = _only(build.plan, concepts)
        problems = (*problems, *check_pages(good, shown), *proofread(good, shown, None, concepts))
        chosen = _chosen(self._recipes, build.plan, concepts, asked)
        documents, template_problems = self._documents.documents(project, build, chosen)
        lost = stale.difference(good.entries)
        blank = tuple(empty(f"{id}/index.md") for id in sorted(lost))
        paths = frozenset([*self._recipes, *(document.path for document in blank)])
        problems = in_order(project, (*problems, *template_problems))
        return PreviewState(paths, (*documents, *blank), stale - lost, lost, problems)

    def file(self, path: str) -> bytes | None:
        """The content of a file other than a page, as of the last update. None for pages and for files that depend on
        all pages."""
        make = self._recipes.get(path)
        if make is None or path.endswith(".md") or is_of_all(path):
            return None
        content = make().content
        return content if isinstance(content, bytes) else content.encode()

    def _checked(self, project: Project, glossary: Glossary, problems: Problems) -> tuple[Build, Problems]:
        """The last good build, and all problems in the current glossary."""
        problems = (*problems, *check(glossary))
        previous = self._good.glossary
        readable = last_good(glossary, problems, check, previous)
        if readable is None:
            return Build(), problems
        mode = "frozen" if errors(problems) else project.settings.runs
        evidence, failures = self._evidence.evidence(project, readable.examples, mode)
        problems = (*problems, *failures)
        verdicts, claim_problems = judge(glossary, evidence)
        problems = (*problems, *without_echoes(problems, claim_problems))
        if not errors(problems):
            return Build(glossary, evidence=evidence, verdicts=verdicts), problems
        all_errors = (*problems, *undefined_numbers(glossary, evidence))
        good = last_good(glossary, all_errors, partial(_problems, evidence), previous)
        if good is None or good is previous:
            return self._good, problems
        return Build(good, evidence=evidence, verdicts=judge(good, evidence)[0]), problems

    def _planned(
        self, project: Project, good: Glossary, concepts: frozenset[str], asked: Iterable[str] | None
    ) -> PlannedBuild:
        """The last good build with its pages; only the pages that will be built have links. Remembers how to build each
        file."""
        pages = _linked(good, concepts, asked)
        build = PlannedBuild(good, pages, self._good.evidence, self._good.verdicts, project.site)
        self._templates = self._templates or Templates(project.templates, project.root)
        self._recipes = dict(self._files.recipes(project, build, self._templates))
        return build


def _linked(glossary: Glossary, concepts: frozenset[str], asked: Iterable[str] | None) -> Plan:
    """The plan. Finding links requires every entry, so links are computed only for the pages that will be built."""
    if asked is None or any(is_of_all(path) for path in asked):
        return plan(glossary)
    first = {path.partition("/")[0] for path in asked}
    return plan(glossary, concepts | first, own=not first <= glossary.entries.keys())


def _problems(evidence: Mapping[str, Evidence], glossary: Glossary) -> Iterator[Problem]:
    yield from check(glossary)
    yield from judge(glossary, evidence)[1]
    yield from undefined_numbers(glossary, evidence)


def _stale(glossary: Glossary | None, shown: Glossary) -> frozenset[str]:
    if glossary is None:
        return frozenset(shown.entries)
    concepts = glossary.unread.union(glossary.entries)
    return frozenset(
        id for id in concepts if id not in shown.entries or shown.entries[id] is not glossary.entries.get(id)
    )


def _only(pages: Plan, concepts: frozenset[str]) -> Plan:
    return replace(pages, pages={key: page for key, page in pages.pages.items() if key.concept in concepts})


def _chosen(
    recipes: Mapping[str, Callable[[], Document]],
    pages: Plan,
    concepts: frozenset[str],
    asked: Iterable[str] | None,
) -> Iterator[Recipe]:
    if asked is None:
        yield from recipes.items()
        return
    own = (page.path for page in pages.published if page.key.concept in concepts)
    yield from ((path, recipes[path]) for path in dict.fromkeys([*own, *asked]) if path in recipes)
