"""No file in the examples folder shadows a module that the examples need, whether from Python or from a package."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement

from executable_glossary.execution.import_statements import imports_in
from executable_glossary.execution.installed_modules import location, needed_by
from executable_glossary.model.example import Example
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule

SHADOWING_NAME = Rule(
    code="shadowing-name",
    when="the content is checked",
    summary="A file in the examples folder has the same name as a module from Python or an imported package.",
    details="""
        Python looks for a module in the script's folder first. The rule checks examples, the modules that they
        share, and folders with an `__init__.py`. It reports an error if an example imports the shadowed module,
        directly or indirectly. Otherwise, it reports a warning if the module is part of Python itself, because any
        package may need it.
        """,
    why="The examples would import the file instead of the module and would fail or give wrong results.",
    example="An example `examples/statistics.py`, and another example that contains `import statistics`",
    instead="`examples/statistics_example.py`. Change the name in entries, `needs`, and `examples/recorded/` too.",
)
Importers = Mapping[
    str, str
]  # the first import, such as "usual.py imports on line 9", keyed by top-level module


@dataclass(frozen=True)
class Candidate:
    """A file or folder beside examples that they can import as the module `name`."""

    name: str
    path: str
    is_example: bool


def problems(glossary: Glossary) -> Iterator[Problem]:
    for folder in sorted({PurePosixPath(example.path).parent for example in glossary.examples.values()}):
        yield from _in_folder(glossary, folder)


def _in_folder(glossary: Glossary, folder: PurePosixPath) -> Iterator[Problem]:
    """A script imports what is in its own folder, and nothing that is only in another one."""
    beside = [each for each in glossary.examples.values() if PurePosixPath(each.path).parent == folder]
    importers = _importers(glossary, folder, beside)
    declared = {Requirement(text).name for each in beside for text in each.dependencies}
    for candidate in _candidates(glossary, folder, beside):
        name = candidate.name
        if name in sys.stdlib_module_names:
            need = _need_of_python(name, importers)
            yield _problem(candidate, "of Python", need)
        elif _is_installed(candidate) or (name in declared and name in importers):
            distribution = "" if name in importers else needed_by(importers, declared, name)
            need = f"the package {distribution} needs" if distribution else importers.get(name, "")
            if need:
                yield _problem(candidate, "of a package", need)


def _is_installed(candidate: Candidate) -> bool:
    """Whether another module of this name could be imported. The examples folder itself may be on Python's path."""
    place = location(candidate.name)
    return place is not None and not place.as_posix().endswith(f"/{candidate.path}")


def _problem(candidate: Candidate, owner: str, need: str) -> Problem:
    """need: the import of the shadowed module, such as "usual.py imports on line 9"; empty if none is known."""
    file = PurePosixPath(candidate.path).name
    message = f'"{file}" has the same name as a module {owner}'
    message += (
        f", which {need}" if need else "; a package that needs the module would import this file instead"
    )
    problem = SHADOWING_NAME.at(Place(candidate.path), message, _help(candidate))
    return problem if need else replace(problem, severity="warning")


def _help(candidate: Candidate) -> str:
    name = candidate.name.lstrip("_")
    if candidate.is_example:
        return f'rename it, for example to "{name}_example.py", and change the name in entries, `needs`, and recorded results'
    new = f'"_shared_{name}.py"' if candidate.path.endswith(".py") else f'"shared_{name}"'
    return f"rename it, for example to {new}, and change the name where it is imported"


def _candidates(
    glossary: Glossary, folder: PurePosixPath, examples: Iterable[Example]
) -> Iterator[Candidate]:
    for example in examples:
        yield Candidate(example.stem, example.path, is_example=True)
    for path in _unread(glossary):
        if path.parent == folder:
            yield Candidate(path.stem, str(path), is_example=True)
    for path in map(PurePosixPath, glossary.modules):
        if path.parent == folder:
            yield Candidate(path.stem, str(path), is_example=False)
        elif path.name == "__init__.py" and path.parent.parent == folder:
            yield Candidate(path.parent.name, str(path.parent), is_example=False)


def _unread(glossary: Glossary) -> Iterator[PurePosixPath]:
    """The paths of the examples that have errors of their own. Others can import them all the same."""
    for example in [*glossary.examples.values()][:1]:
        root = example.path.removesuffix(f"{example.name}.py")
        yield from (PurePosixPath(f"{root}{name}.py") for name in sorted(glossary.unread_examples))


def _importers(glossary: Glossary, folder: PurePosixPath, examples: Iterable[Example]) -> Importers:
    """The first import of each top-level module in the folder's examples and their shared modules."""
    sources = {example.path: example.source for example in examples}
    modules = (path for path in glossary.modules if PurePosixPath(path).is_relative_to(folder))
    sources |= {path: glossary.modules[path].decode("utf-8-sig", "replace") for path in modules}
    importers: dict[str, str] = {}
    for path, source in sources.items():
        for statement in imports_in(source):
            where = f"{PurePosixPath(path).name} imports on line {statement.line}"
            importers.setdefault(statement.top, where)
    return importers


def _need_of_python(name: str, importers: Importers) -> str:
    """The import of one of Python's own modules, in an example or in another of Python's own modules that an example
    imports; empty if there is no such import."""
    if name in importers:
        return importers[name]
    queue = [module for module in importers if module in sys.stdlib_module_names]
    seen = set(queue)
    while queue:
        module = queue.pop(0)
        imported = _imports_of_python(module)
        if name in imported:
            return f"Python's own {module} imports"
        queue += sorted(imported - seen)
        seen |= imported
    return ""


@lru_cache(maxsize=2**10)
def _imports_of_python(module: str) -> frozenset[str]:
    """The modules that one of Python's own modules imports at the top level of its source code."""
    spec = find_spec(module) if module not in sys.builtin_module_names else None
    if spec is None or not spec.has_location or not (spec.origin or "").endswith(".py"):
        return frozenset()
    statements = imports_in(Path(spec.origin or "").read_text("utf-8", "replace"))
    return frozenset(each.top for each in statements if not each.nested) & sys.stdlib_module_names
