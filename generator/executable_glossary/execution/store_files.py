"""Files of a store: written whole or not at all, checked when they are read, and never kept away by an odd one."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp, mkstemp

PART = ".part-"  # how files begin that are not yet written to their end
ASIDE = "aside-"  # how folders begin that hold what lay in the way
IN_THE_WAY = (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError)


@dataclass(frozen=True)
class StoredFile:
    """Size in bytes; when it was last written, in seconds since 1970. May be a folder with all that is in it."""

    path: Path
    size: int
    modified: float


def content(path: Path) -> bytes | None:
    """None if no file can be read there. Only a file is opened: a pipe would be waited for, for ever."""
    with suppress(OSError):
        if path.is_file():
            return path.read_bytes()
    return None


def is_whole(path: Path, hash: str) -> bool:
    """Whether a file lies there whose SHA-256 is that."""
    with suppress(OSError):
        if path.is_file():
            with path.open("rb") as file:
                return file_digest(file, "sha256").hexdigest() == hash
    return False


def write(path: Path, content: bytes, root: Path) -> None:
    """Put a file in its place below `root`, whatever lies there; OSError if that cannot be done."""
    try:
        _write(path, content)
    except IN_THE_WAY:
        clear(path, root)
        _write(path, content)


def clear(path: Path, root: Path) -> None:
    """Set aside what is no file at that path, and what is no folder between it and `root`."""
    for place in (folder for folder in reversed(path.parents) if folder.is_relative_to(root)):
        if place != root and os.path.lexists(place) and not place.is_dir():
            _set_aside(place, root)
    if path.is_dir() and not path.is_symlink():
        _set_aside(path, root)


def stored(path: Path) -> StoredFile:
    """What goes away meanwhile, as a working folder's files do, weighs nothing."""
    found: list[os.stat_result] = []
    for file in (path, *(path.rglob("*") if path.is_dir() else ())):
        with suppress(OSError):
            found.append(file.lstat())
    return StoredFile(
        path, sum(one.st_size for one in found), max((one.st_mtime for one in found), default=0)
    )


def is_folder(path: Path) -> bool:
    """A link to a folder is none: removing must not follow it."""
    with suppress(OSError):
        return stat.S_ISDIR(path.lstat().st_mode)
    return False


def take_away(folder: Path) -> None:
    """A folder with all that is in it, as far as we may. A run can put one into another ten thousand times,
    which is deeper than what removes folders goes: so each is first moved to where nothing is deep."""
    with suppress(OSError):
        flat = Path(mkdtemp(dir=folder.parent, prefix=PART))
        waiting, count = [folder], 0
        while waiting:
            place = waiting.pop()
            for path in _emptied(place):
                count += 1
                with suppress(OSError):
                    path.chmod(0o700)
                    waiting.append(path.rename(flat / str(count)))
            with suppress(OSError):
                place.rmdir()
        flat.rmdir()


def _emptied(folder: Path) -> list[Path]:
    """The folders that are left once all else is gone from it."""
    left = []
    with suppress(OSError):
        for path in list(folder.iterdir()):
            if is_folder(path):
                left.append(path)
            else:
                path.unlink(missing_ok=True)
    return left


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, beside = mkstemp(dir=path.parent, prefix=PART)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _set_aside(place: Path, root: Path) -> None:
    """Somebody put it there: it stays for a day, in a folder of its own."""
    with suppress(FileNotFoundError):
        os.replace(place, Path(mkdtemp(dir=root, prefix=ASIDE)) / place.name)
