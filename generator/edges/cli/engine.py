"""MkDocs in a process of its own, that ends when the command ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from generator.edges.cli.terminal import INTERRUPTED
from generator.tools.mkdocs_yml import NAME

# Seconds for MkDocs to end its runs and to clean up after each signal; a busy machine needs many.
GRACE = ((None, 2.0), (signal.SIGINT, 30.0), (signal.SIGKILL, None))


def mkdocs(root: Path, runs: str | None, arguments: list[str], *kept: int, **asked: bool | str | None) -> int:
    """Its exit code is ours, for the plugin speaks our codes. It holds open what is `kept`, as a lock is.

    asked: what the plugin is to know, by name: what is switched on, and words.
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if runs is not None:
        environment["GLOSSARY_RUNS"] = runs
    said = {name: wanted if isinstance(wanted, str) else "1" for name, wanted in asked.items() if wanted}
    environment |= {f"GLOSSARY_{name.upper()}": words for name, words in said.items()}
    command = [sys.executable, "-m", "mkdocs", *arguments, "--config-file", str(root / NAME)]
    with subprocess.Popen(command, env=environment, pass_fds=kept) as running:
        try:
            return running.wait()
        except KeyboardInterrupt:
            _end(running)
            return INTERRUPTED


def _end(running: subprocess.Popen[bytes]) -> None:
    """A terminal's Ctrl-C reached MkDocs too, a `kill` reached only us; and it may be deaf to Ctrl-C."""
    for sign, seconds in GRACE:
        if sign is not None:
            running.send_signal(sign)
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return
