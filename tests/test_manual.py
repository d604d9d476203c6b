"""The product's manual: published on request, with working internal links, and consistent with the program."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from case_outcome import built_in
from executable_glossary.adapters.schema_tables import field_tables
from executable_glossary.app.manual import with_manual
from executable_glossary.app.rule_index import prose_rules
from executable_glossary.cli import cli
from executable_glossary.cli.commands import describe
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.manual import CommandLine, Leaf
from executable_glossary.model.page import Document
from executable_glossary.model.project import Project, ProjectSettings
from executable_glossary.stages.render.manual_pages import as_markdown
from glossaries import REPOSITORY, glossary, lay_out


def manual_of(folder: Path, published: bool = True) -> Build:
    project = Project(root=folder, settings=ProjectSettings(manual=published))
    return with_manual(project, built_in(folder, SubprocessRunner()), lambda: describe(cli))


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The manual next to a small glossary, keyed by path."""
    built = manual_of(lay_out(tmp_path_factory.mktemp("manual") / "glossary", {}))
    return {each.path: _text(each) for each in built.documents if each.path.startswith("docs/")}


def _text(document: Document) -> str:
    assert isinstance(document.content, str)
    return document.content


@cache
def sources() -> tuple[str, ...]:
    folder = REPOSITORY / "templates"
    return tuple(path.relative_to(folder).as_posix() for path in (folder / "docs").rglob("[!_]*.md*"))


def test_it_is_published_only_on_request(tmp_path: Path) -> None:
    built = manual_of(lay_out(tmp_path / "glossary", {}), published=False)
    assert built.documents
    assert not [each for each in built.documents if each.path.startswith("docs/")]


def test_the_commands_are_not_collected_without_the_manual(tmp_path: Path) -> None:
    def never() -> CommandLine:
        raise AssertionError

    built = with_manual(Project(root=tmp_path), Build(), never)
    assert built == Build()


def test_every_source_and_every_prose_rule_is_a_page(pages: dict[str, str]) -> None:
    rules = {f"docs/rules/{code}.md" for code in prose_rules()}
    assert {Leaf(source, "").path for source in {*sources(), *rules}} == set(pages)


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("docs/index.md", "docs/index.md"),
        ("docs/trust.md", "docs/trust/index.md"),
        ("docs/reference/entry.md.j2", "docs/reference/entry/index.md"),
    ],
)
def test_each_page_has_its_own_folder(source: str, path: str) -> None:
    assert Leaf(source, "").path == path


def test_the_contents_link_to_every_page(pages: dict[str, str]) -> None:
    linked = {f"docs/{link}" for link in _links(pages["docs/index.md"])}
    rules = {f"docs/rules/{link.removeprefix('../')}" for link in _links(pages["docs/rules/index.md"])}
    assert {*linked, *rules, "docs/index.md"} >= set(pages)


def test_every_link_between_pages_has_a_target(pages: dict[str, str]) -> None:
    broken = [
        f"{path}: {link}"
        for path, text in pages.items()
        for link in _links(text)
        if not _leads(pages, path, link)
    ]
    assert broken == []


def _links(text: str) -> list[str]:
    without_code = re.sub(r"`[^`\n]*`", "", text)
    return re.findall(r"\]\(((?!https?:)[^)\s#]+)(?:#[^)]*)?\)", without_code)


def _leads(pages: dict[str, str], path: str, link: str) -> bool:
    """A target within the manual is one of its pages; any other target is a page that every site has."""
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / link).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    landing = "/".join(parts)
    return landing in pages or landing in {"evidence/index.md", "coverage/index.md"}


def test_a_page_has_breadcrumbs_and_links_to_its_neighbors(pages: dict[str, str]) -> None:
    text = pages["docs/explanation/trust/index.md"]
    assert "[Documentation](../../index.md) · Explanation" in text
    assert "[How evidence works](../evidence/index.md)" in text
    assert "[Trust]" not in text


def test_every_page_begins_with_a_title_and_its_purpose(pages: dict[str, str]) -> None:
    for path, text in pages.items():
        title, description = re.findall(r'^(?:title|description): "(.+)"$', text, re.MULTILINE)
        assert title, path
        assert 20 < len(description) < 300, path


