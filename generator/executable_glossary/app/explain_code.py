"""Formats the documentation of rules for a terminal: one rule in full, or a list of all rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from textwrap import fill, indent

from executable_glossary.model.rule import ProseRule, Rule

WIDTH, INDENT = 88, "    "

# A fenced code block or a paragraph.
_PART = re.compile(r"^```\w*\n(?P<code>.*?)^```$|(?:^[^\n]*\S[^\n]*\n?)+", re.MULTILINE | re.DOTALL)


def as_terminal(page: str) -> str:
    """Markdown without the syntax that only a page needs, wrapped to `WIDTH`. A title becomes a plain line."""
    # A sentence that consists only of a link is useless in a terminal, where links cannot be followed.
    without = re.sub(r" \[[^\]]+\]\([^)]+\)\.?$", "", page, flags=re.MULTILINE)
    plain = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", without).replace("**", "")
    return "\n\n".join(_paragraphs(plain.strip().removeprefix("# ")))


def listed(rules: Collection[Rule]) -> str:
    """The prose rules with their summaries, then the codes of all other rules."""
    prose = [rule for rule in rules if isinstance(rule, ProseRule)]
    width = max((len(rule.code) for rule in prose), default=0)
    others = ", ".join(rule.code for rule in rules if rule not in prose)
    return "\n".join(
        [
            "Prose rules, which you can silence with a reason:",
            "",
            *(f"  {rule.code:<{width}}  {rule.summary}" for rule in prose),
            "",
            "All other rules, which cannot be silenced:",
            "",
            fill(others, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False),
        ]
    )


def _paragraphs(text: str) -> Iterator[str]:
    """The parts of a page. Quotations and code are indented, and code keeps its line breaks."""
    for part in _PART.finditer(text):
        yield _wrapped(part[0]) if part["code"] is None else indent(part["code"].rstrip(), INDENT)


def _wrapped(paragraph: str) -> str:
    start = INDENT if paragraph.startswith(">") else ""
    text = re.sub(r"^> ?", "", paragraph, flags=re.MULTILINE)
    return fill(text, WIDTH, initial_indent=start, subsequent_indent=start, break_on_hyphens=False)
