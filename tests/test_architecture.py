"""The architecture is a test: who may import whom, and how large things may grow."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "generator/executable_glossary"
SOURCES = sorted(PACKAGE.rglob("*.py"))

LAYERS = ["cli", "mkdocs_plugin", "app", "stages", "execution", "drawing", "text", "adapters", "model"]

LINES_OF_A_MODULE = 400
LINES_OF_A_FUNCTION = 12
# Whatever is longer has more than one thought.
LONGEST_FUNCTION = 25


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions() -> Iterator[tuple[str, int]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def calls(path: Path, called: str) -> list[str]:
    """Places where a function of that name is called, plainly or as part of a module."""
    tree = ast.parse(path.read_text("utf-8"))
    found = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and called in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))
    )
    return [f"{name(path)}:{node.lineno}" for node in found]


# What the map says


@pytest.mark.parametrize("group", LAYERS)
def test_the_map_names_every_module_and_no_other(group: str) -> None:
    """`entry` stands for a file, `check/` for a folder; what is in a folder is for its own docstring to say."""
    readme = (ROOT / "generator/README.md").read_text("utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{group}/` |"))
    named = set(re.findall(r"`([a-z_]+)/?`", re.sub(r"\([^)]*\)", "", row))) - {group}
    there = {path.stem for path in (PACKAGE / group).glob("[a-z]*") if path.name != "__pycache__"}
    assert named == there


# Who may import whom


def test_each_group_imports_only_from_the_groups_above_it() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())",
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_nobody_speaks_of_torch(path: Path) -> None:
    assert not re.search(r"torch", path.read_text("utf-8"), re.IGNORECASE)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_only_edges_print_and_end_the_program(path: Path) -> None:
    # What goes into the process of a run is a program of its own, and answers on standard output.
    if not {"cli", "mkdocs_plugin", "sandbox"} & set(path.parts):
        assert [*calls(path, "print"), *calls(path, "exit"), *calls(path, "_exit")] == []


def test_the_end_of_the_program_is_seen_where_it_is() -> None:
    assert calls(PACKAGE / "cli/options.py", "exit")


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_file_is_called_after_nothing(path: Path) -> None:
    assert not re.search(r"utils?|helpers?|handlers?|misc|common|manager", path.stem)


# How large things may grow


def test_no_module_is_longer_than_its_reader_s_patience() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    too_long = {module for module, lines in lengths.items() if lines > LINES_OF_A_MODULE}
    assert not too_long, "look for the second noun"


def test_half_of_all_functions_are_short() -> None:
    lengths = [lines for _, lines in functions()]
    assert statistics.median(lengths) <= LINES_OF_A_FUNCTION


def test_no_function_is_longer_than_half_a_screen() -> None:
    assert [place for place, lines in functions() if lines > LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_nothing_is_left_to_do(path: Path) -> None:
    unfinished = "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"])
    assert not re.search(rf"\b(?:{unfinished})\b(?!,|\))", path.read_text("utf-8"))


def test_tests_are_at_least_as_long_as_what_they_test() -> None:
    tests = [path for path in (ROOT / "tests").rglob("*") if path.suffix in (".py", ".md", ".yml")]
    assert lines_of(tests) >= lines_of(SOURCES)


def lines_of(paths: list[Path]) -> int:
    return sum(len(path.read_text("utf-8").splitlines()) for path in paths)
