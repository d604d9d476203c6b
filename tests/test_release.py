"""The release procedure in CONTRIBUTING.md: the version, the changelog, and each command in the given order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from glossaries import REPOSITORY

CHANGELOG = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
HEADING = re.compile(r"^## (\d+)\.(\d+)\.(\d+) \(\d{4}-\d\d-\d\d\)$", re.MULTILINE)
Version = tuple[int, ...]


def version() -> Version:
    table = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    return tuple(int(part) for part in table["version"].split("."))


def released(changelog: str) -> list[Version]:
    return [tuple(int(part) for part in found) for found in HEADING.findall(changelog)]


def commands() -> list[str]:
    """The lines of the code block in the section "Release"."""
    section = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8").split("\n## Release\n", 1)[1]
    block = section.split("```sh\n", 1)[1].split("```", 1)[0]
    return [line.strip() for line in block.splitlines() if line.strip()]


def test_the_version_has_three_numbers_and_is_not_older_than_the_changelog() -> None:
    assert len(version()) == 3
    assert max(released(CHANGELOG), default=(0, 0, 0)) <= version()


def test_the_changelog_starts_with_unreleased_changes_and_newest_versions() -> None:
    headings = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert len(headings) == 1 + len(released(CHANGELOG)), "a heading reads ## 0.2.0 (2027-01-31)"
    assert released(CHANGELOG) == sorted(released(CHANGELOG), reverse=True)


def test_the_heading_shown_in_contributing_is_recognized() -> None:
    shown = re.search(r"`(## [^`]*\d[^`]*)`", (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8"))
    assert shown
    assert released(shown[1]) == [(0, 2, 0)]


def test_each_release_command_can_be_tested() -> None:
    assert [line.split()[0].rpartition("/")[2] for line in commands()] == [
        *("python", "python", "python", "glossary", "glossary", "glossary", "git")
    ]


@pytest.mark.slow
def test_a_release_follows_the_described_steps(tmp_path: Path) -> None:
    """Slow: builds and installs a wheel, in a clone whose `.venv` is the environment of this process."""
    clone = tmp_path / "clone"
    _run(tmp_path, f"git clone --quiet {REPOSITORY} {clone}")
    (clone / ".venv").symlink_to(sys.prefix)
    for command in commands():
        _run(clone, command)
    expected = ".".join(map(str, version()))
    assert [path.name for path in (clone / "dist").glob("*.whl")] == [
        f"executable_glossary-{expected}-py3-none-any.whl"
    ]
    assert expected in _run(clone, "dist/try/bin/glossary --version")
    assert (clone / "dist/mine/site/index.html").is_file()
    assert _run(clone, "git tag --list").split() == [f"v{expected}"]


def _run(folder: Path, command: str) -> str:
    who = {f"GIT_{role}_{what}": said for role in ("AUTHOR", "COMMITTER") for what, said in _WHO.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        ["bash", "-ec", command],
        cwd=folder,
        env={**kept, **who},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


_WHO = {"NAME": "Somebody", "EMAIL": "somebody@example.org"}
