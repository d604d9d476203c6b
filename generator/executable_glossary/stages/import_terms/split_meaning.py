"""Splits an imported definition: its first sentence becomes the meaning, and the rest becomes the definition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from executable_glossary.model.foreign_glossary import escaped
from executable_glossary.stages.import_terms.clean_text import strip_markup
from executable_glossary.text.markdown_spans import Span, spans, typed_numbers
from executable_glossary.text.sentences import sentences

Lost = tuple[str, str]

MOST_WORDS = 30
# The beginning of a sentence must have at least this many words to make sense on its own.
_LEAST_WORDS = 4
_NO_MEANING = "first sentences that cannot be the meaning, kept in the definition"
# A sentence that starts with one of these words has its main clause last, so its beginning alone is not a sentence.
_DEPENDS = re.compile(
    r"(?:Although|As|Because|Due to|For|Given|If|In|On|Since|To|Unlike|When|Where|While|With)\b"
)
_CLAUSE = re.compile(r"\s*(?:[,;:]|\s[–—]|\s--?|\s\()(?=\s|\w)")


def divided(text: str) -> tuple[str, str, list[Lost]]:
    """The meaning, the definition, and the losses. A short text serves as both the meaning and the definition."""
    if spans(text) and spans(text)[0].kind == "fence":
        return "", text, [(_NO_MEANING, "begins with code; you need to write the meaning")]
    first = _first_sentence(text)
    rest = text[len(first) :].strip()
    sentence = " ".join(strip_markup(_plainly(first).replace("[[", "&#91;["), []).split())
    if not text:
        return "", "", [("empty definitions", "you need to write the text")]
    meaning = next((start for start in _shortened(sentence) if _fits(start)), "")
    lost = [] if meaning == sentence else [_loss(sentence, meaning)]
    whole = not rest or meaning != sentence or first.rstrip().endswith(":")
    return _ended(meaning), text if whole else rest, lost


def _loss(sentence: str, meaning: str) -> Lost:
    words = len(sentence.split())
    why = f"has {words} words" if words > MOST_WORDS else "contains a number"
    kept = "only its beginning is used as the meaning" if meaning else "you need to write the meaning"
    return _NO_MEANING, f"{why}; {kept}"


def _first_sentence(text: str) -> str:
    """The first sentence with its Markdown.

    A period in code or in a link does not end the sentence. Neither does a period before a lowercase letter, because
    imported text can contain abbreviations that are not on any list.
    """
    paragraph = text.partition("\n\n")[0]
    solid = "".join(
        span.text if span.kind == "prose" else re.sub(r"[^\n]", "0", span.text) for span in spans(paragraph)
    )
    for sentence, following in pairwise(sentences(solid)):
        if not following.text[0].islower():
            return paragraph[: sentence.offset + len(sentence.text)]
    return paragraph


def _plainly(text: str) -> str:
    """The text without markup, as shown in previews. Code becomes plain text."""
    words = "".join(_words(span) for span in spans(text))
    return re.sub(r"(?<!\\)\*{1,2}(?=\S)|(?<=\S)(?<!\\)\*{1,2}|^[-\d]+\.?\s+", "", words)


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


def _shortened(sentence: str) -> Iterator[str]:
    """The sentence, then its beginning up to the last comma, then up to the second-to-last comma, and so on."""
    yield sentence
    if _DEPENDS.match(sentence):
        return
    for cut in reversed(list(_CLAUSE.finditer(sentence))):
        beginning = sentence[: cut.start()]
        if len(beginning.split()) >= _LEAST_WORDS:
            yield beginning


def _fits(sentence: str) -> bool:
    closed = sentence.count("(") == sentence.count(")")
    words = re.search(r"[^\W_]", sentence) and all(span.kind == "prose" for span in spans(sentence))
    return (
        bool(words) and len(sentence.split()) <= MOST_WORDS and closed and not list(typed_numbers(sentence))
    )


def _ended(meaning: str) -> str:
    stopped = meaning.rstrip(" :;,")
    return stopped if not stopped or stopped[-1] in ".!?" or stopped.endswith(('."', ".)")) else f"{stopped}."
