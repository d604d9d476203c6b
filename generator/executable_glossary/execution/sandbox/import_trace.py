"""Which modules a run imports and uses, recorded by wrapping Python's import functions."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.util
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from .warning_capture import as_line

HERE = Path(__file__).parent
Note = tuple[str, str, str, tuple[str, ...], int]


class Imports:
    """Which modules a run uses, though a warm parent holds more of them.

    An import of what is there already leaves no trace, so import statements are watched: those of the warm
    parent say which module uses which, those of the run where it begins. A run uses what it imported
    itself, and what that uses in turn. Nothing is guessed: a package whose importer was not seen counts.
    """

    def __init__(self) -> None:
        self._notes: set[Note] = set()
        # What an installation brings into every process when Python starts, no example imports.
        self._before = frozenset(sys.modules)
        self._held: frozenset[str] = frozenset()
        self._named: frozenset[str] = frozenset()
        self._otherwise = ""
        self._warned: dict[str, set[str]] = {}

    def hold(self, names: Iterable[str]) -> None:
        """Import those of the modules that can be imported, and watch import statements from now on."""
        before, by_name = set(sys.modules), importlib.import_module
        self._watch()
        # What C code imports shows here only.
        sys.meta_path.insert(0, self)
        self._named = frozenset(names)
        warnings.showwarning = self._warn
        for name in self._named:
            with contextlib.suppress(Exception):
                by_name(name)
        sys.meta_path.remove(self)
        self._held = frozenset(set(sys.modules) - before)
        self._otherwise = "__main__"

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Finds nothing, as one of Python's finders, but notes who asked."""
        self._notes.add((self._importer(), "", name, (), 0))

    def used(self) -> set[str]:
        """Names of the modules that the run uses."""
        uses = self._uses()
        known = _reached(uses, self._named)
        strays = {name for name in self._held - known if name.partition(".")[0] not in known}
        return _reached(uses, {"__main__", *(set(sys.modules) - self._held - self._before), *strays})

    def warnings(self) -> list[str]:
        """What the modules that the run uses warned of when the warm parent imported them."""
        used = self.used()
        return [line for line, importers in self._warned.items() if importers & used]

    def files(self) -> set[str]:
        """Source files of these modules: those, too, whose compiled form was opened, or was there before."""
        return {file for name in self.used() if name != "__main__" for file in _sources(name)}

    def _warn(self, message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        self._warned.setdefault(as_line(message, category), set()).add(self._importer())

    def _watch(self) -> None:
        through, by_name = builtins.__import__, importlib.import_module

        # The names are those of the function in whose place it stands: C code gives them.
        def see(
            name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
        ) -> Any:
            package = (globals or {}).get("__package__") or ""
            self._notes.add((self._importer(), package, name, tuple(fromlist or ()), level))
            return through(name, globals, locals, fromlist, level)

        def see_name(name: str, package: str | None = None) -> Any:
            bare = name.lstrip(".")
            self._notes.add((self._importer(), package or "", bare, (), len(name) - len(bare)))
            return by_name(name, package)

        builtins.__import__ = see
        importlib.import_module = see_name

    def _importer(self) -> str:
        """The module on whose behalf something is imported: the innermost that is being executed.

        A function that imports may belong to another one, which offers it to all: numpy's `add_newdoc`.
        """
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_name != "<module>":
            frame = frame.f_back
        if frame is None or Path(frame.f_code.co_filename).parent == HERE:
            return self._otherwise
        return str(frame.f_globals.get("__name__", ""))

    def _uses(self) -> dict[str, set[str]]:
        uses: dict[str, set[str]] = {}
        for importer, package, name, wanted, level in self._notes:
            target = name
            if level:
                with contextlib.suppress(ImportError):
                    target = importlib.util.resolve_name("." * level + name, package)
            parts = (f"{target}.{part}" for part in wanted)
            uses.setdefault(importer, set()).update(
                {target, *(part for part in parts if part in sys.modules)}
            )
        return uses


def _reached(uses: dict[str, set[str]], start: Iterable[str]) -> set[str]:
    """The modules in use that can be reached, with their packages: importing a part imports the whole."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name and name not in found and name in sys.modules:
            found.add(name)
            waiting += [name.rpartition(".")[0], *uses.get(name, ())]
    return found


def _sources(name: str) -> Iterator[str]:
    file = getattr(sys.modules[name], "__file__", None)
    if isinstance(file, str):
        with contextlib.suppress(ValueError, NotImplementedError):
            file = importlib.util.source_from_cache(file)
        yield os.path.abspath(file)
