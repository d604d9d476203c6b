"""The schemas for editors are current, have descriptions, and agree with the loader."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker

from case_file import read_cases
from executable_glossary.adapters.schema import validated
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.app.editor_schemas import outdated, schema_files
from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.findings import Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.project import Project
from executable_glossary.model.rule_settings import Rules
from executable_glossary.stages.check import check
from executable_glossary.stages.entry_schemas import describe
from executable_glossary.stages.load import load
from executable_glossary.stages.proofread import rule_modules
from glossaries import BASE, REPOSITORY, lay_out

CONCEPTS = REPOSITORY / "concepts"
CONTENT = sorted(CONCEPTS.glob("*.yml"))
MODELS = {"entry": Entry, "axes": Axes, "findings": Findings, "rules": Rules}
STEMS = {"_axes": "axes", "_findings": "findings", "_rules": "rules"}


@cache
def glossary(root: Path) -> Glossary:
    found, _ = load(Project(root=root))
    assert found is not None
    return found


@cache
def validator(root: Path, name: str) -> Draft7Validator:
    schema = json.loads(describe(glossary(root), rule_modules())[name])
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema, format_checker=FormatChecker())


def seen_by_editor(text: str) -> Any:
    """Converts dates to text, which is how an editor and JSON represent them."""
    source, _ = read_yaml("a.yml", text.encode())
    assert source is not None
    return json.loads(json.dumps(source.value, default=date.isoformat))


def complaints(root: Path, name: str, text: str) -> list[str]:
    found = validator(root, name).iter_errors(seen_by_editor(text))
    return ["/".join(map(str, error.absolute_path)) for error in found]


# The schemas of this glossary


def test_the_schemas_of_this_glossary_are_current() -> None:
    project = Project(root=REPOSITORY)
    stale = [project.relative(path) for path in outdated(project, glossary(REPOSITORY))]
    assert stale == [], "run `glossary schema`"


def test_the_first_line_points_editors_to_the_schema() -> None:
    for path in CONTENT:
        name = f"_{STEMS.get(path.stem, 'entry')}.schema.json"
        assert path.read_text("utf-8").splitlines()[0] == f"# yaml-language-server: $schema={name}", path
        assert (path.parent / name).is_file(), path


def test_every_file_of_this_glossary_is_valid() -> None:
    found = {
        path.name: complaints(REPOSITORY, STEMS.get(path.stem, "entry"), path.read_text("utf-8"))
        for path in CONTENT
    }
    assert len(found) > 20
    assert {name: complained for name, complained in found.items() if complained} == {}


# Help in an editor


def objects(node: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and node.get("type") == "object":
            yield path, node
        for key, part in node.items():
            yield from objects(part, f"{path}/{key}")


@pytest.mark.parametrize("name", MODELS)
def test_every_field_has_a_description(name: str) -> None:
    schema = json.loads(describe(glossary(REPOSITORY), rule_modules())[name])
    named = [
        (path, key, part.get("description", ""))
        for path, found in objects(schema)
        for key, part in found["properties"].items()
    ]
    assert len(named) > 6
    assert [(path, key) for path, key, said in named if not said] == []


def test_it_suggests_the_readers_formats_and_blocks_of_this_glossary() -> None:
    schema = json.loads(describe(glossary(REPOSITORY), rule_modules())["entry"])
    reader = schema["$defs"]["For"]["properties"]
    assert reader["audience"]["enum"] == ["manager", "developer", "student"]
    assert "Has code to write" in reader["audience"]["description"]
    assert reader["role"]["enum"] == ["ml-engineer", "software-architect", "data-scientist"]
    assert set(schema["properties"]["titles"]["properties"]) == {"entry", "questions", "blog", "article"}
    blocks = schema["properties"]["blocks"]["properties"]
    assert set(blocks) == glossary(REPOSITORY).block_kinds
    assert blocks["recipe"]["description"] == '"The recipe", from the ML engineer.'
    assert '"Step by step" in Blog post, which requires it.' in blocks["steps"]["description"]
    assert schema["required"] == ["term", "blocks"]


@pytest.mark.parametrize(("name", "model"), [("entry", "Accepted"), ("rules", "Off")])
def test_it_suggests_the_rules_that_can_be_silenced(name: str, model: str) -> None:
    schema = json.loads(describe(glossary(REPOSITORY), rule_modules())[name])
    assert schema["$defs"][model]["properties"]["rule"]["enum"] == list(rule_modules())


@pytest.mark.parametrize("rule", ["emptyword", "typed-number", ""])
def test_silencing_an_unknown_rule_is_rejected(rule: str) -> None:
    good = f"{GOOD_ENTRY}accept: [{{rule: empty-word, because: A quotation.}}]\n"
    assert complaints(REPOSITORY, "entry", good) == []
    assert complaints(REPOSITORY, "entry", good.replace("empty-word", rule)) != []


def test_a_different_glossary_has_a_different_schema() -> None:
    reader = json.loads(describe(glossary(BASE), rule_modules())["entry"])["$defs"]["For"]["properties"]
    assert reader["role"]["enum"] == ["engineer", "architect"]


# Agreement with the loader


GOOD_ENTRY = """\
term: Early stopping
aliases: [{text: stopping early, type: form}]
meaning:
  - text: Ending the training before the model learns its examples by heart.
  - {for: {audience: manager}, text: Stopping in time.}
