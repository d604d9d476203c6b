"""Measures coverage: the status of all possible pages, and the gaps, ranked by the number of links they affect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from executable_glossary.model.axes import Format
from executable_glossary.model.coverage import ConceptCoverage, Coverage, Gap, Status, VariantCoverage
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import ConceptLink, Contrast, Page, PageKey, Prose
from executable_glossary.model.plan import Plan
from executable_glossary.model.text import Text
from executable_glossary.text.markdown_spans import spans
from executable_glossary.text.term_matcher import mentions


def survey(glossary: Glossary, plan: Plan) -> Coverage:
    """The status of all possible pages, and the gaps, starting with those to which the most pages would link."""
    linked = _Links(plan).counted()
    concepts = tuple(_concept(glossary, plan, linked, entry) for entry in glossary.entries.values())
    gaps = (
        Gap(concept, format, missing)
        for concept in concepts
        for format in glossary.axes.formats
        if (missing := tuple(variant for variant in concept.of(format.id) if variant.status == "missing"))
    )
    ranked = sorted(gaps, key=lambda gap: (-gap.missed, -gap.concept.linked, gap.concept.entry.id))
    return Coverage(glossary.axes, concepts, tuple(ranked), glossary.words)


def _concept(glossary: Glossary, plan: Plan, linked: Counter[PageKey], entry: Entry) -> ConceptCoverage:
    keys = (
        (format, PageKey(entry.id, format.id, *reader))
        for format in glossary.axes.formats
        for reader in glossary.axes.readers(format)
    )
    variants = tuple(_variant(plan, entry, format, key, linked[key]) for format, key in keys)
    # Each page that links to a concept would link to exactly one of the concept's variants.
    return ConceptCoverage(entry, sum(variant.linked for variant in variants), variants)


def _variant(plan: Plan, entry: Entry, format: Format, key: PageKey, linked: int) -> VariantCoverage:
    page, nearest = plan.pages.get(key), plan.nearest(key)
    if page is None:
        lacking = [kind for kind in format.requires if entry.block(kind, key.role, key.audience) is None]
        omitted = [kind for kind in lacking if _omitted(entry, kind, key)]
        status: Status = "omitted" if omitted else "missing"
        return VariantCoverage(key, status, lacks=tuple(lacking), instead=nearest, linked=linked)
    shares = (page.coverage, page.overlap, page.reason)
    if page.published:
        return VariantCoverage(key, "published", *shares, page=page, linked=linked)
    # Without a block for this reader, the page would only repeat the text for all readers.
    status = "alike" if page.coverage else "missing"
    return VariantCoverage(key, status, *shares, instead=nearest, linked=linked)


def _omitted(entry: Entry, kind: str, key: PageKey) -> bool:
    """Whether the author wrote `omit: true` for this reader or for all readers."""
    variants = entry.blocks.get(Text(kind), ())
    return any(variant.omit and variant.reader.fits(key.role, key.audience) for variant in variants)


class _Links:
    """Counts, for each variant, the published pages of other concepts that would link to it. Links along the learning
    path are not counted, because they lead to a page in any format."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._names = mentions(plan.names.phrases)
        # Pages for different readers share most of their text, so each piece is searched only once.
        self._explicit, self._mentioned = cache(_explicit), cache(self._mentions)

    def counted(self) -> Counter[PageKey]:
        links: Counter[PageKey] = Counter()
        for page in self._plan.published:
            linked = {concept for concept in self._of(page) if self._plan.of_concept(concept)}
            links.update(page.key._replace(concept=concept) for concept in linked - {page.key.concept})
        return links

    def _of(self, page: Page) -> Iterator[str]:
        """The concepts to which `stages/render` links from a page: in lists, through the author's own links,
        or at first mention."""
        for text in (page.meaning, *(shown.text for shown in page.shown if shown.text)):
            yield from self._mentioned(text)
        for section in page.sections:
            if isinstance(section.content, Prose):
                yield from self._in_prose(section.content)
            elif isinstance(section.content, tuple):
                links = (part for part in section.content if isinstance(part, ConceptLink | Contrast))
                yield from (link.target.path.partition("/")[0] for link in links)

    def _in_prose(self, prose: Prose) -> Iterator[str]:
        points = prose.points.texts if prose.points else ()
        texts = (prose.text, *(question.answer for question in prose.questions), *points)
        for text in filter(None, texts):
            yield from self._mentioned(text)
        # Mentions in headings are not linked, and questions are headings unless their answers are folded.
        in_question = self._mentioned if prose.layout == "folded" else self._explicit
        for question in prose.questions:
            yield from in_question(question.question)

    def _mentions(self, text: str) -> frozenset[str]:
        prose = (span.text for span in spans(text) if span.kind == "prose")
        names = (name for part in prose for name in self._names.findall(part))
        return self._explicit(text) | {self._plan.names.concept(name) or "" for name in names}


def _explicit(text: str) -> frozenset[str]:
    """The concepts that the author links to: `[[overfitting]]`, `[[overfitting|learned by heart]]`."""
    links = (span.inner for span in spans(text) if span.kind == "concept")
    return frozenset(inner.partition("|")[0].strip() for inner in links)
