"""The repository as a newcomer finds it: licensed, pinned, clean, and without traces of its authors' machines."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from patience import PATIENCE

ROOT = Path(__file__).parent.parent
LOCAL_PATH = re.compile(r"(?<![\w.~*<-])/(?:work|root|home)\b(?![\w.-])")
REGISTRY = re.compile(r"pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian")
PIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*==\d+(?:\.\d+)*(?:(?:a|b|rc|\.post)\d+)?")


def run(*command: str) -> str:
    """The output of a command in the repository. If the command fails, the test shows the output."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@cache
def tracked() -> tuple[Path, ...]:
    return tuple(ROOT / name for name in run("git", "ls-files", "-z").split("\0") if (ROOT / name).is_file())


def texts() -> Iterator[tuple[str, str]]:
    """The content of all tracked text files, keyed by name."""
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT).as_posix(), content.decode("utf-8", "replace")


def matches(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def pins() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def project() -> dict[str, Any]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert isinstance(table, dict)
    return table


# License and first steps


def test_the_license_is_mit_and_belongs_to_the_contributors() -> None:
    license = (ROOT / "LICENSE").read_text("utf-8")
    assert license.startswith("MIT License\n")
    assert re.search(r"^Copyright \(c\) \d{4} the contributors$", license, re.MULTILINE)
    assert "Permission is hereby granted, free of charge" in license
    assert project()["license"] == "MIT AND OFL-1.1"  # the fonts are not ours


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "Makefile", "generator/README.md"])
def test_the_readme_shows_newcomers_where_to_start(name: str) -> None:
    assert (ROOT / name).read_text("utf-8").strip()


def test_no_file_reveals_the_machine_of_its_author() -> None:
    assert matches(LOCAL_PATH) == []


def test_no_file_names_a_package_registry() -> None:
    assert matches(REGISTRY) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("cd /" + "work/main", True),
        ('path = "/' + 'home/someone"', True),
        ("see /" + "root", True),
        ("templates/indexes/home.md.j2", False),
        (".github/workflows", False),
        ("https://example.org/work", False),
        ("/homework", False),
    ],
)
def test_local_paths_are_distinguished_from_other_text(line: str, found: bool) -> None:
    assert bool(LOCAL_PATH.search(line)) == found


# Pinned versions


def test_every_pin_is_one_public_version() -> None:
    assert pins()
    assert [line for line in pins() if not PIN.fullmatch(line)] == []


def test_no_package_is_pinned_twice() -> None:
    names = [line.partition("==")[0] for line in pins()]
    assert len(names) == len(set(names))


def test_every_pinned_package_is_required_by_the_project() -> None:
    apart = set(re.findall(r"--no-deps ([\w-]+)", (ROOT / "Makefile").read_text("utf-8")))
    named = apart | {distribution(requirement) for requirement in requirements()}
    needed = named | {distribution(requirement) for name in named for requirement in required_by(name)}
    assert {line.partition("==")[0] for line in pins()} - needed == set()


def test_every_package_that_affects_pages_or_results_is_pinned() -> None:
    pinned = {line.partition("==")[0] for line in pins()}
    assert {distribution(name) for name in project()["dependencies"]} <= pinned
    assert {"torch", "torchvision", "scikit-learn", "matplotlib", "safetensors"} <= pinned


def test_the_core_does_not_require_torch() -> None:
    core = {distribution(name) for name in project()["dependencies"]}
    assert not core & {"torch", "torchvision", "numpy", "matplotlib", "scikit-learn"}


def requirements() -> list[str]:
    extras = project()["optional-dependencies"].values()
    return [*project()["dependencies"], *(name for extra in extras for name in extra)]


def required_by(name: str) -> list[str]:
    """The requirements of an installed package; none if it is not installed."""
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def distribution(requirement: str) -> str:
    """`Markdown >=3.3.6; python_version > "3"` → `markdown`."""
    (name,) = re.findall(r"^[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", str(name)).lower()


# Files that must not be committed


@pytest.mark.parametrize("generated", [".venv", "site", ".glossary"])
def test_generated_files_are_ignored(generated: str) -> None:
    assert run("git", "check-ignore", f"{generated}/file").strip() == f"{generated}/file"
    assert not [path for path in tracked() if path.relative_to(ROOT).parts[0] == generated]


def test_weights_are_never_committed() -> None:
    weights = {".safetensors", ".pt", ".pth", ".pkl", ".npz"}
    assert [path.name for path in tracked() if path.suffix in weights] == []


def test_every_text_file_ends_with_one_newline() -> None:
    assert [name for name, text in texts() if text and (not text.endswith("\n") or "\r" in text)] == []


# Formatting, linting, and types


def test_the_code_is_formatted() -> None:
    run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", ".")


def test_the_code_is_linted() -> None:
    run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")


def test_the_code_passes_type_checking() -> None:
    assert "Success" in run(sys.executable, "-m", "mypy")
