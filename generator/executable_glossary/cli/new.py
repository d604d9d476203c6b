"""Commands for whoever writes: begin an entry, tell the editor what belongs into one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from executable_glossary.app.editor_schemas import outdated
from executable_glossary.app.new import start
from executable_glossary.cli.options import GOOD, PROBLEMS, leave, no_such, opened, pass_root, tell
from executable_glossary.model.draft import Draft, Neighbor
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.slugs import alias_type, slug
from executable_glossary.stages.load import load


@click.command(short_help="Begin an entry: write concepts/<id>.yml with what belongs into it.")
@click.argument("term")
@click.option("--id", "id", help="Address of the concept, if it shall not be made from the term.")
@click.option("--alias", "aliases", multiple=True, help="Another way to write the term. May be given again.")
@click.option("--see-also", "neighbors", multiple=True, help="Id of a related concept. May be given again.")
@pass_root
def new(root: Path, term: str, id: str | None, aliases: tuple[str, ...], neighbors: tuple[str, ...]) -> None:
    """Begin an entry for TERM, such as "Knowledge distillation": writes concepts/knowledge-distillation.yml.

    Comments in the file say what belongs where, and what may be added. Nothing is overwritten.
    """
    if not (term := " ".join(term.split())):
        raise click.UsageError("the term is empty; say what the entry is about")
    project = opened(root)
    glossary, problems = load(project)
    if glossary is None:
        tell(problems)
        leave(problems)
    _refuse_unknown(glossary, neighbors)
    draft = Draft(
        id=id or slug(term),
        term=term,
        aliases=tuple((alias, alias_type(term, alias)) for alias in dict.fromkeys(aliases)),
        see_also=tuple(map(Neighbor, neighbors)) or (Neighbor(""),),
    )
    path, refused = start(project, glossary, draft)
    tell(refused)
    if path is not None:
        click.echo(_next_steps(project.relative(path), draft))
    leave(refused)


@click.command(short_help="Renew the JSON Schemas with which editors complete and check.")
@click.option(
    "--check", "checking", is_flag=True, help="Write nothing: say what is out of date, and leave with 1."
)
@pass_root
def schema(root: Path, checking: bool) -> None:
    """Write concepts/_entry.schema.json, and the same for axes, findings and rules, where they are out of date.

    They know the roles, audiences, formats and blocks of this glossary: renew them after a change of
    concepts/_axes.yml or of templates/blocks/. The first line of an entry leads editors there:
    # yaml-language-server: $schema=_entry.schema.json
    """
    project = opened(root)
    glossary, problems = load(project)
    if glossary is None:
        tell(problems)
        leave(problems)
    changed = outdated(project, glossary)
    for path, content in changed.items():
        if not checking:
            path.write_bytes(content)
        click.echo(f"{project.relative(path)} {'is out of date' if checking else 'is written'}")
    if not changed:
        click.echo("the schemas are up to date")
    sys.exit(PROBLEMS if checking and changed else GOOD)


def _next_steps(path: str, draft: Draft) -> str:
    return f"""{path} is written; its texts are empty. Next:
  1. Open it, and write the meaning, a see-also and the definition.
  2. glossary check      names each text that is still missing, with its line
  3. glossary serve      shows your page at /{draft.id}/ and all that you change
Lines with # in the file show what else may stand there."""


def _refuse_unknown(glossary: Glossary, neighbors: tuple[str, ...]) -> None:
    for concept in neighbors:
        if not glossary.has_entry(concept):
            raise no_such("concept", concept, glossary.entries, "`glossary plan` lists them")
