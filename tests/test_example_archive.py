"""The archive of an example contains all that the script needs, runs where it is unpacked, and is reproducible."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

from case_outcome import built_in
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.glossary import Glossary
from executable_glossary.stages.render.example_archive import LARGEST
from glossaries import lay_out
from repository_glossary import repository_build

FILES = {
    "examples/_rates.py": b"RATE = 3\n",
    "examples/lib/steps.py": b"from _rates import RATE\n\nSTEPS = RATE * 2\n",
    "examples/_unused.py": b"raise SystemExit\n",
    "examples/words.txt": b"one two\n",
    "examples/counts.py": b'# /// script\n# dependencies = ["packaging>=20"]\n# [tool.glossary]\n# outputs = ["steps.csv"]\n'
    b'# ///\n"""Counts"""\nfrom lib.steps import STEPS\n\nopen("steps.csv", "w").write(str(STEPS))\n',
    "examples/reads.py": b'# /// script\n# [tool.glossary]\n# needs = ["counts"]\n# data = ["words.txt"]\n# ///\n"""Reads"""\n'
    b'print(open("steps.csv").read(), open("words.txt").read())\n',
}  # fmt: skip


def contents(built: Build, name: str) -> bytes:
    (document,) = (document for document in built.documents if document.path == f"examples/{name}.zip")
    assert isinstance(document.content, bytes)
    return document.content


def unpacked(built: Build, name: str, folder: Path) -> Path:
    with ZipFile(io.BytesIO(contents(built, name))) as packed:
        packed.extractall(folder)
    return folder / Path(name).name


def run(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "project", FILES)


def test_it_runs_in_an_empty_folder_though_the_example_was_not_run(project: Path, tmp_path: Path) -> None:
    built = built_in(project, SubprocessRunner())  # frozen, and nothing is recorded
    assert built.evidence["reads"].skipped
    folder = unpacked(built, "reads/reads", tmp_path)
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        *("README.txt", "_rates.py", "counts.py", "lib/steps.py", "reads.py", "words.txt")
    ]
    assert run(folder, "counts.py").returncode == 0
    assert run(folder, "reads.py").stdout == "6 one two\n\n"


def test_its_readme_says_what_to_install_and_to_run(project: Path, tmp_path: Path) -> None:
    folder = unpacked(built_in(project, SubprocessRunner()), "reads/reads", tmp_path)
    text = (folder / "README.txt").read_text("utf-8")
    assert "pip install 'packaging>=20'\n" in text
    assert text.index("python counts.py") < text.index("writes steps.csv") < text.index("python reads.py")


def test_equal_content_gives_equal_bytes(project: Path, tmp_path: Path) -> None:
    first = contents(built_in(project, SubprocessRunner()), "reads/reads")
    other = lay_out(tmp_path / "other", FILES)
    for path in other.rglob("*.py"):
        os.utime(path, (1, 1))
    assert contents(built_in(other, SubprocessRunner()), "reads/reads") == first


def test_large_data_is_named_instead(project: Path, tmp_path: Path) -> None:
    (project / "examples/words.txt").write_bytes(b" " * (LARGEST + 1))
    folder = unpacked(built_in(project, SubprocessRunner()), "reads/reads", tmp_path)
    assert not (folder / "words.txt").exists()
    assert "words.txt" in (folder / "README.txt").read_text("utf-8")


def test_a_link_to_data_outside_the_project_is_not_followed(project: Path, tmp_path: Path) -> None:
    assert set(_glossary(project).data) == {"examples/words.txt"}
    (tmp_path / "secret").write_text("secret")
    (project / "examples/words.txt").unlink()
    (project / "examples/words.txt").symlink_to(tmp_path / "secret")
    assert _glossary(project).data == {}


def _glossary(project: Path) -> Glossary:
    glossary = built_in(project, SubprocessRunner()).glossary
    assert glossary is not None
    return glossary


def test_one_archive_contains_all_examples() -> None:
    built = repository_build()
    assert built.glossary is not None
    with ZipFile(io.BytesIO(contents(built, "examples"))) as packed:
        names = packed.namelist()
    assert names == sorted(names)
    assert {f"examples/{name}.py" for name in built.glossary.examples} < set(names)


def test_helpers_of_a_skipped_example_are_included() -> None:
    with ZipFile(io.BytesIO(contents(repository_build(), "flowers_real/flowers_real"))) as packed:
        assert "flowers_real/_real_flowers.py" in packed.namelist()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("forgetting", ""),
        ("flowers", "backbone-0.safetensors"),
        ("flowers_real", "flowers102 is not in this folder"),
    ],
)
def test_real_archives_import_all_that_they_need(name: str, ends: str, tmp_path: Path) -> None:
    """ends: part of the error message about an input that is not in the archive, because another example writes it or
    readers have to provide it."""
    if not all(map(find_spec, ("torch", "torchvision", "matplotlib", "sklearn", "scipy"))):
        pytest.skip("the packages of the examples are needed")
    ran = run(unpacked(repository_build(), f"{name}/{name}", tmp_path), f"{name}.py")
    assert "ModuleNotFoundError" not in ran.stderr
    assert ends in ran.stderr
    assert (ran.returncode == 0) is (not ends), ran.stderr
