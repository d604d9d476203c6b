"""Saves the pictures of a run: matplotlib's figures and animations, and values that are pictures."""

from __future__ import annotations

import functools
import io
import os
import struct
import sys
import weakref
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from .after_import import after_import
from .plotly_figures import picture_of, summary_of
from .raster_pictures import MAX_FRAMES, Raster

PNG = b"\x89PNG\r\n\x1a\n"
STILL = "-still"
# An animation beyond this limit, or with more frames than MAX_FRAMES, is shown as a still picture.
MAX_ANIMATION = 8_000_000  # bytes
MAX_SIDE = 2**16 - 1  # pixels; browsers show no larger picture
MAX_PICTURE = 50_000_000  # bytes, as in `untrusted_result`


class Pictures:
    """The pictures of all cells. Does not import matplotlib itself.

    A figure is saved when the script shows it, or at the end of the cell, and is then closed for pyplot, so the next
    cell starts with a new one. If a later cell draws on it, it is saved there again. A window that stays open while the
    script goes on is saved in the state in which the script leaves it.
    """

    def __init__(self, folder: Path, names: Mapping[str, Any]) -> None:
        self._folder, self._names, self._process = folder, names, os.getpid()
        self._cell, self._defers = -1, False
        self._saved: list[_SavedFigure] = []
        self._open: dict[
            Any, None
        ] = {}  # the managers of the figures in open windows, in the order of their opening
        self._players: list[tuple[str, Any]] = []  # the HTML that plays an animation, and the animation
        self._draws_plotly = True
        self.windows: dict[str, bytes] = {}  # the last picture in each of OpenCV's windows
        self.of_cell: list[Mapping[str, Any]] = []
        self.missing: list[tuple[str, str]] = []

    def watch(self) -> None:
        """From now on, save each figure that the script shows, and note what it would show in a browser."""
        after_import("matplotlib.backend_bases", self._replace_show)
        after_import("matplotlib.animation", self._note_players)
        after_import("plotly.io._renderers", self._note_plotly)
        after_import("webbrowser", self._note_browser)

    def release(self) -> None:
        """Stop referring to the script's variables, so they are deleted when the script ends."""
        self._names = {}
        self._players.clear()

    def begin_cell(self, number: int, defers: bool = False) -> None:
        """defers: whether the figures that the cell leaves open or shows are those of the next cell, which can draw on
        them."""
        self._cell, self._defers, self.of_cell, self.missing = number, defers, [], []

    def end_cell(self) -> None:
        """Save and close the figures that the cell left open, and save those of earlier cells that it drew on."""
        if self._defers:
            return
        self.show_windows()
        pyplot: Any = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums() if pyplot else ():
            figure = pyplot.figure(number)
            self._open.pop(figure.canvas.manager, None)
            self.save(figure)
            pyplot.close(figure)
        for saved in tuple(self._saved):
            figure = saved.figure()
            if figure is not None and figure.stale:
                self.save(figure)

    def save(self, figure: Any, again: bool = False) -> None:
        """Save a matplotlib figure, unless it looks as it did when it was last saved. again: save it anyway, unless this cell
        has saved it."""
        label = str(figure.get_label() or f"figure-{getattr(figure, 'number', 1)}")
        saved = next((saved for saved in self._saved if saved.figure() is figure), None)
        if saved is None:
            saved = _SavedFigure(weakref.ref(figure), label)
            self._saved.append(saved)
        moving = self._save_animation(figure)
        content = _png(figure)
        # Saving sets the size for a moment, and the figure then counts as changed.
        figure.stale = False
        if content == saved.content and not (again and saved.cell != self._cell):
            return
        saved.content, saved.count, saved.cell = content, saved.count + 1, self._cell
        unnamed = not figure.get_label()
        name = label if unnamed or saved.count == 1 else f"{label}-{saved.count}"
        self._add_pair(content, moving, name, label)

    def save_value(self, figure: Any) -> None:
        """Save a figure that is a value or part of one, unless it is open: all open figures are saved anyway. If an earlier
        cell has shown it, it is shown again."""
        managers: Any = sys.modules.get("matplotlib._pylab_helpers")
        is_open = managers and any(each.canvas.figure is figure for each in managers.Gcf.figs.values())
        if not is_open:
            self.save(figure, again=True)

    def save_animation(self, html: str) -> bool:
        """If the HTML plays an animation of matplotlib, for which it needs scripts, save that animation instead. Returns
        whether it does."""
        animation = next((animation for player, animation in self._players if player in html), None)
        if animation is not None:
            self.save_value(animation._fig)
        return animation is not None

    def add_raster(self, picture: Raster) -> bool:
        """Add a picture of any kind, which can move; return whether it is one."""
        if picture.too_long:
            self.missing.append(("animation", picture.too_long))
        moving = self._within_limit(picture.moving)
        return bool(picture.still) and self._add_pair(
            picture.still, moving, f"figure-{len(self.of_cell) + 1}"
        )

    def add_plotly(self, figure: Any) -> bool:
        """Add a picture of a figure of plotly; return whether it could be drawn. After a failure, which can take seconds, no
        other figure is drawn."""
        if self._draws_plotly:
            self._draws_plotly = self.add(picture_of(figure))
        return self._draws_plotly

    def show_windows(self) -> None:
        """Add the pictures in the windows of OpenCV, and close the windows, as if a person had looked at them."""
        for content in self.windows.values():
            self.add(content)
        self.windows.clear()

    def _add_pair(self, still: bytes, moving: bytes, name: str, label: str = "") -> bool:
        """Add a picture and, if it is part of an animation, the animation."""
        if moving:
            self.add(moving, name, label, still=f"{name}{STILL}")
        return self.add(still, f"{name}{STILL}" if moving else name, label)

    def _within_limit(self, moving: bytes) -> bytes:
        """The animation, or nothing if it is too large."""
        if len(moving) <= MAX_ANIMATION:
            return moving
        self.missing.append(("animation", f"{len(moving):,} bytes; the limit is {MAX_ANIMATION:,}"))
        return b""

    def add(self, content: bytes, name: str = "", label: str = "", still: str = "") -> bool:
        """Add a PNG to the pictures of the cell, or note that it is too large; return whether it is one. A process that the
        script has forked adds none. label: the name under which the script describes it. still: the name of the picture
        that stands for an animation where nothing moves."""
        if os.getpid() != self._process:
            return True
        if content[:8] != PNG or len(content) < 24:
            return False
        width, height = struct.unpack(">II", content[16:24])
        if max(width, height) > MAX_SIDE or len(content) > MAX_PICTURE:
            self.missing.append(("size", f"{width:,} × {height:,}"))
            return True
        number = len(self.of_cell) + 1
        file = self._folder / f"{self._cell}-{number}.png"
        file.write_bytes(content)
        name = name or f"figure-{number}"
        size = {"width": width, "height": height}
        self.of_cell.append({"name": name, "label": label or name, "file": file.name, "still": still, **size})
        return True

    def _replace_show(self, managers: Any) -> None:
        def show(manager: Any) -> None:
            """Open a window, which stays open after `show(block=False)`, `pause`, and in the interactive mode."""
            if os.getpid() == self._process and not self._defers:
                self._open[manager] = None

        def close(manager: Any) -> None:
            """Save the figure if a person has seen it in a window."""
            if os.getpid() == self._process and manager in self._open:
                del self._open[manager]
                self.save(manager.canvas.figure)

        def close_all() -> None:
            """Do what a person does while `show()` waits: look at the figures, and close their windows."""
            for manager in tuple(self._open):
                managers.Gcf.destroy(manager)

        managers.FigureManagerBase.show, managers.FigureManagerBase.destroy = show, close
        managers.FigureManagerBase.start_main_loop = staticmethod(close_all)
        managers._Backend.mainloop = staticmethod(close_all)

    def _note_plotly(self, module: Any) -> None:
        def show(figure: object, *arguments: Any, **settings: Any) -> None:
            if not self.add_plotly(figure):
                self.missing.append(("browser", summary_of(figure)))

        # All ways to show a figure lead here.
        module.show = show

    def _note_players(self, module: Any) -> None:
        def noted(method: Callable[..., str]) -> Callable[..., str]:
            @functools.wraps(method)
            def play(animation: Any, *arguments: Any, **settings: Any) -> str:
                html = method(animation, *arguments, **settings)
                self._players.append((html, animation))
                return html

            return play

        for name in ("to_jshtml", "to_html5_video"):
            setattr(module.Animation, name, noted(getattr(module.Animation, name)))

    def _note_browser(self, module: Any) -> None:
        def opened(url: object, *arguments: Any, **settings: Any) -> bool:
            # The name of a temporary file is different in each run.
            address = "a file that it wrote" if str(url).startswith(("file:", "/")) else str(url)
            self.missing.append(("browser", address))
            return True

        class Browser(module.BaseBrowser):  # type: ignore[misc]
            open = staticmethod(opened)

        module.open = module.open_new = module.open_new_tab = opened
        # A script that chooses a browser would start it, or would find none.
        module.get = lambda using=None: Browser(using or "browser")

    def _save_animation(self, figure: Any) -> bytes:
        """The figure's animation as an animated PNG; empty if it has none, or none that can be shown."""
        module = sys.modules.get("matplotlib.animation")
        known = (*self._names.values(), *(animation for _, animation in self._players))
        animation = _animation(figure, module, known) if module else None
        if module is None or animation is None:
            return b""
        file = self._folder / "animation.png"
        try:
            animation.save(file, writer=_writer(module, animation), dpi=figure.dpi)
            content = file.read_bytes()
        except Exception as error:
            self.missing.append(("animation", f"{type(error).__name__}: {error}"))
            return b""
        finally:
            file.unlink(missing_ok=True)
        return self._within_limit(content)


