"""The relevant parts of mkdocs.yml are parsed without running any of its code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from executable_glossary.adapters.mkdocs_config import (
    completed,
    find_project,
    read_project,
    translated,
    unknown_settings,
    without_plugin,
)
from executable_glossary.adapters.word_catalog import english
from executable_glossary.model.example import ExampleDefaults
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project, ProjectSettings


def read(root: Path, content: str | bytes, **settings: Any) -> Project:
    project, problems = read_in(root, content, **settings)
    assert problems == ()
    assert project is not None
    return project


def read_in(root: Path, content: str | bytes, **settings: Any) -> tuple[Project | None, tuple[Problem, ...]]:
    data = content if isinstance(content, bytes) else content.encode()
    (root / "mkdocs.yml").write_bytes(data)
    return read_project(root, **settings)


# Location of the project


def test_the_project_is_the_nearest_parent_folder_with_a_mkdocs_yml(tmp_path: Path) -> None:
    inner = tmp_path / "glossary" / "concepts" / "deep"
    inner.mkdir(parents=True)
    (tmp_path / "mkdocs.yml").touch()
    assert find_project(inner) == tmp_path
    (tmp_path / "glossary" / "mkdocs.yml").touch()
    assert find_project(inner) == tmp_path / "glossary"


def test_a_folder_named_mkdocs_yml_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").touch()
    (tmp_path / "inner" / "mkdocs.yml").mkdir(parents=True)
    assert find_project(tmp_path / "inner") == tmp_path


# Its settings


@pytest.mark.parametrize(
    "content",
    [
        "site_name: Glossary\n",
        "",
        "plugins:\n  - search\n  - glossary\n",
        "plugins: [search, glossary: ]\n",
        "plugins:\n",
        "- a list\n",
    ],
)
def test_without_options_the_settings_have_their_defaults(tmp_path: Path, content: str) -> None:
    project = read(tmp_path, content)
    assert project.settings == ProjectSettings()
    assert project.root == tmp_path


@pytest.mark.parametrize(
    "content",
    [
        "plugins:\n  - search\n  - glossary:\n      concepts: words\n      strict: true\n",
        "plugins:\n  search: {}\n  glossary: {concepts: words, strict: true}\n",
    ],
    ids=["plugins in a list", "plugins as keys"],
)
def test_options_belong_to_our_plugin(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).settings == ProjectSettings(concepts="words", strict=True)


def test_command_line_options_override_the_file(tmp_path: Path) -> None:
    content = "plugins:\n  - glossary: {runs: auto, concepts: words}\n"
    settings = read(tmp_path, content, runs="frozen", strict=None).settings
    assert (settings.runs, settings.strict, settings.concepts) == ("frozen", False, "words")


def test_mkdocs_tags_are_neither_errors_nor_run(tmp_path: Path) -> None:
    witness = tmp_path / "was-run"
    content = (
        'site_url: !ENV [SITE_URL, "https://example.org/"]\n'
        "format: !!python/name:pymdownx.superfences.fence_code_format\n"
        f"evil: !!python/object/apply:pathlib.Path.touch [{witness}]\n"
        "plugins:\n  - glossary: {concepts: words}\n"
    )
    assert read(tmp_path, content).settings.concepts == "words"
    assert not witness.exists()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("!ENV LAKE", "/data/lake"),
        ("!ENV [LAKE]", "/data/lake"),
        ('!ENV [NOWHERE, LAKE, ""]', "/data/lake"),
        ('!ENV [NOWHERE, ""]', ""),
        ("!ENV NOWHERE", None),
        ("!ENV [NOWHERE]", None),
        ("/data/sea", "/data/sea"),
    ],
)
def test_a_path_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, meant: str | None
) -> None:
    monkeypatch.setenv("LAKE", "/data/lake")
    content = f"plugins:\n  - glossary:\n      caches: {{lake: {written}}}\n"
    (tmp_path / "mkdocs.yml").write_text(content)
    project, problems = read_project(tmp_path)
    assert project is not None, problems
    assert dict(project.settings.caches) == {"lake": meant}
    assert project.cache("lake") == (Path(meant) if meant else None)


# Mistakes


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("site_name: a\nplugins: [glossary}", "mkdocs.yml:2:19"),
        ("site_name: a: b", "mkdocs.yml:1:13"),
        (b"site_name: caf\xe9", "mkdocs.yml:1"),
        ("date: 2026-13-45", "mkdocs.yml:1"),
        ("site_name: x\nextra: {equals: =}\n", "mkdocs.yml:2:17"),
        ("extra: !!bool maybe", "mkdocs.yml:1"),
        ("extra: !!timestamp soon", "mkdocs.yml:1"),
    ],
    ids=["bracket", "two colons", "not UTF-8", "no such month", "equals", "no truth value", "no date"],
)
def test_a_file_that_is_not_yaml_is_a_problem(tmp_path: Path, content: str | bytes, place: str) -> None:
    project, (problem,) = read_in(tmp_path, content)
    assert project is None
    assert (str(problem.place), problem.code) == (place, "malformed-yaml")
    assert "\n" not in problem.message


@pytest.mark.parametrize(
    ("options", "help"),
    [
        ("{concept: words}", 'write "concepts"'),
        ("{runs: never}", "write runs: auto"),
        ("{strict: perhaps}", "write strict: false"),
        ("{preload: torch}", "write preload: []"),
        ("{jobs: 0}", "write jobs: 4"),
        ("{jobs: many}", "write jobs: 4"),
        ("{example_defaults: 600}", "write example_defaults: {timeout: 600}"),
    ],
)
def test_a_wrong_option_is_named_in_the_problem(tmp_path: Path, options: str, help: str) -> None:
    project, (problem,) = read_in(tmp_path, f"plugins:\n  - glossary: {options}\n")
    assert project is None
    assert problem.code == "bad-setting"
    assert options[1:].partition(":")[0] in problem.message
    assert problem.help == help


def test_an_option_is_reported_on_its_line(tmp_path: Path) -> None:
    _, (problem,) = read_in(tmp_path, "plugins:\n  - glossary:\n      concept: words\n")
    assert (str(problem.place), problem.place.length) == ("mkdocs.yml:3:7", len("concept"))


@pytest.mark.parametrize(
    ("written", "message", "help"),
    [
        ("timeout: 0", "example_defaults.timeout: must be greater than 0", "write timeout: 300"),
        ("memory: 2 GB", "example_defaults.memory: must be a valid integer", "write memory: 2048"),
        ("threads: 1.5", "example_defaults.threads: must be a valid integer", "write threads: 1"),
        ("seeds: [1]", 'example_defaults has no key "seeds"', "use one of timeout, memory, threads"),
    ],
)
def test_a_wrong_default_of_examples_is_reported_on_its_line(
    tmp_path: Path, written: str, message: str, help: str
) -> None:
    content = f"timeout: 0\nplugins:\n  - glossary:\n      example_defaults:\n        {written}\n"
    _, (problem,) = read_in(tmp_path, content)
    assert (str(problem.place), problem.message, problem.help) == ("mkdocs.yml:5:9", message, help)


def test_limits_and_defaults_of_runs(tmp_path: Path) -> None:
    options = "{jobs: 3, example_defaults: {timeout: 2.5, threads: 4}}"
    settings = read(tmp_path, f"plugins:\n  - glossary: {options}\n").settings
    assert (settings.jobs, settings.example_defaults) == (3, ExampleDefaults(timeout=2.5, threads=4))
    assert read(tmp_path, "plugins:\n  - glossary: {jobs: 3}\n", jobs="12").settings.jobs == 12
    assert read(tmp_path, "plugins:\n  - glossary:\n      jobs:\n").settings.jobs is None


def test_an_option_of_another_plugin_is_ignored(tmp_path: Path) -> None:
    content = "site_name: A strict word\nstrict: true\nplugins:\n"
    content += "  - other:\n      strict: 3\n  - glossary: {concepts: words,\n      strict: perhaps}\n"
    _, (problem,) = read_in(tmp_path, content)
    assert str(problem.place) == "mkdocs.yml:7:7"


@pytest.mark.parametrize("module", ["_shared", "lib.parts", "by_heart"])
def test_a_module_of_the_examples_cannot_be_preloaded(tmp_path: Path, module: str) -> None:
    (tmp_path / "examples" / "lib").mkdir(parents=True)
    for name in ("_shared", "by_heart"):
        (tmp_path / "examples" / f"{name}.py").touch()
    project, (problem,) = read_in(tmp_path, f"plugins:\n  - glossary: {{preload: [json, {module}]}}\n")
    assert project is None
    assert (str(problem.place), problem.place.length) == ("mkdocs.yml:2:32", len(module))
    assert f'"{module}" is a module in examples/' in problem.message


def test_an_option_from_the_command_line_has_the_location_of_the_file(tmp_path: Path) -> None:
    _, (problem,) = read_in(tmp_path, "site_name: Glossary\n", runs="never")
    assert str(problem.place) == "mkdocs.yml"


def test_all_wrong_options_are_reported_at_once(tmp_path: Path) -> None:
    _, problems = read_in(tmp_path, "plugins:\n  - glossary: {concept: words, runs: never}\n")
    assert len(problems) == 2


def test_the_site_folder_is_read_like_mkdocs_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "site_name: Terms\nsite_url: !ENV [WHERE_IT_LIES, https://example.org/terms]\n"
    (tmp_path / "mkdocs.yml").write_text(text, "utf-8")
    read_in, _ = read_project(tmp_path)
    assert read_in is not None
    assert (read_in.site.name, read_in.site.url) == ("Terms", "https://example.org/terms/")
    monkeypatch.setenv("WHERE_IT_LIES", "https://example.net/")
    read_in, _ = read_project(tmp_path)
    assert read_in is not None
    assert read_in.site.url == "https://example.net/"


@pytest.mark.parametrize(
    "content",
    [
        "plugins:\n  - search\n  - glossary\n",
        "plugins:\n  - glossary: {runs: frozen}\n",
        "plugins: {search: , glossary: }\n",
        "INHERIT: base.yml\nplugins: [search]\n",
    ],
)
def test_a_plugin_in_any_supported_syntax_is_recognized(tmp_path: Path, content: str) -> None:
    (tmp_path / "mkdocs.yml").write_text(content, "utf-8")
    assert without_plugin(tmp_path) == ()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("site_name: a\nplugins:\n  - search\n", "mkdocs.yml:2:1"),
        ("site_name: glossary\n", "mkdocs.yml"),
        ("", "mkdocs.yml"),
        ("plugins:\n", "mkdocs.yml:1:1"),
    ],
)
def test_a_missing_plugin_is_reported_where_it_belongs(tmp_path: Path, content: str, place: str) -> None:
    (tmp_path / "mkdocs.yml").write_text(content, "utf-8")
    (problem,) = without_plugin(tmp_path)
    assert (str(problem.place), problem.code) == (place, "bad-setting")


@pytest.mark.parametrize(
    ("language", "help"),
    [
        ("../../../secret", "write a language tag such as nl or pt-BR"),
        ("nl/../en", "write a language tag such as nl or pt-BR"),
        ("klingon", "write a language tag such as nl or pt-BR"),
        ("nl-BE", 'write "nl"'),
        ("PT_br", 'write "pt-BR"'),
        ('""', "write a language tag such as nl or pt-BR"),
        ("[nl]", 'write a language tag such as "nl", in quotes'),
        ("{a: b}", 'write a language tag such as "nl", in quotes'),
        ("3", 'write a language tag such as "nl", in quotes'),
        ("no", 'write a language tag such as "nl", in quotes'),
    ],
)
def test_a_language_that_the_theme_does_not_have_is_a_problem(
    tmp_path: Path, language: str, help: str
) -> None:
    text = f"site_name: A site\ntheme:\n  name: material\n  language: {language}\nplugins: [glossary]\n"
    project, (problem,) = read_in(tmp_path, text)
    assert project is None
    assert (problem.code, problem.place.path, problem.place.line) == ("bad-setting", "mkdocs.yml", 4)
    assert problem.help.startswith(help)


def test_a_language_may_be_written_with_an_underscore(tmp_path: Path) -> None:
    project, _ = read_in(tmp_path, "theme: {name: material, language: pt_BR}\n")
    assert project is not None
    assert project.site.language == "pt-BR"
    document = translated(completed({"theme": {"language": "pt_BR"}}), english())
    assert document["theme"]["language"] == "pt-BR"


def test_a_project_may_add_a_language_to_the_theme(tmp_path: Path) -> None:
    languages = tmp_path / "templates/theme/partials/languages"
    languages.mkdir(parents=True)
    (languages / "tlh.html").touch()
    project, _ = read_in(tmp_path, "theme: {name: material, language: tlh}\n")
    assert project is not None
    assert project.site.language == "tlh"


def test_a_file_that_is_nested_too_deeply_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text(f"site_name: A\nextra: {'[' * 3000}{']' * 3000}\n")
    project, problems = read_project(tmp_path)
    assert (project, [problem.message for problem in problems]) == (None, ["it is nested too deeply"])
    assert list(unknown_settings(tmp_path)) == []
