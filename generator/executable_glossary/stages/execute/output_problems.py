"""Reports figures without a valid name or a description, and outputs that pages cannot show completely."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from executable_glossary.model.example import Example
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.run import Missing, Output, Run
from executable_glossary.text.value_markup import value_markup

FIGURE_NAME = Rule(
    code="figure-name",
    when="an example runs",
    summary="A figure's name is not a valid file name, or two figures have the same name.",
    details="A name can contain at most 100 letters, digits, hyphens, and underscores.",
    why="The picture is stored under this name, and entries refer to the figure by it.",
    example='`plt.figure("errors/all")`',
    instead='`plt.figure("errors-all")`',
)
FIGURE_WITHOUT_ALT = Rule(
    code="figure-without-alt",
    when="an example runs",
    severity="warning",
    summary="A figure has no alternative text.",
    why="People who cannot see the figure learn nothing from it.",
    example='`plt.figure("errors")` without an entry in `figures`',
    instead='`figures = {"errors": {"caption": "...", "alt": "The error falls from 20 to 5 percent."}}`',
)
OUTPUT_INCOMPLETE = Rule(
    code="output-incomplete",
    when="an example runs",
    severity="warning",
    summary="A page cannot show everything that a cell prints or returns.",
    details="""
        An output is shortened after 200,000 characters, and a value as text after 100,000. A value is shown as text if its
        HTML needs scripts, because pages run no scripts of examples, if its HTML has more than 4,000,000 characters, or
        if pages can show none of its forms, such as PDF. An animation with more than 300 frames or 8 MB is shown as a
        still picture. Processes that still run one second after the script has ended are stopped.
        """,
    why="Readers see less than a person who runs the script. The page says what is missing.",
    example="A plotly figure as the last value of a cell, without the package `kaleido`",
    instead="The same plot as a matplotlib figure, or `kaleido` installed, which makes it a picture",
)

FIGURE_FILE_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_STATIC = "show a static form of it, such as a figure or a table; a plotly figure becomes a picture if kaleido is installed"
# What is missing, as in `Missing.what`, each with the reason and the fix.
INCOMPLETE: Mapping[str, tuple[str, str]] = {
    "rest": ("the output is too long; {detail} characters are left out", "print less, or write to a file"),
    "value": (
        "the value is shown as text, because its other form cannot be read ({detail})",
        "correct the method that returns it",
    ),
    "large": (
        "the value is shown as text, because its other form is too large ({detail})",
        "show less of it",
    ),
    "kind": (
        "the value is shown as text, because pages cannot show its other form ({detail})",
        "show it as HTML or as a picture",
    ),
    "text": ("the value cannot be shown ({detail})", "correct its __repr__, or show a part of it"),
    "size": (
        "a picture is too large to be shown ({detail} pixels)",
        "use a smaller figsize or dpi: a side has at most 65,535 pixels",
    ),
    "scripts": (
        "the value is shown as text, because it needs scripts, which pages do not run",
        _STATIC,
    ),
    "pictures": (
        "the value loads pictures from other sites, which are left out",
        "put the pictures into the HTML as data: URLs",
    ),
    "parts": ("pages cannot show some parts of the value ({detail})", "show them as text or as a picture"),
    "browser": (
        "the script opens a view in a browser, which is not shown ({detail})",
        _STATIC,
    ),
    "animation": (
        "the animation is shown as a still picture ({detail})",
        "use fewer frames or a smaller figure",
    ),
    "processes": (
        "a process that the cell started was still running when the script ended, and was stopped ({detail})",
        "wait for it with process.wait(), or end it with process.terminate()",
    ),
}


def figure_problems(example: Example, run: Run) -> Iterator[Problem]:
    """Problems with the names and descriptions of a run's figures."""
    figures = [figure for output in run.outputs for figure in output.shown_figures]
    names = [figure.name for figure in figures]
    for figure in figures:
        place = place_of(example, last_line(example, figure.name))
        if not FIGURE_FILE_NAME.fullmatch(figure.name):
            help = 'use at most a hundred letters, digits, "-", and "_": plt.figure("errors")'
            yield FIGURE_NAME.at(place, f'"{figure.name}" is not a valid file name', help)
        elif names.count(figure.name) > 1:
            help = "give each figure its own name"
            yield FIGURE_NAME.at(place, f'two figures are called "{figure.name}"', help)
        elif not figure.alt and not example.is_foreign:
            help = f'figures = {{"{figure.name}": {{"caption": "...", "alt": "what the figure shows"}}}}'
            message = f'figure "{figure.name}" has no alternative text for people who cannot see it'
            yield FIGURE_WITHOUT_ALT.at(place, message, help)


def incomplete_outputs(example: Example, run: Run) -> Iterator[Problem]:
    """A warning for each part of an output that pages cannot show."""
    cells = {cell.name: cell for cell in example.code_cells}
    for output in run.outputs:
        line = cells[output.cell].line if output.cell in cells else 1
        for missing in (*output.missing, *_missing_from_value(output)):
            message, help = INCOMPLETE[missing.what]
            text = f'cell "{output.cell}": {message.format(detail=missing.detail)}'
            yield OUTPUT_INCOMPLETE.at(place_of(example, line), text, help)


def _missing_from_value(output: Output) -> Iterator[Missing]:
    if output.value_media != "text/plain":
        yield from value_markup(output.value, output.value_media, "value").missing


def last_line(example: Example, word: str) -> int:
    """The last line that contains the word, because `metrics` and `figures` are set at the end; 0 if no line does."""
    lines = enumerate(example.source.splitlines(), 1)
    pattern = re.compile(rf"(?<![\w.]){re.escape(word)}\b")
    return max((number for number, line in lines if pattern.search(line)), default=0)


def place_of(example: Example, line: int) -> Place:
    """The location of a line in the script; 0 stands for the script's first line."""
    lines = example.source.splitlines()
    return Place(example.path, line or 1, excerpt=lines[line - 1] if 0 < line <= len(lines) else "")
