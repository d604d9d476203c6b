"""Sanitizes HTML that an example returned: removes scripts, requests, and anything that Markdown would interpret.

Runs when a page or notebook is written, not when a run is recorded, because records can be edited by hand.
"""

from __future__ import annotations

import re

import nh3

# An image would cause a request; examples' pictures are figures instead.
TAGS = nh3.ALLOWED_TAGS - {"img"}
# Markdown is parsed inside HTML too: an attribute list in braces could add onclick.
_SIGNS = re.compile(r"[{}\[\]*_`\\!|~]")


def harmless(html: str) -> str:
    """The HTML without active content, and with Markdown characters replaced with character references."""
    return _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", nh3.clean(html, tags=TAGS))
