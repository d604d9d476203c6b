"""A cell that an entry shows as a script runs on its own: nothing that it uses is defined elsewhere in the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from executable_glossary.execution.free_names import free_names
from executable_glossary.execution.import_statements import imports_in
from executable_glossary.model.example import Cell, Example
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text

NOT_SELF_CONTAINED = Rule(
    code="not-self-contained",
    when="the content is checked",
    summary="An entry shows a cell as a script, but the cell does not run on its own.",
    details="The cell must define or import every name that it uses, and must not import other files of the project.",
    why="Readers paste the code into a new file. There, names from other cells and the project's own modules do not exist.",
    example="A cell that uses `model` from the cell before it, shown with `show: [{script: loaves.bake}]`",
    instead="A cell that creates its own `model`, or `show: [{cell: loaves.bake}]`",
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        for _, variant in entry.variants:
            for show in variant.show:
                if show.kind == "script":
                    yield from _outside(glossary, show.target)


def _outside(glossary: Glossary, target: Text) -> Iterator[Problem]:
    """Problems with the names and modules that the script uses but does not contain. Unknown examples and cells are
    reported elsewhere."""
    name, _, part = target.partition(".")
    example = glossary.examples.get(name)
    cell = next((cell for cell in example.cells if cell.name == part), None) if example else None
    if example is None or cell is None:
        return
    if modules := _own_modules(glossary, example, cell):
        message = f'"{target}" imports {_listed(modules)}, which readers do not have'
        help = "copy the code that the cell needs into it, or show it as `cell`"
        yield NOT_SELF_CONTAINED.at(target.place, message, help)
    if names := free_names(cell.code):
        message = f'"{target}" uses {_listed(names)} without defining or importing it'
        help = "define or import it in the same cell, or show the cell as `cell`"
        yield NOT_SELF_CONTAINED.at(target.place, message, help)


def _own_modules(glossary: Glossary, example: Example, cell: Cell) -> list[str]:
    """The modules that the cell imports from its example's folder."""
    folder = PurePosixPath(example.path).parent
    files = map(PurePosixPath, (*glossary.modules, *(other.path for other in glossary.examples.values())))
    beside = [path.relative_to(folder) for path in files if path.is_relative_to(folder)]
    own = {path.parts[0].removesuffix(".py") for path in beside}
    return sorted({statement.top for statement in imports_in(cell.code)} & own)


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
