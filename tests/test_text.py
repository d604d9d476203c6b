"""Author's text is a string that knows where each of its characters stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from executable_glossary.model.problem import Place
from executable_glossary.model.text import Text, YamlSource

POEM = Text(
    "Roses are red\nViolets are blue\n",
    (
        Place("poem.yml", 4, 7, excerpt="      Roses are red"),
        Place("poem.yml", 5, 7, excerpt="      Violets are blue"),
    ),
)


def pointed_at(place: Place) -> str:
    """The characters of the file that a place marks."""
    return place.excerpt[place.column - 1 : place.column - 1 + place.length]


def test_text_is_a_string_like_any_other() -> None:
    assert Text("dropout") == "dropout"
    assert {Text("dropout"): 1}["dropout"] == 1
    assert Text("drop") + "out" == "dropout"


def test_text_without_a_file_has_a_place_all_the_same() -> None:
    assert Text("dropout").place == Place("")
    assert Text("dropout").at(3) == Place("")


def test_text_stands_where_its_first_line_begins() -> None:
    assert str(POEM.place) == "poem.yml:4:7"


@pytest.mark.parametrize(("word", "shown"), [("red", "4:17"), ("Violets", "5:7"), ("blue", "5:19")])
def test_each_word_is_found_in_its_line(word: str, shown: str) -> None:
    place = POEM.at(POEM.index(word), len(word))
    assert str(place) == f"poem.yml:{shown}"
    assert pointed_at(place) == word


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(st.text(st.characters(exclude_categories=["C", "Z"])), min_size=1, max_size=5),
    indent=st.integers(0, 8),
    data=st.data(),
)
def test_every_character_is_found_where_the_file_has_it(
    lines: list[str], indent: int, data: st.DataObject
) -> None:
    places = tuple(
        Place("a.yml", number, indent + 1, excerpt=" " * indent + line)
        for number, line in enumerate(lines, 5)
    )
    text = Text("\n".join(lines), places)
    offset = data.draw(st.integers(0, max(0, len(text) - 1)))
    if text and text[offset] != "\n":
        assert pointed_at(text.at(offset)) == text[offset]
        assert text.at(offset).line == 5 + text[:offset].count("\n")


def test_where_the_file_folds_its_lines_the_whole_text_is_the_place() -> None:
    folded = Text("Roses are red, violets are blue", (Place("poem.yml", 3, 9, excerpt="verse: >"),))
    assert folded.at(folded.index("violets")) == folded.place


def test_where_the_file_escapes_a_character_what_follows_has_the_whole_text_as_its_place() -> None:
    escaped = Text("Roses\tand violets", (Place("poem.yml", 3, 9, excerpt='verse: "Roses\\tand violets"'),))
    assert escaped.at(0, 5).column == 9
    assert escaped.at(escaped.index("violets"), 7) == escaped.place


def test_lines_that_the_file_does_not_have_lead_to_the_whole_text() -> None:
    escaped = Text("Roses\nviolets", (Place("poem.yml", 3, 9, excerpt='verse: "Roses\\nviolets"'),))
    assert escaped.at(escaped.index("violets")) == escaped.place


class Verse(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    words: Text


def test_a_model_keeps_the_place_of_its_text() -> None:
    assert Verse(words=POEM).words is POEM


def test_a_model_takes_a_plain_string_for_text() -> None:
    words = Verse.model_validate({"words": "Roses"}).words
    assert isinstance(words, Text)
    assert words == "Roses"


@pytest.mark.parametrize("value", [3, None, True, ["Roses"]])
def test_a_model_takes_nothing_else_for_text(value: object) -> None:
    with pytest.raises(ValidationError):
        Verse.model_validate({"words": value})


def test_editors_are_told_that_text_is_a_string() -> None:
    assert Verse.model_json_schema()["properties"]["words"]["type"] == "string"


SOURCE = YamlSource(
    "a.yml",
    {"blocks": {"why": ["text"]}},
    places={
        (): Place("a.yml", 1, 1),
        ("blocks",): Place("a.yml", 2, 3),
        ("blocks", "why"): Place("a.yml", 3, 5),
        ("blocks", "why", 0): Place("a.yml", 3, 7),
    },
    keys={("blocks",): Place("a.yml", 1, 1), ("blocks", "why"): Place("a.yml", 2, 3)},
)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("blocks", "why"), "a.yml:3:5"),
        (("blocks", "why", 0), "a.yml:3:7"),
        (("blocks", "why", 0, "show", 2), "a.yml:3:7"),
        (("blocks", "how"), "a.yml:2:3"),
        (("term",), "a.yml:1:1"),
    ],
)
def test_what_is_missing_stands_at_the_thing_that_lacks_it(path: tuple[str | int, ...], shown: str) -> None:
    assert str(SOURCE.place(path)) == shown


def test_a_key_has_a_place_of_its_own() -> None:
    assert str(SOURCE.place(("blocks", "why"), key=True)) == "a.yml:2:3"


def test_the_key_of_something_missing_is_not_the_key_of_what_lacks_it() -> None:
    assert str(SOURCE.place(("blocks", "how"), key=True)) == "a.yml:2:3"
    assert str(SOURCE.place(("blocks", "why", 7), key=True)) == "a.yml:3:5"


def test_a_file_of_which_nothing_is_known_still_has_a_first_line() -> None:
    assert str(YamlSource("a.yml", None).place(("term",))) == "a.yml:1:1"
