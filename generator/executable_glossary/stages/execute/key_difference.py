"""The first difference between a run that is stored and what is there now, in one line for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from executable_glossary.model.example import Example
from executable_glossary.model.run import KeyParts, Run
from executable_glossary.stages.execute.cache_key import file_hash

OLDER = "an older version of the generator made it"
LOST = "a stored file of it is gone or harmed"


@dataclass(frozen=True)
class Present:
    """What is there now. `version` gives a distribution's, `maker` the example that makes an artifact."""

    example: Example
    key: str
    parts: KeyParts
    root: Path
    version: Callable[[str], str]
    maker: Callable[[str], str]


def difference(before: Run, now: Present) -> str:
    """Why the stored run `before` cannot stand for a run now; it is known that it cannot."""
    if before.key == now.key:
        return next(_observed(before, now), LOST)
    if before.parts is None:
        return OLDER
    return next(_known(before.parts, now), OLDER)


def _known(before: KeyParts, now: Present) -> Iterator[str]:
    """Differences of what is known before a run, from what an author changes to what surrounds it."""
    parts = now.parts
    if before.schema != parts.schema:
        yield OLDER
    yield from _cells(before.cells, parts.cells, now.example)
    for name in ("needs", "outputs"):
        old, new = getattr(before, name), getattr(parts, name)
        if old != new:
            yield f"`{name}` was [{', '.join(old)}], is [{', '.join(new)}]"
    if before.threads != parts.threads:
        yield f"threads {before.threads} → {parts.threads}"
    yield from _files(before.data, parts.data, str)
    yield from _files(before.artifacts, parts.artifacts, lambda name: f"artifact {name}{_of(now, name)}")
    if before.platform != parts.platform:
        yield f"{before.platform} → {parts.platform}"


def _observed(before: Run, now: Present) -> Iterator[str]:
    """Differences of what only the run could tell: files and distributions that it used."""
    folder = PurePosixPath(now.example.path).parent
    for path, hash in before.files.items():
        if not hash:
            yield f"{_short(path, folder)} was written while it ran"
        elif (current := file_hash(now.root / path)) != hash:
            yield f"{_short(path, folder)} {'changed' if current else 'is gone'}"
    for name, old in before.versions.items():
        if (new := now.version(name)) != old:
            yield f"{name} {old} → {new}" if new else f"{name} {old} is no longer installed"


def _cells(old: Sequence[str], new: Sequence[str], example: Example) -> Iterator[str]:
    """A cell put in or taken out is told from one that changed: what follows it is as it was."""
    at = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    if at is None and len(old) != len(new):
        at = min(len(old), len(new))
    if at is None:
        return
    title = example.code_cells[at].title if at < len(new) else ""
    named = f"cell {at + 1}{f', “{title}”,' if title else ''}"
    if list(old[at:]) == list(new[at + 1 :]):
        yield f"{named} is new"
    elif list(old[at + 1 :]) == list(new[at:]):
        yield f"cell {at + 1} was taken out"
    else:
        yield f"{named} changed"


def _files(old: Mapping[str, str], new: Mapping[str, str], named: Callable[[str], str]) -> Iterator[str]:
    for name in {**new, **old}:
        before, now = old.get(name, ""), new.get(name, "")
        if name in new and not now:
            yield f"{named(name)} is not there yet"
        elif before != now:
            yield f"{named(name)} {'changed' if before and now else 'is new' if now else 'is no longer used'}"


def _of(now: Present, artifact: str) -> str:
    maker = now.maker(artifact)
    return f" of {maker}" if maker else ""


def _short(path: str, folder: PurePosixPath) -> str:
    inside = PurePosixPath(path).is_relative_to(folder)
    return PurePosixPath(path).relative_to(folder).as_posix() if inside else path
