"""Makes Python look up individual names when it imports a module, instead of listing the folders on its path, and tells
the tracer when Python lists these folders to find installed packages.

Every Python process of a run loads this file at startup, because its folder is on PYTHONPATH. Without it, an import
would count as a read of all names in the folders on the path, and adding any file there would make the run stale.
"""

import os
import site
import sys
from importlib.machinery import FileFinder, PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType

PACKAGES = "/.glossary-lists-packages-in"
STARTED = "/.glossary-looked-for-startup-files-in"
HERE = os.path.dirname(os.path.abspath(__file__))


class Names:
    """The names in a folder, as a container that looks up names on demand."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def __contains__(self, name: str) -> bool:
        return os.path.lexists(os.path.join(self._folder, name))


def look_up_names() -> None:
    """Change how modules are found in folders, including folders that Python has already searched."""

    def fill_cache(finder: FileFinder) -> None:
        finder._path_cache = finder._relaxed_path_cache = Names(finder.path or ".")  # type: ignore[attr-defined]

    if sys.platform == "linux":
        FileFinder._fill_cache = fill_cache  # type: ignore[attr-defined]
        for finder in sys.path_importer_cache.values():
            if isinstance(finder, FileFinder):
                finder.invalidate_caches()


class MetadataFinder:
    """A finder that lets other finders load `importlib.metadata`, and then changes how that module lists folders:
    before listing a folder, the module accesses a nonexistent path, which tells the tracer that only the names of
    packages in that folder count (`path_trace`)."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name != "importlib.metadata":
            return None
        sys.meta_path.remove(self)  # type: ignore[arg-type]
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                announce_listings(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def announce_listings(metadata: ModuleType) -> None:
    """Change `importlib.metadata` as `MetadataFinder` describes."""
    children = metadata.FastPath.children

    def announced(self: object) -> object:
        root = os.path.abspath(getattr(self, "root", "") or ".")
        os.access(f"{PACKAGES}{root}", os.F_OK)
        return children(self)

    metadata.FastPath.children = announced


def run_own_sitecustomize() -> None:
    """Execute the `sitecustomize` module that this one shadows, if any."""
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


def announce_startup() -> None:
    """Tell the tracer in which folders Python has just looked for `.pth` files; no other names in them count."""
    user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    for folder in (*site.getsitepackages(), *user):
        os.access(f"{STARTED}{os.path.abspath(folder)}", os.F_OK)
    os.access(STARTED, os.F_OK)


if __name__ == "sitecustomize":
    look_up_names()
    announce_startup()
    sys.meta_path.insert(0, MetadataFinder())  # type: ignore[arg-type]
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != HERE]
    run_own_sitecustomize()
