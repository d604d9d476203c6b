"""Represents the value of a cell's last expression as text, HTML, Markdown, a formula, or a picture."""

from __future__ import annotations

import contextlib
import json
import pprint
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from .metrics import failure_text
from .pictures import Pictures
from .plotly_figures import is_plotly, summary_of
from .raster_pictures import read_picture

MAX_TEXT, MAX_MARKUP = 100_000, 4_000_000  # characters of a value as text, and of its HTML, SVG, or Markdown
PLOTTING = frozenset({"matplotlib", "mpl_toolkits", "seaborn"})
MOST_PARTS = 1000  # of a container that are looked at
# Needs a script or another page; a representation that needs none is better.
ACTIVE = re.compile(r"<(?:script|iframe|object|embed|canvas)\b", re.IGNORECASE)
# Representations in the order of preference, each with the method that returns it. A value can have others in its bundle.
METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "application/json": "_repr_json_",
    "application/pdf": "_repr_pdf_",
    "application/javascript": "_repr_javascript_",
}
MARKUP = ("text/html", "text/markdown", "text/latex", "image/svg+xml")
# Data, but not the description of a picture that a library draws, such as `application/vnd.vegalite.v5+json`.
DATA = re.compile(r"application/(?!vnd\.)(?:[\w.-]+\+)?json")
DISPLAY = "_ipython_display_"  # shows a value by itself, in Jupyter only
NO_METHOD = "_repr_method_that_does_not_exist_"
Fields = Mapping[str, Any]
Obstacle = tuple[str, str]  # as in `Missing`: what is left out, and why


def shown_value(value: object, pictures: Pictures) -> Fields:
    """The fields of a cell's result that contain its value. A picture is added to `pictures` instead.

    The HTML is sanitized later, when a page is written.
    """
    if value is None or _is_picture(value, pictures):
        return {}
    if is_plotly(value):
        return _plotly_fields(value, pictures)
    found, obstacles = _representations(value), list[Obstacle]()
    for media in _by_preference(found):
        fields, obstacle = _fields(media, found[media], value, pictures)
        if not obstacle:
            return fields
        obstacles.append(obstacle)
    if callable(getattr(type(value), DISPLAY, None)) and not _has_every_method(value):
        obstacles.append(("kind", DISPLAY))
    pictures.missing += obstacles
    text, reason = _text(value)
    if reason:
        pictures.missing.append(("text", reason))
    return _as_text(text, pictures)


def _fields(media: str, content: Any, value: object, pictures: Pictures) -> tuple[Fields, Obstacle | None]:
    """The fields for one of the value's representations, or what keeps a page from showing it."""
    if media.startswith("image/") and media not in MARKUP:
        return {}, None if pictures.add_raster(read_picture(media, content)) else ("value", media)
    if DATA.fullmatch(media):
        text = _indented(content)
        return (_as_text(text, pictures), None) if text else ({}, ("value", media))
    if media not in MARKUP:
        return {}, ("kind", media)
    if not isinstance(content, str):
        return {}, ("value", media)
    if len(content) > MAX_MARKUP:
        return {}, ("large", f"{media}: {len(content):,} characters; the limit is {MAX_MARKUP:,}")
    if media == "text/html" and pictures.save_animation(content):
        return {}, None
    return _markup(media, content, value), None


def _indented(data: object) -> str:
    """The data as JSON on several lines; empty if it is not JSON."""
    with contextlib.suppress(ValueError, TypeError, RecursionError):
        return json.dumps(data, indent=2, ensure_ascii=False)
    return ""


def _markup(media: str, content: str, value: object) -> Fields:
    html = media == "text/html"
    plain = _shortened(_text(value)[0])
    return {"value": content, "value_is_html": html, "media": "" if html else media, "plain": plain}


def _plotly_fields(figure: Any, pictures: Pictures) -> Fields:
    if pictures.add_plotly(figure):
        return {}
    pictures.missing.append(("scripts", ""))
    return _as_text(summary_of(figure, between="\n  "), pictures)


def _as_text(text: str, pictures: Pictures) -> Fields:
    if len(text) > MAX_TEXT:
        pictures.missing.append(("rest", f"{len(text) - MAX_TEXT:,}"))
    return {"value": _shortened(text)}


def _is_picture(value: object, pictures: Pictures) -> bool:
    """Whether pictures show the value: a figure, the parts of a plot, or the HTML that plays an animation. Saves the
    figures in the value."""
    parts = tuple(islice(_parts(value), MOST_PARTS))
    figures = [part for part in parts if _is_figure(part)]
    for figure in figures:
        pictures.save_value(figure)
    if isinstance(value, str):
        return pictures.save_animation(value)
    return _is_figure(value) or _is_plot(value, parts)


