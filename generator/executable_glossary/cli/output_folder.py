"""Manages output folders: protects the user's files, allows one build at a time, and replaces a folder as a whole."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

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


def replace(folder: Path, fresh: Path) -> None:
    """Replace a folder with two renames, so a reader sees either the old or the new content, never a mixture."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
