"""Prose rules: they can be silenced with a reason, have documentation, accept correct text, and never crash."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.adapters.word_catalog import english
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.app.pipeline import prepare
from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import PACKAGED
from executable_glossary.model.rule_settings import ALLOWED, Rules
from executable_glossary.model.text import Text
from executable_glossary.stages.load import load
from executable_glossary.stages.plan import plan
from executable_glossary.stages.proofread import proofread, rule_modules
from executable_glossary.stages.render.manual_pages import rule_page
from glossaries import REPOSITORY, lay_out

AXES = Axes.model_validate(
    {
        "audiences": [
            {"id": "guest", "label": "Guest", "grade": 8, "words": 40, "lay": True, "sentence": 20},
            {"id": "cook", "label": "Cook"},
        ],
        "formats": [
            {"id": "entry", "label": "Entry", "path": "", "parts": [{"block": "definition"}]},
            {
                "id": "talk",
                "label": "Talk",
                "path": "talk",
                "varies": ["audience"],
                "requires": ["why"],
                "parts": [{"block": "why"}],
            },
        ],
    }
)
LISTS: dict[str, dict[Text, Text]] = {
    "spelling": {Text("flavour"): Text("flavor")},
    "inclusive": {Text("mankind"): Text("humanity")},
    "empty-word": {Text("powerful"): Text("(say what it does)")},
    "jargon": {Text("emulsion"): Text("mixture")},
    ALLOWED: {Text("TV"): Text("everybody has one")},
}
TODAY = date(2026, 11, 21)


def entry(id: str = "dough", **given: Any) -> Entry:
    least = {
        "id": id,
        "term": id.title(),
        "meaning": "Flour and water.",
        "see_also": [{"concept": "batter", "relation": "contrasts", "why": "It is thinner."}],
        "blocks": {"definition": "Flour and water, kneaded."},
    }
    return Entry.model_validate({**least, **given})


def proofread_entries(
    *entries: Entry, rules: Rules | None = None, today: date | None = None
) -> list[Problem]:
    """All problems that the rules report in a small glossary about cooking."""
    templates = frozenset(f"blocks/{kind}.md.j2" for kind in ("definition", "why"))
    glossary = Glossary(
        AXES,
        {one.id: one for one in entries},
        templates=templates,
        rules=rules or Rules(),
        lists=LISTS,
        words=english(),
    )
    return sorted(proofread(glossary, plan(glossary), today))


def codes(*entries: Entry, **given: Any) -> list[str]:
    return [problem.code for problem in proofread_entries(*entries, **given)]


def definition(text: str, **given: Any) -> Entry:
    return entry(blocks={"definition": text}, **given)


def for_guests(text: str) -> Entry:
    wordings = [{"for": {"audience": "guest"}, "text": text}, {"text": "Nothing else to say to cooks here."}]
    return entry(blocks={"definition": "Flour.", "why": wordings})


def accept(**given: str) -> dict[str, Any]:
    return {"because": "It is meant.", **given}


# Reported and accepted prose


def test_plain_prose_is_accepted() -> None:
    assert proofread_entries(entry(), entry("batter"), today=TODAY) == []


@pytest.mark.parametrize(
    "text",
    [
        'They call it "powerful".',
        "They call it “powerful”, too.",
        "The option `powerful` is off.",
        "[A page](https://example.org/powerful) says more.",
        "$powerful$ is a formula.",
        "Powerfully, empowered, power-full.",
    ],
)
def test_a_quoted_word_is_not_reported(text: str) -> None:
    assert codes(definition(text)) == []


@pytest.mark.parametrize(
    "text", ["Powerful.", "**powerful**", "a [powerful](https://example.org) thing", "so\npowerful"]
)
def test_a_word_is_found_in_any_form(text: str) -> None:
    assert codes(definition(text)) == ["empty-word"]


def test_a_plural_gets_a_plural_replacement() -> None:
    (problem,) = proofread_entries(definition("Two flavours."))
    assert problem.help == 'write "flavors"'


def test_advice_is_not_shown_as_a_replacement() -> None:
    (problem,) = proofread_entries(definition("It is powerful."))
    assert problem.help == "say what it does"


def test_a_hyphen_in_our_own_terms_is_kept() -> None:
    glossary = [
        entry("stir-fry", term="Stir-frying"),
        definition("By stir frying, or stirfrying, or stir-frying."),
    ]
    assert codes(*glossary) == ["spelling", "spelling"]


def test_a_name_with_two_intended_spellings_is_accepted() -> None:
    alias = {"text": "stir frying", "type": "form"}
    both = entry("stir-fry", term="Stir-frying", aliases=[alias])
    assert codes(both, definition("By stir frying.")) == []


def test_the_jargon_rule_applies_to_lay_readers_only() -> None:
    assert codes(definition("An emulsion.")) == []
    assert "jargon" in codes(for_guests("An emulsion."))


@pytest.mark.parametrize(
    "text",
    [
        "An emulsion (oil in water) it is.",
        "Oil in water (an emulsion) it is.",
        "An emulsion, that is oil in water.",
        "An emulsion is a mix of oil and water.",
        "An emulsion – oil in water – it is.",
        "A TV set.",
        "Two emulsions. An emulsion means oil in water.",
    ],
)
def test_an_explained_word_is_not_jargon(text: str) -> None:
    assert "jargon" not in codes(for_guests(text))


@pytest.mark.parametrize("text", ["The emulsion is fine.", "Sauce or emulsion or not."])
def test_a_mentioned_word_is_not_explained(text: str) -> None:
    assert "jargon" in codes(for_guests(text))


def test_a_concept_is_not_jargon() -> None:
    assert codes(for_guests("Oil and an emulsion."), entry("emulsion")) == []


def test_the_hardest_sentence_is_shown() -> None:
    hard = "Emulsification necessitates considerable perseverance."
    (problem,) = [
        one
        for one in proofread_entries(for_guests(f"Go on. {hard} Then eat it."))
        if one.code == "reading-grade"
    ]
    assert "this sentence raises it most" in problem.message


def test_terms_do_not_raise_the_grade_of_a_page() -> None:
    text = "Emulsification is nice. Emulsification is good. I like it."
    assert "reading-grade" in codes(for_guests(text))
    assert "reading-grade" not in codes(for_guests(text), entry("emulsification"))


@pytest.mark.parametrize(("days", "found"), [(0, []), (720, []), (800, ["stale-review"])])
def test_a_review_expires(days: int, found: list[str]) -> None:
    reviewed = date.fromordinal(TODAY.toordinal() - days)
    assert codes(entry(reviewed=reviewed), today=TODAY) == found
    assert codes(entry(reviewed=reviewed)) == []


def test_an_entry_without_a_review_is_not_reported() -> None:
    assert codes(entry(), today=TODAY) == []


# Silencing


@pytest.mark.parametrize(
    "silence",
    [
        {"rule": "empty-word"},
        {"rule": "empty-word", "in": "definition"},
        {"rule": "empty-word", "words": "Powerful"},
    ],
)
def test_a_rule_can_be_silenced_where_it_reports_a_problem(silence: dict[str, str]) -> None:
    assert codes(definition("It is powerful.", accept=[accept(**silence)])) == []


@pytest.mark.parametrize(
    "silence",
    [
        {"rule": "spelling"},
        {"rule": "empty-word", "in": "why"},
        {"rule": "empty-word", "words": "robust"},
        {"rule": "empty-word", "for": {"audience": "guest"}},
    ],
)
def test_an_exception_for_something_else_is_reported_as_unused(silence: dict[str, Any]) -> None:
    found = codes(definition("It is powerful.", accept=[accept(**silence)]))
    assert sorted(found) == ["empty-word", "unused-accept"]


def test_an_exception_does_not_affect_other_entries() -> None:
    silent = definition("It is powerful.", accept=[accept(rule="empty-word")])
    assert codes(silent, entry("batter", blocks={"definition": "Powerful."})) == ["empty-word"]


def test_an_exception_is_not_called_unused_if_its_rule_did_not_run() -> None:
    """Without a plan or a date, these rules cannot run."""
    not_judged = [code for code, module in rule_modules().items() if module.RULE.needs != "text"]
    silences = [accept(rule=rule) for rule in not_judged]
    glossary = Glossary(AXES, {"dough": entry(accept=silences)}, lists=LISTS, words=english())
    assert proofread(glossary, None, None) == ()
    assert len(proofread(glossary, None, TODAY)) == 1


def test_a_rule_that_is_turned_off_reports_nothing() -> None:
    rules = Rules.model_validate({"off": [{"rule": "empty-word", "because": "We sell."}]})
    assert codes(definition("It is powerful."), rules=rules) == []


def test_words_can_be_added_and_allowed() -> None:
    rules = Rules.model_validate(
        {"words": {"empty-word": {"yummy": "good"}}, "allowed": {"powerful": "A brand."}}
    )
    assert codes(definition("It is powerful and yummy."), rules=rules) == ["empty-word"]


# Documentation and word lists


@cache
def page(code: str) -> str:
    return rule_page(Templates(PACKAGED, PACKAGED), rule_modules()[code].RULE)


@pytest.mark.parametrize("code", rule_modules())
def test_each_rule_is_in_the_file_of_its_code(code: str) -> None:
    module = rule_modules()[code]
    assert module.__name__.rpartition(".")[2] == code.replace("-", "_")
    assert module.RULE.severity == "warning"


@pytest.mark.parametrize("code", rule_modules())
def test_each_exception_in_the_documentation_works(code: str) -> None:
    (shown,) = re.findall(r"`(accept: [^`]*)`", page(code))
    source, problems = read_yaml("shown.yml", shown.encode())
    assert source is not None
    assert not problems
    assert [str(each.rule) for each in entry(**source.value).accept] == [code]


@pytest.mark.parametrize("code", ["spelling", "empty-word", "inclusive", "jargon", "unidiomatic-phrase"])
def test_a_rule_reports_its_example_and_not_the_fixed_version(code: str) -> None:
    before, after = re.findall(r"(?:^>.*\n)+", page(code), re.MULTILINE)
    for quotation, reported in ((before, True), (after, False)):
        text = " ".join(line.removeprefix("> ") for line in quotation.splitlines())
        assert (code in _packaged(for_guests(text))) == reported


def _packaged(*entries: Entry) -> list[str]:
    project, _ = read_project(REPOSITORY)
    assert project is not None
    glossary, _ = load(project)
    assert glossary is not None
    templates = frozenset(f"blocks/{kind}.md.j2" for kind in ("definition", "why"))
    small = Glossary(
        AXES,
        {one.id: one for one in entries},
        templates=templates,
        lists=glossary.lists,
        words=glossary.words,
    )
    return [problem.code for problem in proofread(small, plan(small), None)]


@pytest.mark.parametrize("name", Templates(PACKAGED, PACKAGED).stems("rules", ".yml"))
def test_each_list_is_packaged_sorted_and_about_no_subject(name: str) -> None:
    text = (PACKAGED / f"rules/{name}.yml").read_text("utf-8")
    words = re.findall(r"^  ([^:]+):", text, re.MULTILINE)
    assert words
    assert len(words) == len({word.casefold() for word in words})
    assert not re.search(r"neural|gradient|tensor|epoch|training data", text)


def test_no_spelling_is_replaced_with_a_wrong_one() -> None:
    text = (PACKAGED / "rules/spelling.yml").read_text("utf-8")
    pairs = dict(re.findall(r"^  (\w+): (\w+)$", text, re.MULTILINE))
    assert len(pairs) > 300
    assert not set(pairs) & set(pairs.values())


def test_a_project_s_own_list_replaces_the_packaged_one(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        {
            "concepts/dropout.yml": (REPOSITORY / "tests/cases/base/concepts/dropout.yml")
            .read_bytes()
            .replace(b"In each step", b"In each colour or color, a step"),
            "templates/rules/spelling.yml": b"words: {color: colour}\n",
        },
    )
    project, _ = read_project(tmp_path)
    assert project is not None
    assert [problem.help for problem in prepare(project).problems] == ['write "colour"']


# Random text

SIGNS = st.sampled_from("aB .,!?\n-*_`[]()|{}$\"'“”:0é\u2028ﬁſK\u0130")
PROSE = st.lists(
    st.one_of(
        st.text(SIGNS, max_size=8),
        st.sampled_from(
            [
                "powerful",
                "Dough",
                "dough",
                "batter",
                "emulsion",
                "GPU",
                "Hinton et al.",
                "flavours",
                "[[dough]]",
                "{{ a.b }}",
                "```\n",
                "$x$",
                "- ",
                "1. ",
                ". ",
                " (",
                "\n\n",
            ]
        ),
    ),
    max_size=30,
).map("".join)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(PROSE, PROSE, PROSE)
def test_any_text_can_be_proofread(one: str, two: str, three: str) -> None:
    """Every problem has a message, a fix, and a location within the text."""
    wordings = [
        {"for": {"audience": "guest"}, "text": f"{one}."},
        {"for": {"audience": "cook"}, "text": f"{two}."},
    ]
    dough = entry(meaning=f"{two}.", blocks={"definition": f"{one}.", "why": wordings})
    batter = entry(
        "batter", meaning=f"{three} dough.", aliases=[{"text": f"{one[:90]}x", "type": "spelling"}]
    )
    for problem in proofread_entries(dough, batter, today=TODAY):
        assert problem.code in {*rule_modules(), "unused-accept"}
        assert problem.message
        assert problem.help
        assert problem.severity == "warning"
