"""Sets docutils up to read text from an untrusted source, which it parses as a part of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from docutils.parsers.rst import directives
from docutils.parsers.rst.languages import en

# docutils must not include files from this machine, read its own configuration there, or print warnings.
UNTRUSTED: Mapping[str, Any] = {
    "halt_level": 6,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "input_encoding": "unicode",
    "warning_stream": False,
}


def register_directives(names: Iterable[str], own: Callable[[str], Any], unknown: Any) -> None:
    """Register the directives with these names, which a text uses, and no others: docutils keeps directives for the whole
    process.

    own: returns our class for a name, or None. unknown: the class for names that docutils does not know.
    """
    directives._directives.clear()
    for name in names:
        if found := own(name):
            directives.register_directive(name, found)
        elif name not in en.directives:
            directives.register_directive(name, unknown)
