"""Looks over the plan from the side of its gaps: what is written for whom, and which gaps readers meet."""

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
    """Every page that there could be, with what became of it, and the gaps, most missed first."""
    linked = _Links(plan).counted()
    concepts = tuple(_concept(glossary, plan, linked, entry) for entry in glossary.entries.values())
    gaps = (
        Gap(concept, format, missing)
        for concept in concepts
        for format in glossary.axes.formats
        if (missing := tuple(one for one in concept.of(format.id) if one.status == "missing"))
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
    # Each page that links a concept asks for one of its variants.
    return ConceptCoverage(entry, sum(variant.linked for variant in variants), variants)


def _variant(plan: Plan, entry: Entry, format: Format, key: PageKey, linked: int) -> VariantCoverage:
    page, nearest = plan.pages.get(key), plan.nearest(key)
    if page is None:
        lacking = [kind for kind in format.requires if entry.block(kind, key.role, key.audience) is None]
        omitted = [kind for kind in lacking if _left_out(entry, kind, key)]
        status: Status = "omitted" if omitted else "missing"
        return VariantCoverage(key, status, lacks=tuple(lacking), instead=nearest, linked=linked)
    shares = (page.coverage, page.overlap, page.reason)
    if page.published:
        return VariantCoverage(key, "published", *shares, page=page, linked=linked)
    # Where nothing was written for this reader, the text for everybody would only be said again.
    status = "alike" if page.coverage else "missing"
    return VariantCoverage(key, status, *shares, instead=nearest, linked=linked)


def _left_out(entry: Entry, kind: str, key: PageKey) -> bool:
    """Whether the author wrote `omit: true` for this reader, or for everybody."""
    variants = entry.blocks.get(Text(kind), ())
    return any(variant.omit and variant.reader.fits(key.role, key.audience) for variant in variants)


class _Links:
    """Counts for each variant the published pages of other concepts that would lead to it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._names = mentions(plan.phrases)
        # Most text is shared between readers: each is read once.
        self._explicit, self._mentioned = cache(_explicit), cache(self._found)

    def counted(self) -> Counter[PageKey]:
        wanted: Counter[PageKey] = Counter()
        for page in self._plan.published:
            linked = {concept for concept in self._of(page) if self._plan.of_concept(concept)}
            wanted.update(page.key._replace(concept=concept) for concept in linked - {page.key.concept})
        return wanted

    def _of(self, page: Page) -> Iterator[str]:
        """The concepts that a page links, as `render` does: listed, named by the author, or mentioned."""
        for text in (page.meaning, *(shown.text for shown in page.shown if shown.text)):
            yield from self._mentioned(text)
        for section in page.sections:
            if isinstance(section.content, Prose):
                yield from self._in_prose(section.content)
            elif isinstance(section.content, tuple):
                linked = (one for one in section.content if isinstance(one, ConceptLink | Contrast))
                yield from (one.target.path.partition("/")[0] for one in linked)

    def _in_prose(self, prose: Prose) -> Iterator[str]:
        texts = (prose.text, *(asked.answer for asked in prose.questions))
        for text in filter(None, texts):
            yield from self._mentioned(text)
        # Questions are headings, unless their answers are folded; in headings nothing is linked by itself.
        in_question = self._mentioned if prose.layout == "folded" else self._explicit
        for asked in prose.questions:
            yield from in_question(asked.question)

    def _found(self, text: str) -> frozenset[str]:
        heard = (span.text for span in spans(text) if span.kind == "prose")
        found = (name for part in heard for name in self._names.findall(part))
        named = {self._plan.names.get(name.casefold(), "") for name in found}
        return self._explicit(text) | named


def _explicit(text: str) -> frozenset[str]:
    """Concepts linked by the author: `[[overfitting]]`, `[[overfitting|learned by heart]]`."""
    linked = (span.inner for span in spans(text) if span.kind == "concept")
    return frozenset(inner.partition("|")[0].strip() for inner in linked)
