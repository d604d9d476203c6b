"""Derives the name of an example, and its address on the site, from the path to its script."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# A name that is used as written. Other file names are changed so that expressions can use them.
NAME = re.compile(r"[a-z][a-z0-9_]*")
# The address of a figure that sphinx-gallery saves.
OWN_FIGURE = re.compile(r"(?:.*/)?sphx_glr_(?P<script>.+)_(?P<number>\d{3})(?:_2_\d+x)?\.\w+")
FILE = re.compile(r"[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*")


def example_name(path: PurePosixPath) -> str:
    """The name that entries use for a script. path: relative to the examples folder.

    `cluster/plot_x.py` → `cluster/plot_x`, `My-Loaves.py` → `my_loaves`, `2d.py` → `n_2d`; empty if the file or a folder
    has a name with characters other than Latin letters without accents, digits, `_`, and `-`.
    """
    parts = path.with_suffix("").parts
    return "/".join(map(_identifier, parts)) if all(map(FILE.fullmatch, parts)) else ""


def example_address(path: PurePosixPath) -> str:
    """The address of the example's page, relative to that of all examples: `cluster/plot_x.py` → `cluster/plot-x`.

    In the examples folder itself, a name that needs no change is also the address.
    """
    plain = path.with_suffix("")
    if len(plain.parts) == 1 and NAME.fullmatch(plain.name):
        return plain.name
    return "/".join(_words(part, "-") for part in plain.parts)


def folder_address(folder: PurePosixPath) -> str:
    """The address of a folder's page, relative to that of all examples; empty for the examples folder itself."""
    return "/".join(_words(part, "-") for part in folder.parts)


def _identifier(part: str) -> str:
    if NAME.fullmatch(part):
        return part
    plain = _words(part, "_")
    return f"n_{plain}" if plain[:1].isdigit() else plain


def _words(part: str, joined: str) -> str:
    """The part's letters, in lowercase, and its digits; everything else separates words."""
    return joined.join(re.findall(r"[a-z0-9]+", part.lower()))
