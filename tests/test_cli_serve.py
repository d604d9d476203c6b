"""`glossary serve`: an address that is already in use."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from glossaries import glossary, lay_out


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


def test_serve_reports_an_address_in_use(good: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = glossary(good, "serve", "--address", address)
    assert result.returncode == 2
    assert f"cannot serve on {address}" in result.stderr
