"""Coverage for each reader: gaps, deliberate omissions, and the missing pages that most links would lead to."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import build, prepare
from executable_glossary.app.tables.coverage_table import coverage_as_markdown, coverage_as_text
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.coverage import Coverage, Status, VariantCoverage, matrices, reader_name
from executable_glossary.model.page import Page, PageKey
from executable_glossary.stages.coverage import survey
from executable_glossary.stages.render.coverage_page import coverage_as_json
from glossaries import REPOSITORY, lay_out
from repository_glossary import repository_build

DROPOUT = """
term: Dropout
meaning: Switching units off at random while a network learns.
see_also:
  - {concept: overfitting, relation: contrasts, why: It is what dropout works against.}
blocks:
  definition: In each step of training, every unit is left out with the same chance.
  questions:
    - for: {role: engineer, audience: manager}
      questions:
        - question: What does it cost us?
          answer: Some more steps of training, a setting to choose, and nothing once the model answers.
    - for: {role: engineer, audience: student}
      questions:
        - {question: Why does it help?, answer: 'No unit can rely on one other, so each learns what is of use.'}
    - for: {role: architect, audience: manager}
      questions:
        - question: What does it cost us?
          answer: Some more steps of training, a setting to choose, and nothing once the model answers.
    - for: {role: architect, audience: student}
      omit: true
"""


def surveyed(folder: Path, **files: str) -> Coverage:
    """The coverage of the base glossary with these entries."""
    changes = {f"concepts/{name}.yml": text.encode() for name, text in files.items()}
    built = prepared(lay_out(folder, changes))
    assert built.glossary is not None
    assert built.plan is not None, built.problems
    return survey(built.glossary, built.plan)


def prepared(root: Path) -> Build:
    project, _ = read_project(root, runs="frozen")
    assert project is not None
    return prepare(project)


@pytest.fixture
def coverage(tmp_path: Path) -> Coverage:
    return surveyed(tmp_path / "glossary", dropout=DROPOUT)


def variant(coverage: Coverage, *key: str | None) -> VariantCoverage:
    return next(one for one in coverage.variants if one.key == PageKey(*key))  # type: ignore[arg-type]


# The status of a page


@pytest.mark.parametrize(
    ("role", "audience", "status"),
    [
        ("engineer", "manager", "published"),
        ("engineer", "student", "published"),
        ("architect", "manager", "alike"),
        ("architect", "student", "omitted"),
    ],
)
def test_gaps_and_intended_omissions_are_distinguished(
    coverage: Coverage, role: str, audience: str, status: Status
) -> None:
    assert variant(coverage, "dropout", "questions", role, audience).status == status


def test_an_unwritten_page_is_missing_and_lists_what_it_lacks(coverage: Coverage) -> None:
    blog = variant(coverage, "dropout", "blog", None, "manager")
    assert (blog.status, blog.lacks) == ("missing", ("intro", "steps"))
    assert blog.instead is not None
    assert blog.instead.url == "dropout/"


def test_a_page_that_would_only_repeat_the_text_for_everyone_is_missing(tmp_path: Path) -> None:
    """Nothing on the page was written for this reader, so it counts as a gap, not as too similar to another page."""
    shared = DROPOUT.split("  questions:", 1)[0] + (
        "  questions:\n    - questions:\n        - {question: Why?, answer: Because it helps all of us in one way.}\n"
    )
    coverage = surveyed(tmp_path / "glossary", dropout=shared)
    assert [one.status for one in coverage.concepts[0].of("questions")] == ["published", *["missing"] * 3]


def test_a_page_omitted_for_everyone_is_a_gap_for_nobody(tmp_path: Path) -> None:
    short = DROPOUT.split("  questions:", 1)[0] + "  questions:\n    - omit: true\n"
    coverage = surveyed(tmp_path / "glossary", dropout=short)
    assert {one.status for one in coverage.concepts[0].of("questions")} == {"omitted"}
    assert ("dropout", "questions") not in [(gap.concept.entry.id, gap.format.id) for gap in coverage.gaps]


def test_the_reader_of_an_unpublished_page_is_sent_to_the_nearest_page(coverage: Coverage) -> None:
    instead = variant(coverage, "dropout", "questions", "architect", "student").instead
    assert instead is not None
    assert instead.url == "dropout/engineer/student/"


def test_every_possible_page_is_counted_once(coverage: Coverage) -> None:
    # For each of the two concepts: one short entry, questions for four readers, blog posts for three, and the article.
    keys = [one.key for one in coverage.variants]
    assert len(keys) == len(set(keys)) == 2 * (1 + 4 + 3 + 1)
    kinds: tuple[Status, ...] = ("published", "alike", "omitted", "missing")
    assert sum(coverage.count(kind) for kind in kinds) == len(keys)


# What to write next


def test_the_most_frequently_missed_page_comes_first(coverage: Coverage) -> None:
    first = coverage.gaps[0]
    assert (first.concept.entry.id, first.format.id, first.missed) == ("overfitting", "questions", 2)
    assert [reader_name(coverage.axes, one.key) for one in first.most_missed] == [
        "engineer to manager",
        "engineer to student",
    ]
    # A concept's own page links to it as well, but that link leads to the own page of `overfitting`, which exists.
    assert first.concept.linked == 3
    missed = [gap.missed for gap in coverage.gaps]
    assert missed == sorted(missed, reverse=True)


def test_an_intended_omission_is_never_a_gap(tmp_path: Path) -> None:
    overfitting = """
term: Overfitting
meaning: Learning the examples by heart instead of the rule behind them.
see_also: [{concept: dropout, relation: used-with, why: It makes learning by heart harder.}]
blocks:
  definition: A model overfits when it does better on examples that it saw than on new ones.
  questions: [{omit: true}]
