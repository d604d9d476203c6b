"""How long a saved change takes to reach the browser, in a glossary of 300 concepts: a preview beside `--all`.

Run with `make bench-serve`. Seconds from the save until the served page holds the change: the middle one and
the longest of several, after the seconds until the first page was there.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from served import served, text_of
from synthetic import write_glossary

CONCEPTS = 300
CHANGED = "concept-007"
OPEN = f"{CHANGED}/ml-engineer/manager/"
ANOTHER = "concept-020/data-scientist/student/"
CHANGES = {"preview": 7, "--all": 3}
POLL = 0.01  # seconds; as good as a browser, which is told at once


@dataclass(frozen=True)
class Served:
    start: float
    changes: tuple[float, ...]
    click: float


def main() -> None:
    concepts = int(sys.argv[1]) if len(sys.argv) > 1 else CONCEPTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_glossary(folder, concepts)
        print("          first page s  change s  longest s  click on another page s")
        for way, changes in CHANGES.items():
            found = measured(folder, way, changes)
            middle, longest = statistics.median(found.changes), max(found.changes)
            print(
                f"{way:8}  {found.start:12.2f}  {middle:8.2f}  {longest:9.2f}  {found.click:25.2f}",
                flush=True,
            )


def measured(folder: Path, way: str, changes: int) -> Served:
    options = ["--only", CHANGED] if way == "preview" else [way]
    started = time.monotonic()
    with served(folder, *options) as url:
        wait_for(url + OPEN, "<h1")
        start = time.monotonic() - started
        seconds = tuple(changed(folder, url, number) for number in range(changes))
        clicked = time.monotonic()
        wait_for(url + ANOTHER, "<h1")
        return Served(start, seconds, time.monotonic() - clicked)


def changed(folder: Path, url: str, number: int) -> float:
    """Seconds from a save until the page that is open shows it."""
    entry, words = folder / f"concepts/{CHANGED}.yml", f"Changed {'again ' * number}now."
    text = entry.read_text("utf-8")
    time.sleep(0.37)  # not in step with whoever looks for changes
    saved = time.monotonic()
    entry.write_text(text.replace("summary: ", f"summary: {words} ", 1), "utf-8")
    wait_for(url + OPEN, words)
    return time.monotonic() - saved


def wait_for(url: str, words: str, patience: float = 180.0) -> None:
    end = time.monotonic() + patience
    while words not in text_of(url):
        if time.monotonic() > end:
            raise SystemExit(f"{url} never held {words!r}")
        time.sleep(POLL)


if __name__ == "__main__":
    main()
