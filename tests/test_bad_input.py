"""For any input from an author, a build produces a site or problems with a location, never a stack trace."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from case_outcome import built_in
from executable_glossary.app.tables.problem_list import as_text
from executable_glossary.execution import SubprocessRunner
from glossaries import FULL_ENTRY, lay_out
from hostile_glossary import Path_, replaced, ways

ODD_VALUES = {
    "nothing": None,
    "a number": 10**30,
    "a list in a list": [[]],
    "a key that nobody knows": {"x": {"y": 1}},
    "only a space": " ",
    "an expression without a number": "{{ by_heart.rule.unseen.values }}",
    "signs of Markdown": "` ``` [[|]] ]]( $$ *_ {% {# \\ <",
    "letters from elsewhere, and a bell": "é\u2028𝒳\x07",
    "a name in letters that only look like its own": "overf\u0131tting",
}


def test_the_original_entry_is_valid(tmp_path: Path) -> None:
    lay_out(tmp_path, {"concepts/dropout.yml": FULL_ENTRY.encode()})
    assert not built_in(tmp_path, SubprocessRunner()).problems


ENTRY = yaml.safe_load(FULL_ENTRY)
WAYS = ((), *ways(ENTRY))


@pytest.mark.parametrize("odd", range(len(ODD_VALUES)), ids=list(ODD_VALUES))
def test_an_odd_value_is_handled(odd: int, tmp_path: Path) -> None:
    """The odd values are distributed over the places in turn. The slow test tries every value in every place."""
    _build_with(list(ODD_VALUES.values())[odd], WAYS[odd :: len(ODD_VALUES)], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES.keys())
def test_an_odd_value_anywhere_is_handled(odd: object, tmp_path: Path) -> None:
    """Slow: builds a glossary for every value in every place, which takes hundreds of builds."""
    _build_with(odd, WAYS, tmp_path)


def _build_with(odd: object, places: Iterable[Path_], folder: Path) -> None:
    """Builds the glossary with the odd value in each of these places of an entry."""
    lay_out(folder, {})
    for path in places:
        text = yaml.safe_dump(replaced(ENTRY, path, odd), allow_unicode=True)
        (folder / "concepts" / "dropout.yml").write_text(text, "utf-8")
        built = built_in(folder, SubprocessRunner())
        assert built.documents or built.failed, path
        assert all(problem.place.path for problem in built.problems), path
        as_text(built.problems)


@pytest.mark.parametrize("size", range(0, len(FULL_ENTRY), 60))
def test_a_truncated_file_is_handled(size: int, tmp_path: Path) -> None:
    lay_out(tmp_path, {"concepts/dropout.yml": FULL_ENTRY.encode()[:size]})
    built = built_in(tmp_path, SubprocessRunner())
    assert built.documents or built.failed
