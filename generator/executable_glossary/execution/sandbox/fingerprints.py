"""Hashes of what a run sees when it reads a file or lists a folder, both while it is traced and in later builds."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from hashlib import file_digest, sha256

HASH_LENGTH = 16  # hexadecimal digits of each hash in `Reads`, which contains thousands of hashes
# The characters that stand for bytes that are not UTF-8: those that Python uses for them, and private ones.
UNDECODABLE = {0xDC00 + byte: 0x10FE00 + byte for byte in range(0x80, 0x100)}
PRIVATE = {private: surrogate for surrogate, private in UNDECODABLE.items()}
PACKAGE_ENDINGS = (".dist-info", ".egg-info", ".egg", ".egg-link")


def content_hash(path: str) -> str:
    """The SHA-256 of a regular file; empty if it cannot be read."""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()
    return ""


def as_text(path: str) -> str:
    """The path with each byte that is not UTF-8 replaced by a private character, because JSON cannot contain such
    bytes; `as_path` restores them."""
    return path.translate(UNDECODABLE)


def as_path(text: str) -> str:
    """The path that `as_text` returned as this text."""
    return text.translate(PRIVATE)


def kind_of(mode: int, size: int | None = None) -> str:
    """What a path is, such as "folder" or "pipe"; for a regular file also its size in bytes, if it is given."""
    kinds = {stat.S_IFDIR: "folder", stat.S_IFREG: "file", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket"}
    kind = kinds.get(stat.S_IFMT(mode), "device")
    return kind if size is None or kind != "file" else f"{kind} of {size} bytes"


def names(folder: str) -> Mapping[str, str]:
    """The kind ("folder", "file", "linked folder", or "linked file") of everything in a folder, keyed by name. Raises
    OSError."""
    with os.scandir(folder) as entries:
        return {entry.name: _kind(entry) for entry in entries}


def _kind(entry: os.DirEntry[str]) -> str:
    link = "linked " if entry.is_symlink() else ""
    with contextlib.suppress(OSError):
        return f"{link}folder" if entry.is_dir() else f"{link}file"
    return f"{link}file"


def listing_hash(names: Mapping[str, str]) -> str:
    """A hash of the names and kinds of everything in a folder, except hidden entries and Python's compiled files."""
    visible = sorted(
        item for item in names.items() if not item[0].startswith(".") and item[0] != "__pycache__"
    )
    text = "\0".join(f"{kind} {name}" for name, kind in visible)
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:HASH_LENGTH]


def packages_hash(names: Mapping[str, str]) -> str:
    """A hash of the names of the installed packages in a folder."""
    return listing_hash({name: kind for name, kind in names.items() if name.endswith(PACKAGE_ENDINGS)})


def startup_hash(names: Mapping[str, str]) -> str:
    """A hash of the names of the files that Python executes at startup."""
    return listing_hash({name: kind for name, kind in names.items() if is_startup(name)})


def is_startup(name: str) -> bool:
    """Whether Python executes a file with this name at startup, if it is in `site-packages`."""
    own = name.partition(".")[0] in ("sitecustomize", "usercustomize")
    # Setuptools adds finders for libraries in editable mode, which a `.pth` file imports.
    return own or name.endswith(".pth") or name.startswith("__editable__")


# How a folder's names are hashed, keyed by the reason why the run listed it.
LISTINGS = {"open": listing_hash, "packages": packages_hash, "startup": startup_hash}


def listings(folder: str) -> Mapping[str, str]:
    """The hashes of a folder's names, keyed by the reason for listing it. A folder that cannot be listed counts as empty."""
    found: Mapping[str, str] = {}
    with contextlib.suppress(OSError):
        found = names(folder)
    return {reason: hash_of(found) for reason, hash_of in LISTINGS.items()}
