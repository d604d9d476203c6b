"""Converts an example to an executed Jupyter notebook (nbformat 4.5), with the outputs of the first run."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Cell, Example
from executable_glossary.model.run import Figure, Output
from executable_glossary.model.words import Words
from executable_glossary.stages.render.evidence_views import outputs_of, stderr_view
from executable_glossary.stages.render.rest_text import RestText
from executable_glossary.stages.render.value_views import value_view
from executable_glossary.text.markdown_spans import Span, spans
from executable_glossary.text.mathjax import in_mathjax

Json = dict[str, Any]
LONGEST_ID = 64


def notebook(
    example: Example, found: Evidence | None, words: Words, rest: Callable[[], RestText | None] = lambda: None
) -> bytes:
    """The notebook with narrative, code, and outputs. Cells that did not run have no outputs and no execution count.

    rest: returns the narrative as Markdown if it is reST, or None to show it as written.
    """
    outputs = {output.cell: output for output in outputs_of(found)}
    numbers = {cell.name: number for number, cell in enumerate(example.code_cells, 1)}
    cells = [_text("title", f"# {example.title}\n\n{_said_of(found, words)}", "Markdown")]
    converted = rest()
    introduction = converted.introduction if converted else _written(example.introduction, example)
    if introduction:
        cells.append(_text("introduction", introduction, "Markdown" if converted else example.markup))
    for cell in example.cells:
        cells += _narrative(example, cell, converted)
        if cell.code:
            number, output = numbers[cell.name], outputs.get(cell.name)
            shown = list(_outputs(example, found, output, number)) if output else []
            cells.append(_code(cell, number if output else None, shown))
    _number_ids(cells)
    # Jupyter writes keys in this order, so saving the notebook in Jupyter changes nothing.
    content = {"cells": cells, "metadata": _metadata(found), "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _said_of(found: Evidence | None, words: Words) -> str:
    if found is None or not outputs_of(found):
        return words("notebook.not_executed")
    run, kind = found.runs[0], "executed" if found.ran else "recorded"
    seconds, seeds = f"{run.seconds:.1f}", ", ".join(map(str, run.seeds))
    key = f"notebook.{kind}_together" if found.together else f"notebook.{kind}"
    return words(key, date=words.date(run.date), seed=seeds, seconds=seconds)


def _metadata(found: Evidence | None) -> Json:
    made: Json = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    if found and found.runs:
        run = found.runs[0]
        made["glossary"] = {"example": run.example, "seed": run.seed, "key": run.key, "date": run.date}
        if run.by_seed:
            made["glossary"]["together"] = list(run.seeds)
    return made


def _narrative(example: Example, cell: Cell, rest: RestText | None) -> Iterator[Json]:
    if rest:
        if text := rest.cells[cell.name]:
            yield _text(
                f"{cell.name}-text", re.sub(r" \{ #[\w-]+ \}$", "", text, flags=re.MULTILINE), "Markdown"
            )
        return
    if cell.title:
        yield _text(f"{cell.name}-title", f"## {cell.title}", "Markdown")
    if cell.text:
        yield _text(f"{cell.name}-text", _written(cell.text, example), example.markup)


def _code(cell: Cell, number: int | None, outputs: list[Json]) -> Json:
    """number: the execution count; None for a cell that did not run."""
    return {
        "cell_type": "code",
        "execution_count": number,
        "id": _id(cell.name),
        "metadata": {},
        "outputs": outputs,
        "source": cell.code,
    }


def _text(name: str, text: str, markup: str) -> Json:
    """A Markdown cell, or a raw cell for reST, which Jupyter displays literally."""
    if markup == "reST":
        metadata = {"raw_mimetype": "text/restructuredtext"}
        return {"cell_type": "raw", "id": _id(name), "metadata": metadata, "source": text}
    return {"cell_type": "markdown", "id": _id(name), "metadata": {}, "source": text}


def _written(text: str, example: Example) -> str:
    """A text as it is written, with formulas that the viewers of notebooks know if it is Markdown."""
    if "$" not in text or example.markup == "reST":
        return text
    return "".join(map(_for_viewers, spans(text)))


def _for_viewers(span: Span) -> str:
    mark = "$$" if span.text.startswith("$$") else "$"
    return f"{mark}{in_mathjax(span.inner)}{mark}" if span.kind == "math" else span.text


def _id(name: str) -> str:
    """A cell id: the end of the cell's name, because that part distinguishes long names."""
    return name[-LONGEST_ID:]


def _number_ids(cells: list[Json]) -> None:
    """Make the ids unique: a cell of the script may be called "title", as ours is, and the ends of names may be equal."""
    used = set[str]()
    for cell in cells:
        name, number = cell["id"], 1
        while cell["id"] in used:
            number += 1
            cell["id"] = _id(f"{name}-{number}")
        used.add(cell["id"])


def _outputs(example: Example, found: Evidence | None, output: Output, number: int) -> Iterator[Json]:
    errors = "" if stderr_view(output, example, found) == "hidden" else output.errors
    for stream, text in (("stdout", output.text), ("stderr", errors)):
        if text:
            yield {"name": stream, "output_type": "stream", "text": text}
    if data := _value(example, output):
        yield {"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"}
    yield from (_picture(figure) for figure in output.shown_figures)


def _value(example: Example, output: Output) -> Mapping[str, str]:
    """The value as on the page, keyed by media type."""
    view = value_view(output, example)
    styles = f"<style>\n{view.css}\n</style>\n" if view.css else ""
    html = f'{styles}<div class="{view.scope}">{view.html}</div>' if styles else view.html
    found = {"text/html": html, "text/plain": output.plain if html else view.text}
    return {media: content for media, content in found.items() if content}


def _picture(figure: Figure) -> Json:
    data: Mapping[str, str] = {
        "image/png": b64encode(figure.file.read_bytes()).decode(),
        "text/plain": figure.alt or figure.name,
    }
    size = {"image/png": {"width": figure.width, "height": figure.height}}
    return {"data": data, "metadata": size, "output_type": "display_data"}
