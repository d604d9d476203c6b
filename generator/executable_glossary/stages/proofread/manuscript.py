"""The input of prose rules (every passage with its reader, the pages, and today's date) and their output, remarks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from executable_glossary.model.block import For, Variant
from executable_glossary.model.entry import Entry
from executable_glossary.model.findings import Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Place
from executable_glossary.model.rule import Needs
from executable_glossary.model.text import Text
from executable_glossary.text.markdown_spans import plain

Written = Entry | Findings


@dataclass(frozen=True)
class Passage:
    """A piece of an author's text. `part` is the block that contains it."""

    written: Written
    part: str
    reader: For
    text: Text


@dataclass(frozen=True)
class Remark:
    """A rule's objection, which becomes a problem unless the author silenced the rule for the passage.

    `words` are the words that the rule objects to.
    """

    written: Written
    part: str
    reader: For
    place: Place
    message: str
    help: str
    words: str = ""


@dataclass(frozen=True)
class Manuscript:
    """The text that prose rules read.

    `plan` is None if errors prevent planning. `today` is None if the date must not matter, as in a build. `among`
    contains the ids of the entries to read; it is None to read all of them.
    """

    glossary: Glossary
    plan: Plan | None = None
    today: date | None = None
    among: Collection[str] | None = None

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        entries = (passage for entry in self.entries for passage in _of_entry(entry))
        findings = self.glossary.findings if self.among is None else None
        return (*entries, *(_of_findings(findings) if findings is not None else ()))

    def has(self, needs: Needs) -> bool:
        """Whether the input that a rule needs is available."""
        return {"text": True, "pages": self.plan is not None, "today": self.today is not None}[needs]

    @property
    def entries(self) -> Iterator[Entry]:
        for id, entry in self.glossary.entries.items():
            if self.among is None or id in self.among:
                yield entry


def remark(passage: Passage, offset: int, words: str, message: str, help: str) -> Remark:
    """A remark about words in a passage, located at those words."""
    place = passage.text.at(offset, len(words.partition("\n")[0]))
    return Remark(passage.written, passage.part, passage.reader, place, message, help, words)


def page_remark(page: Page, message: str, help: str) -> Remark:
    """A remark about a whole page, located at the entry's term."""
    axes = {"role": page.role, "audience": page.audience}
    reader = For(**{name: axis.id for name, axis in axes.items() if axis is not None})
    return Remark(page.entry, page.format.id, reader, page.entry.term.place, message, help)


def page_text(page: Page) -> str:
    """The prose of a page, without code, formulas, or numbers from runs."""
    return "\n".join(plain(text) for _, prose in page.prose for text in prose.texts)


def _of_entry(entry: Entry) -> Iterator[Passage]:
    yield from _of_variants(entry, "meaning", entry.meaning)
    for kind, variants in (*entry.titles.items(), *entry.blocks.items()):
        yield from _of_variants(entry, kind, variants)
    for claim in entry.claims:
        yield from _of_variants(entry, "claims", claim.text)
    everybody = For()
    yield from (Passage(entry, "prerequisites", everybody, each.because) for each in entry.prerequisites)
    yield from (Passage(entry, "see_also", everybody, each.why) for each in entry.see_also)


def _of_variants(entry: Entry, part: str, variants: Iterable[Variant]) -> Iterator[Passage]:
    for variant in variants:
        yield from (Passage(entry, part, variant.reader, text) for text in variant.texts)


def _of_findings(findings: Findings) -> Iterator[Passage]:
    """The passages of the findings. Quotations are left out, because their wording is not the author's."""
    yield Passage(findings, "introduction", For(), findings.introduction)
    yield from (Passage(findings, "findings", For(), finding.found) for finding in findings.all)
