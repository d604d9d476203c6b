"""Builds this repository's own site with its recorded results, as it is published."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from glossaries import REPOSITORY

SUB_PATH = PurePosixPath("somewhere/below")
# The URL has no port, so that every test process can serve the same files on its own free port.
# The theme adds parts for a repository on GitHub.
SETTINGS = {
    "SITE_URL": f"http://127.0.0.1/{SUB_PATH}/",
    "REPO_URL": "https://github.com/somebody/glossary",
    "GLOSSARY_RUNS": "frozen",
    "NO_MKDOCS_2_WARNING": "1",
}


def build_site(top: Path) -> None:
    """Builds the site in `top/SUB_PATH`; a warning fails the build."""
    run_module(
        "executable_glossary", "build", "--strict", "--site-dir", str(top / SUB_PATH), settings=SETTINGS
    )


def run_module(*arguments: str, settings: Mapping[str, str], folder: Path = REPOSITORY) -> str:
    """Returns the output of `python -m` with these arguments in `folder`; the command must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
