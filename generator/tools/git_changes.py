"""What somebody is writing at, as git knows it: files that are not as they were in the last commit."""

from __future__ import annotations

import subprocess
from pathlib import Path

PATIENCE = 10  # seconds; git answers within a tenth, unless its folder is far away

_COMMANDS = (
    ("diff", "--name-only", "--relative", "--no-ext-diff", "-z", "HEAD", "--", "."),
    ("ls-files", "--others", "--exclude-standard", "-z", "--", "."),
)


def changed_since_commit(folder: Path) -> frozenset[str] | None:
    """Paths relative to the folder, new files among them; None where there is no git, or no commit yet."""
    try:
        said = [_git(folder, *command) for command in _COMMANDS]
    except (OSError, subprocess.SubprocessError):
        return None
    return frozenset(path for names in said for path in names.split("\0") if path)


def _git(folder: Path, *command: str) -> str:
    # A hook or an alias of the user's is nothing to wait for, and a lock is nothing to take for looking.
    call = ["git", "--no-optional-locks", "-C", str(folder), *command]
    run = subprocess.run(call, check=True, capture_output=True, timeout=PATIENCE)
    return run.stdout.decode("utf-8", "replace")
