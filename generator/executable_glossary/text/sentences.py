"""Splits English text into sentences, each with its offset.

A period ends a sentence unless it belongs to an abbreviation, an initial, an ellipsis, or a list number. If an
abbreviation can also end a sentence ("in the U.S. The army", "the U.S. Army"), the next word determines whether it
does. Paragraphs, list items, headings, and table rows end a sentence with or without a period. Works on plain text and
on masked Markdown (`markdown_spans.masked`), in which a 0 replaces code, formulas, and numbers from runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class Sentence(NamedTuple):
    offset: int
    text: str

    @property
    def words(self) -> tuple[str, ...]:
        """The words in lowercase and without punctuation, for comparing sentences."""
        return _words(self.text)


@lru_cache(maxsize=2**16)
def sentences(text: str) -> tuple[Sentence, ...]:
    """Every sentence that contains a letter or a digit, in order."""
    result: list[Sentence] = []
    start = 0
    for end in (*_ends(text), len(text)):
        piece = text[start:end]
        if _WORD.search(piece):
            words = _LEAD.sub("", piece, count=1)
            result.append(Sentence(end - len(words), words.rstrip()))
        start = end
    return tuple(result)


@lru_cache(maxsize=2**17)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


_WORD = re.compile(r"\w+(?:['’-]\w+)*")
# List bullets, quotation marks, table pipes, and heading markers before the first word.
_LEAD = re.compile(r"(?:[\s>|#]|[-+*](?=\s))*+")

_END = re.compile(
    r"""
    (?P<stop>(?<![.!?…])[.!?…]++)
        (?P<close>[)\]"'”’»*_]*+)
        (?:\[\^?\w{1,20}\])*+ (?=\s|$)                      # a citation, [12] or [^note]
  | \n[ \t\r]*\n                                            # a paragraph
  | \n(?=[ \t]*(?:[-+*|]|\d{1,9}[.)])[ \t]|\#{1,6}[ ])      # a list item, a table row, or a heading begins
  | (?<=\|)\n                                               # a table row ends
  | ^\#{1,6}[ ][^\n]*\n                                     # a heading ends
    """,
    re.VERBOSE | re.MULTILINE,
)

# How far back an abbreviation can begin.
_LONGEST = 16

# Words that, after an abbreviation, begin a sentence far more often than they continue one.
_OPENING_WORD = r"""(?:
    A|An|The|This|That|These|Those|There|Here|It|Its|He|She|We|They|You|I|My|Your|His|Her|Our|Their|One|Some|Any
  | All|Both|Each|Every|Few|Many|Most|No|Not|None|Such|In|On|At|By|For|From|With|Without|To|As|If|When|While|Where
  | Why|How|What|Which|Who|Whose|But|And|Or|So|Yet|Then|Than|Thus|Hence|However|Therefore|Also|Since|Because|Although
  | Though|After|Before|During|Until|Under|Over|Only|Is|Are|Was|Were|Do|Does|Did|Can|Could|Will|Would|Should|Now
  | Today|Instead|Once|Even|Still|Nobody|Nothing|Everyone|Everything
)\b(?!\.)"""

# Each kind of stop that might not end a sentence: its pattern, and the pattern that follows if the sentence continues.
_KINDS = {
    # A list number at the start of a line or of a sentence: "1. First. 2. Second", "b. Second", "iv. Fourth".
    "list_number": (r"(?:^[ \t>•]*(?:\d{1,9}|[A-Za-z]|[ivxIVX]{2,4})|\.[ \t]\d{1,2})\.", r""),
    # Abbreviations that never end a sentence: "e.g. dropout", "Dr. Lee".
    "inner": (
        r"(?<![\w.])(?:[eE]\.?g|[iI]\.?e|cf|vs|viz|ca|approx|resp|incl|excl|esp"
        r"|Dr|Mr|Mrs|Ms|Mx|Prof|Gen|Gov|Sen|Rep|Hon|Rev|Lt|Col|Capt|Sgt|Mt|Proc|Conf|Trans|Univ|Dept)\.",
        r"",
    ),
    # "No. 3", not the answer "No."; a 0 may be masked code, which can begin the next sentence.
    "numero": (r"\b(?:[Nn]os?|N[°º])\.", r"[1-9]"),
    # "Fig. 3", "Eq. (2)", "Sec. IV", "App. A"
    "reference": (
        r"(?<![\w.])(?:[Ff]igs?|[Ee]qs?|[Ss]ecs?|[Cc]h|[Vv]ol|[Rr]efs?|Tab|Thm|Def|Alg|App|Art|cap|ver)\.",
        r"\d|[A-Z]{1,2}\b(?!')|[IVXL]{1,5}\b",
    ),
    # "pp. 4 to 9", "c. 1900"
    "page": (r"(?<![\w.])(?:pp?|c)\.", r"\d"),
    # Initials and dotted acronyms: "J. Smith", "the U.S. Army", "at 5 p.m. on". A label is neither: "plan B."
    "initial": (
        r"(?<![\w.])(?<!\bplan[ ])(?<!\bclass[ ])(?<!\bgroup[ ])(?<!\bmodel[ ])(?<!\boption[ ])(?<!\btype[ ])"
        r"(?<!\bvitamin[ ])[A-Z]\.",
        rf"(?:(?!{_OPENING_WORD})[A-Z]|(?:van|von|de[rn]?|d[aiu]|l[ae]|ter|bin|al)\b)",
    ),
    "acronym": (
        r"(?<![\w.])(?:(?:[A-Za-z]\.)+[A-Za-z]|Ph\.D|[BM]\.Sc|Inc|Ltd|[Cc]o|Corp|Bros|Jr|Sr|[Ss]t|Ave|Blvd)\.",
        rf"(?!{_OPENING_WORD})",
    ),
    # Abbreviations that end a sentence where a capital follows: "cats, dogs, etc. The"
    "final": (
        r"(?:\b(?:etc|et[ ]al|max|min|avg|est|ed|eds|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
        r"|\d[ ]?(?:in|ft|sec|hrs?|oz|lbs?|yd|kg|cm|mm|km))\.",
        r"(?![A-Z])",
    ),
    # "wait ... and see", "wait . . . and see"
    "ellipsis": (r"(?:\.{2,}|…|\.[ \t]\.)", r"[a-z.]"),
    "spaced_ellipsis": (r"[ \t]\.", r"\."),
    # "5! = 120", "n! grows"
    "factorial": (r"(?<![\w.])(?:\d{1,6}|[a-z])!", r"[a-z=<>≈+·×/-]"),
}
_KIND = re.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, (pattern, _) in _KINDS.items()).join(("(?:", r")\Z")),
    re.MULTILINE,
)
_CONTINUATION = {name: re.compile(follows, re.VERBOSE) for name, (_, follows) in _KINDS.items()}
# Whitespace, then opening quotes and brackets.
_GAP = re.compile(r"\s*+[\"'“‘«(\[*_]*+")
_LOWERCASE = re.compile(r"[a-z]")


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        if match["stop"] is None or not _goes_on(text, match):
            yield match.end()


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence continues after this stop."""
    gap = _GAP.match(text, match.end())
    next_word = gap.end() if gap else match.end()
    # "Why?" asks the reader. / It works (does it?) for all.
    if match["close"] and _LOWERCASE.match(text, next_word):
        return True
    stop_end = match.end("stop")
    kind = _KIND.search(text, max(0, stop_end - _LONGEST), stop_end)
    if kind is None or kind.lastgroup is None:
        return False
    # (cats, dogs, etc.) The stop inside the brackets belongs to the abbreviation.
    if match["close"].startswith((")", "]")):
        return True
    return _CONTINUATION[kind.lastgroup].match(text, next_word) is not None
