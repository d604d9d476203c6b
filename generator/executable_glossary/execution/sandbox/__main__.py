"""The entry: `python sandbox supervisor FOLDER`, `... fork_parent MODULE ...`, `... isolation`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

PACKAGE = "_glossary_run"


def main(part: str, *arguments: str) -> None:
    """Load this folder as a package, apart from `executable_glossary`, and start one of its parts."""
    here = Path(__file__).parent
    found = importlib.util.spec_from_file_location(
        PACKAGE, here / "__init__.py", submodule_search_locations=[str(here)]
    )
    assert found is not None
    sys.modules[PACKAGE] = importlib.util.module_from_spec(found)
    importlib.import_module(f"{PACKAGE}.{part}").main(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
