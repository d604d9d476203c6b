"""Two small glossaries side by side: each kind of difference that reviewers are told of."""

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
    """The base's record with the metrics of its first seed changed; `_` stands for a dot."""
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


def test_an_altered_page_is_told_with_its_words_before_and_after(compared: Compare) -> None:
    told = compared({"concepts/dropout.yml": entry(DROPOUT, the_same_chance="an equal chance")})
    (altered,) = told.pages.altered
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
    told = compared({"concepts/noise.yml": entry(DROPOUT, Dropout="Noise")})
    assert urls([change.page for change in told.pages.added]) == ["noise/"]
    assert told.concepts.added == ("noise",)


def test_a_new_page_is_told_section_by_section(compared: Compare) -> None:
    noise = entry(DROPOUT, Dropout="Noise")
    (added,) = compared({"concepts/noise.yml": noise}).pages.added
    said = {edit.section: (edit.heading, edit.before, edit.after) for edit in added.edits}
    assert said[""] == ("Noise", "", "Switching units off at random while a network learns.")
    assert said["definition"][:2] == ("Definition", "")
    assert said["definition"][2].startswith("In each step of training, every unit is left out")
    assert said["see-also"][2] == "Overfitting contrasts It is what dropout works against."


def test_two_new_pages_share_a_section(compared: Compare) -> None:
    told = compared({"concepts/noise.yml": entry(DROPOUT + QUESTIONS, Dropout="Noise")})
    (see_also,) = (edit for edit in told.pages.written if edit.edit.section == "see-also")
    assert urls(see_also.pages) == ["noise/", "noise/engineer/manager/", "noise/engineer/student/"]


def test_a_page_that_is_gone_is_told_with_what_it_said(compared: Compare) -> None:
    told = compared({"concepts/noise.yml": None}, {"concepts/noise.yml": entry(DROPOUT, Dropout="Noise")})
    lost = {shared.edit.section: shared.edit for shared in told.pages.lost}
    assert lost["definition"].before.startswith("In each step of training")
    assert lost["definition"].after == ""


def test_an_address_that_vanishes_says_why_and_what_is_nearest(compared: Compare) -> None:
    told = compared(
        {"concepts/dropout.yml": entry(DROPOUT)}, {"concepts/dropout.yml": entry(DROPOUT + QUESTIONS)}
    )
    removed = {gone.page.url: (gone.reason, gone.instead) for gone in told.pages.removed}
    assert removed == {
        "dropout/engineer/manager/": ("it lacks questions", "dropout/"),
        "dropout/engineer/student/": ("it lacks questions", "dropout/"),
    }


def test_the_pages_of_a_concept_that_is_gone_have_no_nearest(compared: Compare) -> None:
    noise = entry(DROPOUT, Dropout="Noise")
    told = compared({"concepts/noise.yml": None}, {"concepts/noise.yml": noise})
    assert [(gone.page.url, gone.reason, gone.instead) for gone in told.pages.removed] == [
        ("noise/", "the concept no longer exists", "")
    ]
    assert told.concepts.removed == ("noise",)


def test_a_page_that_came_too_close_to_another_says_so(compared: Compare) -> None:
    words = "The learner keeps each example in mind and so it fails as soon as a new one is put before it."
    same = QUESTIONS.replace("By testing on examples that were kept apart until then.", words)
    same = same.replace("The learner has more freedom than the data can hold in check.", words)
    told = compared(
        {"concepts/dropout.yml": entry(DROPOUT + same)}, {"concepts/dropout.yml": entry(DROPOUT + QUESTIONS)}
    )
    (removed,) = told.pages.removed
    assert removed.page.url == "dropout/engineer/student/"
    assert removed.reason.startswith("shares ")
    assert removed.instead == "dropout/engineer/manager/"


def test_one_edit_on_many_pages_is_told_once(compared: Compare) -> None:
    base = {"concepts/dropout.yml": entry(DROPOUT + QUESTIONS)}
    told = compared({"concepts/dropout.yml": entry(DROPOUT + QUESTIONS, works_against="fights")}, base)
    first = told.pages.shared[0]
    assert "It is what dropout fights." in first.edit.after
    assert urls(first.pages) == ["dropout/", "dropout/engineer/manager/", "dropout/engineer/student/"]
    assert first.concepts == {"dropout"}


