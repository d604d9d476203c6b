"""Every concept has a unique id and unique names, and no name looks like the name of another concept."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import RESERVED, Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.slugs import CLASHING_ID, inside_a_sentence, is_concept_id
from executable_glossary.model.text import Text
from executable_glossary.text.confusables import JOINERS, described, misplaced, skeleton
from executable_glossary.text.term_matcher import mentions

BAD_ID = Rule(
    code="bad-id",
    when="the content is checked",
    summary="An id cannot be part of a URL.",
    details="""
        An id consists of lowercase letters and digits, with single hyphens between words. The id of a concept is the
        name of its file, without `.yml`, and can contain letters of any script. All other ids are in Latin letters.
        """,
    why="Ids are parts of URLs, which must work in every browser and when typed by hand.",
    example="`concepts/Whole_Grain.yml`",
    instead="`concepts/whole-grain.yml`",
)
RESERVED_ID = Rule(
    code="reserved-id",
    when="the content is checked",
    summary="An id is reserved for a page that every site has.",
    why="The site's own page and the concept's page would overwrite each other.",
    example="`concepts/map.yml`",
    instead="`concepts/flour-map.yml`",
)
ALIAS_TAKEN = Rule(
    code="alias-taken",
    when="the content is checked",
    summary="Two concepts have the same name.",
    details="The comparison of terms and aliases ignores case.",
    why="A link with that name could refer to either of them.",
    example="The alias `sourdough` in the entries for sourdough and starter",
    instead="Keep the name in one entry, and link to that entry from the other.",
)
UNLINKED_PHRASE = Rule(
    code="unlinked-phrase",
    when="the content is checked",
    summary="A phrase under `unlinked` does not contain a name of the concept.",
    details="""
        Such a phrase contains a name but means something else, so the name in it is not linked. For example, "head
        start" is not about a "head".
        """,
    why="A phrase without the name would have no effect.",
    example="`unlinked: [start]`, in the entry for the term `Head`",
    instead="`unlinked: [head start]`",
)
LOOK_ALIKE = Rule(
    code="look-alike",
    when="the content is checked",
    summary="A name contains deceptive characters, or looks like the name of another concept.",
    details="Invisible characters are deceptive, as are letters from other alphabets that look like Latin letters.",
    why="Readers would mistake it for the other name, and a search for the name they see would find nothing.",
    example="`term: Sоurdоugh`, with two Cyrillic letters",
    instead="`term: Sourdough`",
)

ID_HELP = "use lowercase letters and digits, with single hyphens between words"
_ONE_ALPHABET = "use letters from only one alphabet"


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        yield from id_problems(glossary, entry.id, Place(entry.term.place.path))
    yield from _taken_names(glossary)
    for entry in glossary.entries.values():
        # Most entries have no such phrases, and compiling the names of every entry into a pattern would be slow.
        yield from _idle_phrases(entry) if entry.unlinked else ()
    yield from _look_alikes(glossary)


def id_problems(glossary: Glossary, id: str, place: Place) -> Iterator[Problem]:
    """Problems with the id of a concept. `place` is the concept's file, which need not exist yet."""
    if not is_concept_id(id):
        yield BAD_ID.at(place, f'the file name "{id}" cannot be part of a URL', ID_HELP)
    if id in RESERVED:
        yield RESERVED_ID.at(place, f'"{id}" is reserved by the site', "rename the file")
    axes = glossary.axes
    if axes.role(id) or axes.audience(id) or axes.format(id):
        message = f'"{id}" is also the id of a role, an audience, or a format'
        yield CLASHING_ID.at(place, message, "rename the file")


def _taken_names(glossary: Glossary) -> Iterator[Problem]:
    """Terms are checked before aliases, so if an alias equals a term, the problem is reported for the alias."""
    owner: dict[str, tuple[Entry, Text]] = {}
    names = [(entry, name) for entry in glossary.entries.values() for name in entry.names]
    for entry, name in sorted(names, key=lambda named: named[1] is not named[0].term):
        other, first = owner.setdefault(name.casefold(), (entry, name))
        if first is not name:
            message = f'"{name}" is already a name of {other.id} ({first.place})'
            yield ALIAS_TAKEN.at(
                name.place, message, "keep it in one entry, and link to that entry from the other"
            )


def _idle_phrases(entry: Entry) -> Iterator[Problem]:
    usual = {spelling for name in entry.names for spelling in (str(name), inside_a_sentence(name))}
    folded = {name.casefold() for name in usual}
    names = mentions(tuple(folded), plural=True)
    for phrase in entry.unlinked:
        name = names.search(phrase)
        in_other_case = phrase.casefold() in folded and phrase not in usual
        if name is None or (name[0] == phrase and not in_other_case):
            message = f'"{phrase}" must contain "{entry.term}" or an alias, with other words or different capitalization'
            help = "write the whole phrase in which the name means something else, or delete it"
            yield UNLINKED_PHRASE.at(phrase.place, message, help)


def _look_alikes(glossary: Glossary) -> Iterator[Problem]:
    seen: dict[str, tuple[Entry, Text]] = {}
    for entry in glossary.entries.values():
        for name in entry.names:
            yield from _deceptive_characters(name)
            other, first = seen.setdefault(skeleton(name), (entry, name))
            # Identical names are reported as `alias-taken`.
            if first.casefold() != name.casefold() and other is not entry:
                message = f'"{name}" looks like "{first}", a name of {other.id} ({first.place})'
                yield LOOK_ALIKE.at(name.place, message, _ONE_ALPHABET)


def _deceptive_characters(name: Text) -> Iterator[Problem]:
    for joiner in JOINERS.finditer(name):
        message = f"the name contains an invisible character, {described(joiner[0])}"
        yield LOOK_ALIKE.at(name.at(joiner.start()), message, "delete it, and retype the name")
    if letter := misplaced(name):
        message = f'"{letter}" in "{name}" is {described(letter)}, which only looks like a Latin letter'
        yield LOOK_ALIKE.at(name.at(name.index(letter)), message, _ONE_ALPHABET)
