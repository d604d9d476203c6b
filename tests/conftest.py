"""Options of the tests, and what all of them share."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import jinja2
import pytest
from hypothesis import settings

# CI tries the same inputs each time: what it says of a change must come from the change.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_configure() -> None:
    """Ctrl-C must mean the same to us and our children in the background, where shells ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="Write what comes of each case of tests/cases into it; then review the diff.",
    )


@pytest.fixture(scope="session", autouse=True)
def shared_templates() -> Iterator[None]:
    """Compiles each template once per process: hundreds of small builds spend most of their time on that."""
    compile_source, compiled = jinja2.Environment.compile, {}

    def compile_once(self: jinja2.Environment, source: Any, *arguments: Any, **options: Any) -> Any:
        # Jinja computes constant expressions while it compiles, so filters count, too.
        key = (source, arguments, tuple(options.items()), tuple(self.filters.items()))
        if key not in compiled:
            compiled[key] = compile_source(self, source, *arguments, **options)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", compile_once)
        yield
