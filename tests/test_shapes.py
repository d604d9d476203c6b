"""The schema number is a promise to programs that read our JSON, and to authors: nothing is removed until it is raised.

tests/shapes/ describes every field. If a field is removed or changes its meaning, a test fails until the number is
raised (in generator/README.md and where the file is written). New fields are added with `pytest --update-cases`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import build, prepare
from executable_glossary.execution import SubprocessRunner
from executable_glossary.stages.entry_schemas import describe
from executable_glossary.stages.proofread import rule_modules
from glossaries import BASE, REPOSITORY, glossary, lay_out
from repositories import commit, new_repository
from shapes import Fields, broken_for_readers, broken_for_writers, fields_of, keys_of

SHAPES = Path(__file__).parent / "shapes"
README = REPOSITORY / "generator/README.md"
FILES = ("glossary.json", "runs.json", "coverage.json")
COMMANDS = ("check", "run", "run --explain", "coverage", "report", "upgrade-report")
SCHEMAS = ("entry", "axes", "findings")
MAPS = ("runs[].metrics", "runs[].versions", "runs[].isolation")

DROPOUT = """
term: Dropout
aliases: [{text: drop-out, type: spelling}]
meaning: Switching units off at random while a network learns.
see_also:
  - {concept: overfitting, relation: contrasts, why: It is what dropout works against.}
claims:
  - {id: rules-hold, text: A rule beats a table., example: by_heart, check: rule.unseen >= table.unseen + 0.2}
blocks:
  definition: In each step of training, every unit is left out with the same chance.
  questions:
    - for: {role: engineer, audience: manager}
      questions: [{question: What does it cost us?, answer: Some more steps of training.}]
"""
REFUTED = DROPOUT.replace("table.unseen + 0.2", "table.unseen + 0.9")
ADDED = """
term: Regularization
meaning: Whatever keeps a model from learning by heart.
see_also: [{concept: dropout, relation: narrower, why: It is one of the ways.}]
claims:
  - {id: rules-fail, text: A table beats a rule., example: by_heart, check: table.seen >= rule.seen}
  - {id: both, text: Both learn., example: by_heart, check: rule.unseen >= 0.5 and rule.seen >= 0.5}
