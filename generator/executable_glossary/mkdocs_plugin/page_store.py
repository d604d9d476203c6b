"""Stores the HTML of pages between builds, with the facts about each page that other pages and the search need.

Each page has one file, which contains its latest version only, so the folder does not grow. It can be deleted at any time.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from executable_glossary.execution.store_files import write

FASTEST = 1  # zlib's level: pages shrink to a sixth


@dataclass(frozen=True)
class PageFacts:
    """What is known about a page besides its HTML.

    sources: identifies everything that the page was built from, except the pages that it links to. targets: the files that
    were looked up for its links, keyed by path; None if there was no such file. anchors: the ids in the page. links: links to anchors,
    as written, keyed by the path of the linked file and by the anchor. entries: the page in the theme's search index.
    """

    sources: str
    targets: Mapping[str, str | None]
    title: str | None
    anchors: tuple[str, ...]
    links: Mapping[str, Mapping[str, str]]
    entries: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class StoredPage:
    """A page as it is stored. `packed` is the compressed HTML: thousands of pages stay in memory during a build."""

    facts: PageFacts
    packed: bytes

    @property
    def html(self) -> str:
        return zlib.decompress(self.packed).decode()


class PageStore:
    """The stored pages, in one folder. A damaged file counts as missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> StoredPage | None:
        """The page with that path, whatever it was built from."""
        with suppress(OSError, ValueError, TypeError):
            facts, _, packed = self._file(path).read_bytes().partition(b"\n")
            checksum, _, packed = packed.partition(b"\n")
            if checksum.decode() == sha256(facts + packed).hexdigest():
                return StoredPage(PageFacts(**json.loads(facts)), packed)
        return None

    def write(self, path: str, facts: PageFacts, html: str) -> None:
        """Store a page. Ignores errors, such as a full disk."""
        described = json.dumps(asdict(facts)).encode()
        packed = zlib.compress(html.encode(), FASTEST)
        checksum = sha256(described + packed).hexdigest().encode()
        with suppress(OSError):
            write(self._file(path), b"\n".join((described, checksum, packed)), self._folder)

    def remove_others(self, paths: Collection[str]) -> None:
        """Remove the pages that the site no longer contains."""
        files = {self._file(path) for path in paths}
        for file in self._folder.glob("*/*"):
            if file not in files:
                file.unlink(missing_ok=True)

    def _file(self, path: str) -> Path:
        name = sha256(path.encode()).hexdigest()
        return self._folder / name[:2] / name[2:]
