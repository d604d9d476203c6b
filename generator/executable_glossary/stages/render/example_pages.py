"""One page for each example: its story, what came out, how it ran, and everything to take home."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.page import Document
from executable_glossary.model.recipe import Recipe
from executable_glossary.model.words import Words
from executable_glossary.stages.render.evidence_page import claims_of, findings_of
from executable_glossary.stages.render.evidence_views import figures_of, outputs_of, plots_of
from executable_glossary.stages.render.example_uses import concepts_by_example, modules_of
from executable_glossary.stages.render.notebook import notebook


def example_recipes(shared: Mapping[str, Any], templates: Templates) -> Iterator[Recipe]:
    """`shared` is what all index pages get: glossary, plan, evidence, verdicts."""
    glossary, evidence = shared["glossary"], shared["evidence"]
    # Every entry is read for it, and few who preview a page look at an example.
    uses = cache(lambda: concepts_by_example(glossary))
    for example in glossary.examples.values():
        found = evidence.get(example.name)
        modules = modules_of(example, found, glossary.modules)
        needs = [glossary.examples[need] for need in example.settings.needs]
        around = {**shared, "uses": uses, "modules": modules, "needs": needs}
        path = f"examples/{example.name}/index.md"
        yield path, partial(_example_page, path, example, found, templates, around)
        for file, content in _downloads(example, found, modules, glossary.words):
            yield file, partial(_download, file, content)


def _downloads(
    example: Example, found: Evidence | None, modules: Mapping[str, bytes], words: Words
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    folder = f"examples/{example.name}"
    yield f"{folder}/{example.name}.py", example.source.encode
    yield f"{folder}/{example.name}.ipynb", partial(notebook, example, found, words)
    yield from ((f"{folder}/{name}", partial(bytes, content)) for name, content in modules.items())
    yield from ((f"{folder}/{figure.name}.png", figure.file.read_bytes) for figure in figures_of(found))


def _download(path: str, content: Callable[[], bytes]) -> Document:
    return Document(path, content())


def _example_page(
    path: str, example: Example, found: Evidence | None, templates: Templates, shared: Mapping[str, Any]
) -> Document:
    outputs = {output.cell: output for output in outputs_of(found)}
    concepts = shared["uses"]()[example.name]
    claims = claims_of(shared["glossary"], shared["plan"], shared["verdicts"])
    text = templates.render(
        "indexes/example.md.j2",
        path=path,
        example=example,
        concepts=[page for concept in concepts for page in shared["plan"].of_concept(concept)[:1]],
        found=found,
        outputs=outputs,
        plots=plots_of(example, found),
        claims=[view for view in claims if view.verdict and view.claim.example == example.name],
        findings=findings_of(shared["glossary"], example.name),
        made_with=_made_with(example, found),
        **shared,
    )
    return Document(path, text)


def _made_with(example: Example, found: Evidence | None) -> tuple[str, str]:
    """The packages that the example asks for, and those that came along; nothing of either is empty."""
    versions = found.runs[0].versions if found and found.runs else {}
    named = {canonicalize_name(Requirement(one).name) for one in example.dependencies}
    asked = (f"{name} {version}" for name, version in versions.items() if canonicalize_name(name) in named)
    rest = (f"{name} {version}" for name, version in versions.items() if canonicalize_name(name) not in named)
    return ", ".join(asked), ", ".join(rest)
