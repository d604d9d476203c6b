"""HTML output of examples on a page: it looks the same but contains nothing active."""

from __future__ import annotations

import html as standard

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.text.sanitize_html import harmless

EXTENSIONS = ["attr_list", "footnotes", "md_in_html", "tables", "pymdownx.superfences"]


def on_page(value: str) -> str:
    """Renders the value like templates/shown/_output.md.j2, inside a section that is Markdown."""
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
def test_no_active_content_remains(value: str) -> None:
    rendered = standard.unescape(on_page(value)) if "<script" in value else on_page(value)
    assert "<script" not in rendered
    assert ' onclick="' not in rendered
    assert 'href="javascript' not in rendered


def test_no_external_resource_is_fetched() -> None:
    assert "example.org" not in on_page('<img src="https://example.org/spy.png">')


def test_a_table_remains_a_table() -> None:
    table = "<table><thead><tr><th>a_b</th></tr></thead><tbody><tr><td>*1*</td></tr></tbody></table>"
    rendered = standard.unescape(on_page(table)).replace("\n", "")
    assert table in rendered


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab <>/{}:[]()*_`!|~\\&;\n\"'="))
def test_no_markdown_syntax_remains_in_any_output(value: str) -> None:
    assert not set("{}[]*_`\\!|~") & set(harmless(value))
