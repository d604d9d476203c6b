"""The explanation of a code, as shown in a terminal."""

from __future__ import annotations

import pytest

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.app.explain_code import WIDTH, as_terminal, listed
from executable_glossary.app.rule_index import rules
from executable_glossary.model.project import PACKAGED
from executable_glossary.stages.render.manual_pages import rule_page

TEMPLATES = Templates(PACKAGED, PACKAGED)


def explained(code: str) -> str:
    return as_terminal(rule_page(TEMPLATES, rules()[code]))


@pytest.mark.parametrize("code", rules())
def test_lines_fit_and_contain_no_markdown(code: str) -> None:
    text = explained(code)
    assert text.startswith(f"{code}\n\n{rules()[code].summary[:30]}")
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "**" not in text
    assert "](" not in text
    assert "```" not in text


def test_no_sentence_is_only_a_link() -> None:
    assert not [code for code in rules() if "How to silence" in explained(code)]
    linked = "# X\n\nSee [the list](a.md), please. [More](b.md).\n\n[Last](c.md)"
    assert as_terminal(linked) == "X\n\nSee the list, please.\n\nLast"


def test_code_keeps_its_lines() -> None:
    assert as_terminal("# X\n\n```yaml\nterm: A\n\nsee_also:\n  - b\n```\n\nEnd.") == (
        "X\n\n    term: A\n\n    see_also:\n      - b\n\nEnd."
    )


def test_a_quotation_is_indented() -> None:
    assert as_terminal("# X\n\n> One\n> two.") == "X\n\n    One two."


def test_only_a_prose_rule_can_be_silenced() -> None:
    assert "accept: [{rule: jargon" in " ".join(explained("jargon").split())
    assert "accept:" not in explained("broken-link")
    assert "This rule cannot be silenced" in explained("broken-link")


def test_the_list_contains_every_code() -> None:
    words = listed(rules().values()).replace(",", " ").split()
    assert [code for code in rules() if code not in words] == []
    assert max(map(len, listed(rules().values()).splitlines())) <= WIDTH + 10
