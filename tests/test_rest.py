"""The text of scripts from other galleries becomes HTML: roles, directives, headings, and nothing harmful."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

pytest.importorskip("docutils")

from executable_glossary.adapters.rest.blocks import Block, Heading
from executable_glossary.adapters.rest.convert import converted
from executable_glossary.adapters.rest.findings import Finding, findings_in
from executable_glossary.adapters.rest.limits import excess
from executable_glossary.adapters.rest.surroundings import ID_PREFIX, Link, Shape, Surroundings
from executable_glossary.text.rest_labels import Label, labels_in, terms_in
from executable_glossary.text.rest_summary import first_sentence, plain
from executable_glossary.text.sanitize_article import harmless_article

KNOWN = {
    ("func", "numpy.sum"): Link("https://numpy.example/sum", "numpy.sum"),
    ("obj", "numpy.sum"): Link("https://numpy.example/sum", "numpy.sum"),
    ("obj", ".Line.draw"): Link("https://lines.example/", "a.Line.draw"),
    ("meth", ".Line.draw"): Link("https://lines.example/", "a.Line.draw"),
    ("ref", "beta"): Link("../other/#text-beta", "Beta"),
    ("numref", "beta"): Link("../other/#text-beta", "Beta"),
}
AROUND = Surroundings(
    link=lambda role, target: KNOWN.get((role, target)),
    formula=lambda latex, block: f"<math{' block' if block else ''}>{latex}</math>",
    picture=lambda uri, alt, shape: f"<img src='{uri}' alt='{alt}'>",
    gallery=lambda names: f"<ul>{' '.join(names)}</ul>",
    word=lambda key: key,
)


def html(*texts: str) -> str:
    parts = [part for text in converted(texts, AROUND) for part in text]
    return "\n".join(_html(part.title if isinstance(part, Heading) else part) for part in parts)


def _html(block: Block) -> str:
    return harmless_article(block.html, block.own, ID_PREFIX)


def headings(texts: Sequence[str]) -> list[list[tuple[int, str]]]:
    return [
        [(part.level, part.title.html) for part in text if isinstance(part, Heading)]
        for text in converted(texts, AROUND)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":math:`x^2`", "<p><math>x^2</math></p>"),
        (":func:`numpy.sum`", "<code>numpy.sum</code></a>"),
        (":func:`~numpy.sum`", "<code>sum</code></a>"),
        (":py:func:`numpy.sum()`", 'href="https://numpy.example/sum"'),
        (":func:`the sum <numpy.sum>`", "<code>the sum</code></a>"),
        (":func:`!numpy.sum`", "<p><code>numpy.sum</code></p>"),
        ("`numpy.sum`", 'href="https://numpy.example/sum"'),
        ("`some words`", "<em>some words</em>"),
        (":class:`~a.B` and :meth:`a.B.c`", "<code>B</code> and <code>a.B.c</code>"),
        (":ref:`beta`", ">Beta</a>"),
        (":ref:`words <beta>`", ">words</a>"),
        (":ref:`unknown`", "<p>unknown</p>"),
        (":term:`a word`", "<p>a word</p>"),
        (":strange-role:`x`", "<code>x</code>"),
        (":doi:`10.1/x`", 'href="https://doi.org/10.1/x"'),
        ("x :sup:`2`", "<sup>2</sup>"),
        ("``a*b``", "<code>a&#42;b</code>"),
        ("`text <https://example.org>`_", 'href="https://example.org"'),
        ("`text <../there.html>`_", "<p>text</p>"),
        ("`text <javascript:alert(1)>`_", "<p>text</p>"),
        (".. note:: Careful.", '<p class="admonition-title">Note</p>'),
        (".. warning:: Careful.", 'class="admonition warning"'),
        (".. seealso:: That.", '<p class="admonition-title">see&#95;also</p>'),
        (".. math::\n\n   x", "<math block>x</math>"),
        (".. math:: a \\\\ b\n   :label: e", r"<math block>\begin{aligned}a \\ b\end{aligned}</math>"),
        (".. math:: a \\\\ b\n   :label: e", '<div class="equation" id="text-equation-1"><math block>'),
        (".. math:: a\n   :label: e\n\nSee :eq:`e`.", 'href="#text-equation-1">(1)</a>'),
        (".. math::\n\n   a = b\n\n   c = d", "<math block>a = b</math><math block>c = d</math>"),
        (
            ".. math::\n\n   a &= b \\\\ c &= \\begin{cases} 1 & d \\\\ 0 & e \\end{cases}",
            r"<math block>\begin{aligned}a &= b \\ c &= \begin{cases} 1 & d \\ 0 & e \end{cases}\end{aligned}</math>",
        ),
        (
            ".. math::\n\n   A = \\begin{cases} 1 & d \\\\ 0 & e \\end{cases}",
            r"<math block>A = \begin{cases} 1 & d \\ 0 & e \end{cases}</math>",
        ),
        (
            ".. math::\n   :nowrap:\n\n   \\begin{align} a \\\\ b \\end{align}",
            r"<math block>\begin{align} a \\ b \end{align}</math>",
        ),
        (".. autosummary::\n   :toctree: x\n\n   a.mean\n   numpy.sum", "<code>a.mean</code>"),
        (".. autofunction:: numpy.sum", "<code>numpy.sum</code></a>"),
        (".. toctree::\n\n   one\n   Two <two>", "<p>Two</p>"),
        ("`~.Line.draw` and `.Line.draw`", "<code>draw</code></a> and <a "),
        (":meth:`~.Line.draw`", 'href="https://lines.example/"'),
        ("`~.Other.draw`", "<p><code>draw</code></p>"),
        (":meth:`.ndarray.sum`", "<p><code>ndarray.sum</code></p>"),
        (".. code-block:: python\n   :linenos:\n\n   x = 1", '<span class="n">x</span>'),
        (">>> 1", '<span class="gp">&gt;&gt;&gt; </span>'),
        (".. figure:: a.png\n   :alt: A\n\n   Words", "<img src='a.png' alt='A'>"),
        (
            ".. image:: a.png\n\n.. image:: b.png",
            "<p><img src='a.png' alt=''></p>\n<p><img src='b.png' alt=''></p>",
        ),
        (
            ".. image:: a.png\n   :target: https://b.example",
            '<p><a rel="noopener noreferrer" href="https://b.example">',
        ),
        (".. image:: a.png\n   :align: right", '<p class="align-right"><img'),
        (".. figure:: a.png\n   :align: left\n\n   Words", '<figure class="align-left">'),
        ("So |x| is.\n\n.. |x| image:: a.png", "<p>So <img src='a.png' alt='x'> is.</p>"),
        (".. glossary::\n\n   Two words\n      Meaning.", '<dt id="text-term-two-words">Two words</dt>'),
        (":numref:`beta` and :numref:`Fig. %s <beta>`", ">Beta</a> and <a "),
        (":numref:`Figure {number} <beta>`", ">Beta</a>"),
        (":numref:`that one <beta>`", ">that one</a>"),
        (".. parsed-literal::\n\n   install *it*", "<code>install it</code>"),
        (":guilabel:`&Open && Close`", "<strong>Open &amp; Close</strong>"),
        (".. code-tab:: python A title\n\n   x = 1", '<span class="n">x</span>'),
        (".. list-table:: T\n   :header-rows: 1\n\n   * - A\n   * - 1", "<caption>T</caption>"),
        (".. rubric:: References", '<p class="rubric">References</p>'),
        (".. tags:: a, b", '<p class="tags">tags a, b</p>'),
        (".. minigallery:: a.b c.d", "<ul>a.b c.d</ul>"),
        (".. versionadded:: 2.1 Words.", "<em>versionadded 2.1.</em> Words."),
        (".. |s| replace:: full\n\nSo |s|.", "<p>So full.</p>"),
        ("See [1]_.\n\n.. [1] Note.", "<p>Note.</p>"),
        (".. versionadded:: 2.1\n   Words.", "<em>versionadded 2.1.</em> Words."),
        (".. unknown-thing:: a\n   :b: c\n\n   Kept.", '<p class="rubric">a</p>\n<p>Kept.</p>'),
        (".. unknown-thing::\n   Kept\n   here.\n\n   - Too.", "<p>Kept\nhere.</p>"),
        (".. unknown-thing:: Kept, too.", "<p>Kept, too.</p>"),
        (".. tab-set::\n\n   .. tab-item:: One\n\n      First.", '<p class="rubric">One</p>'),
        (".. grid:: 1 2\n\n   .. card:: Name\n\n      Text.", '<p class="rubric">Name</p>'),
        (".. only:: html\n\n   Kept.", "<p>Kept.</p>"),
        (".. only:: not latex\n\n   Kept.", "<p>Kept.</p>"),
        (".. plot::\n\n   x = 1", '<span class="n">x</span>'),
        (".. graphviz::\n\n   a -> b", "<code>a -&gt; b</code>"),
        ("n : int\n   Words.", "<dt>n : <em>int</em></dt>"),
        (".. topic:: Name\n\n   Words.", '<div class="admonition note"><p class="admonition-title">Name</p>'),
        ("An unclosed `x and *y", "<p>An unclosed x and &#42;y</p>"),
    ],
)
def test_markup_becomes_html(text: str, expected: str) -> None:
    assert expected in html(text)


def test_what_may_be_wrong_is_found_with_its_line() -> None:
    texts = (
        "T\n=\n\nThe |x| and :ref:`r`.",
        "\n\nSee link_ and :math:`y`.\n\n- a\n   b\n  c\n\n`text <../there.html>`_\n\n.. image:: a.png",
    )
    assert set(findings_in(texts)) == {
        Finding("message", 'Undefined substitution referenced: "x"', "", 0, 4),
        Finding("message", 'Unknown target name: "link"', "", 1, 3),
        Finding("message", "Definition list ends without a blank line; unexpected unindent", "", 1, 7),
        Finding("reference", "r", "ref"),
        Finding("formula", "y"),
        Finding("link", "../there.html"),
        Finding("picture", "a.png"),
    }


@pytest.mark.parametrize(
    "text",
    [
        ".. raw:: html\n\n   <script>alert(1)</script>",
        ".. include:: /etc/hostname",
        ".. literalinclude:: /etc/hostname",
        ".. contents::\n   :local:",
        ".. only:: latex\n\n   Words",
        ".. only:: not html\n\n   Words",
        ".. csv-table::\n   :file: /etc/hostname",
        ".. role:: raw-html(raw)\n   :format: html\n",
    ],
)
def test_what_would_read_files_or_write_html_is_left_out(text: str) -> None:
    assert not re.search(r"<(?!/?p\b)", html(text))
    assert "localhost" not in html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        ".. role:: raw-html(raw)\n   :format: html\n\n:raw-html:`<script>alert(1)</script>`",
        ".. class:: md-overlay\n\nText",
        ".. _search:\n\nText",
        "{: onclick=alert(1) }",
        ".. image:: x\n   :target: javascript:alert(1)",
        ".. code-block:: python\n\n   </code><script>",
        "\ue0000\ue001 :math:`x`",
    ],
)
def test_nothing_harmful_remains(text: str) -> None:
    found = html(text)
    assert not re.search(
        r"<(?:script|img src=x)|onclick=alert\(1\) }|javascript:|md-overlay|id=\"search|\{:", found
    )


def laughs(levels: int) -> str:
    """Substitutions, each of which contains the one before it twice."""
    twice = (f".. |a{level}| replace:: |a{level - 1}| |A{level - 1}|\n" for level in range(1, levels))
    return ".. |a0| replace:: laugh\n" + "".join(twice) + "\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * 2001, "a line of more than 2,000 characters"),
        ("word word\n" * 7000, "more than 60,000 characters"),
        ("a\n" * 3001, "more than 3,000 lines"),
        ("`a` `b`\n" * 1001, "more than 4,000 quotes and references"),
        (".. _a:\n" * 301, "more than 300 directives and labels"),
        (laughs(14) + "|a13| " * 30, "more than 100,000 characters in place of names such as |name|"),
        (laughs(3) + "|a2| " * 30, ""),
        (".. |a| replace:: |B |\n.. |b | replace:: |A| |a|\n\n|a|", ""),
    ],
)
def test_there_are_limits(text: str, reason: str) -> None:
    assert excess(["", text]) == reason


# Each takes seconds without the limits, or is nested too deeply for Python.
@pytest.mark.parametrize(
    "piece", ["`x <\n", "a_\n", ".. _a:\n", "- ", "1. ", "https://a ", "a@b.c ", "a\n b\n  c\n"]
)
def test_harmful_text_takes_little_time(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    text = "\n".join(line[:2000] for line in text.split("\n"))
    began = time.process_time()
    if not excess([text]):
        with suppress(ValueError):
            converted([text], AROUND)
    assert time.process_time() - began < 10


def test_levels_of_headings_follow_from_all_texts() -> None:
    texts = ["Title\n=====\n\nWords", "Part\n----", "Deeper\n~~~~~~\n\nWords", "Next\n----"]
    assert headings(texts) == [[(1, "Title")], [(2, "Part")], [(3, "Deeper")], [(2, "Next")]]


def test_a_target_in_one_text_can_be_used_in_another() -> None:
    found = html("See there_.", "Words\n\n.. _there: https://example.org")
    assert 'href="https://example.org"' in found


def test_a_heading_whose_line_is_too_short_appears_once() -> None:
    assert html("Title\n=====\n\nLonger title\n----\n\nWords").count("Longer title") == 1


def test_what_cannot_be_interpreted_is_shown_as_text() -> None:
    assert "| a" in html("+---+\n| a\n+---+").replace("&#124;", "|")


def test_one_piece_without_empty_lines() -> None:
    assert "\n\n" not in html(".. code-block:: python\n\n   x = 1\n\n\n   y = 2\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".. module:: x\n\nFirst *one* here. Second.", "First one here."),
        ("Shows :class:`~a.B` and ``c``.", "Shows B and c."),
        ("See :ref:`x`.", "See The title."),
        ("Use `this <https://example.org>`_ e.g. here.\nMore.", "Use this e.g. here."),
        ("- a list\n\nWords", "Words"),
        ("Title\n=====\n\nWords.", "Words."),
        ("=====\nTitle\n=====\n\nWords.", "Words."),
        ("Two\nlines.", "Two lines."),
        ("As Dr. Smith showed in Fig. 3 here. More.", "As Dr. Smith showed in Fig. 3 here."),
        ("An idea [1]_ of others.", "An idea of others."),
        ("An idea presented in [1]_ , in order.", "An idea presented in [1], in order."),
        ("See [Smith2010]_.", "See [Smith2010]."),
        ("Like an idea [1]_ , but new.", "Like an idea, but new."),
        ("", ""),
    ],
)
def test_the_first_sentence_is_plain(text: str, expected: str) -> None:
    assert first_sentence(text, lambda role, target: "The title") == expected


def test_titles_are_plain() -> None:
    assert plain("The :class:`~a.B` of ``c``, *d* [1]_ [Rye99]_.") == "The B of c, d."


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ("", Shape()),
        (":width: 300", Shape(width=300)),
        (":width: 2 em\n   :height: 10px", Shape(width=32, height=10)),
        (":width: 50%", Shape(share=50)),
        (":scale: 30 %", Shape(scale=30)),
    ],
)
def test_an_image_has_the_shape_that_its_options_say(options: str, shape: Shape) -> None:
    found: list[Shape] = []

    def picture(uri: str, alt: str, shape: Shape) -> str:
        found.append(shape)
        return ""

    converted([f".. image:: a.png\n   {options}\n"], replace(AROUND, picture=picture))
    assert found == [shape]


LABELS = """\
.. _first:
.. _second:

