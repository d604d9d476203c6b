"""What a text shows exists: the example, its cell, the claim; and what an example needs is an example."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from executable_glossary.model.block import Show
from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Example
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.text import Text


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        for claim in entry.claims:
            yield from known_example(glossary, claim.example, claim.example)
        for _, variant in entry.variants:
            for show in variant.show:
                yield from _shown(glossary, entry, show)
    for example in glossary.examples.values():
        for need in example.settings.needs:
            if not glossary.has_example(need):
                message = f'{example.name} needs "{need}", which is no example'
                help = (
                    f"write examples/{need}.py, or correct `needs`; use one of {', '.join(glossary.examples)}"
                )
                yield Problem(example.setting_place("needs"), "unknown-need", message, help)
            yield from _needed_seeds(glossary.examples.get(need), example)
        yield from _names_of_caches(glossary, example)


def _needed_seeds(needed: Example | None, by: Example) -> Iterator[Problem]:
    """Where what is needed is made once for each of several seeds, a run gets what was made with its own."""
    seeds = dict.fromkeys(by.settings.seeds) if needed else {}
    lacking = [str(seed) for seed in seeds if needed and needed.seed_for(seed) not in needed.settings.seeds]
    if needed is not None and lacking:
        listed = f"{'seed' if len(lacking) == 1 else 'seeds'} {', '.join(lacking)}"
        message = f"{by.name} runs with {listed}, with which {needed.name}, which it needs, does not"
        help = (
            f"add {', '.join(lacking)} to the seeds of {needed.name}, or give {needed.name} one seed for all"
        )
        yield Problem(by.setting_place("seeds"), "needed-seed", message, help)


def _names_of_caches(glossary: Glossary, example: Example) -> Iterator[Problem]:
    """What an example only reads cannot bear the name of a file that lies beside it to be written."""
    needed = (glossary.examples[need] for need in example.settings.needs if need in glossary.examples)
    files = {name for one in (example, *needed) for name in one.settings.outputs}
    for name in example.settings.cache:
        if name in files:
            help = "give the one or the other another name"
            message = f'"{name}" is the name of a cache and of an output'
            yield Problem(example.setting_place("cache"), "cache-name", message, help)


def _shown(glossary: Glossary, entry: Entry, show: Show) -> Iterator[Problem]:
    target = show.target
    if show.kind == "claim":
        if entry.claim(target) is None:
            help = f"use one of {', '.join(claim.id for claim in entry.claims) or 'none yet'}"
            yield Problem(target.place, "unknown-claim", f'the entry has no claim "{target}"', help)
        return
    name, _, part = target.partition(".")
    yield from known_example(glossary, name, target)
    example = glossary.examples.get(name)
    cells = [cell.name for cell in example.cells] if example else []
    if example and show.kind in ("cell", "output") and part not in cells:
        near = get_close_matches(part, cells, n=1)
        help = f'write "{name}.{near[0]}"' if near else f"it has {', '.join(filter(None, cells))}"
        yield Problem(target.place, "unknown-cell", f'{name} has no cell "{part}"', help)
    if example and show.kind == "chart" and part not in example.settings.charts:
        help = (
            f"it has {', '.join(example.settings.charts) or 'none'}; CONTRIBUTING.md shows how to declare one"
        )
        yield Problem(target.place, "unknown-chart", f'{name} has no chart "{part}"', help)


def known_example(glossary: Glossary, name: str, text: Text) -> Iterator[Problem]:
    """The text names an example that there is."""
    if not glossary.has_example(name):
        near = get_close_matches(name, glossary.examples, n=1)
        help = f"write examples/{name}.py, or use one of {', '.join(glossary.examples) or 'none yet'}"
        if near:
            help = f'write "{near[0]}{text.removeprefix(name)}", or add examples/{name}.py'
        yield Problem(text.place, "missing-example", f'there is no example "{name}"', help)
