"""`glossary plan`: every page and its reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glossaries import glossary, lay_out


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


def test_plan_shows_every_page_with_its_reason(good: Path) -> None:
    lines = glossary(good, "plan").stdout.splitlines()
    assert lines[0].split() == ["page", "reader", "coverage", "overlap", "published", "why"]
    assert re.fullmatch(r"\d+ of \d+ pages are published", lines[-1])
