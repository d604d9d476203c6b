#!/usr/bin/env python3
"""Checks that a commit's subject line has the form `area: what changes` and at most 60 characters.

    commit_subject.py FILE          check the message in FILE (git calls commit-msg hooks this way)
    commit_subject.py BASE..HEAD    check every commit in a range
    commit_subject.py --install     copy this file to the repository's commit-msg hook

The hook is a copy, because a hook that called the file in the work tree would run the code of whichever branch is
checked out. The script uses only the standard library, so the workflow does not have to install anything for it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

LONGEST = 60
FORM = re.compile(r"[a-z0-9][\w./, -]*: \S")
# Subjects that git generates.
MERGE = re.compile(r"Merge (branch|branches|commit|pull request|remote-tracking branch|tag) ")
REVERT = re.compile(r'(Revert|Reapply) "')
TO_SQUASH = re.compile(r"(amend|fixup|squash)! ")
# `git commit --verbose` shows the diff below this line.
SCISSORS = re.compile(r"^\S+ -{24} >8 -{24}$.*", re.MULTILINE | re.DOTALL)
BYTE_ORDER_MARK = "\ufeff"
USAGE = "usage: commit_subject.py FILE | BASE..HEAD | --install"


def main(arguments: list[str]) -> int:
    """Run the script and return its exit code."""
    if len(arguments) != 1:
        print(USAGE, file=sys.stderr)
        return 2
    if arguments == ["--install"]:
        return install(Path(__file__).resolve())
    try:
        answers = check(arguments[0])
    except (OSError, subprocess.CalledProcessError):
        print(f'{USAGE} ("{arguments[0]}" is neither a file nor a range of commits)', file=sys.stderr)
        return 2
    print(*answers, sep="\n", end="\n" if answers else "", file=sys.stderr)
    return 1 if answers else 0


def check(source: str) -> list[str]:
    """Advice on the message in a file, or on every commit in a range such as `A..B`."""
    # A path such as ../message is not a range, because the name of a revision cannot begin with a slash.
    if ".." in source and "../" not in source:
        answers = [advice(subject, published=True) for subject in subjects(source)]
    else:
        answers = [advice(subject_of(Path(source).read_text("utf-8", "replace")), published=False)]
    return [answer for answer in answers if answer]


def advice(subject: str, published: bool) -> str:
    """How to fix a subject; empty if it is valid.

    published: whether the subject comes from a range of commits, from which merge commits are excluded. Commits such as
    `fixup!` must be squashed before they are published.
    """
    change = ""
    if TO_SQUASH.match(subject):
        change = "squash this commit: git rebase --interactive --autosquash" if published else ""
    elif not subject or REVERT.match(subject) or (MERGE.match(subject) and not published):
        # Git itself rejects an empty message.
        change = ""
    elif not FORM.match(subject):
        change = 'write "area: what changes", such as "search: index the reader pages"'
    elif len(subject) > LONGEST:
        change = f"shorten it from {len(subject)} characters to at most {LONGEST}; the body can say more"
    return f'commit "{subject}": {change}' if change else ""


def subject_of(message: str) -> str:
    """The first paragraph of the message on one line, as `git log` shows it, without comments."""
    text = git(
        "stripspace", "--strip-comments", given=SCISSORS.sub("", message.removeprefix(BYTE_ORDER_MARK))
    )
    return " ".join(text.partition("\n\n")[0].split())


def subjects(span: str) -> list[str]:
    """The subjects of all commits in a range except merges."""
    encoding = ("-c", "i18n.logOutputEncoding=UTF-8")
    listed = git(*encoding, "log", "--no-merges", "--format=%s", "--end-of-options", span, "--")
    return [subject.removeprefix(BYTE_ORDER_MARK).strip() for subject in listed.split("\n")]


def install(script: Path) -> int:
    """Install the hook. Does nothing outside a git checkout, if another hook is installed, or if core.hooksPath is
    set."""
    folder = script.parent.parent
    if not shutil.which("git") or not (folder / ".git").exists():
        return 0
    own_folder = git("-C", str(folder), "config", "--default", "", "--get", "core.hooksPath").strip()
    # `git rev-parse --git-path hooks/commit-msg` would follow symlinks.
    repository = git("-C", str(folder), "rev-parse", "--path-format=absolute", "--git-common-dir").strip()
    hook = Path(own_folder or Path(repository, "hooks"), "commit-msg")
    if own_folder or hook.parent.is_symlink() or (os.path.lexists(hook) and not is_copy(hook)):
        print(
            f"commit subjects are not checked in this repository; to check them, call {script.name} from {hook}",
            file=sys.stderr,
        )
        return 0
    hook.parent.mkdir(exist_ok=True)
    shutil.copyfile(script, hook)
    hook.chmod(0o755)
    return 0


def is_copy(hook: Path) -> bool:
    """Whether the hook is a copy of this script, perhaps an older one. A symlink is not."""
    title = (__doc__ or "").partition("\n")[0]
    return not hook.is_symlink() and hook.is_file() and title in hook.read_text("utf-8", "replace")


def git(*arguments: str, given: str = "") -> str:
    """Standard output of a git command, which must succeed. Line endings are kept, because a subject can contain
    "\\r"."""
    done = subprocess.run(["git", *arguments], input=given.encode(), capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
