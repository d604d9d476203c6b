"""Compares two small glossaries: each kind of difference that is reported to reviewers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import mkdtemp

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.change_report import build_from_records
from executable_glossary.app.tables.problem_list import as_text
from executable_glossary.model.comparison import Comparison, Edit, PageName, ReaderChanges, Shift
from executable_glossary.model.problem import errors
from executable_glossary.stages.compare import compare
from glossaries import BASE, lay_out

Changes = Mapping[str, bytes | None]
Compare = Callable[..., Comparison]

DROPOUT = (BASE / "concepts/dropout.yml").read_text("utf-8")
OVERFITTING = (BASE / "concepts/overfitting.yml").read_text("utf-8")
RECORD = json.loads((BASE / "examples/recorded/by_heart.json").read_text("utf-8"))
CLAIM = """
claims:
  - {id: beats, text: A rule is right more often., example: by_heart, check: rule.unseen >= table.unseen + 0.2}
"""
QUESTIONS = """
  questions:
    - for: {role: engineer, audience: manager}
      questions: [{question: How is it noticed?, answer: By testing on examples that were kept apart until then.}]
    - for: {role: engineer, audience: student}
      questions: [{question: Why does it happen?, answer: The learner has more freedom than the data can hold in check.}]
"""


def entry(text: str, **swapped: str) -> bytes:
    for old, new in swapped.items():
        text = text.replace(old.replace("_", " "), new)
    return text.encode()


def record(**metrics: float) -> bytes:
    """The base's record with changed metrics for its first seed; `_` stands for a dot."""
    changed = json.loads(json.dumps(RECORD))
    changed["runs"][0]["metrics"] |= {name.replace("_", "."): value for name, value in metrics.items()}
    return json.dumps(changed).encode()


@pytest.fixture
def compared(tmp_path: Path) -> Compare:
    def both(head: Changes, base: Changes | None = None) -> Comparison:
        sides = []
        for name, changes in (("base", base or {}), ("head", {**(base or {}), **head})):
            there = {path: text for path, text in changes.items() if text or (BASE / path).exists()}
            folder = lay_out(Path(mkdtemp(dir=tmp_path)) / name, there)
            project, problems = read_project(folder, runs="frozen", strict=False)
            assert project is not None, as_text(problems)
            sides.append(build_from_records(project))
        return compare(*sides)

    return both


def urls(pages: Iterable[PageName]) -> list[str]:
    return [page.url for page in pages]


def test_nothing_changed(compared: Compare) -> None:
    assert compared({}) == Comparison()


# Pages


def test_a_changed_page_is_reported_with_its_text_before_and_after(compared: Compare) -> None:
    result = compared({"concepts/dropout.yml": entry(DROPOUT, the_same_chance="an equal chance")})
    (altered,) = result.pages.altered
    assert altered.page == PageName("dropout/", "dropout", "entry")
    assert altered.edits == (
        Edit(
            "definition",
            "Definition",
            "In each step of training, every unit is left out with the same chance.",
            "In each step of training, every unit is left out with an equal chance.",
        ),
    )


def test_a_new_concept_is_a_new_page(compared: Compare) -> None:
    result = compared({"concepts/noise.yml": entry(DROPOUT, Dropout="Noise")})
    assert urls([change.page for change in result.pages.added]) == ["noise/"]
    assert result.concepts.added == ("noise",)


def test_a_new_page_is_reported_section_by_section(compared: Compare) -> None:
    noise = entry(DROPOUT, Dropout="Noise")
    (added,) = compared({"concepts/noise.yml": noise}).pages.added
    texts = {edit.section: (edit.heading, edit.before, edit.after) for edit in added.edits}
    assert texts[""] == ("Noise", "", "Switching units off at random while a network learns.")
    assert texts["definition"][:2] == ("Definition", "")
    assert texts["definition"][2].startswith("In each step of training, every unit is left out")
    assert texts["see-also"][2] == "Overfitting contrasting It is what dropout works against."


def test_two_new_pages_share_a_section(compared: Compare) -> None:
    result = compared({"concepts/noise.yml": entry(DROPOUT + QUESTIONS, Dropout="Noise")})
    (see_also,) = (edit for edit in result.pages.written if edit.edit.section == "see-also")
    assert urls(see_also.pages) == ["noise/", "noise/engineer/manager/", "noise/engineer/student/"]


def test_a_removed_page_is_reported_with_its_text(compared: Compare) -> None:
    result = compared({"concepts/noise.yml": None}, {"concepts/noise.yml": entry(DROPOUT, Dropout="Noise")})
    lost = {shared.edit.section: shared.edit for shared in result.pages.lost}
    assert lost["definition"].before.startswith("In each step of training")
    assert lost["definition"].after == ""


