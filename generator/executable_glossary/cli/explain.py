"""`glossary explain`: what a rule checks, and how to fix or silence a problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_config import find_project, read_project
from executable_glossary.app.explain_code import as_terminal, listed
from executable_glossary.app.rule_index import rules
from executable_glossary.cli.options import unknown_name
from executable_glossary.model.project import PACKAGED
from executable_glossary.model.rule import Rule
from executable_glossary.stages.render.manual_pages import rule_page


@click.command()
@click.argument("code", required=False)
@click.pass_obj
def explain(directory: Path, code: str | None) -> None:
    """Explain CODE, the word in brackets in a problem message. Without CODE, list all codes.

    The explanation states what the rule checks, why it matters, and what to write instead. You can silence a prose
    rule by giving a reason; all other rules report mistakes, which you have to fix.
    """
    if code is None:
        click.echo(listed(rules().values()))
    else:
        click.echo(as_terminal(rule_page(_templates(directory), _rule(code, rules()))))


def _templates(directory: Path) -> Templates:
    """The project's templates, which can override packaged ones. Outside a project, or if mkdocs.yml has an error, only
    the packaged templates are used: the user may want an explanation of that very error."""
    root = find_project(directory.resolve())
    project = read_project(root)[0] if root is not None else None
    return Templates(project.templates, project.root) if project else Templates(PACKAGED, PACKAGED)


def _rule(code: str, known: Mapping[str, Rule]) -> Rule:
    """`code` can be copied from a problem message with or without the brackets: `warning[jargon]` or `jargon`."""
    bare = code.rpartition("[")[2].rstrip("]:").strip()
    if rule := known.get(bare):
        return rule
    raise unknown_name("code", bare, known, "`glossary explain` lists them")
