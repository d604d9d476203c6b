"""Every concept has its own id and names, and no name looks like the name of another concept."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import RESERVED, Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.slugs import CLASHING_ID, ID
from executable_glossary.model.text import Text
from executable_glossary.text.confusables import JOINERS, described, misplaced, skeleton
from executable_glossary.text.term_matcher import mentions

BAD_ID = Rule(
    code="bad-id",
    when="the content is checked",
    summary="An id cannot be part of a URL.",
    details="""
        An id has lowercase letters and digits, with single hyphens between words. The id of a concept is the name of
        its file.
        """,
    why="Ids are parts of addresses, which must work in every browser and when typed by hand.",
    example="`concepts/Early_Stopping.yml`",
    instead="`concepts/early-stopping.yml`",
)
RESERVED_ID = Rule(
    code="reserved-id",
    when="the content is checked",
    summary="An id is the address of a page that every site has.",
    why="The page of the site and the page of the concept would overwrite each other.",
    example="`concepts/map.yml`",
    instead="`concepts/feature-map.yml`",
)
ALIAS_TAKEN = Rule(
    code="alias-taken",
    when="the content is checked",
    summary="Two concepts have the same name.",
    details="Terms and aliases are compared without regard to uppercase and lowercase.",
    why="A link by that name could lead to either of them.",
    example="The alias `dropout` in the entries of dropout and of regularization",
    instead="Keep the name in one entry, and link that entry from the other.",
)
UNLINKED_PHRASE = Rule(
    code="unlinked-phrase",
    when="the content is checked",
    summary="A phrase under `unlinked` does not contain a name of the concept.",
    details="""
        A phrase keeps the name in it from being linked where the phrase means something else: "head start" does so
        for "head".
        """,
    why="Without the name in it, the phrase has no effect, and the author believes that it does.",
    example="`unlinked: [start]`, in the entry of the term `Head`",
    instead="`unlinked: [head start]`",
)
LOOK_ALIKE = Rule(
    code="look-alike",
    when="the content is checked",
    summary="A name contains deceptive characters, or looks like the name of another concept.",
    details="Deceptive are invisible characters, and letters of another alphabet that look like Latin ones.",
    why="Readers would take it for the other name, and searching for what they see would find nothing.",
    example="`term: Drорout`, with two Cyrillic letters",
    instead="`term: Dropout`",
)

ID_HELP = "use lowercase letters and digits, with single hyphens between words"
_ONE_ALPHABET = "write it with the letters of one alphabet"


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        yield from id_problems(glossary, entry.id, Place(entry.term.place.path))
    yield from _taken_names(glossary)
    for entry in glossary.entries.values():
        # Most entries have none, and compiling their names into a pattern each time would be slow.
        yield from _idle_phrases(entry) if entry.unlinked else ()
    yield from _look_alikes(glossary)


def id_problems(glossary: Glossary, id: str, place: Place) -> Iterator[Problem]:
    """What is wrong with the id of a concept. `place` is its file, which need not exist yet."""
    if not ID.fullmatch(id):
        yield BAD_ID.at(place, f'the file name "{id}" cannot be part of a URL', ID_HELP)
    if id in RESERVED:
        yield RESERVED_ID.at(place, f'the site uses "{id}" itself', "rename the file")
    axes = glossary.axes
    if axes.role(id) or axes.audience(id) or axes.format(id):
        message = f'"{id}" is the id of a role, an audience, or a format'
        yield CLASHING_ID.at(place, message, "rename the file")


def _taken_names(glossary: Glossary) -> Iterator[Problem]:
    """Terms come before aliases: the problem is reported where a second name was added, not at the thing itself."""
    owner: dict[str, tuple[Entry, Text]] = {}
    names = [(entry, name) for entry in glossary.entries.values() for name in entry.names]
    for entry, name in sorted(names, key=lambda named: named[1] is not named[0].term):
        other, first = owner.setdefault(name.casefold(), (entry, name))
        if first is not name:
            message = f'"{name}" is already a name of {other.id} ({first.place})'
            yield ALIAS_TAKEN.at(
                name.place, message, "keep it in one entry, and link that entry from the other"
            )


def _idle_phrases(entry: Entry) -> Iterator[Problem]:
    names = mentions(tuple(name.casefold() for name in entry.names), plural=True)
    for phrase in entry.unlinked:
        name = names.search(phrase)
        if name is None or name[0] == phrase:
            message = f'"{phrase}" does not contain "{entry.term}" or an alias together with other words'
            help = "write the whole phrase in which the name means something else, or delete it"
            yield UNLINKED_PHRASE.at(phrase.place, message, help)


def _look_alikes(glossary: Glossary) -> Iterator[Problem]:
    seen: dict[str, tuple[Entry, Text]] = {}
    for entry in glossary.entries.values():
        for name in entry.names:
            yield from _deceptive_characters(name)
            other, first = seen.setdefault(skeleton(name), (entry, name))
            # Equal names are reported as `alias-taken`.
            if first.casefold() != name.casefold() and other is not entry:
                message = f'"{name}" looks like "{first}", a name of {other.id} ({first.place})'
                yield LOOK_ALIKE.at(name.place, message, _ONE_ALPHABET)


def _deceptive_characters(name: Text) -> Iterator[Problem]:
    for joiner in JOINERS.finditer(name):
        message = f"the name contains an invisible character, {described(joiner[0])}"
        yield LOOK_ALIKE.at(name.at(joiner.start()), message, "delete it, and type the name again")
    if letter := misplaced(name):
        message = f'"{letter}" in "{name}" is {described(letter)}, and only looks like a Latin letter'
        yield LOOK_ALIKE.at(name.at(name.index(letter)), message, _ONE_ALPHABET)
