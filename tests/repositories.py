"""Git repositories for tests: glossaries under version control, and a clone of this repository."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from glossaries import REPOSITORY, lay_out

# A committed project contains its templates, not a link to ours.
OWN_TEMPLATES: Mapping[str, bytes | None] = {"templates/README": b"Copied.\n"}
IDENTITY = {
    "GIT_AUTHOR_NAME": "A Tester",
    "GIT_AUTHOR_EMAIL": "tester@example.org",
    "GIT_COMMITTER_NAME": "A Tester",
    "GIT_COMMITTER_EMAIL": "tester@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}


def git(folder: Path, *arguments: str) -> str:
    """Returns git's output; the command must succeed."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=IDENTITY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(folder: Path, message: str) -> str:
    """Commits everything and returns the hash."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def new_repository(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    return folder


def committed_glossary(folder: Path, changes: Mapping[str, bytes | None] | None = None) -> Path:
    """The base glossary, with changes, as the only commit on the main branch."""
    lay_out(new_repository(folder), {**OWN_TEMPLATES, **(changes or {})})
    commit(folder, "Begin")
    return folder


def clone_of_ours(folder: Path) -> Path:
    """A clone of this repository that includes uncommitted changes, as a single commit on main."""
    listed = git(REPOSITORY, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    new_repository(folder)
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    commit(folder, "Clone")
    return folder
