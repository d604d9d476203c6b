"""The processes of a run, and the work that looking after them takes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from executable_glossary.execution.sandbox import process_tree, script_end
from executable_glossary.execution.sandbox.process_tree import descendants, most_descendants

# Starts a child from a thread, which starts a grandchild; prints "ready" once both exist.
FAMILY = """
import subprocess, sys, threading
start = [sys.executable, "-c", "import subprocess; subprocess.run(['sh', '-c', 'echo ready; read line'])"]
thread = threading.Thread(target=lambda: subprocess.run(start))
thread.start()
thread.join()
"""


@contextmanager
def family() -> Iterator[int]:
    command = [sys.executable, "-c", FAMILY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process.pid


@pytest.mark.skipif(not process_tree.LISTS_CHILDREN.exists(), reason="the kernel does not list children")
def test_descendants_are_found_without_reading_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    with family() as pid:
        every = descendants(pid)
        assert len(every) == 2
        monkeypatch.setattr(process_tree, "_parents", lambda: pytest.fail("every process was read"))
        assert sorted(most_descendants(pid)) == sorted(every)
        assert set(every) <= set(most_descendants(os.getpid()))


def test_descendants_are_found_where_children_are_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_tree, "LISTS_CHILDREN", tmp_path / "missing")
    with family() as pid:
        assert most_descendants(pid) == descendants(pid) != ()


def test_the_end_of_a_script_does_not_resolve_the_paths_of_installed_modules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each resolved path is seven system calls, at each of which the tracer stops the run."""
    folders = script_end.installed_folders()
    monkeypatch.setattr(script_end.os.path, "realpath", lambda path: pytest.fail(f"{path} was resolved"))
    modules = [
        sys.modules[name] for name in ("json", "pytest", "executable_glossary.execution.sandbox.isolation")
    ]
    assert all(script_end._is_in(folders, module) for module in modules)
