"""Runs MkDocs in a child process that ends together with the command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from executable_glossary.adapters.linux import ending_with_parent
from executable_glossary.adapters.mkdocs_config import NAME, without_plugin
from executable_glossary.cli.exit_codes import INTERRUPTED
from executable_glossary.cli.options import exit_with, open_project, print_problems
from executable_glossary.model.project import Project

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# An interrupt while Python imports MkDocs would print a stack trace, so MkDocs starts with these signals blocked.
_START = f"""
import signal, sys
try:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {[int(number) for number in ENDING]})
    from executable_glossary.mkdocs_plugin.mkdocs_program import main
    main()
except KeyboardInterrupt:
    sys.exit({INTERRUPTED})
"""
# -P keeps modules in the current folder from being imported.
_MKDOCS = (sys.executable, "-P", "-c", _START)
# The signals that end MkDocs, and the seconds to wait after each; on a busy machine, cleanup is slow.
GRACE = ((None, 2.0), (signal.SIGINT, 30.0), (signal.SIGKILL, None))


def project_with_plugin(root: Path, **settings: Any) -> Project:
    """A project that MkDocs can build. Commands that do not use MkDocs do not need the plugin in mkdocs.yml."""
    project = open_project(root, **settings)
    if problems := without_plugin(root):
        print_problems(problems)
        exit_with(problems)
    return project


def run_mkdocs(
    root: Path,
    arguments: list[str],
    settings: Mapping[str, bool | int | str | None],
    keep_open: int | None = None,
    silent: bool = False,
) -> int:
    """Run MkDocs and return its exit code, which this command can pass on because the plugin uses the same codes.

    settings: passed to the plugin as environment variables. keep_open: a descriptor that MkDocs inherits, such as a
    lock. silent: discard everything that MkDocs prints.
    """
    command = [*_MKDOCS, *arguments, "--config-file", str(root / NAME)]
    how: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} if silent else {}
    how |= {"preexec_fn": ending_with_parent(), "pass_fds": () if keep_open is None else (keep_open,)}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    with subprocess.Popen(command, env=_environment(settings), **how) as process:
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            return process.wait()
        except KeyboardInterrupt:
            _end(process)
            return INTERRUPTED


def _environment(settings: Mapping[str, bool | int | str | None]) -> Mapping[str, str]:
    """The environment variables of MkDocs; `untrusted: True` becomes GLOSSARY_UNTRUSTED=1, `jobs: 4` GLOSSARY_JOBS=4."""
    given = {name: value for name, value in settings.items() if value}
    variables = {
        f"GLOSSARY_{name.upper()}": "1" if value is True else str(value) for name, value in given.items()
    }
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1", **variables}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End MkDocs. Ctrl-C in a terminal also reaches MkDocs, but `kill` reaches only this process, and MkDocs
    may ignore SIGINT."""
    for number, seconds in GRACE:
        if number is not None:
            process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return
