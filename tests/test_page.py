"""A page: where it lies, for whom it is, and which page is nearest to the one that somebody wants."""

from __future__ import annotations

import pytest
from sample_pages import page, plan, prose

from generator.model.page import PageKey, Section
from generator.model.text import Text

# Addresses


@pytest.mark.parametrize(
    ("format", "role", "audience", "url"),
    [
        ("entry", None, None, "dough/"),
        ("questions", "chef", "guest", "dough/chef/guest/"),
        ("blog", None, None, "dough/blog/"),
        ("blog", None, "guest", "dough/blog/guest/"),
    ],
)
def test_the_address_of_a_page_is_its_concept_format_role_and_audience(
    format: str, role: str | None, audience: str | None, url: str
) -> None:
    found = page("dough", format, role, audience)
    assert found.url == url
    assert found.path == f"{url}index.md"


# What a page says of itself


@pytest.mark.parametrize(
    ("role", "audience", "readers"),
    [("chef", "guest", "Chef to Guest"), (None, "guest", "Guest"), ("chef", None, "Chef"), (None, None, "")],
)
def test_a_page_says_who_speaks_to_whom(role: str | None, audience: str | None, readers: str) -> None:
    assert page(format="questions", role=role, audience=audience).readers == readers


def test_coverage_is_the_share_of_blocks_that_were_written_for_the_reader() -> None:
    half = page(sections=(prose("why", own=True), prose("how")))
    assert half.coverage == 0.5


def test_sections_that_nobody_writes_do_not_count_as_written_or_not() -> None:
    derived = Section("keywords", "Keywords", (Text("flour"),))
    assert page(sections=(prose("why", own=True), derived)).coverage == 1


def test_a_page_without_prose_covers_nothing() -> None:
    assert page().coverage == 0


def test_prose_is_what_authors_wrote_with_its_kind_and_in_its_order() -> None:
    sections = (prose("why"), Section("keywords", "Keywords", (Text("flour"),)), prose("how"))
    told = page(sections=sections).prose
    assert [(kind, each.text) for kind, each in told] == [("why", "Of why."), ("how", "Of how.")]


# The plan

ENTRY = page("dough")
CHEF_TO_GUEST = page("dough", "questions", "chef", "guest")
CHEF_TO_CRITIC = page("dough", "questions", "chef", "critic")
BAKER_TO_GUEST = page("dough", "questions", "baker", "guest")
BLOG = page("dough", "blog")
BLOG_FOR_GUESTS = page("dough", "blog", audience="guest")
UNPUBLISHED = page("dough", "questions", "baker", "critic", published=False, reason="shares 80%")
OTHER = page("batter")
ALL = plan(ENTRY, CHEF_TO_GUEST, CHEF_TO_CRITIC, BAKER_TO_GUEST, UNPUBLISHED, BLOG, BLOG_FOR_GUESTS, OTHER)


def test_what_is_not_published_is_still_planned() -> None:
    assert UNPUBLISHED not in ALL.published
    assert UNPUBLISHED in ALL.pages.values()


def test_pages_of_a_concept_are_the_published_ones_in_order() -> None:
    assert ALL.of_concept("batter") == (OTHER,)
    assert ALL.of_concept("dough") == (
        *(ENTRY, CHEF_TO_GUEST, CHEF_TO_CRITIC, BAKER_TO_GUEST),
        *(BLOG, BLOG_FOR_GUESTS),
    )
    assert ALL.of_concept("soup") == ()


@pytest.mark.parametrize("wanted", ALL.published, ids=lambda wanted: wanted.url)
def test_a_page_that_is_published_is_nearest_to_itself(wanted: object) -> None:
    assert ALL.nearest(wanted.key) is wanted  # type: ignore[attr-defined]


def test_audience_counts_more_than_role() -> None:
    assert ALL.nearest(PageKey("dough", "questions", "baker", "critic")) is CHEF_TO_CRITIC


def test_role_counts_where_the_audience_is_the_same() -> None:
    without_the_page = plan(
        ENTRY, CHEF_TO_CRITIC, BAKER_TO_GUEST, page("dough", "questions", "chef", "child")
    )
    nearest = without_the_page.nearest(PageKey("dough", "questions", "baker", "child"))
    assert nearest is not None
    assert (nearest.key.role, nearest.key.audience) == ("chef", "child")


def test_for_a_reader_without_a_page_the_one_for_everybody_is_nearest() -> None:
    assert ALL.nearest(PageKey("dough", "blog", None, "critic")) is BLOG


def test_the_reader_s_own_page_is_nearer_than_the_one_for_everybody() -> None:
    assert ALL.nearest(PageKey("dough", "blog", "chef", "guest")) is BLOG_FOR_GUESTS


def test_a_format_that_the_concept_lacks_leads_to_the_concept_s_own_page() -> None:
    assert ALL.nearest(PageKey("dough", "article")) is ENTRY
    assert ALL.nearest(PageKey("batter", "questions", "chef", "guest")) is OTHER


def test_a_concept_that_nobody_wrote_has_no_page() -> None:
    assert ALL.nearest(PageKey("soup", "entry")) is None


def test_a_concept_of_which_nothing_is_published_has_no_page() -> None:
    assert plan(UNPUBLISHED).nearest(UNPUBLISHED.key) is None
