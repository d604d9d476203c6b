"""Whatever somebody contributes, there are problems that say how to mend it, or pages that are harmless."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from case_outcome import built_in
from hostile_glossary import FILES, Path_, laid_out, places, restore, rewrite
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_html import as_html, live
from slow_texts import SIGNS

from generator.joins.pipeline import Built
from generator.joins.report import FORMATS
from generator.tools.runner import FreshProcess

Folder = pytest.TempPathFactory
# Ways to have a page do something: elements, events, addresses, and what Markdown and templates make into them.
HARMS = (
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT >",
    "x <img src=x onerror=alert(1)> y",
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1) 'y')",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](https://example.org/spy.png)",
    "[x](vbscript:x)",
    "[x](//example.org)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[x]\n\n[x]: <javascript:alert(1)>",
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    "<javascript:alert(1)>",
    "x](javascript:alert(1)) [y",
    "x](https://a.b){: onclick=alert(1) } [y",
    "[x](https://a.b){onclick=alert(1)}",
    "https://example.org){onclick=alert(1)}[y](",
    "x {: onclick=alert(1) }",
    "x\n{: onclick=alert(1) }",
    "x { #a onclick=alert(1) }",
    "x {.a style=position:fixed}",
    "` <script>alert(1)</script> `",
    "``<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>",
    "``` {onclick=alert(1)}\nx\n```",
    "~~~html onclick=alert(1)\nx\n~~~",
    "a\n\n    <script>alert(1)</script>\n\n<script>alert(1)</script>",
    "</div></section></details><script>alert(1)</script>",
    '<div markdown="1"><script>alert(1)</script></div>',
    "--><script>alert(1)</script><!--",
    "<!--\n--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php <script>alert(1)</script> ?>",
    "a | <b onclick=alert(1)>x</b> | b",
    "# x { onclick=alert(1) }",
    "x\n===\n",
    '!!! note "<script>alert(1)</script>"\n    x',
    "*[x]: <script>alert(1)</script>",
    '--8<-- "/etc/passwd"',
    "--8<--\n/etc/passwd\n--8<--",
    "{!/etc/passwd!}",
    "{{ 7*7 }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ by_heart.__class__ }}",
    '{{ 1 | literal("<script>alert(1)</script>") }}',
    "{% include '/etc/passwd' %}{# #}{%- raw -%}",
    "[[dropout|<script>alert(1)</script>]]",
    "[[dropout|x](javascript:alert(1))[y]]",
    r"$\text{<script>alert(1)</script>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$$\unicode{<img src=x onerror=alert(1)>}$$",
    "../../../etc/passwd",
    "/etc/passwd",
    "a\x00b\x1b[31mc\x1b]0;d\x07",
    "abc\u202edef\u2066x\u200b\ufeff",
    "\ud800",
    "\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03",
    "---\ntitle: x\nstructured: </script><script>alert(1)</script>\n---",
)
TEXTS = [(file, path) for file, path in places() if isinstance(FILES[file], dict)]
PIECES = st.lists(
    st.sampled_from(
        (*HARMS, *SIGNS, "dropout", " ", "\n\n", "\n", "    ", ")", "](", "`", '"', "}}", "</p>")
    ),
    min_size=1,
    max_size=6,
).map("".join)
VALUES = st.one_of(
    PIECES,
    PIECES,
    PIECES,
    st.text(max_size=40),
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**400),
    st.recursive(
        st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Folder) -> Path:
    """A glossary with every key there is; each test puts back what it changes."""
    return laid_out(tmp_path_factory.mktemp("hostile"))


def judged(folder: Path) -> Built:
    """Builds, and fails where something could act, cannot be told, or has no place or no mend."""
    built = built_in(folder, FreshProcess())
    for problem in built.problems:
        assert problem.place.path, problem
        assert problem.mend, problem
    for told in FORMATS.values():
        text = told(built.problems)
        text.encode()
        assert not {"\x1b", "\u202e"} & set(text)
    for document in built.documents:
        if document.path.endswith(".md"):
            assert live(as_html(str(document.content))) == [], document.path
        assert ".." not in document.path
    return built


@pytest.fixture
def with_value(folder: Path) -> Iterator[Any]:
    changed: set[str] = set()

    def put(file: str, path: Path_, value: object) -> Built:
        changed.add(file)
        rewrite(folder, file, path, value)
        return judged(folder)

    yield put
    for file in changed:
        restore(folder, file)


def test_as_it_stands_it_is_a_glossary(folder: Path) -> None:
    built = judged(folder)
    assert not built.problems
    assert len(built.documents) > 20


@pytest.mark.parametrize("page", HARMS)
def test_the_judge_sees_harm(page: str) -> None:
    """Those that are harm by themselves; the others need a template or a page around them."""
    if page.startswith(("<script", "<svg", "x <img", "[x](java", "[x](data", "[x](vb")) and "\t" not in page:
        assert live(as_html(page)) != []


@pytest.mark.parametrize("harm", HARMS)
def test_harm_in_any_text_of_an_entry_is_refused_or_harmless(harm: str, with_value: Any) -> None:
    paths = [
        path for file, path in TEXTS if file == "concepts/dropout.yml" and isinstance(_value(file, path), str)
    ]
    for path in paths:
        with_value("concepts/dropout.yml", path, harm)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(TEXTS), VALUES)
def test_whatever_stands_anywhere_is_refused_or_harmless(
    folder: Path, place: tuple[str, Path_], value: object
) -> None:
    _tried(folder, place, value)


@pytest.mark.slow
@settings(
    max_examples=2500,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(TEXTS), VALUES)
def test_whatever_stands_anywhere_is_refused_or_harmless_tried_for_longer(
    folder: Path, place: tuple[str, Path_], value: object
) -> None:
    _tried(folder, place, value)


def _tried(folder: Path, place: tuple[str, Path_], value: object) -> None:
    file, path = place
    if file == "examples/by_heart.py" and not isinstance(value, str):
        value = repr(value)
    try:
        rewrite(folder, file, path, value)
        judged(folder)
    finally:
        restore(folder, file)


def _value(file: str, path: Path_) -> Any:
    value = FILES[file]
    for part in path:
        value = value[part]
    return value
