"""Reads `objects.inv`, in which Sphinx lists the names that a project's documentation defines."""

from __future__ import annotations

import re
import zlib

from executable_glossary.model.inventory import Defined, Inventory

_FIRST_LINE = b"# Sphinx inventory version 2"
_ENTRY = re.compile(r"(?P<name>.+?) +(?P<kind>[\w-]+:[\w-]+) +-?\d+ +(?P<uri>\S*) +(?P<title>.*)")
LARGEST = 50_000_000  # bytes; the largest inventory that we know has five million


def read_inventory(content: bytes, address: str) -> Inventory:
    """The inventory in a file. address: the URL of the documentation. Raises ValueError if the file is not an inventory."""
    lines = content.split(b"\n", 4)
    if len(lines) < 5 or lines[0].strip() != _FIRST_LINE:
        raise ValueError("it is not an inventory of Sphinx, version 2")
    decompressor = zlib.decompressobj()
    try:
        text = decompressor.decompress(lines[4], LARGEST)
    except zlib.error:
        raise ValueError("it is damaged") from None
    if decompressor.unconsumed_tail:
        raise ValueError("it is too large")
    names: dict[str, tuple[Defined, ...]] = {}
    for line in text.decode("utf-8", "replace").splitlines():
        if entry := _ENTRY.fullmatch(line):
            name, kind = entry["name"], entry["kind"]
            title = name if entry["title"] == "-" else entry["title"]
            uri = entry["uri"].removesuffix("$") + (name if entry["uri"].endswith("$") else "")
            key = name.lower() if kind in ("std:label", "std:term") else name
            names[key] = (*names.get(key, ()), Defined(kind, f"{address.rstrip('/')}/{uri}", title))
    project = lines[1].decode("utf-8", "replace").removeprefix("# Project:").strip()
    return Inventory(names, project, address)
