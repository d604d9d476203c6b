"""The alignment of table cells, in a form that HTML still allows."""

from __future__ import annotations

import re

# Python-Markdown writes `align`, which HTML has removed, or `style`, which the Content-Security-Policy forbids.
_ALIGNED = re.compile(r'(<t[hd])\b([^<>]*?) align="(left|center|right)"')


def with_allowed_alignment(html: str) -> str:
    """The HTML of a page with `data-align` instead of `align`; the style sheet aligns such cells."""
    return _ALIGNED.sub(r'\1\2 data-align="\3"', html)
