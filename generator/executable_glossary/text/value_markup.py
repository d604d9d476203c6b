"""Converts a value's HTML, Markdown, SVG, or LaTeX to HTML without active content, and says what it lacks."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass

from markdown import markdown

from executable_glossary.model.run import Missing
from executable_glossary.text.markdown_spans import spans
from executable_glossary.text.mathml import mathml
from executable_glossary.text.sanitize_html import frame_in, safe_html

# What surrounds a formula when a library returns it.
_DELIMITERS = re.compile(
    r"^\s*(?:\$\$?|\\\[|\\\(|\\begin\{(?:equation|displaymath|math)\*?\})?\s*(?:\\displaystyle\b)?"
    r"(?P<formula>.*?)(?:\$\$?|\\\]|\\\)|\\end\{(?:equation|displaymath|math)\*?\})?\Z",
    re.DOTALL,
)
# The limits for Markdown and formulas, whose converters take minutes for a text that was made to slow them down. An
# author's text has the same length at most.
LONGEST_TEXT, MOST_LINES, MOST_SIGNS = 20_000, 2_000, 1_000
_SIGNS = re.compile(r"[\[`<#!]")
# Text with formulas in it, which is not a formula as a whole.
_DOLLAR = re.compile(r"(?<!\\)\$")
# What stands for a formula while its surroundings are converted.
_MARK = re.compile(r"\ue000\d+\ue001")


@dataclass(frozen=True)
class ValueMarkup:
    """The HTML of a value and its styles; the HTML is empty if the value is shown as text. missing: what is left out."""

    html: str = ""
    css: str = ""
    missing: tuple[Missing, ...] = ()


def value_markup(value: str, media: str, scope: str) -> ValueMarkup:
    """scope: a class name for the element around the HTML."""
    if media == "text/latex":
        return _formula(value)
    html, formulas = _markdown(value) if media == "text/markdown" else (value, {})
    safe = safe_html(html, scope)
    if safe.needs_scripts:
        frame = frame_in(html)
        return ValueMarkup(missing=(Missing("kind", f"<{frame}>") if frame else Missing("scripts"),))
    pictures = (Missing("pictures"),) if safe.lacks_pictures else ()
    if safe.is_empty and not pictures:
        return ValueMarkup(missing=(Missing("value", media),))
    parts = (Missing("parts", ", ".join(safe.lacks)),) if safe.lacks else ()
    shown = _MARK.sub(lambda mark: formulas.get(mark[0], ""), safe.html) if formulas else safe.html
    return ValueMarkup(shown, safe.css, (*pictures, *parts))


def _markdown(value: str) -> tuple[str, dict[str, str]]:
    """The HTML of Markdown, with a mark in place of each formula, and the formulas by their marks; empty if there is
    too much of something in it."""
    if len(value) > LONGEST_TEXT or value.count("\n") > MOST_LINES or len(_SIGNS.findall(value)) > MOST_SIGNS:
        return "", {}
    try:
        text, formulas = _marked(_MARK.sub("", value))
        return str(markdown(text, extensions=["tables", "fenced_code"])), formulas
    except RecursionError:
        return "", {}


def _marked(value: str) -> tuple[str, dict[str, str]]:
    """The text with a mark in place of each formula, and the formulas by their marks. Text that is not LaTeX is left
    unchanged."""
    formulas, text = dict[str, str](), ""
    for span in spans(value):
        written = span.text
        if span.kind == "math":
            with contextlib.suppress(ValueError):
                formula = mathml(span.inner, written.startswith("$$"))
                written = f"\ue000{len(formulas)}\ue001"
                formulas[written] = formula
        text += written
    return text, formulas


def _formula(value: str) -> ValueMarkup:
    if len(value) > LONGEST_TEXT:
        return ValueMarkup(missing=(Missing("value", "text/latex"),))
    found = _DELIMITERS.match(value.strip())
    formula = found["formula"] if found else value
    try:
        if _DOLLAR.search(formula):
            raise ValueError("it is a text with formulas")
        return ValueMarkup(mathml(formula, True))
    except ValueError:
        return ValueMarkup(missing=(Missing("value", "text/latex"),))
