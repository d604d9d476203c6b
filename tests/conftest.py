"""Command-line options and fixtures for all tests."""

from __future__ import annotations

import math
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import settings

from browser_tools import INSTALL
from executable_glossary.execution import file_hashes
from published_site import SUB_PATH, build_site
from repository_glossary import share_with
from shared_work import once

# CI tries the same inputs each time, so a failure is caused by the change under test.
settings.register_profile("ci", derandomize=True, deadline=None)
# No deadline, because a slow machine would fail a test that found nothing.
settings.register_profile("local", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_configure() -> None:
    """Restores the default handling of Ctrl-C, which shells disable for background processes and their children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """The number of test processes: one and a half times the number of usable cores, because tests wait for servers and
    browsers."""
    return min(math.ceil(len(os.sched_getaffinity(0)) * 1.5), 12) if hasattr(os, "sched_getaffinity") else 4


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="Write the outcome of each case in tests/cases into the case; then review the diff.",
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Lists the missing browser tools again at the end, because skipped tests are easy to overlook among the dots."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for tool, command in INSTALL.items():
        number = sum(command in reason for reason in skipped)
        if number:
            terminalreporter.section("NOT TESTED IN A BROWSER", yellow=True)
            terminalreporter.write_line(
                f"{number} tests were skipped because no {tool} was found. Install it: {command}"
            )


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built files of this repository's site, built once per test run. Tests must not change them."""
    return once(tmp_path_factory, "published", build_site) / SUB_PATH


@pytest.fixture(scope="session", autouse=True)
def shared_build(tmp_path_factory: pytest.TempPathFactory) -> None:
    share_with(tmp_path_factory)


@pytest.fixture(scope="session", autouse=True)
def shared_templates() -> Iterator[None]:
    """Compiles each template once per process, because hundreds of small builds spend most of their time on that."""
    compile_source, compiled = jinja2.Environment.compile, {}

    def compile_once(self: jinja2.Environment, source: Any, *arguments: Any, **options: Any) -> Any:
        # Jinja computes constant expressions during compilation, so the filters are part of the key as well.
        key = (source, arguments, tuple(options.items()), tuple(self.filters.items()))
        if key not in compiled:
            compiled[key] = compile_source(self, source, *arguments, **options)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", compile_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_hashes() -> Iterator[None]:
    """Hashes each installed file once per process, because the first build of a project hashes the parts of the
    installation that its runs read."""
    digest, known = file_hashes.file_digest, dict[tuple[object, ...], Any]()
    parts = (
        sys.prefix,
        sys.base_prefix,
        *map(os.path.realpath, (sys.prefix, sys.base_prefix)),
        "/usr",
        "/etc",
    )
    installed = tuple(f"{part}/" for part in parts)

    def digest_once(file: Any, algorithm: str) -> Any:
        found = os.fstat(file.fileno())
        key = (file.name, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, algorithm)
        if not file.name.startswith(installed):
            return digest(file, algorithm)
        if key not in known:
            known[key] = digest(file, algorithm)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_hashes, "file_digest", digest_once)
        yield
