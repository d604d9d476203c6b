"""Watches files for the preview, even while a folder or a file is briefly moved away."""

from __future__ import annotations

from typing import Any

from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingEmitter, PollingObserver
from watchdog.utils.dirsnapshot import DirectorySnapshot, EmptyDirectorySnapshot


class LastingEmitter(PollingEmitter):
    """Treats a path that does not exist as an empty folder. By default, watchdog stops watching it for good, and many
    editors save a file by replacing it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        taken = self._take_snapshot

        def take() -> DirectorySnapshot:
            try:
                return taken()
            except (FileNotFoundError, NotADirectoryError):
                return EmptyDirectorySnapshot()

        self._take_snapshot = take


class LastingObserver(PollingObserver):
    """An observer that looks for changes each time these seconds have passed."""

    def __init__(self, seconds: float) -> None:
        BaseObserver.__init__(self, LastingEmitter, timeout=seconds)
