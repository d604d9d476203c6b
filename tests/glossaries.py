"""Small glossaries on disk for tests: a valid base glossary, and the changes that a test makes to it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from unittest.mock import patch

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from executable_glossary.cli import main
from patience import PATIENCE

REPOSITORY = Path(__file__).parent.parent
BASE = Path(__file__).parent / "cases" / "base"
# An entry with every possible key.
FULL_ENTRY = """\
term: Dropout
aliases: [{text: drop-out, type: spelling}]
unlinked: [school dropout]
meaning: [{text: Switching units off at random., for: {audience: student}}, {text: Switching units off.}]
prerequisites: [{concept: overfitting, because: It is the reason.}]
see_also: [{concept: overfitting, relation: contrasts, why: It is what dropout works against.}]
sources: [{id: a-2014, authors: A. Author, year: 2014, title: A title, url: "https://example.org"}]
keywords: [dropout]
titles: {blog: [{text: Why units are left out}]}
diagram:
  title: Two boxes
  says: One leads to the other.
  nodes: [{id: one, label: One, kind: data}, {id: two, label: Two}]
  edges: [{from: one, to: two, label: leads to}]
claims: [{id: holds, text: It holds., example: by_heart, check: rule.unseen > 0.5, over: mean}]
reviewed: 2026-01-01
changes: [{date: 2026-01-01, what: First version.}]
blocks:
  definition: A text.
  intro: [{text: An intro., show: [{claim: holds}, {cell: by_heart.compare-the-learners}]}]
  steps: Some steps.
  overview: An overview.
  questions: [{for: {role: engineer, audience: student}, questions: [{question: "What?", answer: That.}]}]
"""


def lay_out(folder: Path, changes: Mapping[str, bytes | None]) -> Path:
    """Copies the base glossary into `folder` and applies the changes.

    The templates are the packaged ones, or a copy of them if a change affects a template. changes: content keyed by
    path; None deletes a file or a whole folder from the base.
    """
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    if any(path.startswith("templates/") for path in changes):
        shutil.copytree(REPOSITORY / "templates", folder / "templates")
    for path, content in changes.items():
        if content is None:
            _delete(folder / path)
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    return folder


def own_glossary(folder: Path) -> Path:
    """The base glossary with its own templates and mkdocs.yml, except what names our examples. A test may change both.

    Its examples need no torch, which takes much longer to import than they take to run.
    """
    lay_out(folder, {"templates/own": b"so that the templates are a copy"})
    ours = (REPOSITORY / "mkdocs.yml").read_text("utf-8")
    settings, number = re.subn(r"preload: \[.+\]", "preload: [json]", ours)
    assert number == 1
    settings, number = re.subn(r"      may_skip:\n(?: {8}.+\n)+", "", settings)
    assert number == 1
    (folder / "mkdocs.yml").write_text(settings, "utf-8")
    return folder


def own_glossary_without_manual(folder: Path) -> Path:
    """Like `own_glossary`, but quick to build: the manual is long, and does not depend on the glossary."""
    root = own_glossary(folder)
    change(root / "mkdocs.yml", "manual: true", "manual: false")
    change(root / "mkdocs.yml", "  - Docs: docs/index.md\n", "")
    return root


def site_built_here(root: Path, target: Path, *, strict: bool = False) -> dict[str, bytes]:
    """Builds the site in this process. Returns its files, keyed by path."""
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(target), strict=strict)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    files = (path for path in target.rglob("*") if path.is_file())
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in files}


def change(path: Path, old: str, new: str) -> None:
    """Replaces text in a file; the text must be present."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def glossary(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command in this process, which avoids starting an interpreter, and returns its result."""
    with TemporaryFile() as stdout, TemporaryFile() as stderr:
        with _written_to(stdout, 1, redirect_stdout), _written_to(stderr, 2, redirect_stderr):
            code = _exit_code("-C", str(folder), *arguments)
        return subprocess.CompletedProcess(arguments, code, _content(stdout), _content(stderr))


def glossary_process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user does, in a separate process."""
    command = [sys.executable, "-m", "executable_glossary", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)


def _exit_code(*arguments: str) -> int:
    """The exit code of `glossary`, which installs its own SIGTERM handler while it runs."""
    handler = signal.getsignal(signal.SIGTERM)
    try:
        with patch.object(sys, "argv", ["glossary", *arguments]), pytest.raises(SystemExit) as end:
            main()
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert isinstance(end.value.code, int)
    return end.value.code


@contextmanager
def _written_to(
    file: IO[bytes], descriptor: int, redirect: Callable[[IO[str]], AbstractContextManager[Any]]
) -> Iterator[None]:
    """Redirects everything that this process and its children write to standard output or error to the file."""
    original = os.dup(descriptor)
    os.dup2(file.fileno(), descriptor)
    try:
        with open(descriptor, "w", encoding="utf-8", closefd=False) as stream, redirect(stream):
            yield
    finally:
        os.dup2(original, descriptor)
        os.close(original)


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def tree(folder: Path) -> Mapping[str, bytes]:
    """Every file of the glossary and its content, except templates, to detect whether anything was written."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: path.read_bytes() for name, path in names.items() if not name.startswith("templates/")}


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
