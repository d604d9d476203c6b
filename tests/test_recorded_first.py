"""The site with the recorded results, which `glossary build` shows until the examples have run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.recorded_first import shows_recorded_first
from executable_glossary.execution import SubprocessRunner
from glossaries import change, glossary, glossary_process, lay_out, own_glossary_without_manual, tree
from patience import PATIENCE, eventually

SLEEPER = '# /// script\n# [tool.glossary]\n# seeds = [0]\n# ///\n"Sleeper"\nimport time\ntime.sleep(600)\n'
FRESH = '# /// script\n# [tool.glossary]\n# seeds = [0]\n# ///\n"Fresh"\nmetrics = {"share": 0.25}\n'
SHOWN = "site/ shows the recorded results until the examples have run\nTo read it now: python3 -m http.server"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "project", {})


def with_site(root: Path, origin: str | None) -> Path:
    """Writes the data of a site with two results, the second of which has the given origin; None writes no site."""
    if origin:
        (root / "site").mkdir()
        runs = [{"origin": "recorded"}, {"origin": origin}]
        (root / "site/runs.json").write_text(json.dumps({"runs": runs}))
    return root / "site"


@pytest.mark.parametrize(
    ("seconds", "origin", "settings", "wanted", "shows"),
    [
        (15, None, {}, None, True),
        (14, None, {}, None, False),
        (0.1, None, {}, True, True),
        (15, None, {}, False, False),
        (15, "recorded", {}, None, True),
        (15, "executed", {}, None, False),
        (15, "executed", {}, True, True),
        (15, None, {"strict": True}, None, False),
        (15, None, {"strict": True}, True, True),
        (15, None, {"runs": "frozen"}, True, False),
        (15, None, {"runs": "refresh"}, None, True),
    ],
)
def test_only_a_long_first_build_shows_the_records(
    root: Path, seconds: float, origin: str | None, settings: dict[str, Any], wanted: bool | None, shows: bool
) -> None:
    """`by_heart` has two runs."""
    change(root / "examples/recorded/by_heart.json", '"seconds": 0.1', f'"seconds": {seconds}')
    project, _ = read_project(root, **{"runs": "auto", **settings})
    assert project is not None
    assert shows_recorded_first(project, with_site(root, origin), SubprocessRunner(), wanted) is shows


def test_nothing_is_shown_first_without_a_record_or_an_example_that_can_run(root: Path) -> None:
    project, _ = read_project(root, runs="auto")
    assert project is not None
    (root / "examples/recorded/by_heart.json").unlink()
    assert not shows_recorded_first(project, root / "site", SubprocessRunner(), True)
    for source in ("print(\n", None):
        (root / "examples/by_heart.py").write_text(source) if source else (
            root / "examples/by_heart.py"
        ).unlink()
        assert not shows_recorded_first(project, root / "site", SubprocessRunner(), True)


def origins(root: Path) -> dict[str, str]:
    runs = json.loads((root / "site/runs.json").read_bytes())["runs"]
    return {run["example"]: run["origin"] for run in runs}


def test_an_interrupted_build_keeps_the_recorded_site_and_what_ran(tmp_path: Path) -> None:
    root = own_glossary_without_manual(tmp_path / "project")
    (root / "examples/sleeper.py").write_text(SLEEPER)
    command = [sys.executable, "-m", "executable_glossary", "-C", str(root), "build", "--recorded-first"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as build:
        assert eventually(lambda: len(list(root.glob(".glossary/runs/*/*.json"))) == 2)
        shown = tree(root / "site")
        build.send_signal(signal.SIGINT)
        stdout, stderr = build.communicate(timeout=PATIENCE)
    assert (build.returncode, "Traceback" in stderr) == (130, False)
    assert stdout.startswith(SHOWN)
    assert "by_heart: passed after" in stderr
    assert "interrupted: site/ still shows the recorded results" in stderr
    assert tree(root / "site") == shown
    assert origins(root) == {"by_heart": "recorded", "sleeper": "none"}
    assert not list(root.glob(".site.*"))
    # The next build would not build the same recorded site again.
    assert "site/ is up to date" in glossary_process(root, "build", "--runs", "frozen").stdout
    # What needs new results is not shown first, and their absence is not reported.
    (root / "examples/sleeper.py").unlink()
    (root / "examples/fresh.py").write_text(FRESH)
    copyfile(root / "examples/recorded/by_heart.json", root / "examples/recorded/fresh.json")
    change(root / "concepts/dropout.yml", "the same chance", "a chance of {{ fresh.share | percent }}")
    continued = glossary(root, "build", "--recorded-first")
    assert (continued.returncode, continued.stdout) == (0, "built site/\n"), continued.stderr
    assert ("building the site with the recorded" in continued.stderr) is not bool(os.environ.get("CI"))
    assert "by_heart: " not in continued.stderr
    assert origins(root) == {"by_heart": "executed", "fresh": "executed"}
