"""A file of the site by its path, and how it is made: whoever shows a few pages makes no others."""

from __future__ import annotations

from collections.abc import Callable

from executable_glossary.model.page import Document

Recipe = tuple[str, Callable[[], Document]]
