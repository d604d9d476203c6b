"""The published site, built once with recorded results, served below a sub-path, and a real browser to read it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .server import serve

ROOT = Path(__file__).parents[2]
SUB_PATH = "somewhere/below"
NAMES = ("chromium", "chromium-browser", "google-chrome")
MEND = "apt-get install -y chromium (or name an installed one: CHROMIUM=/path/to/chromium)"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """Where the built files lie and where they are served; `url` ends with a slash."""

    folder: Path
    url: str

    @property
    def pages(self) -> tuple[str, ...]:
        """Every page by its address relative to the site's root; "" is home."""
        files = sorted(self.folder.rglob("index.html"))
        return tuple(path.parent.relative_to(self.folder).as_posix().strip(".") for path in files)


@dataclass
class Visit:
    """A page in a window of its own, with all that it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A skipped browser is easily overlooked among dots."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MEND in str(report.longrepr)]
    if skipped:
        terminalreporter.section("NOT TESTED IN A BROWSER", yellow=True)
        terminalreporter.write_line(f"{len(skipped)} tests were skipped: no Chromium was found. Mend: {MEND}")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    top = tmp_path_factory.mktemp("served")
    folder = top / SUB_PATH
    server = serve(top, SUB_PATH)
    url = f"http://127.0.0.1:{server.server_address[1]}/{SUB_PATH}/"
    command = [sys.executable, "-m", "generator", "build", "--runs", "frozen", "--site-dir", str(folder)]
    built = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "SITE_URL": url}
    )
    assert built.returncode == 0, built.stdout + built.stderr
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(folder, url)
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = _chromium()
    if chromium is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no Chromium was found; {MEND}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def visit(context: BrowserContext) -> Visit:
    return watched(context)


def watched(context: BrowserContext) -> Visit:
    """A new window that keeps account of requests, console errors and uncaught errors."""
    visit = Visit(context.new_page())
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("pageerror", lambda error: visit.complaints.append(f"{visit.page.url}: {error}"))
    visit.page.on(
        "console",
        lambda said: said.type == "error" and visit.complaints.append(f"{visit.page.url}: {said.text}"),
    )
    return visit


def _chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)
