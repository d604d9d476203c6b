"""Splits Markdown into prose and spans that must not change: code, links, headings, tags, math, expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Span:
    """A part of Markdown text; `kind` is one of prose, fence, code, math, expression, concept, link, tag, or
    heading."""

    kind: str
    offset: int
    text: str

    @property
    def inner(self) -> str:
        """The text without its delimiters."""
        cut = {"math": 2 if self.text.startswith("$$") else 1, "expression": 2, "concept": 2}.get(
            self.kind, 0
        )
        return self.text[cut : len(self.text) - cut].strip() if cut else self.text


# Several stages split the same text. With a smaller cache, each stage would have to split a large glossary again.
@lru_cache(maxsize=2**16)
def spans(text: str) -> tuple[Span, ...]:
    """All spans of the text, in order and without gaps."""
    return tuple(_spans(text))


@lru_cache(maxsize=2**16)
def plain(text: str) -> str:
    """The text as it would be read aloud: without code, math, numbers from runs, tags, or Markdown characters."""
    words = "".join(_spoken(span) for span in spans(text))
    return re.sub(r"[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}", "", words)


@lru_cache(maxsize=2**16)
def masked(text: str) -> str:
    """The visible text with every character at its original offset, and spaces in place of markup.

    Each code span, formula, and number from a run becomes a 0, so the number of words in a sentence does not change.
    List bullets and heading markers are kept, because sentences end there.
    """
    return "".join(_blank(span) for span in spans(text))


def is_closed(fence: str) -> bool:
    """Whether Markdown accepts a code fence: it is closed, and only a language follows the opening fence."""
    return _CLOSED.fullmatch(fence) is not None


_CLOSED = re.compile(r"(?P<mark>`{3,}|~{3,})[ \t]*[\w#.+-]*[ \t]*\n(?:.*\n)??(?P=mark)[ \t]*", re.DOTALL)


def typed_numbers(prose: str) -> Iterator[tuple[int, str]]:
    """Numbers that look measured, with their offsets: a decimal, a percentage, or "3 times"."""
    for match in _TYPED.finditer(prose):
        yield match.start(), match[0]


_TYPED = re.compile(
    r"(?<![\w.,])(?:\d[\d,]*\.\d+|\d[\d,.]*\s?(?:%|percent\b|per cent\b)|\d[\d,.]*\s?(?:times\b|×(?!\s?\d)|-fold\b))(?![\w%])",
    re.IGNORECASE,
)

# The limits keep the matching time linear even if the text contains many unclosed opening delimiters.
_PATTERN = re.compile(
    r"""
    (?P<fence>^(?P<mark>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=mark)[ \t]*$|\Z))
  | (?P<code>(?<![`\\])(?P<tick>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=tick)(?!`))
  | (?P<math>\$\$.{1,3000}?\$\$|(?<![\\$\w])\$(?![\s$])[^$`\n]{1,3000}?(?<!\s)\$(?!\d))
  | (?P<expression>\{\{.{0,1000}?\}\})
  | (?P<concept>\[\[[^\[\]\n]{0,300}\]\])
  | (?P<link>!?\[[^\[\]\n]{0,1000}\]\([^)\n]{0,2000}\))
  | (?P<tag></?[A-Za-z!][^>\n]{0,1000}>)
  | (?P<heading>^\#{1,6}[ ][^\n]*$)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


def _spans(text: str) -> Iterator[Span]:
    end = 0
    for match in _PATTERN.finditer(text):
        if match.start() > end:
            yield Span("prose", end, text[end : match.start()])
        kind = next(name for name in _KINDS if match[name] is not None)
        yield Span(kind, match.start(), match[0])
        end = match.end()
    if end < len(text):
        yield Span("prose", end, text[end:])


_KINDS = ("fence", "code", "math", "expression", "concept", "link", "tag", "heading")


def _spoken(span: Span) -> str:
    if span.kind == "concept":
        return span.inner.rpartition("|")[2].replace("-", " ")
    if span.kind == "link":
        return span.text.partition("](")[0].lstrip("![")
    return span.text if span.kind in ("prose", "heading") else " "


def _blank(span: Span) -> str:
    """The masked span, with its length and line breaks unchanged."""
    if span.kind in ("prose", "heading"):
        return _EMPHASIS.sub(lambda match: match["bullet"] or " ", span.text)
    if span.kind in ("concept", "link"):
        return _words_of_link(span)
    filler = re.sub(r"[^\n]", " ", span.text)
    return filler if span.kind in ("tag", "fence") else f"0{filler[1:]}"


_EMPHASIS = re.compile(r"(?P<bullet>^[ \t]*\*(?=[ \t]))|[*_]", re.MULTILINE)


def _words_of_link(span: Span) -> str:
    """The words of `[[a|words]]` and `[words](url)`, or the id in `[[fine-tuning]]`."""
    if span.kind == "link":
        start, end = span.text.index("[") + 1, span.text.index("](")
    else:
        start, end = max(2, span.text.find("|") + 1), len(span.text) - 2
    return " " * start + span.text[start:end] + " " * (len(span.text) - end)
