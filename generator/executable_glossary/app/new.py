"""Writes the file for a new entry from a template, unless its id or one of its names is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.adapters.new_file import create
from executable_glossary.adapters.yaml_writer import yaml_value
from executable_glossary.model.draft import Draft
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.slugs import CLASHING_ID
from executable_glossary.stages.check.file_names import name_problems
from executable_glossary.stages.check.markup import NOT_PLAIN
from executable_glossary.stages.check.names import ALIAS_TAKEN, BAD_ID, id_problems
from executable_glossary.stages.new_entry import scaffold
from executable_glossary.text.confusables import INVISIBLE, described

# The schema file in the entries folder. Editors find it through the first line of each entry.
SCHEMA = "_entry.schema.json"
_TEMPLATE = "entry.yml.j2"
_OTHER_ID = "choose an id that contains only lowercase Latin letters, digits, and hyphens: --id ..."


def start(project: Project, glossary: Glossary, draft: Draft) -> tuple[Path | None, tuple[Problem, ...]]:
    """The path to the new file, or the problems that prevented its creation."""
    path = project.concepts / f"{draft.id}.yml"
    refused = tuple(_refused(project, glossary, draft, path))
    if refused:
        return None, refused
    templates = Templates(project.templates, project.root)
    templates.provide({"yaml": yaml_value}, {})
    try:
        text = templates.render(_TEMPLATE, schema=SCHEMA, **scaffold(glossary, draft))
    except TemplateFault as fault:
        return None, (fault.problem,)
    create(path, text)
    return path, ()


def _refused(project: Project, glossary: Glossary, draft: Draft, path: Path) -> Iterator[Problem]:
    place = Place(project.relative(path))
    if not draft.id:
        message = f'"{draft.term}" has no letters or digits that can be part of a URL'
        yield BAD_ID.at(Place(project.relative(project.concepts)), message, _OTHER_ID)
    else:
        for problem in (*id_problems(glossary, draft.id, place), *name_problems(draft.id, place)):
            yield replace(problem, help=_OTHER_ID)
    if glossary.has_entry(draft.id):
        written = glossary.entries.get(draft.id)
        message = f'the concept "{draft.id}" already has an entry'
        where = written.term.place if written else place
        yield CLASHING_ID.at(where, message, f"add to that entry, or {_OTHER_ID}")
    yield from _invisible(draft, place)
    yield from _taken(glossary, draft)


def _invisible(draft: Draft, place: Place) -> Iterator[Problem]:
    """A command-line argument can contain bytes that are not text, which YAML could not store."""
    for character in INVISIBLE.finditer(" ".join((draft.term, *dict(draft.aliases)))):
        message = f"a name contains an invisible character, {described(character[0])}"
        yield NOT_PLAIN.at(place, message, "type the name again")


def _taken(glossary: Glossary, draft: Draft) -> Iterator[Problem]:
    for name in (draft.term, *dict(draft.aliases)):
        owner = glossary.names.get(name.casefold())
        if owner is not None and owner != draft.id:
            written = next(own for own in glossary.entries[owner].names if own.casefold() == name.casefold())
            message = f'"{name}" is already a name of {owner}'
            yield ALIAS_TAKEN.at(written.place, message, "add to that entry, or choose a different name")
