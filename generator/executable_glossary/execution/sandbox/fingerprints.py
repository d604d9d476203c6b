"""Computes hashes of the content that a run sees when it reads a file or lists a folder, for traces and for later
builds."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Mapping
from hashlib import file_digest, sha256

HASH_LENGTH = 16  # hexadecimal digits of each hash in `Reads`, which contains thousands of hashes
# Bytes that are not UTF-8: the surrogates that Python uses for them, mapped to private-use characters.
UNDECODABLE = {0xDC00 + byte: 0x10FE00 + byte for byte in range(0x80, 0x100)}
PRIVATE = {private: surrogate for surrogate, private in UNDECODABLE.items()}
# If a path itself contains such a character, or this one, this one comes before it.
LITERAL = "\U0010fe00"
USED = re.compile("[\U0010fe00\U0010fe80-\U0010feff]")
USED_OR_LITERAL = re.compile(f"{LITERAL}?{USED.pattern}")
# In place of the hash of an existing file that this user may not read. Like every user's code, a run sees only that.
UNREADABLE = "unreadable"
# In place of the state (`path_trace.state`) of a path in a folder that this user may not search.
UNREACHABLE = (0, 0, 0, 0, 0, 0)
PACKAGE_ENDINGS = (".dist-info", ".egg-info", ".egg", ".egg-link")


def content_hash(path: str) -> str:
    """The SHA-256 of a regular file; empty if the content cannot be read, so it is unknown."""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()
    return ""


def as_text(path: str) -> str:
    """The path with a private-use character in place of each byte that is not UTF-8, because JSON cannot contain such
    bytes. `as_path` restores them."""
    if path.isascii():
        return path
    return USED.sub(lambda found: LITERAL + found[0], path).translate(UNDECODABLE)


def as_path(text: str) -> str:
    """The original path of a text that `as_text` returned."""
    if text.isascii():
        return text
    return USED_OR_LITERAL.sub(
        lambda found: found[0][1] if len(found[0]) > 1 else found[0].translate(PRIVATE), text
    )


def kind_of(mode: int, size: int | None = None) -> str:
    """The kind of a path, such as "folder" or "pipe"; for a regular file, also its size in bytes, if given."""
    kinds = {stat.S_IFDIR: "folder", stat.S_IFREG: "file", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket"}
    kind = kinds.get(stat.S_IFMT(mode), "device")
    return kind if size is None or kind != "file" else f"{kind} of {size} bytes"


def names(folder: str) -> Mapping[str, str]:
    """The kind of every entry in a folder, keyed by name: "folder", "file", "pipe", "socket", or "device"; for a symbolic
    link, "linked" followed by the kind of its target, or by "nothing". Raises OSError."""
    with os.scandir(folder) as entries:
        return {entry.name: _kind(entry) for entry in entries}


def _kind(entry: os.DirEntry[str]) -> str:
    link = "linked " if entry.is_symlink() else ""
    try:
        if entry.is_dir():
            return f"{link}folder"
        return f"{link}file" if entry.is_file() else link + kind_of(entry.stat().st_mode)
    except OSError:
        return f"{link}nothing"


def listing_hash(names: Mapping[str, str]) -> str:
    """A hash of the names and kinds of all entries in a folder, except hidden ones and Python's compiled files."""
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
    # For libraries in editable mode, setuptools adds finders, which a `.pth` file imports.
    return own or name.endswith(".pth") or name.startswith("__editable__")


# How the names in a folder are hashed, keyed by the reason why the run listed the folder.
LISTINGS = {"list": listing_hash, "packages": packages_hash, "startup": startup_hash}


def listings(folder: str) -> Mapping[str, str]:
    """The hashes of a folder's names, keyed by the reason for listing it. A folder that cannot be listed counts as empty."""
    found: Mapping[str, str] = {}
    with contextlib.suppress(OSError):
        found = names(folder)
    return {reason: hash_of(found) for reason, hash_of in LISTINGS.items()}
