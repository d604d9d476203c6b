"""Shows on the page what a script would show in a window: Pillow's `Image.show` and OpenCV's `imshow`."""

from __future__ import annotations

import functools
from typing import Any

from .after_import import after_import
from .pictures import Pictures
from .raster_pictures import png_of

MANAGING = (
    "namedWindow",
    "moveWindow",
    "resizeWindow",
    "setWindowTitle",
    "destroyWindow",
    "destroyAllWindows",
)


def watch_windows(pictures: Pictures) -> None:
    """From now on, add each picture that the script shows in a window to the pictures of the cell."""
    after_import("PIL.ImageShow", functools.partial(_replace_viewers, pictures))
    after_import("cv2", functools.partial(_replace_windows, pictures))


def _replace_viewers(pictures: Pictures, module: Any) -> None:
    class Page(module.Viewer):  # type: ignore[misc]
        """Takes the place of the programs that Pillow would start. Pillow itself converts the colors for it."""

        format = "PNG"

        def show_image(self, image: Any, **options: Any) -> int:
            pictures.add(png_of(image))
            return 1

    module._viewers[:] = [Page()]


def _replace_windows(pictures: Pictures, module: Any) -> None:
    """As with a progress bar, only the last picture of a window is shown, unless the script waits for a key."""

    def show(name: object, picture: Any) -> None:
        # In numbers with decimals, white is 1.
        levels = (picture * 255).clip(0, 255).astype("uint8") if picture.dtype.kind == "f" else picture
        pictures.windows[str(name)] = module.imencode(".png", levels)[1].tobytes()

    def wait(delay: int = 0) -> int:
        """No key is ever pressed."""
        if delay <= 0:
            pictures.show_windows()
        return -1

    module.imshow, module.waitKey, module.waitKeyEx = show, wait, wait
    for name in MANAGING:
        setattr(module, name, _manage)


def _manage(*arguments: Any, **settings: Any) -> None:
    """Windows need not be created, moved, or closed."""
