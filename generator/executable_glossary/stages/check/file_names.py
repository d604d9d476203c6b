"""What gives its name to a file or a folder can do so on every system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.slugs import DEVICE

LONGEST = 100  # systems allow 255 bytes, and we add to names


def problems(glossary: Glossary) -> Iterator[Problem]:
    for name, place in _names(glossary):
        yield from name_problems(name, place)
    for example in glossary.examples.values():
        for setting in ("outputs", "data", "cache"):
            declared = getattr(example.settings, setting)
            for name in declared:
                yield from name_problems(name, example.setting_place(setting))
            yield from _alike(declared, example.setting_place(setting))


def name_problems(name: str, place: Place) -> Iterator[Problem]:
    """Whether a file or folder may be called so; `place` is where the name is written."""
    if DEVICE.fullmatch(name.rpartition("/")[2]):
        yield Problem(
            place, "bad-name", f'"{name}" is the name of a device on Windows', "choose another name"
        )
    if len(name) > LONGEST:
        message = f'"{name[:20]}..." has {len(name)} characters, and {LONGEST} are the most that a name has'
        yield Problem(place, "bad-name", message, "shorten it")
    if name.endswith("."):
        yield Problem(place, "bad-name", f'"{name}" ends with a dot, which Windows drops', "take the dot out")


def _names(glossary: Glossary) -> Iterator[tuple[str, Place]]:
    """All that folders and files of the site are called after, and where it is written."""
    axes = glossary.axes
    yield from ((entry.id, Place(entry.term.place.path)) for entry in glossary.entries.values())
    yield from ((reader.id, reader.id.place) for reader in (*axes.roles, *axes.audiences))
    for format in axes.formats:
        yield from ((format.id, format.id.place), (format.path, format.id.place))
    yield from ((example.name, Place(example.path)) for example in glossary.examples.values())


def _alike(names: Iterable[str], place: Place) -> Iterator[Problem]:
    """Windows and macOS take them for one file."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            message = f'"{name}" and "{other}" are one file where large and small letters are the same'
            yield Problem(place, "bad-name", message, "rename one")
