"""Measures the cost of a large glossary: CPU seconds and peak memory of a build with 75, 150, and 300 concepts.

Run with `make bench`. The cost per page should stay constant, and the navigation should not grow.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from synthetic import write_glossary

SIZES = (75, 150, 300)


@dataclass(frozen=True)
class Cost:
    concepts: int
    pages: int
    cpu_seconds: float
    peak_megabytes: float
    navigation_links: int
    site_megabytes: float


def main() -> None:
    print("concepts  pages  CPU s  ms a page  peak MB  links in navigation  site MB")
    for concepts in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            print_cost(measure(Path(folder), concepts))


def measure(folder: Path, concepts: int) -> Cost:
    """Builds once in a separate process and measures it, including its child processes."""
    write_glossary(folder, concepts)
    arguments = [sys.executable, "-m", "executable_glossary", "-C", str(folder), "build", "--runs", "frozen"]
    pid = os.posix_spawn(sys.executable, arguments, os.environ)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"the build of {concepts} concepts failed")
    pages = list((folder / "site").rglob("index.html"))
    page = (folder / "site/concept-000/index.html").read_text("utf-8")
    size = sum(path.stat().st_size for path in (folder / "site").rglob("*") if path.is_file())
    navigation = page.count('class="md-nav__link"') + page.count('class="md-tabs__link"')
    seconds = usage.ru_utime + usage.ru_stime
    return Cost(concepts, len(pages), seconds, usage.ru_maxrss / 1024, navigation, size / 1e6)


def print_cost(cost: Cost) -> None:
    each = 1000 * cost.cpu_seconds / cost.pages
    print(
        f"{cost.concepts:8}  {cost.pages:5}  {cost.cpu_seconds:5.1f}  {each:9.1f}  {cost.peak_megabytes:7.0f}"
        f"  {cost.navigation_links:19}  {cost.site_megabytes:7.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
