"""The packaged text mentions no subject, so it works for a glossary on any subject."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from case_outcome import built_in
from executable_glossary.app.init import first_glossary
from executable_glossary.app.tables.problem_list import as_text
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.glossary import DERIVED
from executable_glossary.model.project import PACKAGED
from glossaries import REPOSITORY
from source_files import SOURCES, nodes_of, relative

OF_MACHINE_LEARNING = re.compile(
    r"machine.learning|neural|\bml\b|\btrain(?:s|ed|ing)?\b|fine-?tun|pre-?train|\blora\b|dropout|overfit"
    r"|\baccuracy\b|learning rate|\bepochs?\b|torch|\bflowers?\b",
    re.IGNORECASE,
)


def packaged() -> Iterator[tuple[str, str]]:
    """All packaged text except licenses, which others wrote, and text that needs a subject: the starter glossary, and
    the manual, which shows this glossary."""
    for path in sorted(PACKAGED.rglob("*")):
        name = path.relative_to(PACKAGED).as_posix()
        foreign = name.startswith(("start/", "docs/")) or "LICENSE" in name
        if path.suffix in {".j2", ".html", ".js", ".css", ".yml"} and not foreign:
            yield name, path.read_text("utf-8")


TEXTS = tuple(packaged())


def strings_of(path: Path) -> Iterator[str]:
    """The strings of a module, except docstrings, which an author or a reader may see."""
    bare = {id(node.value) for node in nodes_of(path) if isinstance(node, ast.Expr)}
    for node in nodes_of(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def readers() -> list[str]:
    axes = yaml.safe_load((REPOSITORY / "concepts" / "_axes.yml").read_text("utf-8"))
    return [reader["id"] for kind in ("roles", "audiences") for reader in axes[kind]]


def test_no_default_mentions_machine_learning() -> None:
    assert TEXTS
    assert [(name, found) for name, text in TEXTS if (found := OF_MACHINE_LEARNING.findall(text))] == []


def test_no_template_or_script_mentions_our_readers() -> None:
    reader_names = re.compile(rf"\b(?:{'|'.join(readers())})\b", re.IGNORECASE)
    # Word lists may contain any words.
    assert {
        name: reader_names.findall(text)
        for name, text in TEXTS
        if not name.startswith("rules/") and reader_names.search(text)
    } == {}


def test_no_message_mentions_machine_learning() -> None:
    assert [
        (relative(path), text)
        for path in SOURCES
        for text in strings_of(path)
        if OF_MACHINE_LEARNING.search(text)
    ] == []


@pytest.mark.parametrize("text", ["Fine-tuning", "it was trained", "ML engineer", "the accuracy of it"])
def test_such_words_are_detected(text: str) -> None:
    assert OF_MACHINE_LEARNING.search(text)


@pytest.mark.parametrize("kind", sorted(DERIVED - {"role-sections"}))
def test_every_derived_section_has_a_template(kind: str) -> None:
    assert (PACKAGED / f"blocks/{kind}.md.j2").is_file()


# A glossary on another subject


def laid_out(folder: Path, changes: Mapping[str, tuple[str, str]], without: tuple[str, ...] = ()) -> Path:
    """The first glossary in `folder`. changes: replacements for each file. without: files to leave out."""
    for document in first_glossary(None, "executable-glossary==0"):
        if document.path in without:
            continue
        path, text = folder / document.path, str(document.content)
        path.parent.mkdir(parents=True, exist_ok=True)
        old, new = changes.get(document.path, ("", ""))
        assert old in text
        path.write_text(text.replace(old, new) if old else text, "utf-8")
    return folder


def pages_of(folder: Path) -> Mapping[str, str]:
    built = built_in(folder, SubprocessRunner(), runs="frozen", strict=True)
    assert not built.problems, as_text(built.problems)
    return {document.path: str(document.content) for document in built.documents}


def test_formats_may_have_other_ids_and_urls(tmp_path: Path) -> None:
    root = laid_out(tmp_path, {})
    axes = root / "concepts/_axes.yml"
    text = axes.read_text("utf-8").replace("- id: entry\n", "- id: leaf\n")
    head, asked = text.split("- id: questions\n")
    axes.write_text(head + "- id: talk\n" + asked.replace('path: ""', "path: asked"), "utf-8")
    (root / "templates/formats").mkdir()
    for name in ("leaf", "talk"):
        (root / f"templates/formats/{name}.md.j2").write_text('{% extends "formats/_frame.md.j2" %}\n')
    pages = pages_of(root)
    assert {"beating/index.md", "beating/asked/skipper/guest/index.md"} <= pages.keys()
    assert "(asked/skipper/guest/index.md)" in pages["beating/index.md"]
    assert "`/<concept>/asked/<role>/<audience>/`" in pages["llms.txt"]
    assert "Roles: skipper, navigator" in pages["llms.txt"]


def test_a_template_of_the_project_overrides_one_packaged_template(tmp_path: Path) -> None:
    root = laid_out(tmp_path, {})
    before = pages_of(root)
    (root / "templates/blocks/how.md.j2").write_text("Ask the skipper.\n")
    after = pages_of(root)
    assert "Ask the skipper." in after["header/index.md"]
    changed = {path for path in before if path.endswith(".md") and before[path] != after[path]}
    assert changed == {"header/index.md", "layline/index.md", "tack/index.md"}


WITHOUT_RUNS = ("concepts/beating.yml", "examples/shifts.py", "examples/recorded/shifts.json")


@pytest.fixture
def silent(tmp_path: Path) -> Mapping[str, str]:
    """The pages of a glossary in which nothing runs and no page is for a particular reader."""
    prerequisite = "  - {concept: beating, because: Tacks are the corners of the zigzag.}"
    root = laid_out(
        tmp_path,
        {
            "concepts/tack.yml": (
                "; in our simulated races, we set it to {{ shifts.tack_seconds | words }} seconds",
                "",
            ),
            "concepts/layline.yml": ("concept: beating", "concept: header"),
        },
        without=WITHOUT_RUNS,
    )
    tack = root / "concepts/tack.yml"
    tack.write_text(tack.read_text("utf-8").replace(f"prerequisites:\n{prerequisite}\n", ""), "utf-8")
    return pages_of(root)


def test_a_glossary_without_runs_promises_no_evidence(silent: Mapping[str, str]) -> None:
    home = silent["index.md"]
    assert "# A Small Sailing Glossary" in home
    assert "How a boat gets to a place upwind" in home
    assert not re.search(r"proof|claim|number|specialist|examples that ran", home)
    assert "Examples that ran" not in silent["llms.txt"]


@pytest.mark.parametrize("path", ["examples/index.md", "runs/index.md"])
def test_its_run_pages_say_so_and_have_no_empty_table(silent: Mapping[str, str], path: str) -> None:
    assert "There are no examples yet" in silent[path]
    assert "|--" not in silent[path]
