"""Renders an author's text as Markdown: fills in numbers, links concepts, and turns formulas into MathML."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.entry import Source
from executable_glossary.model.number_format import Measure, measures
from executable_glossary.model.page import PageKey
from executable_glossary.model.plan import Plan
from executable_glossary.model.slugs import inside_a_sentence
from executable_glossary.stages.render.filters import attribute, in_backticks
from executable_glossary.text.citations import citations
from executable_glossary.text.expressions import metrics_in_prose, parse_prose, say
from executable_glossary.text.markdown_spans import Span, spans
from executable_glossary.text.mathml import mathml
from executable_glossary.text.term_matcher import mentions


def href(source: str, target: str) -> str:
    """The relative link from one site file to another."""
    return posixpath.relpath(target, posixpath.dirname(source) or ".")


def examples_in(texts: Iterable[str]) -> Iterator[str]:
    """The examples whose metrics are cited in any of the texts."""
    for span in (span for text in texts for span in spans(text) if span.kind == "expression"):
        yield from (metric.partition(".")[0] for metric in metrics_in_prose(span.inner))


def index_prose(build: PlannedBuild, path: str, sources: tuple[Source, ...] = ()) -> PageProse:
    """The renderer for a page about the whole glossary, which is not written for any particular reader."""
    return PageProse(build.plan, PageKey("", ""), path, measures(build.evidence), sources)


class PageProse:
    """Renders the text of one page. Remembers linked concepts, because only their first mention is linked.

    sources: the publications that the page lists. The years of citations link to them.
    """

    def __init__(
        self,
        plan: Plan,
        reader: PageKey,
        path: str,
        measures: Mapping[str, Measure],
        sources: tuple[Source, ...] = (),
    ) -> None:
        self._plan, self._reader, self._path, self._measures = plan, reader, path, measures
        self._sources = sources
        self._linked = {reader.concept}
        self._mentions = mentions(plan.names.phrases)

    def __call__(self, text: str) -> str:
        """Markdown with the first mention of each concept linked. A code block never shares a line with what a template
        puts before or after it, because Markdown would treat it as text, and what is in it as HTML."""
        parts = spans(text.strip())
        rendered = "".join(self._rendered(span, self._with_links) for span in parts).strip()
        before = "\n\n" if parts and parts[0].kind == "fence" else ""
        after = "\n\n" if parts and parts[-1].kind == "fence" else ""
        return f"{before}{rendered}{after}"

    def in_line(self, text: str) -> str:
        """Markdown on one line, for list items, with the first mention of each concept linked."""
        return self._line(text, self._with_links)

    def unlinked(self, text: str) -> str:
        """Markdown on one line, for headings and link text, where mentions are not linked."""
        return self._line(text, str)

    def _line(self, text: str, prose: Callable[[str], str]) -> str:
        """A code block becomes code within the line."""
        parts = (
            in_backticks(span.text) if span.kind == "fence" else self._rendered(span, prose)
            for span in spans(text)
        )
        return re.sub(r"\s*\n\s*", " ", "".join(parts)).strip()

    def _rendered(self, span: Span, prose: Callable[[str], str]) -> str:
        if span.kind == "prose":
            return prose(span.text)
        if span.kind == "expression":
            return say(parse_prose(span.inner), self._measures, self._plan.words)
        if span.kind == "math":
            return mathml(span.inner, block=span.text.startswith("$$"))
        return self._concept(span) if span.kind == "concept" else span.text

    def _concept(self, span: Span) -> str:
        concept, _, words = (part.strip() for part in span.inner.partition("|"))
        self._linked.add(concept)
        return self._link(concept, words)

    def _link(self, concept: str, words: str) -> str:
        """A link with the given words, or with the concept's term as it is written within a sentence."""
        target = self._plan.link(self._reader, concept)
        words = words or (inside_a_sentence(target.title) if target else concept)
        if target is None or target.path == self._path:
            return words
        note = f' "{attribute(target.note)}"' if target.note else ""
        return f"[{words}]({href(self._path, target.path)}{note})"

    def _with_links(self, text: str) -> str:
        """The text with citations linked to the page's list of sources, and first mentions linked to their concepts."""
        parts, end = [], 0
        for citation in sorted(citations(text, self._sources), key=lambda citation: citation.start):
            if citation.start >= end:
                year = text[citation.start : citation.end]
                number = self._sources.index(citation.work) + 1
                before = self._mentions.sub(self._first_mention, text[end : citation.start])
                parts += [before, f"[{year}](#source-{number})"]
                end = citation.end
        return "".join((*parts, self._mentions.sub(self._first_mention, text[end:])))

    def _first_mention(self, match: re.Match[str]) -> str:
        concept = self._plan.names.concept(match[0])
        if concept is None or concept in self._linked:
            return match[0]
        self._linked.add(concept)
        return self._link(concept, match[0])
