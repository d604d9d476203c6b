"""Determines why a process lists a folder: for its names, for the packages installed in it, or, if Python has just
started, for the files that it executes at startup (see `startup`)."""

from __future__ import annotations

import os
from collections.abc import Iterator

from .working_folder import Place


class ListingReasons:
    """The reasons for the listings that traced processes are about to make. Folders are named by their real paths."""

    def __init__(self) -> None:
        self._packages = set[str]()
        # The folder that a process has just opened to find packages, keyed by process.
        self._for_packages: dict[int, str] = {}
        # The folders that a new program has listed so far, keyed by process.
        self._starting: dict[int, dict[str, Place]] = {}

    def start(self, pid: int) -> Iterator[Place]:
        """Record that a process starts a new program. Yields the folders that its previous program listed only for their
        names."""
        yield from self.finish(pid)
        self._starting[pid] = {}

    def finish(self, pid: int) -> Iterator[Place]:
        """Record that a program has found its startup files. Yields the folders that it listed for their names."""
        yield from self._starting.pop(pid, {}).values()

    def finish_all(self) -> Iterator[Place]:
        """The same for all programs."""
        for pid in list(self._starting):
            yield from self.finish(pid)

    def announce_packages(self, folder: str) -> None:
        """Record that a process is about to list a folder to find packages."""
        self._packages.add(os.path.realpath(folder))

    def announce_startup(self, pid: int, folder: str) -> Place | None:
        """Record that a process has listed a folder only to find startup files. Returns the folder if it did list it."""
        return self._starting.get(pid, {}).pop(os.path.realpath(folder), None)

    def on_open(self, pid: int, path: str) -> None:
        """Record that a process opens a file or a folder."""
        self._for_packages.pop(pid, None)
        if self._packages and (folder := os.path.realpath(path)) in self._packages:
            self._packages.discard(folder)
            self._for_packages[pid] = folder

    def reason(self, pid: int, folder: str, place: Place) -> str:
        """Why a process lists a folder: "list", "packages", or "" if that will only be known later."""
        if self._for_packages.get(pid) == folder:
            return "packages"
        if pid in self._starting:
            self._starting[pid].setdefault(folder, place)
            return ""
        return "list"
