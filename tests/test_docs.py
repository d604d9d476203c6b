"""Checks the documentation by following it as a newcomer would: commands run, files are valid, and outputs are as
shown."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from repositories import clone_of_ours
from snippets import Snippet, agrees, script, snippets, write

ROOT = Path(__file__).parent.parent
TOOLS = ("python", "ruff", "mypy")

# Commands that take too long here or need a network, and their replacements.
# The fixture `published` builds the whole site; .ci/run runs `make site` and `make test` itself.
STAND_INS = {
    "git clone <this repository> && cd <its folder>": "test -f mkdocs.yml",
    "make preview": ".venv/bin/glossary check && make --dry-run preview",
    "make site": "make --dry-run site",
    "make test": "make --dry-run test",
}
MOST_NOT_RUN = 8
# A terminal shows these lines only while examples run.
PROGRESS = re.compile(r"^.*\b\d+ of \d+ runs done\b.*\n", re.MULTILINE)


def pages() -> tuple[str, ...]:
    """All pages that show commands to newcomers or explain a task."""
    manual = sorted((ROOT / "templates/docs").rglob("[!_]*.md*"))
    return ("README.md", "CONTRIBUTING.md", *(path.relative_to(ROOT).as_posix() for path in manual))


@cache
def blocks(page: str) -> tuple[Snippet, ...]:
    return tuple(snippets(page, (ROOT / page).read_text("utf-8")))


PAGES = [page for page in pages() if blocks(page)]


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of our repository with its commands installed."""
    folder = clone_of_ours(tmp_path_factory.mktemp("pristine") / "clone")
    _install(folder)
    return folder


@pytest.fixture
def clone(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "clone", symlinks=True))


def _install(folder: Path) -> None:
    """Creates .venv/bin as `make` does, from the Python that runs this test."""
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name in TOOLS:
        _program(programs / name, name if name != "python" else "")
    _program(programs / "glossary", "executable_glossary")
    _program(programs / "mkdocs", "mkdocs")


def _program(path: Path, module: str) -> None:
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {f"-m {module}" if module else ""} "$@"\n')
    path.chmod(0o755)


def surroundings(folder: Path) -> dict[str, str]:
    """Silences messages for a person who waits, ignores the user's git configuration, and uses the commands of this checkout."""
    author = {
        f"GIT_{who}_{what}": "somebody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    return {
        "PATH": f"{folder}/.venv/bin:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "generator"),
        "HOME": str(folder.parent),
        "LANG": "C.UTF-8",
        "CI": "true",
        "NO_MKDOCS_2_WARNING": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        **author,
    }


@pytest.mark.parametrize(
    "page",
    ["README.md", *(pytest.param(page, marks=pytest.mark.slow) for page in PAGES if page != "README.md")],
)
def test_a_page_s_commands_and_output_are_correct(page: str, clone: Path) -> None:
    """Slow: each page takes seconds, and there are many. The README always runs."""
    printed = ""
    for snippet in blocks(page):
        if snippet.kind == "shell":
            printed = _run(snippet, clone)
        elif snippet.kind == "prints":
            assert agrees(snippet.code, printed), f"{snippet}: it printed\n{printed}"
        elif snippet.kind == "file":
            write(snippet, clone)
    if any(snippet.kind == "file" for snippet in blocks(page)):
        _in(clone, ".venv/bin/glossary check", f"{page}, at its end")


def _run(snippet: Snippet, folder: Path) -> str:
    return _in(folder, script(snippet, STAND_INS), str(snippet))


def _in(folder: Path, commands: str, where: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        env=surroundings(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{where}: exit {done.returncode}\n{done.stdout}"
    return PROGRESS.sub("", done.stdout)


def test_every_block_is_run_or_has_a_reason_not_to_be() -> None:
    unmarked = [str(snippet) for page in PAGES for snippet in blocks(page) if snippet.kind == "unmarked"]
    assert unmarked == [], "see tests/snippets.py for the kinds of blocks"


def test_few_blocks_are_not_run() -> None:
    spared = [f"{snippet}: {snippet.reason}" for snippet in _spared()]
    assert len(spared) <= MOST_NOT_RUN, "\n".join(spared)
    assert all(len(snippet.reason.split()) >= 3 for snippet in _spared())


def _spared() -> Iterator[Snippet]:
    yield from (snippet for page in PAGES for snippet in blocks(page) if snippet.kind == "not run")


def test_every_stand_in_replaces_a_command_in_the_documentation() -> None:
    shown = {
        line.split("  #")[0].strip()
        for page in PAGES
        for each in blocks(page)
        for line in each.code.splitlines()
    }
    assert set(STAND_INS) - shown == set()
