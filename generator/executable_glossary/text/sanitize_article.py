"""Sanitizes HTML that was made from a text of an untrusted author: the text of a script from another gallery."""

from __future__ import annotations

import re
from collections.abc import Mapping

import nh3

from executable_glossary.text.sanitize_html import SIGNS, TAGS

_ATTRIBUTES = {
    "*": {"class", "id"},
    "a": {"href"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
# Classes that our style sheet, the theme, or its colors for code know.
_CLASSES = re.compile(
    r"admonition(?:-title)?|note|warning|tip|hint|danger|caution|error|important|attention|seealso|highlight|rubric|tags"
    r"|line-block|line|footnote|footnote-list|brackets|label|caption|align-(?:left|right|center)|[a-z]{1,2}\d?"
)


def harmless_article(html: str, own: Mapping[str, str], id_prefix: str) -> str:
    """The HTML without active content, images, and styles, as one piece without empty lines, in which Markdown finds no
    markup of its own.

    own: our own HTML, which is inserted unchanged, keyed by the mark that it replaces. id_prefix: the prefix of the ids
    that are kept.
    """

    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return " ".join(part for part in value.split() if _CLASSES.fullmatch(part)) or None
        return value if name != "id" or value.startswith(id_prefix) else None

    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto"},
    )
    clean = SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", clean)
    clean = re.sub(r"\n(?=\n)", "&#10;", clean.strip())
    for mark, content in own.items():
        clean = clean.replace(mark, content.strip())
    return clean
