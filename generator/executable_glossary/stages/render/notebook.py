"""Converts an example to an executed Jupyter notebook (nbformat 4.5), with the outputs of the first run."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Cell, Example
from executable_glossary.model.run import Figure, Output
from executable_glossary.model.words import Words
from executable_glossary.stages.render.evidence_views import outputs_of
from executable_glossary.text.sanitize_html import harmless

Json = dict[str, Any]
LONGEST_ID = 64


def notebook(example: Example, found: Evidence | None, words: Words) -> bytes:
    """The notebook with narrative, code, and outputs. Cells that did not run have no outputs and no execution count."""
    outputs = {output.cell: output for output in outputs_of(found)}
    numbers = {cell.name: number for number, cell in enumerate(example.code_cells, 1)}
    cells = [_text("title", f"# {example.title}\n\n{_said_of(found, words)}", "Markdown")]
    if example.introduction:
        cells.append(_text("introduction", example.introduction, example.markup))
    for cell in example.cells:
        cells += _cells(example, cell, numbers.get(cell.name), outputs.get(cell.name))
    # Jupyter writes keys in this order, so saving the notebook in Jupyter changes nothing.
    made = {"cells": cells, "metadata": _metadata(found), "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


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


def _cells(example: Example, cell: Cell, number: int | None, output: Output | None) -> Iterator[Json]:
    if cell.title:
        yield _text(f"{cell.name}-title", f"## {cell.title}", "Markdown")
    if cell.text:
        yield _text(f"{cell.name}-text", cell.text, example.markup)
    if number is not None:
        yield {
            "cell_type": "code",
            "execution_count": number if output else None,
            "id": _id(cell.name),
            "metadata": {},
            "outputs": list(_outputs(output, number)) if output else [],
            "source": cell.code,
        }


def _text(name: str, text: str, markup: str) -> Json:
    """A Markdown cell, or a raw cell for reST, which Jupyter displays literally."""
    if markup == "reST":
        metadata = {"raw_mimetype": "text/restructuredtext"}
        return {"cell_type": "raw", "id": _id(name), "metadata": metadata, "source": text}
    return {"cell_type": "markdown", "id": _id(name), "metadata": {}, "source": text}


def _id(name: str) -> str:
    """A cell id: the end of the cell's name, because that part distinguishes long names."""
    return name[-LONGEST_ID:]


def _outputs(output: Output, number: int) -> Iterator[Json]:
    for stream, text in (("stdout", output.text), ("stderr", output.errors)):
        if text:
            yield {"name": stream, "output_type": "stream", "text": text}
    if output.value:
        kind = "text/html" if output.value_is_html else "text/plain"
        yield {
            "data": {kind: harmless(output.value) if output.value_is_html else output.value},
            "execution_count": number,
            "metadata": {},
            "output_type": "execute_result",
        }
    yield from (_picture(figure) for figure in output.figures)


def _picture(figure: Figure) -> Json:
    data: Mapping[str, str] = {
        "image/png": b64encode(figure.file.read_bytes()).decode(),
        "text/plain": figure.alt or figure.name,
    }
    size = {"image/png": {"width": figure.width, "height": figure.height}}
    return {"data": data, "metadata": size, "output_type": "display_data"}
