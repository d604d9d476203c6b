"""`glossary new`: the file for a new entry."""

from __future__ import annotations

from pathlib import Path

import click

from executable_glossary.app.new import start
from executable_glossary.cli.options import exit_with, open_project, pass_root, print_problems, unknown_name
from executable_glossary.model.draft import Draft, Neighbor
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.slugs import alias_type, slug
from executable_glossary.stages.load import load


@click.command()
@click.argument("term")
@click.option(
    "--id", "id", help="The concept's id, which is also its URL path. Default: derived from the term."
)
@click.option("--alias", "aliases", multiple=True, help="Another name for the term. Can be repeated.")
@click.option(
    "--see-also", "neighbors", multiple=True, metavar="ID", help="A related concept. Can be repeated."
)
@pass_root
def new(root: Path, term: str, id: str | None, aliases: tuple[str, ...], neighbors: tuple[str, ...]) -> None:
    """Start an entry for TERM: "Knowledge distillation" becomes concepts/knowledge-distillation.yml.

    Comments in the file explain what to write where, and what you can add. Never overwrites a file.
    """
    if not (term := " ".join(term.split())):
        raise click.UsageError("the term is empty; enter the term that the entry explains")
    project = open_project(root)
    glossary, problems = load(project)
    if glossary is None:
        print_problems(problems)
        exit_with(problems)
    _refuse_unknown(glossary, neighbors)
    draft = Draft(
        id=id or slug(term, project.site.language),
        term=term,
        aliases=tuple((alias, alias_type(term, alias)) for alias in dict.fromkeys(aliases)),
        see_also=tuple(map(Neighbor, neighbors)) or (Neighbor(""),),
    )
    path, problems = start(project, glossary, draft)
    print_problems(problems)
    if path is not None:
        click.echo(_next_steps(project.relative(path), draft))
    exit_with(problems)


def _next_steps(path: str, draft: Draft) -> str:
    return f"""wrote {path}, which has no text yet. Next:
  1. Open it, and write the meaning, a see-also reference, and the definition.
  2. glossary check      lists the text that is still missing, with line numbers
  3. glossary serve      shows your page at /{draft.id}/ and updates it after each change
Lines in the file that begin with # show what else you can write."""


def _refuse_unknown(glossary: Glossary, neighbors: tuple[str, ...]) -> None:
    for concept in neighbors:
        if not glossary.has_entry(concept):
            raise unknown_name("concept", concept, glossary.entries, "`glossary plan` lists them")
