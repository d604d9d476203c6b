"""HTML of examples on a page: it looks as it did, and can do nothing."""

from __future__ import annotations

import html as standard

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.text.sanitize_html import harmless

EXTENSIONS = ["attr_list", "footnotes", "md_in_html", "tables", "pymdownx.superfences"]


def on_page(value: str) -> str:
    """As templates/shown/_output.md.j2 puts it, inside of a section that is Markdown."""
    page = f'<div markdown>\n\n<div class="output" markdown="0">\n{harmless(value)}\n</div>\n\n</div>\n'
    return markdown.markdown(page, extensions=EXTENSIONS)


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        "<table><tbody><tr><td>x {: onclick=alert(1) }</td></tr></tbody></table>",
        "x\n{: onclick=alert(1) }",
        "<p>[x](javascript:alert(1))</p>",
        "[x](javascript:alert(1))",
        "</div>\n\n[x](javascript:alert(1))\n{: onclick=alert(1) }",
    ],
)
def test_nothing_in_it_acts(value: str) -> None:
    found = standard.unescape(on_page(value)) if "<script" in value else on_page(value)
    assert "<script" not in found
    assert ' onclick="' not in found
    assert 'href="javascript' not in found


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert "example.org" not in on_page('<img src="https://example.org/spy.png">')


def test_a_table_stays_a_table() -> None:
    table = "<table><thead><tr><th>a_b</th></tr></thead><tbody><tr><td>*1*</td></tr></tbody></table>"
    found = standard.unescape(on_page(table)).replace("\n", "")
    assert table in found


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab <>/{}:[]()*_`!|~\\&;\n\"'="))
def test_whatever_it_is_no_sign_of_markdown_is_left(value: str) -> None:
    assert not set("{}[]*_`\\!|~") & set(harmless(value))
