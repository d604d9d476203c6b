"""Behavior shared by all commands: help, exit codes, and ending their child processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from executable_glossary.cli import cli
from executable_glossary.execution.sandbox.process_tree import descendants
from glossaries import glossary, glossary_process, lay_out, own_glossary_without_manual
from patience import PATIENCE, eventually, is_gone

COMMANDS = (
    "check",
    "plan",
    "coverage",
    "run",
    "why",
    "build",
    "serve",
    "render",
    "store",
    "new",
    "init",
    "explain",
    "import",
    "schema",
    "report",
    "upgrade-report",
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


@pytest.fixture
def site_project(tmp_path: Path) -> Path:
    """A glossary with everything needed to build its site."""
    return own_glossary_without_manual(tmp_path / "site-project")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "broken", {"concepts/dropout.yml": b"term: Dropout\ntermm: x\n"})


def test_help_lists_every_command_and_the_exit_codes(good: Path) -> None:
    result = glossary(good, "--help").stdout
    assert all(re.search(rf"^  {name} ", result, re.MULTILINE) for name in COMMANDS)
    assert (
        "0 success, 1 problems in the content, 2 incorrect usage or environment, 3 a bug in the generator, 130"
        in " ".join(result.split())
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_description(good: Path, command: str) -> None:
    result = glossary(good, command, "--help")
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) >= 5


def test_help_works_in_any_folder(tmp_path: Path) -> None:
    assert glossary(tmp_path, "check", "--help").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc"],
        ["check", "--strictt"],
        ["plan", "no-such-concept"],
        ["run", "no_such_example"],
        ["run", "--here"],
        ["why", "no_such_example"],
        ["store", "gc"],
        ["store", "gc", "--keep", "much"],
        ["build", "--runs", "never"],
        ["render"],
    ],
)
def test_wrong_usage_exits_with_2_and_no_stack_trace(good: Path, arguments: list[str]) -> None:
    result = glossary(good, *arguments)
    assert result.returncode == 2
    assert "Error:" in result.stderr
    assert "Traceback" not in result.stderr


def test_help_imports_no_command() -> None:
    """`glossary --help` used to spend most of its time on imports."""
    code = (
        "import sys\nfrom executable_glossary.cli import cli\ncli(['--help'], standalone_mode=False)\n"
        "print(*(name for name in sys.modules if name.startswith(('executable_glossary.', 'mkdocs'))))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert set(shown.splitlines()[-1].split()) == {
        "executable_glossary.cli",
        "executable_glossary.cli.exit_codes",
    }


def test_outside_a_glossary_the_message_names_the_missing_file(tmp_path: Path) -> None:
    result = glossary_process(tmp_path, "check")
    assert result.returncode == 2
    assert "there is no mkdocs.yml" in result.stderr


@pytest.mark.parametrize(
    ("command", "sign"),
    [
        ("build", signal.SIGINT),
        ("run", signal.SIGTERM),
        pytest.param("build", signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param("run", signal.SIGINT, marks=pytest.mark.slow),
    ],
)
def test_a_killed_command_ends_all_its_processes(
    site_project: Path, command: str, sign: signal.Signals
) -> None:
    """Slow: ends each command with the other signal, which the same code handles."""
    script = '"""Sleeper"""\n\n# %% Sleep\nimport time\nopen("began", "w").close()\ntime.sleep(600)\n'
    (site_project / "examples/sleeper.py").write_text(script)
    process = subprocess.Popen(
        [sys.executable, "-m", "executable_glossary", "-C", str(site_project), command, "--runs", "auto"]
    )
    assert eventually(lambda: list((site_project / ".glossary").rglob("began")))
    family = descendants(process.pid)
    assert len(family) >= 3
    process.send_signal(sign)
    assert process.wait(PATIENCE) == 130
    assert eventually(lambda: all(map(is_gone, family)))
    assert not list(site_project.glob(".site.*"))
    assert not list((site_project / ".glossary/work").iterdir())


@pytest.mark.parametrize(
    ("command", "sign"), [(["build"], signal.SIGINT), (["serve", "--address", "127.0.0.1:0"], signal.SIGHUP)]
)
def test_an_early_signal_to_all_processes_leaves_nothing_behind(
    tmp_path: Path, site_project: Path, command: list[str], sign: signal.Signals
) -> None:
    """MkDocs is still being imported when the signal arrives."""
    (tmp_path / "temporary").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "executable_glossary", "-C", str(site_project), *command],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert eventually(lambda: descendants(process.pid))
    os.killpg(process.pid, sign)
    assert "Traceback" not in process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == 130
    assert not list(site_project.glob(".site.*"))
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_fails_in_a_folder_that_no_longer_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    result = CliRunner().invoke(cli, [command])
    assert result.exit_code == 2
    assert result.output.endswith("Error: the current folder no longer exists; go to another one\n")
