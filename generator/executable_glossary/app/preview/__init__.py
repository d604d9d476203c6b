"""The glossary as one sees it while writing: whatever is wrong, all else is shown, and what was good stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.app.last_good import faultless, unsayable
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
class Seen:
    """What there is to show. `paths` are all files that could be made, `documents` those that were.

    `stale` are the concepts of which an earlier state is shown; `lost` those that never were without errors, of
    which there is only a page that can say so.
    """

    paths: frozenset[str] = frozenset()
    documents: tuple[Document, ...] = ()
    stale: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    problems: Problems = ()


class Preview:
    """Looks again and again at one glossary, and remembers what was good."""

    def __init__(
        self, runner: Callable[[Project], Runner], progress: Progress, ask: Callable[[], CommandLine]
    ) -> None:
        self._evidence = LastEvidence(runner, progress)
        self._files = SiteFiles(ask)
        self._good = Build()
        self._templates: Templates | None = None
        self._documents = LastDocuments()
        self._recipes: Mapping[str, Callable[[], Document]] = {}

    def look(self, project: Project, wanted: Wanted, asked: Iterable[str] | None = ()) -> Seen:
        """Reads what is there now; makes all pages of the wanted concepts, and the files asked for.

        wanted: the concepts to show, of a glossary without errors. asked: paths of files; None asks for all.
        """
        glossary, told = load(project)
        if glossary is not None:
            self._good, told = self._state(project, glossary, told)
        good = self._good.glossary
        if good is None:
            return Seen(frozenset([HOME]), (empty(HOME),), problems=in_order(project, told))
        stale = _stale(glossary, good)
        concepts = frozenset(wanted(good))
        build = self._planned(project, good, concepts, asked)
        near = _only(build.plan, concepts)
        told = (*told, *check_pages(near), *proofread(good, near, None, concepts))
        chosen = _chosen(self._recipes, build.plan, concepts, asked)
        documents, faults = self._documents.documents(project, build, chosen)
        lost = stale.difference(good.entries)
        blank = tuple(empty(f"{id}/index.md") for id in sorted(lost))
        paths = frozenset([*self._recipes, *(document.path for document in blank)])
        problems = in_order(project, (*told, *faults))
        return Seen(paths, (*documents, *blank), stale - lost, lost, problems)

    def file(self, path: str) -> bytes | None:
        """One file that is no page, as of the last look. None for a page, and for what is about all pages."""
        make = self._recipes.get(path)
        if make is None or path.endswith(".md") or is_of_all(path):
            return None
        content = make().content
        return content if isinstance(content, bytes) else content.encode()

    def _state(self, project: Project, glossary: Glossary, found: Problems) -> tuple[Build, Problems]:
        """What can be shown of the glossary, and all that is wrong with it."""
        told = (*found, *check(glossary))
        before = self._good.glossary
        readable = faultless(glossary, told, check, before)
        if readable is None:
            return Build(), told
        mode = "frozen" if errors(told) else project.settings.runs
        evidence, failures = self._evidence.evidence(project, readable.examples, mode)
        told = (*told, *failures)
        verdicts, refuted = judge(glossary, evidence)
        told = (*told, *without_echoes(told, refuted))
        if not errors(told):
            return Build(glossary, evidence=evidence, verdicts=verdicts), told
        left = (*told, *unsayable(glossary, evidence))
        shown = faultless(glossary, left, partial(_wrong, evidence), before)
        if shown is None or shown is before:
            return self._good, told
        return Build(shown, evidence=evidence, verdicts=judge(shown, evidence)[0]), told

    def _planned(
        self, project: Project, good: Glossary, concepts: frozenset[str], asked: Iterable[str] | None
    ) -> PlannedBuild:
        """The last good build with its pages, linked where they are to be made. Remembers how each file is made."""
        pages = _linked(good, concepts, asked)
        build = PlannedBuild(good, pages, self._good.evidence, self._good.verdicts, project.site)
        self._templates = self._templates or Templates(project.templates, project.root)
        self._recipes = dict(self._files.recipes(project, build, self._templates))
        return build


def _linked(glossary: Glossary, concepts: frozenset[str], asked: Iterable[str] | None) -> Plan:
    """The links of a page rest on all entries: they are made where the page is."""
    if asked is None or any(is_of_all(path) for path in asked):
        return plan(glossary)
    first = {path.partition("/")[0] for path in asked}
    return plan(glossary, concepts | first, own=not first <= glossary.entries.keys())


def _wrong(evidence: Mapping[str, Evidence], glossary: Glossary) -> Iterator[Problem]:
    yield from check(glossary)
    yield from judge(glossary, evidence)[1]
    yield from unsayable(glossary, evidence)


def _stale(glossary: Glossary | None, shown: Glossary) -> frozenset[str]:
    if glossary is None:
        return frozenset(shown.entries)
    there = glossary.unread.union(glossary.entries)
    return frozenset(
        id for id in there if id not in shown.entries or shown.entries[id] is not glossary.entries.get(id)
    )


def _only(pages: Plan, concepts: frozenset[str]) -> Plan:
    return replace(pages, pages={key: page for key, page in pages.pages.items() if key.concept in concepts})


def _chosen(
    made_by: Mapping[str, Callable[[], Document]],
    pages: Plan,
    concepts: frozenset[str],
    asked: Iterable[str] | None,
) -> Iterator[Recipe]:
    if asked is None:
        yield from made_by.items()
        return
    own = (page.path for page in pages.published if page.key.concept in concepts)
    yield from ((path, made_by[path]) for path in dict.fromkeys([*own, *asked]) if path in made_by)
