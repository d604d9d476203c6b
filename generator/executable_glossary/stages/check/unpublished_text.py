"""Finds text that no page shows: a section that no format has, a page that is not published, or a text that more
specific ones hide from every reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from executable_glossary.model.axes import Axes, Format, parts_for
from executable_glossary.model.block import Variant, chosen
from executable_glossary.model.entry import Claim, Entry, SeeAlso
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule

UNPUBLISHED_TEXT = Rule(
    code="unpublished-text",
    when="the content is checked",
    severity="warning",
    summary="A text in an entry is on no page.",
    details="""
        The message says why: a block that the page needs is missing, the page has too much in common with another one,
        more specific texts replace this one for every reader, or no format has a section for it.
        """,
    why="Its author believes that somebody reads it.",
    example="The answers for a baker after the line `questions:` above them was deleted",
    instead="The missing block, or an entry without the text",
)
Reader = tuple[str | None, str | None]
Reason = tuple[str, str]  # why no page shows a text, and how to change that
_FOR_ROLE = ("it is for a role, but all roles have the same wording", "write it for an audience instead")
_OF_ALL_CLAIMS = {"evidence", "strongest"}  # sections
_HIDDEN = ("more specific texts replace it for every reader", "delete it, or delete a more specific one")


def page_problems(glossary: Glossary, plan: Plan) -> Iterator[Problem]:
    for _, group in groupby(plan.pages.values(), lambda page: page.key.concept):
        pages = [*group]
        entry, published = pages[0].entry, [page for page in pages if page.published]
        yield from _blocks(glossary.axes, entry, pages)
        yield from _wordings(glossary.axes, entry, published)
        yield from _lists(glossary.axes, entry, published)


def _blocks(axes: Axes, entry: Entry, pages: Sequence[Page]) -> Iterator[Problem]:
    shown = {
        id(entry.block(kind, page.key.role, page.key.audience))
        for page in pages
        if page.published
        for kind, _ in page.prose
    }
    for kind, variants in entry.blocks.items():
        for variant in variants:
            if id(variant) not in shown and not variant.omit:
                yield _problem(variant, *_reason(axes, entry, pages, str(kind), variant))


def _reason(axes: Axes, entry: Entry, pages: Sequence[Page], kind: str, variant: Variant) -> Reason:
    """Why no page shows the variant, and how to change that."""
    if not any(kind in _kinds(axes, format, *reader) for format, reader in _possible(axes)):
        section = f'no format has a section "{kind}"'
        return section, "add the section to a format in _axes.yml, or delete the text"
    reasons = (*_too_similar(entry, pages, kind, variant), *_incomplete(axes, entry, kind, variant), _HIDDEN)
    return reasons[0]


def _too_similar(entry: Entry, pages: Iterable[Page], kind: str, variant: Variant) -> Iterator[Reason]:
    for page in pages:
        own = entry.block(kind, page.key.role, page.key.audience) is variant
        if own and not page.published and kind in dict(page.prose):
            help = "make the page differ more from the other one, or delete the text"
            yield f"its page, {page.label}, {page.reason}", help


def _incomplete(axes: Axes, entry: Entry, kind: str, variant: Variant) -> Iterator[Reason]:
    for format, reader in _possible(axes):
        missing = [need for need in format.requires if entry.block(need, *reader) is None]
        own = entry.block(kind, *reader) is variant
        if own and missing and kind in _kinds(axes, format, *reader):
            name = f"{format.id}{_named(reader)}"
            yield (
                f"its page ({name}) needs the {_listed(missing)}",
                "write what is missing, or delete the text",
            )


def _possible(axes: Axes) -> Iterator[tuple[Format, Reader]]:
    """Every page that a concept could have."""
    return ((format, reader) for format in axes.formats for reader in axes.readers(format))


def _kinds(axes: Axes, format: Format, role: str | None, audience: str | None) -> set[str]:
    """The sections of a format's page for a reader."""
    speaker, reader = axes.role(role) if role else None, axes.audience(audience) if audience else None
    return {str(part.block) for part in parts_for(format, speaker, reader)}


def _listed(blocks: Sequence[str]) -> str:
    return f"block{'s' if len(blocks) > 1 else ''} {', '.join(blocks)}"


def _named(reader: Reader) -> str:
    named = "/".join(part for part in reader if part)
    return f" for {named}" if named else ""


def _wordings(axes: Axes, entry: Entry, published: Sequence[Page]) -> Iterator[Problem]:
    """Meanings, titles, and claims have one wording for each audience."""
    readers = [None, *(str(audience.id) for audience in axes.audiences)]
    yield from _unused(entry.meaning, readers, _HIDDEN)
    for format, title in entry.titles.items():
        titled = [page.key.audience for page in published if page.format.id == format]
        yield from _unused(title, titled, ("there is no such page for this reader", "delete the text"))
    for claim in entry.claims:
        # The page of evidence lists all claims in general words.
        told = [None, *(page.key.audience for page in published if _tells(axes, page, claim))]
        help = (
            f"show the claim in a block for this reader (`show: [{{claim: {claim.id}}}]`), or delete the text"
        )
        yield from _unused(claim.text, told, ("no page for this reader shows the claim", help))


def _tells(axes: Axes, page: Page, claim: Claim) -> bool:
    """Whether a page shows a claim, or would if the claim's example had no errors, which are reported."""
    if _OF_ALL_CLAIMS & _kinds(axes, page.format, page.key.role, page.key.audience):
        return True
    variants = (page.entry.block(kind, page.key.role, page.key.audience) for kind, _ in page.prose)
    return any(show.claim == claim.id for variant in variants if variant for show in variant.show)


def _unused(
    variants: Sequence[Variant], audiences: Iterable[str | None], otherwise: Reason
) -> Iterator[Problem]:
    """A problem for each variant that none of the audiences reads. otherwise: the reason, and how to change it."""
    used = {id(chosen(tuple(variants), None, audience)) for audience in audiences}
    for variant in variants:
        if id(variant) not in used and not variant.omit:
            role = variant.reader.role is not None
            yield _problem(variant, *(_FOR_ROLE if role else otherwise))


def _lists(axes: Axes, entry: Entry, published: Iterable[Page]) -> Iterator[Problem]:
    """All other text in an entry. The learning path also shows reasons to read something first, the feed shows changes,
    and the data about a page contains keywords."""
    kinds = {
        kind for page in published for kind in _kinds(axes, page.format, page.key.role, page.key.audience)
    }
    places = {
        "diagram": [entry.diagram.title.place] if entry.diagram else [],
        "see-also": [related.why.place for related in entry.see_also if not _also_shown(related) & kinds],
        "sources": [source.title.place for source in entry.sources],
    }
    for kind, found in places.items():
        if found and kind not in kinds:
            yield _unpublished(
                found[0],
                f'no page has the section "{kind}"',
                "add the section to a format in _axes.yml, or delete the text",
            )


def _also_shown(related: SeeAlso) -> set[str]:
    """The other sections that show the reason to read about a related concept."""
    return {"used-in", "contrasts"} if related.relation == "contrasts" else {"used-in"}


def _problem(variant: Variant, why: str, help: str) -> Problem:
    places = [text.place for text in variant.texts] or [show.target.place for show in variant.show]
    return _unpublished(places[0], why, help)


def _unpublished(place: Place, why: str, help: str) -> Problem:
    return UNPUBLISHED_TEXT.at(place, f"this text is on no page: {why}", help)
