"""Renders a page for each example: narrative, results, run details, concepts that use it, and downloadable files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.execution.import_statements import imports_in
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.entry import Entry
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Document, Recipe
from executable_glossary.stages.render.code_parts import code_parts
from executable_glossary.stages.render.evidence_page import claims_of, findings_of
from executable_glossary.stages.render.evidence_views import figures_of, outputs_of, plots_of
from executable_glossary.stages.render.example_archive import archive, shared_modules
from executable_glossary.stages.render.example_lists import EXAMPLES
from executable_glossary.stages.render.gallery import (
    PICTURE,
    folder_of,
    mini_gallery,
    objects_of,
    picture_of,
    small_picture,
)
from executable_glossary.stages.render.notebook import notebook
from executable_glossary.stages.render.page_prose import examples_in
from executable_glossary.stages.render.rest_pictures import BESIDE, text_pictures
from executable_glossary.stages.render.rest_text import RestTexts
from executable_glossary.stages.render.value_views import STYLES, value_styles

# The ids of the concepts that use each example, in the glossary's order, keyed by the example's name.
Uses = Mapping[str, tuple[str, ...]]
ALL_EXAMPLES = "examples/examples.zip"


def example_recipes(build: PlannedBuild, templates: Templates) -> Iterator[Recipe]:
    # Computed only when needed: finding the uses reads every entry, and most previews render no example page.
    uses = cache(lambda: _concepts_by_example(build.glossary))
    texts = RestTexts(build, partial(mini_gallery, build, templates))
    for example in build.glossary.examples.values():
        yield example.page, partial(_example_page, example, uses, build, templates, texts)
        for file, content in _downloads(example, build, templates, texts):
            yield file, partial(_download, file, content)
    if examples := build.glossary.examples.values():
        everything = partial(archive, build, templates, "examples", examples)
        yield ALL_EXAMPLES, partial(_download, ALL_EXAMPLES, everything)


def _concepts_by_example(glossary: Glossary) -> Uses:
    uses: dict[str, list[str]] = {name: [] for name in glossary.examples}
    for entry in glossary.entries.values():
        for name in uses.keys() & set(_examples_of(entry)):
            uses[name].append(entry.id)
    return {name: tuple(concepts) for name, concepts in uses.items()}


def _examples_of(entry: Entry) -> Iterator[str]:
    """The examples that support an entry's claims, or whose parts or numbers it shows."""
    yield from (str(claim.example) for claim in entry.claims)
    for _, variant in entry.variants:
        yield from (shown.target.partition(".")[0] for shown in variant.show if shown.kind != "claim")
    yield from examples_in(entry.prose)


def _example_page(
    example: Example, uses: Callable[[], Uses], build: PlannedBuild, templates: Templates, texts: RestTexts
) -> Document:
    path, glossary, evidence = example.page, build.glossary, build.evidence.get(example.name)
    text = templates.render(
        "indexes/example.md.j2",
        path=path,
        build=build,
        example=example,
        concepts=[page for concept in uses()[example.name] for page in build.plan.of_concept(concept)[:1]],
        found=evidence,
        outputs={output.cell: output for output in outputs_of(evidence)},
        plots=plots_of(example, evidence),
        claims=[view for view in claims_of(build) if view.verdict and view.claim.example == example.name],
        findings=findings_of(glossary, example.name),
        modules=_modules(example, evidence, glossary),
        needs=[glossary.examples[name] for name in example.settings.needs],
        made_with=_packages(example, evidence),
        code_parts=code_parts,
        rest=texts(example, path),
        folder=glossary.folders.get(folder_of(example)) if "/" in example.name else None,
        objects=objects_of(glossary, example),
    )
    return Document(path, text, parent=EXAMPLES)


def _packages(example: Example, evidence: Evidence | None) -> tuple[str, str]:
    """The imported packages that the example names, and the others, each as a comma-separated list.

    An example names a package by declaring it or, if it declares none, by importing a module of the same name. If it
    names none of the imported packages, all of them are in the first list.
    """
    runs = evidence.runs if evidence else ()
    versions = {name: version for run in reversed(runs) for name, version in run.versions.items()}
    named = {canonicalize_name(Requirement(text).name) for text in example.dependencies}
    named = named or {canonicalize_name(statement.top) for statement in imports_in(example.source)}
    direct: list[str] = []
    indirect: list[str] = []
    for name, version in sorted(versions.items()):
        (direct if canonicalize_name(name) in named else indirect).append(f"{name} {version}")
    return ", ".join(direct or indirect), ", ".join(indirect if direct else ())


def _downloads(
    example: Example, build: PlannedBuild, templates: Templates, texts: RestTexts
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    evidence = build.evidence.get(example.name)
    modules = _modules(example, evidence, build.glossary)
    folder, stem = example.folder, example.stem
    yield f"{folder}/{example.file}", example.source.encode
    yield (
        f"{folder}/{stem}.ipynb",
        partial(notebook, example, evidence, build.glossary.words, partial(texts.for_notebook, example)),
    )
    yield f"{folder}/{stem}.zip", partial(archive, build, templates, stem, [example])
    yield from ((f"{folder}/{name}", partial(bytes, content)) for name, content in modules.items())
    yield from ((f"{folder}/{figure.name}.png", figure.file.read_bytes) for figure in figures_of(evidence))
    for name, file in text_pictures(build, example).items():
        if not name.endswith(".svg"):
            yield f"{folder}/{BESIDE}/{name}", file.read_bytes
    if picture := small_picture(build, example):
        yield f"{folder}/{PICTURE}", partial(picture_of, picture)
    if styles := value_styles(example, evidence):
        yield f"{folder}/{STYLES}", styles.encode


def _modules(example: Example, evidence: Evidence | None, glossary: Glossary) -> Mapping[str, bytes]:
    """The project's modules that the example imports, or that one of its runs opened, keyed by their path relative to
    the example's folder."""
    folder, modules = PurePosixPath(example.path).parent, glossary.modules
    opened = {path for run in evidence.runs for path in run.files} if evidence else set()
    read = {
        PurePosixPath(path).relative_to(folder).as_posix(): modules[path] for path in opened & modules.keys()
    }
    return dict(sorted({**shared_modules(glossary, example), **read}.items()))


def _download(path: str, content: Callable[[], bytes]) -> Document:
    return Document(path, content())