blocks: {definition: A model is regularized when learning by heart is made harder for it.}
"""


def number(name: str) -> int:
    """The current schema number according to generator/README.md."""
    rows = re.findall(r"^\| `([^`|]+)` \| (\d+) \|", README.read_text("utf-8"), re.MULTILINE)
    return int(dict(rows)[name])


def output_of(folder: Path, *arguments: str) -> Any:
    run = glossary(folder, *arguments, "--format", "json")
    assert run.returncode in (0, 1), run.stderr
    return json.loads(run.stdout)


# Samples that contain every field, each in its own folder.


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Any]]:
    """Files keyed by name, from a build that runs examples and from one that shows records."""
    made: dict[str, list[Any]] = {name: [] for name in FILES}
    for runs in RUNS:
        root = lay_out(tmp_path_factory.mktemp("glossary") / runs, {"concepts/dropout.yml": DROPOUT.encode()})
        _use_a_package(root)
        project, _ = read_project(root, runs=runs)
        assert project is not None
        built = build(project, SubprocessRunner(), lambda event: None)
        for document in built.documents:
            if document.path in made:
                made[document.path].append(json.loads(document.content))
    return made


RUNS = ("auto", "frozen")


def _use_a_package(root: Path) -> None:
    example = root / "examples/by_heart.py"
    example.write_text(
        example.read_text("utf-8").replace("import random\n", "import random\n\nimport click\n")
    )


def of_check(folder: Path) -> Fields:
    return fields_of(
        output_of(lay_out(folder, {"concepts/dropout.yml": b"term: Dropout\ntermm: x\n"}), "check")
    )


def of_run(folder: Path) -> Fields:
    """A run that drifted, then the accepted one."""
    root = _drifted(folder, DROPOUT)
    return fields_of(*(output_of(root, "run", "--runs", "auto", *more) for more in ([], ["--accept"])))


def of_explain(folder: Path) -> Fields:
    root = lay_out(folder, {})
    return fields_of(*(output_of(root, "run", "--runs", mode, "--explain") for mode in RUNS))


def of_coverage(folder: Path) -> Fields:
    return fields_of(output_of(lay_out(folder, {"concepts/dropout.yml": DROPOUT.encode()}), "coverage"))


def of_upgrade(folder: Path) -> Fields:
    """A refuted claim, an exempt metric, and an added package; then a second report without changes."""
    root, same = _drifted(folder, REFUTED), lay_out(folder / "same", {})
    _use_a_package(root)
    example = root / "examples/by_heart.py"
    exempt = '# tolerance = {"table.seen" = "none"}\n# seeds'
    example.write_text(example.read_text("utf-8").replace("# seeds", exempt, 1))
    output_of(same, "run", "--runs", "auto", "--accept")
    same_again = output_of(same, "upgrade-report")
    _use_a_package(same)
    return fields_of(same_again, *(output_of(one, "upgrade-report") for one in (root, same)))


def of_report(folder: Path) -> Fields:
    root = lay_out(folder, {"concepts/dropout.yml": DROPOUT.encode()})
    commit(new_repository(root), "Begin")
    same = output_of(root, "report", "--base", "HEAD")
    _drift(root)
    questions = DROPOUT.split("  questions:", 1)[0].replace("with the same chance", "as often as any other")
    (root / "concepts/dropout.yml").write_text(questions.replace("+ 0.2", "+ 0.3"))
    (root / "concepts/regularization.yml").write_text(ADDED)
    changed = output_of(root, "report", "--base", "HEAD")
    (root / "concepts/regularization.yml").write_text("term: x\nterms: y\n")
    return fields_of(same, changed, output_of(root, "report", "--base", "HEAD"))


def _drifted(folder: Path, dropout: str) -> Path:
    root = lay_out(folder, {"concepts/dropout.yml": dropout.encode()})
    _drift(root)
    return root


def _drift(root: Path) -> None:
    record = root / "examples/recorded/by_heart.json"
    value = json.loads(record.read_text("utf-8"))
    value["versions"] = {"click": "1.0", "taken-out": "2.0"}
    for run in value["runs"]:
        run["metrics"]["table.unseen"], run["metrics"]["gone"] = 0.4, 1.0
    record.write_text(json.dumps(value))


SAMPLES = {
    "check": of_check,
    "run": of_run,
    "run --explain": of_explain,
    "coverage": of_coverage,
    "report": of_report,
    "upgrade-report": of_upgrade,
}


@cache
def schemas() -> dict[str, Any]:
    project, _ = read_project(BASE)
    assert project is not None
    prepared = prepare(project).glossary
    assert prepared is not None
    return {name: json.loads(text) for name, text in describe(prepared, rule_modules()).items()}


# The promise


def hold(name: str, found: Fields, broken: Any, updating: bool) -> None:
    """Compares the fields with the description; `updating` writes it, unless the number must be raised first."""
    path, current = (
        SHAPES / f"{name.replace(' --', '-').replace(' ', '-').removesuffix('.json')}.json",
        number(name),
    )
    described = json.loads(path.read_text("utf-8")) if path.is_file() else {"schema": 0, "fields": {}}
    if described["schema"] == current:
        assert broken(described["fields"], found) == [], (
            f"raise the schema number of {name}, or keep the fields"
        )
    if updating:
        text = json.dumps({"schema": current, "fields": found}, indent=1, ensure_ascii=False)
        path.write_text(
            re.sub(r"\[\s+([^\]]*?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text) + "\n", "utf-8"
        )
        return
    help = "describe them: pytest --update-cases tests/test_shapes.py"
    assert described["schema"] == current, help
    assert described["fields"] == found, f"{name} has new fields; {help}"


@pytest.fixture
def updating(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-cases"))


@pytest.mark.parametrize("name", FILES)
def test_a_published_file_keeps_its_fields_within_a_schema_number(
    name: str, files: Mapping[str, list[Any]], updating: bool
) -> None:
    assert {value["schema"] for value in files[name]} == {number(name)}
    hold(name, fields_of(*files[name], maps=MAPS), broken_for_readers, updating)


@pytest.mark.parametrize("name", COMMANDS)
def test_command_output_keeps_its_fields_within_a_schema_number(
    name: str, tmp_path: Path, updating: bool
) -> None:
    hold(f"glossary {name}", SAMPLES[name](tmp_path / "glossary"), broken_for_readers, updating)


@pytest.mark.parametrize("name", SCHEMAS)
def test_written_files_stay_readable_within_a_schema_number(name: str, updating: bool) -> None:
    found = keys_of(schemas()[name])
    # Every kind of block has the same content, so it is listed once.
    alike = {re.sub(r"^blocks\.[^.\[]+\[", "blocks.*[", path): said for path, said in found.items()}
    hold(name, dict(sorted(alike.items())), broken_for_writers, updating)


# Breaking changes


BEFORE = fields_of({"concepts": [{"id": "a", "url": None}, {"id": "b", "url": "/b/"}], "metrics": {"x": 1}})


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ({"concepts": [{"id": "a", "url": "/a/", "new": 1}], "metrics": {"x": 1.5}}, []),
        ({"concepts": [{"id": "a", "url": "/a/"}]}, ["metrics is gone", "metrics.x is gone"]),
        (
            {"concepts": [{"name": "a", "url": "/a/"}], "metrics": {"x": 1}},
            ["concepts[].id is gone"],
        ),
        (
            {"concepts": [{"id": 7, "url": "/a/"}], "metrics": {"x": 1}},
            ["concepts[].id may be number"],
        ),
    ],
    ids=["a new field", "one is gone", "one is renamed", "one is of another kind"],
)
def test_removing_renaming_or_retyping_a_field_is_breaking(value: Any, broken: list[str]) -> None:
    assert broken_for_readers(BEFORE, fields_of(value)) == broken


def test_names_that_are_data_are_not_fields() -> None:
    assert fields_of({"metrics": {"x": 1, "y": 2.0}}, maps=("metrics",)) == {
        "metrics": ["object"],
        "metrics.*": ["number"],
    }


ENTRY = {
    "properties": {"term": {"type": "string"}, "see": {"items": {"$ref": "#/$defs/See"}}},
    "required": ["term"],
    "$defs": {
        "See": {"properties": {"relation": {"enum": ["broader", "narrower"]}}, "required": ["relation"]}
    },
}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"properties": {**ENTRY["properties"], "note": {}}}, []),  # type: ignore[dict-item]
        (
            {"properties": {**ENTRY["properties"], "note": {}}, "required": ["term", "note"]},
            ["note is required"],
        ),  # type: ignore[dict-item]
        ({"required": []}, []),
        ({"properties": {"term": {}}}, ["see is gone", "see[].relation is gone"]),
        (
            {"$defs": {"See": {"properties": {"relation": {"enum": ["broader"]}}, "required": ["relation"]}}},
            ['see[].relation may no longer be "narrower"'],
        ),
    ],
    ids=[
        "a new key",
        "a new key that must be there",
        "a key need not be there",
        "one is gone",
        "a word is gone",
    ],
)
def test_removing_or_requiring_a_key_is_breaking(change: dict[str, Any], broken: list[str]) -> None:
    now = keys_of({**ENTRY, **change})
    assert broken_for_writers(keys_of(ENTRY), now) == broken


def test_a_removed_field_requires_a_new_number_even_when_updating(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "SHAPES", tmp_path)
    (tmp_path / "glossary-check.json").write_text(
        json.dumps({"schema": number("glossary check"), "fields": {"[].gone": ["string"]}})
    )
    for renew in (False, True):
        with pytest.raises(AssertionError, match="raise the schema number of glossary check"):
            hold("glossary check", {}, broken_for_readers, renew)
