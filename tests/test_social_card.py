"""The card for shared links is drawn once, in the site's fonts, and its file is small."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from executable_glossary.drawing.social_card import SIZE, Cards
from glossaries import REPOSITORY

FONTS = REPOSITORY / "templates/site/assets/fonts"
SERIF, SANS = (FONTS / f"source-{face}-latin-wght-normal.woff2" for face in ("serif-4", "sans-3"))
LONG = "Learning the training examples so closely, accidents included, that new examples are answered worse."


def cards(folder: Path) -> Cards:
    return Cards(folder / "cards", SERIF, SANS)


def image(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def inked_rows(picture: Image.Image) -> int:
    """Rows with a pixel darker than the background, to the right of the colored edge."""
    gray = picture.convert("L").crop((30, 0, *SIZE))
    return sum(min(gray.crop((0, y, gray.width, y + 1)).tobytes()) < 128 for y in range(gray.height))


def test_it_has_the_standard_size_and_is_a_small_file(tmp_path: Path) -> None:
    drawn = cards(tmp_path).card("Overfitting", LONG, "A glossary")
    assert image(drawn).size == SIZE
    assert len(drawn) < 40_000


def test_the_sentence_is_wrapped_to_fit(tmp_path: Path) -> None:
    found = cards(tmp_path)
    short, long = (image(found.card("Loss", sentence, "A glossary")) for sentence in ("Short.", LONG))
    assert inked_rows(long) > inked_rows(short) + 80
    margin = long.crop((SIZE[0] - 60, 0, *SIZE))
    assert (
        margin.getextrema() == image(found.card("Loss", "", "")).crop((SIZE[0] - 60, 0, *SIZE)).getextrema()
    )


def test_the_same_texts_are_drawn_once(tmp_path: Path) -> None:
    first = cards(tmp_path).card("Loss", LONG, "A glossary")
    kept = list((tmp_path / "cards").iterdir())
    assert [file.suffix for file in kept] == [".png"]
    kept[0].write_bytes(b"was not drawn again")
    assert cards(tmp_path).card("Loss", LONG, "A glossary") == b"was not drawn again"
    assert cards(tmp_path).card("Loss", LONG, "Another") != first


def test_without_the_fonts_there_are_no_cards(tmp_path: Path) -> None:
    assert not Cards(tmp_path, tmp_path / "none.woff2", SANS).possible
    assert cards(tmp_path).possible
