"""Records which modules a run imports and uses, by wrapping Python's import functions."""

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

from .inherited_state import SharedResources, UnseededGenerators
from .path_trace import IMPORTING
from .preloaded_modules import PreloadedModules, reachable
from .warning_capture import as_line

HERE = Path(__file__).parent
# One import: the importing module, its package, the imported name, the names in a `from` list, and the
# relative level.
Import = tuple[str, str, str, tuple[str, ...], int]


class ImportTrace:
    """Determines which modules a run uses, even if the fork server has imported additional ones.

    Importing a module that is already loaded leaves no trace in `sys.modules`, so import statements are
    recorded: in the fork server, to learn which modules each module uses; in the run, to learn which modules
    it uses directly. A run uses the modules that it imports, and the modules that those use in turn. A
    preloaded module whose importer is unknown counts as used by every run.
    """

    def __init__(self) -> None:
        self._imports: set[Import] = set()
        # Modules that every Python process of this installation loads at startup.
        self._at_startup = frozenset(sys.modules)
        self._preloaded: frozenset[str] = frozenset()
        self._requested: tuple[str, ...] = ()
        self._checks: PreloadedModules | None = None
        self._default_importer = ""
        self._warnings: dict[str, set[str]] = {}
        self._repeated: set[str] = set()
        self._announced: str | None = None
        # The modules that left something open which forked processes would share.
        self.sharing: list[str] = []
        self.generators = UnseededGenerators()

    def preload(self, names: Iterable[str]) -> None:
        """Import the modules, skipping those that cannot be imported, and record import statements from now on."""
        before, import_module = set(sys.modules), importlib.import_module
        self._wrap_imports()
        # Imports by C code can be recorded only by a finder.
        sys.meta_path.insert(0, self)
        self._requested = tuple(names)
        warnings.showwarning = self._on_warning
        with self.generators.noted():
            for name in self._requested:
                open_before = SharedResources()
                with contextlib.suppress(Exception):
                    import_module(name)
                if open_before.has_more():
                    self.sharing.append(name)
        sys.meta_path.remove(self)
        self._preloaded = frozenset(set(sys.modules) - before)
        self._default_importer = "__main__"
        self._checks = PreloadedModules(self._graph(), self._preloaded)

    def preloaded_from_python(self) -> frozenset[str]:
        """Names of the preloaded top-level modules that belong to Python itself."""
        return self._preloaded & sys.stdlib_module_names

    def check_preloaded(self, private: Path, given: Iterable[str]) -> None:
        """From now on, end the run if it would itself import a preloaded module from another file. private, given: see
        `PreloadedModules.check_imports`."""
        if self._checks is not None:
            self._checks.check_imports(private, given)

    def announce(self) -> None:
        """From now on, tell the tracer which package is imported next, and which package imports it
        (`path_trace.IMPORTING`)."""
        self._announced = ""
        self._wrap_imports()
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Record the import. As a finder on `sys.meta_path`, this class never finds anything itself."""
        importer = self._importer()
        self._imports.add((importer, "", name, (), 0))
        # The importing module may depend on whether the other module is found.
        self._announce(importer, name)

    def used(self) -> set[str]:
        """Names of the modules that the run uses."""
        graph = self._graph()
        explained = reachable(graph, self._requested)
        unexplained = {
            name for name in self._preloaded - explained if name.partition(".")[0] not in explained
        }
        loaded_by_run = set(sys.modules) - self._preloaded - self._at_startup
        return reachable(graph, {"__main__", *loaded_by_run, *unexplained})

    def warnings(self) -> list[str]:
        """Warnings that the fork server received when it imported modules that the run uses."""
        used = self.used()
        return [line for line, importers in self._warnings.items() if importers & used]

    def repeat_warnings(self) -> None:
        """Print the warnings that the run would have received if it had imported the modules itself, each one once."""
        for line in self.warnings() if self._warnings else ():
            if line not in self._repeated:
                self._repeated.add(line)
                sys.stderr.write(f"{line}\n")

    def files(self) -> set[str]:
        """Source files of the modules that the run uses, even if only their compiled form was opened."""
        return {file for name in self.used() if name != "__main__" for file in _source_files(name)}

    def _on_warning(self, message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        self._warnings.setdefault(as_line(message, category), set()).add(self._importer())

    def _wrap_imports(self) -> None:
        original_import, original_import_module = builtins.__import__, importlib.import_module

        # The parameters have the same names as the original function's, because C code passes them by name.
        def record_import(
            name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
        ) -> Any:
            package = (globals or {}).get("__package__") or ""
            self._record(package, name, tuple(fromlist or ()), level)
            try:
                return original_import(name, globals, locals, fromlist, level)
            finally:
                self._announce_importer()

        def record_import_module(name: str, package: str | None = None) -> Any:
            bare = name.lstrip(".")
            self._record(package or "", bare, (), len(name) - len(bare))
            try:
                return original_import_module(name, package)
            finally:
                self._announce_importer()

        builtins.__import__ = record_import
        importlib.import_module = record_import_module

    def _record(self, package: str, name: str, attributes: tuple[str, ...], level: int) -> None:
        self._imports.add((self._importer(), package, name, attributes, level))
        if self._checks is not None:
            self._checks.on_import(name, package, attributes, level)

    def _announce_importer(self) -> None:
        if self._announced is not None:
            self._announce(self._importer())

    def _announce(self, *modules: str) -> None:
        """Announce the packages. Reads by a module of the standard library count as reads by the package that imports
        it."""
        packages = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names
        names = ",".join(sorted(packages))
        if packages and self._announced not in (None, names):
            self._announced = names
            os.access(f"{IMPORTING}{names}", os.F_OK)

    def _importer(self) -> str:
        """The module that is importing: the innermost one whose top-level code is being executed.

        The function that contains the import statement may belong to a different module: numpy's
        `add_newdoc`, for example, is called by many modules.
        """
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_name != "<module>":
            frame = frame.f_back
        if frame is None or Path(frame.f_code.co_filename).parent == HERE:
            return self._default_importer
        return str(frame.f_globals.get("__name__", ""))

    def _graph(self) -> dict[str, set[str]]:
        """The modules that each module imports, keyed by the importing module."""
        graph: dict[str, set[str]] = {}
        for importer, package, name, attributes, level in self._imports:
            target = name
            if level:
                with contextlib.suppress(ImportError):
                    target = importlib.util.resolve_name("." * level + name, package)
            submodules = (f"{target}.{attribute}" for attribute in attributes)
            graph.setdefault(importer, set()).update(
                {target, *(submodule for submodule in submodules if submodule in sys.modules)}
            )
        return graph


def _source_files(name: str) -> Iterator[str]:
    file = getattr(sys.modules[name], "__file__", None)
    if isinstance(file, str):
        with contextlib.suppress(ValueError, NotImplementedError):
            file = importlib.util.source_from_cache(file)
        yield os.path.abspath(file)
