#!/usr/bin/env python3
"""Checks that a commit's subject line has the form `area: what changes` and at most 60 characters.

    commit_subject.py FILE          check the message in FILE (git calls a commit-msg hook like this)
    commit_subject.py BASE..HEAD    check every commit in a range
    commit_subject.py --install     copy this file to the repository's commit-msg hook

The hook is a copy, because a hook that called the file in the work tree would run the code of whichever branch is
checked out. The script uses only the standard library, so the workflow does not have to install anything for it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

LONGEST = 60
FORM = re.compile(r"[a-z0-9][\w./, -]*: \S")
# Subjects that git generates.
GENERATED = re.compile(
    r'Merge (branch|branches|commit|pull request|remote-tracking branch|tag) |(Revert|Reapply) "'
)
TO_SQUASH = re.compile(r"(amend|fixup|squash)! ")
# `git commit --verbose` shows the diff below this line.
SCISSORS = re.compile(r"^\S+ -{24} >8 -{24}$.*", re.MULTILINE | re.DOTALL)


def main(arguments: list[str]) -> int:
    """Run the script and return its exit code."""
    if len(arguments) != 1:
        sys.stderr.write(__doc__ or "")
        return 2
    if arguments == ["--install"]:
        return install(Path(__file__).resolve())
    file = Path(arguments[0])
    if file.is_file():
        answers = [advice(subject_of(file.read_text("utf-8", "replace")), published=False)]
    else:
        answers = [advice(subject, published=True) for subject in subjects(arguments[0])]
    answers = [answer for answer in answers if answer]
    print(*answers, sep="\n", end="\n" if answers else "", file=sys.stderr)
    return 1 if answers else 0


def advice(subject: str, published: bool) -> str:
    """How to fix a subject; empty if it is valid. Commits such as `fixup!` must be squashed before they are published."""
    change = ""
    if TO_SQUASH.match(subject):
        change = "squash this commit: git rebase --interactive --autosquash" if published else ""
    elif not subject or GENERATED.match(subject):
        # Git itself rejects an empty message.
        change = ""
    elif not FORM.match(subject):
        change = 'write "area: what changes", such as "search: index the reader pages"'
    elif len(subject) > LONGEST:
        change = f"shorten it from {len(subject)} characters to at most {LONGEST}; the body can say more"
    return f'commit "{subject}": {change}' if change else ""


def subject_of(message: str) -> str:
    """The first paragraph of the message on one line, as `git log` shows it, without comments."""
    text = git("stripspace", "--strip-comments", given=SCISSORS.sub("", message))
    return " ".join(text.partition("\n\n")[0].split())


def subjects(span: str) -> list[str]:
    """The subjects of all commits in a range except merges."""
    return git("log", "--no-merges", "--format=%s", "--end-of-options", span, "--").splitlines()


def install(script: Path) -> int:
    """Install the hook, except outside a git checkout, over another hook, or where core.hooksPath is set."""
    folder = script.parent.parent
    if not shutil.which("git") or not (folder / ".git").exists():
        return 0
    hook = Path(
        git(
            "-C", str(folder), "rev-parse", "--path-format=absolute", "--git-path", "hooks/commit-msg"
        ).strip()
    )
    own_folder = git("-C", str(folder), "config", "--default", "", "--get", "core.hooksPath").strip()
    title = (__doc__ or "").partition("\n")[0]
    if own_folder or (hook.exists() and title not in hook.read_text("utf-8", "replace")):
        print(
            f"commit subjects are not checked in this repository; to check them, call {script.name} from {hook}",
            file=sys.stderr,
        )
        return 0
    hook.parent.mkdir(exist_ok=True)
    shutil.copyfile(script, hook)
    hook.chmod(0o755)
    return 0


def git(*arguments: str, given: str = "") -> str:
    """Standard output of a git command that must succeed."""
    command = ["git", *arguments]
    return subprocess.run(
        command, input=given, stdout=subprocess.PIPE, check=True, encoding="utf-8", errors="replace"
    ).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
