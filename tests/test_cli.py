"""The command as a newcomer meets it: its help, its words, its exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from executable_glossary.execution.sandbox.process_tree import below
from glossaries import REPOSITORY, glossary, lay_out, tree
from patience import eventually, is_gone

COMMANDS = (
    "check",
    "plan",
    "coverage",
    "run",
    "why",
    "build",
    "serve",
    "render",
    "store",
    "new",
    "init",
    "explain",
    "import",
    "schema",
    "report",
    "upgrade-report",
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "broken", {"concepts/dropout.yml": b"term: Dropout\ntermm: x\n"})


def test_help_names_every_command_and_the_exit_codes(good: Path) -> None:
    told = glossary(good, "--help").stdout
    assert all(re.search(rf"^  {name} ", told, re.MULTILINE) for name in COMMANDS)
    assert "0 good, 1 problems in the content, 2 wrong use, 3 our bug, 130" in " ".join(told.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(good: Path, command: str) -> None:
    told = glossary(good, command, "--help")
    assert told.returncode == 0
    assert len(told.stdout.splitlines()) >= 5


def test_help_is_to_be_had_anywhere(tmp_path: Path) -> None:
    assert glossary(tmp_path, "check", "--help").returncode == 0


def test_check_of_good_content_says_so_and_leaves_with_0(good: Path) -> None:
    told = glossary(good, "check")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("no problems in ")


def test_check_of_broken_content_tells_all_and_leaves_with_1(broken: Path) -> None:
    told = glossary(broken, "check")
    assert told.returncode == 1
    assert "concepts/dropout.yml:2:1: error[unknown-key]" in told.stdout
    assert "help:" in told.stdout
    assert re.fullmatch(r"\d+ errors?(, .*)?", told.stdout.splitlines()[-1])


def test_check_speaks_json_and_github(broken: Path) -> None:
    assert glossary(broken, "check", "--format", "json").stdout.startswith("[\n")
    line = glossary(broken, "check", "--format", "github").stdout.splitlines()[0]
    assert line.startswith("::error file=concepts/dropout.yml,line=")


def test_check_writes_nothing(broken: Path) -> None:
    before = tree(broken)
    glossary(broken, "check")
    assert tree(broken) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc"],
        ["check", "--strictt"],
        ["plan", "no-such-concept"],
        ["run", "no_such_example"],
        ["run", "--here"],
        ["why", "no_such_example"],
        ["store", "gc"],
        ["store", "gc", "--keep", "much"],
        ["build", "--runs", "never"],
        ["render"],
    ],
)
def test_wrong_use_leaves_with_2_and_no_stack_trace(good: Path, arguments: list[str]) -> None:
    told = glossary(good, *arguments)
    assert told.returncode == 2
    assert "Error:" in told.stderr
    assert "Traceback" not in told.stderr


def test_outside_of_a_glossary_the_command_says_what_is_missing(tmp_path: Path) -> None:
    told = glossary(tmp_path, "check")
    assert told.returncode == 2
    assert "there is no mkdocs.yml" in told.stderr


def test_plan_shows_every_page_with_its_reason(good: Path) -> None:
    lines = glossary(good, "plan").stdout.splitlines()
    assert lines[0].split() == ["page", "reader", "coverage", "overlap", "published", "why"]
    assert re.fullmatch(r"\d+ of \d+ pages are published", lines[-1])


@pytest.mark.parametrize(("shape", "begins"), [("text", "Questions"), ("json", "{"), ("markdown", "## What")])
def test_coverage_says_what_to_write_next_in_every_shape(good: Path, shape: str, begins: str) -> None:
    run = glossary(good, "coverage", "--format", shape)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(begins)
    assert "overfitting" in run.stdout


def test_coverage_of_broken_content_tells_the_problems(broken: Path) -> None:
    run = glossary(broken, "coverage")
    assert (run.returncode, run.stdout) == (1, "")
    assert "concepts/dropout.yml" in run.stderr


def test_run_tells_what_it_has_and_repeats_nothing(good: Path) -> None:
    first, second = (glossary(good, "run", "--runs", "auto") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "executed" in first.stdout
    assert ("passed after" in first.stderr) is not bool(os.environ.get("CI"))
    assert "stored" in second.stdout
    assert second.stderr == ""


@pytest.mark.parametrize("arguments", [["--accept"], ["--here"], []])
@pytest.mark.parametrize("name", ["broken", "by_heart"])
def test_run_tells_what_is_wrong_with_an_example_that_cannot_be_read(
    good: Path, name: str, arguments: list[str]
) -> None:
    (good / "examples/broken.py").write_text('"""Broken"""\n\n# %% Break\nprint(1\n')
    told = glossary(good, "run", name, *arguments)
    if (name, arguments) == ("by_heart", ["--here"]):
        assert told.returncode == 0
    else:
        assert told.returncode == 1
        assert "examples/broken.py:4:6: error[example-syntax]" in told.stderr


def test_run_without_axes_tells_that_they_are_missing(good: Path) -> None:
    (good / "concepts/_axes.yml").unlink()
    told = glossary(good, "run", "by_heart", "--accept")
    assert told.returncode == 1
    assert "error[missing-axes]" in told.stderr


def test_run_says_what_it_recorded_and_what_not(good: Path) -> None:
    ran = glossary(good, "run", "by_heart", "--runs", "auto", "--accept")
    frozen = glossary(good, "run", "by_heart", "--runs", "frozen", "--accept")
    assert ran.stdout.splitlines()[-1] == "by_heart: recorded anew"
    assert frozen.stdout.splitlines()[-1] == "by_heart: nothing to record"


@pytest.mark.parametrize("command", [["render"], ["build", "--site-dir"]], ids=["render", "build"])
@pytest.mark.parametrize("name", ["thesis.txt", "mkdocs.yml"])
def test_a_folder_that_holds_other_things_is_left_alone(
    good: Path, tmp_path: Path, command: list[str], name: str
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("years of work")
    told = glossary(good, *command, str(tmp_path / "mine"))
    assert told.returncode == 2
    assert "not ours" in told.stderr
    assert (tmp_path / "mine" / name).read_text() == "years of work"


@pytest.mark.parametrize("command", [["render"], ["build", "--site-dir"]], ids=["render", "build"])
def test_the_glossary_itself_is_never_written_over(good: Path, command: list[str]) -> None:
    before = tree(good)
    assert glossary(good, *command, str(good)).returncode == 2
    assert tree(good) == before


def test_render_fills_its_own_folder_again(good: Path, tmp_path: Path) -> None:
    first, second = (glossary(good, "render", str(tmp_path / "tree"), "--runs", "frozen") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert second.stdout.startswith("wrote 0 files")


def test_serve_says_in_words_that_an_address_is_taken(good: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        told = glossary(good, "serve", "--address", address)
    assert told.returncode == 2
    assert f"cannot serve at {address}" in told.stderr


def test_a_build_with_problems_leaves_the_old_site_as_it_was(good: Path) -> None:
    shutil.copy(REPOSITORY / "mkdocs.yml", good)
    assert glossary(good, "build", "--runs", "frozen").returncode == 0
    before = {path: path.read_bytes() for path in (good / "site").rglob("*") if path.is_file()}
    (good / "concepts/dropout.yml").write_text("term: Dropout\ntermm: x\n")
    told = glossary(good, "build", "--runs", "frozen")
    assert told.returncode == 1
    assert "error[unknown-key]" in told.stderr
    assert "Traceback" not in told.stderr
    assert {path: path.read_bytes() for path in (good / "site").rglob("*") if path.is_file()} == before
    assert not list(good.glob(".site.*"))


@pytest.mark.parametrize("command", ["build", "serve"])
def test_mkdocs_is_not_asked_for_a_site_without_entries(good: Path, command: str) -> None:
    (good / "mkdocs.yml").write_text("site_name: A small glossary\nplugins: [search]\n", "utf-8")
    told = glossary(good, command)
    assert told.returncode == 1
    assert 'error[bad-setting]: the plugin "glossary" is not named' in told.stderr
    assert not (good / "site").exists()


def test_strict_makes_a_warning_an_error(tmp_path: Path) -> None:
    hard = b"""term: Noise
