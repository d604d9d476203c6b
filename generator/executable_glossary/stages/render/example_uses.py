"""Which concepts rest on an example (they show it, claim something of it, or say one of its numbers), and on
which modules the example itself rests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from executable_glossary.model.entry import Entry
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.glossary import Glossary
from executable_glossary.stages.render.page_prose import examples_in

# Ids of concepts, in the order of the glossary, by the name of the example.
Uses = Mapping[str, tuple[str, ...]]


def concepts_by_example(glossary: Glossary) -> Uses:
    """Ids of concepts, in the order of the glossary, by the name of the example."""
    found: dict[str, list[str]] = {name: [] for name in glossary.examples}
    for entry in glossary.entries.values():
        for name in found.keys() & set(_examples_of(entry)):
            found[name].append(entry.id)
    return {name: tuple(concepts) for name, concepts in found.items()}


def modules_of(example: Example, found: Evidence | None, modules: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The modules of the project that its runs were seen to import, by their path from the example's folder."""
    folder = PurePosixPath(example.path).parent
    paths = {path for run in found.runs for path in run.files} if found else set()
    return {
        PurePosixPath(path).relative_to(folder).as_posix(): modules[path]
        for path in sorted(paths & modules.keys())
    }


def _examples_of(entry: Entry) -> Iterator[str]:
    yield from (str(claim.example) for claim in entry.claims)
    for _, variant in entry.variants:
        yield from (shown.target.partition(".")[0] for shown in variant.show if shown.kind != "claim")
    yield from examples_in(entry.prose)