prerequisites: [{concept: training, because: It is what ends.}]
see_also:
  - {concept: overfitting, relation: contrasts, why: It is what an early end prevents.}
sources: [{id: prechelt-1998, authors: Lutz Prechelt, year: 1998, title: "Early Stopping, But When?"}]
keywords: [patience]
titles: {blog: When to stop}
diagram:
  title: When to stop
  says: Training ends when the error on new examples grows.
  nodes: [{id: train, label: Train}, {id: test, label: Test, kind: result}]
  edges: [{from: train, to: test, label: is measured by}]
claims:
  - {id: helps, text: It helps., example: flowers, check: finetuned.accuracy > 0.5, over: mean}
reviewed: 2026-11-21
changes: [{date: 2026-11-21, what: First version.}]
blocks:
  definition: Training ends when the error on new examples begins to grow.
  why:
    - text: For everybody.
    - {for: {role: ml-engineer, audience: student}, omit: true}
  example:
    - text: See the curve.
      show: [{figure: flowers.curves}, {metrics: flowers}]
  questions:
    - questions: [{question: When?, answer: When the error grows.}]
"""

# Each item is a mistake in the entry above: the original text, and the text that an author wrote instead.
SLIPS = {
    "a key that there is not": ("term: Early stopping\n", "term: Early stopping\nalias: x\n"),
    "a key left out": ("term: Early stopping\n", ""),
    "a text left empty": ("term: Early stopping\n", "term:\n"),
    "a text of blanks": ("term: Early stopping\n", 'term: "  "\n'),
    "a number for a text": ("keywords: [patience]", "keywords: [42]"),
    "a truth for a text": ("keywords: [patience]", "keywords: [no]"),
    "a text for a list": ("keywords: [patience]", "keywords: patience"),
    "a text for keys": ("{concept: training, because: It is what ends.}", "training"),
    "a relation that there is not": ("relation: contrasts", "relation: opposite"),
    "a type that there is not": ("type: form", "type: plural"),
    "a see-also without a why": (", why: It is what an early end prevents.", ""),
    "a year in words": ("year: 1998", "year: nineteen"),
    "a year before printing": ("year: 1998", "year: 998"),
    "an audience that there is not": ("for: {audience: manager}", "for: {audience: managers}"),
    "a role that there is not": ("role: ml-engineer", "role: engineer"),
    "an audience left empty": ("for: {audience: manager}", "for: {audience: }"),
    "a reader of another kind": ("for: {audience: manager}", "for: manager"),
    "a format that there is not": ("titles: {blog:", "titles: {bolg:"),
    "a block that there is not": ("  why:\n", "  whi:\n"),
    "a block that is made, not written": ("  why:\n", "  see-also:\n"),
    "a block left empty": ("  definition: Training ends when the error on new examples begins to grow.\n", "  definition:\n"),
    "a block without wordings": ("  definition: Training ends when the error on new examples begins to grow.\n", "  definition: []\n"),
    "a wording that says nothing": ("omit: true", "omit: false"),
    "a wording with a key that there is not": ("- text: See the curve.", "- txt: See the curve."),
    "a question without an answer": (", answer: When the error grows.", ""),
    "two things shown at once": ("{figure: flowers.curves}", "{figure: flowers.curves, metrics: flowers}"),
    "nothing shown": ("{figure: flowers.curves}", "{}"),
    "something unknown shown": ("{figure: flowers.curves}", "{picture: flowers.curves}"),
    "one box": ("{id: train, label: Train}, ", ""),
    "a box of no kind": ("kind: result", "kind: end"),
    "no arrows": ("edges: [{from: train, to: test, label: is measured by}]", "edges: []"),
    "a direction that there is not": ("  title: When to stop\n", "  title: When to stop\n  direction: up\n"),
    "a claim over something else": ("over: mean", "over: most"),
    "a claim without a check": (", check: finetuned.accuracy > 0.5", ""),
    "a day in words": ("reviewed: 2026-11-21", "reviewed: today"),
    "a change without a day": ("date: 2026-11-21, what", "what"),
    "no blocks": ("blocks:\n", "blocks: {}\nblock:\n"),
}  # fmt: skip


def loader_codes(text: str) -> list[str]:
    """The codes of the problems that the generator reports for an entry of our glossary, including unknown names."""
    source, unread = read_yaml("concepts/early-stopping.yml", text.encode())
    assert source is not None
    entry, problems = validated(Entry, source, id="early-stopping")
    found = [problem.code for problem in (*unread, *problems)]
    if entry is None:
        return found
    ours = glossary(REPOSITORY)
    alone = Glossary(ours.axes, {"early-stopping": entry}, ours.examples, ours.templates, ours.entries.keys())
    return [problem.code for problem in check(alone)]


def test_a_valid_entry_is_accepted_by_both() -> None:
    assert loader_codes(GOOD_ENTRY) == []
    assert complaints(REPOSITORY, "entry", GOOD_ENTRY) == []


@pytest.mark.parametrize("slip", SLIPS)
def test_a_mistake_is_found_by_both(slip: str) -> None:
    before, after = SLIPS[slip]
    assert GOOD_ENTRY.count(before) == 1
    text = GOOD_ENTRY.replace(before, after)
    assert loader_codes(text) != []
    assert complaints(REPOSITORY, "entry", text) != []


def entries_of_cases() -> Iterator[tuple[str, str]]:
    for case in read_cases():
        for path, content in case.files.items():
            if (
                content
                and path.startswith("concepts/")
                and not path.startswith("concepts/_")
                and path.endswith(".yml")
            ):
                yield f"{case.name}:{path}", content.decode("utf-8", "replace")


def test_files_accepted_by_the_loader_are_valid() -> None:
    readable = [(name, text) for name, text in entries_of_cases() if is_read(text)]
    assert len(readable) > 50
    assert [(name, found) for name, text in readable if (found := real_complaints(text))] == []


def is_read(text: str) -> bool:
    source, unread = read_yaml("concepts/a.yml", text.encode())
    return source is not None and not unread and validated(Entry, source, id="a")[0] is not None


def real_complaints(text: str) -> list[str]:
    """The editor's complaints, except those about kinds of blocks, readers, and rules, which are wrong in cases on
    purpose."""
    chosen = ("whom", "blocks", "titles", "for", "/rule")
    return [place for place in complaints(BASE, "entry", text) if not any(part in place for part in chosen)]


AXES = (BASE / "concepts/_axes.yml").read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("questions: inline", "questions: between"),
        ("code: folded", "code: hidden"),
        ("grade: 12", "grade: -1"),
        ("words: 60", "words: many"),
        ("mathematics: false", "mathematics: rarely"),
        ("varies: [audience]", "varies: [reader]"),
        ("seeds: 2", "seeds: 0"),
        ("seeds: 2", "seed: 2"),
        ("    label: Article\n", ""),
    ],
)
def test_axes_rejected_by_the_loader_are_rejected(before: str, after: str) -> None:
    assert complaints(BASE, "axes", AXES) == []
    assert complaints(BASE, "axes", AXES.replace(before, after)) != []
    source, _ = read_yaml("concepts/_axes.yml", AXES.replace(before, after).encode())
    assert source is not None
    assert validated(Axes, source)[0] is None


FINDING = """\
title: What we show
introduction: Each promise, and what our runs say.
groups:
  - heading: Better
    findings:
      - {id: better, statement: It is better., verdict: shown, example: by_heart, check: rule.seen > 0.5, found: It was.}
      - {id: cheaper, statement: It is cheaper., verdict: not tried, found: Nobody measured it.}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (", check: rule.seen > 0.5", ""),
        ("verdict: shown", "verdict: not tried"),
        ("verdict: not tried", "verdict: shown"),
        ("verdict: shown", "verdict: perhaps"),
        ("title: What we show\n", ""),
        ("heading: Better", "heading: "),
    ],
)
def test_findings_rejected_by_the_loader_are_rejected(before: str, after: str) -> None:
    assert complaints(BASE, "findings", FINDING) == []
    assert complaints(BASE, "findings", FINDING.replace(before, after)) != []
    source, _ = read_yaml("concepts/_findings.yml", FINDING.replace(before, after).encode())
    assert source is not None
    assert validated(Findings, source)[0] is None


