"""Malicious examples: their attacks stay within the isolation, and the build reports what happened."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from executable_glossary.execution import ForkServerRunner, Job, Runner
from executable_glossary.model.project import Project
from executable_glossary.model.run import Run
from executable_glossary.stages.execute import execute
from executable_glossary.stages.execute.run_problems import run_problems
from test_forkserver_runner import example, ran
from test_isolation import KINDS, RUNNERS, had

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="isolation needs Linux")
FORKED = RUNNERS[
    1
]  # Starts in a tenth of the time; test_forkserver_runner.py checks that its runs are the same.
each_runner = pytest.mark.parametrize("runner", RUNNERS, ids=KINDS)

# Ends a run with its own result: the example wrote its content.
FORGED = """
import json, os
told = {{"cells": [{{"value": "", "value_is_html": False, "figures": {figures}}}], "failure": None, "warnings": [],
        "opened": [], "loaded": [], "mapped": [], "written": [], "modules": [], "peak_memory": 1, "metrics": {metrics}, "rejected": {{}}, "captions": {{}}}}
open(".run/result.json", "w").write({said})
{more}
os._exit(0)
"""
PICTURE = '{"name": "a", "file": "FILE", "width": 9, "height": 9}'


def forged(figures: str = "[]", metrics: str = "{}", said: str = "json.dumps(told)", more: str = "") -> str:
    return FORGED.format(figures=figures, metrics=metrics, said=said, more=more)


def built(tmp_path: Path, code: str, runner: Runner = FORKED, **settings: object) -> tuple[Run, list[str]]:
    """The run as a build sees it, saved in a store, and the codes of its problems."""
    job_example = example(tmp_path / "project", code, **settings)
    evidence, problems = execute([job_example], Project(root=tmp_path / "project"), runner, "auto")
    assert all(problem.place.path and problem.help for problem in problems)
    return evidence["one"].runs[0], [problem.code for problem in problems]


def laid_up(tmp_path: Path) -> str:
    """Everything in the store."""
    files = (tmp_path / "project" / ".glossary").rglob("*")
    return "".join(file.read_text("latin-1") for file in files if file.is_file() and not file.is_symlink())


# Forged results


def test_a_valid_forged_result_is_accepted(tmp_path: Path) -> None:
    assert ran(FORKED, tmp_path, forged(metrics="{'a.b': 1}")).metrics == {"a.b": 1}


@pytest.mark.parametrize(
    "code",
    [
        forged(said="'[]'"),
        forged(said="'[' * 100_000"),
        forged(said="'{\"cells\": 1}'"),
        forged(metrics="{'a b': 1}"),
        forged(metrics="{'`<script>': 1}"),
        forged(metrics="{'a': float('nan')}"),
        forged(metrics="{'a': 10**400}"),
        forged(metrics="{'a': 'b'}"),
        forged(figures=f"[{PICTURE.replace('FILE', '../../../etc/passwd')}]"),
        forged(figures=f"[{PICTURE.replace('FILE', '/etc/passwd')}]"),
        forged(figures=f"[{PICTURE.replace('9', '-9').replace('FILE', '0-1.png')}]"),
        forged(more="os.truncate('.run/result.json', 10**9)"),
        forged(more="os.remove('.run/result.json'); os.mkfifo('.run/result.json')"),
    ],
)
def test_an_implausible_result_is_rejected(tmp_path: Path, code: str) -> None:
    run = ran(FORKED, tmp_path, code)
    assert (run.outcome, run.metrics, run.figures) == ("killed", {}, ())
    assert "exited with code 0" in run.message


@each_runner
def test_a_run_cannot_forge_its_outcome(runner: Runner, tmp_path: Path) -> None:
    code = """open('.run/ended.json', 'w').write('{"code": 0, "reason": null}')\nwhile True: pass"""
    run = ran(runner, tmp_path, code, timeout=1)
    assert (run.outcome, run.isolation.get("memory")) == ("timed out", "watched")


# Links and pipes


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("hush-hush")
    return tmp_path / "secret"


def test_a_link_in_place_of_an_output_is_ignored(tmp_path: Path, secret: Path) -> None:
    code = f"import os\nos.symlink({str(secret)!r}, 'weights.npy')\nmetrics = {{'x': 1}}"
    run, codes = built(tmp_path, code, outputs=["weights.npy"])
    assert (run.artifacts, codes) == ({}, ["output-missing"])
    assert "hush-hush" not in laid_up(tmp_path)


def test_a_pipe_in_place_of_an_output_does_not_block(tmp_path: Path) -> None:
    run, codes = built(tmp_path, "import os\nos.mkfifo('weights.npy')", outputs=["weights.npy"])
    assert (run.artifacts, codes) == ({}, ["output-missing"])


@pytest.mark.parametrize("name", ["0-1.png", "0.out", "stack", "result.json"])
def test_a_link_among_the_result_files_is_not_followed(tmp_path: Path, secret: Path, name: str) -> None:
    figures = f"[{PICTURE.replace('FILE', '0-1.png')}]"
    link = f"import contextlib\nwith contextlib.suppress(OSError): os.remove('.run/{name}')\nos.symlink({str(secret)!r}, '.run/{name}')"
    run, _ = built(tmp_path, forged(figures=figures, more=link))
    assert run.figures == ()
    assert "hush-hush" not in f"{run}{laid_up(tmp_path)}"


@pytest.mark.parametrize("name", ["0.out", "0.err", "stack", "cell"])
def test_a_pipe_among_the_result_files_does_not_block(tmp_path: Path, name: str) -> None:
    pipe = f"import contextlib\nwith contextlib.suppress(OSError): os.remove('.run/{name}')\nos.mkfifo('.run/{name}')"
    assert ran(FORKED, tmp_path, forged(more=pipe)).outcome in ("passed", "killed")


def test_the_result_folder_cannot_be_a_link(tmp_path: Path, secret: Path) -> None:
    (tmp_path / "0.out").write_text("hush-hush")
    code = f"import os\nos.rename('.run', 'away')\nos.symlink({str(tmp_path)!r}, '.run')\nos._exit(0)"
    run, codes = built(tmp_path, code)
    assert (run.outcome, run.outputs, codes) == ("killed", (), ["example-killed"])


def test_an_invalid_picture_is_not_a_figure(tmp_path: Path) -> None:
    write = "open('.run/0-1.png', 'w').write('<svg onload=alert(1)>')"
    run = ran(FORKED, tmp_path, forged(figures=f"[{PICTURE.replace('FILE', '0-1.png')}]", more=write))
    assert (run.outcome, run.figures) == ("passed", ())


# Cleaning up


def test_deeply_nested_folders_are_removed(tmp_path: Path) -> None:
    code = "import os\nfor _ in range(3000):\n    os.mkdir('a' * 20)\n    os.chdir('a' * 20)\nprint('deep')"
    # The supervisor can no longer determine the run's folder, so the example is stopped for exceeding a limit.
    assert built(tmp_path, code)[1] == ["example-raised"]
    assert list((tmp_path / "project" / ".glossary" / "work").iterdir()) == []


def test_inaccessible_folders_are_removed(tmp_path: Path) -> None:
    run, _ = built(tmp_path, "import os\nos.makedirs('a/b')\nos.chmod('a', 0)\nmetrics = {'x': 1}")
    assert run.outcome == "passed"
    assert list((tmp_path / "project" / ".glossary" / "work").iterdir()) == []


# Output and metrics


def test_invalid_characters_are_replaced(tmp_path: Path) -> None:
    code = (
        "class A:\n    def _repr_html_(self): return '<p>\\ud800</p>'\nraise ValueError('\\udfff\\x1b[31m')"
    )
    run = ran(FORKED, tmp_path, code)
    run.message.encode()
    shown = ran(FORKED, tmp_path, "class A:\n    def _repr_html_(self): return '<p>\\ud800</p>'\nA()")
    assert shown.outputs[0].value == "<p>?</p>"


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ("{'a': float('nan')}", "not a finite number"),
        ("{'a': float('-inf')}", "not a finite number"),
        ("{'a': 10**400}", "larger than 1e+100"),
        ("{'a': -1e200}", "larger than 1e+100"),
        ("{'<script>': 1}", "not a name"),
        ("{'a.b': {'std': 1}}", "the name of a statistic"),
        ("{'__class__': 1}", "not a name"),
        ("{'x' * 300: 1}", "longer than 200"),
        ("{'a': '[x](javascript:alert(1))'}", "is not a number"),
        ("[1, 2]", "is not a dict of numbers"),
    ],
)
def test_invalid_metrics_are_rejected(tmp_path: Path, metrics: str, reason: str) -> None:
    job_example = example(tmp_path / "project", f"metrics = {metrics}")
    folder = tmp_path / "work"
    folder.mkdir()
    run = FORKED.run(Job(job_example, 0, tmp_path / "project"), folder)
    (problem,) = run_problems(job_example, (run,))
    assert (problem.code, run.metrics) == ("metric", {})
    assert reason in problem.message


def test_an_endless_mapping_of_metrics_is_a_failure_of_the_example(tmp_path: Path) -> None:
    run = ran(FORKED, tmp_path, "metrics = {}\nmetrics['a'] = metrics")
    assert run.outcome != "passed"


@pytest.fixture(scope="module")
def plotting() -> Iterator[Runner]:
    """A fork server that has imported Matplotlib, which takes longer than any of these runs."""
    pytest.importorskip("matplotlib")
    runner = ForkServerRunner(("matplotlib.pyplot",))
    yield runner
    runner.close()


@had("files", "refused")
@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil", "a/b", "a b", "con.png", "<script>", "x" * 300])
def test_a_figure_has_a_valid_file_name(tmp_path: Path, plotting: Runner, name: str) -> None:
    run, codes = built(
        tmp_path,
        f"import matplotlib.pyplot as plt\nplt.figure({name!r})\nfigures = {{{name!r}: {{'alt': 'a'}}}}",
        plotting,
    )
    assert (run.outcome, codes) == ("passed", ["figure-name"])
