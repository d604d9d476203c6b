"""Reads and writes the store's files safely, with atomic writes, verified reads, and removal of obstacles."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from shutil import copyfileobj
from tempfile import mkdtemp, mkstemp

PART = ".part-"  # prefix for files that have not been completely written yet
ASIDE = "aside-"  # prefix for folders that contain entries moved aside
IN_THE_WAY = (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError)


@dataclass(frozen=True)
class StoredFile:
    """A file, or a folder with everything in it. `size` is in bytes; `modified` is in seconds since 1970."""

    path: Path
    size: int
    modified: float


def read_file(path: Path) -> bytes | None:
    """The content of a file; None if it cannot be read. Does not open pipes, which could block forever."""
    with suppress(OSError):
        if path.is_file():
            return path.read_bytes()
    return None


def is_intact(path: Path, hash: str) -> bool:
    """Whether the file exists and has this SHA-256."""
    with suppress(OSError):
        if path.is_file():
            with path.open("rb") as file:
                return file_digest(file, "sha256").hexdigest() == hash
    return False


def write(path: Path, content: bytes | Path, root: Path) -> None:
    """Write a file under `root`, or copy one to it, moving aside anything in its place. Raises OSError."""
    try:
        _write(path, content)
    except IN_THE_WAY:
        move_obstacles(path, root)
        _write(path, content)


def move_obstacles(path: Path, root: Path) -> None:
    """Move aside a folder at `path`, where a file must go, and any of its parents under `root` that is not a folder."""
    for parent in (folder for folder in reversed(path.parents) if folder.is_relative_to(root)):
        if parent != root and os.path.lexists(parent) and not parent.is_dir():
            _move_aside(parent, root)
    if path.is_dir() and not path.is_symlink():
        _move_aside(path, root)


def measure(path: Path) -> StoredFile:
    """Size and age of a file, or of a folder with its contents. Files deleted in the meantime count as empty."""
    states: list[os.stat_result] = []
    for file in (path, *(path.rglob("*") if path.is_dir() else ())):
        with suppress(OSError):
            states.append(file.lstat())
    size = sum(state.st_size for state in states)
    return StoredFile(path, size, max((state.st_mtime for state in states), default=0))


def is_folder(path: Path) -> bool:
    """Whether the path is a folder. A symbolic link to one does not count, because deletion must not follow it."""
    with suppress(OSError):
        return stat.S_ISDIR(path.lstat().st_mode)
    return False


def remove_tree(folder: Path) -> None:
    """Delete a folder with everything in it, as far as permissions allow.

    A run can create ten thousand nested folders, too many for `shutil.rmtree`. Each subfolder is therefore first
    moved into a single flat folder.
    """
    if not folder.exists():
        return
    with suppress(OSError):
        flat = Path(mkdtemp(dir=folder.parent, prefix=PART))
        with suppress(OSError):
            folder.chmod(0o700)
        queue, count = [folder], 0
        while queue:
            current = queue.pop()
            for path in _delete_files(current):
                count += 1
                with suppress(OSError):
                    path.chmod(0o700)
                    queue.append(path.rename(flat / str(count)))
            with suppress(OSError):
                current.rmdir()
        flat.rmdir()


def _delete_files(folder: Path) -> list[Path]:
    """Delete everything in a folder except its subfolders, and return the subfolders."""
    subfolders = []
    with suppress(OSError):
        for path in list(folder.iterdir()):
            if is_folder(path):
                subfolders.append(path)
            else:
                path.unlink(missing_ok=True)
    return subfolders


def _write(path: Path, content: bytes | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = mkstemp(dir=path.parent, prefix=PART)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if isinstance(content, Path):
                with content.open("rb") as source:
                    copyfileobj(source, file)
            else:
                file.write(content)
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _move_aside(path: Path, root: Path) -> None:
    """Move an unexpected entry into its own folder instead of deleting it; it is deleted after a day."""
    with suppress(FileNotFoundError):
        os.replace(path, Path(mkdtemp(dir=root, prefix=ASIDE)) / path.name)
