"""Pages: their URLs, their readers, and their prose."""

from __future__ import annotations

import pytest

from executable_glossary.adapters.word_catalog import english
from executable_glossary.model.axes import addressed
from executable_glossary.model.page import Section
from executable_glossary.model.text import Text
from sample_pages import AUDIENCES, ROLES, page, prose

# URLs


@pytest.mark.parametrize(
    ("format", "role", "audience", "url"),
    [
        ("entry", None, None, "dough/"),
        ("questions", "chef", "guest", "dough/chef/guest/"),
        ("blog", None, None, "dough/blog/"),
        ("blog", None, "guest", "dough/blog/guest/"),
    ],
)
def test_the_url_of_a_page_consists_of_concept_format_role_and_audience(
    format: str, role: str | None, audience: str | None, url: str
) -> None:
    found = page("dough", format, role, audience)
    assert found.url == url
    assert found.path == f"{url}index.md"


# Descriptions


@pytest.mark.parametrize(
    ("role", "audience", "readers"),
    [
        ("chef", "guest", "a Chef explains it to a Guest"),
        (None, "guest", "Guest"),
        ("chef", None, "Chef"),
        (None, None, ""),
    ],
)
def test_a_page_names_its_role_and_audience(role: str | None, audience: str | None, readers: str) -> None:
    assert addressed(english(), ROLES.get(role or ""), AUDIENCES.get(audience or "")) == readers


def test_coverage_is_the_share_of_blocks_written_for_the_reader() -> None:
    half = page(sections=(prose("why", own=True), prose("how")))
    assert half.coverage == 0.5


def test_derived_sections_do_not_count_for_coverage() -> None:
    derived = Section("keywords", "Keywords", (Text("flour"),))
    assert page(sections=(prose("why", own=True), derived)).coverage == 1


def test_a_page_without_prose_has_no_coverage() -> None:
    assert page().coverage == 0


def test_prose_is_the_authors_text_with_its_kind_in_order() -> None:
    sections = (prose("why"), Section("keywords", "Keywords", (Text("flour"),)), prose("how"))
    parts = page(sections=sections).prose
    assert [(kind, each.text) for kind, each in parts] == [("why", "Of why."), ("how", "Of how.")]
