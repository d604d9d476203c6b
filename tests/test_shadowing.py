"""`shadowing-name`: which files in the examples folder shadow a module, and which code is known to need the module."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.axes import Axes
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.stages.check import shadowing


def found(
    examples: Mapping[str, str], modules: Mapping[str, str] | None = None, dependencies: str = ""
) -> tuple[Problem, ...]:
    head = f"# /// script\n# dependencies = [{dependencies}]\n# ///\n"
    read = {}
    for name, code in examples.items():
        example, problems = read_example(f"examples/{name}.py", f'{head}"""Title"""\n{code}\n')
        assert example is not None, problems
        read[name] = example
    contents = {f"examples/{path}": code.encode() for path, code in (modules or {}).items()}
    axes = Axes.model_construct(roles=(), audiences=(), formats=())
    return tuple(shadowing.problems(Glossary(axes, {}, read, modules=contents)))


def severities(*problems: Problem) -> list[tuple[str, str]]:
    return [(problem.place.path.removeprefix("examples/"), problem.severity) for problem in problems]


def test_a_module_of_python_that_an_example_imports_is_an_error() -> None:
    (problem,) = found({"statistics": "x = 1", "usual": "\nimport statistics"})
    assert (problem.code, problem.severity) == ("shadowing-name", "error")
    assert str(problem.place) == "examples/statistics.py"
    assert "which usual.py imports on line 6" in problem.message
    assert "statistics_example.py" in problem.help


@pytest.mark.parametrize(
    "code",
    [
        "import random.x",
        "from random import random",
        "def f():\n    import random",
        "try:\n    import random\nexcept ImportError:\n    pass",
        "import json, statistics",
    ],
)
def test_every_import_counts_also_one_by_python_itself(code: str) -> None:
    assert severities(*found({"random": "x = 1", "usual": code})) == [("random.py", "error")]


def test_an_example_that_imports_itself_is_an_error() -> None:
    assert severities(*found({"random": "import random"})) == [("random.py", "error")]


@pytest.mark.parametrize("code", ["x = 'import random'", "from .random import x", "import random_walk"])
def test_without_an_import_a_module_of_python_is_a_warning(code: str) -> None:
    (problem,) = found({"random": "x = 1", "usual": code})
    assert severities(problem) == [("random.py", "warning")]
    assert "a package that needs the module would import this file" in problem.message


def test_shared_modules_and_packages_count_and_import() -> None:
    modules = {
        "_csv.py": "",
        "wave/__init__.py": "",
        "_shared.py": "import wave, csv",
        "queue/part.py": "",
        "parts/random.py": "",
    }
    problems = found({"usual": "import _shared, random, queue"}, modules)
    assert severities(*problems) == [("_csv.py", "error"), ("wave", "error")]
    assert [problem.help.partition(",")[2] for problem in problems] == [
        ' for example to "_shared_csv.py", and change the name where it is imported',
        ' for example to "shared_wave", and change the name where it is imported',
    ]


def test_a_module_of_an_imported_package_is_an_error() -> None:
    assert severities(*found({"yaml": "x = 1", "usual": "import yaml"})) == [("yaml.py", "error")]


def test_a_module_that_an_imported_package_requires_is_an_error() -> None:
    """Material for MkDocs requires MkDocs, which requires click."""
    (problem,) = found({"click": "x = 1", "usual": "import material"})
    assert severities(problem) == [("click.py", "error")]
    assert "which the package mkdocs needs" in problem.message
    assert severities(*found({"click": "x = 1"}, dependencies='"Jinja2", "mkdocs"')) == [
        ("click.py", "error")
    ]


def test_a_declared_package_counts_where_it_is_not_installed() -> None:
    examples = {"no_such_thing": "x = 1", "usual": "import no_such_thing"}
    assert severities(*found(examples, dependencies='"no_such_thing"')) == [("no_such_thing.py", "error")]
    assert found(examples) == ()


def test_an_installed_package_that_nothing_imports_does_not_count() -> None:
    assert found({"click": "x = 1", "yaml": "x = 1", "usual": "import json"}) == ()


def test_without_examples_there_is_nothing_to_hide() -> None:
    assert found({}, {"random.py": ""}) == ()


def test_an_examples_folder_on_the_path_of_python_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "examples/_own_folder").mkdir(parents=True)
    (tmp_path / "examples/_own_folder/__init__.py").write_text("")
    (tmp_path / "examples/_own_helpers.py").write_text("x = 1")
    monkeypatch.syspath_prepend(str(tmp_path / "examples"))
    modules = {"_own_helpers.py": "x = 1", "_own_folder/__init__.py": ""}
    assert found({"usual": "import _own_helpers, _own_folder"}, modules) == ()
