"""Malicious examples: their attacks do not escape the isolation, and the build reports what happened."""

from __future__ import annotations

import os
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from executable_glossary.execution import ForkServerRunner, Job, Runner
from executable_glossary.execution.sandbox import isolation
from executable_glossary.execution.store_files import remove_tree
from executable_glossary.execution.untrusted_result import remove_special_files
from executable_glossary.model.project import Project
from executable_glossary.model.run import Run
from executable_glossary.stages.execute import execute
from executable_glossary.stages.execute.run_problems import run_problems
from lasting_runner import LastingRunner
from test_forkserver_runner import example, ran
from test_isolation import KINDS, RUNNERS, had

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="isolation needs Linux")
FORKED = RUNNERS[
    1
]  # This runner starts runs in a tenth of the time. test_forkserver_runner.py checks that its runs are the same.
each_runner = pytest.mark.parametrize("runner", RUNNERS, ids=KINDS)

# Ends a run with its own result: the example wrote its content.
FORGED = """
import json, os
told = {{"cells": [{{"value": "", "value_is_html": False, "figures": {figures}, "missing": []}}], "failure": None, "warnings": [],
        "opened": [], "loaded": [], "mapped": [], "written": [], "modules": [], "peak_memory": 1, "metrics": {metrics}, "rejected": {{}}, "captions": {{}}}}
open(".run/result.json", "w").write({said})
{more}
os._exit(0)
"""
PICTURE = '{"name": "a", "label": "", "still": "", "file": "FILE", "width": 9, "height": 9}'


def forged(figures: str = "[]", metrics: str = "{}", said: str = "json.dumps(told)", more: str = "") -> str:
    return FORGED.format(figures=figures, metrics=metrics, said=said, more=more)


def built(tmp_path: Path, code: str, runner: Runner = FORKED, **settings: object) -> tuple[Run, list[str]]:
    """The run, stored as in a build, and the codes of its problems."""
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
        forged(said="json.dumps({**told, 'cells': [{**told['cells'][0], 'value': 'x' * 5_000_000}]})"),
    ],
)
def test_an_implausible_result_is_rejected(tmp_path: Path, code: str) -> None:
    run = ran(FORKED, tmp_path, code)
    assert (run.outcome, run.metrics, run.figures) == ("killed", {}, ())
    assert "exited with code 0" in run.message or run.message == "its results are not valid"


def test_a_pipe_in_the_place_of_the_result_is_not_read(tmp_path: Path) -> None:
    """As without a result, the run ended its own process, as scripts do."""
    code = forged(metrics="{'a': 1}", more="os.remove('.run/result.json'); os.mkfifo('.run/result.json')")
    assert (ran(FORKED, tmp_path, code).metrics, ran(FORKED, tmp_path / "again", code).figures) == ({}, ())


@each_runner
def test_a_run_cannot_forge_its_outcome(runner: Runner, tmp_path: Path) -> None:
    code = """open('.run/ended.json', 'w').write('{"code": 0, "reason": null}')\nwhile True: pass"""
    run = ran(runner, tmp_path, code, timeout=1)
    assert (run.outcome, run.isolation.get("memory")) == ("timed out", "watched")


@pytest.mark.parametrize("number", [33, 34, 36, 64])
def test_a_run_killed_by_any_signal_is_reported(tmp_path: Path, number: int) -> None:
    run, codes = built(tmp_path, f"import os\nos.kill(os.getpid(), {number})\nos._exit(1)")
    assert (run.outcome, codes) == ("killed", ["example-killed"])
    assert "signal" in run.message


LINES = ["1", "0", "999999999", "-1", "9" * 5000, "\u0663"]


@pytest.mark.parametrize("line", LINES)
def test_a_forged_stack_is_reported(tmp_path: Path, line: str) -> None:
    stack = f'Current thread\n  File "{{__file__}}", line {line} in f\n'
    code = f"import os\nopen('.run/stack', 'w').write({stack!r}.format(__file__=__file__))\nos._exit(1)"
    run, codes = built(tmp_path, code)
    assert (run.outcome, codes) == ("killed", ["example-killed"])


@pytest.mark.parametrize("line", LINES[:5])
def test_a_forged_failure_is_reported(tmp_path: Path, line: str) -> None:
    failure = f'{{"message": "x", "line": {line}, "memory": false}}'
    run, codes = built(tmp_path, forged(said=f"json.dumps(told).replace('null', {failure!r}, 1)"))
    assert run.outcome in ("raised", "killed")
    assert len(codes) == 1


