"""Serves the published site under a subpath, and provides one real browser for each test process."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from browser_tools import INSTALL
from published_site import SUB_PATH

from .server import serve

# The pages that most readers see and the pages that differ most from them: a chart, a map, a table, a manual page.
REPRESENTATIVE = ("home", "entry", "questions manager", "blog", "one of examples", "map", "tutorial")
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 90_000  # milliseconds; only a failing test waits that long, even on a slow machine
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
    """The folder of the built files and their URL, which ends with a slash."""

    folder: Path
    url: str

    @property
    def pages(self) -> tuple[str, ...]:
        """Every page as a path relative to the site's root; "" is the home page."""
        files = sorted(self.folder.rglob("index.html"))
        return tuple(path.parent.relative_to(self.folder).as_posix().strip(".") for path in files)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """One page of each kind, keyed by kind. The kinds are the combinations of format and audience, and every page
        that belongs to no concept."""
        data = json.loads((self.folder / "glossary.json").read_text("utf-8"))
        fullest = max(data["concepts"], key=lambda concept: len(concept["pages"]))
        by_reader = {
            f"{page['format']} {page['audience'] or ''}".strip(): page["url"] for page in fullest["pages"]
        }
        concepts = {concept["id"] for concept in data["concepts"]}
        others = [page for page in self.pages if page.split("/")[0] not in concepts]
        single = {page or "home": page and page + "/" for page in others if "/" not in page}
        within = {f"one of {page.split('/')[0]}": page + "/" for page in others if "/" in page}
        manual = {"tutorial": "docs/tutorial/", "reference": "docs/reference/entry/"}
        return by_reader | single | within | manual | {"404": "no/such/page/"}

    @property
    def representative(self) -> dict[str, str]:
        return {kind: self.kinds[kind] for kind in REPRESENTATIVE}


@dataclass
class Visit:
    """A page in its own window, with all its requests and its errors."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def missing_tool(what: str) -> NoReturn:
    """Skips the test and names the command that installs the missing tool; in CI, it fails instead."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no {what} was found; {INSTALL[what]}")


@pytest.fixture(scope="session")
def site(published: Path) -> Iterator[Site]:
    """The published site, served by this process on a free port."""
    top = published.parents[len(SUB_PATH.parts) - 1]
    server = serve(top, SUB_PATH.as_posix())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(published, f"http://127.0.0.1:{server.server_address[1]}/{SUB_PATH}/")
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> str:
    named = os.environ.get("CHROMIUM")
    return (
        named
        or next((path for name in NAMES if (path := shutil.which(name))), None)
        or missing_tool("Chromium")
    )


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, timeout=PATIENCE)
        yield launched
        launched.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a context with the given options of `Browser.new_context`; it is closed at the end of the test."""
    with ExitStack() as stack:

        def opened(**options: Any) -> BrowserContext:
            context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
            context.set_default_timeout(PATIENCE)
            stack.callback(context.close)
            return context

        yield opened


@pytest.fixture
def new_page(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Opens a page in its own context, with the given options of `Browser.new_context`."""
    return lambda **options: new_context(**options).new_page()


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    return new_context()


@pytest.fixture
def visit(context: BrowserContext) -> Visit:
    return watched(context)


def watched(context: BrowserContext) -> Visit:
    """Opens a window that records requests, console errors, and uncaught errors."""
    visit = Visit(context.new_page())
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("pageerror", lambda error: visit.complaints.append(f"{visit.page.url}: {error}"))
    visit.page.on(
        "console",
        lambda message: (
            message.type == "error" and visit.complaints.append(f"{visit.page.url}: {message.text}")
        ),
    )
    return visit
