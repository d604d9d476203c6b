"""Writes the file of a new entry for `glossary new`, unless its id or one of its names is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.adapters.yaml_writer import yaml_value
from executable_glossary.model.draft import Draft
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.stages.check.file_names import name_problems
from executable_glossary.stages.check.names import id_problems
from executable_glossary.stages.new_entry import scaffold
from executable_glossary.text.confusables import INVISIBLE, described

# A file beside the entries; the first line of each entry refers editors to it.
SCHEMA = "_entry.schema.json"
_TEMPLATE = "entry.yml.j2"
_OTHER_ID = "give it an address of small Latin letters, digits and hyphens: --id ..."


def start(project: Project, glossary: Glossary, draft: Draft) -> tuple[Path | None, tuple[Problem, ...]]:
    """The written file, or the problems that prevented it."""
    path = project.concepts / f"{draft.id}.yml"
    problems = tuple(_problems(project, glossary, draft, path))
    if problems:
        return None, problems
    templates = Templates(project.templates, project.root)
    templates.provide({"yaml": yaml_value}, {})
    try:
        text = templates.render(_TEMPLATE, schema=SCHEMA, **scaffold(glossary, draft))
    except TemplateFault as fault:
        return None, (fault.problem,)
    # Mode "x" fails if the file was created in the meantime.
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return path, ()


def _problems(project: Project, glossary: Glossary, draft: Draft, path: Path) -> Iterator[Problem]:
    place = Place(project.relative(path))
    if not draft.id:
        message = f'"{draft.term}" has no letter that an address may hold'
        yield Problem(Place(project.relative(project.concepts)), "bad-id", message, _OTHER_ID)
    else:
        for problem in (*id_problems(glossary, draft.id, place), *name_problems(draft.id, place)):
            yield replace(problem, help=_OTHER_ID)
    if glossary.has_entry(draft.id):
        existing = glossary.entries.get(draft.id)
        message = f'the concept "{draft.id}" is written already'
        yield Problem(
            existing.term.place if existing else place,
            "clashing-id",
            message,
            f"go on writing there, or {_OTHER_ID}",
        )
    yield from _invisible_characters(draft, place)
    yield from _duplicate_names(glossary, draft)


def _invisible_characters(draft: Draft, place: Place) -> Iterator[Problem]:
    """Names come from a terminal and may contain characters that YAML does not allow."""
    for match in INVISIBLE.finditer(" ".join((draft.term, *dict(draft.aliases)))):
        message = f"there is a character in the names that cannot be seen, {described(match[0])}"
        yield Problem(place, "not-plain", message, "write the name anew")


def _duplicate_names(glossary: Glossary, draft: Draft) -> Iterator[Problem]:
    for name in (draft.term, *dict(draft.aliases)):
        owner = glossary.names.get(name.casefold())
        if owner is not None and owner != draft.id:
            existing = next(own for own in glossary.entries[owner].names if own.casefold() == name.casefold())
            message, help = (
                f'"{name}" is already a name of {owner}',
                "go on writing there, or choose another name",
            )
            yield Problem(existing.place, "alias-taken", message, help)
