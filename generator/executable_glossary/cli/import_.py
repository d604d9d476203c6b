"""The command that brings a glossary in from another program."""

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
from executable_glossary.cli.options import leave, opened, pass_root, tell
from executable_glossary.model.foreign_glossary import UnreadableGlossary
from executable_glossary.model.project import Project
from executable_glossary.stages.load import load


@click.command(name="import", short_help="Make entries of a glossary in reST, CSV, Markdown or SKOS.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "dry", is_flag=True, help="Write nothing: say what would be made, and what lost.")
@click.option("--language", default="en", help="Of SKOS labels and definitions. Default: en.")
@pass_root
def import_command(root: Path, file: Path, dry: bool, language: str) -> None:
    """Make least entries of FILE: a glossary directive of Sphinx (.rst), a table with columns term and
    definition, also aliases and see also (.csv, .tsv, .md), or a SKOS concept scheme (.ttl, .rdf, .nt).

    The first sentence of a definition becomes the meaning, the rest the definition; see-alsos come from
    links, relations and mentions. All that an entry does not hold is listed. Nothing is overwritten.
    """
    project = opened(root)
    glossary, problems = load(project)
    if glossary is None:
        tell(problems)
        leave(problems)
    try:
        imported = import_glossary(project, glossary, file, language)
    except (UnreadableGlossary, MissingLibrary) as error:
        raise click.UsageError(str(error)) from error
    if not dry:
        write_new(imported.files)
    click.echo(_told(project, imported, file.name, dry))


def _told(project: Project, imported: Imported, name: str, dry: bool) -> str:
    paths = [project.relative(path) for path in imported.files]
    done = "would be made" if dry else "made"
    number = f"{len(paths)} entr{'y' if len(paths) == 1 else 'ies'} {done} of {name}"
    lines = [number + (":" if paths else ""), *(f"  {path}" for path in paths)]
    if imported.losses:
        lines += ["", f"What is not in {'them' if paths else 'an entry'}:", losses_as_text(imported.losses)]
    if paths and not dry:
        lines += ["", "Next: glossary check names each text that is still to be written, with its line."]
    return "\n".join(lines)