"""
    coverage = surveyed(tmp_path / "glossary", dropout=DROPOUT, overfitting=overfitting)
    assert variant(coverage, "overfitting", "questions", "engineer", "manager").linked == 1
    assert variant(coverage, "overfitting", "questions", "engineer", "manager").missed == 0
    assert all(gap.format.id != "questions" for gap in coverage.gaps)


def test_a_complete_glossary_has_no_gaps(tmp_path: Path) -> None:
    kinds = ("questions", "intro", "overview")
    omitted = "".join(f"  {kind}: [{{omit: true}}]\n" for kind in kinds)
    entries = {
        name: (REPOSITORY / f"tests/cases/base/concepts/{name}.yml").read_text("utf-8") + omitted
        for name in ("dropout", "overfitting")
    }
    coverage = surveyed(tmp_path / "glossary", **entries)
    assert coverage.gaps == ()
    assert "write next" not in coverage_as_text(coverage)
    assert "What to write next" not in coverage_as_markdown(coverage)


# The counted links are those on the pages


@pytest.fixture(scope="module")
def real_build() -> Build:
    return repository_build()


def test_counted_links_are_the_links_on_the_pages(real_build: Build) -> None:
    assert real_build.glossary is not None
    assert real_build.plan is not None
    texts = {document.path: document.content for document in real_build.documents}
    coverage = survey(real_build.glossary, real_build.plan)
    counted = {concept.entry.id: concept.linked for concept in coverage.concepts}
    found = dict.fromkeys(counted, 0)
    for page in real_build.plan.published:
        for concept in set(linked_concepts(page, str(texts[page.path]))) & found.keys() - {page.key.concept}:
            found[concept] += 1
    assert counted == found


def linked_concepts(page: Page, text: str) -> Iterator[str]:
    """The first part of each link's URL, except for links to other readers and for links along the path, which can lead
    to any format."""
    text = re.sub(r'<nav class="readers".*?</nav>', "", text, flags=re.DOTALL)
    text = re.sub(r".*\n\{: \.path-line", "", text)
    for target in re.findall(r'\]\(([^)\s#]+index\.md)[^)\s]*(?: "[^"]*")?\)', text):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target))
        yield path.partition("/")[0]


def test_the_site_contains_the_page_and_its_data(real_build: Build) -> None:
    documents = {document.path: document.content for document in real_build.documents}
    data = json.loads(documents["coverage.json"])
    assert data["schema"] == 1
    assert {concept["id"] for concept in data["concepts"]} == set(
        real_build.glossary.entries if real_build.glossary else ()
    )
    assert data["next"][0]["missed"] == max(gap["missed"] for gap in data["next"])
    assert f"**{data['next'][0]['missed']}** of" in str(documents["coverage/index.md"])
    assert "coverage/index.md" in str(documents["glossary/index.md"])


# Output


def test_each_format_with_two_axes_has_a_table_and_the_others_share_one(coverage: Coverage) -> None:
    questions, others = matrices(coverage)
    assert questions.groups == (("engineer", ("manager", "student")), ("architect", ("manager", "student")))
    assert others.groups == (("Blog post", ("everyone", "manager", "student")), ("Article", ("everyone",)))
    assert [row.concept.entry.id for row in questions.begun] == ["dropout"]
    assert [row.concept.entry.id for row in questions.untouched] == ["overfitting"]


def test_the_text_has_tables_and_what_to_write_next(coverage: Coverage) -> None:
    assert coverage_as_text(coverage).splitlines() == [
        "                       engineer          architect",
        "Questions and answers  manager  student  manager  student",
        "dropout                   100%     100%        =        –",
        "none yet: overfitting",
        "",
        "Blog post and article",
        "none yet: dropout, overfitting",
        "",
        "write next   format     missed by  of  mostly by",
        "overfitting  questions          2   3  engineer to manager (1), engineer to student (1)",
        "Ranked by the number of published pages that link to the concept but whose reader has no page about it "
        "in that format.",
        "",
        "4 of 18 pages are published (shown as the % written for that reader); 12 not written (○), "
        "1 too similar to another page (=), 1 left out on purpose (–)",
    ]


def test_the_markdown_has_the_same_content(coverage: Coverage) -> None:
    text = coverage_as_markdown(coverage)
    assert "| dropout | 100% | 100% | = | – |" in text
    assert "1. `overfitting`, questions: missed by 2 of the 3 pages that link to it" in text
    assert coverage_as_text(coverage).splitlines()[-1] in text


def test_the_json_has_all_the_data(coverage: Coverage) -> None:
    report = json.loads(coverage_as_json(coverage))
    dropout = report["concepts"][0]
    assert (dropout["id"], dropout["term"], len(dropout["variants"])) == ("dropout", "Dropout", 9)
    third = next(one for one in dropout["variants"] if one["status"] == "alike")
    assert (third["format"], third["role"], third["audience"]) == ("questions", "architect", "manager")
    assert (third["url"], third["instead"], third["overlap"]) == (None, "dropout/engineer/manager/", 1.0)
    assert report["next"][0] == {
        "concept": "overfitting",
        "format": "questions",
        "missed": 2,
        "linked": 3,
        "lacks": ["questions"],
        "readers": [
            {"role": role, "audience": audience, "missed": missed}
            for role, missed in (("engineer", 1), ("architect", 0))
            for audience in ("manager", "student")
        ],
    }


def test_an_invalid_template_of_the_page_is_a_problem(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "glossary", {"templates/indexes/coverage.md.j2": b"{{ nothing }}\n"})
    project, _ = read_project(root, runs="frozen")
    assert project is not None
    (problem,) = build(project, SubprocessRunner(), lambda event: None).problems
    assert problem.place.path == "templates/indexes/coverage.md.j2"
