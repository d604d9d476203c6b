"""A meaning is one sentence of at most thirty words, for everybody and for each audience that has its own."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.text import Text
from executable_glossary.text.markdown_spans import plain, spans

MOST_WORDS = 30


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        if all(variant.reader.rank for variant in entry.meaning):
            help = "add a text without `for`: previews and the A-Z page show it"
            yield Problem(entry.term.place, "missing-meaning", "there is no meaning for everybody", help)
        for variant in entry.meaning:
            yield from _numbers(variant.text)
            words = len(plain(variant.text or "").split())
            if variant.text is not None and words > MOST_WORDS:
                message = f"the meaning has {words} words, at most {MOST_WORDS}"
                yield Problem(
                    variant.text.place, "long-meaning", message, "say it shorter; blocks can say the rest"
                )


def _numbers(meaning: Text | None) -> Iterator[Problem]:
    """Previews show a meaning as plain words: of a number from a run, or a formula, a gap would remain."""
    for span in spans(meaning or Text("")):
        if meaning is not None and span.kind in ("expression", "math", "code", "fence"):
            place = meaning.at(span.offset, len(span.text))
            message = f'a meaning is plain words: "{span.text[:60]}" does not belong here'
            yield Problem(place, "not-plain", message, "say it in words, and the number in a block")
