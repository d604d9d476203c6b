"""LaTeX to MathML while building, so that formulas need no script in the browser."""

from __future__ import annotations

from functools import lru_cache

from latex2mathml import exceptions
from latex2mathml.converter import convert

# The library gives its errors no common base.
_ERRORS = tuple(getattr(exceptions, name) for name in dir(exceptions) if name.endswith("Error"))


@lru_cache(maxsize=4096)
def mathml(latex: str, block: bool) -> str:
    """HTML of the formula, in a span or on lines of its own. Raises ValueError where LaTeX is malformed."""
    try:
        converted = convert(latex, display="block" if block else "inline")
    except _ERRORS as error:
        raise ValueError(
            f"the formula cannot be read ({type(error).__name__.removesuffix('Error')})"
        ) from None
    if block:
        return f'\n\n<div class="math">{converted}</div>\n\n'
    return f'<span class="math">{converted}</span>'
