"""Resolves the paths that a traced process names, as the kernel does for that process.

Symbolic links that the process could have made itself, and the links in /proc that differ between processes, are
followed. The name of a path outside the run's own folders keeps its links, which later builds check
(`PathTrace.links`); they are followed only before `..`, which then refers to the parent of the link's target. The
resolved path no longer contains a folder that is followed by `..`, but the call fails if there is no such folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable

from . import process_tree

MOST_LINKS = 40  # as in Linux, the number of symbolic links that are followed in one path
SHARED_MEMORY = "/dev/shm/"
# Links to the open files and folders of a process. The groups are the id of the process and the rest of the path.
OF_PROCESS = re.compile(r"/proc/(self|thread-self|\d+)(?:/task/\d+)?/(fd/\d+|cwd|root|exe)")
DEVICES = {
    "/dev/fd": "/proc/self/fd",
    **{f"/dev/std{name}": f"/proc/self/fd/{number}" for number, name in enumerate(("in", "out", "err"))},
}
# Where resolving a path can require following links other than those in the run's own folders.
SPECIAL = ("/proc/", "/dev/")


class PathWalk:
    """Resolves paths. own: the folders in which the run can make symbolic links, each ending in a slash, the working
    folder first. on_links: receives a path outside these folders before its symbolic links are followed. on_left: receives
    each folder that a path leaves through `..`."""

    def __init__(
        self, own: Iterable[str], on_links: Callable[[str], None], on_left: Callable[[str], None]
    ) -> None:
        own = tuple(dict.fromkeys((*own, *(os.path.join(os.path.realpath(path), "") for path in own))))
        self._own, self._folder = own, own[0]
        # A run's home directory can itself be a link (`short_home`).
        self._entries = frozenset(path.rstrip("/") for path in own if os.path.islink(path.rstrip("/")))
        self._followed = (*self._own, *SPECIAL)
        self._on_links, self._on_left = on_links, on_left
        self._temporary, self._kept = (), ()  # type: tuple[tuple[str, ...], tuple[str, ...]]
        self._originals, self._shown, self._covered = "", "", ()  # type: str, str, tuple[str, ...]

    def add_temporary(self, places: Iterable[str], kept: Iterable[str]) -> None:
        """Add folders for temporary files that the run has for itself. kept: paths that it needs; those in the folders are
        visible there."""
        self._temporary = tuple(f"{place}/" for place in places)
        self._kept = tuple(f"{path}/" for path in kept if path.startswith(self._temporary))

    def cover(self, originals: str, shown: str) -> None:
        """Note that the run sees its working folder in place of the script's folder, `shown`, whose files it sees in
        `originals`."""
        self._originals, self._shown = os.path.join(originals, ""), os.path.join(shown, "")
        self._covered = tuple({self._shown, os.path.join(os.path.realpath(shown), "")})
        self._followed = (*self._followed, *self._covered, self._originals)

    def uncovered(self, path: str) -> str:
        """The name of a path that the run sees in the script's folder, or in that for its files, outside the run."""
        inside = f"{path}/"
        if self._originals and inside.startswith(self._originals):
            return (self._shown + path[len(self._originals) :]).rstrip("/")
        if inside.startswith(self._covered):
            covered = next(each for each in self._covered if inside.startswith(each))
            return (self._folder + path[len(covered) :]).rstrip("/")
        return path

    def is_temporary(self, path: str) -> bool:
        """Whether a path is one of the run's own folders for temporary files, or is in one."""
        inside = f"{path}/"
        return inside.startswith(self._temporary) and not inside.startswith((self._folder, *self._kept))

    def resolve(self, pid: int, base: str, path: str, into_last: bool = True, inside: bool = False) -> str:
        """The absolute path of a file that a process names relative to the folder `base`; empty if it refers to something
        else, such as a pipe.

        into_last: whether a link at the end of the path is followed. inside: whether `base` is the root folder of the
        path and of all links in it.
        """
        joined = os.path.join(base, path)
        if inside:
            return self._walked(pid, base.rstrip("/"), path, into_last)
        if not joined.startswith("/"):
            return ""
        if "/.." not in joined:
            joined = f"/{os.path.normpath(joined).lstrip('/')}"
            if not joined.startswith(self._followed) and not self.is_temporary(joined):
                return self.uncovered(joined)
            if joined.startswith(self._folder):
                return self._walked(pid, "", joined[len(self._folder) :], into_last, self._folder.rstrip("/"))
        return self._walked(pid, "", joined, into_last)

    def _walked(self, pid: int, root: str, path: str, into_last: bool, start: str = "") -> str:
        """The resolved path, which begins at `start`. root: the folder that `/` refers to."""
        here, parts, links = start or root, _parts(path), 0
        while parts:
            part = parts.pop()
            if part == "..":
                here = here if here == root else self._parent(here)
                continue
            step = f"{here}/{part}"
            target = self._target(pid, step, bool(root)) if parts or into_last else ""
            links += bool(target)
            if not target or links > MOST_LINKS:
                here = step
            elif step.startswith("/proc/") and OF_PROCESS.fullmatch(step):
                here = target
            else:
                here = root if target.startswith("/") else here
                parts += _parts(target)
        return self.uncovered(here or "/") if here[:1] in ("", "/") else ""

    def visible(self, pid: int, path: str) -> str:
        """Where this process finds a file that a traced process sees at `path`: the two can have different folders for
        shared memory and temporary files."""
        is_own = f"{path}/".startswith(SHARED_MEMORY) or self.is_temporary(path)
        return os.path.join("/proc", str(pid), "root") + path if is_own else path

    def descriptor(self, pid: int, path: str) -> str:
        """Where this process finds an open file that a traced process names by a path like `/proc/self/fd/3`; empty for
        other paths."""
        path = DEVICES["/dev/fd"] + path.removeprefix("/dev/fd") if path.startswith("/dev/fd/") else path
        return self._of_process(pid, path)

    def _of_process(self, pid: int, path: str) -> str:
        """Where this process finds a link to an open file or folder of a traced process; empty for other paths."""
        if not (found := OF_PROCESS.fullmatch(path)):
            return ""
        whose = pid if found[1].endswith("self") else process_tree.outer_id(found[1], pid)
        return f"/proc/{whose}/{found[2]}" if whose else ""

    def _target(self, pid: int, path: str, inside: bool) -> str:
        """The target of the symbolic link at a path; empty if it is not a link or is not followed."""
        if self._originals and path.startswith(self._originals):
            return ""
        if path.startswith((*self._own, *self._covered)) or path in self._entries or self.is_temporary(path):
            return _read_link(self.visible(pid, self.uncovered(path)))
        if path.startswith(SPECIAL):
            link = self._of_process(pid, path)
            return _read_link(link) if link else DEVICES.get(path, "")
        if inside and (target := _read_link(path)):
            self._on_links(path)
            return target
        return ""

    def _parent(self, folder: str) -> str:
        original = self.uncovered(folder)
        self._on_left(original)
        if self._originals and folder.startswith(self._originals):
            self._on_links(original)
            real = os.path.realpath(original)
            folder = real.replace(self._shown, self._originals, 1) if real.startswith(self._shown) else real
        elif not folder.startswith(self._followed):
            self._on_links(folder)
            folder = os.path.realpath(folder)
        return folder.rpartition("/")[0]


def _parts(path: str) -> list[str]:
    """The parts of a path, last one first."""
    return [part for part in reversed(path.split("/")) if part not in ("", ".")]


def _read_link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""
