"""A glossary of Sphinx, read by docutils: what an author may write there, and what it becomes."""

from __future__ import annotations

import textwrap

import pytest

pytest.importorskip("docutils")

from executable_glossary.adapters.sphinx_glossary import read_rest
from executable_glossary.model.foreign_glossary import ForeignGlossary


def read(text: str) -> ForeignGlossary:
    return read_rest("a.rst", textwrap.dedent(text))


def defined(*lines: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of one definition, and what it lost."""
    body = "\n".join(f"      {line}".rstrip() for line in lines)
    found = read_rest("a.rst", f".. glossary::\n\n   term\n{body}\n")
    return found.terms[0].text, [(loss.kind, loss.detail) for loss in found.losses]


# Which terms there are


def test_terms_above_one_definition_share_it() -> None:
    found = read(
        """
        Words
        =====

        .. glossary::
           :sorted:

           .. A comment
              of two lines.

           one
           uno : index key
              First.

              Still the first.

           two

              Second.

        Not a term
           of a glossary.
        """
    )
    assert [(term.names, term.text, term.place.line) for term in found.terms] == [
        (("one", "uno"), "First.\n\nStill the first.", 11),
        (("two",), "Second.", 17),
    ]
    assert [(loss.kind, loss.detail) for loss in found.losses] == [("classifiers skipped", "uno : index key")]


def test_all_glossaries_of_a_file_are_read() -> None:
    found = read(
        ".. glossary::\n\n   a\n     First.\n\nText.\n\n   .. glossary::\n\n      b\n        Second.\n"
    )
    assert [term.names[0] for term in found.terms] == ["a", "b"]


def test_a_term_without_a_definition_is_there_without_text() -> None:
    assert [(term.names[0], term.text) for term in read(".. glossary::\n\n   a\n").terms] == [("a", "")]


# Within a line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("*a* **b** ``c d``", "*a* **b** `c d`"),
        (":term:`other` and :term:`them <other>`", "[[other]] and [[other|them]]"),
        ("`here <https://a.org/x>`_", "[here](https://a.org/x)"),
        ("see https://a.org/x.", "see [https://a.org/x](https://a.org/x)."),
        (":file:`conf.py` :kbd:`C-x` :command:`ls`", "`conf.py` `C-x` `ls`"),
        (":dfn:`word` :guilabel:`OK`", "*word* **OK**"),
        ("`word`", "*word*"),
        ("``a`b``", "``a`b``"),
        (r"2 * 3 \*x\* _y_ <b> $5 {{ z }} [a](b)", r"2 \* 3 \*x\* \_y\_ &lt;b> &#36;5 &#123;&#123; z }} &#91;a&#93;(b)"),
        (r":term:`directive`\ s", "[[directive]]s"),
    ],
)  # fmt: skip
def test_what_markdown_has_too_is_carried_over(written: str, said: str) -> None:
    assert defined(written) == (said, [])


@pytest.mark.parametrize(
    ("written", "said", "kind", "detail"),
    [
        (":class:`~a.b.C`", "`C`", "roles replaced with their text", ":class:`~a.b.C`"),
        (":py:meth:`!run`", "`run`", "roles replaced with their text", ":py:meth:`!run`"),
        (
            ":doc:`the page </usage>`",
            "the page",
            "roles replaced with their text",
            ":doc:`the page </usage>`",
        ),
        (":math:`x^2`", "`x^2`", "roles replaced with their code", ":math:`x^2`"),
        ("a [1]_", "a &#91;1]", "inline markup replaced with its text", "[1]_"),
        ("the |name|", "the name", "inline markup replaced with its text", "|name|"),
    ],
)
def test_what_markdown_does_not_have_is_told(written: str, said: str, kind: str, detail: str) -> None:
    text, lost = defined(written)
    assert text == said
    assert (kind, detail) in lost


# Blocks


def test_code_keeps_its_language_and_every_option_is_taken() -> None:
    text, lost = defined(
        ".. code-block:: python", "   :caption: x.py", "   :emphasize-lines: 1", "", "   print(1)"
    )
    assert (text, lost) == ("```python\nprint(1)\n```", [])
    assert defined("So::", "", "   a", "   b")[0] == "So:\n\n```\na\nb\n```"
    assert defined(">>> 1 + 1", "2")[0] == "```pycon\n>>> 1 + 1\n2\n```"


def test_lists_stay_lists_also_within_each_other() -> None:
    assert defined("* a", "* b", "", "  * c")[0] == "- a\n- b\n\n    - c"
    assert defined("3. a", "4. b")[0] == "3. a\n4. b"


def test_code_within_a_list_cuts_it() -> None:
    text, lost = defined("* a::", "", "     code", "", "* b")
    assert text == "- a:\n\n```\ncode\n```\n\n- b"
    assert [kind for kind, _ in lost] == ["code blocks moved out of lists"]


def test_frames_go_and_their_words_stay() -> None:
    text, lost = defined(
        ".. note:: Mind *this*.", "", ".. seealso::", "", "   That.", "", ".. versionadded:: 3.2 Words."
    )
    assert text == "Mind *this*.\n\nThat.\n\nWords."
    assert [detail for _, detail in lost] == ["note", "seealso", "versionadded 3.2"]


@pytest.mark.parametrize(
    ("lines", "kind", "detail"),
    [
        ([".. image:: a.png"], "images skipped", "a.png"),
        (["== ==", "a  b", "== ==", "1  2", "== =="], "tables skipped", "a b 1 2"),
        ([".. index:: x"], "directives and quotations without text skipped", "index x"),
        ([".. list-table:: x", "   foo"], "errors reported by docutils", ""),
    ],
)
def test_what_cannot_stay_is_left_out_and_told(lines: list[str], kind: str, detail: str) -> None:
    text, lost = defined("Words.", "", *lines)
    assert text == "Words."
    assert [told for told, _ in lost] == [kind]
    assert lost[0][1].startswith(detail)


def test_a_list_of_names_becomes_paragraphs() -> None:
    text, lost = defined("word", "   Its meaning.")
    assert text == "**word** Its meaning."
    assert lost == [("definition lists replaced with bold names", "word")]


def test_no_file_of_this_machine_gets_in(capfd: pytest.CaptureFixture[str]) -> None:
    text, lost = defined("Words.", "", f".. include:: {__file__}", "", ".. raw:: html", "", "   <b>x</b>")
    assert text == "Words."
    assert [kind for kind, _ in lost] == ["errors reported by docutils"] * 2
    assert capfd.readouterr() == ("", "")


def test_a_loss_stands_at_its_line() -> None:
    found = read(".. glossary::\n\n   a\n     One\n     two :ref:`x`.\n\n     Three :ref:`y`.\n")
    assert [(loss.place.line, loss.detail) for loss in found.losses] == [(5, ":ref:`x`"), (7, ":ref:`y`")]
