"""No command, and no process that it starts, imports code from the project's root folder.

The project contains a trap for each module name of the standard library and of every installed distribution. A trap
writes a file and raises an exception, so it is noticed even if the failed import is caught.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import pytest

from executable_glossary.__main__ import leave_out_current_folder
from executable_glossary.cli import cli
from executable_glossary.cli.commands import describe
from patience import eventually
from served import served, text_of

PROGRAMS = Path(sys.executable).parent
SCRIPT = (str(PROGRAMS / "glossary"),)
MODULE = (sys.executable, "-m", "executable_glossary")
MKDOCS = str(PROGRAMS / "mkdocs")

TRAP = "open({sprung!r} + __name__, 'w').close()\nraise ImportError('imported from the project')\n"
# Project files that have the same name as an installed module are kept.
EXAMPLE = "shifts"
COMMANDS = {
    "glossary check": [["check"]],
    "glossary explain": [["explain"], ["explain", "jargon"]],
    "glossary plan": [["plan"]],
    "glossary coverage": [["coverage"]],
    "glossary run": [["run", "--explain"], ["run"], ["run", EXAMPLE, "--here"]],
    "glossary why": [["why", EXAMPLE]],
    "glossary doctor": [["doctor"]],
    "glossary build": [["build"]],
    "glossary render": [["render", "plain"]],
    "glossary store gc": [["store", "gc", "--keep", "1GB", "--dry-run"]],
    "glossary new": [["new", "Jibe"]],
    "glossary import": [["import", "--dry-run", "terms.csv"], ["import", "--dry-run", "terms.rst"]],
    "glossary schema": [["schema", "--check"]],
    "glossary report": [["report", "--base", "HEAD"]],
    "glossary init": [["init", "second"]],
    "glossary upgrade-report": [["upgrade-report"]],
    "glossary commands": [["commands"]],
    "glossary": [["--help"], ["--version"]],
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first glossary under version control that publishes the manual and preloads a module."""
    folder = tmp_path_factory.mktemp("original") / "project"
    _succeed([*SCRIPT, "init", str(folder)], folder.parent)
    settings = folder / "mkdocs.yml"
    options = "  - glossary: {manual: true, preload: [decimal]}\n"
    settings.write_text(settings.read_text("utf-8").replace("  - glossary\n", options), "utf-8")
    (folder / "terms.csv").write_text("term,definition\nLuff,To turn toward the wind.\n", "utf-8")
    (folder / "terms.rst").write_text(".. glossary::\n\n   Luff\n      To *turn* toward the wind.\n", "utf-8")
    author = ["-c", "user.name=Author", "-c", "user.email=author@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "Begin"]):
        _succeed(["git", *arguments], folder)
    return folder


@pytest.fixture
def sprung(tmp_path: Path) -> Path:
    folder = tmp_path / "sprung"
    folder.mkdir()
    return folder


@pytest.fixture
def project(original: Path, tmp_path: Path, sprung: Path) -> Path:
    """The project with a trap for each name: a package for a distribution, a module for the standard library."""
    folder = shutil.copytree(original, tmp_path / "project")
    trap = TRAP.format(sprung=f"{sprung}/")
    for name in {*metadata.packages_distributions(), "executable_glossary", "generator"}:
        if name.isidentifier() and not (folder / name).exists():
            (folder / name).mkdir()
            (folder / name / "__init__.py").write_text(trap, "utf-8")
    for name in sys.stdlib_module_names:
        (folder / f"{name}.py").write_text(trap, "utf-8")
    return folder


def _succeed(command: Sequence[str], folder: Path, **variables: str) -> None:
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **variables}
    process = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert process.returncode == 0, process.stdout + process.stderr


