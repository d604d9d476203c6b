"""The wheel, as users get it: it is built, installed into an empty environment, and used to create a glossary.

Slow: creates an environment and installs packages into it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import venv
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from browser.server import serve
from glossaries import REPOSITORY

pytestmark = pytest.mark.slow

MOST_BYTES = 1_400_000
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def succeed(*command: str | Path, cwd: Path) -> str:
    """The output of the command, which runs in an environment without access to this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GLOSSARY"))}
    process = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    succeed(*pip, "--wheel-dir", folder, REPOSITORY, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as file:
        (name,) = (name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(file.read(name).decode())


@pytest.fixture(scope="module")
def scripts(wheel: Path) -> Path:
    """The folder that contains the commands, in an environment with only the wheel and its requirements."""
    folder = wheel.parent / "environment"
    venv.create(folder, with_pip=True)
    pip = [folder / "bin/python", "-m", "pip", "--disable-pip-version-check"]
    succeed(*pip, "install", "--quiet", wheel, cwd=folder)
    assert "No broken requirements" in succeed(*pip, "check", cwd=folder)
    return folder / "bin"


@pytest.fixture(scope="module")
def glossary(scripts: Path) -> Path:
    """A new glossary, built with the one command that `glossary init` prints."""
    away = scripts.parent.parent / "away"
    away.mkdir()
    output = succeed(scripts / "glossary", "init", "tides", "--name", "Tides", cwd=away)
    assert output.splitlines()[-2:] == ["  cd tides", "  glossary build"]
    succeed(scripts / "glossary", "build", "--strict", cwd=away / "tides")
    return away / "tides"


# Content


def test_it_contains_the_program_and_the_tracked_templates(wheel: Path) -> None:
    package = succeed(
        "git", "ls-files", "executable_glossary", "README.md", cwd=REPOSITORY / "generator"
    ).split()
    templates = succeed("git", "ls-files", "templates", cwd=REPOSITORY).split()
    expected = {name.replace("README.md", "executable_glossary/README.md") for name in package}
    expected |= {f"executable_glossary/{name}" for name in templates}
    with zipfile.ZipFile(wheel) as file:
        held = {name for name in file.namelist() if ".dist-info/" not in name}
    assert held == expected


def test_it_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < MOST_BYTES


def test_it_includes_the_licenses_of_the_fonts(metadata: Message, wheel: Path) -> None:
    assert metadata["License-Expression"] == "MIT AND OFL-1.1"
    with zipfile.ZipFile(wheel) as file:
        licenses = {Path(name).name for name in file.namelist() if "/licenses/" in name}
        fonts = [name for name in file.namelist() if name.endswith(".woff2")]
    families = {re.split(r"-(?:latin|subset)", Path(name).name)[0] for name in fonts}
    assert {f"LICENSE-{family}.txt" for family in families} | {"LICENSE"} <= licenses


def test_its_requirements_limit_versions(metadata: Message) -> None:
    asked = {
        requirement.partition("<")[0]: requirement for requirement in metadata.get_all("Requires-Dist", [])
    }
    for name, bound in {"mkdocs": "<2", "mkdocs-material": "<9.9", "click": "<8.2"}.items():
        assert f"{name}{bound}," in asked[name]


def test_its_description_has_no_broken_links(metadata: Message) -> None:
    text = str(metadata.get_payload())
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "glossary init" in text
    assert re.findall(r"\]\((?!https:)", text) == []


# Use


def test_both_ways_to_run_it_work(scripts: Path, glossary: Path) -> None:
    for command in ([scripts / "glossary"], [scripts / "python", "-m", "executable_glossary"]):
        assert "no problems in 4 entries" in succeed(*command, "check", "--strict", cwd=glossary)


def test_nothing_from_this_checkout_is_used(scripts: Path, glossary: Path) -> None:
    where = succeed(
        scripts / "python",
        "-c",
        "import executable_glossary; print(executable_glossary.__file__)",
        cwd=glossary,
    )
    assert where.startswith(str(scripts.parent))


def test_the_pages_are_about_the_other_subject(glossary: Path) -> None:
    data = json.loads((glossary / "site/glossary.json").read_text("utf-8"))
    assert [role["id"] for role in data["roles"]] == ["skipper", "navigator"]
    assert [audience["id"] for audience in data["audiences"]] == ["guest", "crew"]
    urls = [page["url"] for concept in data["concepts"] for page in concept["pages"]]
    assert len(urls) == 8
    assert all((glossary / "site" / url / "index.html").is_file() for url in urls)
    assert "Tides" in (glossary / "site/index.html").read_text("utf-8")


def test_its_example_ran_here_and_supported_the_claim(glossary: Path) -> None:
    runs = json.loads((glossary / "site/runs.json").read_text("utf-8"))["runs"]
    assert {run["origin"] for run in runs} == {"executed"}
    assert all(run["reproduced"] for run in runs)
    data = json.loads((glossary / "site/glossary.json").read_text("utf-8"))
    assert [claim["verdict"] for concept in data["concepts"] for claim in concept["claims"]] == ["supported"]


def test_files_are_overridden_one_by_one(scripts: Path, glossary: Path) -> None:
    mine = glossary.with_name("mine")
    shutil.copytree(glossary, mine)
    for name, text in {
        "docs/assets/finding.css": "/* mine */\n",
        "templates/theme/404.html": "<p>Lost at sea</p>\n",
        "templates/blocks/how.md.j2": "Ask the skipper.\n",
    }.items():
        (mine / name).parent.mkdir(parents=True, exist_ok=True)
        (mine / name).write_text(text)
    succeed(scripts / "glossary", "build", "--strict", cwd=mine)
    assert (mine / "site/assets/finding.css").read_text() == "/* mine */\n"
    assert "Lost at sea" in (mine / "site/404.html").read_text("utf-8")
    assert "Ask the skipper." in (mine / "site/header/index.html").read_text("utf-8")
    same = "assets/glossary.css"
    assert (mine / "site" / same).read_bytes() == (glossary / "site" / same).read_bytes()


# In a browser


@pytest.fixture
def address(glossary: Path) -> Iterator[str]:
    """Served under a path with the headers in its own `_headers` file; a policy violation is a console error."""
    server = serve(glossary, "site")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/site/"
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.parametrize("path", ["", "beating/skipper/guest/", "examples/shifts/", "about/"])
def test_a_browser_shows_it_without_contacting_other_sites(address: str, path: str) -> None:
    # The browser runs in a separate thread, because other browser tests keep their browsers open in this one.
    with ThreadPoolExecutor(1) as thread:
        asked, wrong = thread.submit(_seen, address + path).result()
    assert wrong == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def _seen(url: str) -> tuple[list[str], list[str]]:
    """The requests and the errors of the page."""
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    wrong: list[str] = []
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(url, wait_until="networkidle")
        assert page.locator("h1").is_visible()
        assert "Source Serif 4" in str(page.locator("h1").evaluate("one => getComputedStyle(one).fontFamily"))
        assert page.evaluate("document.fonts.check('16px \"Source Serif 4\"')")
        browser.close()
    return asked, wrong
