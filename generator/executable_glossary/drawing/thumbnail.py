"""Reduces a figure to the small picture that stands for its example in a list."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, UnidentifiedImageError

SIZE = (480, 360)  # pixels; the largest width and height, twice those on a page


def thumbnail(picture: bytes) -> bytes:
    """The picture as a PNG image of at most `SIZE`, on white. Of an animation, only the first frame is kept; data
    that is not a picture is returned unchanged."""
    try:
        with Image.open(BytesIO(picture)) as image:
            small = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return picture
    small.thumbnail(SIZE, Image.Resampling.LANCZOS)
    paper = Image.new("RGB", small.size, "white")
    paper.paste(small, mask=small.getchannel("A"))
    packed = BytesIO()
    paper.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def picture_size(picture: bytes) -> tuple[int, int] | None:
    """The width and height of a picture in pixels; None if the data is not a picture."""
    try:
        with Image.open(BytesIO(picture)) as image:
            return image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
