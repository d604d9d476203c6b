"""Garbage-collects the store: deletes unused files first and then the oldest runs, but never runs that are in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from executable_glossary.execution.store import Inventory, Store, StoredFile, StoredRun

# In seconds. A newer file may belong to a build in progress that has yet to store the run that uses it.
GRACE = 24 * 3600.0


@dataclass(frozen=True)
class Needed:
    """Runs that must be kept.

    runs: keys and dates of runs to keep. seeds: pairs of an example and a seed, for which the latest run is kept.
    """

    runs: frozenset[tuple[str, str]]
    seeds: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Swept:
    """The number of runs and files that were (or would be) deleted, and the store's size before and after, in bytes."""

    runs: int
    files: int
    before: int
    after: int


def sweep(store: Store, most: int, needed: Needed, now: float, dry: bool = False) -> Swept:
    """Delete files until the store is at most `most` bytes in size, or contains only runs in use. Raises OSError.

    now: the current time, in seconds since 1970. dry: delete nothing. A run is deleted before its files, so that no
    run is ever left without its files.
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
    """The files that can be deleted, in the order of deletion."""
    used = Counter(hash for run in inventory.runs for hash in run.hashes)
    loose = (file for hash, file in inventory.objects.items() if not used[hash])
    for file in sorted((*inventory.rest, *loose), key=lambda file: file.modified):
        if now - file.modified > GRACE:
            yield file
    kept = _kept_files(inventory.runs, needed)
    for run in sorted(inventory.runs, key=lambda run: run.age):
        if run.file.path not in kept:
            yield run.file
            used.subtract(run.hashes)
            yield from (
                inventory.objects[hash]
                for hash in sorted(run.hashes)
                if not used[hash] and hash in inventory.objects
            )


def _kept_files(runs: Collection[StoredRun], needed: Needed) -> set[object]:
    """The paths to the runs that must be kept. If a run was recorded on a different machine, its date in this
    store is different."""
    kept: set[object] = set()
    for key, date in needed.runs:
        same = [run for run in runs if run.key == key]
        kept |= {run.file.path for run in [run for run in same if run.date == date] or same}
    for seed in needed.seeds:
        of_seed = [run for run in runs if (run.example, run.seed) == seed]
        if of_seed:
            kept.add(max(of_seed, key=lambda run: run.age).file.path)
    return kept
