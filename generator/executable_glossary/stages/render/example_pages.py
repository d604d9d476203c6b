"""One page for each example: its story, what came out, how it ran, and everything to take home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.page import Document, Recipe
from executable_glossary.stages.render.evidence_page import claims_of, findings_of
from executable_glossary.stages.render.evidence_views import figures_of, outputs_of, plots_of
from executable_glossary.stages.render.example_uses import Uses, concepts_by_example, modules_of
from executable_glossary.stages.render.notebook import notebook


def example_recipes(build: PlannedBuild, templates: Templates) -> Iterator[Recipe]:
    glossary = build.glossary
    # Every entry is read for it, and few who preview a page look at an example.
    uses = cache(lambda: concepts_by_example(glossary))
    for example in glossary.examples.values():
        path = f"examples/{example.name}/index.md"
        yield path, partial(_example_page, path, example, uses, build, templates)
        for file, content in _downloads(example, build):
            yield file, partial(_download, file, content)


def _downloads(example: Example, build: PlannedBuild) -> Iterator[tuple[str, Callable[[], bytes]]]:
    found = build.evidence.get(example.name)
    modules = modules_of(example, found, build.glossary.modules)
    folder = f"examples/{example.name}"
    yield f"{folder}/{example.name}.py", example.source.encode
    yield f"{folder}/{example.name}.ipynb", partial(notebook, example, found)
    yield from ((f"{folder}/{name}", partial(bytes, content)) for name, content in modules.items())
    yield from ((f"{folder}/{figure.name}.png", figure.file.read_bytes) for figure in figures_of(found))


def _download(path: str, content: Callable[[], bytes]) -> Document:
    return Document(path, content())


def _example_page(
    path: str, example: Example, uses: Callable[[], Uses], build: PlannedBuild, templates: Templates
) -> Document:
    glossary, found = build.glossary, build.evidence.get(example.name)
    text = templates.render(
        "indexes/example.md.j2",
        path=path,
        build=build,
        example=example,
        concepts=[page for concept in uses()[example.name] for page in build.plan.of_concept(concept)[:1]],
        found=found,
        outputs={output.cell: output for output in outputs_of(found)},
        plots=plots_of(example, found),
        claims=[view for view in claims_of(build) if view.verdict and view.claim.example == example.name],
        findings=findings_of(glossary, example.name),
        modules=modules_of(example, found, glossary.modules),
        needs=[glossary.examples[need] for need in example.settings.needs],
        made_with=_made_with(example, found),
    )
    return Document(path, text)


def _made_with(example: Example, found: Evidence | None) -> tuple[str, str]:
    """The packages that the example asks for, and those that came along; nothing of either is empty."""
    versions = found.runs[0].versions if found and found.runs else {}
    named = {canonicalize_name(Requirement(one).name) for one in example.dependencies}
    asked = (f"{name} {version}" for name, version in versions.items() if canonicalize_name(name) in named)
    rest = (f"{name} {version}" for name, version in versions.items() if canonicalize_name(name) not in named)
    return ", ".join(asked), ", ".join(rest)
