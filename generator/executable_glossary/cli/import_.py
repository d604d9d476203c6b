"""`glossary import`: entries from another program's glossary."""

from __future__ import annotations

from pathlib import Path

import click

from executable_glossary.app.import_glossary import (
    Imported,
    MissingLibrary,
    import_glossary,
    losses_as_text,
    write_new,
)
from executable_glossary.cli.options import exit_with, open_project, pass_root, print_problems
from executable_glossary.model.foreign_glossary import UnreadableGlossary
from executable_glossary.model.project import Project
from executable_glossary.stages.load import load


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--dry-run",
    "dry",
    is_flag=True,
    help="Write nothing; show what would be imported and what would be lost.",
)
@click.option("--language", default="en", help="Language of SKOS labels and definitions. Default: en.")
@pass_root
def import_(root: Path, file: Path, dry: bool, language: str) -> None:
    """Create minimal entries from FILE: a Sphinx glossary directive (.rst); a table with the columns "term" and
    "definition" and, optionally, "aliases" and "see also" (.csv, .tsv, .md); or a SKOS concept scheme (.ttl, .rdf,
    .nt).

    The first sentence of a definition becomes the meaning, and the rest the definition. See-also references
    are created from links, relations, and mentions. Anything that does not fit in an entry is listed. Never
    overwrites a file.
    """
    project = open_project(root)
    glossary, problems = load(project)
    if glossary is None:
        print_problems(problems)
        exit_with(problems)
    try:
        imported = import_glossary(project, glossary, file, language)
    except (UnreadableGlossary, MissingLibrary) as error:
        raise click.UsageError(str(error)) from error
    if not dry:
        write_new(imported.files)
    click.echo(_summary(project, imported, file.name, dry))


def _summary(project: Project, imported: Imported, name: str, dry: bool) -> str:
    paths = [project.relative(path) for path in imported.files]
    count = f"{len(paths)} entr{'y' if len(paths) == 1 else 'ies'} from {name}"
    lines = [f"{'would import' if dry else 'imported'} {count}{':' if paths else ''}"]
    lines += [f"  {path}" for path in paths]
    if imported.losses:
        lines += ["", "Not imported:", losses_as_text(imported.losses)]
    if paths and not dry:
        lines += [
            "",
            "Next: run glossary check, which lists the text that is still missing, with line numbers.",
        ]
    return "\n".join(lines)
