"""The HTML output of an example on a page: it looks the same but contains nothing active."""

from __future__ import annotations

import html as standard
import sys

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.text.sanitize_html import harmless, safe_html
from executable_glossary.text.value_markup import value_markup
from slow_values import CASES, HTML, VALUES

EXTENSIONS = ["attr_list", "footnotes", "md_in_html", "tables", "pymdownx.superfences"]


def on_page(value: str) -> str:
    """Renders the value as templates/shown/_output.md.j2 does, inside a Markdown section."""
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


@pytest.mark.parametrize(
    ("html", "needs_scripts"),
    [
        ("<div id='plot'></div><script>draw()</script>", True),
        ("<pre>Pipeline()</pre><script>theme()</script>", False),
        ("<iframe srcdoc='<b>map</b>'>Trust this notebook</iframe>", True),
        ("<canvas></canvas>", True),
        ("<p></p>", False),
        ("<script>x</script><svg><rect/></svg>", False),
    ],
)
def test_a_value_of_which_nothing_is_left_without_scripts_is_known(html: str, needs_scripts: bool) -> None:
    assert safe_html(html, "v").needs_scripts == needs_scripts


def test_pictures_are_shown_if_they_are_part_of_the_value() -> None:
    inside = safe_html('<img src="data:image/png;base64,AAAA" alt="a">', "v")
    outside = safe_html('<p>1</p><img src="https://example.org/spy.png">', "v")
    assert (inside.html, inside.lacks_pictures) == ('<img src="data:image/png;base64,AAAA" alt="a">', False)
    assert (outside.html, outside.lacks_pictures) == ("<p>1</p>", True)


def test_a_drawing_keeps_its_shapes_and_loses_its_scripts() -> None:
    drawing = (
        '<?xml version="1.0"?><svg viewBox="0 0 2 1"><defs><linearGradient id="g"></linearGradient></defs>'
        '<rect fill="url(#g)" onclick="x()"></rect><use xlink:href="#g"></use><use href="https://example.org/x#g"></use>'
        '<foreignObject><p>x</p></foreignObject><script>x()</script><animate attributeName="href"/>'
        '<rect fill="url(https://example.org/x)"></rect></svg>'
    )
    assert standard.unescape(safe_html(drawing, "v").html) == (
        '<svg viewBox="0 0 2 1"><defs><linearGradient id="v-1"></linearGradient></defs><rect fill="url(#v-1)"></rect>'
        '<use xlink:href="#v-1"></use><use></use><rect></rect></svg>'
    )


def test_only_check_boxes_remain_of_a_form() -> None:
    form = '<form action="https://example.org"><input type="checkbox"><input type="password"><input><button>x</button></form>'
    assert safe_html(form, "v").html == '<input type="checkbox">x'


def test_formulas_and_gauges_remain() -> None:
    assert harmless("<math onclick='x()'><mi>x</mi></math>") == "<math><mi>x</mi></math>"
    assert harmless("<progress max='3' value='1'></progress>") == '<progress max="3" value="1"></progress>'
    assert "<img" not in harmless("<math><mtext><img src=x onerror=1></mtext></math>")


def test_a_table_remains_a_table() -> None:
    table = "<table><thead><tr><th>a_b</th></tr></thead><tbody><tr><td>*1*</td></tr></tbody></table>"
    rendered = standard.unescape(on_page(table)).replace("\n", "")
    assert table in rendered


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab <>/{}:[]()*_`!|~\\&;\n\"'="))
def test_no_markdown_syntax_remains_in_any_output(value: str) -> None:
    assert not set("{}[]*_`\\!|~") & set(harmless(value))


def calls(value: str, media: str) -> int:
    """How many functions are called to make a value safe. Unlike times, counts are always the same."""
    count = 0

    def profile(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event.endswith("call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        value_markup(value, media, "v")
    finally:
        sys.setprofile(before)
        safe_html.cache_clear()
    return count


@pytest.mark.parametrize(("media", "name"), CASES)
def test_the_work_grows_with_the_length_of_a_value_at_most(media: str, name: str) -> None:
    """Limits make it smaller."""
    calls("<p>", media)  # imports modules
    short, long = (calls(VALUES[media][name](length), media) for length in (8_000, 16_000))
    assert long <= 2.2 * short + 100


@pytest.mark.parametrize("name", HTML)
def test_long_values_are_made_safe_or_left_out(name: str) -> None:
    """Before there were limits, half of these took minutes, and others more levels of recursion than Python allows."""
    assert ' style="' not in safe_html(HTML[name](60_000), "v").html


def test_a_style_that_cannot_be_read_is_removed() -> None:
    found = safe_html(f'<p style="position:fixed;a:{"(" * 9000}">x</p>', "v")
    assert (found.html, found.css) == ("<p>x</p>", "")
