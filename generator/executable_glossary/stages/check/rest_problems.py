"""Says which parts of a text in reST cannot be shown as they are meant: once for each kind of problem and script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING

from executable_glossary.adapters.rest.limits import excess
from executable_glossary.execution.example_markup import can_be_thumbnail, thumbnail_in
from executable_glossary.model.example import NO_HEADING, Example
from executable_glossary.model.example_names import OWN_FIGURE
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text
from executable_glossary.text.mathml import mathml
from executable_glossary.text.rest_targets import RestTargets

if TYPE_CHECKING:
    from executable_glossary.adapters.rest.findings import Finding

REST_PROBLEM = Rule(
    code="rest-problem",
    when="the content is checked",
    severity="warning",
    summary="A page cannot show a part of a text in reStructuredText as its author meant it.",
    details="""
        The markup is not valid, a reference or a relative link leads to a page that this site does not have, a formula
        cannot be converted, or a picture is not in the script's folder. The page shows the text of the reference, the
        LaTeX of the formula, or the name of the picture instead. Each kind of problem is reported once for each script,
        at the first place. References to objects of Python may be unknown: they are shown as code.
        """,
    why="Readers would miss a link, a picture, or a part of the text, and nobody would notice.",
    example="`installation`_ in a script that does not say where this link leads",
    instead="`installation <https://example.org/install>`_",
)
_REFERENCES = ("ref", "numref", "doc", "term", "eq")
_MOST_NAMED = 4
# The message for each kind, and the fix.
_WORDS = {
    "message": ("{}", "correct the markup: what docutils cannot read is shown as it is written, or left out"),
    "reference": (
        'nothing is called "{}", so the reference is shown without a link',
        "list the objects.inv of the documentation that defines it under `inventories` in mkdocs.yml, or link to a "
        "complete address",
    ),
    "link": (
        'the link to "{}" is shown as text, because this site does not have that page',
        "write a complete address, which begins with https://; for another script, write :doc:`name`",
    ),
    "formula": ("{}, so the page shows its LaTeX", "write the formula with other commands"),
    "picture": (
        'the picture "{}" is not in the script\'s folder, so the page shows only its name',
        "put the picture next to the script or in a folder below it, and write its path from there",
    ),
}


@dataclass(frozen=True)
class _Written:
    """The texts of a script or a folder, each after its heading. pictures: the addresses that can become pictures."""

    path: str
    page: str
    texts: tuple[tuple[Text, Text], ...]
    pictures: frozenset[str] = frozenset()

    @property
    def whole(self) -> tuple[str, ...]:
        return tuple(f"{heading}\n\n{text}" for heading, text in self.texts)

    def place(self, found: Finding) -> Place:
        """The place of a finding: the line of the text that it names, or the first that contains it."""
        if found.text >= 0:
            heading, text = self.texts[found.text]
            if 0 < found.line <= len(heading.lines) and heading:
                return heading.lines[found.line - 1]
            at = found.line - f"{heading}\n\n".count("\n") - 1
            return text.lines[max(0, min(at, len(text.lines) - 1))]
        first = found.what.strip().partition("\n")[0]
        wanted = [re.escape(part) for part in (first, first.partition(":")[2]) if part]
        # A reference is not just anywhere where the name of its target occurs.
        roles = [
            rf":{re.escape(found.detail)}:`[^`]{{0,500}}?{part}"
            for part in wanted
            if found.kind == "reference"
        ]
        for pattern in (*roles, *wanted):
            for text in chain(*self.texts):
                if match := re.search(pattern, text):
                    return text.at(match.start(), match.end() - match.start())
        return Place(self.path)


def problems(glossary: Glossary, plan: Plan) -> Iterator[Problem]:
    if find_spec("docutils") is None:
        return
    from executable_glossary.adapters.rest.findings import findings_in

    targets = RestTargets(glossary, plan)
    stems = {example.stem for example in glossary.examples.values()}
    for written in _written(glossary):
        if not excess(written.whole):
            found = _lacking(written, findings_in(written.whole), targets, stems)
            yield from _grouped(written, found)
    yield from filter(None, map(_thumbnail_problem, glossary.examples.values()))


def _thumbnail_problem(example: Example) -> Problem | None:
    """A problem if the picture that a script names for lists can be no file beside it."""
    named = thumbnail_in(example.source)
    if not named or can_be_thumbnail(named) or example.markup == "Markdown":
        return None
    # The text can mention the same file.
    before, _, _ = example.source.partition("sphinx_gallery_thumbnail_path")
    number = before.count("\n") + 1
    message = f'the picture "{named}" for lists is no PNG, JPEG, GIF, or WebP file in the script\'s folder, so they show the first figure'
    return REST_PROBLEM.at(Place(example.path, number), message, _WORDS["picture"][1])


def _written(glossary: Glossary) -> Iterator[_Written]:
    for example in glossary.examples.values():
        if example.markup == "reST":
            cells = ((cell.heading, cell.text) for cell in example.cells)
            texts = ((example.heading, example.introduction), *cells)
            yield _Written(example.path, example.page, texts, frozenset(example.pictures))
    for folder in glossary.folders.values():
        if folder.markup == "reST" and folder.file:
            yield _Written(folder.file, folder.page, ((NO_HEADING, folder.text),), frozenset(folder.pictures))


def _lacking(
    written: _Written, found: Iterable[Finding], targets: RestTargets, stems: Iterable[str]
) -> Iterator[tuple[str, str, Finding]]:
    """The kind and the subject of each finding that is a problem."""
    for each in found:
        if each.kind == "message":
            yield re.sub(r'"[^"]*"', "", each.what), each.what, each
        elif each.kind == "reference" and each.detail in _REFERENCES:
            known = targets.own(written.page, each.detail, each.what) or targets.defined(
                each.detail, each.what
            )
            if not known:
                yield "reference", each.what, each
        elif each.kind == "link":
            yield "link", each.what, each
        elif each.kind == "formula" and (reason := _reason(each)):
            yield reason, reason, each
        elif each.kind == "picture" and not _can_be_shown(each.what, written, stems):
            yield "picture", each.what, each


def _reason(formula: Finding) -> str:
    """Why a formula cannot be shown; empty if it can."""
    try:
        mathml(" ".join(formula.what.split()), formula.detail == "block")
    except ValueError as error:
        return str(error)
    return ""


def _can_be_shown(address: str, written: _Written, stems: Iterable[str]) -> bool:
    """Whether an image can become a picture or a link: whether there is one is known when the script has run."""
    figure = OWN_FIGURE.fullmatch(address)
    if figure:
        return figure["script"] in stems
    return address in written.pictures or address.startswith(("http://", "https://"))


def _grouped(written: _Written, found: Iterable[tuple[str, str, Finding]]) -> Iterator[Problem]:
    """One problem for each kind."""
    groups: dict[str, list[tuple[str, Finding]]] = {}
    for kind, subject, each in found:
        groups.setdefault(kind, []).append((subject, each))
    for group in groups.values():
        subject, first = group[0]
        message, help = _WORDS[first.kind]
        if "File and URL access" in first.what:
            help = "write the content in the text: no other files are read"
        others = list(dict.fromkeys(name for name, _ in group if name != subject))
        yield REST_PROBLEM.at(
            written.place(first), message.format(subject) + _more(len(group) - 1, others), help
        )


def _more(count: int, others: Sequence[str]) -> str:
    """How many problems of the same kind the script has, with the first of the other subjects."""
    if not count:
        return ""
    named = ", ".join(f'"{name}"' for name in others[:_MOST_NAMED]) if others else ""
    return f" ({count} more of this kind{': ' + named if named else ''}{', ...' if len(others) > _MOST_NAMED else ''})"
