"""The site in Firefox: every width and color scheme, and what readers do most. firefox.mjs collects, once per run."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest

from shared_work import once

from .conftest import REPRESENTATIVE, Site, missing_tool

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).with_name("firefox.mjs")
NAMES = ("firefox-esr", "firefox")
KINDS = (*REPRESENTATIVE, "questions developer", "evidence")


@pytest.fixture(scope="session")
def found(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one Firefox found on the pages; the keys are in firefox.mjs."""
    firefox = (
        os.environ.get("FIREFOX")
        or next((path for name in NAMES if (path := shutil.which(name))), None)
        or missing_tool("Firefox")
    )
    if shutil.which("node") is None:
        missing_tool("Node")
    if not (SCRIPT.parent / "node_modules/puppeteer-core").is_dir():
        missing_tool("Node packages")
    formulas = next(
        page for page in site.pages if "<math" in (site.folder / page / "index.html").read_text("utf-8")
    )
    pages = {kind: site.kinds[kind] for kind in KINDS} | {"formulas": formulas + "/"}
    task = {"firefox": firefox, "site": site.url, "pages": pages}

    def visit(folder: Path) -> None:
        done = subprocess.run(
            ["node", str(SCRIPT), json.dumps(task)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        folder.mkdir()
        (folder / "found.json").write_text(done.stdout, "utf-8")

    result = json.loads((once(tmp_path_factory, "firefox", visit) / "found.json").read_text("utf-8"))
    assert isinstance(result, dict)
    return result


@pytest.fixture(scope="session")
def looks(found: dict[str, Any]) -> list[dict[str, Any]]:
    """One for each page, width, and color scheme."""
    assert len(found["looks"]) == (len(KINDS) + 1) * 3 * 2
    return list(found["looks"])


@pytest.fixture(scope="session")
def journeys(found: dict[str, Any]) -> dict[str, Any]:
    assert {name: seen["error"] for name, seen in found["journeys"].items() if "error" in seen} == {}
    return dict(found["journeys"])


def where(look: dict[str, Any]) -> tuple[str, int, str]:
    return look["kind"], look["width"], look["scheme"]


def test_no_page_has_errors_or_breaks_the_site_s_policy(found: dict[str, Any]) -> None:
    assert found["complaints"] == []


def test_no_page_scrolls_horizontally_and_all_are_light_or_dark(looks: list[dict[str, Any]]) -> None:
    assert [where(look) for look in looks if look["overflow"] > 0] == []
    assert [where(look) for look in looks if (look["lightness"] < 0.2) != (look["scheme"] == "dark")] == []


def test_the_text_begins_on_the_first_screen(looks: list[dict[str, Any]]) -> None:
    assert [where(look) for look in looks if not 0 < look["leadTop"] < 500] == []


def test_the_switch_stays_below_the_header(looks: list[dict[str, Any]]) -> None:
    switches = {where(look): look["switched"] for look in looks if "switched" in look}
    assert {kind for kind, _, _ in switches} >= {"entry", "questions manager", "questions developer", "blog"}
    assert {place: (gap, high) for place, (gap, high) in switches.items() if abs(gap) > 2 or high >= 44} == {}


def test_formulas_and_drawings_are_shown_once_in_our_fonts(looks: list[dict[str, Any]]) -> None:
    assert sum(look["formulas"] for look in looks) > 0
    assert [where(look) for look in looks if look["flatFormulas"] or look["doubleDrawings"]] == []
    assert [
        where(look) for look in looks if not {"Source Serif 4", "Source Sans 3"} <= {*look["fonts"]}
    ] == []
    assert [
        where(look) for look in looks if look["formulas"] and not any("STIX" in f for f in look["fonts"])
    ] == []


def test_the_search_finds_a_misspelled_term_and_enter_opens_it(journeys: dict[str, Any]) -> None:
    assert journeys["search"]["first"] == "Fine-tuning"
    assert journeys["search"]["opened"].startswith("fine-tuning/")


def test_another_reader_is_shown_at_the_same_section_and_remembered(journeys: dict[str, Any]) -> None:
    seen = journeys["reader"]
    assert seen["address"] == "fine-tuning/ml-engineer/student/#questions"
    assert 0 <= seen["gap"] < 60
    assert seen["chosen"] == "Student"
    assert seen["link"] == "fine-tuning/ml-engineer/student/"
    assert "an ML engineer explains it to a student" in seen["notice"]


def test_known_concepts_are_remembered(journeys: dict[str, Any]) -> None:
    assert "You know 1 of " in journeys["known"]["next"]


def test_the_map_shows_the_lines_of_a_concept_grows_and_works_with_the_keyboard(
    journeys: dict[str, Any],
) -> None:
    seen = journeys["map"]
    assert seen["before"] == 0 < seen["pointed"]
    assert seen["zoom"] > 1.8
    assert seen["opened"] == f"{seen['concept']}/"


def test_previews_folded_numbers_comparison_and_filter_open(journeys: dict[str, Any]) -> None:
    assert journeys["preview"]["preview"].startswith("Transfer learning")
    assert journeys["folded"]["below"] > 0 < journeys["folded"]["height"]
    left, right = journeys["compare"]["tops"]
    assert left == right
    assert journeys["compare"]["apart"] > 0
    assert re.fullmatch(r"\d of \d+ terms", journeys["filter"]["count"])


def test_a_manager_s_page_is_printed_on_two_sheets(journeys: dict[str, Any]) -> None:
    paper = base64.b64decode(journeys["print"]["paper"])
    inside = [_inflated(paper[match.end() :]) for match in re.finditer(rb"stream\r?\n", paper)]
    assert len(re.findall(rb"/Type\s*/Page\b", b"".join(inside))) == 2


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:  # a font
        return b""