@pytest.mark.parametrize(
    "text",
    [
        "off: [{rule: long-sentence}]\n",
        "off: [{rule: typed-number, because: Poems.}]\n",
        "sentence: many\n",
        "words: {slang: {gonna: going to}}\n",
        "words: {jargon: [epoch]}\n",
        "allowed: [VGG]\n",
        "rules: x\n",
    ],
)
def test_rules_rejected_by_the_loader_are_rejected(text: str) -> None:
    good = "off: [{rule: long-sentence, because: Poems.}]\nwords: {jargon: {epoch: pass}}\nallowed: {VGG: a name}\n"
    assert complaints(BASE, "rules", good) == []
    assert complaints(BASE, "rules", text) != []


# Files


def test_an_example_whose_name_is_not_utf_8_can_be_named(tmp_path: Path) -> None:
    project = Project(root=lay_out(tmp_path, {}))
    script = (project.examples / "by_heart.py").read_bytes()
    Path(os.fsdecode(os.fsencode(project.examples) + b"/\xff.py")).write_bytes(script)
    found, _ = load(project)
    assert found is not None
    for content in outdated(project, found).values():
        assert json.loads(content)


def test_missing_and_outdated_files_are_detected(tmp_path: Path) -> None:
    project = Project(root=lay_out(tmp_path, {}))
    found, _ = load(project)
    assert found is not None
    names = {"_entry.schema.json", "_axes.schema.json", "_findings.schema.json", "_rules.schema.json"}
    assert {path.name for path in outdated(project, found)} == names
    for path, content in schema_files(project, found).items():
        path.write_bytes(content)
    assert outdated(project, found) == {}
    (project.concepts / "_axes.schema.json").write_text("{}\n")
    assert [path.name for path in outdated(project, found)] == ["_axes.schema.json"]
