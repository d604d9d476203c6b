"""A small glossary that uses every key, in which one text at a time can be replaced with a hostile one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from glossaries import BASE, FULL_ENTRY, lay_out

ENTRY = FULL_ENTRY.replace(
    "{cell: by_heart.compare-the-learners}",
    "{cell: by_heart.compare-the-learners}, {chart: by_heart.saved}",
).replace(
    "steps: Some steps.",
    "steps: [{text: Some steps., show: [{figure: by_heart.labels}, {output: by_heart.make-the-examples}, {metrics: by_heart}]}]",
)
FINDINGS = """\
title: What is said
introduction: Sentences that people say.
groups:
  - heading: Rules and tables
    findings:
      - id: rules-hold
        statement: Rules hold.
        verdict: shown
        example: by_heart
        check: rule.unseen >= 0.5
        over: mean
        found: They do.
        claims: [dropout.holds]
        sources: [a-2014]
sources: [{id: a-2014, authors: A. Author, year: 2014, title: A title, url: "https://example.org"}]
"""
SCRIPT = """\
# /// script
# requires-python = ">=3.11"
# dependencies = [{dependency}]
# [tool.glossary]
# seeds = [0, 1]
# outputs = [{output}]
# cache = [{cache}]
# data = [{data}]
# needs = [{needs}]
# [tool.glossary.charts.{chart}]
# kind = "bars"
# title = {chart_title}
# caption = {caption}
# axis = {axis}
# unit = "percent"
# reference = {{{reference} = "table.unseen"}}
# bars = {{{bar} = {metric}}}
# ///
{docstring}

# %% {first}
# {text}
import random

# %% Compare the learners
metrics = {{}}
"""
WORDS = {
    "dependency": "click",
    "output": "weights.safetensors",
    "cache": "photographs",
    "data": "by_heart.py",
    "needs": "",
    "chart": "saved",
    "chart_title": "What was saved",
    "caption": "A caption.",
    "axis": "numbers named right",
    "reference": "chance",
    "bar": "rule",
    "metric": "rule.unseen",
    "title": "By heart, or by rule",
    "introduction": "Every tenth label is wrong.",
    "first": "Make the examples",
    "text": "Some text.",
}
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
Path_ = tuple[str | int, ...]
YAML_FILES = {
    "concepts/dropout.yml": yaml.safe_load(ENTRY),
    "concepts/_findings.yml": yaml.safe_load(FINDINGS),
    "concepts/_axes.yml": yaml.safe_load((BASE / "concepts/_axes.yml").read_text("utf-8")),
}
SCRIPT_FILE, RECORD_FILE = "examples/by_heart.py", "examples/recorded/by_heart.json"


def record() -> dict[str, Any]:
    """The base example's record, with HTML, errors, a figure, versions, and files added."""
    told: dict[str, Any] = json.loads((BASE / RECORD_FILE).read_text("utf-8"))
    told["outputs"][0] |= {
        "value": ["<table><tr><td>1</td></tr></table>"],
        "value_is_html": True,
        "errors": ["!"],
    }
    figure = {"name": "labels", "caption": "A caption.", "alt": "Some bars.", "width": 10, "height": 10}
    told["outputs"][1] |= {"figures": [figure], "value": ["3"]}
    return told | {"versions": {"numpy": "2.0"}, "files": {"examples/_shared.py": "00"}}


FILES: Mapping[str, Any] = {**YAML_FILES, SCRIPT_FILE: WORDS, RECORD_FILE: record()}


def places() -> Iterator[tuple[str, Path_]]:
    """Every value and every key that an author may write, grouped by file; the path of a key ends with `KEY`."""
    for file, value in FILES.items():
        yield from ((file, path) for path in ways(value))


def laid_out(folder: Path, file: str = "", path: Path_ = (), value: object = None) -> Path:
    """Writes the glossary to `folder` with one value replaced."""
    files = {
        name: _written(name, replaced(told, path, value) if name == file else told)
        for name, told in FILES.items()
    }
    lay_out(folder, {**files, "examples/_shared.py": b"SHARED = 1\n"})
    pictures = folder / "examples/recorded/by_heart"
    pictures.mkdir()
    (pictures / "labels.png").write_bytes(PICTURE)
    return folder


def rewrite(folder: Path, file: str, path: Path_, value: object) -> None:
    """Replaces one value in a glossary that has been written."""
    (folder / file).write_bytes(_written(file, replaced(FILES[file], path, value)))


def rewrite_all(folder: Path, file: str, paths: Iterable[Path_], value: object) -> None:
    """Replaces several values in one file with the same value."""
    changed = FILES[file]
    for path in paths:
        changed = replaced(changed, path, value)
    (folder / file).write_bytes(_written(file, changed))


def restore(folder: Path, file: str) -> None:
    (folder / file).write_bytes(_written(file, FILES[file]))


def script(words: Mapping[str, str]) -> str:
    """The example with these texts. Text in the header is quoted, as an author who knows TOML would quote it."""
    quoted = {name: json.dumps(word) for name, word in words.items()}
    bare = {name: words[name] for name in ("first", "text")}
    head = {**quoted, **bare, "chart": words["chart"] if words["chart"].isidentifier() else quoted["chart"]}
    docstring = json.dumps(f"{words['title']}\n\n{words['introduction']}\n", ensure_ascii=False).replace(
        "\\n", "\n"
    )
    needs = quoted["needs"] if words["needs"] else ""
    return SCRIPT.format(**{**head, "needs": needs, "docstring": f'""{docstring}""'})


def _written(file: str, value: Any) -> bytes:
    if file == SCRIPT_FILE:
        return script(value).encode("utf-8", "surrogatepass")
    if file == RECORD_FILE:
        return json.dumps(value).encode()
    return yaml.safe_dump(value, allow_unicode=True, width=10**6).encode("utf-8", "surrogatepass")


def ways(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The paths to all parts of a value."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from ways(child, (*path, key))


def replaced(value: Any, path: Path_, new: object) -> Any:
    """A copy of the value with `new` at that path."""
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed
