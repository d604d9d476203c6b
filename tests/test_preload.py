"""Modules that the fork server imports by default: those that at least two of the upcoming runs import."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from executable_glossary.execution import ForkServerRunner, Job, forkserver_runner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.execution.preload import common_modules
from executable_glossary.model.example import Example
from executable_glossary.model.project import Project, ProjectSettings
from executable_glossary.model.run import Run
from executable_glossary.stages.execute import execute

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="runs are forked only on Linux")
IS_PRELOADED = "import sys\nprint('yaml' in sys.modules)\n"


def example(name: str, code: str, settings: str = "") -> Example:
    text = f'# /// script\n# [tool.glossary]\n# {settings}\n# ///\n"""Title"""\n{code}\n'
    found, problems = read_example(f"examples/{name}.py", text)
    assert found is not None, problems
    return found


def preloaded(root: Path, *codes: str, beside: Mapping[str, str] | None = None) -> tuple[str, ...]:
    for name, code in (beside or {}).items():
        (root / "examples" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "examples" / name).write_text(code)
    return common_modules(root, [example(f"e{number}", code) for number, code in enumerate(codes)])


def test_modules_of_two_runs_are_preloaded_most_frequent_first(tmp_path: Path) -> None:
    codes = ("import yaml, click", "import click", "import click, yaml, markdown", "x = 1")
    assert preloaded(tmp_path, *codes) == ("click", "yaml")


def test_every_seed_is_a_run(tmp_path: Path) -> None:
    one = example("one", "import yaml")
    assert common_modules(tmp_path, [one]) == ()
    assert common_modules(tmp_path, [one, one]) == ("yaml",)


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import markdown.extensions.toc as toc", ("markdown.extensions.toc",)),
        (
            "from markdown.extensions import toc, Extension",
            ("markdown.extensions", "markdown.extensions.toc"),
        ),
        ("from yaml import safe_load", ("yaml",)),
        ("from yaml import *", ("yaml",)),
        ("try:\n    import yaml\nexcept ImportError:\n    yaml = None", ("yaml",)),
        ("def f():\n    import yaml", ()),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import yaml", ()),
        ("import json, decimal, no_such_module", ()),
        ("import pip.__main__\nfrom markdown import __main__", ("markdown",)),
    ],
)
def test_modules_are_those_of_the_import_statements(
    tmp_path: Path, code: str, modules: tuple[str, ...]
) -> None:
    assert preloaded(tmp_path, code, code) == modules


def test_modules_in_an_editable_checkout_are_not_preloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "own_library.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "checkout")
    code = "import own_library, executable_glossary.model, yaml"
    editable = not str(forkserver_runner.__file__).startswith(sys.prefix)
    assert ("executable_glossary.model" in preloaded(tmp_path, code, code)) is not editable
    assert "own_library" not in preloaded(tmp_path, code, code)


def test_modules_beside_the_examples_are_not_preloaded_but_what_they_import_is(tmp_path: Path) -> None:
    beside = {
        "_shared.py": "import _below\ndef f():\n    import markdown\n",
        "_below.py": "import click, _shared\n",
        "parts/__init__.py": "from . import one\n",
        "parts/one.py": "import jinja2\n",
        "yaml.py": "x = 1\n",
        "_broken.py": "import (\n",
    }
    code = "import _shared, parts.one, yaml, _broken"
    assert preloaded(tmp_path, code, code, beside=beside) == ("jinja2", "click")


def output(runner: ForkServerRunner, root: Path, run: Example, place: str = "first") -> str:
    return ran(runner, root, run, place).outputs[0].text.strip()


def ran(runner: ForkServerRunner, root: Path, run: Example, place: str) -> Run:
    (root / "examples").mkdir(parents=True, exist_ok=True)
    (root / run.path).write_text(run.source)
    folder = root / "work" / place
    folder.mkdir(parents=True)
    return runner.run(Job(run, 0, root), folder)


@linux_only
@pytest.mark.parametrize(
    ("modules", "settings", "expected"),
    [
        (None, ("", ""), "True"),
        (None, ("isolated = true", ""), "False"),
        (None, ("threads = 2", ""), "False"),
        ((), ("", ""), "False"),
        (("click",), ("", ""), "False"),
    ],
)
def test_only_runs_that_can_be_forked_count_and_a_configured_list_takes_precedence(
    tmp_path: Path, modules: tuple[str, ...] | None, settings: tuple[str, str], expected: str
) -> None:
    runner = ForkServerRunner(modules)
    runner.expect(tmp_path, [example("user", "import yaml", each) for each in settings])
    assert output(runner, tmp_path, example("probe", IS_PRELOADED)) == expected
    runner.close()


@linux_only
def test_a_module_that_cannot_be_imported_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed import can leave parts of a package behind, so the fork server starts again without it."""
    monkeypatch.setattr(forkserver_runner, "common_modules", lambda *_: ("no_such_module", "yaml"))
    runner = ForkServerRunner(None)
    runner.expect(tmp_path, ())
    assert output(runner, tmp_path, example("probe", IS_PRELOADED)) == "True"
    assert runner._modules == ("yaml",)
    runner.close()


@linux_only
def test_a_module_that_never_finishes_importing_does_not_block_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forkserver_runner, "sandbox_command", lambda *_: ("sleep", "600"))
    monkeypatch.setattr(forkserver_runner, "IMPORT_TIMEOUT", 0.2)
    runner = ForkServerRunner(("yaml",))
    assert output(runner, tmp_path, example("probe", IS_PRELOADED)) == "False"
    runner.close()


@linux_only
def test_a_build_preloads_what_its_runs_import(tmp_path: Path) -> None:
    """The third example is forked from the process that has imported the modules that the first two need."""
    sources = {"one": "import yaml", "two": "import yaml", "probe": IS_PRELOADED}
    (tmp_path / "examples").mkdir()
    examples = [example(name, code) for name, code in sources.items()]
    for each in examples:
        (tmp_path / each.path).write_text(each.source)
    project = Project(root=tmp_path)
    evidence, problems = execute(examples, project, ForkServerRunner(project.preload), "auto")
    assert problems == ()
    assert evidence["probe"].runs[0].outputs[0].text == "True\n"
    assert evidence["probe"].runs[0].versions == {}
    assert set(evidence["one"].runs[0].versions) == {"PyYAML"}
    # Nothing is preloaded for a single run.
    examples[2] = example("probe", f"{IS_PRELOADED}# changed")
    evidence, _ = execute(examples, project, ForkServerRunner(project.preload), "auto")
    assert [evidence[name].origin for name in sources] == ["stored", "stored", "executed"]
    assert evidence["probe"].runs[0].outputs[0].text == "False\n"


@pytest.mark.parametrize(
    ("settings", "modules"),
    [
        ({}, None),
        ({"preload": []}, ()),
        ({"preload": ["yaml"]}, ("yaml",)),
        ({"untrusted": True}, ()),
        ({"untrusted": True, "preload": ["yaml"]}, ("yaml",)),
    ],
)
def test_untrusted_examples_do_not_choose_modules(
    settings: Mapping[str, object], modules: tuple[str, ...] | None
) -> None:
    """The fork server would import these modules without isolation."""
    assert Project(root=Path(), settings=ProjectSettings.model_validate(settings)).preload == modules


# A run uses a preloaded module only if it would itself import the same file

