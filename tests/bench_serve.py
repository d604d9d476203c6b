"""Measures how long a saved change takes to reach the browser with 300 concepts, in the default preview and with
`--all`.

Run with `make bench-serve`. It prints the seconds until the first page is available, and then the median and the
longest time from a save until the served page contains the change.
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
POLL = 0.01  # seconds; about as fast as a browser, which is notified immediately


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
            times = measure(folder, way, changes)
            middle, longest = statistics.median(times.changes), max(times.changes)
            print(
                f"{way:8}  {times.start:12.2f}  {middle:8.2f}  {longest:9.2f}  {times.click:25.2f}",
                flush=True,
            )


def measure(folder: Path, way: str, changes: int) -> Served:
    options = ["--only", CHANGED] if way == "preview" else [way]
    started = time.monotonic()
    with served(folder, *options) as url:
        wait_for(url + OPEN, "<h1")
        start = time.monotonic() - started
        seconds = tuple(time_change(folder, url, number) for number in range(changes))
        clicked = time.monotonic()
        wait_for(url + ANOTHER, "<h1")
        return Served(start, seconds, time.monotonic() - clicked)


def time_change(folder: Path, url: str, number: int) -> float:
    """Returns the time in seconds from a save until the open page shows the change."""
    entry, words = folder / f"concepts/{CHANGED}.yml", f"Changed {'again ' * number}now."
    text = entry.read_text("utf-8")
    time.sleep(0.37)  # not a multiple of any polling interval
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
