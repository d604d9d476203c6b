"""The styles of a value apply to the value only, and cause no request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.text.sanitize_html import safe_html
from executable_glossary.text.scoped_css import safe_declarations, scoped_css

PIXEL = "data:image/png;base64,AAAA"


@pytest.mark.parametrize(
    ("sheet", "scoped"),
    [
        ("td {color: red}", ".v td {color:red}"),
        ("#T_1 td, #T_1 > th {color: red}", ".v #v-1 td, .v #v-1 > th {color:red}"),
        ("body, :root {--a: 1px}", ".v, .v {--a:1px}"),
        ("body.dark td {color: red}", ".v .dark td {color:red}"),
        ("@media (width > 3px) {td {color: red !important}}", "@media (width > 3px) {.v td {color:red !important}}"),
        ("td {} p", ""),
        ("@import 'https://example.org/x.css'; @font-face {src: url(https://example.org/f)}", ""),
        ("@keyframes spin {to {color: red}}", ""),
        ("} td {color: red} td {color: blue}", ".v td {color:blue}"),
        ("</style><script>alert(1)</script> td {color: red}", ""),
    ],
)  # fmt: skip
def test_a_rule_applies_inside_of_the_value_only(sheet: str, scoped: str) -> None:
    assert scoped_css(sheet, ".v", {"T_1": "v-1"}) == scoped


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color: red; background: rgb(1, 2, 3)", "color:red;background:rgb(1, 2, 3)"),
        (f"background: url({PIXEL})", f"background:url({PIXEL})"),
        (f"background: url('{PIXEL}')", f'background:url("{PIXEL}")'),
        ("background: url(https://example.org/spy.png); color: red", "color:red"),
        ("background: url('//example.org/spy.png')", ""),
        ("background: image-set('spy.png' 1x)", ""),
        ("background: URL(\\68ttps://example.org)", ""),
        ("width: expression(alert(1))", ""),
        ("position: fixed; top: 0", "top:0"),
        ("z-index: 999; position: absolute", "position:absolute"),
        ("color: red} body {color: blue", ""),
    ],
)
def test_a_declaration_causes_no_request_and_covers_no_page(style: str, kept: str) -> None:
    assert safe_declarations(style) == kept


@given(st.text(alphabet="ab{}()<>/@#.,:;'\"\\*!- \nurl"))
def test_any_sheet_stays_inside_its_scope(sheet: str) -> None:
    for line in scoped_css(sheet, ".v", {}).splitlines():
        assert line.startswith((".v", "@media", "@supports", "@container"))
        assert "<" not in line


def test_ids_are_numbered_so_that_they_are_unique_and_the_same_in_every_run() -> None:
    made = [
        safe_html(
            f'<style>#T_{random} {{color: red}}</style><p id="T_{random}">x</p><label for="T_{random}">', "v"
        )
        for random in ("5a1f3", "99bc0")
    ]
    assert made[0] == made[1]
    assert made[0].css == ".v:not(.a):not(.a) #v-1 {color:red}"
    assert '<p id="v-1">x</p><label for="v-1">' in made[0].html


def test_style_attributes_become_rules() -> None:
    made = safe_html(
        '<b style="color: red">1</b><i style="color: red">2</i><u style="position: fixed">3</u>', "v"
    )
    assert made.html == '<b data-style="1">1</b><i data-style="1">2</i><u>3</u>'
    assert made.css == '.v [data-style="1"]:not(#a):not(#a):not(#a) {color:red}'


@pytest.mark.parametrize(
    "sheet",
    [
        '@supports (a:"\\3c/style>\\3cscript>alert(2)\\3c/script>"){p{color:red}}',
        '@media (a:"\\3c!--"){p{color:red}}',
        "p{--p:fixed;position:var(--p)}",
        "p{position:var(--p, fixed)}",
        "p{position:env(x, sticky)}",
    ],
)
def test_what_ends_the_styles_or_covers_the_page_is_left_out(sheet: str) -> None:
    css = scoped_css(sheet, ".a", {})
    assert "<" not in css
    assert "position" not in css


def test_a_comparison_of_widths_is_kept() -> None:
    assert scoped_css("@media (width < 600px){p{position:absolute}}", ".a", {}) == (
        "@media (width < 600px) {.a p {position:absolute}}"
    )


def test_styles_of_a_value_are_stronger_than_the_themes() -> None:
    made = safe_html("<style>ul {display: grid}</style><ul><li>a</li></ul>", "v")
    # Two classes and an element, as in `.md-typeset ul:not([hidden])`, and one class more.
    assert made.css == ".v:not(.a):not(.a) ul {display:grid}"
