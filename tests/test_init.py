"""`glossary init`: a glossary on another subject that works immediately, and no file is overwritten."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path
from unittest.mock import patch

import pytest
import yaml
from click.testing import CliRunner, Result

from executable_glossary.app.init import NAME, START, first_glossary
from executable_glossary.cli import cli
from glossaries import REPOSITORY, tree


def begin(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["init", str(folder), *options])


def glossary(folder: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["-C", str(folder), *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def built(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Builds in a separate process, because MkDocs changes the logging settings of its process."""
    command = [
        sys.executable,
        "-m",
        "executable_glossary",
        "-C",
        str(folder),
        "build",
        "--strict",
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("begun") / "a new" / "glossary"
    result = begin(folder)
    assert result.exit_code == 0, result.output
    assert "glossary build" in result.output
    return folder


def test_the_names_in_a_message_are_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "a\n::error::forged").touch()
    command = [sys.executable, "-m", "executable_glossary", "init", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "a␊::error::forged" in result.stderr
    assert not any(line.startswith("::") for line in result.stderr.splitlines())


def test_a_stopped_init_leaves_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "new/.git").mkdir(parents=True)
    (tmp_path / "new/.unfinished-init-killed").mkdir()
    for folder in (tmp_path / "new", tmp_path / "newer/glossary"):
        with patch("executable_glossary.cli.init._write_schemas", side_effect=KeyboardInterrupt):
            CliRunner().invoke(cli, ["init", str(folder)])
        assert not [path for path in folder.parent.rglob("*") if path.is_file()]
        assert begin(folder).exit_code == 0
        assert (folder / "concepts/_entry.schema.json").is_file()
    assert [path.name for path in tmp_path.rglob(".unfinished*")] == [".unfinished-init-killed"]


def test_it_can_fill_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert begin(Path()).exit_code == 0
    assert (tmp_path / "mkdocs.yml").is_file()


# Created files


def test_it_passes_a_strict_check(begun: Path) -> None:
    assert "no problems in 4 entries, 8 pages" in glossary(begun, "check", "--strict")


def test_it_builds_without_a_warning_from_mkdocs(begun: Path, tmp_path: Path) -> None:
    ran = built(begun, "--runs", "frozen", "--site-dir", str(tmp_path / "site"))
    assert (ran.returncode, ran.stdout) == (0, "built site/\n"), ran.stderr
    assert (tmp_path / "site/about/index.html").is_file()


