"""Splits an imported definition: its first sentence becomes the meaning, the rest the text below it."""

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
# The start of a sentence must be at least this long to make sense alone.
_LEAST_WORDS = 4
_NO_MEANING = "first sentences that are no meaning: the definition has them whole"
# A sentence that starts with one of these has its main clause last, so its start alone is not a sentence.
_DEPENDS = re.compile(
    r"(?:Although|As|Because|Due to|For|Given|If|In|On|Since|To|Unlike|When|Where|While|With)\b"
)
_CLAUSE = re.compile(r"\s*(?:[,;:]|\s[–—]|\s--?|\s\()(?=\s|\w)")


def divided(text: str) -> tuple[str, str, list[Lost]]:
    """The meaning, the definition, and what the meaning leaves out. A short definition is both."""
    if spans(text) and spans(text)[0].kind == "fence":
        return "", text, [(_NO_MEANING, "it begins with code, the meaning is left for you to write")]
    first = _first_sentence(text)
    rest = text[len(first) :].strip()
    sentence = " ".join(strip_markup(_plainly(first).replace("[[", "&#91;["), []).split())
    if not text:
        return "", "", [("definitions that are empty", "to be written")]
    meaning = next((start for start in _shortened(sentence) if _fits(start)), "")
    lost = [] if meaning == sentence else [_loss(sentence, meaning)]
    whole = not rest or meaning != sentence or first.rstrip().endswith(":")
    return _ended(meaning), text if whole else rest, lost


def _loss(sentence: str, meaning: str) -> Lost:
    words = len(sentence.split())
    why = f"{words} words" if words > MOST_WORDS else "a number in it"
    kept = "only its beginning is the meaning" if meaning else "the meaning is left for you to write"
    return _NO_MEANING, f"{why}, {kept}"


def _first_sentence(text: str) -> str:
    """The first sentence with its Markdown. A stop in code or in a link does not end it, nor does one before lowercase:
    text from elsewhere has abbreviations that no list knows."""
    paragraph = text.partition("\n\n")[0]
    solid = "".join(
        span.text if span.kind == "prose" else re.sub(r"[^\n]", "0", span.text) for span in spans(paragraph)
    )
    for sentence, following in pairwise(sentences(solid)):
        if not following.text[0].islower():
            return paragraph[: sentence.offset + len(sentence.text)]
    return paragraph


def _plainly(text: str) -> str:
    """The text without markup, as a preview shows it; code becomes plain words."""
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
    """The sentence, then its start up to the last comma, up to the comma before, and so on."""
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
