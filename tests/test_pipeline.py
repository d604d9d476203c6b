"""Properties of the whole pipeline that hold for every glossary, tested on the real one with its recorded results."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import build, prepare
from executable_glossary.app.tables.problem_list import as_text
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.entry import Claim
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.findings import Finding, FindingGroup
from executable_glossary.model.page import Page, PageKey
from executable_glossary.model.problem import errors
from executable_glossary.model.project import Project
from executable_glossary.model.text import Text
from executable_glossary.stages.claims import judge
from executable_glossary.text.expressions import evaluate, parse_expression
from glossaries import BASE, REPOSITORY, lay_out, tree
from repository_glossary import build_repository, repository_build

Pages = Mapping[str, str]


def built_from(root: Path, **settings: str) -> Build:
    return build(project_in(root, **settings), SubprocessRunner(), lambda event: None)


def project_in(root: Path, **settings: str) -> Project:
    project, problems = read_project(root, **{"runs": "frozen", **settings})
    assert project is not None, as_text(problems)
    return project


@pytest.fixture(scope="module")
def real() -> Build:
    return repository_build()


@pytest.fixture(scope="module")
def pages(real: Build) -> Pages:
    """The real site's Markdown, keyed by path."""
    return {
        document.path: document.content
        for document in real.documents
        if isinstance(document.content, str) and document.path.endswith(".md")
    }


def test_the_real_glossary_has_no_errors(real: Build) -> None:
    assert not errors(real.problems), as_text(real.problems)
    assert real.documents


def test_the_base_of_the_cases_has_no_problems_at_all(tmp_path: Path) -> None:
    built = built_from(lay_out(tmp_path, {}))
    assert not built.problems, as_text(built.problems)


def test_temporary_files_of_editors_are_not_read(tmp_path: Path) -> None:
    lay_out(tmp_path, {"concepts/.dropout.yml": b"a draft", "concepts/dropout.yml~": b"an older one"})
    for folder, name in (("concepts", ".#dropout.yml"), ("examples", ".#by_heart.py")):
        (tmp_path / folder / name).symlink_to("somebody@nowhere.1234")
    assert not built_from(tmp_path).problems


def test_the_base_example_reproduces_its_record_and_shows_its_isolation(tmp_path: Path) -> None:
    built = built_from(lay_out(tmp_path, {}), runs="auto")
    assert not built.problems, as_text(built.problems)
    assert built.evidence["by_heart"].origin == "executed"
    assert built.evidence["by_heart"].reproduced
    (page,) = (str(each.content) for each in built.documents if each.path == "examples/by_heart/index.md")
    words = yaml.load((REPOSITORY / "templates/words/en.yml").read_text("utf-8"), yaml.BaseLoader)[
        "isolation"
    ]
    isolation = built.evidence["by_heart"].runs[0].isolation
    assert len(isolation) >= 5
    assert f"**Isolation:** {'; '.join(words[name][state] for name, state in isolation.items())}." in page