def _disarm_what_python_loads_first(project: Path) -> None:
    """`python -m` puts the current folder first on the path and loads a few modules and our package before our code
    starts."""
    loaded = "import runpy, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    names = subprocess.run([sys.executable, "-P", "-c", loaded], capture_output=True, text=True, check=True)
    shutil.rmtree(project / "executable_glossary")
    for name in names.stdout.split():
        (project / f"{name}.py").unlink(missing_ok=True)
        shutil.rmtree(project / name, ignore_errors=True)


def test_every_command_is_covered_here() -> None:
    names = {command.name for command in describe(cli).commands}
    assert names - {"glossary serve"} == COMMANDS.keys() - {"glossary", "glossary commands"}


def test_the_traps_work(project: Path, sprung: Path) -> None:
    process = subprocess.run([sys.executable, "-m", "mkdocs"], cwd=project, capture_output=True, check=False)
    assert process.returncode != 0
    assert list(sprung.iterdir())


# This command starts every kind of process; the other commands run as the same script.
QUICK = ("glossary build",)


@pytest.mark.parametrize(
    "command", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in COMMANDS]
)
def test_a_command_imports_nothing_from_the_project(command: str, project: Path, sprung: Path) -> None:
    """Slow: starts a new process for every other command."""
    for arguments in COMMANDS[command]:
        _succeed([*SCRIPT, *arguments], project)
    assert list(sprung.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [pytest.param(name, marks=() if name == "glossary plan" else pytest.mark.slow) for name in COMMANDS],
)
def test_a_command_run_as_a_module_imports_nothing_from_the_project(
    command: str, project: Path, sprung: Path
) -> None:
    """Slow: starts every command a second time. `glossary plan` always runs."""
    _disarm_what_python_loads_first(project)
    for arguments in COMMANDS[command]:
        _succeed([*MODULE, *arguments], project)
    assert list(sprung.iterdir()) == []


@pytest.mark.slow
def test_mkdocs_build_imports_nothing_from_the_project(project: Path, sprung: Path) -> None:
    """Slow: `mkdocs serve` below imports the same modules in the same way."""
    _succeed([MKDOCS, "build", "--quiet"], project)
    assert (project / "site/docs/reference/commands/index.html").is_file()
    assert list(sprung.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        pytest.param((*SCRIPT, "serve", "--address"), marks=pytest.mark.slow),
        pytest.param((*MODULE, "serve", "--address"), marks=pytest.mark.slow),
        (MKDOCS, "serve", "--dev-addr"),
    ],
    ids=["glossary", "module", "mkdocs"],
)
def test_a_preview_imports_nothing_from_the_project(
    command: Sequence[str], project: Path, sprung: Path
) -> None:
    """Slow: starts `glossary serve` as a script, which starts MkDocs as `glossary build` does, and as a module."""
    if command[: len(MODULE)] == MODULE:
        _disarm_what_python_loads_first(project)
    with served(project, program=command, command=()) as url:
        assert eventually(lambda: "<h1" in text_of(f"{url}tack/"), every=0.2)
        assert eventually(lambda: "glossary build" in text_of(f"{url}docs/reference/commands/"), every=0.2)
    assert list(sprung.iterdir()) == []


def test_an_empty_entry_in_pythonpath_adds_no_folder(project: Path, sprung: Path) -> None:
    """Python adds the folder before our code starts, and imports its startup modules and our package from there."""
    _disarm_what_python_loads_first(project)
    _succeed([*MODULE, "check"], project, PYTHONPATH=f"{os.pathsep}/nowhere")
    assert list(sprung.iterdir()) == []


def test_only_the_current_folder_is_removed_from_the_import_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    entries = ["", "/elsewhere", ".", str(tmp_path), str(tmp_path / "below")]
    monkeypatch.setattr(sys, "path", list(entries))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(entries))
    leave_out_current_folder()
    assert sys.path == ["/elsewhere", str(tmp_path / "below")]
    assert os.environ["PYTHONPATH"].split(os.pathsep) == sys.path


def test_a_deleted_current_folder_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    path = list(sys.path)
    leave_out_current_folder()
    assert sys.path == path
