"""Templates: the project's own before the packaged ones, and a mistake in one is its author's problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import PACKAGED


def templates(root: Path, **files: str) -> Templates:
    """Templates of a project in `root`; `why="..."` is blocks/why.md.j2."""
    folder = root / "templates"
    (folder / "blocks").mkdir(parents=True)
    for name, text in files.items():
        (folder / "blocks" / f"{name}.md.j2").write_text(text, "utf-8")
    return Templates(folder, root)


def render(found: Templates, name: str = "why", **values: object) -> str:
    return found.render(f"blocks/{name}.md.j2", **values)


def fault(found: Templates, name: str = "why", **values: object) -> Problem:
    with pytest.raises(TemplateFault) as raised:
        render(found, name, **values)
    return raised.value.problem


def test_a_template_gets_the_values_of_its_page(tmp_path: Path) -> None:
    assert render(templates(tmp_path, why="Of {{ concept }}."), concept="dropout") == "Of dropout."


def test_every_template_gets_the_filters_and_functions_that_are_provided(tmp_path: Path) -> None:
    found = templates(tmp_path, why="{{ 'x' | loud }} {{ twice('y') }}")
    found.provide({"loud": str.upper}, {"twice": lambda text: text * 2})
    assert render(found) == "X yy"


def test_text_is_markdown_and_not_escaped(tmp_path: Path) -> None:
    assert render(templates(tmp_path, why="{{ text }}"), text="a < b & c") == "a < b & c"


def test_lines_that_only_decide_leave_no_empty_lines(tmp_path: Path) -> None:
    found = templates(tmp_path, why="one\n  {% if true %}\ntwo\n  {% endif %}\nthree\n")
    assert render(found) == "one\ntwo\nthree\n"


def test_templates_are_named_as_they_are_included(tmp_path: Path) -> None:
    found = templates(tmp_path, why="", how="")
    (tmp_path / "templates" / "blocks" / "notes.txt").write_text("no template")
    assert {"blocks/why.md.j2", "blocks/how.md.j2"} <= found.names()
    assert not any(name.endswith(".txt") for name in found.names())


def test_what_an_editor_leaves_while_a_template_is_open_is_none(tmp_path: Path) -> None:
    found = templates(tmp_path, why="", **{".how": "{% if"})
    # So Emacs says who writes at it.
    (tmp_path / "templates/blocks/.#why.md.j2").symlink_to("somebody@somewhere.123")
    assert not any("/." in name for name in found.names())
    assert list(found.problems()) == []


def test_without_a_folder_there_are_only_the_packaged_templates(tmp_path: Path) -> None:
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
def test_a_mistake_is_told_with_its_file_and_line(tmp_path: Path, source: str, said: str) -> None:
    found = templates(tmp_path, why=f"one\n{source}\n")
    found.provide({}, {"twice": lambda text: text * 2})
    problem = fault(found, page=tmp_path)
    assert (str(problem.place), problem.code) == ("templates/blocks/why.md.j2:2", "template-error")
    assert said in problem.message
    assert problem.help


def test_a_mistake_in_an_included_template_stands_there(tmp_path: Path) -> None:
    found = templates(tmp_path, why="{% include 'blocks/_part.md.j2' %}", _part="\n\n{{ missing }}")
    assert str(fault(found).place) == "templates/blocks/_part.md.j2:3"


def test_a_wrong_line_in_an_included_template_stands_there(tmp_path: Path) -> None:
    found = templates(tmp_path, why="{% include 'blocks/_part.md.j2' %}", _part="\n{% if %}")
    assert str(fault(found).place) == "templates/blocks/_part.md.j2:2"


def test_a_template_that_is_missing_is_told_by_its_name(tmp_path: Path) -> None:
    problem = fault(templates(tmp_path), "wherefore")
    assert problem.message == 'there is no template "blocks/wherefore.md.j2"'
    assert str(problem.place) == "templates/blocks/wherefore.md.j2"


def test_a_template_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    found = templates(tmp_path)
    (tmp_path / "templates" / "blocks" / "why.md.j2").write_bytes(b"caf\xe9")
    problem = fault(found)
    assert str(problem.place) == "templates/blocks/why.md.j2"
    assert "utf-8" in problem.message


def test_no_message_tells_where_the_project_lies(tmp_path: Path) -> None:
    for source in ("{% include 'nothing.md.j2' %}", "{{ missing }}", "{% if %}"):
        problem = fault(templates(tmp_path / source[3:6].strip(), why=source))
        assert str(tmp_path) not in problem.message + problem.place.path


def test_what_a_function_of_ours_raises_is_our_bug_and_no_problem_of_the_author(tmp_path: Path) -> None:
    found = templates(tmp_path, why="{{ broken() }}")
    found.provide({}, {"broken": lambda: {}["nothing"]})
    with pytest.raises(KeyError, match="nothing"):
        render(found)


def test_a_template_that_is_wanted_only_now_and_then_is_missed_before(tmp_path: Path) -> None:
    """Else the page that wants it would be the first to tell, long after the author looked elsewhere."""
    source = 'Text\n{% if rarely %}{% include "blocks/_poem.md.j2" %}{% endif %}\n'
    (found,) = templates(tmp_path, why=source).problems()
    assert (found.place.path, found.place.line) == ("templates/blocks/why.md.j2", 2)
    assert found.message == 'there is no template "blocks/_poem.md.j2"'


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
def test_what_is_there_or_not_known_yet_is_no_problem(tmp_path: Path, source: str) -> None:
    assert list(templates(tmp_path, why=source).problems()) == []
