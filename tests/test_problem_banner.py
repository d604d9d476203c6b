"""What a page of a preview says of what is wrong."""

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


def told(found: PreviewState, path: str) -> str:
    return banner(found, path, "concepts")


def test_where_all_is_well_there_is_none() -> None:
    assert told(seen(), "dropout/index.md") == ""
    assert told(seen("concepts/dropout.yml", severity="warning"), "dropout/index.md") == ""


def test_the_own_mistakes_are_told_in_full_and_safely() -> None:
    text = told(seen("concepts/dropout.yml"), "dropout/engineer/manager/index.md")
    assert STALE in text
    assert "concepts/dropout.yml:3: error[unknown-key]" in text
    assert "write &lt;something&gt; else" in text
    assert ELSEWHERE not in text


def test_those_of_others_are_folded() -> None:
    text = told(seen("concepts/dropout.yml", "concepts/noise.yml"), "noise/index.md")
    own, _, other = text.partition("<details>")
    assert LOST in own
    assert "noise.yml" in own
    assert "dropout.yml" not in own
    assert f"{ELSEWHERE} 1 error" in other
    assert "dropout.yml" in other


def test_a_page_without_a_mistake_of_its_own_only_folds() -> None:
    text = told(seen("concepts/dropout.yml"), "index.md")
    assert "<p>" not in text
    assert f"{ELSEWHERE} 1 error" in text


@pytest.mark.parametrize("path", ["concepts/_axes.yml", "templates/formats/entry.md.j2", "examples/x.py"])
def test_what_every_page_rests_on_is_told_on_every_page(path: str) -> None:
    assert STALE in told(seen(path), "dropout/index.md")
    assert OWN in told(seen(path), "overfitting/index.md")
    assert path in told(seen(path), "glossary/index.md")
