"""Manages output folders: protects the user's files, allows one build at a time, and replaces a folder as a whole."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from executable_glossary.adapters.linux import exchange
from executable_glossary.cli.options import show_progress


def refuse_foreign(folder: Path, generated: str) -> None:
    """Refuse a folder that contains files that we did not write. Output folders are emptied before they are filled, so
    a folder must be new or empty, or contain `generated`, a file that every build writes there."""
    if folder.exists() and any(folder.iterdir()) and not (folder / generated).is_file():
        raise click.UsageError(
            f"{folder} contains files that glossary did not write; choose a new folder, or move the files elsewhere"
        )


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Wait for other builds in this folder. The lock is on the folder itself, so no lock file is left behind
    if the process is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            show_progress("waiting for another build in this folder to finish")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def recover(folder: Path) -> None:
    """Remove what a killed build left. If it was killed between the two renames of `replace`, the folder first gets its
    name back."""
    if not folder.exists() and _old(folder).is_dir():
        _old(folder).rename(folder)
    _remove_others(folder)


def replace(folder: Path) -> None:
    """Replace a folder as a whole with the new one, so a reader sees either the old or the new content, never a mixture.
    Where the system can exchange two folders, there is always one; elsewhere, there is none between two renames."""
    if not exchange(new(folder), folder):
        if folder.exists():
            folder.rename(_old(folder))
        new(folder).rename(folder)
    _remove_others(folder)


def new(folder: Path) -> Path:
    """Where a build writes what will replace the folder."""
    return folder.with_name(f".{folder.name}.new")


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _remove_others(folder: Path) -> None:
    for other in (_old(folder), new(folder)):
        shutil.rmtree(other, ignore_errors=True)
