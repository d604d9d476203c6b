"""`glossary run`: which examples run, what is recorded, and running an example by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from executable_glossary.model.run import RunEvent
from glossaries import glossary, lay_out


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


def test_run_uses_stored_runs_the_second_time(good: Path) -> None:
    first, second = (glossary(good, "run", "--runs", "auto") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "executed" in first.stdout
    assert "by_heart: passed after" in first.stderr
    assert "stored" in second.stdout
    assert second.stderr == ""


def test_an_example_may_be_named_by_the_path_of_its_script(good: Path) -> None:
    for arguments in (["run", "--explain"], ["why"]):
        by_name, by_path = (glossary(good, *arguments, name) for name in ("by_heart", "examples/by_heart.py"))
        assert by_name.returncode == by_path.returncode == 0
        assert by_name.stdout == by_path.stdout != ""
    assert 'no example "gone"' in glossary(good, "run", "examples/gone.py").stderr


@pytest.mark.parametrize("arguments", [["--accept"], ["--here"], []])
@pytest.mark.parametrize("name", ["broken", "by_heart"])
def test_run_reports_an_example_that_cannot_be_parsed(good: Path, name: str, arguments: list[str]) -> None:
    (good / "examples/broken.py").write_text('"""Broken"""\n\n# %% Break\nprint(1\n')
    result = glossary(good, "run", name, *arguments)
    if (name, arguments) == ("by_heart", ["--here"]):
        assert result.returncode == 0
    else:
        assert result.returncode == 1
        assert "examples/broken.py:4:6: error[example-syntax]" in result.stderr


ODD = {
    "no docstring": "print(1)\n",
    "markup": '"""A ``loaf`` of <b>bread</b> and {{ flour"""\nprint(1)\n',
    "no title": '"""\n=====\n-----\n"""\nprint(1)\n',
    "not Python": '"""Broken"""\nprint(1\n',
    "a need that does not exist": '# /// script\n# [tool.glossary]\n# needs = ["gone"]\n# ///\n"""Odd"""\nprint(1)\n',
}
NEEDS_ODD = '# /// script\n# [tool.glossary]\n# needs = ["odd"]\n# ///\n"""Needs an odd one"""\nprint(1)\n'


def test_an_example_with_errors_does_not_keep_others_from_running(good: Path) -> None:
    """The other example runs the first time, and its results are used from then on."""
    (good / "examples/dependent.py").write_text(NEEDS_ODD)
    origins = []
    for odd in ODD.values():
        (good / "examples/odd.py").write_text(odd)
        result = glossary(good, "run", "--runs", "auto", "--format", "json")
        ran = {each["example"]: each["origin"] for each in json.loads(result.stdout)["examples"]}
        origins.append(ran["by_heart"])
        assert ("examples/odd.py" in result.stdout) == (result.returncode == 1), odd
        assert (result.returncode == 1) is not bool({"odd", "dependent"} & ran.keys()), odd
    assert origins == ["executed"] + ["stored"] * (len(ODD) - 1)


def test_the_help_for_an_unknown_example_names_only_similar_ones(good: Path) -> None:
    similar, other = (glossary(good, "run", name).stderr for name in ("by_hart", "zzz"))
    assert 'no example "by_hart"; did you mean by_heart?' in similar
    assert 'no example "zzz"; `glossary run --explain` lists them' in other


def test_run_without_axes_reports_them_as_missing(good: Path) -> None:
    (good / "concepts/_axes.yml").unlink()
    result = glossary(good, "run", "by_heart", "--accept")
    assert result.returncode == 1
    assert "error[missing-axes]" in result.stderr


def test_run_lists_the_new_records(good: Path) -> None:
    ran = glossary(good, "run", "by_heart", "--runs", "auto", "--accept")
    frozen = glossary(good, "run", "by_heart", "--runs", "frozen", "--accept")
    assert ran.stdout.splitlines()[-1] == "by_heart: recorded"
    assert frozen.stdout.splitlines()[-1] == "by_heart: nothing to record"


def test_jobs_limits_the_runs_at_a_time(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[object] = []
    monkeypatch.setattr("executable_glossary.cli.run.RunProgress", lambda: events.append)
    glossary(good, "run", "--runs", "auto", "--jobs", "1")
    starts = [event.outcome is None for event in events if isinstance(event, RunEvent)]
    assert starts == [True, False] * 2
    refused = glossary(good, "run", "--jobs", "0")
    assert (refused.returncode, "--jobs" in refused.stderr) == (2, True)


def test_run_explain_lists_what_would_run_and_runs_nothing(good: Path) -> None:
    result = glossary(good, "run", "--runs", "auto", "--explain")
    assert result.returncode == 0
    assert "\n2 runs" in result.stdout
    assert not (good / ".glossary").exists()


@pytest.mark.parametrize(
    "options",
    [["--seed", "0"], ["--seed", "0", "--explain"], ["--explain", "--here"], ["--explain", "--accept"]],
)
def test_conflicting_options_are_incorrect_usage(good: Path, options: list[str]) -> None:
    result = glossary(good, "run", "by_heart", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert "Error: --" in result.stderr
    assert not (good / ".glossary").exists()


def test_a_seed_in_the_environment_is_no_conflict(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEED", "1")
    assert "\n2 runs" in glossary(good, "run", "--runs", "auto", "--explain").stdout


def test_run_shows_drift_in_a_table_and_accept_records_it(good: Path) -> None:
    record = good / "examples/recorded/by_heart.json"
    text = record.read_text()
    value = re.search(r'"rule\.unseen": ([\d.]+)', text)
    assert value
    record.write_text(text.replace(value[0], '"rule.unseen": 0.5', 1))
    drifted = glossary(good, "run", "--runs", "auto")
    assert re.search(r"^by_heart +0  rule\.unseen +0\.5", drifted.stdout, re.MULTILINE)
    result = json.loads(glossary(good, "run", "--runs", "auto", "--format", "json").stdout)
    assert result["examples"][0]["drifts"][0]["recorded"] == 0.5
    accepted = glossary(good, "run", "--runs", "auto", "--strict", "--accept")
    assert f"  rule.unseen (seed 0): 0.5 → {value[1]}" in accepted.stdout
    assert "metric-drifted" not in accepted.stderr
    assert accepted.returncode == 0
    assert "reproduced" in glossary(good, "run", "--runs", "auto").stdout


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


def test_an_example_run_by_hand_receives_the_artifacts_of_its_seed(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(good)
    (good / "examples/egg.py").write_text(EGG)
    (good / "examples/hen.py").write_text(HEN)
    assert "4 4" in glossary(good, "run", "hen", "--runs", "auto", "--here").stdout
    assert "3 3" in glossary(good, "run", "hen", "--runs", "auto", "--here", "--seed", "3").stdout
    result = glossary(good, "run", "hen", "--runs", "auto", "--here", "--seed", "5")
    assert (result.returncode, "use one of 4, 3" in result.stderr) == (2, True)


FISHING = '''# /// script
# [tool.glossary]
# cache = ["lake"]
# ///
"""Fishing"""
metrics = {"fish": len(open("lake/fish.txt").read().split())}
print(metrics)
'''


LAKE = "site_name: Lake\ntheme: {name: material}\ndocs_dir: concepts\nplugins:\n  - glossary:\n      caches: {lake: !ENV [LAKE, '']}\n"


def test_an_example_without_its_cache_is_skipped_unless_strict(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (good / "examples/fishing.py").write_text(FISHING)
    (good / "mkdocs.yml").write_text(LAKE)
    result = glossary(good, "run", "fishing")
    assert (result.returncode, result.stdout) == (
        0,
        "fishing: skipped (the cache lake is not configured)\n",
    )
    for command in ("run", "build"):
        result = glossary(good, command, "--strict-examples")
        assert (result.returncode, "fishing.py:3:3: error[example-skipped]" in result.stderr) == (1, True)
    result = glossary(good, "run", "fishing", "--here")
    assert (result.returncode, "`caches` in mkdocs.yml" in result.stderr) == (2, True)
    (good / "lake").mkdir()
    (good / "lake/fish.txt").write_text("pike perch")
    monkeypatch.setenv("LAKE", str(good / "lake"))
    result = glossary(good, "run", "fishing", "--strict-examples")
    assert (result.returncode, result.stdout) == (0, "fishing: 1 run, executed\n")


SECRET = """# /// script
# [tool.glossary]
# env = ["SECRET_TOKEN"]
# ///
'Secret'
import os
print(os.environ.get("SECRET_TOKEN", "nothing"))
"""


def test_a_stranger_s_example_receives_no_variable(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (good / "examples/secret.py").write_text(SECRET)
    monkeypatch.setenv("SECRET_TOKEN", "s3cr3t")
    record = good / "examples/recorded/secret.json"
    for option, printed in (("--strict-examples", "s3cr3t"), ("--untrusted", "nothing")):
        result = glossary(good, "run", "secret", "--accept", "--runs", "auto", option)
        if "not-isolated" in result.stderr:
            pytest.skip("runs cannot be isolated here")
        assert result.returncode == 0, result.stderr
        assert json.loads(record.read_text())["outputs"][0]["text"] == [printed, ""]


def test_an_example_run_by_hand_finds_its_cache(
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
