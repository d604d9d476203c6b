"""CONTRIBUTING lists everything in the repository that runs outside the sandbox."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
import yaml

from glossaries import REPOSITORY
from repositories import git

# Files that are programs, or that make a program run one.
PROGRAMS = frozenset(
    {".py", ".js", ".mjs", ".cjs", ".sh", ".html", ".j2", ".toml", ".cfg", ".ini", ".lock", ".json", ".svg"}
)


def listed() -> dict[str, str]:
    """Each path in the table, with whether it is text or code."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[^|]+) \| (text|code) \|", text, re.MULTILINE)
    return {path: kind for paths, kind in rows for path in re.findall(r"`([^`]+)`", paths)}


@pytest.fixture(scope="module")
def tracked() -> list[PurePosixPath]:
    return [PurePosixPath(name) for name in git(REPOSITORY, "ls-files", "-z").split("\0") if name]


def test_everything_in_the_repository_is_listed(tracked: list[PurePosixPath]) -> None:
    tops = {f"{path.parts[0]}/" if len(path.parts) > 1 else path.name for path in tracked}
    assert tops == listed().keys()


def test_what_is_listed_as_text_contains_no_programs(tracked: list[PurePosixPath]) -> None:
    texts = {path.rstrip("/") for path, kind in listed().items() if kind == "text"}
    files = [path for path in tracked if path.parts[0] in texts]
    assert len(files) > 10
    schemas = {path for path in files if path.name.endswith(".schema.json")}
    assert [str(path) for path in files if path.suffix in PROGRAMS and path not in schemas] == []
    modes = git(REPOSITORY, "ls-files", "--stage", *sorted(texts)).splitlines()
    assert {line.split()[0] for line in modes} == {"100644"}


def test_what_the_configuration_names_is_listed() -> None:
    """The folders of pages, templates, and hooks."""
    text = (REPOSITORY / "mkdocs.yml").read_text("utf-8")
    config = yaml.load(re.sub(r"!\S+", "", text), Loader=yaml.SafeLoader)
    named = [config["docs_dir"], config["theme"]["custom_dir"], *config.get("hooks", ())]
    assert {f"{PurePosixPath(path).parts[0]}/" for path in named} <= {
        path for path, kind in listed().items() if kind == "code"
    }
