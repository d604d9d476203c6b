"""Warns about patterns in mkdocs.yml that match no script, such as those with a typing error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from executable_glossary.adapters.mkdocs_config import place_of_name
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project
from executable_glossary.model.rule import Rule
from executable_glossary.stages.load.example_files import matches, scripts_in

UNUSED_PATTERN = Rule(
    code="unused-pattern",
    when="an example is read",
    severity="warning",
    summary="A pattern in `include_examples`, `exclude_examples`, `may_fail`, or `may_skip` matches no example.",
    why="The setting has no effect, often because of a typing error or because a script was renamed.",
    example='`exclude_examples: ["plt_*.py"]` where all names begin with `plot_`',
    instead='`exclude_examples: ["plot_*.py"]`',
)
_HELP = "correct the pattern, or delete it"


def unused_patterns(project: Project, names: Iterable[str]) -> tuple[Problem, ...]:
    """names: of all examples, including those that cannot be read."""
    return tuple(_unused(project, tuple(names)))


def _unused(project: Project, names: tuple[str, ...]) -> Iterator[Problem]:
    settings = project.settings
    scripts = [path.relative_to(project.examples).as_posix() for path in scripts_in(project)]
    for setting in ("include_examples", "exclude_examples") if scripts else ():
        for pattern in getattr(settings, setting) if setting in settings.model_fields_set else ():
            if not any(matches(script, (pattern,)) for script in scripts):
                message = f'{setting}: "{pattern}" matches no script in {project.relative(project.examples)}'
                yield UNUSED_PATTERN.at(place_of_name(project.root, setting, pattern), message, _HELP)
    for setting in ("may_fail", "may_skip") if names else ():
        for pattern in getattr(settings, setting):
            if not any(fnmatchcase(name, pattern) for name in names):
                place = place_of_name(project.root, setting, pattern)
                yield UNUSED_PATTERN.at(place, f'{setting}: "{pattern}" matches no example', _HELP)
