"""What is open in a browser, and what was just asked for: a preview makes that and little else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from pathlib import Path

# A page that is open says so about once a minute: MkDocs' script asks whether it is still the newest.
STAYS_OPEN = 90.0  # seconds
PATIENCE = 120.0  # seconds until somebody who opened a page is told that it is not there


class Opened:
    """Paths of files. `bell` is a file: MkDocs watches it, and builds when it rings."""

    def __init__(self, bell: Path) -> None:
        self._bell, self._rung = bell, 0
        self._seen: dict[str, float] = {}
        self._made: frozenset[str] = frozenset()
        self._changed = threading.Condition()

    def see(self, path: str) -> None:
        with self._changed:
            self._seen[path] = time.monotonic()

    def now(self) -> frozenset[str]:
        """What a build has to make."""
        with self._changed:
            oldest = time.monotonic() - STAYS_OPEN
            self._seen = {path: at for path, at in self._seen.items() if at > oldest}
            return frozenset(self._seen)

    def made(self, paths: Iterable[str]) -> None:
        """A build has made these, and no others."""
        with self._changed:
            self._made = frozenset(paths)
            self._changed.notify_all()

    def wait_for(self, path: str) -> None:
        """Has the file made if it is not there; returns when it is, or when nobody would wait any longer."""
        with self._changed:
            if path not in self._made:
                self._ring()
                self._changed.wait_for(lambda: path in self._made, PATIENCE)

    def _ring(self) -> None:
        """Another length each time, for clocks that are coarser than a reader is fast."""
        self._rung += 1
        self._bell.write_text("." * self._rung, "utf-8")
