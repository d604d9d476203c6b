"""Ensures that a run uses a preloaded module only if it would import the same file itself.

The fork server imports modules from the installation. A run searches other folders first: the script's folder, the
readable folders, and whatever the script adds to `sys.path`. If one of these contains a module of the same name, or of
the name of a module that a preloaded module imports, the run ends at once and is repeated in a new process. So does a
run that changes its environment variables before it imports one, because packages read them when they are imported.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.machinery import PathFinder
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

# The file in the run's private folder that asks the builder for a new process; see `forkserver_runner`.
NEW_PROCESS = "new-process"


class PreloadedModules:
    """The modules that the fork server has imported, and how they would be found now.

    graph: the modules that each module imports, keyed by the importing module. names: the preloaded modules. The object
    is created by the fork server, when `sys.path` and `sys.meta_path` are still those of the installation.
    """

    def __init__(self, graph: Mapping[str, set[str]], names: Iterable[str]) -> None:
        self._graph, self._unchecked = graph, set(names)
        self._path, self._finders = tuple(sys.path), tuple(sys.meta_path)
        self._given: frozenset[str] = frozenset()
        self._private: Path | None = None
        self._run = 0
        self._environment: Mapping[str, str] = {}

    def check_imports(self, private: Path, given: Iterable[str]) -> None:
        """From now on, check each module that the run imports for the first time. private: the run's private folder.
        given: folders in `sys.path` that are known to contain no module named like one of Python's own."""
        self._private, self._given, self._run = private, frozenset(given), os.getpid()
        self._environment = dict(os.environ)

    def on_import(self, name: str, package: str, attributes: Iterable[str], level: int) -> None:
        """Check the modules that an import statement names, and those that they import. Does not return if one of them
        would now be found elsewhere."""
        if self._private is None or not self._unchecked:
            return
        with contextlib.suppress(ImportError):
            name = resolve_name("." * level + name, package) if level else name
        named = {*_with_packages(name), *(f"{name}.{attribute}" for attribute in attributes)}
        if named.isdisjoint(self._unchecked):
            return
        found = reachable(self._graph, named & self._unchecked) & self._unchecked
        self._unchecked -= found
        packages = sorted({each.partition(".")[0] for each in found})
        is_changed = os.environ != self._environment and not sys.stdlib_module_names.issuperset(packages)
        if is_changed or not all(map(self._is_found_again, packages)):
            self._request_new_process(self._private)

    def _is_found_again(self, top: str) -> bool:
        """Whether an import of this top-level module would still find the file that was loaded."""
        spec: Any = getattr(sys.modules[top], "__spec__", None)
        place = _place(spec)
        if place is None:
            return True
        if place in self._path and place not in sys.path:
            return False
        before = sys.path[: sys.path.index(place)] if place in sys.path else sys.path
        known = {*self._path, *(self._given if top in sys.stdlib_module_names else ())}
        found = PathFinder.find_spec(top, [entry for entry in before if entry not in known])
        # A folder without `__init__.py` is used only if no other module has this name.
        is_same = found is None or (found.loader is None and spec.origin is not None)
        return is_same and all(other == spec.origin for other in self._found_by_new_finders(top))

    def _found_by_new_finders(self, top: str) -> Iterator[str | None]:
        """The files that finders find which the script has put before Python's own."""
        for finder in sys.meta_path[: _position_of_path_finder()]:
            if finder not in self._finders:
                with contextlib.suppress(Exception):
                    if spec := finder.find_spec(top, None, None):
                        yield spec.origin

    def _request_new_process(self, private: Path) -> None:
        """End the run. The importing process may be a child of it."""
        with contextlib.suppress(OSError):
            (private / NEW_PROCESS).touch()
        for process in (self._run, os.getpid()):
            os.kill(process, signal.SIGKILL)


def reachable(graph: Mapping[str, set[str]], start: Iterable[str]) -> set[str]:
    """The loaded modules that can be reached from `start`, and their packages, which Python imports first."""
    reached: set[str] = set()
    queue = list(start)
    while queue:
        name = queue.pop()
        if name and name not in reached and name in sys.modules:
            reached.add(name)
            queue += [name.rpartition(".")[0], *graph.get(name, ())]
    return reached


def _with_packages(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _place(spec: Any) -> str | None:
    """The folder that contains a top-level module; None for modules that are part of the Python program."""
    if spec is None or spec.origin in ("built-in", "frozen"):
        return None
    locations = list(spec.submodule_search_locations or ())
    file = locations[0] if locations else spec.origin
    return os.path.dirname(file) if file else None


def _position_of_path_finder() -> int:
    return sys.meta_path.index(PathFinder) if PathFinder in sys.meta_path else len(sys.meta_path)