class _SavedFigure:
    """A figure that was saved, its label, its last picture, how many pictures it has, and the cell of the last one."""

    def __init__(self, figure: weakref.ref[Any], label: str) -> None:
        self.figure, self.label = figure, label
        self.content, self.count, self.cell = b"", 0, -1


def _png(figure: Any) -> bytes:
    file = io.BytesIO()
    # Without the tag that contains matplotlib's version, identical pictures produce identical files.
    figure.savefig(file, format="png", dpi="figure", metadata={"Software": None})
    return file.getvalue()


def _animation(figure: Any, module: Any, known: Iterable[object]) -> Any:
    """The animation of a figure, which waits for the figure to be drawn, or is one of those that are known."""
    waiting = figure.canvas.callbacks.callbacks.get("draw_event", {})
    owners = (getattr(reference(), "__self__", None) for reference in tuple(waiting.values()))
    for owner in (*owners, *known):
        if isinstance(owner, module.Animation) and owner._fig is figure:
            return owner
    return None


def _writer(module: Any, animation: Any) -> Any:
    class Writer(module.PillowWriter):  # type: ignore[misc]
        def grab_frame(self, **settings: Any) -> None:
            if len(self._frames) == MAX_FRAMES:
                raise ValueError(f"more than {MAX_FRAMES} frames")
            super().grab_frame(**settings)

    return Writer(fps=max(1.0, 1000 / max(1, getattr(animation, "_interval", 200))))
