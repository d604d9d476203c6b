"""Cuts Markdown into prose and what must not be touched: code, links, headings, tags, mathematics, expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Span:
    """A stretch of Markdown; `kind` is one of prose, fence, code, math, expression, concept, link, tag, heading."""

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


# Several stages read each text. With fewer places, a large glossary would be cut anew each time.
@lru_cache(maxsize=2**16)
def spans(text: str) -> tuple[Span, ...]:
    """The whole text, in order, nothing left out."""
    return tuple(_spans(text))


def plain(text: str) -> str:
    """What a reader would hear: no code, mathematics, numbers from runs, tags or Markdown signs."""
    heard = "".join(_heard(span) for span in spans(text))
    return re.sub(r"[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}", "", heard)


# Bounds keep a text of nothing but beginnings from being searched to its end for each of them.
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


def _heard(span: Span) -> str:
    if span.kind == "concept":
        return span.inner.rpartition("|")[2].replace("-", " ")
    if span.kind == "link":
        return span.text.partition("](")[0].lstrip("![")
    return span.text if span.kind in ("prose", "heading") else " "
