"""`glossary import`: entries from another program's glossary."""

from __future__ import annotations

from pathlib import Path

import click

from executable_glossary.adapters.csv_glossary import COLUMNS
from executable_glossary.app.import_glossary import (
    EXAMPLES,
    Imported,
    MissingLibrary,
    Reading,
    import_glossary,
    losses_as_text,
    write_new,
)
from executable_glossary.cli.options import exit_with, open_project, pass_root, print_problems
from executable_glossary.model.foreign_glossary import UnreadableGlossary
from executable_glossary.model.project import Project
from executable_glossary.model.terminal_text import single_line
from executable_glossary.stages.load import load


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--dry-run",
    "dry",
    is_flag=True,
    help="Write nothing; show what would be imported and what would be lost.",
)
@click.option(
    "--losses",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write everything that was not imported to a file. The command itself prints a summary.",
)
@click.option("--language", help="Language to import, such as de. Default: the language of the site.")
@click.option(
    "--columns",
    "--map",
    "fields",
    multiple=True,
    metavar="NAME=FIELD",
    help="What a column or a key of front matter contains: term, meaning, definition, aliases, or see_also. Can be "
    "repeated.",
)
@click.option("--encoding", help="Encoding of the file, such as cp1252. Default: UTF-8.")
@pass_root
def import_(
    root: Path,
    file: Path,
    dry: bool,
    losses: Path | None,
    language: str | None,
    fields: tuple[str, ...],
    encoding: str | None,
) -> None:
    """Create minimal entries from FILE: Sphinx's glossary directive (.rst); a table (.csv, .tsv, .md); Markdown with a
    MyST glossary, a definition list, abbreviations, bold terms, or headings (.md); a folder with a Markdown file for
    each term; or a SKOS concept scheme (.ttl, .rdf, .nt).

    The first sentence of a definition becomes the meaning if it fits. See-also references are created from links,
    relations, and mentions. Anything that does not fit in an entry is listed. Never overwrites a file.
    """
    project = open_project(root)
    reading = Reading(language or project.site.language, _fields(fields), encoding)
    imported = _imported(project, file, reading)
    if not dry:
        write_new(imported.files)
    click.echo(_summary(project, imported, file.name, dry))
    if losses:
        _write_losses(imported, losses)


def _write_losses(imported: Imported, file: Path) -> None:
    file.write_text(f"{losses_as_text(imported.losses)}\n", "utf-8")
    click.echo(f"\nEverything that was not imported is listed in {file}.")


def _imported(project: Project, file: Path, reading: Reading) -> Imported:
    glossary, problems = load(project)
    if glossary is None:
        print_problems(problems)
        exit_with(problems)
    try:
        return import_glossary(project, glossary, file, reading)
    except (UnreadableGlossary, MissingLibrary) as error:
        raise click.UsageError(single_line(str(error))) from error


def _fields(written: tuple[str, ...]) -> dict[str, str]:
    """Our names, keyed by the names in the file: `Begriff=term` or `Begriff=term,Text=definition`."""
    fields = {}
    for pair in (pair for each in written for pair in each.split(",")):
        name, sign, field = pair.rpartition("=")
        field = field.strip().replace("_", " ").lower()
        if not sign or field not in COLUMNS:
            known = ", ".join(name.replace(" ", "_") for name in COLUMNS)
            raise click.UsageError(f'"{pair}" must be a name, =, and one of {known}, such as Begriff=term')
        fields[name.strip()] = field
    return fields


def _summary(project: Project, imported: Imported, name: str, dry: bool) -> str:
    paths = [project.relative(path) for path in imported.files]
    count = single_line(f"{len(paths)} entr{'y' if len(paths) == 1 else 'ies'} from {name}")
    lines = [f"{'would import' if dry else 'imported'} {count}{':' if paths else ''}"]
    lines += [f"  {path}" for path in paths]
    if imported.losses:
        lines += ["", "Not imported:", losses_as_text(imported.losses, EXAMPLES)]
    if paths and not dry:
        lines += [
            "",
            "Next: run glossary check, which lists the text that is still missing, with line numbers.",
        ]
    return "\n".join(lines)
