"""Escapes a page's front matter, which Material's templates put into the HTML as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

# JSON, which is written into a `<script>` element; whoever writes it escapes what could end that element.
UNESCAPED = frozenset({"structured"})
# Authors who know that the theme does not escape a description have written entities themselves.
_AMPERSAND = re.compile(r"&(?!#?\w+;)")
_SIGNS = str.maketrans({'"': "&quot;", "<": "&lt;", ">": "&gt;"})


def escaped(front_matter: Mapping[str, Any]) -> MutableMapping[str, Any]:
    """The front matter with its text escaped for the theme's templates. A quotation mark in a description would end the
    attribute that contains it, and the rest of the description could be other attributes."""
    return {
        name: _AMPERSAND.sub("&amp;", value).translate(_SIGNS)
        if isinstance(value, str) and name not in UNESCAPED
        else value
        for name, value in front_matter.items()
    }
