"""What rules read: every passage of the glossary with its reader, the pages, and today's date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from executable_glossary.model.block import For, Variant
from executable_glossary.model.entry import Entry
from executable_glossary.model.findings import Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Place
from executable_glossary.model.text import Text

Written = Entry | Findings


@dataclass(frozen=True)
class Passage:
    """One text of an author's; `part` is the block that it stands in."""

    written: Written
    part: str
    reader: For
    text: Text


@dataclass(frozen=True)
class Remark:
    """What a rule has to say, before anybody asked whether the author accepted it. `words` are those meant."""

    written: Written
    part: str
    reader: For
    place: Place
    message: str
    help: str
    words: str = ""


@dataclass(frozen=True)
class Manuscript:
    """`plan` is None where errors forbid one, `today` where nobody is to be reminded of time.

    among: the concepts whose entries are read, where not all are.
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

    @property
    def entries(self) -> Iterator[Entry]:
        for id, entry in self.glossary.entries.items():
            if self.among is None or id in self.among:
                yield entry


def remark(passage: Passage, offset: int, words: str, message: str, help: str) -> Remark:
    """About words of a passage, at their place."""
    place = passage.text.at(offset, len(words.partition("\n")[0]))
    return Remark(passage.written, passage.part, passage.reader, place, message, help, words)


def _of_entry(entry: Entry) -> Iterator[Passage]:
    yield from _of_variants(entry, "meaning", entry.meaning)
    for kind, variants in (*entry.titles.items(), *entry.blocks.items()):
        yield from _of_variants(entry, kind, variants)
    for claim in entry.claims:
        yield from _of_variants(entry, "claims", claim.text)
    everybody = For()
    yield from (Passage(entry, "prerequisites", everybody, one.because) for one in entry.prerequisites)
    yield from (Passage(entry, "see_also", everybody, one.why) for one in entry.see_also)


def _of_variants(entry: Entry, part: str, variants: Iterable[Variant]) -> Iterator[Passage]:
    for variant in variants:
        yield from (Passage(entry, part, variant.reader, text) for text in variant.texts)


def _of_findings(findings: Findings) -> Iterator[Passage]:
    """What others say is quoted, and stands as they say it."""
    yield Passage(findings, "introduction", For(), findings.introduction)
    yield from (Passage(findings, "findings", For(), finding.found) for finding in findings.all)