meaning: What remains when all that can be explained is taken away.
see_also:
  - {concept: dropout, relation: used-with, why: It adds noise on purpose.}
blocks:
  questions:
    - questions:
        - question: Why?
          answer: Incomprehensibility characterizes institutionalized indeterminacy in multidimensional organizations.
"""
    glossary_folder = lay_out(tmp_path / "hard", {"concepts/noise.yml": hard})
    relaxed, strict = glossary(glossary_folder, "check"), glossary(glossary_folder, "check", "--strict")
    assert "warning[reading-grade]" in relaxed.stdout
    assert (relaxed.returncode, strict.returncode) == (0, 1)


def test_explain_says_what_would_run_and_runs_nothing(good: Path) -> None:
    told = glossary(good, "run", "--runs", "auto", "--explain")
    assert told.returncode == 0
    assert "2 runs would be made" in told.stdout
    assert not (good / ".glossary").exists()


def test_why_names_the_first_thing_that_changed(good: Path) -> None:
    glossary(good, "run", "--runs", "auto")
    assert glossary(good, "why", "by_heart").stdout.splitlines() == [
        "by_heart, seed 0: nothing changed",
        "by_heart, seed 1: nothing changed",
    ]
    script = good / "examples/by_heart.py"
    script.write_text(script.read_text().replace("1000, 2", "1000, 4"))
    assert (
        "by_heart, seed 1: cell 1, “Make the examples”, changed" in glossary(good, "why", "by_heart").stdout
    )


def test_run_shows_a_drift_as_a_table_and_accept_settles_it(good: Path) -> None:
    record = good / "examples/recorded/by_heart.json"
    text = record.read_text()
    value = re.search(r'"rule\.unseen": ([\d.]+)', text)
    assert value
    record.write_text(text.replace(value[0], '"rule.unseen": 0.5', 1))
    drifted = glossary(good, "run", "--runs", "auto")
    assert re.search(r"^by_heart +0  rule\.unseen +0\.5", drifted.stdout, re.MULTILINE)
    told = json.loads(glossary(good, "run", "--runs", "auto", "--format", "json").stdout)
    assert told["examples"][0]["drifts"][0]["recorded"] == 0.5
    accepted = glossary(good, "run", "--runs", "auto", "--strict", "--accept")
    assert f"  rule.unseen (seed 0): 0.5 → {value[1]}" in accepted.stdout
    assert "metric-drifted" not in accepted.stderr
    assert accepted.returncode == 0
    assert "reproduced" in glossary(good, "run", "--runs", "auto").stdout


def test_store_gc_keeps_what_is_needed_and_says_so(good: Path) -> None:
    glossary(good, "run", "--runs", "auto")
    dry = glossary(good, "store", "gc", "--keep", "1kB", "--dry-run")
    assert (dry.returncode, dry.stderr) == (0, "")
    assert dry.stdout.startswith("nothing to remove; the store holds ")
    assert "needed by this content" in dry.stdout
    script = good / "examples/by_heart.py"
    script.write_text(script.read_text().replace("1000, 2", "1000, 4"))
    (good / "examples/recorded/by_heart.json").unlink()
    glossary(good, "run", "--runs", "auto")
    assert glossary(good, "store", "gc", "--keep", "0").stdout.startswith("removed 2 runs and ")
    assert "stored" in glossary(good, "run", "--runs", "auto").stdout


def test_store_gc_removes_nothing_where_it_cannot_know_what_is_needed(good: Path) -> None:
    glossary(good, "run", "--runs", "auto")
    (good / "examples/by_heart.py").write_text("no docstring = 1\n")
    told = glossary(good, "store", "gc", "--keep", "0")
    assert told.returncode == 1
    assert "nothing was removed" in told.stderr
    assert list((good / ".glossary/runs").glob("*/*.json"))


EGG = '''# /// script
# [tool.glossary]
# outputs = ["egg.txt"]
# seeds = [3, 4]
# ///
"""An egg"""
import os
open("egg.txt", "w").write(os.environ["SEED"])
'''
HEN = '''# /// script
# [tool.glossary]
# needs = ["egg"]
# seeds = [4, 3]
# ///
"""A hen"""
import os
print(os.environ["SEED"], open("egg.txt").read())
'''


def test_an_example_run_by_hand_gets_what_was_made_with_its_seed(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(good)
    (good / "examples/egg.py").write_text(EGG)
    (good / "examples/hen.py").write_text(HEN)
    assert "4 4" in glossary(good, "run", "hen", "--runs", "auto", "--here").stdout
    assert "3 3" in glossary(good, "run", "hen", "--runs", "auto", "--here", "--seed", "3").stdout
    told = glossary(good, "run", "hen", "--runs", "auto", "--here", "--seed", "5")
    assert (told.returncode, "use one of 4, 3" in told.stderr) == (2, True)


FISHING = '''# /// script
# [tool.glossary]
# cache = ["lake"]
# ///
"""Fishing"""
metrics = {"fish": len(open("lake/fish.txt").read().split())}
print(metrics)
'''
LAKE = "site_name: Lake\ntheme: {name: material}\ndocs_dir: concepts\nplugins:\n  - glossary:\n      caches: {lake: !ENV [LAKE, '']}\n"


def test_what_lacks_its_cache_is_skipped_unless_every_example_is_to_run(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (good / "examples/fishing.py").write_text(FISHING)
    (good / "mkdocs.yml").write_text(LAKE)
    told = glossary(good, "run", "fishing")
    assert (told.returncode, told.stdout) == (0, "fishing: skipped (the cache lake is not configured here)\n")
    for command in ("run", "build"):
        told = glossary(good, command, "--strict-examples")
        assert (told.returncode, "fishing.py:3:3: error[example-skipped]" in told.stderr) == (1, True)
    told = glossary(good, "run", "fishing", "--here")
    assert (told.returncode, "`caches` in mkdocs.yml" in told.stderr) == (2, True)
    (good / "lake").mkdir()
    (good / "lake/fish.txt").write_text("pike perch")
    monkeypatch.setenv("LAKE", str(good / "lake"))
    told = glossary(good, "run", "fishing", "--strict-examples")
    assert (told.returncode, told.stdout) == (0, "fishing: 1 run, executed\n")


def test_an_example_run_by_hand_gets_its_cache(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (good / "examples/fishing.py").write_text(FISHING)
    (good / "mkdocs.yml").write_text(LAKE.replace("!ENV [LAKE, '']", "water"))
    (good / "water").mkdir()
    (good / "water/fish.txt").write_text("pike perch")
    (tmp_path / "beach").mkdir()
    monkeypatch.chdir(tmp_path / "beach")
    assert glossary(good, "run", "fishing", "--here").stdout == "{'fish': 2}\n"
    (good / "water").rename(good / "pond")
    (good / "mkdocs.yml").write_text(LAKE.replace("!ENV [LAKE, '']", "pond"))
    assert glossary(good, "run", "fishing", "--here").stdout == "{'fish': 2}\n"


def test_builds_of_one_site_take_turns(good: Path) -> None:
    shutil.copy(REPOSITORY / "mkdocs.yml", good)
    command = [sys.executable, "-m", "executable_glossary", "-C", str(good), "build", "--runs", "frozen"]
    building = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)
    ]
    told = [process.communicate(timeout=120)[1].decode() for process in building]
    assert [process.returncode for process in building] == [0, 0], told
    assert (good / "site/overfitting/index.html").is_file()
    assert not list(good.glob(".site.*"))


@pytest.mark.parametrize("command", ["build", "run"])
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_who_is_killed_takes_everything_along(good: Path, command: str, sign: signal.Signals) -> None:
    shutil.copy(REPOSITORY / "mkdocs.yml", good)
    script = '"""Sleeper"""\n\n# %% Sleep\nimport time\nopen("began", "w").close()\ntime.sleep(60)\n'
    (good / "examples/sleeper.py").write_text(script)
    process = subprocess.Popen(
        [sys.executable, "-m", "executable_glossary", "-C", str(good), command, "--runs", "auto"]
    )
    assert eventually(lambda: list((good / ".glossary").rglob("began")))
    family = below(process.pid)
    assert len(family) >= 3
    process.send_signal(sign)
    assert process.wait(timeout=30) == 130
    assert eventually(lambda: all(map(is_gone, family)))
    assert not list(good.glob(".site.*"))
    assert not list((good / ".glossary/work").iterdir())