def test_every_link_points_to_a_file_of_the_site(real: Build, pages: Pages) -> None:
    site = REPOSITORY / "templates" / "site"
    files = {document.path for document in real.documents}
    files |= {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    broken = {
        (path, target)
        for path, text in pages.items()
        for target, _ in _links(path, text)
        if target not in files
    }
    assert not broken


def test_every_anchor_exists_on_its_page(pages: Pages) -> None:
    anchors = {path: set(_anchors(text)) for path, text in pages.items()}
    broken = {
        (path, target, anchor)
        for path, text in pages.items()
        for target, anchor in _links(path, text)
        if anchor and anchor not in anchors[target]
    }
    assert not broken


def test_every_planned_page_is_built_and_linked_from_another_page(real: Build, pages: Pages) -> None:
    assert real.plan is not None
    planned = {page.path for page in real.plan.published}
    linked = {target for path, text in pages.items() for target, _ in _links(path, text) if target != path}
    assert planned <= pages.keys()
    assert planned <= linked


def test_two_builds_are_identical(real: Build) -> None:
    again = build_repository()
    assert again.documents == real.documents
    assert again.problems == real.problems


def test_a_build_with_recorded_results_writes_nothing(tmp_path: Path) -> None:
    before = tree(lay_out(tmp_path, {}))
    assert built_from(tmp_path).documents
    assert tree(tmp_path) == before


def test_a_second_build_runs_nothing(tmp_path: Path) -> None:
    lay_out(tmp_path, {})
    first = built_from(tmp_path, runs="auto")
    events: list[object] = []
    second = build(project_in(tmp_path, runs="auto"), SubprocessRunner(), events.append)
    assert not events
    assert second.evidence["by_heart"].origin == "stored"
    assert _but_for_origin(second) == _but_for_origin(first)


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    names = sorted(path.relative_to(BASE).as_posix() for path in BASE.rglob("*") if path.is_file())
    one, other = (built_from(_copied(tmp_path / name, order)) for name, order in _orders(names))
    assert _contents(one) == _contents(other)


def test_the_order_of_variants_does_not_matter(real: Build, tmp_path: Path) -> None:
    """The cascade chooses only by rank, so an entry with its variants in reverse order produces the same pages."""
    for name in ("concepts", "examples"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    for name in ("templates", "mkdocs.yml"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    for path in (tmp_path / "concepts").glob("[!_]*.yml"):
        path.write_text(_backwards(path.read_text("utf-8")), "utf-8")
    assert _words(prepare(project_in(tmp_path))) == _words(real)


def test_all_problems_are_sorted_and_unique(tmp_path: Path) -> None:
    wrong = (
        b"term: X\nmeaning: 3\nsee_also: [{concept: nowhere, relation: broader, why: No.}]\nblocks: {x: y}\n"
    )
    lay_out(tmp_path, {f"concepts/{name}.yml": wrong for name in ("b", "a", "c")})
    problems = prepare(project_in(tmp_path)).problems
    assert list(problems) == sorted(set(problems))
    assert {problem.place.path for problem in problems} == {f"concepts/{name}.yml" for name in "abc"}


def test_there_are_enough_claims(real: Build) -> None:
    assert len(list(_claims(real))) >= 25


def test_every_comparison_is_refuted_if_its_sides_are_swapped(real: Build) -> None:
    """If the claim still held, it would not show which of the two conditions is better."""
    for concept, claim in _claims(real):
        if len(metrics := _metrics(claim)) == 2:
            one, other = metrics
            swapped = _changed(real.evidence[claim.example], {one: other, other: one})
            assert _verdict(real, concept, claim, swapped) == "refuted", f"{concept}: {claim.check}"


def test_every_threshold_is_refuted_by_a_value_beyond_it(real: Build) -> None:
    for concept, claim in _claims(real):
        if len(metrics := _metrics(claim)) == 1:
            moved = _changed(
                real.evidence[claim.example], {metrics[0]: _beyond(claim, real.evidence[claim.example])}
            )
            assert _verdict(real, concept, claim, moved) == "refuted", f"{concept}: {claim.check}"


def test_every_claim_compares_two_conditions_or_states_a_threshold(real: Build) -> None:
    for concept, claim in _claims(real):
        assert len(_metrics(claim)) in (1, 2), f"{concept}: {claim.check}"


def test_every_finding_is_refuted_if_one_of_its_metrics_is_far_off(real: Build) -> None:
    """Each of its metrics can make the check fail, so the verdict depends on all of them."""
    assert real.glossary is not None
    assert real.glossary.findings is not None
    for finding in real.glossary.findings.all:
        if finding.claim is not None:
            measured = real.evidence[finding.claim.example]
            for metric in parse_expression(finding.claim.check).metrics:
                far = [_changed(measured, {metric: value}) for value in (-1e6, 1e6)]
                assert any(_finding_falls(real, finding, other) for other in far), f"{finding.id}: {metric}"


def test_the_margin_of_a_claim_matches_its_check(real: Build) -> None:
    for concept, claim in _claims(real):
        margin = real.verdicts[concept, claim.id].margin
        assert margin is not None, f"{concept}: {claim.check}"
        assert margin >= 0, f"{concept}: {claim.check}"


def _finding_falls(real: Build, finding: Finding, measured: Evidence) -> bool:
    assert real.glossary is not None
    assert real.glossary.findings is not None
    group = FindingGroup(heading=Text("Only this one"), findings=(finding,))
    only = real.glossary.findings.model_copy(update={"groups": (group,)})
    alone = replace(real.glossary, entries={}, findings=only)
    _, problems = judge(alone, {**real.evidence, measured.example.name: measured})
    return any(
        problem.code == "finding-refuted" and f'"{finding.id}"' in problem.message for problem in problems
    )


def _links(path: str, text: str) -> Iterator[tuple[str, str]]:
    """The target file and anchor of every internal link outside code blocks."""
    prose = re.sub(r"^(`{3,})[^\n]*\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    for address in re.findall(r"\]\(([^)\s]+)[^)]*\)|(?:href|src)=\"([^\"]+)\"", prose):
        target, _, anchor = "".join(address).partition("#")
        if not re.match(r"[a-z]+:", target):
            yield _file(path, target), anchor


