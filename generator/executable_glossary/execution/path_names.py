"""Gives paths machine-independent names, so that stored runs and records can be compared on other machines."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from executable_glossary.execution.sandbox.fingerprints import as_path, as_text

# The parts of a Python installation, most specific last. Paths outside these parts remain absolute.
PARTS = ("stdlib", "platstdlib", "purelib", "platlib", "scripts", "include")


class PathNames:
    """Names of paths. A name is relative to the project's root or to a part of the Python installation, or it is
    absolute.

    root: the project's folder. readable: additional folders and files, whose names are relative to the root as
    well. installation: the folders of the installation, keyed by name; by default, those of this Python.
    """

    def __init__(
        self, root: Path, readable: Iterable[Path] = (), installation: Mapping[str, str] | None = None
    ) -> None:
        parts = installation_parts() if installation is None else installation
        self._root = os.path.realpath(root)
        roots: dict[str, str | None] = {f"{folder}/": f"{{{name}}}/" for name, folder in parts.items()}
        roots |= dict.fromkeys((os.path.join(path, "") for path in readable), None)
        roots |= {os.path.join(self._root, ""): "", os.path.join(root, ""): ""}
        # The longest path comes first, because an installation can be inside the project, or vice versa.
        self._roots = sorted(roots.items(), key=lambda item: -len(item[0]))
        self._folders = {name: folder for folder, name in self._roots} | {"": os.path.join(root, "")}

    def name(self, path: str) -> str:
        """The portable name of an absolute path, such as `examples/data.csv` or `{purelib}/numpy/__init__.py`."""
        path = as_text(path)
        for folder, name in self._roots:
            if f"{path}/".startswith(folder):
                if name is None:
                    return os.path.relpath(path, self._root).replace(os.sep, "/")
                inside = path[len(folder) :].replace(os.sep, "/")
                # A folder in the project can have the same name as a part of the installation.
                return (
                    f"./{inside}"
                    if not name and inside[:1] == "{"
                    else f"{name}{inside}".removesuffix("/") or "."
                )
        return path.replace(os.sep, "/")

    def path(self, name: str) -> str:
        """The absolute path for a portable name on this machine."""
        name = as_path(name)
        part, brace, rest = name.partition("}")
        if brace and part.startswith("{"):
            return os.path.normpath(self._folders.get(f"{part}}}/", "") + rest.removeprefix("/"))
        return os.path.normpath(os.path.join(self._folders[""], name))

    def obstacle(self, folder: str) -> str:
        """The portable name of the file that is where this folder, or a folder above it, should be; empty if there is
        none."""
        for name in (folder, *parents(folder)):
            if os.path.lexists(path := self.path(name)):
                return name if os.path.exists(path) and not os.path.isdir(path) else ""
        return ""

    def is_project(self, name: str) -> bool:
        """Whether a portable name refers to a file in the project."""
        return not name.startswith(("{", "/")) and not os.path.isabs(name)


def parents(name: str) -> Iterator[str]:
    """The portable names of the folders above a portable name, innermost first."""
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name
    yield "."


def joined(folder: str, name: str) -> str:
    """The portable name of an entry in a folder. A name like `{purelib}` keeps the prefix that tells it from the name of
    a part of the installation."""
    return name if folder == "." and not name.startswith("{") else f"{folder.rstrip('/')}/{name}"


@cache
def installation_parts() -> Mapping[str, str]:
    """The folders of this Python installation, keyed by name; if a folder has several names, by the last in `PARTS`."""
    paths = {os.path.realpath(sysconfig.get_path(name)): name for name in PARTS}
    prefixes = {sys.prefix: "prefix", sys.base_prefix: "base"}
    prefix = {os.path.realpath(path): name for path, name in prefixes.items() if path not in ("/", "/usr")}
    return {name: folder for folder, name in {**prefix, **paths}.items()}