def test_another_engine_builds_it_in_strict_mode(begun: Path, tmp_path: Path) -> None:
    glossary(begun, "render", str(tmp_path), "--strict", "--runs", "frozen")
    zensical = [Path(sys.executable).with_name("zensical"), "build", "--strict", "--clean"]
    process = subprocess.run(zensical, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    assert (tmp_path / "site/beating/navigator/crew/index.html").is_file()


def test_a_strict_build_fails_if_a_hand_written_page_has_a_broken_link(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert begin(folder).exit_code == 0
    (folder / "docs/about.md").write_text("# About\n\n[Nowhere](nowhere.md)\n")
    ran = built(folder, "--runs", "frozen")
    assert ran.returncode == 1
    assert "nowhere.md" in ran.stderr
    assert not (folder / "site").exists()


def test_its_example_reproduces_the_recorded_numbers(begun: Path) -> None:
    assert "shifts: 5 runs, executed, reproduced" in glossary(begun, "run", "--strict")


def test_the_example_runs_quickly(begun: Path) -> None:
    recorded = yaml.safe_load((begun / "examples/recorded/shifts.json").read_text("utf-8"))
    assert all(run["seconds"] < 2 for run in recorded["runs"])


def test_editors_know_its_readers(begun: Path) -> None:
    assert "up to date" in glossary(begun, "schema", "--check")
    assert '"navigator"' in (begun / "concepts/_entry.schema.json").read_text("utf-8")


def test_each_file_mentioned_in_its_readme_exists(begun: Path) -> None:
    readme = (begun / "README.md").read_text("utf-8")
    for name in ("mkdocs.yml", "concepts/_axes.yml", "docs/", "templates/blocks/orders.md.j2"):
        assert f"`{name}`" in readme
        assert (begun / name).exists()


def test_generated_files_are_not_committed(begun: Path) -> None:
    ignored = (begun / ".gitignore").read_text("utf-8").split()
    assert {".venv/", ".glossary/", "/site/"} <= set(ignored)
    assert not (begun / "gitignore").exists()


def test_the_generator_is_pinned(begun: Path) -> None:
    version = metadata.version("executable-glossary")
    assert (begun / "requirements.txt").read_text("utf-8") == f"executable-glossary=={version}\n"


def test_generated_files_in_the_template_are_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("README.md", ".glossary/runs/a", "site/index.html", "examples/__pycache__/a.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# x\n")
    assert [document.path for document in first_glossary(None, "x", tmp_path)] == ["README.md"]


# Name


@pytest.mark.parametrize(
    "name", ["Bread", 'Bread: "the" glossary', "Größe # Maß", "'tis", "yes", "{a: b}", r"C:\new"]
)
def test_any_name_is_accepted(tmp_path: Path, name: str) -> None:
    assert begin(tmp_path / "new", "--name", name).exit_code == 0
    settings = (tmp_path / "new/mkdocs.yml").read_text("utf-8").replace("!ENV", "")
    assert yaml.safe_load(settings)["site_name"] == name
    assert (tmp_path / "new/README.md").read_text("utf-8").startswith(f"# {name}\n")


def test_a_name_is_reduced_to_one_line(tmp_path: Path) -> None:
    assert begin(tmp_path / "new", "--name", " Two\nlines ").exit_code == 0
    assert (tmp_path / "new/README.md").read_text("utf-8").startswith("# Two lines\n")


def test_an_empty_name_is_rejected(tmp_path: Path) -> None:
    result = begin(tmp_path / "new", "--name", "  ")
    assert result.exit_code == 2
    assert "omit --name" in result.output
    assert not (tmp_path / "new").exists()


def test_the_replaced_name_is_the_existing_one() -> None:
    assert f"site_name: {NAME}\n" in (START / "mkdocs.yml").read_text("utf-8")
    assert (START / "README.md").read_text("utf-8").startswith(f"# {NAME}\n")


# Rejected folders


def test_a_folder_that_is_not_empty_is_left_unchanged(tmp_path: Path) -> None:
    for name in ("README.md", "a", "b", "c", "d", "e", "f"):
        (tmp_path / name).write_text("mine")
    before = tree(tmp_path)
    result = begin(tmp_path)
    assert result.exit_code == 2
    assert "is not empty: it contains README.md, a, b, c, d and 2 more" in " ".join(result.output.split())
    assert tree(tmp_path) == before


def test_a_repository_and_an_environment_may_already_exist(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".venv").mkdir()
    assert begin(tmp_path).exit_code == 0


def test_a_second_run_is_rejected(tmp_path: Path) -> None:
    assert begin(tmp_path).exit_code == 0
    assert begin(tmp_path).exit_code == 2


def test_a_file_cannot_be_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert begin(tmp_path / "file").exit_code == 2
    assert (tmp_path / "file").read_text() == "mine"


# Origin of the generator


class Installed:
    """A fake installed distribution with the given metadata."""

    version = "1.2"

    def __init__(self, origin: str | None) -> None:
        self._origin = origin

    def read_text(self, name: str) -> str | None:
        return self._origin if name == "direct_url.json" else None


GIT = '{"url": "https://example.org/it", "vcs_info": {"vcs": "git", "commit_id": "abc123"}}'


@pytest.mark.parametrize(
    ("origin", "pinned"),
    [
        (None, "executable-glossary==1.2"),
        ('{"url": "file:///somewhere", "dir_info": {"editable": true}}', "executable-glossary==1.2"),
        (GIT, "executable-glossary @ git+https://example.org/it@abc123"),
    ],
    ids=["an index", "a folder", "a repository"],
)
def test_the_pin_points_to_the_origin_of_the_generator(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, origin: str | None, pinned: str
) -> None:
    monkeypatch.setattr(metadata, "distribution", lambda name: Installed(origin))
    assert begin(tmp_path).exit_code == 0
    assert (tmp_path / "requirements.txt").read_text("utf-8") == f"{pinned}\n"


def test_the_first_glossary_in_this_repository_is_the_one_that_is_written(begun: Path) -> None:
    assert START == REPOSITORY / "templates/start"
    assert (begun / "concepts/tack.yml").read_bytes() == (START / "concepts/tack.yml").read_bytes()
