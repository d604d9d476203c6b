"""Imports a glossary in another format (Sphinx, CSV, Markdown, SKOS) as draft entries for `glossary import`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import Any

from executable_glossary.adapters.csv_glossary import read_csv
from executable_glossary.adapters.markdown_glossary import read_markdown
from executable_glossary.adapters.new_file import create
from executable_glossary.adapters.term_files import read_term_file, read_term_files
from executable_glossary.adapters.yaml_writer import yaml_text
from executable_glossary.app.new import SCHEMA
from executable_glossary.model.draft import Draft
from executable_glossary.model.foreign_glossary import ForeignGlossary, Loss, UnreadableGlossary
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.project import Project
from executable_glossary.model.terminal_text import single_line
from executable_glossary.stages.import_terms import draft_entries

REST, MARKDOWN = (".rst", ".rest", ".txt"), (".md", ".markdown")
TABLES, SKOS = (".csv", ".tsv"), (".ttl", ".rdf", ".nt")
# In a summary: the number of examples of each kind of loss, and the number of characters in an example.
EXAMPLES, LONGEST_EXAMPLE = 3, 100
# Limits in bytes and in the number of terms, so that an import ends within a minute.
LARGEST, MOST_TERMS = 50_000_000, 20_000
_MOST = f"{LARGEST // 1_000_000} MB"
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


@dataclass(frozen=True)
class Reading:
    """How to read a file. fields: our names for columns or front-matter keys, keyed by the names in the file.

    encoding: None for UTF-8, or UTF-16 if the file begins with a byte order mark.
    """

    language: str = "en"
    fields: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None


def import_glossary(project: Project, glossary: Glossary, file: Path, reading: Reading) -> Imported:
    """Read and convert the file without writing anything. Raises UnreadableGlossary or MissingLibrary."""
    try:
        foreign = read_foreign(file, reading)
        if len(foreign.terms) > MOST_TERMS:
            raise UnreadableGlossary(
                f"{file.name} contains more than {MOST_TERMS:,} terms; import it in parts"
            )
        drafts, losses = draft_entries(glossary, foreign, reading.language)
        files = {project.concepts / f"{draft.id}.yml": entry_text(draft) for draft in drafts}
    except RecursionError:
        raise UnreadableGlossary(
            f"{file.name} is nested too deeply; remove brackets, lists in lists, or indentation"
        ) from None
    except MemoryError:
        raise UnreadableGlossary(
            f"{file.name} needs more memory than this machine has; import it in parts"
        ) from None
    return Imported(files, losses)


def read_foreign(file: Path, reading: Reading) -> ForeignGlossary:
    """Read the file in the format indicated by its suffix, or all Markdown files in a folder."""
    if file.is_dir():
        paths = sorted(path for path in file.rglob("*") if path.suffix.lower() in MARKDOWN and path.is_file())
        if sum(path.stat().st_size for path in paths) > LARGEST:
            raise UnreadableGlossary(f"{file.name} contains more than {_MOST}; import it in parts")
        contents = {path.relative_to(file).as_posix(): _text(path, reading) for path in paths}
        return read_term_files(contents, reading.fields, reading.language, file.name)
    ending = file.suffix.lower()
    if ending in TABLES:
        return read_csv(file.name, _text(file, reading), reading.fields, reading.language)
    if ending in MARKDOWN:
        return _markdown(file.name, _text(file, reading), reading.fields)
    if ending in REST:
        return _with_docutils(file.name, _text(file, reading))
    if ending in SKOS:
        return _with_rdflib(file.name, _text(file, reading), reading.language)
    known = ", ".join((*REST, *TABLES, *MARKDOWN, *SKOS))
    raise UnreadableGlossary(
        f"{file.name} cannot be imported; use a file with one of these extensions: {known}"
    )


def _text(file: Path, reading: Reading) -> str:
    content = _content(file)
    marked = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(reading.encoding or marked)
    except LookupError as error:
        raise UnreadableGlossary(
            f'there is no encoding "{reading.encoding}"; use one such as cp1252'
        ) from error
    except UnicodeDecodeError as error:
        encoding = "UTF-8" if reading.encoding is None else reading.encoding
        raise UnreadableGlossary(
            f"{file.name} is not {encoding} text; name its encoding, such as --encoding cp1252"
        ) from error


def _content(file: Path) -> bytes:
    """The bytes of a file. A device or a pipe is not opened, because reading it might never end."""
    if not file.is_file():
        raise UnreadableGlossary(f"{file.name} is not a file; use a file or a folder of Markdown files")
    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnreadableGlossary(f"{file.name} is larger than {_MOST}; import it in parts")
    return content


def _markdown(name: str, content: str, fields: Mapping[str, str]) -> ForeignGlossary:
    """A whole glossary in one file or, if there is none, the one term that the front matter names."""
    try:
        return read_markdown(name, content, fields)
    except UnreadableGlossary:
        terms, losses = read_term_file(name, content, fields)
        if not terms:
            raise
        return ForeignGlossary(tuple(terms), tuple(losses))


def write_new(files: Mapping[Path, str]) -> None:
    """Write the new entries, each of them whole. Terms that already have an entry have been left out; an entry that was
    created in the meantime raises FileExistsError."""
    for path, text in files.items():
        create(path, text)


def entry_text(draft: Draft) -> str:
    """A minimal entry as YAML. Without a meaning, it is a draft, which `glossary check` reports."""
    head = f"# yaml-language-server: $schema={SCHEMA}\n"
    comments = [f"Imported from {draft.origin}"] if draft.origin else []
    lines = (f"# {' '.join(comment.split())}\n" for comment in (*comments, *draft.notes))
    return head + "".join(lines) + yaml_text(dict(_keys(draft)))


def losses_as_text(losses: Iterable[Loss], most: int | None = None) -> str:
    """Each kind of information that was lost, with its count, followed by every location or by `most` short
    examples."""
    lines: list[str] = []
    for kind, group in groupby(sorted(losses), key=lambda loss: loss.kind):
        members = list(group)
        lines.append(single_line(f"  {kind} ({len(members)})"))
        lines += [single_line(f"    {loss.place}: {_shown(loss.detail, most)}") for loss in members[:most]]
        if most is not None and len(members) > most:
            lines.append(f"    ... and {len(members) - most} more")
    return "\n".join(lines)


def _shown(detail: str, most: int | None) -> str:
    """The detail on one line, which an example shows only in part."""
    line = " ".join(detail.split())
    return line if most is None else shorten(line, LONGEST_EXAMPLE, placeholder=" ...")


def _keys(draft: Draft) -> Iterator[tuple[str, Any]]:
    yield "term", draft.term
    if draft.aliases:
        yield "aliases", [{"text": text, "type": type} for text, type in draft.aliases]
    if draft.meaning:
        yield "meaning", draft.meaning
    others = draft.see_also
    yield (
        "see_also",
        [{"concept": each.concept, "relation": each.relation, "why": each.why} for each in others],
    )
    yield "blocks", {kind: f"{text}\n" for kind, text in draft.blocks.items()}


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