@pytest.mark.parametrize("peak", ["-1", "10**19", "10**400", "10**5000", "float('nan')", "1e400"])
def test_an_impossible_peak_of_memory_is_rejected(tmp_path: Path, peak: str) -> None:
    said = "json.dumps(told).replace('\"peak_memory\": 1', '\"peak_memory\": ' + number)"
    setting = f"import sys; sys.set_int_max_str_digits(0); number = str({peak})\n"
    run, codes = built(tmp_path, setting + forged(said=said))
    assert (run.outcome, codes) == ("killed", ["example-killed"])
    assert 0 <= run.peak_memory < 10**12


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


@pytest.mark.parametrize("name", ["cell", "0.out", "0.err", "stack", "result.json", "before.err"])
def test_huge_files_among_the_results_take_no_memory(tmp_path: Path, name: str) -> None:
    code = f"import os\nwith open('.run/{name}', 'wb') as f: f.truncate(2_000_000_000)\nos._exit(1)"
    assert peak_of(lambda: ran(FORKED, tmp_path, code)) < 200_000_000


def test_a_huge_picture_is_not_published(tmp_path: Path) -> None:
    figures = f"[{PICTURE.replace('FILE', '0-1.png')}]"
    picture = "open('.run/0-1.png', 'wb').write(b'\\x89PNG\\r\\n\\x1a\\n'); os.truncate('.run/0-1.png', {})"
    assert len(ran(FORKED, tmp_path, forged(figures=figures, more=picture.format(10**6))).figures) == 1
    large = forged(figures=figures, more=picture.format(10**9))
    assert ran(FORKED, tmp_path / "large", large).figures == ()


def test_a_huge_output_is_stored_in_little_memory(tmp_path: Path) -> None:
    code = "with open('w.bin', 'wb') as f: f.truncate(400_000_000)"
    assert peak_of(lambda: built(tmp_path, code, outputs=["w.bin"])) < 100_000_000


def peak_of(work: Callable[[], object]) -> int:
    """The largest number of bytes that this process allocated during the work."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_folder_that_its_owner_cannot_change_hides_no_link(tmp_path: Path, secret: Path) -> None:
    """Root could change it all the same, so the files are removed in a process that may do no more than their owner."""
    folder, private = tmp_path / "work", tmp_path / "work" / ".run"
    for mode in (0o555, 0o311, 0):
        private.mkdir(parents=True)
        for link in (private / "0.out", private / "stack", folder / "weights.npy"):
            link.symlink_to(secret)
        private.chmod(mode)
        folder.chmod(mode)
        assert as_owner(lambda: remove_special_files(folder, private, ["weights.npy"])) == 0
        assert [path.name for path in folder.rglob("*")] == [".run"]
        folder.chmod(0o555)
        assert as_owner(lambda: remove_tree(folder)) == 0
        assert not folder.exists()


def as_owner(work: Callable[[], object]) -> int:
    """Do the work in a child without the privileges of root. Returns its exit code, which is 0 if nothing was raised."""
    if (child := os.fork()) == 0:
        try:
            isolation._drop_privileges(0)
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


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


def test_deeply_nested_folders_are_removed_before_a_run_begins_again(tmp_path: Path) -> None:
    """A run can itself ask for a new process."""
    code = """
import os
os.path.exists('.run') and open('.run/new-process', 'w').close()
top = os.getcwd()
for _ in range(1100):
    os.mkdir('a')
    os.chdir('a')
os.chdir(top)
"""
    runner = ForkServerRunner((), trace=False)
    assert built(tmp_path, code, runner)[0].outcome == "passed"
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


def test_an_endless_mapping_of_metrics_is_rejected(tmp_path: Path) -> None:
    run = ran(FORKED, tmp_path, "metrics = {}\nmetrics['a'] = metrics")
    assert (run.metrics, run.rejected) == ({}, {"a": "it contains itself"})


@pytest.fixture(scope="module")
def plotting() -> Iterator[Runner]:
    """A fork server that has already imported Matplotlib, because the import takes longer than any of these runs."""
    pytest.importorskip("matplotlib")
    runner = LastingRunner(("matplotlib.pyplot",))
    yield runner
    runner.end()


@had("files", "refused")
@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil", "a/b", "a b", "con.png", "<script>", "x" * 300])
def test_a_figure_has_a_valid_file_name(tmp_path: Path, plotting: Runner, name: str) -> None:
    run, codes = built(
        tmp_path,
        f"import matplotlib.pyplot as plt\nplt.figure({name!r})\nfigures = {{{name!r}: {{'alt': 'a'}}}}",
        plotting,
    )
    assert (run.outcome, codes) == ("passed", ["figure-name"])
