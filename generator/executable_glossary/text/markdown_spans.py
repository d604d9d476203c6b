"""Splits Markdown into prose and spans that must not change: code, links, headings, tags, math, expressions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache


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
    (?P<fence>^(?P<mark>`{3,}+|~{3,}+)[^\n]*\n.*?(?:^(?P=mark)[ \t]*$|\Z))
  | (?P<code>(?<![`\\])`++)
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
    end = start = 0
    closing = _Backticks(text)
    while match := _PATTERN.search(text, start):
        kind = next(name for name in _KINDS if match[name] is not None)
        start = closing.after(match.start(), match.end()) if kind == "code" else match.end()
        if start == 0:  # backticks that begin no code
            start = match.end()
            continue
        if match.start() > end:
            yield Span("prose", end, text[end : match.start()])
        yield Span(kind, match.start(), text[match.start() : start])
        end = start
    if end < len(text):
        yield Span("prose", end, text[end:])


class _Backticks:
    """The ends of code spans. A search for each of them separately would take quadratic time."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _runs(self) -> Mapping[int, list[int]]:
        """The positions of backticks in a row, keyed by their number."""
        runs: dict[int, list[int]] = {}
        for run in re.finditer("`+", self._text):
            runs.setdefault(len(run[0]), []).append(run.start())
        return runs

    @cached_property
    def _breaks(self) -> list[int]:
        """The positions of blank lines, where paragraphs end."""
        return [found.start() for found in re.finditer(r"\n(?=[ \t]*+\n)", self._text)]

    def after(self, start: int, end: int) -> int:
        """The end of the code span whose opening backticks are given; 0 if no equally many follow in the paragraph."""
        runs = self._runs[end - start]
        number = bisect_left(runs, end)
        if number == len(runs):
            return 0
        limit = bisect_left(self._breaks, end)
        is_cut = limit < len(self._breaks) and self._breaks[limit] < runs[number]
        return 0 if is_cut else runs[number] + end - start


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