def _is_figure(value: object) -> bool:
    return type(value).__module__ == "matplotlib.figure" and hasattr(value, "savefig")


def _is_plot(value: object, parts: Sequence[object]) -> bool:
    """Whether the value consists of parts of a plot, which the figure shows: the return value of `plt.plot(...)`. It can
    also contain arrays, as that of `plt.hist(...)` does. If it contains figures and something else, it is shown."""
    if _has_methods(value) and not hasattr(value, "to_jshtml"):
        return False
    leaves = [part for part in parts if not _inner(part)]
    own = isinstance(value, dict) or any(
        map(_is_figure, leaves)
    )  # what a script collected, not what a call returned
    return any(map(_is_plotted, leaves)) and (
        not own or all(_is_plotted(leaf) or _is_array(leaf) for leaf in leaves)
    )


def _is_plotted(value: object) -> bool:
    # Other libraries derive the parts of their plots from those of matplotlib.
    return any(base.__module__.partition(".")[0] in PLOTTING for base in type(value).__mro__)


def _is_array(value: Any) -> bool:
    """Whether the value is an array, an empty container, or None."""
    has_shape = bool(getattr(value, "shape", ())) and not _has_methods(value)
    return has_shape or value is None or isinstance(value, list | tuple | dict)


def _parts(value: Any, depth: int = 3) -> Iterator[object]:
    """The value itself, and the first items in it if it is a container or an array of objects."""
    yield value
    for part in _inner(value) if depth else ():
        yield from _parts(part, depth - 1)


def _inner(value: Any) -> tuple[object, ...]:
    """The first items of a container or of an array of objects, unless it is itself a part of a plot."""
    if _is_plotted(value):
        return ()
    if isinstance(value, dict):
        return tuple(islice(value.values(), MOST_PARTS))
    if getattr(getattr(value, "dtype", None), "kind", "") == "O" and hasattr(value, "flat"):
        return tuple(value.flat[:MOST_PARTS])
    return tuple(value[:MOST_PARTS]) if isinstance(value, list | tuple) else ()


def _has_methods(value: object) -> bool:
    return any(callable(getattr(type(value), method, None)) for method in METHODS.values())


def _representations(value: object) -> dict[str, Any]:
    """What the value's methods return, keyed by media type. A method that fails is reported on standard error."""
    if isinstance(value, type) or _has_every_method(value):
        return {}
    bundle = _call(value, "_repr_mimebundle_", include=None, exclude=None)
    bundle = bundle[0] if isinstance(bundle, tuple) and bundle else bundle
    found = dict(bundle) if isinstance(bundle, Mapping) else {}
    found.pop("text/plain", None)
    for media, method in METHODS.items():
        result = found.get(media) or _call(value, method)
        # A picture can come with its size.
        found[media] = result[0] if isinstance(result, tuple) and result else result
    return {media: content for media, content in found.items() if content}


def _has_every_method(value: object) -> bool:
    """Whether the value has a method of any name, as mocks and proxies do: what such a method returns means nothing."""
    try:
        return callable(getattr(value, NO_METHOD, None))
    except Exception:
        return False


def _call(value: object, method: str, **arguments: Any) -> Any:
    try:
        function = getattr(value, method, None)
        return function(**arguments) if callable(function) else None
    except Exception as error:
        print(f"{type(value).__name__}.{method}: {type(error).__name__}: {error}", file=sys.stderr)
    return None


def _by_preference(found: Mapping[str, Any]) -> list[str]:
    """The media types, starting with the best one that needs no script. Data comes after what is meant to be looked at."""
    known = [media for media in METHODS if media in found]
    return sorted(
        (*known, *(media for media in found if media not in METHODS)),
        key=lambda media: _rank(media, found[media]),
    )


def _rank(media: str, content: object) -> int:
    if media in MARKUP:
        return 1 if isinstance(content, str) and ACTIVE.search(content) else 0
    return 0 if media.startswith("image/") else 2 if DATA.fullmatch(media) else 3


def _text(value: object) -> tuple[str, str]:
    """The value as text, or a note and the reason if that fails: a manual run does not show the value at all."""
    nested = isinstance(value, dict | list | tuple | set)
    with contextlib.suppress(Exception):  # `pprint` does not reach as deep as `repr`
        if nested:
            return pprint.pformat(value, width=88, sort_dicts=False), ""
    try:
        return repr(value), ""
    except Exception as error:
        reason = failure_text(error)
        return f"<{type(value).__name__}, which cannot be shown: {reason}>", reason


def _shortened(text: str) -> str:
    left = len(text) - MAX_TEXT
    return f"{text[:MAX_TEXT]}\n[{left:,} more characters]\n" if left > 0 else text
