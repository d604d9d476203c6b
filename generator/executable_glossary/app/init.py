"""A first glossary of another subject, for whoever begins one: the files of templates/start, under a name of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from executable_glossary.model.page import Document
from executable_glossary.model.project import PACKAGED

START = PACKAGED / "start"
# What the files themselves say; it is replaced by what the author says.
NAME, REQUIREMENT = "A Small Sailing Glossary", "executable-glossary"
# A file of that very name would keep files of the generator's own repository from being committed.
RENAMED = {"gitignore": ".gitignore"}
# What is left there by whoever tried it out in a checkout.
_MADE = {"site", "__pycache__"}


def first_glossary(name: str | None, requirement: str, start: Path = START) -> Iterator[Document]:
    """Every file of a glossary that works at once. `requirement` pins the generator, as pip understands it."""
    for path in sorted(start.rglob("*")):
        place = path.relative_to(start)
        if path.is_file() and not any(part.startswith(".") or part in _MADE for part in place.parts):
            text = path.read_text("utf-8")
            yield Document(
                RENAMED.get(place.as_posix(), place.as_posix()), _own(place.name, text, name, requirement)
            )


def _own(file: str, text: str, name: str | None, requirement: str) -> str:
    if file == "requirements.txt":
        return text.replace(REQUIREMENT, requirement)
    if name and file == "mkdocs.yml":
        # What JSON quotes, YAML reads, whatever characters the name has.
        return text.replace(f"site_name: {NAME}", f"site_name: {json.dumps(name, ensure_ascii=False)}")
    return text.replace(f"# {NAME}", f"# {name}") if name and file == "README.md" else text