def _file(path: str, target: str) -> str:
    """The file that a relative URL points to. The URL of a folder points to its index."""
    if not target:
        return path
    measured = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return posixpath.join(measured, "index.md").removeprefix("./") if target.endswith("/") else measured


def _anchors(text: str) -> Iterator[str]:
    yield from re.findall(r"\{[^}\n]*#([\w-]+)[^}\n]*\}", text)
    yield from re.findall(r"\bid=\"([^\"]+)\"", text)


def _contents(built: Build) -> Mapping[str, str | bytes]:
    assert built.documents, as_text(built.problems)
    return {document.path: document.content for document in built.documents}


def _but_for_origin(built: Build) -> Mapping[str, str | bytes]:
    """Removes the origin of runs, which is the only part that may differ."""
    telling = re.compile(rb"executed|stored|ran in this build|ran earlier")
    contents = {
        path: text.encode() if isinstance(text, str) else text for path, text in _contents(built).items()
    }
    return {path: telling.sub(b"-", content) for path, content in contents.items()}


def _orders(names: list[str]) -> list[tuple[str, list[str]]]:
    return [("forwards", names), ("backwards", names[::-1])]


def _copied(folder: Path, names: list[str]) -> Path:
    """The base glossary with its files created in this order, because some file systems list them in creation order."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(BASE / name, folder / name)
    return folder


def _backwards(text: str) -> str:
    """The entry with all its variants in reverse order."""
    entry = yaml.safe_load(text)
    titles = entry.get("titles", {})
    claims = entry.get("claims", [])
    for group, keys in (
        (entry["blocks"], list(entry["blocks"])),
        (titles, list(titles)),
        (entry, ["meaning"]),
    ):
        for key in keys:
            group[key] = group[key][::-1] if isinstance(group[key], list) else group[key]
    for claim in claims:
        claim["text"] = claim["text"][::-1] if isinstance(claim["text"], list) else claim["text"]
    return str(yaml.safe_dump(entry, sort_keys=False, allow_unicode=True, width=10_000))


def _words(built: Build) -> Mapping[PageKey, object]:
    """All of the authors' text, as chosen by the plan for each reader."""
    assert built.plan is not None, as_text(built.problems)
    return {
        key: (page.published, page.title, page.meaning, _read(page)) for key, page in built.plan.pages.items()
    }


def _read(page: Page) -> list[object]:
    return [
        (kind, prose.text, prose.questions, [shown.text for shown in prose.shown])
        for kind, prose in page.prose
    ]


def _claims(built: Build) -> Iterator[tuple[str, Claim]]:
    assert built.glossary is not None
    for entry in built.glossary.entries.values():
        yield from ((entry.id, claim) for claim in entry.claims)


def _metrics(claim: Claim) -> list[str]:
    """The metrics in the check, from left to right. The score for guessing is a constant, not a condition."""
    return [name for name in dict.fromkeys(re.findall(r"[a-z_][\w.]*", claim.check)) if name != "chance"]


def _beyond(claim: Claim, measured: Evidence) -> float:
    """A value just on the wrong side of the check's threshold."""
    sign, threshold = re.findall(r"([<>]=?)(.*)", claim.check)[0]
    means = {name: statistic.mean for name, statistic in measured.metrics.items()}
    limit = float(evaluate(parse_expression(threshold), means))
    return limit * (1.01 if sign.startswith("<") else 0.99)


def _changed(measured: Evidence, changes: Mapping[str, str | float]) -> Evidence:
    """The evidence with each given metric replaced, by another metric or by a number, in every run."""
    runs = []
    for run in measured.runs:
        values = {
            metric: run.metrics[value] if isinstance(value, str) else value
            for metric, value in changes.items()
        }
        runs.append(replace(run, metrics={**run.metrics, **values}))
    return replace(measured, runs=tuple(runs))


def _verdict(built: Build, concept: str, claim: Claim, measured: Evidence) -> str:
    assert built.glossary is not None
    alone = replace(built.glossary, entries={concept: built.glossary.entries[concept]}, findings=None)
    verdicts, _ = judge(alone, {claim.example: measured})
    return verdicts[concept, claim.id].kind
