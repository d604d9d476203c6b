"""A new entry: its comments guide the author, and it is valid once the author has filled in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from executable_glossary.adapters.schema import validated
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.app.new import start
from executable_glossary.app.pipeline import prepare
from executable_glossary.model.draft import Draft, Neighbor
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project
from executable_glossary.stages.load import load
from executable_glossary.stages.new_entry import near
from glossaries import REPOSITORY, lay_out, tree

BEGUN = Draft("early-stopping", "Early stopping", see_also=(Neighbor(""),))


def opened(folder: Path, changes: Mapping[str, bytes | None] | None = None) -> tuple[Project, Glossary]:
    project = Project(root=lay_out(folder, changes or {}))
    glossary, _ = load(project)
    assert glossary is not None
    return project, glossary


def begun(folder: Path, draft: Draft = BEGUN) -> tuple[Project, str]:
    project, glossary = opened(folder)
    path, problems = start(project, glossary, draft)
    assert problems == ()
    assert path == project.concepts / f"{draft.id}.yml"
    return project, path.read_text("utf-8")


def refused(folder: Path, draft: Draft) -> list[tuple[str, str]]:
    project, glossary = opened(folder)
    before = tree(project.root)
    path, problems = start(project, glossary, draft)
    assert path is None
    assert tree(project.root) == before
    assert all(problem.help for problem in problems)
    return [(str(problem.place), problem.code) for problem in problems]


def codes(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.code, problem.message) for problem in problems]


def written(text: str) -> str:
    """The file with all the requested text filled in."""
    for key, value in {
        "meaning:": "meaning: Ending the training before the model learns its examples by heart.",
        "  - concept:": "  - concept: overfitting",
        "    relation:": "    relation: contrasts",
        "    why:": "    why: It is what an early end prevents.",
        "  definition: |": "  definition: |\n    Training ends when the error on new examples begins to grow.",
    }.items():
        assert text.count(f"\n{key}\n") == 1, key
        text = text.replace(f"\n{key}\n", f"\n{value}\n")
    return text


# Content of the file


def test_only_missing_texts_are_reported(tmp_path: Path) -> None:
    project, text = begun(tmp_path)
    problems = prepare(project).problems
    assert {problem.code for problem in problems} == {"missing-text"}
    missing = [
        "meaning",
        "see_also[1].concept",
        "see_also[1].relation",
        "see_also[1].why",
        "blocks.definition",
    ]
    assert [problem.message.removesuffix(" has no value yet") for problem in problems] == missing
    lines = text.splitlines()
    named = [re.sub(r"[\s:|-]", "", lines[problem.place.line - 1]) for problem in problems]
    assert named == ["meaning", "concept", "relation", "why", "definition"]


def test_it_is_valid_once_its_texts_are_written(tmp_path: Path) -> None:
    project, text = begun(tmp_path)
    (project.concepts / "early-stopping.yml").write_text(written(text), "utf-8")
    built = prepare(project)
    assert built.problems == ()
    assert built.plan is not None
    assert "early-stopping/" in {page.url for page in built.plan.published}


def test_everything_in_the_comments_is_valid(tmp_path: Path) -> None:
    _, text = begun(tmp_path)
    text = re.sub(r"^meaning:\n", "", written(text), flags=re.MULTILINE)
    text = re.sub(r"^meaning: .*\n", "", text, flags=re.MULTILINE)
    uncommented = re.sub(r"^( *)# (?!yaml-language)", r"\1", text, flags=re.MULTILINE)
    source, unread = read_yaml("concepts/early-stopping.yml", uncommented.encode())
    assert source is not None
    assert unread == ()
    entry, problems = validated(Entry, source, id="early-stopping")
    assert codes(problems) == []
    assert entry is not None
    optional = {"aliases", "prerequisites", "sources", "claims", "reviewed", "changes"}
    assert optional <= entry.model_fields_set
    assert {"definition", "questions"} <= set(entry.blocks)
    assert [variant.reader.rank for variant in entry.blocks[next(k for k in entry.blocks if k not in ("definition", "questions"))]] == [0, 2, 3]  # fmt: skip


def test_the_first_line_points_editors_to_the_schema(tmp_path: Path) -> None:
    _, text = begun(tmp_path)
    assert text.startswith("# yaml-language-server: $schema=_entry.schema.json\n")


def test_it_contains_the_given_values(tmp_path: Path) -> None:
    given = Draft("kd", "Knowledge: a, b", (("KD, short", "acronym"),), see_also=(Neighbor("dropout"),))
    _, text = begun(tmp_path, given)
    source, _ = read_yaml("concepts/kd.yml", text.encode())
    assert source is not None
    assert source.value["term"] == "Knowledge: a, b"
    assert source.value["aliases"] == [{"text": "KD, short", "type": "acronym"}]
    assert source.value["see_also"] == [{"concept": "dropout", "relation": None, "why": None}]


def test_it_lists_this_glossary_s_readers_blocks_and_formats(tmp_path: Path) -> None:
    _, text = begun(tmp_path)
    assert "for: {role: engineer, audience: manager}" in text
    assert "##   Article: overview\n" in text
    assert "machine learning" not in text.lower()


def test_a_project_may_have_its_own_scaffold(tmp_path: Path) -> None:
    project, glossary = opened(
        tmp_path, {"templates/entry.yml.j2": b"term: {{ draft.term | yaml }}\nmeaning:\n"}
    )
    path, _ = start(project, glossary, BEGUN)
    assert path is not None
    assert path.read_text("utf-8") == "term: Early stopping\nmeaning:\n"


def test_an_invalid_scaffold_is_reported_on_its_line(tmp_path: Path) -> None:
    project, glossary = opened(tmp_path, {"templates/entry.yml.j2": b"term: x\n{{ nobody }}\n"})
    path, problems = start(project, glossary, BEGUN)
    assert path is None
    assert [(str(problem.place), problem.code) for problem in problems] == [("templates/entry.yml.j2:2", "template-error")]  # fmt: skip
    assert not (project.concepts / "early-stopping.yml").exists()


# Rejected entries


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (Draft("dropout", "Dropout"), [("concepts/dropout.yml:1:7", "clashing-id")]),
        (Draft("other", "dropout"), [("concepts/dropout.yml:1:7", "alias-taken")]),
        (
            Draft("other", "Other", (("OVERFITTING", "form"),)),
            [("concepts/overfitting.yml:1:7", "alias-taken")],
        ),
        (Draft("search", "Search"), [("concepts/search.yml", "reserved-id")]),
        (Draft("manager", "Manager"), [("concepts/manager.yml", "clashing-id")]),
        (Draft("", "概念"), [("concepts", "bad-id")]),
        (Draft("../x", "X"), [("concepts/../x.yml", "bad-id")]),
        (Draft("bad", "Bad\udcff"), [("concepts/bad.yml", "not-plain")]),
        (Draft("aux", "Auxiliary"), [("concepts/aux.yml", "bad-name")]),
        (Draft("a" * 300, "A"), [(f"concepts/{'a' * 300}.yml", "bad-name")]),
    ],
)
def test_nothing_is_written_if_the_name_is_taken(
    tmp_path: Path, draft: Draft, expected: list[tuple[str, str]]
) -> None:
    assert refused(tmp_path, draft) == expected


def test_an_entry_that_cannot_be_parsed_is_not_overwritten(tmp_path: Path) -> None:
    project, glossary = opened(tmp_path, {"concepts/early-stopping.yml": b"term: [\n"})
    path, problems = start(project, glossary, BEGUN)
    assert path is None
    assert codes(problems) == [("clashing-id", 'the concept "early-stopping" already has an entry')]
    assert (project.concepts / "early-stopping.yml").read_bytes() == b"term: [\n"


# Suggested related concepts


def test_concepts_with_the_same_words_are_suggested() -> None:
    glossary, _ = load(Project(root=REPOSITORY))
    assert glossary is not None
    assert near(glossary, Draft("rate", "Learning rate schedule"))[0] == "learning-rate"
    assert "transfer-learning" in near(glossary, Draft("x", "Transfer"))


def test_without_similar_concepts_the_most_linked_are_suggested(tmp_path: Path) -> None:
    _, glossary = opened(tmp_path)
    assert set(near(glossary, Draft("x", "Quux"))) == {"dropout", "overfitting"}
