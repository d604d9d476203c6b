"""Sanitizes HTML that an example returned: removes scripts, requests, and anything that Markdown would interpret.

Runs when a page or notebook is written, not when a run is recorded, because records can be edited by hand.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

import nh3

from executable_glossary.model.run import LONGEST_VALUE
from executable_glossary.model.terminal_text import without_controls
from executable_glossary.text.html_tags import PlainHtml, plain_html
from executable_glossary.text.scoped_css import PICTURE, safe_declarations, scoped_css

SHAPES = frozenset(
    re.findall(
        r"\S+",
        "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title desc marker "
        "linearGradient radialGradient stop clipPath mask pattern image",
    )
)
# An image would cause a request; examples' pictures are figures instead.
TAGS = nh3.ALLOWED_TAGS - {"img"}
FORMULAS = frozenset(
    re.findall(
        r"\S+",
        "math mi mn mo ms mtext mspace mrow mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup munder mover "
        "munderover mmultiscripts mprescripts mtable mtr mtd semantics",
    )
)
GAUGES = frozenset({"progress", "meter"})
# In values, images are part of the HTML itself.
VALUE_TAGS = (
    TAGS
    | SHAPES
    | FORMULAS
    | GAUGES
    | {"details", "summary", "label", "input", "img", "tfoot", "figure", "figcaption"}
)
COMMON = frozenset(
    {"id", "class", "style", "title", "hidden", "dir", "lang", "role", "aria-label", "aria-hidden"}
)
SHAPE_ATTRIBUTES = frozenset(
    re.findall(
        r"\S+",
        "viewBox preserveAspectRatio xmlns transform d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy points width height href "
        "xlink:href fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset "
        "stroke-linecap stroke-linejoin stroke-miterlimit opacity color offset stop-color stop-opacity gradientUnits "
        "gradientTransform spreadMethod clip-path clip-rule clipPathUnits mask maskUnits patternUnits patternTransform "
        "markerWidth markerHeight marker-start marker-mid marker-end orient refX refY text-anchor dominant-baseline "
        "alignment-baseline font-family font-size font-style font-weight letter-spacing textLength lengthAdjust "
        "visibility display vector-effect pathLength startOffset",
    )
)
# Makes a rule as strong as a `style` attribute: stronger than all others, except those with `!important`.
AS_STRONG = ":not(#a):not(#a):not(#a)"
# Makes a rule of a value stronger than what the theme says about lists, tables, and other elements in a text, such as
# `.md-typeset table:not([class]) td`.
OVER_THEME = ":not(.a):not(.a)"
# The class of pandas' tables. Without it, they look like the site's other tables.
PLAIN_TABLE = ("table", "class", "dataframe")
# Markdown is parsed inside HTML too: an attribute list in braces could add onclick.
SIGNS = re.compile(r"[{}\[\]*_`\\!|~]")
_STYLE_NUMBER = re.compile(r' style="(\d+)"')
_OTHER_INPUT = re.compile(r'<input(?![^>]* type="checkbox")[^>]*>')
_NO_PICTURE = re.compile(r'<img(?![^>]* src=")[^>]*>|<image(?![^>]* (?:xlink:)?href=")[^>]*></image>')
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_FRAME = re.compile(r"<(?P<tag>iframe|object|embed|canvas|video|audio)\b", re.IGNORECASE)
# Also in a frame's own document, which is written in an attribute.
_ANY_SCRIPT = re.compile(r"(?:<|&lt;)(?:script|canvas)\b", re.IGNORECASE)
# Elements that are removed together with what they show.
_PART = re.compile(r"<(?P<tag>foreignObject|annotation-xml|input)\b(?P<attributes>[^>]*)>", re.IGNORECASE)
_UNSEEN = re.compile(r"\btype\s*=\s*[\"']?(?:checkbox|hidden)\b", re.IGNORECASE)
# Elements that show nothing by themselves.
_BARE = re.compile(r"</?(?:div|span|p|br|b|i|g|svg|a)(?: xmlns=\"[^\"]*\"| /)?>")
_REFERENCE = re.compile(r"url\(\s*[\"']?#(?P<id>[^)\"']+)[\"']?\s*\)")


@dataclass(frozen=True)
class SafeHtml:
    """HTML without active content.

    css: the styles for it, limited to elements inside its scope. needs_scripts: whether nothing useful is left
    without scripts. lacks_pictures: whether it would load pictures from other sites. lacks: the names of elements that
    were removed with what they show. is_empty: whether nothing is left to see.
    """

    html: str
    css: str
    needs_scripts: bool
    lacks_pictures: bool
    lacks: tuple[str, ...]
    is_empty: bool


# Of HTML that is too long, or whose elements are inside each other too often.
NOTHING = SafeHtml("", "", needs_scripts=False, lacks_pictures=False, lacks=(), is_empty=True)


def harmless(html: str) -> str:
    """The HTML without styles and active content."""
    return safe_html(html, "value").html


@lru_cache(maxsize=1024)
def safe_html(html: str, scope: str) -> SafeHtml:
    """The HTML without active content, and with Markdown characters replaced with character references.

    scope: a class name for the element around the HTML, which also begins the ids in it.
    """
    plain = plain_html(without_controls(html)) if len(html) <= LONGEST_VALUE else None
    return NOTHING if plain is None else _safe(plain, html, scope)


def _safe(plain: PlainHtml, html: str, scope: str) -> SafeHtml:
    filter = _Attributes(scope)
    cleaned = _cleaned(plain.html, filter)
    cleaned, lacking = _NO_PICTURE.subn(
        "", _OTHER_INPUT.sub("", _STYLE_NUMBER.sub(r' data-style="\1"', cleaned))
    )
    signs = SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", cleaned)
    return SafeHtml(
        html=signs,
        css=_styles(plain.sheets, scope, filter),
        needs_scripts=_needs_scripts(html, cleaned),
        lacks_pictures=bool(lacking),
        lacks=_removed_parts(plain.html),
        is_empty=not _BARE.sub("", cleaned).strip(),
    )


def frame_in(html: str) -> str:
    """The first element that is removed although it needs no scripts, such as `audio`; empty if there is none, or if
    there are scripts too."""
    frame = None if _ANY_SCRIPT.search(html) else _FRAME.search(html)
    return frame["tag"].lower() if frame else ""


def visible_text(html: str) -> str:
    """The text of HTML, without tags, styles, and scripts."""
    bare = nh3.clean(html, tags=set(), clean_content_tags={"script", "style", "title", "desc"})
    return " ".join(entities.unescape(bare).split())


def _needs_scripts(html: str, cleaned: str) -> bool:
    if _FRAME.search(html):
        return True
    is_empty = not visible_text(cleaned) and "<img" not in cleaned and "<svg" not in cleaned
    return is_empty and bool(_SCRIPT.search(html))


def _cleaned(html: str, filter: _Attributes) -> str:
    return str(
        nh3.clean(
            html,
            tags=set(VALUE_TAGS),
            attributes=_allowed(),
            attribute_filter=filter,
            clean_content_tags={"script", "style", "iframe", "object", "canvas", "video", "audio"},
            tag_attribute_values={"input": {"type": {"checkbox"}}},
            url_schemes={"http", "https", "mailto", "data"},
        )
    )


def _styles(sheets: Iterable[str], scope: str, filter: _Attributes) -> str:
    """The rules of the style sheets and of the `style` attributes in the HTML."""
    css = "\n".join(scoped_css(sheet, f".{scope}{OVER_THEME}", filter.ids) for sheet in sheets)
    styles = "\n".join(
        f'.{scope} [data-style="{number}"]{AS_STRONG} {{{text}}}' for text, number in filter.styles.items()
    )
    return f"{css}\n{styles}".strip()


def _removed_parts(html: str) -> tuple[str, ...]:
    parts = (part for part in _PART.finditer(html) if not _UNSEEN.search(part["attributes"]))
    return tuple(dict.fromkeys(part["tag"] for part in parts))


def _allowed() -> dict[str, set[str]]:
    allowed = deepcopy(nh3.ALLOWED_ATTRIBUTES)
    for tag in SHAPES:
        allowed[tag] = set(SHAPE_ATTRIBUTES)
    for tag in ("td", "th"):
        allowed[tag] = {*allowed.get(tag, ()), "colspan", "rowspan", "scope", "align"}
    allowed |= {"label": {"for"}, "input": {"checked"}, "details": {"open"}}
    for tag in FORMULAS:
        allowed[tag] = {
            "display",
            "mathvariant",
            "displaystyle",
            "stretchy",
            "fence",
            "accent",
            "width",
            "linethickness",
        }
    for tag in GAUGES:
        allowed[tag] = {"value", "min", "max", "low", "high", "optimum"}
    allowed["img"] = {"src", "alt", "width", "height"}
    allowed["*"] = set(COMMON)
    return allowed


class _Attributes:
    """Renames ids, and collects the `style` attributes, which the site's policy does not allow.

    ids: the new names, keyed by the old ones; they are numbered, because libraries choose random ids in each run.
    styles: the number of each collected style.
    """

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self.ids: dict[str, str] = {}
        self.styles: dict[str, int] = {}

    def __call__(self, tag: str, name: str, value: str) -> str | None:
        try:
            return self._kept(tag, name, value)
        except Exception:
            # nh3 would keep the attribute as it is.
            return None

    def _kept(self, tag: str, name: str, value: str) -> str | None:
        if name == "style":
            declarations = safe_declarations(value)
            return str(self.styles.setdefault(declarations, len(self.styles) + 1)) if declarations else None
        if name in ("id", "for"):
            return self._renamed(value)
        if (tag, name, value) == PLAIN_TABLE:
            return None
        if name in ("href", "xlink:href", "src"):
            return self._address(tag, value)
        if tag in SHAPES and "url(" in value:
            inside = _REFERENCE.fullmatch(value.strip())
            return f"url(#{self._renamed(inside['id'])})" if inside else None
        return value

    def _renamed(self, id: str) -> str:
        return self.ids.setdefault(id, f"{self._scope}-{len(self.ids) + 1}")

    def _address(self, tag: str, value: str) -> str | None:
        """Links lead anywhere; pictures must be part of the HTML, because others would cause a request."""
        if value.startswith("#"):
            return f"#{self._renamed(value[1:])}"
        if tag == "a":
            return None if value.strip().lower().startswith("data:") else value
        return value if tag in ("img", "image") and PICTURE.match(value) else None
