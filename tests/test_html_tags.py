"""HTML that would take a parser long is refused, and no other HTML is."""

from __future__ import annotations

import re

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from executable_glossary.text import html_tags
from executable_glossary.text.html_tags import PlainHtml, plain_html

NAMES = tuple(
    re.findall(
        r"\S+",
        "a b font i nobr p div span section h1 ul li dl dd dt table caption colgroup tbody tr td th select option button form object details svg g path title desc foreignObject math mi mrow annotation-xml mtext label br input img",
    )
)
VOID = {"br", "input", "img", "col"}
TAGS = st.builds(
    lambda name, kind: {"start": f"<{name}>", "end": f"</{name}>", "closed": f"<{name}/>"}[kind],
    st.sampled_from(NAMES),
    st.sampled_from(("start", "start", "end", "closed")),
)
SOUPS = st.lists(TAGS | st.just("x"), max_size=12)


def depth(html: str) -> int:
    """How deep the elements are that a parser finds."""
    parsed = nh3.clean(html, tags={*map(str.lower, NAMES), *NAMES}, clean_content_tags=set(), link_rel=None)
    deepest = here = 0
    for end, name in re.findall(r"<(/?)([A-Za-z0-9-]+)[^>]*>", parsed):
        if name not in VOID:
            here += -1 if end else 1
            deepest = max(deepest, here)
    return deepest


@settings(max_examples=500)
@example(["<svg>", "<p>", "</p>", *["<path/>"] * 12], 1)
@example(["<svg>", "<title>", "<table>", "</title>", *["<path/>"] * 12], 1)
@example(["<span>", "<div>", "</span>"], 12)
@example(["<svg>", "<td>"], 12)
@example(["<p>", "<b>", "</p>", "<svg>", "<title>", "x", "</title>", *["<path/>"] * 12], 1)
@given(SOUPS, st.integers(1, 12))
def test_no_deep_html_is_accepted(soup: list[str], times: int) -> None:
    html = "".join(soup) * times
    with pytest.MonkeyPatch.context() as patch:
        # A parser adds the body of a table, and repeats formatting that was not ended.
        patch.setattr(html_tags, "DEEPEST", depth(html) // 3 - 4)
        assert html_tags.DEEPEST <= 0 or plain_html(html) is None


@pytest.mark.parametrize(
    "html",
    [
        "<p>one<p>two" * 500,
        f"<ul>{'<li>one<p>two' * 500}</ul>",
        f"<table>{'<tr><td>1<td>2' * 500}</table>",
        f"<table><thead>{'<tr><th>a</th></tr>' * 300}</thead><tbody>{'<tr><td><b>1</b></td></tr>' * 300}</table>",
        f"<svg><title>a</title><metadata><x:y/></metadata><g>{'<path d=m /><a><use href=a /></a>' * 500}</g></svg>",
        '<a href="x"><svg><path/><g><path/></g></svg></a>' * 500,
        "<br><hr/><img src=x><input type=checkbox>" * 500,
        "<div><span><b>a</b></span></div>" * 500,
        f"<dl>{'<dt>a<dd>b' * 500}</dl>",
        "<b>a <i>b</b> c</i>" * 50,
        "1 < 2 & 3 > 2 <- <3" * 500,
    ],
)
def test_ordinary_html_is_accepted(html: str) -> None:
    assert plain_html(html) is not None


@pytest.mark.parametrize(
    ("html", "plain", "sheets"),
    [
        ('a<!-- <b> --><b title="<i>">c</b>', 'a<b title="<i>">c</b>', ()),
        ("<STYLE>p{}</STYLE><style>q{}", "", ("p{}", "q{}")),
        ("<script>a</b></script >c<script>d", "c", ()),
        ("<textarea><b></textarea>", "&lt;b&gt;", ()),
        ("<!doctype html><html><body id=a><p>a</body>", "<p>a", ()),
        ("a < b <3 <a <b>", "a &lt; b &lt;3 &lt;a <b>", ()),
        ("<p/class=a/><p a=b/>", "<p/class=a/><p a=b/>", ()),
        ("</ b>c<?x y>", "c", ()),
    ],
)
def test_each_sign_begins_a_tag(html: str, plain: str, sheets: tuple[str, ...]) -> None:
    assert plain_html(html) == PlainHtml(plain, sheets)