def test_a_removed_url_has_a_reason_and_the_nearest_page(compared: Compare) -> None:
    result = compared(
        {"concepts/dropout.yml": entry(DROPOUT)}, {"concepts/dropout.yml": entry(DROPOUT + QUESTIONS)}
    )
    removed = {gone.page.url: (gone.reason, gone.instead) for gone in result.pages.removed}
    assert removed == {
        "dropout/engineer/manager/": ("it lacks questions", "dropout/"),
        "dropout/engineer/student/": ("it lacks questions", "dropout/"),
    }


def test_the_pages_of_a_removed_concept_have_no_nearest_page(compared: Compare) -> None:
    noise = entry(DROPOUT, Dropout="Noise")
    result = compared({"concepts/noise.yml": None}, {"concepts/noise.yml": noise})
    assert [(gone.page.url, gone.reason, gone.instead) for gone in result.pages.removed] == [
        ("noise/", "the concept no longer exists", "")
    ]
    assert result.concepts.removed == ("noise",)


def test_a_page_that_became_too_similar_to_another_is_reported(compared: Compare) -> None:
    words = "The learner keeps each example in mind and so it fails as soon as a new one is put before it."
    same = QUESTIONS.replace("By testing on examples that were kept apart until then.", words)
    same = same.replace("The learner has more freedom than the data can hold in check.", words)
    result = compared(
        {"concepts/dropout.yml": entry(DROPOUT + same)}, {"concepts/dropout.yml": entry(DROPOUT + QUESTIONS)}
    )
    (removed,) = result.pages.removed
    assert removed.page.url == "dropout/engineer/student/"
    assert removed.reason.startswith("shares ")
    assert removed.instead == "dropout/engineer/manager/"


def test_an_edit_on_many_pages_is_reported_once(compared: Compare) -> None:
    base = {"concepts/dropout.yml": entry(DROPOUT + QUESTIONS)}
    result = compared({"concepts/dropout.yml": entry(DROPOUT + QUESTIONS, works_against="fights")}, base)
    first = result.pages.shared[0]
    assert "It is what dropout fights." in first.edit.after
    assert urls(first.pages) == ["dropout/", "dropout/engineer/manager/", "dropout/engineer/student/"]
    assert first.concepts == {"dropout"}


def edits_of(result: Comparison) -> list[tuple[str, str]]:
    return [(edit.before, edit.after) for change in result.pages.altered for edit in change.edits]


def overviewed(text: str) -> dict[str, bytes]:
    return {"concepts/dropout.yml": f"{DROPOUT}  overview: {text}\n".encode()}


def test_the_target_of_a_link_is_part_of_the_text(compared: Compare) -> None:
    sides = [overviewed(f"From the [beginning](https://example.org/{n}) to the end.") for n in (1, 2)]
    (edit,) = edits_of(compared(sides[1], sides[0]))
    assert edit == (
        "From the beginning (https://example.org/1) to the end.",
        "From the beginning (https://example.org/2) to the end.",
    )


def test_a_link_to_another_concept_is_shown_unless_its_words_name_it(compared: Compare) -> None:
    noise = {"concepts/noise.yml": entry(DROPOUT, Dropout="Noise")}
    before = overviewed("It prevents [[overfitting|learning by heart]], and [[noise]] does too.")
    after = overviewed("It prevents [[noise|learning by heart]], and [[noise]] does too.")
    (edit,) = edits_of(compared(after, {**noise, **before}))
    assert edit == (
        "It prevents learning by heart (/overfitting/), and noise does too.",
        "It prevents learning by heart (/noise/), and noise does too.",
    )


def test_the_words_in_a_diagram_are_part_of_the_text(compared: Compare) -> None:
    diagram = """\
  intro: What it is.
  overview: What it does.
diagram:
  title: Two boxes
  says: One leads to the other.
  direction: right
  nodes: [{id: one, label: One, kind: data}, {id: two, label: Two words, kind: step}]
  edges: [{from: one, to: two, label: leads to}]
"""
    base = {"concepts/dropout.yml": (DROPOUT + diagram).encode()}
    head = {"concepts/dropout.yml": (DROPOUT + diagram.replace("Two words", "Other words")).encode()}
    assert set(edits_of(compared(head, base))) == {("Two words", "Other words")}


def test_a_changed_template_changes_every_page_of_its_format(compared: Compare) -> None:
    frame = b'{% extends "formats/_frame.md.j2" %}{% block lede %}In short: {{ prose(page.meaning) }}{% endblock %}'
    result = compared({"templates/formats/entry.md.j2": frame})
    assert [change.page.url for change in result.pages.altered] == ["dropout/", "overfitting/"]


