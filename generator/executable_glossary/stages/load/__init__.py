"""Reads a project's files into a `Glossary` and reports the problems in all files at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from executable_glossary.adapters.files import files_in, refused
from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_config import unknown_settings
from executable_glossary.adapters.schema import Model, validated
from executable_glossary.adapters.word_catalog import catalog
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Example
from executable_glossary.model.example_folder import ExampleFolder
from executable_glossary.model.findings import Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.inventory import Inventory
from executable_glossary.model.problem import Place, Problem, errors
from executable_glossary.model.project import Project
from executable_glossary.model.rule import Rule
from executable_glossary.model.rule_settings import Rules, WordList
from executable_glossary.model.slugs import CLASHING_ID
from executable_glossary.model.text import Text
from executable_glossary.stages.load.examples import (
    data_files,
    example_names,
    load_examples,
    load_modules,
)
from executable_glossary.stages.load.folders import load_folders
from executable_glossary.stages.load.inventories import load_inventories
from executable_glossary.stages.load.odd_files import odd_files
from executable_glossary.stages.load.tracked_store import tracked_store
from executable_glossary.stages.load.unread_files import unread_files
from executable_glossary.stages.load.unreadable_files import unreadable_files
from executable_glossary.stages.load.unused_patterns import unused_patterns

MISSING_AXES = Rule(
    code="missing-axes",
    when="an entry or the axes are read",
    summary="There is no file `concepts/_axes.yml`.",
    details="The file lists the glossary's roles, audiences, and formats.",
    why="Without formats, there are no pages.",
    example="A folder `concepts/` that contains only entries",
    instead="The file that `glossary init` writes",
)
AXES = "_axes.yml"
FINDINGS = "_findings.yml"
RULES = "_rules.yml"


def load(project: Project) -> tuple[Glossary | None, tuple[Problem, ...]]:
    """The glossary, made up of everything that could be read (None if the axes are invalid or a file may not be read), and all
    problems."""
    unreadable = unreadable_files(project)
    return (None, unreadable) if unreadable else _load(project)


def _load(project: Project) -> tuple[Glossary | None, tuple[Problem, ...]]:
    axes, axes_problems = _axes(project)
    entries, entry_problems = _entries(project)
    examples, example_problems = load_examples(project)
    modules, module_problems = load_modules(project)
    findings, finding_problems = _findings(project)
    templates = Templates(project.templates, project.root)
    rules, lists, rule_problems = _rules(project, templates)
    words, word_problems = catalog(templates, project.site.language)
    folders, inventories, rest_problems = _for_rest(project, examples)
    problems = (*axes_problems, *entry_problems, *example_problems, *module_problems, *finding_problems)
    problems += (*rule_problems, *word_problems, *templates.problems(), *rest_problems)
    named = tuple(example_names(project))
    problems += _in_project(project, named)
    if axes is None:
        return None, problems
    unread = frozenset(path.stem for path in _entry_files(project)).difference(entries)
    unread_examples = frozenset(named).difference(examples)
    names, data = templates.names(), data_files(project, examples, folders)
    glossary = Glossary(
        *(axes, entries, examples, names, unread, unread_examples, modules, data, findings),
        *(rules, lists, words, inventories, folders),
    )
    return glossary, problems


def _in_project(project: Project, examples: tuple[str, ...]) -> tuple[Problem, ...]:
    """Problems with the project's files and settings as a whole. examples: the names of all examples."""
    files = (*unread_files(project, AXES, FINDINGS, RULES), *odd_files(project), *tracked_store(project))
    return (*files, *unknown_settings(project.root), *unused_patterns(project, examples))


def _for_rest(
    project: Project, examples: Mapping[str, Example]
) -> tuple[Mapping[str, ExampleFolder], tuple[Inventory, ...], tuple[Problem, ...]]:
    """The introductions of folders, and the documentation to which text in reST can refer."""
    folders, folder_problems = load_folders(project, examples)
    inventories, inventory_problems = load_inventories(project)
    return folders, inventories, (*folder_problems, *inventory_problems)


def _axes(project: Project) -> tuple[Axes | None, tuple[Problem, ...]]:
    path = project.concepts / AXES
    if not path.is_file():
        place = Place(project.relative(path))
        help = "create it and list the roles, audiences, and formats in it; README.md shows how"
        return None, (MISSING_AXES.at(place, "this file does not exist", help),)
    axes, problems = _read(Axes, project, path)
    return (None if errors(problems) else axes), problems


def _findings(project: Project) -> tuple[Findings | None, tuple[Problem, ...]]:
    """The findings, which are optional."""
    path = project.concepts / FINDINGS
    return _read(Findings, project, path) if path.is_file() else (None, ())


def _rules(
    project: Project, templates: Templates
) -> tuple[Rules, Mapping[str, Mapping[Text, Text]], tuple[Problem, ...]]:
    """The glossary's own settings for prose rules, and the word lists in the template folders."""
    path = project.concepts / RULES
    own, problems = _read(Rules, project, path) if path.is_file() else (None, ())
    lists: dict[str, Mapping[Text, Text]] = {}
    for name in templates.stems("rules", ".yml"):
        file, shown = templates.find(f"rules/{name}.yml")
        if file is None:
            continue
        refusal = templates.refused(file, shown)
        words, list_problems = (None, (refusal,)) if refusal else _parsed(WordList, shown, file.read_bytes())
        lists[name] = words.words if words is not None else {}
        problems = (*problems, *list_problems)
    return own or Rules(), lists, problems


def _entries(project: Project) -> tuple[Mapping[str, Entry], tuple[Problem, ...]]:
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for path in _entry_files(project):
        name = project.relative(path)
        if path.stem in entries:
            problems.append(_second_file(name, entries[path.stem]))
            continue
        entry, wrong = _read(Entry, project, path, id=path.stem)
        problems += wrong
        if entry is not None:
            entries[path.stem] = entry
    return entries, tuple(problems)


def _entry_files(project: Project) -> list[Path]:
    return files_in(project.concepts, ".yml", ".yaml")


def _read(
    model: type[Model], project: Project, path: Path, **given: str
) -> tuple[Model | None, tuple[Problem, ...]]:
    name = project.relative(path)
    if refusal := refused(path, project.root, name):
        return None, (refusal,)
    return _parsed(model, name, path.read_bytes(), **given)


# During a preview, all files are read again after each save. The same bytes result in the same object, so later
# stages can detect that nothing changed.
@lru_cache(maxsize=2**13)
def _parsed(
    model: type[Model], name: str, content: bytes, **given: str
) -> tuple[Model | None, tuple[Problem, ...]]:
    source, unreadable = read_yaml(name, content)
    if source is None:
        return None, unreadable
    read, wrong = validated(model, source, **given)
    # A value that could not be read is not reported again for having the wrong type.
    reported = {problem.place for problem in unreadable}
    return read, (*unreadable, *(problem for problem in wrong if problem.place not in reported))


def _second_file(name: str, entry: Entry) -> Problem:
    message = f'the concept "{entry.id}" is already defined in {entry.term.place.path}'
    return CLASHING_ID.at(Place(name), message, "rename or delete one of the files")
