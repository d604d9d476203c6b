"""Which files of the project are read at all: none that is a link to elsewhere, none that fills the memory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from executable_glossary.model.problem import Place, Problem

# In bytes, by ending. The largest entry of ours has 70,000, the largest script 18,000, the largest record 50,000.
LARGEST: Mapping[str, int] = {".yml": 1_000_000, ".yaml": 1_000_000, ".py": 1_000_000}
LARGEST_OF_OTHERS = 10_000_000


def refused(file: Path, root: Path, name: str) -> Problem | None:
    """Why the file is not to be read. root: of the project; name: how problems name the file."""
    if not _stays(file, root):
        message = "this link leads out of the project, or to what is hidden in it"
        return Problem(Place(name), "link-outside", message, "put the file itself here")
    most, size = LARGEST.get(file.suffix, LARGEST_OF_OTHERS), file.stat().st_size
    if size > most:
        message = f"the file holds {size:,} bytes, and {most:,} are the most that is read"
        return Problem(Place(name), "too-large", message, "divide it, or shorten it")
    return None


def files_in(folder: Path, *endings: str) -> list[Path]:
    """Those that are meant: an underscore marks what others share, a dot what an editor left while it is open."""
    return sorted(path for path in folder.glob("[!_.]*") if path.suffix in endings and path.is_file())


def _stays(file: Path, root: Path) -> bool:
    """A folder that mkdocs.yml places elsewhere is meant; a link of a contributor's is not."""
    written = Path(os.path.abspath(file))
    here = Path(os.path.abspath(root))
    base = here if written.is_relative_to(here) else written.parent
    real, allowed = file.resolve(), base.resolve()
    if not real.is_relative_to(allowed):
        return False
    # What is reached by no link may lie in a hidden folder.
    linked = real.relative_to(allowed) != written.relative_to(base)
    return not (linked and any(part.startswith(".") for part in real.relative_to(allowed).parts))
