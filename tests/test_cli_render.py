"""`glossary render`: the site's source in a separate folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from glossaries import glossary, lay_out


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


def test_render_updates_its_own_folder(good: Path, tmp_path: Path) -> None:
    first, second = (glossary(good, "render", str(tmp_path / "tree"), "--runs", "frozen") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert second.stdout.startswith("wrote 0 files")