def test_what_only_leads_elsewhere_is_no_edit(compared: Compare) -> None:
    source = "sources:\n  - {id: a-2014, authors: A, year: 2014, title: T, url: 'https://example.org/1'}\n"
    overview = "  overview: Dropout, from the beginning to the end.\n"
    base = {"concepts/dropout.yml": (DROPOUT + overview + source).encode()}
    told = compared(
        {"concepts/dropout.yml": (DROPOUT + overview + source.replace("/1", "/2")).encode()}, base
    )
    assert (told.pages.altered, urls(told.pages.markup)) == ((), ["dropout/article/"])


def test_a_changed_template_alters_every_page_of_its_format(compared: Compare) -> None:
    frame = b'{% extends "formats/_frame.md.j2" %}{% block lede %}In short: {{ prose(page.meaning) }}{% endblock %}'
    told = compared({"templates/formats/entry.md.j2": frame})
    assert [change.page.url for change in told.pages.altered] == ["dropout/", "overfitting/"]


# Readers


def test_readers_are_counted_everybody_first(compared: Compare) -> None:
    told = compared({"concepts/dropout.yml": entry(DROPOUT + QUESTIONS, the_same_chance="an equal chance")})
    assert told.readers == (
        ReaderChanges(None, None, 0, 0, 2),  # the concept's own page, and home, which lists its new ones
        ReaderChanges("engineer", "manager", 1, 0, 0),
        ReaderChanges("engineer", "student", 1, 0, 0),
    )


# What the recorded results say


def test_a_recorded_metric_that_moved_is_told_from_old_to_new(compared: Compare) -> None:
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


def test_what_the_example_calls_noise_is_marked(compared: Compare) -> None:
    script = (BASE / "examples/by_heart.py").read_text("utf-8")
    head = '# seeds = [0, 1]\n# tolerance = {"rule.*" = 0.05, "table.*" = "none"}\n'
    loose = {"examples/by_heart.py": script.replace("# seeds = [0, 1]\n", head).encode()}
    renewed = {"examples/recorded/by_heart.json": record(rule_unseen=0.872, rule_seen=0.5, table_unseen=0.1)}
    found = {moved.metric: moved for moved in compared(renewed, loose).evidence.metrics}
    said = {name: (moved.tolerated, moved.exempt) for name, moved in found.items()}
    assert said == {"rule.unseen": (True, False), "rule.seen": (False, False), "table.unseen": (True, True)}


def test_a_new_claim_is_told_with_its_verdict(compared: Compare) -> None:
    (change,) = compared({"concepts/dropout.yml": entry(DROPOUT + CLAIM)}).evidence.claims
    assert (change.concept, change.claim, change.before) == ("dropout", "beats", None)
    assert change.after is not None
    assert (change.after.verdict, change.after.check) == ("holds", "rule.unseen >= table.unseen + 0.2")


def test_a_claim_that_lost_margin_is_told(compared: Compare) -> None:
    base = {"concepts/dropout.yml": entry(DROPOUT + CLAIM)}
    (change,) = compared({"examples/recorded/by_heart.json": record(rule_unseen=0.75)}, base).evidence.claims
    assert change.before is not None
    assert change.after is not None
    assert change.before.margin == pytest.approx(0.17)
    assert change.after.margin == pytest.approx(0.038)


def test_a_refuted_claim_is_told_and_its_pages_are_compared_all_the_same(compared: Compare) -> None:
    base = {"concepts/dropout.yml": entry(DROPOUT + CLAIM)}
    told = compared({"examples/recorded/by_heart.json": record(rule_unseen=0.5)}, base)
    assert [change.after.verdict for change in told.evidence.claims if change.after] == ["refuted"]
    assert [problem.code for problem in told.new_problems] == ["claim-refuted"]
    assert "dropout/" in [change.page.url for change in told.pages.altered]
    assert (told.obstacle, told.failed) == ("", True)


def test_an_example_that_changed_without_its_record_is_named(compared: Compare) -> None:
    made_by = json.loads(record()) | {"files": {"examples/by_heart.py": "0" * 64}}
    told = compared({"examples/recorded/by_heart.json": json.dumps(made_by).encode()})
    assert told.evidence.unrecorded == ("by_heart",)


# Shares


def test_grade_overlap_and_coverage_go_with_an_altered_page(compared: Compare) -> None:
    easy, hard = (
        "By testing on examples that were kept apart until then.",
        "Examination necessitates segregation.",
    )
    base = {"concepts/dropout.yml": entry(DROPOUT + QUESTIONS)}
    told = compared({"concepts/dropout.yml": (DROPOUT + QUESTIONS).replace(easy, hard).encode()}, base)
    (altered,) = told.pages.altered
    assert altered.grade is not None
    assert altered.grade.before is not None
    assert altered.grade.after is not None
    assert altered.grade.after > altered.grade.before + 5
    assert altered.overlap == Shift(0, 0)
    assert altered.coverage == Shift(1, 1)