=====
Title
=====

.. _figure:

.. figure:: a.png
   :name: named

   The *caption*
   of it.

   A legend.

.. table:: A table
   :name: table

   = =
   a b
   = =

  .. _inner:

  .. code-block:: python
     :caption: Some code

     x = 1

.. _words:

Only words.

.. _last:
"""


def test_labels_have_the_title_of_what_they_are_about() -> None:
    assert list(labels_in(LABELS)) == [
        Label("first", "Title"),
        Label("second", "Title"),
        Label("figure", "The *caption* of it."),
        Label("named", "The *caption* of it."),
        Label("table", "A table"),
        Label("inner", "Some code"),
        Label("words", ""),
        Label("last", ""),
    ]


def test_terms_are_the_lines_of_a_glossary() -> None:
    text = "Words\n\n.. glossary::\n   :sorted:\n\n   one\n   two words\n      Meaning.\n\n   three\n      More.\n\nfour\n   No."
    assert list(terms_in(text)) == ["one", "two words", "three"]


@pytest.mark.parametrize("directive", ["figure", "image"])
def test_a_named_picture_can_be_linked(directive: str) -> None:
    text = f".. {directive}:: loaf.png\n   :name: a-loaf\n\nSee a-loaf_.\n"
    (blocks,) = converted([text], AROUND)
    html = "".join(str(block) for block in blocks)
    assert 'id="text-a-loaf"' in html
    assert 'href="#text-a-loaf"' in html
