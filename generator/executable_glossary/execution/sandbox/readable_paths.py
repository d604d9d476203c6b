"""What a run must be able to read, and no more: Python, what is installed, the project without what is hidden."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
# The system: programs and libraries, and those of its settings that belong to nobody.
SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/gnu/store"),
    *("/proc", "/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm", "/dev/random", "/dev/urandom"),
)
SETTINGS = ("alternatives", "fonts", "group", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ld.so.preload",
            "localtime", "mime.types", "nsswitch.conf", "os-release", "passwd", "timezone")  # fmt: skip
# Of an installation that lies in somebody's home, these are Python's.
PARTS_OF_PYTHON = ("bin", "include", "lib", "lib64", "share", "pyvenv.cfg")


def readable(root: Path, caches: Iterable[str]) -> tuple[str, ...]:
    """Files and folders, each with all that is below it. root: of the project."""
    found = (
        *(*SYSTEM, *(f"/etc/{name}" for name in SETTINGS), str(HERE)),
        *(part for prefix in _prefixes() for part in _of_python(prefix)),
        *(part for folder in (root, *_strays()) for part in _open_parts(folder)),
        *(part for cache in caches for part in (cache, *_led_to(cache))),
    )
    return tuple(dict.fromkeys(found))


def listable(root: Path) -> tuple[str, ...]:
    """Folders whose names Python looks through when it imports."""
    return tuple(map(str, (root, *_strays())))


def _prefixes() -> set[str]:
    return {os.path.realpath(path) for path in (sys.prefix, sys.exec_prefix, sys.base_prefix)}


def _of_python(prefix: str) -> Iterator[str]:
    """The whole installation; a home, or the root of the system, is more than that."""
    home = os.path.realpath(_home())
    if f"{home}/".startswith(os.path.join(prefix, "")):
        yield from (os.path.join(prefix, part) for part in PARTS_OF_PYTHON)
    else:
        yield prefix


def _home() -> str:
    """That of the user; the environment here names the run's own."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError):
        return "/"


def _strays() -> tuple[Path, ...]:
    """Places that Python imports from though they do not belong to it, such as a checkout that is installed."""
    inside = tuple(os.path.join(prefix, "") for prefix in _prefixes())
    paths = (os.path.realpath(path) for path in sys.path if path)
    return tuple(Path(path) for path in paths if not f"{path}/".startswith(inside))


def _open_parts(folder: Path) -> Iterator[str]:
    """What begins with a dot is nobody's example: keys, settings of tools, the history with its credentials."""
    if folder.is_dir():
        yield from (entry.path for entry in os.scandir(folder) if not entry.name.startswith("."))
    elif folder.exists():
        yield str(folder)


def _led_to(cache: str) -> Iterator[str]:
    """Where links within a cache lead out of it: whoever laid it out meant them to be followed."""
    for folder, folders, files in os.walk(cache):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            if os.path.islink(path):
                yield os.path.realpath(path)
