"""Options of the tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# CI tries the same inputs each time: what it says of a change must come from the change.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="Write what comes of each case of tests/cases into it; then review the diff.",
    )
