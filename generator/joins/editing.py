"""The schemas that editors read, on disk beside the entries, and which of them are out of date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from generator.model.glossary import Glossary
from generator.model.project import Project
from generator.stages.describe import describe
from generator.stages.proofread import RULES


def schema_files(project: Project, glossary: Glossary) -> Mapping[Path, bytes]:
    """What each schema should hold."""
    texts = describe(glossary, RULES)
    return {project.concepts / f"_{name}.schema.json": text.encode() for name, text in texts.items()}


def outdated(project: Project, glossary: Glossary) -> Mapping[Path, bytes]:
    """Those that are missing, or hold something else."""
    files = schema_files(project, glossary)
    return {path: new for path, new in files.items() if not path.is_file() or path.read_bytes() != new}
