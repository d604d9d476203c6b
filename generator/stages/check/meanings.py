"""A meaning is one sentence of at most thirty words, for everybody and for each audience that has its own."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.glossary import Glossary
from generator.model.problem import Problem
from generator.tools.prose import plain

MOST_WORDS = 30


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        if all(variant.reader.rank for variant in entry.meaning):
            mend = "add a text without `for`: previews and the A-Z page show it"
            yield Problem(entry.term.place, "missing-meaning", "there is no meaning for everybody", mend)
        for variant in entry.meaning:
            words = len(plain(variant.text or "").split())
            if variant.text is not None and words > MOST_WORDS:
                message = f"the meaning has {words} words, at most {MOST_WORDS}"
                yield Problem(
                    variant.text.place, "long-meaning", message, "say it shorter; blocks can say the rest"
                )
