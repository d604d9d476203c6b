"""Publishes a page only if its text differs enough from the concept's pages that come before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from executable_glossary.model.page import Page, PageKey
from executable_glossary.text.markdown_spans import plain
from executable_glossary.text.similarity import overlap, shingles

# The maximum share of its text that a page can have in common with any of the concept's other pages.
LIMIT = 0.50

Shingles = frozenset[tuple[str, ...]]


def published(candidates: Iterable[Page]) -> Iterator[Page]:
    """The candidates in the same order, each marked as published or as unpublished with a reason."""
    accepted: dict[tuple[str, str], list[tuple[PageKey, Shingles]]] = {}
    for page in candidates:
        rivals = accepted.setdefault((page.key.concept, page.key.format), [])
        own = shingles(main_text(page))
        decided = _decided(page, own, rivals)
        if decided.published:
            rivals.append((page.key, own))
        yield decided


def main_text(page: Page) -> str:
    """The text in which overlap is measured: authors' prose, excluding code, numbers from runs, and the
    definition."""
    texts = (text for kind, prose in page.prose if kind != "definition" for text in prose.texts)
    return "\n".join(plain(text) for text in texts)


def _decided(page: Page, own: Shingles, rivals: list[tuple[PageKey, Shingles]]) -> Page:
    shares = [(overlap(own, theirs), key) for key, theirs in rivals]
    over = [(share, key) for share, key in shares if share > LIMIT]
    most = max((share for share, _ in shares), default=0.0)
    if not over:
        return replace(page, overlap=most, reason=_reason(page))
    share, rival = max(over)
    reason = f"shares {share:.0%} with {_reader(rival)}; the limit is {LIMIT:.0%}"
    return replace(page, overlap=most, published=False, reason=reason)


def _reason(page: Page) -> str:
    return f"has {', '.join(page.format.requires)}" if page.format.requires else "every concept has one"


def _reader(key: PageKey) -> str:
    return "/".join(part for part in (key.role, key.audience) if part) or "the page for everybody"
