"""The plan as a table: one line for each page with its status and reason."""

from __future__ import annotations

from executable_glossary.app.tables.plan_table import plan_table
from sample_pages import page, plan, prose

PLAN = plan(
    page("dough", reason="every concept has one", sections=(prose("definition", own=True),)),
    page(
        *("dough", "questions", "chef", "guest"),
        sections=(prose("why", own=True), prose("how")),
        published=False,
        overlap=0.804,
        reason="shares 80% with baker/guest, at most 70%",
    ),
    page("batter", reason="every concept has one"),
)


def test_the_table_shows_each_page_with_its_reader_coverage_overlap_and_reason() -> None:
    assert plan_table(PLAN) == "\n".join(
        [
            "page                reader         coverage  overlap  published  why",
            "/dough/             everybody      100%      0%       yes        every concept has one",
            "/dough/chef/guest/  Chef to Guest  50%       80%      no         "
            "shares 80% with baker/guest, at most 70%",
            "/batter/            everybody      0%        0%       yes        every concept has one",
            "2 of 3 pages are published",
        ]
    )


def test_a_single_concept_can_be_selected() -> None:
    head, line, total = plan_table(PLAN, "batter").splitlines()
    assert head.split() == ["page", "reader", "coverage", "overlap", "published", "why"]
    assert line.startswith("/batter/")
    assert total == "1 of 1 pages are published"


def test_no_line_has_trailing_spaces() -> None:
    lines = plan_table(plan(page("dough"))).splitlines()
    assert [line.rstrip() for line in lines] == lines


def test_an_unknown_concept_and_an_empty_plan_leave_only_the_header() -> None:
    assert plan_table(PLAN, "soup").splitlines()[1:] == ["0 of 0 pages are published"]
    assert plan_table(plan()) == plan_table(PLAN, "soup")
