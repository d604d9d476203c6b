"""The names of files and folders are valid on every operating system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.slugs import DEVICE

LONGEST = 100  # characters; file systems allow 255 bytes, but the build adds to some names

BAD_NAME = Rule(
    code="bad-name",
    when="the content is checked",
    summary="A file or folder has a name that some operating systems do not allow.",
    details="""
        The rule checks ids, the paths of formats, and the files that examples declare. It reports reserved device
        names on Windows, names that are too long or end with a period, and names that differ only in capitalization.
        """,
    why="On a different operating system, checking out the project or building the site could fail.",
    example='`outputs = ["aux.csv"]`',
    instead='`outputs = ["auxiliary.csv"]`',
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    for name, place in _names(glossary):
        yield from name_problems(name, place)
    for example in glossary.examples.values():
        for setting in ("outputs", "data", "cache"):
            declared = getattr(example.settings, setting)
            for name in declared:
                yield from name_problems(name, example.setting_place(setting))
            yield from _differ_in_case(declared, example.setting_place(setting))


def name_problems(name: str, place: Place) -> Iterator[Problem]:
    """Problems with the name of a file or folder. `place` is the location where the name is written."""
    if DEVICE.fullmatch(name.rpartition("/")[2]):
        yield BAD_NAME.at(place, f'"{name}" is a reserved device name on Windows', "choose a different name")
    if len(name) > LONGEST:
        message = f'"{name[:20]}..." is {len(name)} characters long; the limit is {LONGEST}'
        yield BAD_NAME.at(place, message, "shorten it")
    if name.endswith("."):
        yield BAD_NAME.at(place, f'"{name}" ends with a period, which Windows removes', "remove the period")


def _names(glossary: Glossary) -> Iterator[tuple[str, Place]]:
    """Every name that becomes a folder or a file on the site, with the location where the name is written."""
    axes = glossary.axes
    yield from ((entry.id, Place(entry.term.place.path)) for entry in glossary.entries.values())
    yield from ((reader.id, reader.id.place) for reader in (*axes.roles, *axes.audiences))
    for format in axes.formats:
        yield from ((format.id, format.id.place), (format.path, format.id.place))
    yield from ((example.name, Place(example.path)) for example in glossary.examples.values())


def _differ_in_case(names: Iterable[str], place: Place) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            message = f'"{name}" and "{other}" would be the same file on Windows and macOS'
            yield BAD_NAME.at(place, message, "rename one")
