"""Every change of an entry is in the report: in a passage of its pages, or as a field that no passage shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

from executable_glossary.adapters.git import revision
from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.change_report import Review, review
from executable_glossary.app.change_report.json_report import review_as_json
from executable_glossary.app.change_report.markdown_report import review_as_markdown
from executable_glossary.app.change_report.text_report import review_as_text
from repositories import committed_glossary

ENTRY = """\
term: Dropout
meaning: Switching units off at random while a network learns.
search: [how do I forget, units off]
keywords: [noise, chance]
prerequisites: [{concept: overfitting, because: It is the reason.}]
see_also:
  - {concept: overfitting, relation: contrasts, why: It is what dropout works against.}
sources:
  - {id: a-2014, authors: A. Author, year: 2014, title: A title, url: "https://example.org/a"}
diagram:
  title: Two boxes
  says: One leads to the other.
  direction: right
  nodes: [{id: one, label: One, kind: data}, {id: two, label: Two, kind: step}]
  edges: [{from: one, to: two, label: leads to}]
claims: [{id: holds, text: It holds., example: by_heart, check: rule.unseen > 0.5, over: mean}]
blocks:
  intro: What it is.
  overview: What it does.
  definition: |
    In each step of training, every unit is left out with the same chance. See the [manual](https://good.example/a).

    It prevents [[overfitting|learning by heart]], in {{ by_heart.rule.unseen | percent }} of all cases [@a-2014].
"""
VISIBLE = ("same chance", "equal chance")


def reviewed(folder: Path, *swaps: tuple[str, str], base: str = ENTRY) -> Review:
    committed_glossary(folder, {"concepts/dropout.yml": base.encode()})
    text = base
    for old, new in swaps:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "concepts/dropout.yml").write_text(text, "utf-8")
    project, problems = read_project(folder, runs="frozen", strict=False)
    assert project is not None, problems
    result = review(project, revision(folder, "HEAD"))
    assert not result.comparison.obstacle, result.comparison.problems
    return result


def fields(result: Review) -> dict[str, tuple[str, str]]:
    return {change.key: (change.before, change.after) for change in result.comparison.fields}


def test_fields_that_no_passage_shows_are_listed_beside_a_visible_edit(tmp_path: Path) -> None:
    swaps = {
        "search.2": ("units off]", "casino]"),
        "diagram.edges.1.from": ("{from: one, to: two", "{from: two, to: one"),
        "diagram.nodes.2.kind": ("kind: step", "kind: result"),
        "claims.1.over": ("over: mean", "over: every"),
        "blocks.definition": ("| percent }}", "| number }}"),
    }
    result = reviewed(tmp_path / "project", VISIBLE, *swaps.values())
    assert result.comparison.pages.altered
    assert fields(result).keys() == {*swaps, "diagram.edges.1.to"}
    assert result.comparison.files == ()


def test_a_change_beside_a_visible_edit_is_in_every_form_of_the_report(tmp_path: Path) -> None:
    swaps = {
        "evil.example/b": ("good.example/a", "evil.example/b"),
        "Jump": ("label: Two", "label: Jump"),
        "FIRE": ("label: leads to", "label: FIRE"),
        "worse.example/a": ("example.org/a", "worse.example/a"),
        "casino": ("noise, chance", "noise, casino"),
    }
    result = reviewed(tmp_path / "project", VISIBLE, *swaps.values())
    text = " ".join(review_as_text(result).replace("{+", "").replace("+}", "").split())
    markdown = re.sub(r"</?(?:ins|del)>|&#8203;", "", review_as_markdown(result))
    for shown in swaps:
        for report in (text, markdown, review_as_json(result)):
            assert shown in report


def test_a_hidden_field_is_counted_and_in_every_form_of_the_report(tmp_path: Path) -> None:
    result = reviewed(tmp_path / "project", VISIBLE, ("units off]", "casino]"))
    text = review_as_text(result)
    assert "Other changes: 1 field that no changed passage shows" in text
    assert "  concepts/dropout.yml: search.2: units off → casino" in text
    assert "concepts/dropout.yml: search.2: units off → casino" in review_as_markdown(result)
    assert json.loads(review_as_json(result))["fields"] == [
        {"file": "concepts/dropout.yml", "key": "search.2", "before": "units off", "after": "casino"}
    ]


def test_words_of_an_unchanged_passage_do_not_explain_a_hidden_change(tmp_path: Path) -> None:
    result = reviewed(tmp_path / "project", VISIBLE, ("units off]", "left out]"))
    assert fields(result) == {"search.2": ("units off", "left out")}


def test_a_comment_in_an_entry_is_a_changed_file(tmp_path: Path) -> None:
    result = reviewed(tmp_path / "project", ("meaning:", "# A comment.\nmeaning:"))
    assert [(file.path, file.how) for file in result.comparison.files] == [
        ("concepts/dropout.yml", "changed")
    ]
    assert fields(result) == {}


def test_ordinary_edits_are_explained_by_the_pages(tmp_path: Path) -> None:
    edits = (
        VISIBLE,
        ("Switching units off at random", "Randomly switching units off"),
        ("It is what dropout works against.", "It is what dropout fights and *beats*."),
        ("It holds.", "It holds well."),
        (
            "    It prevents",
            "    A new paragraph with a [link](https://new.example/x).\n\n    - one\n    - two\n\n    It prevents",
        ),
        ("One leads to the other.", "One leads on."),
    )
    assert fields(reviewed(tmp_path / "project", *edits)) == {}
