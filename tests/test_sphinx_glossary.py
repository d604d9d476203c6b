"""A Sphinx glossary, parsed by docutils: the supported markup and its conversion."""

from __future__ import annotations

import textwrap

import pytest

pytest.importorskip("docutils")

from executable_glossary.adapters.sphinx_glossary import read_rest
from executable_glossary.model.foreign_glossary import ForeignGlossary


def read(text: str) -> ForeignGlossary:
    return read_rest("a.rst", textwrap.dedent(text))


def defined(*lines: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of one definition, and what its conversion lost."""
    body = "\n".join(f"      {line}".rstrip() for line in lines)
    found = read_rest("a.rst", f".. glossary::\n\n   term\n{body}\n")
    return found.terms[0].text, [(loss.kind, loss.detail) for loss in found.losses]


# Terms


def test_terms_above_the_same_definition_share_it() -> None:
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
    assert [loss.detail for loss in found.losses if loss.kind.startswith("text outside")] == [
        "Words",
        "Not a term",
        "of a glossary.",
    ]
    assert ("classifiers skipped", "uno : index key") in [(loss.kind, loss.detail) for loss in found.losses]


def test_all_glossaries_in_a_file_are_read() -> None:
    found = read(
        ".. glossary::\n\n   a\n     First.\n\nText.\n\n   .. glossary::\n\n      b\n        Second.\n"
    )
    assert [term.names[0] for term in found.terms] == ["a", "b"]


def test_a_term_without_a_definition_has_no_text() -> None:
    assert [(term.names[0], term.text) for term in read(".. glossary::\n\n   a\n").terms] == [("a", "")]


# Inline markup


@pytest.mark.parametrize(
    ("written", "converted"),
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
def test_markup_that_markdown_supports_is_converted(written: str, converted: str) -> None:
    assert defined(written) == (converted, [])


@pytest.mark.parametrize(
    ("written", "converted", "kind", "detail"),
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
def test_markup_that_markdown_lacks_is_reported(written: str, converted: str, kind: str, detail: str) -> None:
    text, lost = defined(written)
    assert text == converted
    assert (kind, detail) in lost


# Blocks


def test_code_keeps_its_language_and_any_option_is_accepted() -> None:
    text, lost = defined(
        ".. code-block:: python", "   :caption: x.py", "   :emphasize-lines: 1", "", "   print(1)"
    )
    assert (text, lost) == ("```python\nprint(1)\n```", [])
    assert defined("So::", "", "   a", "   b")[0] == "So:\n\n```\na\nb\n```"
    assert defined(">>> 1 + 1", "2")[0] == "```pycon\n>>> 1 + 1\n2\n```"


def test_nested_lists_are_kept() -> None:
    assert defined("* a", "* b", "", "  * c")[0] == "- a\n- b\n\n    - c"
    assert defined("3. a", "4. b")[0] == "3. a\n4. b"


def test_code_in_a_list_splits_it() -> None:
    text, lost = defined("* a::", "", "     code", "", "* b")
    assert text == "- a:\n\n```\ncode\n```\n\n- b"
    assert [kind for kind, _ in lost] == ["code blocks moved out of lists"]


def test_admonitions_are_removed_and_their_text_is_kept() -> None:
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
def test_unsupported_blocks_are_dropped_and_reported(lines: list[str], kind: str, detail: str) -> None:
    text, lost = defined("Words.", "", *lines)
    assert text == "Words."
    assert [told for told, _ in lost] == [kind]
    assert lost[0][1].startswith(detail)


def test_a_list_of_names_becomes_paragraphs() -> None:
    text, lost = defined("word", "   Its meaning.")
    assert text == "**word** Its meaning."
    assert lost == [("definition lists replaced with bold names", "word")]


def test_no_local_file_is_included(capfd: pytest.CaptureFixture[str]) -> None:
    text, lost = defined("Words.", "", f".. include:: {__file__}", "", ".. raw:: html", "", "   <b>x</b>")
    assert text == "Words."
    assert [kind for kind, _ in lost] == ["errors reported by docutils"] * 2
    assert capfd.readouterr() == ("", "")


def test_a_loss_has_the_number_of_its_line() -> None:
    found = read(".. glossary::\n\n   a\n     One\n     two :ref:`x`.\n\n     Three :ref:`y`.\n")
    assert [(loss.place.line, loss.detail) for loss in found.losses] == [(5, ":ref:`x`"), (7, ":ref:`y`")]