# Readers


def test_readers_are_counted_with_everyone_first(compared: Compare) -> None:
    result = compared({"concepts/dropout.yml": entry(DROPOUT + QUESTIONS, the_same_chance="an equal chance")})
    assert result.readers == (
        ReaderChanges(
            None, None, 0, 0, 2
        ),  # The concept's own page, and the home page, which lists new concepts.
        ReaderChanges("engineer", "manager", 1, 0, 0),
        ReaderChanges("engineer", "student", 1, 0, 0),
    )


# Recorded results


def test_a_changed_metric_is_reported_with_its_old_and_new_value(compared: Compare) -> None:
    (moved,) = compared({"examples/recorded/by_heart.json": record(rule_unseen=0.782)}).evidence.metrics
    assert (moved.example, moved.metric, moved.tolerated) == ("by_heart", "rule.unseen", False)
    assert moved.mean == Shift(pytest.approx(0.897), pytest.approx(0.847))
    assert moved.runs == Shift(2, 2)


def test_a_new_metric_has_no_value_before(compared: Compare) -> None:
    runs = json.loads(record())
    for run in runs["runs"]:
        run["metrics"]["extra"] = 1.0
    (moved,) = compared({"examples/recorded/by_heart.json": json.dumps(runs).encode()}).evidence.metrics
    assert (moved.metric, moved.mean) == ("extra", Shift(None, 1.0))


def test_metrics_that_the_example_exempts_are_marked(compared: Compare) -> None:
    script = (BASE / "examples/by_heart.py").read_text("utf-8")
    head = '# seeds = [0, 1]\n# tolerance = {"rule.*" = 0.05, "table.*" = "none"}\n'
    loose = {"examples/by_heart.py": script.replace("# seeds = [0, 1]\n", head).encode()}
    renewed = {"examples/recorded/by_heart.json": record(rule_unseen=0.872, rule_seen=0.5, table_unseen=0.1)}
    found = {moved.metric: moved for moved in compared(renewed, loose).evidence.metrics}
    texts = {name: (moved.tolerated, moved.exempt) for name, moved in found.items()}
    assert texts == {"rule.unseen": (True, False), "rule.seen": (False, False), "table.unseen": (True, True)}
    # A change that widens a tolerance cannot excuse its own numbers.
    moved = compared({**renewed, **loose}).evidence.metrics
    assert not any(each.tolerated or each.exempt for each in moved)


def test_a_new_claim_is_reported_with_its_verdict(compared: Compare) -> None:
    (change,) = compared({"concepts/dropout.yml": entry(DROPOUT + CLAIM)}).evidence.claims
    assert (change.concept, change.claim, change.before) == ("dropout", "beats", None)
    assert change.after is not None
    assert (change.after.verdict, change.after.check) == ("holds", "rule.unseen >= table.unseen + 0.2")


def test_a_claim_that_lost_margin_is_reported(compared: Compare) -> None:
    base = {"concepts/dropout.yml": entry(DROPOUT + CLAIM)}
    (change,) = compared({"examples/recorded/by_heart.json": record(rule_unseen=0.75)}, base).evidence.claims
    assert change.before is not None
    assert change.after is not None
    assert change.before.margin == pytest.approx(0.17)
    assert change.after.margin == pytest.approx(0.038)


def test_a_refuted_claim_is_reported_and_its_pages_are_still_compared(compared: Compare) -> None:
    base = {"concepts/dropout.yml": entry(DROPOUT + CLAIM)}
    result = compared({"examples/recorded/by_heart.json": record(rule_unseen=0.5)}, base)
    assert [change.after.verdict for change in result.evidence.claims if change.after] == ["refuted"]
    assert [problem.code for problem in result.new_problems] == ["claim-refuted"]
    assert "dropout/" in [change.page.url for change in result.pages.altered]
    assert (result.obstacle, result.failed) == ("", True)


def test_an_example_that_changed_without_its_record_is_reported(compared: Compare) -> None:
    made_by = json.loads(record()) | {"files": {"examples/by_heart.py": "0" * 64}}
    result = compared({"examples/recorded/by_heart.json": json.dumps(made_by).encode()})
    assert result.evidence.unrecorded == ("by_heart",)


# Percentages


