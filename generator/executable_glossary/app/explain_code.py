"""What each code means, for those who met it: pages of the rules of prose, and a sentence for all other codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from textwrap import fill

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.schema import validated
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.model.rules import WordList
from executable_glossary.stages.proofread import RULES

PAGES, SENTENCES = "docs/rules/{}.md", "rules/errors.yml"
WIDTH = 88


@dataclass(frozen=True)
class Lesson:
    """`text` is Markdown: a page for a rule, a sentence for any other code."""

    code: str
    text: str
    is_rule: bool

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].removeprefix("# ")


def lessons(templates: Templates) -> dict[str, Lesson]:
    """All that can be explained, rules first. A code with a * stands for all that fit it."""
    return {lesson.code: lesson for lesson in (*_rules(templates), *_errors(templates))}


def lesson_of(code: str, known: dict[str, Lesson]) -> Lesson | None:
    fitting = (lesson for name, lesson in known.items() if fnmatch(code, name))
    return known.get(code) or next(fitting, None)


def as_terminal(lesson: Lesson) -> str:
    """Without the characters that only a page needs, in lines that fit."""
    if not lesson.is_rule:
        return fill(f"{lesson.code}: {lesson.text}", WIDTH) + "\n\nThis is no rule, so it cannot be silenced."
    body = lesson.text.rsplit("\nCode: ", 1)[0]
    # A sentence that is nothing but a link says nothing where it cannot be followed.
    followed = re.sub(r" \[[^\]]+\]\([^)]+\)\.$", "", body, flags=re.MULTILINE)
    plain = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", followed).replace("**", "")
    paragraphs = re.split(r"\n\s*\n", plain.strip().removeprefix("# "))
    return f"{lesson.code}\n\n" + "\n\n".join(_wrapped(paragraph) for paragraph in paragraphs)


def listed(known: Iterable[Lesson]) -> str:
    """The rules with what they ask for, then the other codes by name."""
    known = tuple(known)
    rules = [lesson for lesson in known if lesson.is_rule]
    width = max((len(lesson.code) for lesson in rules), default=0)
    lines = [f"  {lesson.code:<{width}}  {lesson.title}" for lesson in rules]
    others = ", ".join(lesson.code for lesson in known if not lesson.is_rule)
    certain = fill(others, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join(
        [
            "Rules of prose, which a reason can silence:",
            "",
            *lines,
            "",
            "All others, which cannot be silenced:",
            "",
            certain,
        ]
    )


def _rules(templates: Templates) -> Iterator[Lesson]:
    for code in RULES:
        path, _ = templates.find(PAGES.format(code))
        if path is not None:
            yield Lesson(code, path.read_text("utf-8"), True)


def _errors(templates: Templates) -> Iterator[Lesson]:
    path, shown = templates.find(SENTENCES)
    source, _ = read_yaml(shown, path.read_bytes()) if path is not None else (None, ())
    found, _ = validated(WordList, source) if source is not None else (None, ())
    for code, text in sorted(found.words.items()) if found is not None else ():
        yield Lesson(str(code), str(text), False)


def _wrapped(paragraph: str) -> str:
    """A quotation keeps its mark in every line."""
    quoted = paragraph.startswith(">")
    mark = "    " if quoted else ""
    text = re.sub(r"^> ?", "", paragraph, flags=re.MULTILINE)
    return fill(text, WIDTH, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False)
