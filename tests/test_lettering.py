"""Text in drawings: the width table matches the site's font, and no text is wider than predicted."""

from __future__ import annotations

import importlib
import unicodedata
from functools import cache
from itertools import groupby, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont, features

from executable_glossary.drawing import font_widths
from executable_glossary.drawing.font_widths import ADVANCES
from executable_glossary.drawing.lettering import SIZE, text_width

FONT = Path(__file__).parents[1] / "templates/site/assets/fonts/source-sans-3-latin-wght-normal.woff2"
# Drawings use the regular and semibold weights.
WEIGHTS = (400, 600)
# The tolerance per pair, in thousandths of an em: a twentieth of a pixel.
NEGLIGIBLE = 3

needs_kerning = pytest.mark.skipif(
    not features.check("raqm"), reason="Pillow has no Raqm, which applies kerning"
)

MODULE = '''"""Character widths in the site's sans-serif font, in thousandths of an em.

Generated from the font file by `pytest --update-cases tests/test_lettering.py`.
"""

from __future__ import annotations

# Keyed by width: the larger of the regular and the semibold one.
_CHARACTERS = {{
{advances}
}}
# Pairs that kerning moves apart, keyed by distance. Pairs that it moves closer are left out: widths are upper bounds.
_PAIRS = {{
{kerning}
}}

ADVANCES = {{character: width for width, characters in _CHARACTERS.items() for character in characters}}
KERNING = {{pair: distance for distance, pairs in _PAIRS.items() for pair in pairs.split("  ")}}
'''


@cache
def font(weight: int, size: int = 1000, kerned: bool = True) -> ImageFont.FreeTypeFont:
    layout = ImageFont.Layout.RAQM if kerned else ImageFont.Layout.BASIC
    face = ImageFont.truetype(FONT, size, layout_engine=layout)
    face.set_variation_by_axes([weight])
    return face


def shape(character: str) -> tuple[tuple[int, int], bytes]:
    picture = font(400, 24, kerned=False).getmask(character)
    return picture.size, bytes(picture)


@cache
def measured() -> dict[str, int]:
    """The width of each character in the font. A missing character looks like one that no font has."""
    characters = (chr(code) for code in range(0x20, 0x2300) if unicodedata.category(chr(code))[0] not in "CM")
    missing = shape("\ufffe")
    return {
        character: max(round(advance(character, weight)) for weight in WEIGHTS)
        for character in characters
        if shape(character) != missing
    }


@cache
def advance(character: str, weight: int) -> float:
    return font(weight, kerned=False).getlength(character)


@cache
def set_apart() -> dict[str, int]:
    """Pairs of characters that are drawn further apart than their advances suggest."""
    kerning = {a + b: max(kern(a, b, weight) for weight in WEIGHTS) for a, b in product(measured(), repeat=2)}
    return {pair: round(distance) for pair, distance in kerning.items() if distance > NEGLIGIBLE}


def kern(a: str, b: str, weight: int) -> float:
    return font(weight).getlength(a + b) - advance(a, weight) - advance(b, weight)


def generated() -> str:
    return MODULE.format(advances=by_width(measured(), ""), kerning=by_width(set_apart(), "  "))


def by_width(widths: dict[str, int], separator: str) -> str:
    """Lines of a dictionary that maps each width to the text with that width."""
    pairs = sorted((width, text) for text, width in widths.items())
    groups = groupby(pairs, key=lambda pair: pair[0])
    return "\n".join(
        f"    {width}: {quoted(separator.join(text for _, text in group))}," for width, group in groups
    )


def quoted(text: str) -> str:
    """Quotes text as the formatter does: in double quotes, unless single quotes need fewer backslashes."""
    mark = '"' if text.count('"') <= text.count("'") else "'"
    visible = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text.replace("\\", "\\\\"))
    return f"{mark}{visible.replace(mark, chr(92) + mark)}{mark}"


def drawn_width(text: str, size: float, weight: int) -> float:
    """The width according to the font's own advances and kerning."""
    return font(weight).getlength(text) * size / 1000


@needs_kerning
def test_the_width_table_matches_the_font(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-cases"):
        Path(font_widths.__file__).write_text(generated(), encoding="utf-8")
        importlib.reload(font_widths)
    assert measured().keys() == font_widths.ADVANCES.keys()
    # Versions of FreeType may round differently.
    assert all(abs(width - font_widths.ADVANCES[sign]) <= 2 for sign, width in measured().items())
    pairs = set_apart().keys() | font_widths.KERNING.keys()
    recorded, found = (
        {pair: table.get(pair, NEGLIGIBLE) for pair in pairs} for table in (font_widths.KERNING, set_apart())
    )
    assert all(abs(recorded[pair] - found[pair]) <= 2 for pair in pairs)


@needs_kerning
@pytest.mark.parametrize("weight", WEIGHTS)
@given(text=st.text(alphabet=st.sampled_from(sorted(ADVANCES)), max_size=40))
def test_no_text_is_drawn_wider_than_predicted(weight: int, text: str) -> None:
    assert drawn_width(text, SIZE, weight) <= text_width(text) + SIZE / 1000 * NEGLIGIBLE * len(text)


@pytest.mark.parametrize("text", ["fine-tuning", "GPU", "Accuracy on unseen flowers", "79%, 73–82%"])
def test_prediction_is_close(text: str) -> None:
    semibold, regular = drawn_width(text, SIZE, 600), drawn_width(text, SIZE, 400)
    assert text_width(text) <= 1.03 * semibold
    assert text_width(text) <= 1.07 * regular


@pytest.mark.parametrize("text", ["обучение", "学習率", "μάθηση", "ł → ∞", "चाल"])
def test_a_character_missing_from_the_font_takes_a_whole_em(text: str) -> None:
    others = sum(
        1 for sign in text if sign not in ADVANCES and unicodedata.category(sign) not in ("Mn", "Cf")
    )
    assert text_width(text, 10) >= 10 * others


def test_combining_accents_have_no_width() -> None:
    assert text_width("e\u0301") == text_width("e") == text_width("é")