def test_a_changed_page_has_its_grade_overlap_and_coverage(compared: Compare) -> None:
    easy, hard = (
        "By testing on examples that were kept apart until then.",
        "Examination necessitates segregation.",
    )
    base = {"concepts/dropout.yml": entry(DROPOUT + QUESTIONS)}
    result = compared({"concepts/dropout.yml": (DROPOUT + QUESTIONS).replace(easy, hard).encode()}, base)
    (altered,) = result.pages.altered
    assert altered.grade is not None
    assert altered.grade.before is not None
    assert altered.grade.after is not None
    assert altered.grade.after > altered.grade.before + 5
    assert altered.overlap == Shift(0, 0)
    assert altered.coverage == Shift(1, 1)


def test_a_page_for_everyone_has_no_grade(compared: Compare) -> None:
    (altered,) = compared({"concepts/dropout.yml": entry(DROPOUT, the_same_chance="luck")}).pages.altered
    assert altered.grade is None


# Concepts and problems


def test_a_concept_without_links_to_it_is_orphaned(compared: Compare) -> None:
    noise = {"concepts/noise.yml": entry(DROPOUT, Dropout="Noise", out_at_random="off")}
    led = entry(OVERFITTING, see_also="see_also").replace(b"concept: dropout", b"concept: noise")
    result = compared(
        {"concepts/overfitting.yml": entry(OVERFITTING)}, {**noise, "concepts/overfitting.yml": led}
    )
    assert result.concepts.orphaned == ("noise",)


def test_a_mention_counts_as_a_link(compared: Compare) -> None:
    noise = {"concepts/noise.yml": entry(DROPOUT, Dropout="Noise")}
    mentioned = entry(OVERFITTING, learning_by_heart_harder="noise")
    result = compared({"concepts/overfitting.yml": mentioned, **noise})
    assert result.concepts.orphaned == ()


def test_a_name_in_an_unlinked_phrase_does_not_count_as_a_link(compared: Compare) -> None:
    hiding = entry(DROPOUT, Dropout="Noise").replace(b"meaning:", b"unlinked: [noise level]\nmeaning:", 1)
    mentioned = entry(OVERFITTING, learning_by_heart_harder="noise level")
    result = compared({"concepts/overfitting.yml": mentioned, "concepts/noise.yml": hiding})
    assert result.concepts.orphaned == ("noise",)


def test_problems_are_reported_as_new_or_fixed_even_if_their_line_moved(compared: Compare) -> None:
    wordy = entry(DROPOUT, with_the_same_chance="42% of the time")
    moved = b"# A comment\n" + wordy
    assert compared({"concepts/dropout.yml": moved}, {"concepts/dropout.yml": wordy}).new_problems == ()
    result = compared({"concepts/dropout.yml": wordy})
    assert [problem.code for problem in result.new_problems] == ["typed-number"]
    back = compared({"concepts/dropout.yml": entry(DROPOUT)}, {"concepts/dropout.yml": wordy})
    assert [problem.code for problem in back.gone_problems] == ["typed-number"]


def test_a_head_with_errors_reports_that_its_pages_are_unknown(compared: Compare) -> None:
    result = compared({"concepts/dropout.yml": b"term: Dropout\ntermm: x\n"})
    assert result.obstacle.startswith("the changed glossary has ")
    assert result.concepts.broken == ("dropout",)
    assert errors(result.new_problems)
    assert (result.pages.altered, result.pages.removed) == ((), ())


def test_a_base_with_errors_is_reported_too(compared: Compare) -> None:
    result = compared({"concepts/dropout.yml": entry(DROPOUT)}, {"concepts/dropout.yml": b"term: Dropout\n"})
    assert result.obstacle.startswith("the base has ")
    assert result.gone_problems
    assert not result.failed


def test_claims_are_judged_even_if_an_entry_is_broken(compared: Compare) -> None:
    """The claims of the broken entry are neither removed nor new, because they are unknown."""
    other = CLAIM.replace("beats", "wins").replace("+ 0.2", "+ 0.1")
    base = {
        "concepts/dropout.yml": entry(DROPOUT + CLAIM),
        "concepts/overfitting.yml": entry(OVERFITTING + other),
    }
    result = compared({"concepts/dropout.yml": b"term: Dropout\n"}, base)
    assert result.obstacle
    assert result.evidence.claims == ()
    moved = {
        "concepts/dropout.yml": b"term: Dropout\n",
        "examples/recorded/by_heart.json": record(rule_unseen=0.5),
    }
    (change,) = compared(moved, base).evidence.claims
    assert (change.concept, change.after and change.after.verdict) == ("overfitting", "refuted")


def test_metrics_are_compared_even_if_an_entry_is_broken(compared: Compare) -> None:
    broken = {
        "concepts/dropout.yml": b"term: Dropout\n",
        "examples/recorded/by_heart.json": record(rule_seen=0.1),
    }
    assert [moved.metric for moved in compared(broken).evidence.metrics] == ["rule.seen"]
