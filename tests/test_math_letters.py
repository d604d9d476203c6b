"""Letters of mathematical alphabets are characters of their own, with the exceptions of Unicode."""

from __future__ import annotations

import unicodedata

import pytest

from executable_glossary.text.math_letters import in_alphabet


@pytest.mark.parametrize(
    ("plain", "variant", "expected"),
    [
        ("Ax1", "bold", "𝐀𝐱𝟏"),
        ("αΣ∇∂", "bold", "𝛂𝚺𝛁𝛛"),
        ("xβ1", "bold-italic", "𝒙𝜷𝟏"),
        ("h", "italic", "ℎ"),
        ("RCNQZE1", "double-struck", "ℝℂℕℚℤ𝔼𝟙"),
        ("LBA", "script", "ℒℬ𝒜"),
        ("gCI", "fraktur", "𝔤ℭℑ"),
        ("A1", "sans-serif", "𝖠𝟣"),
        ("A1", "sans-serif-italic", "𝘈𝟣"),
        ("A1", "monospace", "𝙰𝟷"),
        ("+ä", "bold", "+ä"),
        ("A", "initial", "A"),
    ],
)
def test_letters_and_digits_are_those_of_the_alphabet(plain: str, variant: str, expected: str) -> None:
    assert in_alphabet(plain, variant) == expected
    if variant != "sans-serif-italic":
        assert unicodedata.normalize("NFKC", expected) == plain
