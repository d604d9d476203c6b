"""A build with recorded results depends on nothing but the project: neither on the machine nor on the day."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from executable_glossary.adapters.git import last_changes
from glossaries import change, own_glossary_without_manual, site_built_here
from repositories import IDENTITY, commit, git, new_repository

# Two machines: time zones with different days, languages in which "i" has different capitals, and seeds of hashes.
MACHINES: Mapping[str, Mapping[str, str]] = {
    "here": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    "somewhere/else": {"TZ": "America/Adak", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"},
}
DAY = "2001-02-03"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("command", [["build"], ["render", "site"]], ids=["build", "render"])
def test_two_machines_build_the_same_bytes(tmp_path: Path, command: list[str]) -> None:
    sites = []
    for name, variables in MACHINES.items():
        root = own_glossary_without_manual(tmp_path / name)
        module = [sys.executable, "-m", "executable_glossary", *command, "--runs", "frozen"]
        mask = 0o077 if sites else 0o022
        done = subprocess.run(
            module, cwd=root, env={**os.environ, **variables}, umask=mask, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        sites.append(contents(root / "site"))
    one, other = sites
    assert len(one) > 20
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


# The sitemap


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A glossary whose two entries were last changed on different days, in a part of a repository."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    root = own_glossary_without_manual(new_repository(tmp_path / "repository") / "glossary")
    commit_on(root, "2001-02-03T23:30:00-0200")
    change(root / "concepts/dropout.yml", "Switching units off", "Leaving units out")
    commit_on(root, "2010-11-12T12:00:00+0000")
    return root


def commit_on(root: Path, date: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(IDENTITY, "GIT_COMMITTER_DATE", date)
        commit(root, "Change")


def dates(files: Mapping[str, bytes]) -> dict[str, str]:
    """The date of each page in the sitemap; empty if there is none."""
    text = files["sitemap.xml"].decode()
    assert gzip.decompress(files["sitemap.xml.gz"]).decode() == text
    found = re.findall(r"<loc>https://example.org/([^<]*)</loc>\s*(?:<lastmod>([^<]*)</lastmod>)?", text)
    assert len(found) > 5
    return dict(found)


def test_a_page_has_the_date_of_its_entry(project: Path, tmp_path: Path) -> None:
    found = dates(site_built_here(project, tmp_path / "site"))
    assert (found["overfitting/"], found["dropout/"]) == ("2001-02-04", "2010-11-12")
    # Its content comes from everywhere.
    assert found["glossary/"] == ""


def test_pages_of_unknown_age_have_the_given_date(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    found = dates(site_built_here(project, tmp_path / "site"))
    assert (found["overfitting/"], found["glossary/"]) == ("2001-02-04", "1970-01-02")


def test_without_git_no_page_has_a_date(project: Path, tmp_path: Path) -> None:
    (project.parent / ".git").rename(tmp_path / "git")
    files = site_built_here(project, tmp_path / "site")
    assert set(dates(files).values()) == {""}
    assert files["sitemap.xml.gz"][4:8] == bytes(4)


def test_the_oldest_commit_of_a_shallow_clone_dates_nothing(project: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", project.parent.as_uri(), "shallow")
    assert last_changes(tmp_path / "shallow/glossary", tmp_path / "shallow/glossary/concepts") == {}
    change(tmp_path / "shallow/glossary/concepts/dropout.yml", "Leaving units out", "Switching units off")
    commit(tmp_path / "shallow", "Change")
    assert list(last_changes(tmp_path / "shallow", tmp_path / "shallow")) == ["glossary/concepts/dropout.yml"]
