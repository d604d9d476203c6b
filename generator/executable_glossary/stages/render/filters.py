"""Template filters that quote, escape, and convert text for Markdown, HTML, and YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from executable_glossary.model.slugs import inside_a_sentence
from executable_glossary.text.markdown_spans import Span, spans
from executable_glossary.text.mathml import mathml


def fenced(text: str, language: str = "text") -> str:
    """A fenced code block; the fence is longer than any run of backticks in the code."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def in_backticks(block: str) -> str:
    """The lines within a fenced code block as code on one line."""
    code = " ".join(" ".join(block.strip().splitlines()[1:-1]).split())
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    return f"{'`' * (longest + 1)} {code} {'`' * (longest + 1)}" if code else ""


def alternative(text: str) -> str:
    """Alternative text for an image, inside `![...]`: on one line, with Markdown and HTML escaped."""
    escaped = re.sub(r"([\[\]\\`*_])", r"\\\1", " ".join(text.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_written(text: str) -> str:
    """Plain text, such as a script's title, as Markdown that displays the same characters."""
    escaped = re.sub(r"([\\`*_{}\[\]#|])", r"\\\1", " ".join(text.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Text for use inside a double-quoted HTML attribute."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def address(url: str) -> str:
    """A URL for use inside `[...](...)`, where a parenthesis would end the link."""
    return url.replace("(", "%28").replace(")", "%29")


def bare(url: str) -> str:
    """A URL as it is shown to readers, without `https://`."""
    return re.sub(r"^https?://", "", url)


def without_rest(text: str) -> str:
    """An output without the note that it is shortened, which the page shows below it."""
    return re.sub(r"\n\[[\d,]+ more characters\]\n\Z", "\n", text)


def with_formulas(text: str) -> str:
    """The Markdown text of a script with its formulas as MathML. One that cannot be parsed stays as it is written."""
    return "".join(map(_formula, spans(text))) if "$" in text else text


def _formula(span: Span) -> str:
    if span.kind == "math":
        with suppress(ValueError):
            return mathml(span.inner, block=span.text.startswith("$$"))
    return span.text


def indented(text: str, width: int = 4) -> str:
    """The text with every line indented, to continue a list item or a collapsible block."""
    return "\n".join(" " * width + line if line.strip() else "" for line in text.splitlines())


def quoted(text: str) -> str:
    """The text as a quoted YAML (and JSON) string on one line, for front matter."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def capitalized(text: str) -> str:
    """The text with its first letter in uppercase and the rest unchanged, so "ML engineer" stays the same."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a period at the end, unless it already ends in punctuation."""
    return text if text.rstrip()[-1:] in tuple(".?!:") else f"{text.rstrip()}."


FILTERS: Mapping[str, Callable[..., str]] = {
    filter.__name__: filter
    for filter in (
        fenced,
        alternative,
        as_written,
        attribute,
        address,
        bare,
        indented,
        with_formulas,
        without_rest,
        quoted,
        capitalized,
        inside_a_sentence,
        sentence,
    )
}
