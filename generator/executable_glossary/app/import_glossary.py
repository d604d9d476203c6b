"""Imports a glossary in another format (Sphinx, CSV, Markdown, SKOS) as draft entries for `glossary import`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from executable_glossary.adapters.csv_glossary import read_csv, read_markdown_table
from executable_glossary.adapters.yaml_writer import yaml_text
from executable_glossary.app.new import SCHEMA
from executable_glossary.model.draft import Draft, Neighbor
from executable_glossary.model.foreign_glossary import ForeignGlossary, Loss, UnreadableGlossary
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.project import Project
from executable_glossary.stages.import_terms import draft_entries

REST, MARKDOWN = (".rst", ".rest", ".txt"), (".md", ".markdown")
TABLES, SKOS = (".csv", ".tsv"), (".ttl", ".rdf", ".nt")
# Names the library rather than our extra, because the generator might not have been installed from a package
# index.
_INSTALL = "pip install {}"


class MissingLibrary(Exception):
    """The library for this format is not installed. The message says how to install it."""


@dataclass(frozen=True)
class Imported:
    """The files to write, with their text, in source order, and everything that could not be imported."""

    files: Mapping[Path, str]
    losses: tuple[Loss, ...]


def import_glossary(project: Project, glossary: Glossary, file: Path, language: str) -> Imported:
    """Read and convert the file without writing anything. Raises UnreadableGlossary or MissingLibrary."""
    drafts, losses = draft_entries(glossary, read_foreign(file, language))
    files = {project.concepts / f"{draft.id}.yml": entry_text(draft) for draft in drafts}
    return Imported(files, losses)


def read_foreign(file: Path, language: str) -> ForeignGlossary:
    """Read the file in the format indicated by its suffix."""
    try:
        content = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableGlossary(f"{file.name} is not UTF-8 text; save it with that encoding") from error
    ending = file.suffix.lower()
    if ending in TABLES:
        return read_csv(file.name, content)
    if ending in MARKDOWN:
        return read_markdown_table(file.name, content)
    if ending in REST:
        return _with_docutils(file.name, content)
    if ending in SKOS:
        return _with_rdflib(file.name, content, language)
    known = ", ".join((*REST, *TABLES, *MARKDOWN, *SKOS))
    raise UnreadableGlossary(
        f"{file.name} cannot be imported; use a file with one of these extensions: {known}"
    )


def write_new(files: Mapping[Path, str]) -> None:
    """Write the new entries; existing entries have been left out. Mode "x" fails if a file was created in the
    meantime."""
    for path, text in files.items():
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)


def entry_text(draft: Draft) -> str:
    """A minimal entry as YAML. Fields whose text the author must write are empty, and `glossary check` reports them."""
    head = f"# yaml-language-server: $schema={SCHEMA}\n"
    origin = f"# Imported from {draft.origin}\n" if draft.origin else ""
    return head + origin + yaml_text(dict(_keys(draft)))


def losses_as_text(losses: Iterable[Loss]) -> str:
    """Each kind of information that was lost, with its count, followed by every location."""
    lines: list[str] = []
    for kind, group in groupby(sorted(losses), key=lambda loss: loss.kind):
        members = list(group)
        lines.append(f"  {kind} ({len(members)})")
        lines += [f"    {loss.place}: {loss.detail}" for loss in members]
    return "\n".join(lines)


def _keys(draft: Draft) -> Iterator[tuple[str, Any]]:
    yield "term", draft.term
    if draft.aliases:
        yield "aliases", [{"text": text, "type": type} for text, type in draft.aliases]
    yield "meaning", draft.meaning or None
    yield "see_also", [_neighbor(other) for other in draft.see_also or (Neighbor(""),)]
    yield "blocks", {kind: f"{text}\n" if text else None for kind, text in draft.blocks.items()}


def _neighbor(other: Neighbor) -> dict[str, str | None]:
    return {"concept": other.concept or None, "relation": other.relation, "why": other.why or None}


def _with_docutils(name: str, content: str) -> ForeignGlossary:
    try:
        from executable_glossary.adapters.sphinx_glossary import read_rest
    except ModuleNotFoundError as error:
        install = _INSTALL.format(error.name)
        raise MissingLibrary(f"reading reST requires {error.name}; to install it, run: {install}") from error
    return read_rest(name, content)


def _with_rdflib(name: str, content: str, language: str) -> ForeignGlossary:
    try:
        from executable_glossary.adapters.skos_glossary import read_skos
    except ModuleNotFoundError as error:
        install = _INSTALL.format(error.name)
        raise MissingLibrary(f"reading SKOS requires {error.name}; to install it, run: {install}") from error
    return read_skos(name, content, language)
