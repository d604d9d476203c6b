"""The banner that shows problems on the pages of a preview."""

from __future__ import annotations

import pytest

from executable_glossary.app.preview import PreviewState
from executable_glossary.mkdocs_plugin.problem_banner import ELSEWHERE, LOST, OWN, STALE, banner
from executable_glossary.model.problem import Place, Problem

HELP = "write <something> else"


def seen(*paths: str, severity: str = "error") -> PreviewState:
    problems = tuple(
        Problem(Place(path, 3), "unknown-key", f"wrong in {path}", HELP, severity)  # type: ignore[arg-type]
        for path in paths
    )
    return PreviewState(stale=frozenset(["dropout"]), lost=frozenset(["noise"]), problems=problems)


def banner_on(found: PreviewState, path: str) -> str:
    return banner(found, path, "concepts")


def test_without_problems_there_is_no_banner() -> None:
    assert banner_on(seen(), "dropout/index.md") == ""
    assert banner_on(seen("concepts/dropout.yml", severity="warning"), "dropout/index.md") == ""


def test_a_page_s_own_problems_are_shown_in_full_and_escaped() -> None:
    text = banner_on(seen("concepts/dropout.yml"), "dropout/engineer/manager/index.md")
    assert STALE in text
    assert "concepts/dropout.yml:3: error[unknown-key]" in text
    assert "write &lt;something&gt; else" in text
    assert ELSEWHERE not in text


def test_problems_of_other_pages_are_folded() -> None:
    text = banner_on(seen("concepts/dropout.yml", "concepts/noise.yml"), "noise/index.md")
    own, _, other = text.partition("<details>")
    assert LOST in own
    assert "noise.yml" in own
    assert "dropout.yml" not in own
    assert f"{ELSEWHERE} 1 error" in other
    assert "dropout.yml" in other


def test_a_page_without_its_own_problems_has_only_folded_ones() -> None:
    text = banner_on(seen("concepts/dropout.yml"), "index.md")
    assert "<p>" not in text
    assert f"{ELSEWHERE} 1 error" in text


@pytest.mark.parametrize("path", ["concepts/_axes.yml", "templates/formats/entry.md.j2", "examples/x.py"])
def test_problems_in_shared_files_are_shown_on_every_page(path: str) -> None:
    assert STALE in banner_on(seen(path), "dropout/index.md")
    assert OWN in banner_on(seen(path), "overfitting/index.md")
    assert path in banner_on(seen(path), "glossary/index.md")
