"""Mistakes in a project's own theme templates."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from mkdocs.exceptions import Abort

from executable_glossary.mkdocs_plugin.theme_errors import report_theme_errors

BASE = "<p>{% block content %}{% endblock %}</p>{% include 'footer.html' %}"
FAULTS = {
    "undefined": (
        "main.html",
        "\n{{ page.title }}",
        "main.html:2: error[template-error]: 'page' is undefined",
    ),
    "syntax": ("main.html", "\n\n{% if %}", "main.html:3: error[template-error]: Expected an expression"),
    "include": (
        "main.html",
        "{% include 'gone.html' %}",
        "main.html:1: error[template-error]: 'gone.html' not found\n",
    ),
    "in-block": (
        "main.html",
        "{% extends 'base.html' %}\n{% block content %}\n{{ 1 / 0 }}{% endblock %}",
        "main.html:3: error[template-error]: division by zero",
    ),
    "included": ("footer.html", "\n{{ a b }}", "footer.html:2: error[template-error]: expected token"),
}


def environment(root: Path, files: dict[str, str]) -> Environment:
    for folder in ("own", "theme"):
        (root / folder).mkdir()
    (root / "theme/base.html").write_text(BASE)
    (root / "theme/footer.html").write_text("end")
    (root / "theme/main.html").write_text("{% extends 'base.html' %}")
    for name, text in files.items():
        (root / name).write_text(text)
    env = Environment(loader=FileSystemLoader([root / "own", root / "theme"]))
    report_theme_errors(env, root, root / "own")
    return env


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake_is_reported_with_its_file_and_line(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, text, message = FAULTS[fault]
    with pytest.raises(Abort, match="nothing was built"):
        environment(tmp_path, {f"own/{file}": text}).get_template("main.html").render()
    printed = capsys.readouterr().err
    assert f"own/{message}" in printed
    assert str(tmp_path) not in printed
    assert printed.count("error[") == 1


def test_a_good_template_renders(tmp_path: Path) -> None:
    text = "{% extends 'base.html' %}{% block content %}hello{% endblock %}"
    assert (
        environment(tmp_path, {"own/main.html": text}).get_template("main.html").render() == "<p>hello</p>end"
    )


def test_an_error_inside_the_theme_itself_is_left_to_mkdocs(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        environment(tmp_path, {"theme/footer.html": "{{ 1 / 0 }}"}).get_template("main.html").render()
