"""Converts pictures in any format that Pillow reads to PNG, the only format that pages show."""

from __future__ import annotations

import base64
import io
from typing import Any, NamedTuple

MAX_FRAMES = 300  # an animation with more frames is shown as a still picture


class Raster(NamedTuple):
    """A picture as PNG; empty if it cannot be read. moving: the same as an animated PNG, if it moves. too_long: why it
    is only shown as a still picture."""

    still: bytes = b""
    moving: bytes = b""
    too_long: str = ""


def read_picture(media: str, content: Any) -> Raster:
    """The picture that a library returned as bytes, or as text in base64."""
    try:
        data = base64.b64decode(content) if isinstance(content, str) else bytes(content)
        return Raster(data) if media == "image/png" else _converted(data)
    except Exception:
        return Raster()


def png_of(image: Any) -> bytes:
    """A Pillow image as PNG."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _converted(data: bytes) -> Raster:
    from PIL import Image, ImageSequence

    with Image.open(io.BytesIO(data)) as image:
        count = getattr(image, "n_frames", 1)
        mode = "RGB" if image.format == "JPEG" else "RGBA"
        still = png_of(image.convert(mode))
        if count > MAX_FRAMES:
            return Raster(still, too_long=f"more than {MAX_FRAMES} frames")
        frames = [frame.convert(mode) for frame in ImageSequence.Iterator(image)] if count > 1 else []
    return Raster(still, _animated(frames)) if frames else Raster(still)


def _animated(frames: list[Any]) -> bytes:
    file = io.BytesIO()
    durations = [frame.info.get("duration", 100) for frame in frames]
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return file.getvalue()
