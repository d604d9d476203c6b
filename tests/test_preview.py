"""If all files are valid, a preview shows the same as a build. For invalid files, it keeps the last valid version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import build
from executable_glossary.app.preview import HOME, Preview, PreviewState
from executable_glossary.execution import SubprocessRunner
from executable_glossary.mkdocs_plugin.options import command_line
from executable_glossary.model.page import Document
from executable_glossary.model.problem import errors
from executable_glossary.model.project import Project
from glossaries import change, lay_out

OWN = "dropout/index.md"
NEIGHBOR = "overfitting/index.md"
SAYS_A_NUMBER = "  definition: Right {{ by_heart.rule.unseen | percent }} of the time.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path, {"templates/own": b"so that the templates are a copy"})


@pytest.fixture
def look(folder: Path) -> Callable[..., PreviewState]:
    """Builds the preview of all pages, or of the given concepts and files."""
    preview = Preview(lambda project: SubprocessRunner(), lambda event: None, command_line)

    def looked(*concepts: str, asked: tuple[str, ...] | None = None) -> PreviewState:
        if not concepts and asked is None:
            return preview.update(project_in(folder), lambda glossary: glossary.entries, None)
        return preview.update(project_in(folder), lambda glossary: concepts, asked or ())

    return looked


def project_in(folder: Path) -> Project:
    project, _ = read_project(folder, runs="frozen")
    assert project is not None
    return project


def built_in(folder: Path) -> dict[str, Document]:
    built = build(project_in(folder), SubprocessRunner(), lambda event: None)
    return {document.path: document for document in built.documents}


def page(seen: PreviewState, path: str = OWN) -> str:
    found = {document.path: document.content for document in seen.documents}
    return str(found[path])


def codes(seen: PreviewState) -> list[str]:
    return [problem.code for problem in seen.problems]


# Valid files

EDITS = {
    "a meaning": ("concepts/dropout.yml", "Switching units off", "Leaving units out"),
    "a term": ("concepts/dropout.yml", "term: Dropout", "term: Dropping out"),
    "another relation": ("concepts/dropout.yml", "relation: contrasts", "relation: used-with"),
    "a role": ("concepts/_axes.yml", "label: Engineer", "label: Builder"),
    "a template": (
        "templates/indexes/examples.md.j2",
        'else words("examples.title") }}',
        "else 'What ran' }}",
    ),
    "a text of the generator": ("templates/words/en.yml", "answer: Answer", "answer: Show the answer"),
    "an example": ("examples/by_heart.py", "# %%", "# %% [markdown]\n# Said before.\n\n# %%"),
}


def test_after_every_edit_each_file_equals_that_of_a_build(
    folder: Path, look: Callable[..., PreviewState]
) -> None:
    assert {document.path: document for document in look().documents} == built_in(folder)
    for path, old, new in EDITS.values():
        change(folder / path, old, new)
        seen = look()
        built = built_in(folder)
        assert not errors(seen.problems)
        assert {document.path: document for document in seen.documents} == built
        assert seen.paths == built.keys()


@pytest.mark.parametrize("asked", [(), (HOME,), ("examples/by_heart/index.md", "glossary.json"), (NEIGHBOR,)])
def test_a_partial_preview_has_the_same_pages(
    folder: Path, look: Callable[..., PreviewState], asked: tuple[str, ...]
) -> None:
    change(folder / "concepts/dropout.yml", "Switching units off", "Leaving units out")
    built = built_in(folder)
    seen = look("dropout", asked=asked)
    assert set(asked) <= {document.path for document in seen.documents} < built.keys()
    assert all(document == built[document.path] for document in seen.documents)
    assert seen.paths == built.keys()


def test_temporary_files_of_editors_are_ignored(folder: Path, look: Callable[..., PreviewState]) -> None:
    before = look()
    for name in ("concepts/.#dropout.yml", "examples/.#by_heart.py", "templates/blocks/.#why.md.j2"):
        (folder / name).symlink_to("somebody@somewhere.123")
    assert look() == before


def test_a_deleted_concept_is_removed(folder: Path, look: Callable[..., PreviewState]) -> None:
    more = folder / "concepts/noise.yml"
    text = (folder / "concepts/dropout.yml").read_text("utf-8")
    more.write_text(text.replace("term: Dropout", "term: Noise"), "utf-8")
    assert "noise/index.md" in look().paths
    more.unlink()
    seen = look()
    assert seen.paths == built_in(folder).keys()
    assert not seen.stale


def test_no_unrequested_page_is_built(look: Callable[..., PreviewState]) -> None:
    assert look("nowhere", asked=("nowhere/index.md",)).documents == ()


# Invalid files


MISTAKES = {
    "a key that is unknown": (lambda text: f"{text}termm: x\n", "unknown-key"),
    "no YAML": (lambda text: f"{text}  x: [\n", "malformed-yaml"),
    "nothing": (lambda text: "", "empty-file"),
    "a number typed by hand": (lambda text: f"{text}  why: It is 99.5% right.\n", "typed-number"),
    "a metric that nobody measures": (
        lambda text: f"{text}  why: 'It is {{{{ by_heart.nothing | percent }}}} right.'\n",
        "undefined-expression",
    ),
    "a claim that does not hold": (
        lambda text: (
            f"{text}claims: [{{id: never, text: Never., example: by_heart, check: rule.unseen < 0}}]\n"
        ),
        "claim-refuted",
    ),
    "a link to nowhere": (lambda text: f"{text}  why: See [[nowhere]].\n", "broken-link"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_broken_entry_keeps_its_last_version_and_the_others_are_updated(
    folder: Path, look: Callable[..., PreviewState], mistake: str
) -> None:
    entry = folder / "concepts/dropout.yml"
    right, good = entry.read_text("utf-8"), page(look())
    spoil, code = MISTAKES[mistake]
    entry.write_text(spoil(right).replace("Switching", "Taking"), "utf-8")
    change(folder / "concepts/overfitting.yml", "meaning: ", "meaning: Newly said, ")
    seen = look()
    assert code in codes(seen)
    assert {problem.place.path for problem in errors(seen.problems)} == {"concepts/dropout.yml"}
    assert page(seen).replace("Newly said, ", "") == good
    assert "Newly said" in page(seen, NEIGHBOR)
    assert seen.stale == {"dropout"}

    entry.write_text(right.replace("Switching", "Taking"), "utf-8")
    seen = look()
    assert not seen.problems
    assert not seen.stale
    assert "Taking" in page(seen)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_new_broken_entry_has_a_page_and_others_are_not_affected(
    folder: Path, look: Callable[..., PreviewState], mistake: str
) -> None:
    entry = folder / "concepts/dropout.yml"
    right = entry.read_text("utf-8")
    spoil, code = MISTAKES[mistake]
    entry.write_text(spoil(right), "utf-8")
    seen = look()
    assert code in codes(seen)
    assert "broken-link" not in codes(seen) or code == "broken-link"
    assert "This page cannot be shown yet" in page(seen)
    assert "Learning the examples by heart" in page(seen, NEIGHBOR)
    assert (seen.stale, seen.lost) == (set(), {"dropout"})

    entry.write_text(right, "utf-8")
    seen = look()
    assert not seen.problems
    assert {document.path: document for document in seen.documents} == built_in(folder)


@pytest.mark.parametrize(
    "path",
    [
        "concepts/_axes.yml",
        "examples/by_heart.py",
        "templates/formats/entry.md.j2",
        "templates/indexes/home.md.j2",
        "templates/blocks/definition.md.j2",
    ],
)
def test_any_other_error_keeps_all_pages_until_it_is_fixed(
    folder: Path, look: Callable[..., PreviewState], path: str
) -> None:
    before = look()
    right = (folder / path).read_text("utf-8")
    (folder / path).write_text(f"{right}\n  x: [ {{% if }} (", "utf-8")
    seen = look()
    assert errors(seen.problems)
    assert {problem.place.path for problem in errors(seen.problems)} == {path}
    assert seen.documents == before.documents

    (folder / path).write_text(right, "utf-8")
    seen = look()
    assert not seen.problems
    assert seen.documents == before.documents


def test_it_starts_without_axes(folder: Path, look: Callable[..., PreviewState]) -> None:
    axes = folder / "concepts/_axes.yml"
    right = axes.read_text("utf-8")
    axes.write_text("roles: [", "utf-8")
    seen = look()
    assert [document.path for document in seen.documents] == [HOME]
    assert errors(seen.problems)
    axes.write_text(right, "utf-8")
    assert {document.path: document for document in look().documents} == built_in(folder)


def test_it_starts_with_a_broken_example_that_an_entry_uses(
    folder: Path, look: Callable[..., PreviewState]
) -> None:
    change(folder / "concepts/dropout.yml", "blocks:\n", f"blocks:\n{SAYS_A_NUMBER}  why: Said.\n  # ")
    example = folder / "examples/by_heart.py"
    right = example.read_text("utf-8")
    example.write_text(f"{right}\n(", "utf-8")
    seen = look()
    assert {problem.place.path for problem in errors(seen.problems)} == {"examples/by_heart.py"}
    assert "This page cannot be shown yet" in page(seen)
    example.write_text(right, "utf-8")
    seen = look()
    assert not seen.lost
    assert "This page cannot be shown yet" not in page(seen)


def test_two_cycles_of_prerequisites_do_not_stop_it(folder: Path, look: Callable[..., PreviewState]) -> None:
    """The reported entry may not be the one that was edited; in that case, all pages stay unchanged."""
    change(
        folder / "concepts/dropout.yml",
        "blocks:",
        "prerequisites: [{concept: overfitting, because: It comes first.}]\nblocks:",
    )
    good = look()
    assert not errors(good.problems)
    change(
        folder / "concepts/overfitting.yml",
        "blocks:",
        "prerequisites: [{concept: dropout, because: It comes first.}]\nblocks:",
    )
    seen = look()
    assert codes(seen) == ["prerequisite-circle"]
    assert seen.documents == good.documents
