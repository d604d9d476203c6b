"""Makes Python look up individual names when it imports a module, instead of listing the folders on its path, and tells
the tracer when Python lists these folders to find installed packages.

Every Python process of a run loads this file at startup, because its folder is on PYTHONPATH. Without it, an import
would count as a read of all names in the folders on the path, and adding any file there would make the run stale.
"""

from __future__ import annotations

import os
import site
import sys
from importlib.machinery import FileFinder, PathFinder, all_suffixes
from importlib.util import find_spec, module_from_spec
from types import ModuleType

TYPE_CHECKING = False  # importing `typing` would delay the start of every Python process
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from typing import Any

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


class ChangingFinder:
    """A finder that lets other finders load a module, and then changes the module."""

    def __init__(self, name: str, change: Callable[[ModuleType], None]) -> None:
        self._name, self._change = name, change

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                self._change(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def announce_listings(metadata: ModuleType) -> None:
    """Change how `importlib.metadata` lists folders: before listing a folder, it accesses a nonexistent path, which tells
    the tracer that only the names of packages in that folder count (`path_trace`)."""
    children = metadata.FastPath.children

    def announced(self: object) -> object:
        root = os.path.abspath(getattr(self, "root", "") or ".")
        os.access(f"{PACKAGES}{root}", os.F_OK)
        return children(self)

    metadata.FastPath.children = announced


def pass_on(subprocess: ModuleType) -> None:
    """Change how `subprocess` starts Python with custom environment variables, so that the new process loads this file,
    too."""
    fork_exec = getattr(subprocess, "_fork_exec", None)
    if fork_exec is None:
        return

    def start(args: object, executables: Sequence[bytes], *others: Any) -> int:
        close, keep, cwd, env, *rest = others
        if env is not None and is_python(executables[-1]):
            env = with_startup(env)
        pid: int = fork_exec(args, executables, close, keep, cwd, env, *rest)
        return pid

    subprocess.__dict__["_fork_exec"] = start


def is_python(program: str | bytes | os.PathLike[Any]) -> bool:
    """Whether the program is called `python`, perhaps with a version."""
    return os.path.basename(os.fsencode(program)).startswith(b"python")


def with_startup(env: Sequence[bytes]) -> Sequence[bytes]:
    """Environment variables, each as `NAME=value`, with this file's folder on PYTHONPATH."""
    name = b"PYTHONPATH="
    paths = [each.removeprefix(name) for each in env if each.startswith(name)]
    others = [each for each in env if not each.startswith(name)]
    return [*others, name + startup_path(b"".join(paths))]


def startup_path(path: bytes) -> bytes:
    """A PYTHONPATH that begins with this file's folder."""
    here, separator = os.fsencode(HERE), os.fsencode(os.pathsep)
    others = [each for each in path.split(separator) if each not in (b"", here)]
    return separator.join((here, *others))


def keep_on_path() -> None:
    """Keep this file's folder on the PYTHONPATH that child processes inherit, even if the run changes this variable in
    `os.environ`, and on the one that it passes to Python with `os.execve` or `os.posix_spawn`."""
    putenv, unsetenv = os.putenv, os.unsetenv

    def put(name: bytes, value: bytes) -> None:
        putenv(name, startup_path(os.fsencode(value)) if os.fsencode(name) == b"PYTHONPATH" else value)

    def unset(name: bytes) -> None:
        if os.fsencode(name) == b"PYTHONPATH":
            putenv(name, os.fsencode(HERE))
        else:
            unsetenv(name)

    os.__dict__.update(putenv=put, unsetenv=unset)
    for name in ("execve", "posix_spawn", "posix_spawnp"):
        if original := getattr(os, name, None):
            setattr(os, name, passing_on(original))


def passing_on(start: Callable[..., Any]) -> Callable[..., Any]:
    """A function that takes the same arguments as `start` (a program, its arguments, and its environment variables)
    but also passes on this file's folder if the program is Python."""

    def start_with_path(path: Any, argv: Any, env: Mapping[Any, Any], *rest: Any, **options: Any) -> Any:
        if not isinstance(path, int) and is_python(path):
            # The variables can be text or bytes.
            names = {os.fsencode(name): os.fsencode(value) for name, value in env.items()}
            env = {**names, b"PYTHONPATH": startup_path(names.get(b"PYTHONPATH", b""))}
        return start(path, argv, env, *rest, **options)

    return start_with_path


def run_own_sitecustomize() -> None:
    """Execute the `sitecustomize` module that this one shadows, if any."""
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


def announce_startup() -> None:
    """Tell the tracer in which folders Python has just looked for `.pth` files, or for the modules that it loads before this
    one; no other names in these folders count."""
    user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    added = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path not in ("", HERE)]
    for folder in added:
        for name in [name for name in sys.modules if "." not in name]:
            for end in ("", *all_suffixes()):
                os.access(os.path.join(os.path.abspath(folder), name + end), os.F_OK)
    for folder in (*added, *site.getsitepackages(), *user):
        os.access(f"{STARTED}{os.path.abspath(folder)}", os.F_OK)
    os.access(STARTED, os.F_OK)


if __name__ == "sitecustomize":
    look_up_names()
    keep_on_path()
    announce_startup()
    changes = {"importlib.metadata": announce_listings, "subprocess": pass_on}
    sys.meta_path[:0] = [ChangingFinder(name, change) for name, change in changes.items()]
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != HERE]
    run_own_sitecustomize()
