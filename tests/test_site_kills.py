"""Whenever a build is killed, the site is whole, and neither a process nor a lock remains of the build."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from executable_glossary.cli import output_folder
from executable_glossary.cli.output_folder import new, recover, replace
from executable_glossary.execution.sandbox.process_tree import descendants
from glossaries import change, own_glossary_without_manual
from patience import PATIENCE, eventually, is_gone

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel exchanges folders and ends children"
)

KILLED = -signal.SIGKILL
OLD, NEW = {"index.html": b"old", "a/index.html": b"old"}, {"index.html": b"new", "b/index.html": b"new"}
# What `replace` calls, in the place where it finds it.
STEPS = ((Path, "rename"), (output_folder, "exchange"), (output_folder.shutil, "rmtree"))
SLEEPER = b"""\
# /// script
# [tool.glossary]
# seeds = [0]
# ///
"Sleeper"
import time
open("started", "w").close()
time.sleep(600)
"""


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(params=[True, False], ids=["exchanges", "renames"])
def can_exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the system can exchange two folders."""
    if not request.param:
        monkeypatch.setattr(output_folder, "exchange", lambda one, other: False)
    return bool(request.param)


def forked(work: Callable[[], object]) -> int:
    """The exit status of a process that does the work; negative for a signal."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed_at(moment: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kills this process before or after one of its steps: moment 0 is before the first step, and 1 is after it."""
    passed = [0]

    def pass_moment() -> None:
        if passed[0] == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        passed[0] += 1

    def stepwise(step: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            pass_moment()
            result = step(*arguments, **options)
            pass_moment()
            return result

        return call

    for owner, name in STEPS:
        monkeypatch.setattr(owner, name, stepwise(getattr(owner, name)))


def test_a_kill_at_any_step_of_the_replacement_leaves_a_whole_site(
    tmp_path: Path, can_exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment, code, seen = 0, KILLED, []
    while code == KILLED:
        place = tmp_path / str(moment)
        site = fill(place / "site", OLD)
        fill(new(site), NEW)

        def work(moment: int = moment, site: Path = site) -> None:
            killed_at(moment, monkeypatch)
            replace(site)

        code = forked(work)
        if can_exchange:
            assert site.is_dir()
        recover(site)
        seen.append(content(site))
        moment += 1
    assert code == 0
    assert seen == [OLD] * seen.count(OLD) + [NEW] * seen.count(NEW)
    assert seen.count(OLD) >= 1
    assert seen.count(NEW) > 3
    assert {tuple(os.listdir(place)) for place in tmp_path.iterdir()} == {("site",)}


def test_a_first_site_appears_as_a_whole(tmp_path: Path, can_exchange: bool) -> None:
    fill(new(tmp_path / "site"), NEW)
    replace(tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert content(tmp_path / "site") == NEW


def test_a_reader_never_misses_the_site(tmp_path: Path) -> None:
    site = fill(tmp_path / "site", OLD)
    with read_in_a_loop(site / "index.html") as missed:
        for _ in range(300):
            fill(new(site), NEW)
            replace(site)
    assert missed == [0]


@contextmanager
def read_in_a_loop(file: Path) -> Iterator[list[int]]:
    """Reads the file in another process until the end. Then, the list contains how often the file was missing."""
    end, missed = file.parent.parent / "end", list[int]()

    def read() -> None:
        count = 0
        while not end.exists():
            count += not os.access(file, os.R_OK)
        end.write_text(str(count))

    pid = os.fork()
    if not pid:
        try:
            read()
        finally:
            os._exit(0)
    try:
        yield missed
    finally:
        end.touch()
        os.waitpid(pid, 0)
        missed.append(int(end.read_text()))


# The whole command


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return own_glossary_without_manual(tmp_path / "project")


def started(root: Path, runs: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "executable_glossary", "-C", str(root), "build", "--runs", runs]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def is_free(folder: Path) -> bool:
    """Whether no build has locked the folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def assert_nothing_remains(root: Path, processes: tuple[int, ...]) -> None:
    assert eventually(lambda: is_free(root))
    assert eventually(lambda: all(map(is_gone, processes)))


def test_a_killed_build_leaves_no_process_and_no_lock(project: Path) -> None:
    (project / "examples/sleeper.py").write_bytes(SLEEPER)
    with started(project, "auto") as build:
        assert eventually(lambda: list((project / ".glossary").glob("*/*/started")))
        assert not is_free(project)
        children = descendants(build.pid)
        build.kill()
    assert len(children) >= 3
    assert_nothing_remains(project, children)


def test_a_build_killed_at_a_few_moments_leaves_a_whole_site(project: Path) -> None:
    kill_often(project, 2)


@pytest.mark.slow
def test_a_build_killed_at_any_moment_leaves_a_whole_site(project: Path) -> None:
    """Slow: kills a dozen builds, and finishes a few. The first test kills the replacement at every step."""
    kill_often(project, 12)


def kill_often(root: Path, times: int) -> None:
    """Builds the site of an entry that changes each time, and kills the build after a random time."""
    words, seconds = ("Switching units off", "Leaving units out"), built(root)
    sites = [content(root / "site")]
    change(root / "concepts/dropout.yml", *words)
    built(root)
    sites.append(content(root / "site"))
    for kill in range(times):
        change(root / "concepts/dropout.yml", *(words if kill % 2 else reversed(words)))
        with started(root, "frozen") as build:
            time.sleep(random.Random(kill).uniform(0, seconds))
            children = descendants(build.pid)
            build.kill()
        assert_whole(root / "site", sites)
        assert_nothing_remains(root, children)
    built(root)
    assert_whole(root / "site", sites)
    assert not list(root.glob(".site.*"))


def assert_whole(site: Path, sites: list[dict[str, bytes]]) -> None:
    """Fails if the site is none of these, with the names of the files that differ."""
    found = content(site)
    differences = [sorted(name for name, _ in found.items() ^ whole.items()) for whole in sites]
    assert [] in differences, differences


def built(root: Path) -> float:
    """Finishes a build. Returns how long it took."""
    began = time.monotonic()
    with started(root, "frozen") as build:
        assert build.wait(PATIENCE) == 0
    return time.monotonic() - began
