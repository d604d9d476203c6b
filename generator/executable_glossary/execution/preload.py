"""Chooses the modules that a fork server imports before it forks any runs: those that several runs import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from executable_glossary.execution.import_statements import ImportStatement, imports_in
from executable_glossary.execution.installed_modules import is_fixed, submodule_exists
from executable_glossary.model.example import Example

FEWEST_RUNS = 2  # importing a module in advance for a single run saves nothing


def common_modules(root: Path, examples: Iterable[Example]) -> tuple[str, ...]:
    """The modules that at least two runs import, most frequent first.

    Searches the code of the examples, and of the modules in their folder, for import statements outside functions. Only
    modules from installed packages count, because you may edit the others at any time. root: the project's folder.
    examples: one item for each run.
    """
    runs, modules = Counter[str](), dict[str, tuple[str, ...]]()
    for example in examples:
        if example.name not in modules:
            modules[example.name] = _modules(root, example)
        runs.update(modules[example.name])
    return tuple(module for module, count in runs.most_common() if count >= FEWEST_RUNS)


def _modules(root: Path, example: Example) -> tuple[str, ...]:
    """The modules that a run of the example imports from installed packages, in order and without repetitions."""
    folder = (root / example.path).parent
    queue, seen = [*imports_in(example.source)], set[str]()
    found: dict[str, None] = {}
    while queue:
        statement = queue.pop(0)
        beside = tuple(_sources(folder, statement.top))
        if statement.nested:
            continue
        if not beside and is_fixed(statement.top):
            found |= dict.fromkeys(_names(statement))
        elif statement.top not in seen:
            queue += (each for file in beside for each in imports_in(_content(file)))
        seen.add(statement.top)
    return tuple(found)


def _names(statement: ImportStatement) -> Iterator[str]:
    """The modules that the statement imports: `matplotlib` and `matplotlib.pyplot` for `from matplotlib import pyplot`.

    Leaves out modules called `__main__`, because importing one would start a program.
    """
    submodules = (name for name in statement.names if submodule_exists(statement.module, name))
    names = (statement.module, *(f"{statement.module}.{name}" for name in submodules))
    yield from (name for name in names if not name.endswith("__main__"))


def _sources(folder: Path, module: str) -> Iterator[Path]:
    """The source files of the top-level module with this name in the examples folder."""
    if (folder / f"{module}.py").is_file():
        yield folder / f"{module}.py"
    if (folder / module).is_dir():
        yield from sorted((folder / module).rglob("*.py"))


def _content(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig", "replace")
    except OSError:
        return ""