VENDORED = "import sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).parent / 'vendor'))\n"
OWN = "print(getattr(click, 'value', 'installed'))\n"
FINDER = """
import importlib.util, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        place = __file__.replace('probe.py', 'vendor/click/__init__.py')
        return importlib.util.spec_from_file_location(name, place) if name == 'click' else None
sys.meta_path.insert(0, Finder())
import click
"""
# Each script, the files beside it, and what it prints.
ELSEWHERE: Mapping[str, tuple[str, str, str]] = {
    "a copy that the script puts first": (f"{VENDORED}import click\n{OWN}", "vendor/click/__init__.py", "1"),
    "a copy of a part": (f"{VENDORED}from click import *\nimport click\n{OWN}", "vendor/click.py", "1"),
    "by name": (
        f"{VENDORED}import importlib\nclick = importlib.import_module('click.core' and 'click')\n{OWN}",
        "vendor/click/__init__.py",
        "1",
    ),
    "a module beside the script": (f"import click\n{OWN}", "click.py", "1"),
    "what a preloaded package imports": (
        f"{VENDORED}import jinja2\nprint(getattr(jinja2.filters.Markup, 'own', 'installed'))",
        "vendor/markupsafe/__init__.py",
        "True",
    ),
    "one of Python's modules": (
        f"{VENDORED}import wave as click\n{OWN}",
        "vendor/wave.py",
        "1",
    ),
    "in a function, after a fork": (
        f"{VENDORED}import os\ndef work():\n    import click\n    {OWN}"
        "if os.fork() == 0:\n    work()\n    sys.stdout.flush()\n    os._exit(0)\nos.wait()",
        "vendor/click/__init__.py",
        "1",
    ),
    "a finder of the script": (FINDER + OWN, "vendor/click/__init__.py", "1"),
    "a package with compiled code": (
        f"{VENDORED}import yaml as click\n{OWN}",
        "vendor/yaml/__init__.py",
        "1",
    ),
    "a folder that is not a package": (
        f"{VENDORED}import click\n{OWN}",
        "vendor/click/notes.txt",
        "installed",
    ),
    "a folder that comes last": (
        f"{VENDORED}sys.path.append(sys.path.pop(0))\nimport click\n{OWN}",
        "vendor/click/__init__.py",
        "installed",
    ),
    "already imported": (
        f"import click\n{VENDORED}import click\n{OWN}",
        "vendor/click/__init__.py",
        "installed",
    ),
}
MARKUP = (
    "class Markup(str): own = True\ndef escape(s): return s\nsoft_str = str\nclass EscapeFormatter: pass\n"
)


@pytest.fixture(scope="module")
def holding() -> Iterator[ForkServerRunner]:
    runner = ForkServerRunner(("click", "jinja2", "wave", "yaml"))
    yield runner
    runner.close()


@linux_only
@pytest.mark.parametrize("kind", ELSEWHERE)
def test_a_run_imports_what_it_would_import_by_hand(
    holding: ForkServerRunner, tmp_path: Path, kind: str
) -> None:
    code, beside, expected = ELSEWHERE[kind]
    (tmp_path / "examples" / beside).parent.mkdir(parents=True)
    (tmp_path / "examples" / beside).write_text(MARKUP if "markupsafe" in beside else "value = 1\n")
    assert output(holding, tmp_path, example("probe", code)) == expected
    # The next run of the same example does not try again.
    assert output(holding, tmp_path, example("probe", code), "second") == expected


@linux_only
def test_a_module_that_appears_in_front_of_a_preloaded_one_counts(
    holding: ForkServerRunner, tmp_path: Path
) -> None:
    run = ran(holding, tmp_path, example("probe", f"import click\n{OWN}"), "work")
    assert "click.py" in run.reads.absent["examples"]


@linux_only
def test_a_readable_folder_takes_precedence_over_preloaded_modules(tmp_path: Path) -> None:
    (tmp_path / "src" / "click").mkdir(parents=True)
    (tmp_path / "src" / "click" / "__init__.py").write_text("value = 1\n")
    (tmp_path / "examples").mkdir()
    examples = [example(name, f"import click, yaml\n{OWN}") for name in ("one", "two")]
    for each in examples:
        (tmp_path / each.path).write_text(each.source)
    project = Project(root=tmp_path, settings=ProjectSettings(readable=("src",)))
    evidence, problems = execute(examples, project, ForkServerRunner(project.preload), "auto")
    assert problems == ()
    assert [evidence[name].runs[0].outputs[0].text for name in ("one", "two")] == ["1\n", "1\n"]
    assert "src/click/__init__.py" in evidence["one"].runs[0].files
