"""Citations are found by the first author's last name and the year, in either order."""

import pytest

from executable_glossary.model.entry import Source
from executable_glossary.text.citations import citations

DONAHUE = Source(id="a", authors="Jeff Donahue, Yangqing Jia", year=2014, title="DeCAF")
RAZAVIAN = Source(id="b", authors="Ali Sharif Razavian", year=2014, title="Features")
FEI_FEI = Source(id="c", authors="Li Fei-Fei, Rob Fergus", year=2006, title="One-Shot Learning")
WORKS = (DONAHUE, RAZAVIAN, FEI_FEI)


def cited(text: str) -> list[tuple[str, str]]:
    """The cited works, each with the text before its year."""
    return [(str(found.work.id), text[: found.start].split()[-1]) for found in citations(text, WORKS)]


def test_every_citation_keeps_its_own_year() -> None:
    text = "Donahue and colleagues (2014) and Razavian and colleagues (2014) showed it."
    assert [text[found.end :][:14] for found in citations(text, WORKS)] == [") and Razavian", ") showed it."]


@pytest.mark.parametrize("text", ["as shown (Fei-Fei and others, 2006)", "In 2006 Li Fei-Fei showed it."])
def test_name_and_year_come_in_either_order(text: str) -> None:
    assert [str(found.work.id) for found in citations(text, WORKS)] == ["c"]
    assert all(text[found.start : found.end] == "2006" for found in citations(text, WORKS))


@pytest.mark.parametrize(
    "text",
    [
        "It was found by Donahue. In 2014 others repeated it.",
        "Donahue\n\n2014 was a good year.",
        "Donahue counted 12014 pictures.",
        "Donahues 2014",
        "`Donahue (2014)`",
        f"Donahue {'and so on ' * 10} 2014",
    ],
)
def test_no_citation(text: str) -> None:
    assert cited(text) == []
