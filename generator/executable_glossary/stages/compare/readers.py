"""Whom a change concerns: how many pages come, go or read differently for each reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from executable_glossary.model.axes import Reader as AxisReader
from executable_glossary.model.comparison import PageChanges, PageName, ReaderChanges
from executable_glossary.model.glossary import Glossary

Who = tuple[str | None, str | None]


def reader_changes(pages: PageChanges, glossary: Glossary | None) -> tuple[ReaderChanges, ...]:
    """Those readers whom something changes for: everybody first, then in the order of the axes."""
    added, altered = (
        _counted(change.page for change in pages.added),
        _counted(change.page for change in pages.altered),
    )
    removed = _counted(change.page for change in pages.removed)
    concerned = sorted({*added, *removed, *altered}, key=lambda who: _rank(who, glossary))
    return tuple(ReaderChanges(*who, added[who], removed[who], altered[who]) for who in concerned)


def _counted(pages: Iterable[PageName]) -> Counter[Who]:
    return Counter((page.role, page.audience) for page in pages)


def _rank(who: Who, glossary: Glossary | None) -> tuple[int, int, str]:
    role, audience = who
    if glossary is None:
        return (0, 0, str(who))
    return (_place(audience, glossary.axes.audiences), _place(role, glossary.axes.roles), str(who))


def _place(name: str | None, readers: Iterable[AxisReader]) -> int:
    names = [None, *(str(reader.id) for reader in readers)]
    return names.index(name) if name in names else len(names)
