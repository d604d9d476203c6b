"""All pages together: the nearest page to a requested one, and how a link describes it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.model.page import Page, PageKey, Target
from executable_glossary.model.plan import Plan
from sample_pages import page, plan

ENTRY = page("dough")
CHEF_TO_GUEST = page("dough", "questions", "chef", "guest")
CHEF_TO_CRITIC = page("dough", "questions", "chef", "critic")
BAKER_TO_GUEST = page("dough", "questions", "baker", "guest")
BLOG = page("dough", "blog")
BLOG_FOR_GUESTS = page("dough", "blog", audience="guest")
UNPUBLISHED = page("dough", "questions", "baker", "critic", published=False, reason="shares 80%")
OTHER = page("batter")
ALL = plan(ENTRY, CHEF_TO_GUEST, CHEF_TO_CRITIC, BAKER_TO_GUEST, UNPUBLISHED, BLOG, BLOG_FOR_GUESTS, OTHER)


def test_an_unpublished_page_is_still_planned() -> None:
    assert UNPUBLISHED not in ALL.published
    assert UNPUBLISHED in ALL.pages.values()


def test_pages_of_a_concept_are_the_published_ones_in_order() -> None:
    assert ALL.of_concept("batter") == (OTHER,)
    assert ALL.of_concept("dough") == (
        *(ENTRY, CHEF_TO_GUEST, CHEF_TO_CRITIC, BAKER_TO_GUEST),
        *(BLOG, BLOG_FOR_GUESTS),
    )
    assert ALL.of_concept("soup") == ()


@pytest.mark.parametrize("requested", ALL.published, ids=lambda requested: requested.url)
def test_a_published_page_is_nearest_to_itself(requested: Page) -> None:
    assert ALL.nearest(requested.key) is requested


def test_audience_counts_more_than_role() -> None:
    assert ALL.nearest(PageKey("dough", "questions", "baker", "critic")) is CHEF_TO_CRITIC


def test_role_counts_if_the_audience_is_the_same() -> None:
    without_the_page = plan(
        ENTRY, CHEF_TO_CRITIC, BAKER_TO_GUEST, page("dough", "questions", "chef", "child")
    )
    nearest = without_the_page.nearest(PageKey("dough", "questions", "baker", "child"))
    assert nearest is not None
    assert (nearest.key.role, nearest.key.audience) == ("chef", "child")


def test_a_reader_without_a_page_gets_the_one_for_everyone() -> None:
    assert ALL.nearest(PageKey("dough", "blog", None, "critic")) is BLOG


def test_the_reader_s_own_page_is_nearer_than_the_one_for_everyone() -> None:
    assert ALL.nearest(PageKey("dough", "blog", "chef", "guest")) is BLOG_FOR_GUESTS


def test_a_format_that_the_concept_lacks_leads_to_the_concept_s_own_page() -> None:
    assert ALL.nearest(PageKey("dough", "article")) is ENTRY
    assert ALL.nearest(PageKey("batter", "questions", "chef", "guest")) is OTHER


def test_an_unknown_concept_has_no_page() -> None:
    assert ALL.nearest(PageKey("soup", "entry")) is None


def test_an_unpublished_concept_has_no_page() -> None:
    assert plan(UNPUBLISHED).nearest(UNPUBLISHED.key) is None


# Links


@pytest.mark.parametrize(
    ("reader", "path", "note"),
    [
        (PageKey("batter", "questions", "chef", "guest"), "dough/chef/guest/index.md", ""),
        (
            PageKey("batter", "questions", "baker", "critic"),
            "dough/chef/critic/index.md",
            "a Chef explains it to a Critic",
        ),
        (PageKey("batter", "blog", None, "critic"), "dough/blog/index.md", "for everyone"),
        (PageKey("batter", "entry"), "dough/index.md", ""),
    ],
)
def test_a_link_names_the_reader_of_its_page_if_it_is_a_different_one(
    reader: PageKey, path: str, note: str
) -> None:
    assert ALL.link(reader, "dough") == Target(path, "Dough", note)


def test_there_is_no_link_to_an_unknown_concept() -> None:
    assert ALL.link(ENTRY.key, "soup") is None


# Properties of the nearest page

roles = st.sampled_from([None, "chef", "baker"])
audiences = st.sampled_from([None, "guest", "critic"])
formats = st.sampled_from(["entry", "questions", "blog"])
keys = st.builds(PageKey, st.sampled_from(["dough", "batter"]), formats, roles, audiences)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Some pages of two concepts, some of them published."""
    chosen = draw(st.lists(keys, max_size=8, unique=True))
    return plan(*(page(*key, published=draw(st.booleans())) for key in chosen))


@settings(max_examples=100, deadline=None)
@given(plans(), keys)
def test_the_nearest_page_is_a_published_one_of_the_same_concept(some: Plan, requested: PageKey) -> None:
    nearest = some.nearest(requested)
    assert (nearest is None) == (some.of_concept(requested.concept) == ())
    assert nearest is None or nearest in some.of_concept(requested.concept)


@settings(max_examples=100, deadline=None)
@given(plans(), keys)
def test_the_format_is_kept_if_possible(some: Plan, requested: PageKey) -> None:
    nearest = some.nearest(requested)
    formats = {each.key.format for each in some.of_concept(requested.concept)}
    assert nearest is None or requested.format not in formats or nearest.key.format == requested.format


@settings(max_examples=100, deadline=None)
@given(plans(), keys)
def test_no_other_page_of_the_format_is_nearer_to_the_reader(some: Plan, requested: PageKey) -> None:
    nearest = some.nearest(requested)
    rivals = [each for each in some.of_concept(requested.concept) if each.key.format == requested.format]
    if nearest is not None and rivals:
        same_audience = [each for each in rivals if each.key.audience == requested.audience]
        assert nearest in (same_audience or rivals)
        same_reader = [each for each in same_audience if each.key.role == requested.role]
        assert not same_reader or nearest in same_reader


def test_two_identical_plans_are_equal() -> None:
    assert plan(page("dough"), page("batter")) == plan(page("dough"), page("batter"))
    assert page("dough") != page("dough", overlap=0.3)
