"""Splits text into sentences, each with its offset.

The rules are those of English, with the stops of other scripts and the abbreviations of other languages
(`abbreviations`). A period ends a sentence unless it belongs to an abbreviation, an initial, an ellipsis, or a list number. If an
abbreviation can also end a sentence ("in the U.S. The army", "the U.S. Army"), the next word determines whether it
does. Paragraphs, list items, headings, and table rows end a sentence with or without a period. Works on plain text and
on masked Markdown (`markdown_spans.masked`), in which a 0 replaces code, formulas, and numbers from runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from executable_glossary.text.abbreviations import FINAL, INNER, REFERENCE, alternatives


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

# The number or letter of a list item.
_LABEL = r"(?P<label>\d{1,9}|[ivxIVX]{2,4}|[A-Za-z])"

# Latin stops, and those of Arabic, Urdu, the scripts of India, Armenian, and Ethiopic.
_STOPS = ".!?…؟۔।॥։።፧"

_END = re.compile(
    rf"""
    (?P<stop>(?<![{_STOPS}])[{_STOPS}]++)
        (?P<close>[)\]"'”’“»«*_]*+)
        (?:\[\^?\w{{1,20}}\])*+ (?=\s|$)                      # a citation, [12] or [^note]
  | (?P<wide>[。！？｡]++) (?P<wide_close>[」』）】〉》”’"')\]]*+)   # no space follows
  | \n[ \t\r]*\n                                            # a paragraph
  | \n(?=[ \t]*[-+*|][ \t]|\#{{1,6}}[ ])                      # a bullet, a table row, or a heading begins
  | \n(?=[ \t>•]*{_LABEL}[.)][ \t])                         # a numbered item may begin
  | (?<=\|)\n                                               # a table row ends
  | ^\#{{1,6}}[ ][^\n]*\n                                   # a heading ends
    """,
    re.VERBOSE | re.MULTILINE,
)

_LINE = re.compile(rf"[ \t>•]*+(?:{_LABEL}(?P<point>[.)])(?=\s|\Z))?+[^\n]*+(?:\n|\Z)")
# A line after which a list can begin: an empty line, a heading, a table row, or the end of a sentence or of a lead-in.
_LAST_LINE = re.compile(r"""[\s>]*+\Z|[ \t]*+[#|]|[^\n]*[.!?…:;][)\]"'”’»*_]*+\s*+\Z""")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")

# How far before a period an abbreviation can begin.
_LONGEST = 16

# Nouns that follow an ordinal number in German: "am 3. Oktober", "im 19. Jahrhundert".
_AFTER_AN_ORDINAL = r"""(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember
  | Jahrhundert|Jahrzehnt|Jh|Jahr|Lebensjahr|Quartal|Auflage|Aufl|Ausgabe|Kapitel|Abschnitt|Absatz|Tag|Monat|Woche
  | Klasse|Grad|Ordnung|Mal|Stufe|Stock)"""

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
    # A list number at the start of a sentence: "1. First. 2. Second". `_list_numbers` finds those that start a line.
    "list_number": (r"\.[ \t]\d{1,2}\.", r""),
    # Abbreviations that never end a sentence: "e.g. dropout", "Dr. Lee".
    "inner": (
        r"(?<![\w.])(?:[eE]\.?g|[iI]\.?e|cf|vs|viz|ca|et|[Aa]pprox|resp|incl|excl|esp"
        r"|Dr|Mr|Mrs|Ms|Mx|Prof|Gen|Gov|Sen|Rep|Hon|Rev|Lt|Col|Capt|Sgt|Mt|Proc|Conf|Trans|Univ|Dept)\.",
        r"",
    ),
    # "z. B. Wasser", "т. зв. клас", "p. ex. l'eau"
    "foreign": (rf"(?<![\w.])(?:{alternatives(INNER)})\.", r""),
    # The first letters of a spaced abbreviation: "z. B.", "i. d. R."
    "spaced_letter": (r"(?<![\w.])[a-zäöüа-яіїє]\.", r"[^\W\d_]{1,3}\."),
    # "p. a."
    "spaced_letters": (r"(?<![\w.])(?:[a-zäöü]\.[ \u00a0\u202f])+[a-zäöü]\.", rf"(?!{_OPENING_WORD})"),
    # "am 3. Oktober"
    "ordinal": (r"(?<![\w.,])\d{1,2}\.", _AFTER_AN_ORDINAL),
    # "No. 3", not the answer "No."; a single 0 may be masked code, which can begin the next sentence.
    "numero": (r"\b(?:[Nn]os?|N[°º])\.", r"[1-9]|0\d"),
    # "Fig. 3", "Fig. S1", "Eq. (2)", "Sec. IV", "App. A"
    "reference": (
        r"(?<![\w.])(?:[Ff]igs?|[Ee]qs?|[Ss]ecs?|[Cc]h|[Vv]ol|[Rr]efs?|Tab|Thm|Def|Alg|App|Art|cap|ver"
        r"|[Ee]qns?|Sects?|Chaps?|Tbls?)\.",
        r"\d|[A-Z]{1,2}(?:\d|\b(?!'))|[IVXL]{1,5}\b",
    ),
    # "Abs. 2", "ст. 5", "núm. 3"
    "foreign_reference": (rf"(?<![\w.])(?:{alternatives(REFERENCE)})\.", r"\d|[IVXL]{1,5}\b"),
    # "pp. 4 to 9", "c. 1900"
    "page": (r"(?<![\w.])(?:pp?|c)\.", r"\d"),
    # A label ends a sentence if a capital letter follows: "plan B. Then"
    "label": (r"\b(?:plan|class|group|model|option|type|vitamin)[ ][A-Z]\.", r"[a-z]|(?<=[(\[])\d"),
    # "J. Smith", "L. van der Maaten", "C. elegans", "Rumelhart, D. E. (1986)"
    "initial": (r"(?<![\w.])[A-Z]\.", rf"(?!{_OPENING_WORD})[^\W\d_]|(?<=[(\[])\d"),
    # These follow a name or a time, which can continue after them: "5 p.m. Pacific Time", "Acme Inc. CEO".
    "suffix": (
        r"(?<![\w.])(?:[AaPp]\.[Mm]|i\.i\.d|Ph\.D|[BM]\.Sc|Inc|Ltd|[Cc]o|Corp|Bros|Ave|Blvd)\.",
        rf"""(?!{_OPENING_WORD})(?:
            (?![A-Z][a-z]) | (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b | (?:Inc|Ltd|Corp)\b | [A-Z]\w{{1,30}}\s[A-Z]
        )""",
    ),
    # "the U.S. Army", "St. Louis"
    "acronym": (r"(?<![\w.])(?:(?:[A-Za-z]\.)+[A-Za-z]|Jr|Sr|[Ss]t)\.", rf"(?!{_OPENING_WORD})"),
    # Abbreviations that end a sentence if a capital letter follows: "cats, dogs, etc. The"
    "final": (
        r"(?:\b(?:etc|et\.?[ ]al|[Ss]td|[Dd]ev|max|min|avg|est|ed|eds|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
        r"|\d[ ]?(?:in|ft|sec|hrs?|oz|lbs?|yd|kg|cm|mm|km))\.",
        r"(?![A-Z])|Dev\.",
    ),
    # "Hunde, Katzen usw. Danach"
    "foreign_final": (rf"(?<![\w.])(?:{alternatives(FINAL)})\.", r"(?![A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ])"),
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
_GAP = re.compile(r"\s*+[\"'“„‘«»(\[*_]*+")
_LOWERCASE = re.compile(r"[a-z]")


# A pair of brackets, which may contain other pairs, at the start of a sentence.
_BRACKETED = re.compile(r"[\s>*+-]{0,9}+[(\[](?:[^()\[\]]|\([^()]*+\)|\[[^\[\]]*+\])*+[)\]]")


def _ends(text: str) -> Iterator[int]:
    numbers = _list_numbers(text)
    bracketed_end = _bracketed_end(text, 0)
    for match in _END.finditer(text):
        if match["label"] is not None:
            ends = match.end("label") + 1 in numbers
        elif match["stop"] is not None:
            ends = match.end("stop") not in numbers and not _goes_on(text, match, bracketed_end)
        elif match["wide_close"]:
            # 「はい。」と言う
            ends = text[match.end() : match.end() + 1].isspace()
        else:
            ends = True
        if ends:
            yield match.end()
            bracketed_end = _bracketed_end(text, match.end())


def _list_numbers(text: str) -> frozenset[int]:
    """Where the number of each list item ends.

    A wrapped line can also begin with "n." or "2012.". An item therefore has number 1, continues a list, or follows a
    line after which a list can begin.
    """
    numbers: set[int] = set()
    previous_line, previous_label = "", ""
    for line in _LINE.finditer(text):
        label = line["label"]
        can_begin = _LAST_LINE.match(previous_line) is not None
        if label and (label == "1" or can_begin or _continues_list(previous_label, label)):
            numbers.add(line.end("point"))
            previous_label = label
        elif not line[0].strip():
            previous_label = ""
        previous_line = line[0]
    return frozenset(numbers)


def _continues_list(previous: str, label: str) -> bool:
    """Whether this label can come after the previous one: 3 after 2, c after b, iv after iii."""
    if label.isdigit():
        return previous.isdigit() and 0 <= int(label) - int(previous) < 10
    if label.lower() in _ROMAN and previous.lower() in _ROMAN:
        return _ROMAN.index(label.lower()) == _ROMAN.index(previous.lower()) + 1
    return len(label) == len(previous) == 1 and ord(label) == ord(previous) + 1


def _bracketed_end(text: str, start: int) -> int | None:
    """Where the brackets end, if the sentence starts with brackets."""
    brackets = _BRACKETED.match(text, start)
    return brackets.end() if brackets else None


def _goes_on(text: str, match: re.Match[str], bracketed_end: int | None) -> bool:
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
    # In "cats (dogs, etc.)", the stop belongs to the abbreviation. In "(We saw cats, etc.)", it also ends the sentence.
    if match["close"].startswith((")", "]")):
        return match.start("close") + 1 != bracketed_end
    return _CONTINUATION[kind.lastgroup].match(text, next_word) is not None
