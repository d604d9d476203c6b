"""Splits an imported definition: its first sentence becomes the meaning, and the rest becomes the definition.

A sentence is never shortened: if it does not fit, the author must write the meaning, and the definition keeps all of the
text.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from executable_glossary.model.foreign_glossary import escaped
from executable_glossary.stages.import_terms.clean_text import strip_markup
from executable_glossary.text.markdown_spans import Span, spans, typed_numbers
from executable_glossary.text.sentences import sentences

Lost = tuple[str, str]

MOST_WORDS = 30
NO_MEANING = "meanings to write, because the first sentence does not fit"
# Consonants without a vowel before a period are probably an abbreviation, and so is a number of one or two digits: the
# lists of abbreviations know only some languages.
_UNSURE = re.compile(
    r"(?<![^\W\d_])(?:[^\W\d_]|[A-ZА-ЯЁІЇЄҐ]?[b-df-hj-np-tv-xzб-дж-зк-нп-тф-щґ]{1,5}|(?<![\w.,])\d{1,2})\.\Z"
)
_NO_SENTENCE = re.compile(r"(?:[-*+]|\d+[.)])\s|\||\*\*[^*\n]+\*\*\s*(?:\n|\Z)")
_PAIRS = {"(": ")", "[": "]", "{": "}", "（": "）", "「": "」", "『": "』", "【": "】", "“": "”", "«": "»"}
# Scripts with capital letters end a sentence with a period, and so do the scripts of Arabic and Hebrew.
_TAKES_A_PERIOD = re.compile(r"[a-zA-Z\d\u00c0-\u06ff)\]\"'”’»%`*_]\Z")
_STOPPED = re.compile(r"""[.!?…。！？｡؟۔।॥։።][)\]"'”’»」』）]*\Z""")


def divided(text: str) -> tuple[str, str, list[Lost]]:
    """The meaning, the definition, and the losses. A short text serves as both the meaning and the definition."""
    if spans(text)[0].kind == "fence" or _NO_SENTENCE.match(text):
        return "", text, [(NO_MEANING, "the text begins with code, a list, a table, or a heading")]
    first = _first_sentence(text)
    rest = text[len(first) :].strip()
    sentence = " ".join(strip_markup(_plainly(first).replace("[[", "&#91;["), []).split())
    if obstacle := _obstacle(sentence):
        return "", text, [(NO_MEANING, obstacle)]
    whole = not rest or first.rstrip().endswith((":", "：")) or _has_address(first)
    return _ended(sentence), text if whole else rest, []


def _first_sentence(text: str) -> str:
    """The first sentence with its Markdown; the whole paragraph if it is uncertain where the sentence ends.

    A period in code, in a link, or in brackets does not end the sentence. Neither does a period before a lowercase
    letter or a digit, because imported text can contain abbreviations that are not on any list.
    """
    paragraph = text.partition("\n\n")[0]
    solid = "".join(
        span.text if span.kind == "prose" else re.sub(r"[^\n]", "0", span.text) for span in spans(paragraph)
    )
    for sentence, following in pairwise(sentences(solid)):
        end = sentence.offset + len(sentence.text)
        goes_on = following.text[0].islower() or following.text[0].isdigit()
        if not goes_on and not _UNSURE.search(solid[:end]) and _balanced(solid[:end]):
            return paragraph[:end]
    return paragraph


def _balanced(text: str) -> bool:
    """Whether each bracket and quotation mark in the text has its counterpart."""
    counts = Counter(text)
    closed = all(counts[opening] == counts[closing] for opening, closing in _PAIRS.items() if opening != "“")
    # A German quotation ends with the mark that begins an English one.
    curly = counts["„"] == counts["“"] if counts["„"] else counts["“"] == counts["”"]
    return closed and curly and counts['"'] % 2 == 0


def _has_address(text: str) -> bool:
    """Whether the text contains a link to another site, which a meaning cannot contain."""
    return any(span.kind == "link" for span in spans(text))


def _plainly(text: str) -> str:
    """The text without markup, as shown in previews. Code becomes plain text."""
    words = "".join(_words(span) for span in spans(text))
    return re.sub(r"(?<!\\)\*{1,2}(?=\S)|(?<=\S)(?<!\\)\*{1,2}", "", words)


def _words(span: Span) -> str:
    if span.kind == "concept":
        return span.inner.rpartition("|")[2]
    if span.kind == "code":
        return escaped(span.text.strip("` "))
    if span.kind == "link":
        return span.text.partition("](")[0].lstrip("![")
    if span.kind == "expression":
        return span.inner.partition(" ")[0]
    return "" if span.kind in ("fence", "math") else span.text


def _obstacle(sentence: str) -> str:
    """Why the sentence cannot be the meaning; empty if it can."""
    words = len(sentence.split())
    if words > MOST_WORDS:
        return f"it has {words} words"
    if list(typed_numbers(sentence)):
        return "it contains a number that no run has measured"
    if not re.search(r"[^\W_]", sentence) or any(span.kind != "prose" for span in spans(sentence)):
        return "it is not plain text"
    return "" if _balanced(sentence) else "a bracket or a quotation is not closed"


def _ended(meaning: str) -> str:
    stopped = meaning.rstrip(" :;,：；，、")
    if not stopped or _STOPPED.search(stopped) or not _TAKES_A_PERIOD.search(stopped):
        return stopped
    return f"{stopped}."
