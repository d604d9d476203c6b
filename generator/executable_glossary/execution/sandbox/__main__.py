"""Entry point: `python sandbox supervisor FOLDER` or `... fork_parent MODULE ...`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

PACKAGE = "_glossary_run"


def main(part: str, *arguments: str) -> None:
    """Load this folder as a package that is separate from `executable_glossary`, and call `main` in one of its
    modules."""
    folder = Path(__file__).parent
    spec = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
    importlib.import_module(f"{PACKAGE}.{part}").main(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
