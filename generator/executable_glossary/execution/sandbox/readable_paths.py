"""Lists the paths that a run may read: Python, installed packages, the system, and the project's visible files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from glob import glob
from importlib.machinery import all_suffixes
from pathlib import Path

HERE = Path(__file__).parent
# The system: programs, libraries, and configuration that contains nothing private.
SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/gnu/store"),
    *("/proc", "/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm", "/dev/random", "/dev/urandom"),
    # The network interfaces and the devices behind them, which libraries for distributed training look for.
    *(
        "/sys/bus/pci",
        "/sys/class/net",
        "/sys/devices/virtual/net",
        "/sys/devices/pci*",
        "/sys/devices/platform",
    ),
)
SETTINGS = ("alternatives", "fonts", "group", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ld.so.preload",
            "locale.alias", "localtime", "magic", "mime.types", "nsswitch.conf", "os-release", "passwd", "protocols",
            "services", "ssl/certs", "ssl/openssl.cnf", "timezone",
            # Settings of programs and languages.
            "ImageMagick-*", "R", "chromium.d", "gitattributes", "java", "java-*", "papersize", "perl", "texmf")  # fmt: skip
# The parts of a Python installation to allow if its folder also contains other files, such as a user's home
# directory.
PYTHON_PARTS = ("bin", "include", "lib", "lib64", "share", "pyvenv.cfg")
# The name of a folder in which setuptools links the modules of a package in strict editable mode begins with this.
LINKS = "__editable__"


def readable(root: Path, caches: Iterable[str], more: Iterable[str] = ()) -> tuple[str, ...]:
    """Files and folders that may be read, with everything in them. root: the project's folder. caches:
    declared data outside the project. more: additional files and folders that the project lists; their hidden
    entries may not be read."""
    paths = (
        *(path for pattern in (*SYSTEM, *(f"/etc/{name}" for name in SETTINGS)) for path in glob(pattern)),
        str(HERE),
        *(path for prefix in _prefixes() for path in _python_paths(prefix)),
        *(path for folder in (root, *_import_folders()) for path in _visible_entries(folder)),
        *(
            path
            for folder in _import_folders()
            if folder.name.startswith(LINKS)
            for path in _link_targets(str(folder))
        ),
        *(path for place in more for path in _entries_beside(Path(place), os.path.realpath(root))),
        *(path for cache in caches for path in (cache, *_link_targets(cache))),
    )
    return tuple(dict.fromkeys(paths))


def listable(root: Path, more: Iterable[str] = ()) -> tuple[str, ...]:
    """Folders that Python lists when it imports a module."""
    return tuple(map(str, (root, *_import_folders(), *more)))


def _prefixes() -> set[str]:
    return {os.path.realpath(path) for path in (sys.prefix, sys.exec_prefix, sys.base_prefix)}


def _python_paths(prefix: str) -> Iterator[str]:
    """The installation's folder, or only parts of it if that folder is or contains the user's home
    directory."""
    home = os.path.realpath(_home())
    if f"{home}/".startswith(os.path.join(prefix, "")):
        yield from (os.path.join(prefix, part) for part in PYTHON_PARTS)
    else:
        yield prefix


def _home() -> str:
    """The user's home directory. (The HOME variable is set to the run's own home directory.)"""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError):
        return "/"


def _import_folders() -> tuple[Path, ...]:
    """Folders and files outside the installation that Python imports from, such as a checkout installed in editable
    mode."""
    inside = tuple(os.path.join(prefix, "") for prefix in _prefixes())
    paths = (os.path.realpath(path) for path in (*sys.path, *_mapped_paths()) if path)
    return tuple(Path(path) for path in paths if not f"{path}/".startswith(inside))


def _mapped_paths() -> Iterator[str]:
    """The packages and modules that setuptools installed in editable mode by means of a finder, which Python loads at
    startup (`__editable___NAME_finder.py`)."""
    for finder in [module for name, module in sys.modules.items() if name.startswith("__editable__")]:
        places = [*getattr(finder, "MAPPING", {}).values(), *getattr(finder, "NAMESPACES", {}).values()]
        for place in (each for one in places for each in ([one] if isinstance(one, str) else one)):
            # The finder names a module without its suffix.
            yield from (
                path for path in (place, *(place + end for end in all_suffixes())) if os.path.exists(path)
            )


def _visible_entries(folder: Path) -> Iterator[str]:
    """Entries whose names do not start with a dot; hidden entries can contain keys, settings, or credentials."""
    if folder.is_dir():
        yield from (entry.path for entry in os.scandir(folder) if not entry.name.startswith("."))
    elif folder.exists():
        yield str(folder)


def _entries_beside(place: Path, root: str) -> Iterator[str]:
    """The visible entries in a folder, except the project itself, whose hidden files must remain unreadable."""
    for path in _visible_entries(place):
        if not f"{root}/".startswith(os.path.join(path, "")):
            yield path
        elif path != root:
            yield from _entries_beside(Path(path), root)


def _link_targets(cache: str) -> Iterator[str]:
    """Targets of the symbolic links in a cache, even outside the cache, because its owner intended the links
    to be followed."""
    for folder, folders, files in os.walk(cache):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            if os.path.islink(path):
                yield os.path.realpath(path)
