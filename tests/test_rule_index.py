"""Rules are declared once and fully documented, and are the only way to report a problem."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.app import rule_index
from executable_glossary.app.editor_schemas import schema_files
from executable_glossary.app.explain_code import listed
from executable_glossary.app.manual import manual_of
from executable_glossary.app.pipeline import prepare
from executable_glossary.app.rule_index import rules
from executable_glossary.model.manual import CommandLine
from executable_glossary.model.problem import Place
from executable_glossary.model.project import PACKAGED, Project
from executable_glossary.model.rule import ProseRule, Rule
from executable_glossary.stages.proofread import rules as rule_files
from glossaries import REPOSITORY, lay_out

PACKAGE = REPOSITORY / "generator/executable_glossary"

NEW_RULE = """
from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import remark

RULE = ProseRule(
    code="no-dough",
    summary="A text mentions dough.",
    why="This is no cookbook.",
    example="> Knead the dough.",
    instead="> Train the network.",
    silence='If it is a metaphor: `accept: [{rule: no-dough, because: "It is a metaphor."}]`.',
)


def remarks(manuscript):
    for passage in manuscript.passages:
        if "dough" in passage.text:
            yield remark(passage, passage.text.index("dough"), "dough", "this is dough", "delete it")
"""


def rule(code: str = "no-dough") -> Rule:
    return Rule(
        code=code,
        when="the content is checked",
        summary="It is dough.",
        why="It is.",
        example="Dough.",
        instead="Bread.",
    )


@pytest.fixture
def index() -> Iterator[None]:
    rules.cache_clear()
    yield
    rules.cache_clear()


def test_a_rule_creates_problems() -> None:
    problem = rule().at(Place("a.yml"), "this is dough", "bake it")
    assert (problem.code, problem.severity) == ("no-dough", "error")
    assert (problem.message, problem.help) == ("this is dough", "bake it")


@pytest.mark.parametrize("code", rules())
def test_every_rule_is_fully_documented(code: str) -> None:
    optional = {"details"}
    for field in fields(rules()[code]):
        text = getattr(rules()[code], field.name)
        assert text or field.name in optional, field.name
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", code)
    assert re.fullmatch(r"[A-Z`].*[^.]\.", rules()[code].summary), "a sentence"
    assert len(rules()[code].summary) < 110, "fits a line of a table"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_only_a_rule_creates_problems(path: Path) -> None:
    """Otherwise a code without documentation could be reported."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    created = [call.lineno for call in calls if "Problem" in (_name(call.func), _name(call.func, "attr"))]
    assert (created != []) == (path == PACKAGE / "model/rule.py")


def _name(node: ast.expr, attribute: str = "id") -> str:
    return str(getattr(node, attribute, ""))


def test_every_prose_rule_is_listed() -> None:
    files = {path.stem.replace("_", "-") for path in (PACKAGE / "stages/proofread/rules").glob("[!_]*.py")}
    assert {code for code, each in rules().items() if isinstance(each, ProseRule)} == files
    assert list(rules()) == sorted(rules())


def test_a_code_declared_twice_is_a_bug(monkeypatch: pytest.MonkeyPatch, index: None) -> None:
    modules = [ModuleType("first"), ModuleType("second")]
    for module in modules:
        vars(module)["RULE"] = rule()
    monkeypatch.setattr(rule_index, "_modules", lambda: iter(modules))
    with pytest.raises(ValueError, match='"no-dough" is declared twice'):
        rules()


def test_a_rule_shared_by_modules_is_one_rule(monkeypatch: pytest.MonkeyPatch, index: None) -> None:
    modules = [ModuleType("first"), ModuleType("second")]
    shared = rule()
    for module in modules:
        vars(module)["RULE"] = shared
    monkeypatch.setattr(rule_index, "_modules", lambda: iter(modules))
    assert rules()["no-dough"] is shared


# A new prose rule is a single file


def test_a_new_file_adds_a_rule_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, index: None
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/no_dough.py").write_text(NEW_RULE)
    monkeypatch.setattr(rule_files, "__path__", [*rule_files.__path__, str(tmp_path / "rules")])
    dough = b"""\
term: Dropout
meaning: Leaving parts of the dough out at random.
see_also:
  - {concept: overfitting, relation: contrasts, why: It is what dropout works against.}
blocks:
  definition: In each step every unit is left out by chance.
"""
    project = Project(root=lay_out(tmp_path / "glossary", {"concepts/dropout.yml": dough}))
    prepared = prepare(project)
    assert [problem.code for problem in prepared.problems] == ["no-dough"]
    assert "no-dough  " in listed(rules().values())
    assert prepared.glossary is not None
    schemas = schema_files(project, prepared.glossary)
    assert b'"no-dough"' in schemas[project.concepts / "_entry.schema.json"]
    assert b'"no-dough"' in schemas[project.concepts / "_rules.schema.json"]
    documents, _ = manual_of(prepared.glossary.axes, Templates(PACKAGED, PACKAGED), CommandLine(), {})
    pages = {document.path: str(document.content) for document in documents}
    assert "This is no cookbook." in pages["docs/rules/no-dough/index.md"]
    assert "[no-dough](no-dough/index.md)" in pages["docs/rules/index.md"]
    assert "`no-dough`" in pages["docs/reference/problems/index.md"]


# Extras


EXTRAS = ("docutils", "rdflib")


def test_modules_that_need_an_extra_declare_no_rules() -> None:
    """These modules cannot be imported if the extra is not installed, but the list of rules must always be the same."""
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text("utf-8")
        if re.search(rf"^(?:from|import) (?:{'|'.join(EXTRAS)})\b", text, re.MULTILINE):
            assert not re.search(r"^[A-Z_]+ = (?:Prose)?Rule\(", text, re.MULTILINE), path.name


def test_rules_are_the_same_without_extras() -> None:
    script = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS}:
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Missing())
from executable_glossary.app.rule_index import rules
print(*rules(), sep="\\n")
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == list(rules())
