"""The files that `glossary init` writes: the starter glossary in templates/start, under a name that the author
chooses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from executable_glossary.model.page import Document
from executable_glossary.model.project import PACKAGED

START = PACKAGED / "start"
# Placeholders in the starter files, which are replaced with the author's values.
NAME, REQUIREMENT = "A Small Sailing Glossary", "executable-glossary"
# If the starter file already had its final name, Git would apply it in the generator's own repository.
RENAMED = {"gitignore": ".gitignore"}
# Folders left behind if the starter glossary was built inside a checkout.
_GENERATED = {"site", "__pycache__"}


def first_glossary(name: str | None, requirement: str, start: Path = START) -> Iterator[Document]:
    """Every file of a complete glossary. `requirement` pins the generator in pip's syntax."""
    for path in sorted(start.rglob("*")):
        place = path.relative_to(start)
        if path.is_file() and not any(part.startswith(".") or part in _GENERATED for part in place.parts):
            text = path.read_text("utf-8")
            yield Document(
                RENAMED.get(place.as_posix(), place.as_posix()),
                _customized(place.name, text, name, requirement),
            )


def _customized(file: str, text: str, name: str | None, requirement: str) -> str:
    if file == "requirements.txt":
        return text.replace(REQUIREMENT, requirement)
    if name and file == "mkdocs.yml":
        # JSON strings are valid YAML, whatever characters the name contains.
        return text.replace(f"site_name: {NAME}", f"site_name: {json.dumps(name, ensure_ascii=False)}")
    return text.replace(f"# {NAME}", f"# {name}") if name and file == "README.md" else text