def test_a_page_for_everybody_has_no_grade(compared: Compare) -> None:
    (altered,) = compared({"concepts/dropout.yml": entry(DROPOUT, the_same_chance="luck")}).pages.altered
    assert altered.grade is None


# Concepts and problems


def test_a_concept_that_nobody_leads_to_any_more_is_orphaned(compared: Compare) -> None:
    noise = {"concepts/noise.yml": entry(DROPOUT, Dropout="Noise", out_at_random="off")}
    led = entry(OVERFITTING, see_also="see_also").replace(b"concept: dropout", b"concept: noise")
    told = compared(
        {"concepts/overfitting.yml": entry(OVERFITTING)}, {**noise, "concepts/overfitting.yml": led}
    )
    assert told.concepts.orphaned == ("noise",)


def test_a_mention_is_a_way_to_a_concept(compared: Compare) -> None:
    noise = {"concepts/noise.yml": entry(DROPOUT, Dropout="Noise")}
    mentioned = entry(OVERFITTING, learning_by_heart_harder="noise")
    told = compared({"concepts/overfitting.yml": mentioned, **noise})
    assert told.concepts.orphaned == ()


def test_a_name_in_a_phrase_that_hides_it_is_no_way_to_the_concept(compared: Compare) -> None:
    hiding = entry(DROPOUT, Dropout="Noise").replace(b"meaning:", b"unlinked: [noise level]\nmeaning:", 1)
    mentioned = entry(OVERFITTING, learning_by_heart_harder="noise level")
    told = compared({"concepts/overfitting.yml": mentioned, "concepts/noise.yml": hiding})
    assert told.concepts.orphaned == ("noise",)


def test_problems_are_told_as_new_or_gone_wherever_their_line_moved(compared: Compare) -> None:
    wordy = entry(DROPOUT, with_the_same_chance="42% of the time")
    moved = b"# A comment\n" + wordy
    assert compared({"concepts/dropout.yml": moved}, {"concepts/dropout.yml": wordy}).new_problems == ()
    told = compared({"concepts/dropout.yml": wordy})
    assert [problem.code for problem in told.new_problems] == ["typed-number"]
    back = compared({"concepts/dropout.yml": entry(DROPOUT)}, {"concepts/dropout.yml": wordy})
    assert [problem.code for problem in back.gone_problems] == ["typed-number"]


def test_a_head_with_errors_says_that_its_pages_are_not_known(compared: Compare) -> None:
    told = compared({"concepts/dropout.yml": b"term: Dropout\ntermm: x\n"})
    assert told.obstacle.startswith("the changed glossary has ")
    assert told.concepts.broken == ("dropout",)
    assert errors(told.new_problems)
    assert (told.pages.altered, told.pages.removed) == ((), ())


def test_a_base_with_errors_says_so_too(compared: Compare) -> None:
    told = compared({"concepts/dropout.yml": entry(DROPOUT)}, {"concepts/dropout.yml": b"term: Dropout\n"})
    assert told.obstacle.startswith("the base has ")
    assert told.gone_problems
    assert not told.failed


def test_claims_are_judged_even_where_an_entry_is_broken(compared: Compare) -> None:
    """Those of the broken entry are neither gone nor new: nobody knows what it claims."""
    other = CLAIM.replace("beats", "wins").replace("+ 0.2", "+ 0.1")
    base = {
        "concepts/dropout.yml": entry(DROPOUT + CLAIM),
        "concepts/overfitting.yml": entry(OVERFITTING + other),
    }
    told = compared({"concepts/dropout.yml": b"term: Dropout\n"}, base)
    assert told.obstacle
    assert told.evidence.claims == ()
    moved = {
        "concepts/dropout.yml": b"term: Dropout\n",
        "examples/recorded/by_heart.json": record(rule_unseen=0.5),
    }
    (change,) = compared(moved, base).evidence.claims
    assert (change.concept, change.after and change.after.verdict) == ("overfitting", "refuted")


def test_metrics_are_compared_even_where_an_entry_is_broken(compared: Compare) -> None:
    broken = {
        "concepts/dropout.yml": b"term: Dropout\n",
        "examples/recorded/by_heart.json": record(rule_seen=0.1),
    }
    assert [moved.metric for moved in compared(broken).evidence.metrics] == ["rule.seen"]
