"""Tests of the architecture: which modules may import which, and how long functions may be."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from patience import PATIENCE
from source_files import PACKAGE, ROOT, SOURCES, nodes_of, relative, text_of, tree_of

LAYERS = ["cli", "mkdocs_plugin", "app", "stages", "execution", "drawing", "text", "adapters", "model"]

LINES_OF_A_FUNCTION = 12
# A longer function probably does more than one thing.
LONGEST_FUNCTION = 25


def functions() -> Iterator[tuple[str, int]]:
    for path in SOURCES:
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{relative(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def calls(path: Path, called: str) -> list[str]:
    """Locations of calls to a function of that name, with or without the module's name."""
    return [
        f"{relative(path)}:{node.lineno} {called}"
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and called in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))
    ]


def lines_with(pattern: str, flags: int = 0) -> list[str]:
    """Every source line that matches the pattern, with its location."""
    search = re.compile(pattern, flags).search
    return [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if search(line)
    ]


# The map of modules


@pytest.mark.parametrize("group", LAYERS)
def test_the_map_lists_exactly_the_existing_modules(group: str) -> None:
    """`entry` stands for a file and `check/` for a folder; a folder's own docstring describes its contents."""
    readme = (ROOT / "generator/README.md").read_text("utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{group}/` |"))
    named = set(re.findall(r"`([a-z_]+)/?`", re.sub(r"\([^)]*\)", "", row))) - {group}
    there = {path.stem for path in (PACKAGE / group).glob("[a-z]*") if path.name != "__pycache__"}
    assert named == there


# Imports


def test_each_group_imports_only_from_the_groups_above_it() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())",
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


def test_no_source_file_mentions_torch() -> None:
    assert lines_with("torch", re.IGNORECASE) == []


def test_only_the_command_line_and_the_plugin_print_and_exit() -> None:
    # The modules in `sandbox` run in an example's process and respond on standard output.
    others = [path for path in SOURCES if not {"cli", "mkdocs_plugin", "sandbox"} & set(path.parts)]
    assert [
        place for path in others for end in ("print", "exit", "_exit") for place in calls(path, end)
    ] == []


def test_the_end_of_the_program_is_handled_in_the_expected_modules() -> None:
    assert calls(PACKAGE / "cli/options.py", "exit")


def test_every_module_has_a_docstring() -> None:
    assert [relative(path) for path in SOURCES if not ast.get_docstring(tree_of(path))] == []


def test_no_module_has_a_meaningless_name() -> None:
    vague = re.compile(r"utils?|helpers?|handlers?|misc|common|manager")
    assert [relative(path) for path in SOURCES if vague.search(path.stem)] == []


# Length of functions


def test_half_of_all_functions_are_short() -> None:
    lengths = [lines for _, lines in functions()]
    assert statistics.median(lengths) <= LINES_OF_A_FUNCTION


def test_no_function_is_longer_than_half_a_screen() -> None:
    assert [place for place, lines in functions() if lines > LONGEST_FUNCTION] == []


def test_no_open_to_do_comments_remain() -> None:
    unfinished = "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"])
    assert lines_with(rf"\b(?:{unfinished})\b(?!,|\))") == []
