"""What a code means is told for each code that there is, in lines that fit a terminal."""

from __future__ import annotations

from test_cases import _codes_in_source

from generator.joins.lessons import WIDTH, Lesson, as_terminal, lesson_of, lessons, listed
from generator.model.project import PACKAGED
from generator.stages.proofread import RULES
from generator.tools.jinja_env import Templates

KNOWN = lessons(Templates(PACKAGED, PACKAGED))


def test_every_code_can_be_explained() -> None:
    """Of a new code, templates/rules/errors.yml says in a sentence what it means."""
    assert [code for code in sorted(_codes_in_source()) if lesson_of(code, KNOWN) is None] == []


def test_nothing_is_explained_that_there_is_not() -> None:
    assert [code for code in KNOWN if "*" not in code and code not in _codes_in_source()] == []


def test_rules_come_first_and_are_all_there() -> None:
    assert [code for code, lesson in KNOWN.items() if lesson.is_rule] == list(RULES)
    assert list(KNOWN)[: len(RULES)] == list(RULES)


def test_a_terminal_gets_lines_that_fit_and_no_signs_of_markdown() -> None:
    for code, lesson in KNOWN.items():
        text = as_terminal(lesson)
        assert max(map(len, text.splitlines())) <= WIDTH, code
        assert "**" not in text, code
        assert "](" not in text, code
        assert code in text, code


def test_a_terminal_is_sent_to_no_other_page() -> None:
    told = [as_terminal(lesson) for lesson in KNOWN.values() if lesson.is_rule]
    assert not [text for text in told if "How silencing works" in text]
    linked = as_terminal(
        Lesson("x", "# X\n\nSee [the list](a.md), please. [More](b.md).\n\n[Last](c.md)", True)
    )
    assert linked == "x\n\nX\n\nSee the list, please.\n\nLast"


def test_a_rule_says_how_to_silence_it_and_an_error_that_it_cannot_be() -> None:
    assert "accept: [{rule: jargon" in " ".join(as_terminal(KNOWN["jargon"]).split())
    assert "cannot be silenced" in as_terminal(KNOWN["broken-link"])


def test_a_family_of_codes_is_explained_together() -> None:
    lesson = lesson_of("unknown-audience", KNOWN)
    assert lesson is not None
    assert lesson.code == "unknown-*"
    assert lesson_of("unknown-rule", KNOWN) is KNOWN["unknown-rule"]
    assert lesson_of("known-audience", KNOWN) is None


def test_the_list_names_every_code_once() -> None:
    words = listed(KNOWN.values()).replace(",", " ").split()
    assert [code for code in KNOWN if words.count(code) < 1] == []
    assert max(map(len, listed(KNOWN.values()).splitlines())) <= WIDTH + 10
