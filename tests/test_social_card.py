"""The preview images for shared links."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from executable_glossary.drawing.social_card import FOOT, MARGIN, SIZE, Cards

FONTS = Path(__file__).parent.parent / "templates/site/assets/fonts"
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TEXTS = {
    "short": ("Dropout", "Units are left out at random.", "Glossary"),
    "long word": (LONG_WORD, "One word.", "Glossary"),
    "long name": ("A name of many words " * 8, "One sentence. " * 40, "A site with a long name " * 5),
    "no spaces": ("x" * 300, "y" * 900, "z" * 200),
    "wide letters": ("W" * 19, "W" * 60, "W" * 40),
    "empty": ("", "", ""),
}


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_reaches_the_edges(text: str, tmp_path: Path) -> None:
    serif, sans = (
        FONTS / "source-serif-4-latin-wght-normal.woff2",
        FONTS / "source-sans-3-latin-wght-normal.woff2",
    )
    image = Image.open(BytesIO(Cards(tmp_path, serif, sans).card(*TEXTS[text]))).convert("RGB")
    for edge in (
        (SIZE[0] - MARGIN + 4, 0, *SIZE),
        (20, FOOT + 50, *SIZE),
        (20, FOOT - 30, SIZE[0], FOOT - 12),
    ):
        assert len(image.crop(edge).getcolors() or []) == 1
