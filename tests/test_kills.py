"""Even if a builder is killed between two changes to its store or during one, the next build is correct.

In some tests, a forked builder counts its changes to the store and kills itself before the n-th one, for every n until
it finishes. In the others, the system kills it when a file exceeds a size limit.
"""

from __future__ import annotations

import os
import pickle
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import pytest

from executable_glossary.execution import Job, SubprocessRunner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.execution.store import Store
from executable_glossary.model.project import Project
from executable_glossary.model.run import Run
from executable_glossary.stages.execute import Capacity, execute

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a builder is forked, and its files are limited"
)

MAKER = '''\
# /// script
# [tool.glossary]
# outputs = ["w.bin"]
# ///
"""Maker"""
with open("w.bin", "wb") as file:
    _ = file.write(b"weights" * 3000)
metrics = {"made": 7}
'''
USER = '''\
# /// script
# [tool.glossary]
# needs = ["maker"]
# ///
"""User"""
with open("w.bin", "rb") as file:
    metrics = {"read": len(file.read())}
'''
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "os.link", "os.symlink"}
FEWEST = 20  # below this limit, changes to the store are no longer reached
KILLED = -signal.SIGKILL
LARGEST = 30_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose examples have been executed once, without a store."""
    folder = tmp_path / "project" / "examples"
    folder.mkdir(parents=True)
    (folder / "maker.py").write_text(MAKER)
    (folder / "user.py").write_text(USER)
    assert build(folder.parent) == {"maker": "executed", "user": "executed"}
    shutil.rmtree(folder.parent / ".glossary")
    return folder.parent


class Repeating(SubprocessRunner):
    """Executes each example once, and from then on repeats what that run wrote and reported, because only the builder is
    killed. It does everything else as for any other run. Removes the limit for the run itself, because only the
    builder's writes should be cut off."""

    def __init__(self, kept: Path) -> None:
        super().__init__()
        self._kept = kept

    def _report(
        self, job: Job, private: Path, channel: socket.socket, remote: socket.socket
    ) -> Mapping[str, Any]:
        kept = self._kept / job.example.name
        if not kept.exists():
            report = super()._report(job, private, channel, remote)
            shutil.copytree(private.parent, kept / "files", symlinks=True)
            (kept / "report").write_bytes(pickle.dumps(report))
            return report
        remote.close()
        # Another process, as the run is, so the builder's changes do not include the files of the run.
        subprocess.run(["cp", "-a", f"{kept / 'files'}/.", private.parent], check=True)
        repeated: Mapping[str, Any] = pickle.loads((kept / "report").read_bytes())
        return {**repeated, "began": time.time()}

    def run(self, job: Job, folder: Path) -> Run:
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        try:
            return super().run(job, folder)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)


def build(root: Path) -> dict[str, str]:
    """The origin of each example's result; examples run one at a time, so that changes have a fixed order."""
    examples = []
    for file in sorted((root / "examples").glob("*.py")):
        found, wrong = read_example(f"examples/{file.name}", file.read_text())
        assert found, wrong
        examples.append(found)
    evidence, problems = execute(
        examples,
        Project(root=root),
        Repeating(root.parent / "kept"),
        "auto",
        capacity=Capacity(cores=1, memory=8192, jobs=1),
    )
    assert problems == ()
    assert evidence["maker"].metrics["made"].mean == 7
    assert evidence["user"].metrics["read"].mean == 21_000
    return {name: found.origin for name, found in evidence.items()}


def forked(root: Path, prepare: Callable[[], None]) -> int:
    """The exit status of a forked builder after `prepare`: 0, or the signal as a negative number."""
    pid = os.fork()
    if not pid:
        _build_and_leave(root, prepare)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _build_and_leave(root: Path, prepare: Callable[[], None]) -> NoReturn:
    code = 1
    try:
        prepare()
        build(root)
        code = 0
    finally:
        os._exit(code)


def killed_before(change: int, root: Path) -> Callable[[], None]:
    """Kills the builder before the given change: opening for writing, creating a folder, renaming, or removing."""
    left, store = [change], str(root / ".glossary")

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if _changes(event, arguments, store):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return lambda: sys.addaudithook(watch)


def _changes(event: str, arguments: tuple[Any, ...], store: str) -> bool:
    """When a whole folder is removed, names are relative to a descriptor."""
    if event == "open":
        written = (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return bool(written) and isinstance(arguments[0], str | Path) and str(arguments[0]).startswith(store)
    path = str(arguments[0]) if event in CHANGES else "/"
    return path.startswith(store) or not path.startswith("/")


def killed_beyond(size: int) -> Callable[[], None]:
    """The system lets the process write a file up to this size and kills it at the next byte."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return limit


def assert_good(root: Path) -> None:
    """Every file in the store is intact, and nothing that a run refers to is missing."""
    store = root / ".glossary"
    for kind in ("objects", "runs"):
        for file in store.glob(f"{kind}/*/*"):
            if not file.name.startswith(".part-"):
                assert sha256(file.read_bytes()).hexdigest() == file.stem
    for run in Store(store).every():
        assert run in Store(store).runs(run.key)


@pytest.mark.slow
def test_kill_between_any_two_changes_of_the_store(root: Path) -> None:
    """Slow: runs three builds for every change that a build makes."""
    change, code = 0, KILLED
    while code == KILLED:
        code = forked(root, killed_before(change, root))
        _assert_repaired(root)
        change += 1
    assert code == 0
    assert change > FEWEST


@pytest.mark.slow
@pytest.mark.parametrize("first", [9, 16])
def test_kill_while_repairing_a_killed_build(root: Path, first: int) -> None:
    """Slow: runs four builds for every third change that a build makes."""
    change, code = 0, KILLED
    while code == KILLED:
        assert forked(root, killed_before(first, root)) == KILLED
        code = forked(root, killed_before(change, root))
        _assert_repaired(root)
        change += 3
    assert code == 0


@pytest.mark.slow
def test_kill_in_the_middle_of_any_file(root: Path) -> None:
    """Slow: runs three builds for each of two dozen sizes."""
    sizes = sorted({0, 1, 20_999, 21_000, *range(100, 2_000, 100), LARGEST})
    codes = []
    for size in sizes:
        codes.append(forked(root, killed_beyond(size)))
        _assert_repaired(root)
    cut = codes.count(-signal.SIGXFSZ)
    assert codes == [-signal.SIGXFSZ] * cut + [0] * (len(codes) - cut)
    assert cut == sizes.index(21_000)


def _assert_repaired(root: Path) -> None:
    """Checks that the store is intact, that a build completes it, and that the next build runs nothing. Then empties
    it."""
    assert_good(root)
    build(root)
    assert_good(root)
    assert build(root) == {"maker": "stored", "user": "stored"}
    for run in (root / ".glossary").glob("runs/*/*"):
        run.unlink()
    for file in (root / ".glossary").glob("objects/*/*"):
        file.unlink()
