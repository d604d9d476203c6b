"""Makes the store smaller: what nobody needs goes first, then the oldest runs; what is needed never does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from executable_glossary.execution.store import Inventory, Store, StoredFile, StoredRun

# Seconds. What is younger may belong to a build under way, which has not yet written what needs it.
GRACE = 24 * 3600.0


@dataclass(frozen=True)
class Needed:
    """What must stay: `runs` by key and date, and the latest run of each of these `seeds` of an example."""

    runs: frozenset[tuple[str, str]]
    seeds: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Swept:
    """How many runs and files were removed, or would be; sizes of the store in bytes."""

    runs: int
    files: int
    before: int
    after: int


def sweep(store: Store, most: int, needed: Needed, now: float, dry: bool = False) -> Swept:
    """Remove from the store until it holds at most so many bytes, or only what is needed.

    now: seconds since 1970. dry: remove nothing. A run goes before its files, so that no moment of it leaves
    a run without them.
    """
    inventory = store.inventory()
    left, removed = inventory.size, list[StoredFile]()
    for file in _removable(inventory, needed, now):
        if left <= most:
            break
        left -= file.size
        removed.append(file)
        if not dry:
            store.remove(file)
    files = {run.file for run in inventory.runs}
    runs = sum(file in files for file in removed)
    return Swept(runs, len(removed) - runs, inventory.size, left)


def _removable(inventory: Inventory, needed: Needed, now: float) -> Iterator[StoredFile]:
    """In the order in which things may go."""
    used = Counter(hash for run in inventory.runs for hash in run.hashes)
    loose = (file for hash, file in inventory.objects.items() if not used[hash])
    for file in sorted((*inventory.rest, *loose), key=lambda file: file.modified):
        if now - file.modified > GRACE:
            yield file
    staying = _staying(inventory.runs, needed)
    for run in sorted(inventory.runs, key=lambda run: run.age):
        if run.file.path not in staying:
            yield run.file
            used.subtract(run.hashes)
            yield from (
                inventory.objects[hash]
                for hash in sorted(run.hashes)
                if not used[hash] and hash in inventory.objects
            )


def _staying(runs: Collection[StoredRun], needed: Needed) -> set[object]:
    """Files of the runs that must stay. A record of another machine has its run here under another date."""
    staying: set[object] = set()
    for key, date in needed.runs:
        same = [run for run in runs if run.key == key]
        staying |= {run.file.path for run in [run for run in same if run.date == date] or same}
    for seed in needed.seeds:
        of_seed = [run for run in runs if (run.example, run.seed) == seed]
        if of_seed:
            staying.add(max(of_seed, key=lambda run: run.age).file.path)
    return staying
