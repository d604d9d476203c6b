"""Templates: the project's own override the packaged ones, and a mistake in a template is reported to its author."""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import PACKAGED


def templates(root: Path, **files: str) -> Templates:
    """The templates of a project in `root`; `why="..."` stands for blocks/why.md.j2."""
    folder = root / "templates"
    (folder / "blocks").mkdir(parents=True)
    for name, text in files.items():
        (folder / "blocks" / f"{name}.md.j2").write_text(text, "utf-8")
    return Templates(folder, root)


def render(environment: Templates, name: str = "why", **values: object) -> str:
    return environment.render(f"blocks/{name}.md.j2", **values)


def fault(environment: Templates, name: str = "why", **values: object) -> Problem:
    with pytest.raises(TemplateFault) as raised:
        render(environment, name, **values)
    return raised.value.problem


def test_a_template_receives_the_values_of_its_page(tmp_path: Path) -> None:
    assert render(templates(tmp_path, why="Of {{ concept }}."), concept="dropout") == "Of dropout."


def test_every_template_has_the_provided_filters_and_functions(tmp_path: Path) -> None:
    environment = templates(tmp_path, why="{{ 'x' | loud }} {{ twice('y') }}")
    environment.provide({"loud": str.upper}, {"twice": lambda text: text * 2})
    assert render(environment) == "X yy"


def test_text_is_markdown_and_not_escaped(tmp_path: Path) -> None:
    assert render(templates(tmp_path, why="{{ text }}"), text="a < b & c") == "a < b & c"


def test_lines_with_only_statements_leave_no_empty_lines(tmp_path: Path) -> None:
    environment = templates(tmp_path, why="one\n  {% if true %}\ntwo\n  {% endif %}\nthree\n")
    assert render(environment) == "one\ntwo\nthree\n"


def test_templates_are_listed_by_the_name_used_to_include_them(tmp_path: Path) -> None:
    environment = templates(tmp_path, why="", how="")
    (tmp_path / "templates" / "blocks" / "notes.txt").write_text("no template")
    assert {"blocks/why.md.j2", "blocks/how.md.j2"} <= environment.names()
    assert not any(name.endswith(".txt") for name in environment.names())


def test_temporary_files_of_editors_are_not_templates(tmp_path: Path) -> None:
    environment = templates(tmp_path, why="", **{".how": "{% if"})
    # Emacs creates such a link to record who edits the file.
    (tmp_path / "templates/blocks/.#why.md.j2").symlink_to("somebody@somewhere.123")
    assert not any("/." in name for name in environment.names())
    assert list(environment.problems()) == []


def test_without_a_folder_only_packaged_templates_exist(tmp_path: Path) -> None:
    packaged = {path.relative_to(PACKAGED).as_posix() for path in PACKAGED.rglob("*.j2")}
    assert Templates(tmp_path / "nowhere", tmp_path).names() == packaged


# Mistakes


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ missing }}", "'missing' is undefined"),
        ("{{ page.missing }}", "has no attribute 'missing'"),
        ("{{ 'x' | nofilter }}", "No filter named 'nofilter'"),
        ("{% if %}", "Expected an expression"),
        ("{% endfor %}", "unknown tag 'endfor'"),
        ("{% include 'nothing.md.j2' %}", 'there is no template "nothing.md.j2"'),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ 'a' + 1 }}", "TypeError"),
        ("{% for part in 3 %}{% endfor %}", "not iterable"),
        ("{{ twice(1, 2) }}", "takes 1 positional argument but 2 were given"),
    ],
)
def test_a_mistake_is_reported_with_its_file_and_line(tmp_path: Path, source: str, said: str) -> None:
    environment = templates(tmp_path, why=f"one\n{source}\n")
    environment.provide({}, {"twice": lambda text: text * 2})
    problem = fault(environment, page=tmp_path)
    assert (str(problem.place), problem.code) == ("templates/blocks/why.md.j2:2", "template-error")
    assert said in problem.message
    assert problem.help


def test_a_mistake_in_an_included_template_is_reported_there(tmp_path: Path) -> None:
    environment = templates(tmp_path, why="{% include 'blocks/_part.md.j2' %}", _part="\n\n{{ missing }}")
    assert str(fault(environment).place) == "templates/blocks/_part.md.j2:3"


def test_a_wrong_line_in_an_included_template_is_reported_there(tmp_path: Path) -> None:
    environment = templates(tmp_path, why="{% include 'blocks/_part.md.j2' %}", _part="\n{% if %}")
    assert str(fault(environment).place) == "templates/blocks/_part.md.j2:2"


def test_a_missing_template_is_reported_by_name(tmp_path: Path) -> None:
    problem = fault(templates(tmp_path), "wherefore")
    assert problem.message == 'there is no template "blocks/wherefore.md.j2"'
    assert str(problem.place) == "templates/blocks/wherefore.md.j2"


def test_a_template_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    environment = templates(tmp_path)
    (tmp_path / "templates" / "blocks" / "why.md.j2").write_bytes(b"caf\xe9")
    problem = fault(environment)
    assert str(problem.place) == "templates/blocks/why.md.j2"
    assert "utf-8" in problem.message


def test_no_message_reveals_the_location_of_the_project(tmp_path: Path) -> None:
    for source in ("{% include 'nothing.md.j2' %}", "{{ missing }}", "{% if %}"):
        problem = fault(templates(tmp_path / source[3:6].strip(), why=source))
        assert str(tmp_path) not in problem.message + problem.place.path


def test_an_exception_in_our_function_is_our_bug_and_not_a_problem(tmp_path: Path) -> None:
    environment = templates(tmp_path, why="{{ broken() }}")
    environment.provide({}, {"broken": lambda: {}["nothing"]})
    with pytest.raises(KeyError, match="nothing"):
        render(environment)


def test_a_conditionally_included_template_is_checked_in_advance(tmp_path: Path) -> None:
    """Otherwise, it would be reported only when a page includes the template, long after the author's edit."""
    source = 'Text\n{% if rarely %}{% include "blocks/_poem.md.j2" %}{% endif %}\n'
    (problem,) = templates(tmp_path, why=source).problems()
    assert (problem.place.path, problem.place.line) == ("templates/blocks/why.md.j2", 2)
    assert problem.message == 'there is no template "blocks/_poem.md.j2"'


@pytest.mark.parametrize(
    "source",
    [
        '{% include "blocks/_prose.md.j2" %}',
        '{% include "blocks/_poem.md.j2" ignore missing %}',
        '{% include "blocks/" ~ kind ~ ".md.j2" %}',
        '{% include ["blocks/_poem.md.j2", "blocks/_prose.md.j2"] %}',
        '{% extends "formats/_frame.md.j2" %}',
    ],
)
def test_existing_and_not_yet_known_templates_are_no_problem(tmp_path: Path, source: str) -> None:
    assert list(templates(tmp_path, why=source).problems()) == []
