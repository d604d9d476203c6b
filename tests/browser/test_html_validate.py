"""The HTML of every kind of page is valid; html-validate checks the standard, accessibility, and whole documents."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import Site, missing_tool

pytestmark = pytest.mark.browser

VALIDATE = Path(__file__).parent / "node_modules/.bin/html-validate"
CONFIG = {
    "root": True,
    "extends": ["html-validate:recommended", "html-validate:document"],
    "rules": {
        "no-trailing-whitespace": "off",  # style: templates leave spaces at the ends of lines
        "valid-id": ["error", {"relaxed": True}],  # identifiers may begin with a digit or an underscore
        # style: Python-Markdown writes an attribute without a value as `download=""`, which is valid
        "attribute-empty-style": "off",
        "require-sri": "off",  # for files of other sites, which the Content-Security-Policy forbids
    },
}


@dataclass(frozen=True)
class Fault:
    """What html-validate says of one element, and where it is."""

    rule: str
    says: str
    element: str
    place: str


@dataclass(frozen=True)
class Exempt:
    """Faults that are accepted: of one rule, in elements whose selector matches a regular expression."""

    rule: str
    element: str
    why: str

    def covers(self, fault: Fault) -> bool:
        return self.rule == fault.rule and re.search(self.element, fault.element) is not None


TOGGLE = "#__(drawer|search|palette_.|toc)$"
EXEMPT = (
    Exempt("doctype-style", "^$", "the theme writes `<!doctype html>`, which is valid"),
    Exempt("void-style", "img$", "Python-Markdown writes `<img />`, which is valid"),
    Exempt("valid-autocomplete", TOGGLE, "keeps Firefox from restoring the state of the theme's menu"),
    Exempt("input-missing-label", TOGGLE, "the theme's hidden checkboxes, which other elements set"),
    Exempt("wcag/h30", "article > a$", "the theme's link for editing a page, named by its title"),
    Exempt("attribute-misuse", "article > a$", "the same link: rel=edit is a known extension"),
    Exempt(
        "wcag/h32", "body > header > .*form$", "the theme's color scheme and search, which change at once"
    ),
    Exempt("long-title", "title$", "an author's heading of a blog post; search engines shorten it"),
)


def faults(files: Iterable[Path], scratch: Path) -> list[Fault]:
    """All faults of the pages, found by one process. `scratch` is a folder for its configuration and its report."""
    if shutil.which("node") is None:
        missing_tool("Node")
    if not VALIDATE.is_file():
        missing_tool("Node packages")
    config, report = scratch / "config.json", scratch / "report.json"
    config.write_text(json.dumps(CONFIG), "utf-8")
    options = (f"--config={config}", f"--formatter=json={report}")
    done = subprocess.run([VALIDATE, *options, *files], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [
        Fault(
            found["ruleId"], found["message"], found["selector"] or "", f"{page['filePath']}:{found['line']}"
        )
        for page in json.loads(report.read_text("utf-8"))
        for found in page["messages"]
    ]


def test_every_kind_of_page_is_valid_and_every_exemption_is_needed(site: Site, tmp_path: Path) -> None:
    files = {site.folder / address / "index.html" for kind, address in site.kinds.items() if kind != "404"}
    found = faults(sorted({*files, site.folder / "404.html"}), tmp_path)
    assert [fault for fault in found if not any(exempt.covers(fault) for exempt in EXEMPT)] == []
    assert [exempt for exempt in EXEMPT if not any(exempt.covers(fault) for fault in found)] == []


def test_faults_are_detected(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<!DOCTYPE html><html lang="en"><title>x</title><p><div></p>', "utf-8"
    )
    assert {fault.rule for fault in faults([tmp_path / "page.html"], tmp_path)} >= {
        "close-order",
        "no-implicit-close",
    }
