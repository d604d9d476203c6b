"""A fourth role, a fourth audience, and a fifth format are added with data and one template, without any Python."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from case_outcome import built_in
from executable_glossary.app.tables.problem_list import as_text
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.page import Document
from glossaries import REPOSITORY, lay_out

ETHICIST = {
    "id": "ethicist",
    "label": "Ethicist",
    "questions": "listed",
    "sections": [{"block": "cost-and-risk", "heading": "Who is harmed"}],
}
JOURNALIST = {"id": "journalist", "label": "Journalist", "grade": 9, "words": 500, "code": "absent"}
CARD = {
    "id": "card",
    "label": "Flash card",
    "varies": ["audience"],
    "path": "card",
    "title": "{term} on one card",
    "requires": ["self-check"],
    "parts": [{"block": "self-check", "heading": "Do you know?"}, {"block": "see-also"}],
}
CARD_TEMPLATE = """\
{% extends "formats/_frame.md.j2" %}
{% block lede %}
*Think first, turn then.*
{% endblock %}
"""

ENTRY = """\
term: Dropout
meaning: Switching units off at random while a network learns.
see_also:
  - {concept: overfitting, relation: contrasts, why: It is what dropout works against.}
blocks:
  questions:
    - for: {role: ml-engineer, audience: student}
      questions:
        - {question: "What is switched off?", answer: "Some of the units; others in every step of training."}
    - for: {role: ethicist, audience: student}
      questions:
        - {question: "Can it do harm?", answer: "Only by being trusted more than it deserves to be."}
    - for: {role: ml-engineer, audience: journalist}
      questions:
        - {question: "Is this how the brain works?", answer: "Nobody knows, and the method does not need it to be."}
  cost-and-risk:
    - for: {role: ethicist}
      text: What is rare in the data is forgotten first.
  self-check:
    - for: {audience: student}
      questions:
        - {question: "Is dropout on when the network is used?", answer: "It is not."}
"""


def test_a_fourth_role_has_pages_and_neighbors(tmp_path: Path) -> None:
    site = _site(tmp_path, {"roles": ETHICIST}, without="journalist")
    page = _text(site["dropout/ethicist/student/index.md"])
    assert "Only by being trusted more than it deserves to be." in page
    assert "## Who is harmed { #cost-and-risk }" in page
    assert "## Answers" in page  # Listed first, as its profile specifies.
    assert "[Ethicist](../../ethicist/student/index.md)" in _text(
        site["dropout/ml-engineer/student/index.md"]
    )


def test_a_fourth_audience_has_pages_and_neighbors(tmp_path: Path) -> None:
    site = _site(tmp_path, {"audiences": JOURNALIST}, without="ethicist")
    page = _text(site["dropout/ml-engineer/journalist/index.md"])
    assert "Nobody knows, and the method does not need it to be." in page
    assert "[Journalist](../journalist/index.md)" in _text(site["dropout/ml-engineer/student/index.md"])


def test_a_fifth_format_has_pages_and_neighbors(tmp_path: Path) -> None:
    template = {"templates/formats/card.md.j2": CARD_TEMPLATE.encode()}
    site = _site(tmp_path, {"formats": CARD}, template, without="ethicist|journalist")
    page = _text(site["dropout/card/student/index.md"])
    assert "# Dropout on one card" in page
    assert "*Think first, turn then.*" in page
    assert "## Do you know? { #self-check }" in page
    assert "**Flash card**\n\n- [Student](card/student/index.md)" in _text(site["dropout/index.md"])


def test_all_three_at_once_are_published_as_data_too(tmp_path: Path) -> None:
    added = {"roles": ETHICIST, "audiences": JOURNALIST, "formats": CARD}
    site = _site(tmp_path, added, {"templates/formats/card.md.j2": CARD_TEMPLATE.encode()})
    published = yaml.safe_load(site["glossary.json"].content)
    urls = {page["url"] for concept in published["concepts"] for page in concept["pages"]}
    new = {"dropout/ethicist/student/", "dropout/ml-engineer/journalist/", "dropout/card/student/"}
    assert new <= urls
    assert "ethicist" in [role["id"] for role in published["roles"]]
    assert "journalist" in [audience["id"] for audience in published["audiences"]]


def _site(
    folder: Path, added: Mapping[str, Any], files: Mapping[str, bytes] | None = None, without: str = ""
) -> Mapping[str, Document]:
    """The site of a small glossary with the repository's axes and additional values.

    without: ids of new readers for whom nothing has been written.
    """
    axes = yaml.safe_load((REPOSITORY / "concepts" / "_axes.yml").read_text("utf-8"))
    for kind, new in added.items():
        axes[kind].append(new)
    entry = yaml.safe_load(ENTRY)
    for variants in entry["blocks"].values():
        variants[:] = [
            variant for variant in variants if not set(variant["for"].values()) & {*without.split("|")}
        ]
    entry["blocks"] = {kind: variants for kind, variants in entry["blocks"].items() if variants}
    changes = {"concepts/_axes.yml": _yaml(axes), "concepts/dropout.yml": _yaml(entry), **(files or {})}
    built = built_in(lay_out(folder, changes), SubprocessRunner())
    assert not built.problems, as_text(built.problems)
    return {document.path: document for document in built.documents}


def _yaml(value: object) -> bytes:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).encode()


def _text(document: Document) -> str:
    assert isinstance(document.content, str)
    return document.content
