"""An author's text is a string that stores the location of each of its characters."""

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
    """The characters of the file at the location."""
    return place.excerpt[place.column - 1 : place.column - 1 + place.length]


def test_text_is_a_string_like_any_other() -> None:
    assert Text("dropout") == "dropout"
    assert {Text("dropout"): 1}["dropout"] == 1
    assert Text("drop") + "out" == "dropout"


def test_text_without_a_file_has_a_location_too() -> None:
    assert Text("dropout").place == Place("")
    assert Text("dropout").at(3) == Place("")


def test_text_starts_at_its_first_line() -> None:
    assert str(POEM.place) == "poem.yml:4:7"


@pytest.mark.parametrize(("word", "shown"), [("red", "4:17"), ("Violets", "5:7"), ("blue", "5:19")])
def test_each_word_is_located_on_its_line(word: str, shown: str) -> None:
    place = POEM.at(POEM.index(word), len(word))
    assert str(place) == f"poem.yml:{shown}"
    assert pointed_at(place) == word


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(st.text(st.characters(exclude_categories=["C", "Z"])), min_size=1, max_size=5),
    indent=st.integers(0, 8),
    data=st.data(),
)
def test_every_character_has_its_location_in_the_file(
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


def test_in_folded_text_the_location_is_the_whole_text() -> None:
    folded = Text("Roses are red, violets are blue", (Place("poem.yml", 3, 9, excerpt="verse: >"),))
    assert folded.at(folded.index("violets")) == folded.place


def test_after_an_escaped_character_the_location_is_the_whole_text() -> None:
    escaped = Text("Roses\tand violets", (Place("poem.yml", 3, 9, excerpt='verse: "Roses\\tand violets"'),))
    assert escaped.at(0, 5).column == 9
    assert escaped.at(escaped.index("violets"), 7) == escaped.place


def test_lines_missing_from_the_file_have_the_location_of_the_whole_text() -> None:
    escaped = Text("Roses\nviolets", (Place("poem.yml", 3, 9, excerpt='verse: "Roses\\nviolets"'),))
    assert escaped.at(escaped.index("violets")) == escaped.place


class Verse(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    words: Text


def test_a_model_keeps_the_location_of_its_text() -> None:
    assert Verse(words=POEM).words is POEM


def test_a_model_accepts_a_plain_string_for_text() -> None:
    words = Verse.model_validate({"words": "Roses"}).words
    assert isinstance(words, Text)
    assert words == "Roses"


@pytest.mark.parametrize("value", [3, None, True, ["Roses"]])
def test_a_model_accepts_nothing_else_for_text(value: object) -> None:
    with pytest.raises(ValidationError):
        Verse.model_validate({"words": value})


def test_the_schema_for_editors_describes_text_as_a_string() -> None:
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
def test_a_missing_part_has_the_location_of_its_parent(path: tuple[str | int, ...], shown: str) -> None:
    assert str(SOURCE.place(path)) == shown


def test_a_key_has_its_own_location() -> None:
    assert str(SOURCE.place(("blocks", "why"), key=True)) == "a.yml:2:3"


def test_the_key_of_a_missing_part_is_not_that_of_its_parent() -> None:
    assert str(SOURCE.place(("blocks", "how"), key=True)) == "a.yml:2:3"
    assert str(SOURCE.place(("blocks", "why", 7), key=True)) == "a.yml:3:5"


def test_an_unknown_file_has_a_first_line() -> None:
    assert str(YamlSource("a.yml", None).place(("term",))) == "a.yml:1:1"