def test_a_project_s_own_page_overrides_ours(tmp_path: Path) -> None:
    own = {"templates/docs/tutorial.md": b"# How we begin\n\nAsk the baker.\n"}
    built = manual_of(lay_out(tmp_path / "glossary", own))
    text = next(_text(each) for each in built.documents if each.path == "docs/tutorial/index.md")
    assert "Ask the baker." in text


def test_help_text_of_the_program_is_shown_as_text() -> None:
    assert as_markdown("Write concepts/<id>.yml,\n# with `<id>` | a term.") == (
        "Write concepts/&lt;id>.yml, # with `<id>` &#124; a term."
    )
    assert as_markdown("One.\n\nTwo\nlines.") == "One.\n\nTwo lines."


def test_a_page_has_one_title(pages: dict[str, str]) -> None:
    outside = (re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL) for text in pages.values())
    assert {len(re.findall(r"^# ", text, re.MULTILINE)) for text in outside} == {1}


def test_an_invalid_template_is_a_problem_and_not_a_page(tmp_path: Path) -> None:
    wrong = {"templates/docs/reference/entry.md.j2": b"# Entry\n\n{{ nothing }}\n"}
    built = manual_of(lay_out(tmp_path / "glossary", wrong))
    assert [problem.code for problem in built.problems] == ["template-error"]
    assert built.documents == ()


# The reference agrees with the program


def test_every_command_and_option_is_in_the_reference(pages: dict[str, str]) -> None:
    text = pages["docs/reference/commands/index.md"]
    for command in describe(cli).commands:
        assert f"## {command.name} {{" in text
        for option in command.options:
            assert f"<code>{option.names.replace('|', '&#124;')}</code>" in text


def test_the_plugin_receives_the_list_of_commands() -> None:
    result = glossary(REPOSITORY, "commands")
    assert CommandLine.model_validate_json(result.stdout) == describe(cli)


def test_hidden_commands_are_in_neither_the_help_nor_the_reference() -> None:
    names = {command.name for command in describe(cli).commands}
    assert {"glossary check", "glossary store gc"} <= names
    assert "glossary commands" not in names


def test_the_help_option_of_all_commands_is_described_once(pages: dict[str, str]) -> None:
    assert pages["docs/reference/commands/index.md"].count("--help</code>") == 1


def test_exit_codes_are_in_the_reference(pages: dict[str, str]) -> None:
    exits = [exit.code for exit in describe(cli).exits]
    assert exits == [0, 1, 2, 3, 130]
    assert all(f"| {code} | " in pages["docs/reference/commands/index.md"] for code in exits)


def test_every_setting_of_the_plugin_is_in_the_reference(pages: dict[str, str]) -> None:
    text = pages["docs/reference/settings/index.md"]
    assert all(f"| `{row.name}` |" in text for row in field_tables(ProjectSettings)[0].fields)


def test_every_field_has_a_description(pages: dict[str, str]) -> None:
    """This includes the files for programs: anyone who adds a field describes it in
    templates/docs/reference/data.md.j2."""
    for name in ("entry", "axes", "findings", "example", "rules", "settings", "problems", "data"):
        rows = re.findall(r"^\| \[?`.*\|$", pages[f"docs/reference/{name}/index.md"], re.MULTILINE)
        assert rows
        assert [row for row in rows if re.search(r"\|\s*\|$", row)] == []


def test_the_documented_fields_are_those_of_the_files(tmp_path: Path) -> None:
    built = manual_of(lay_out(tmp_path / "glossary", {}))
    texts = {each.path: each.content for each in built.documents}
    listed = str(texts["docs/reference/data/index.md"])
    for page in json.loads(texts["glossary.json"])["concepts"][0]["pages"]:
        assert all(f"`concepts[].pages[].{field}`" in listed for field in page)


def test_the_id_is_not_documented_as_a_key_for_authors(pages: dict[str, str]) -> None:
    first, _, _ = pages["docs/reference/entry/index.md"].partition("## Alias")
    assert "| `term` (required) |" in first
    assert "| `id`" not in first
