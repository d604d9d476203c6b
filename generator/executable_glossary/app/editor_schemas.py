"""Generates the JSON Schema files for editors, which are stored with the entries, and finds outdated ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.project import Project
from executable_glossary.stages.entry_schemas import describe
from executable_glossary.stages.proofread import rule_modules


def schema_files(project: Project, glossary: Glossary) -> Mapping[Path, bytes]:
    """The expected content of each schema file."""
    texts = describe(glossary, rule_modules())
    return {
        project.concepts / f"_{name}.schema.json": text.encode("utf-8", "backslashreplace")
        for name, text in texts.items()
    }


def outdated(project: Project, glossary: Glossary) -> Mapping[Path, bytes]:
    """The schema files that are missing or out of date, with their new content."""
    files = schema_files(project, glossary)
    return {path: new for path, new in files.items() if not path.is_file() or path.read_bytes() != new}
