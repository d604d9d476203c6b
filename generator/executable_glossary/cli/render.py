"""`glossary render`: the site's source for other site generators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from executable_glossary.app.manual import with_manual
from executable_glossary.app.pipeline import build
from executable_glossary.app.plain_tree import plain_tree
from executable_glossary.app.run_progress import RunProgress
from executable_glossary.cli.commands import describe
from executable_glossary.cli.options import (
    exit_with,
    jobs_option,
    open_project,
    pass_root,
    print_problems,
    runs_option,
    strict_option,
)
from executable_glossary.cli.output_folder import refuse_foreign
from executable_glossary.execution import ForkServerRunner
from executable_glossary.model.terminal_text import single_line
from executable_glossary.stages.write_tree import write


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@runs_option
@jobs_option
@strict_option
@pass_root
def render(root: Path, folder: Path, **settings: Any) -> None:
    """Write the site's source to FOLDER as plain Markdown, for site generators such as Zensical."""
    project = open_project(root, **settings)
    refuse_foreign(folder, "docs/glossary.json")
    group = click.get_current_context().find_root().command
    built = build(project, ForkServerRunner.of(project), RunProgress())
    built = with_manual(project, built, lambda: describe(group))
    print_problems(built.problems)
    if not built.failed:
        count = write(plain_tree(project, built.documents), folder)
        click.echo(single_line(f"wrote {count} files to {folder}"))
    exit_with(built.problems)
