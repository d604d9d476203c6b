"""HTML that an example gave as a value, made fit for a page: no scripts, no requests, nothing for Markdown.

It is made so when a page or a notebook is written, and nowhere before: a record may be written by hand.
"""

from __future__ import annotations

import re

import nh3

# A picture would be fetched from elsewhere; those of the examples are figures.
TAGS = nh3.ALLOWED_TAGS - {"img"}
# Markdown reads on inside HTML: a list of attributes in braces would become attributes, onclick as well.
_SIGNS = re.compile(r"[{}\[\]*_`\\!|~]")


def harmless(html: str) -> str:
    """The same HTML without what could act, every character of Markdown written as a character reference."""
    return _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", nh3.clean(html, tags=TAGS))
